/** What the tests of bounces share: signed addresses, samples, and a desk that remembers what it was told. */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { type BounceReceiver, createBounceReceiver } from '../../../activities/bounces/receiver.ts';
import { createReturnPath } from '../../../activities/mail/addressing.ts';
import type { DeliveryReport } from '../../../domain/delivery.ts';
import { parseKeyring } from '../../../platform/keys.ts';
import { silentLogger } from '../fakes.ts';

export const DOMAIN = 'bounces.school.example';
export const MAIL_ID = '3f0c9a52-7d1e-5b6a-9c41-2a8e5d7f6b10';
export const OTHER_ID = '9d2b1c47-0a3e-5f88-8b1d-6e7f80912a3b';
export const returnPath = createReturnPath(parseKeyring(`1:${Buffer.alloc(32, 7).toString('base64')}`), DOMAIN);

/** A sample, addressed to the signed address of a mail. */
export function sample(name: string, mailId = MAIL_ID): Buffer {
  const text = readFileSync(new URL(`./samples/${name}.eml`, import.meta.url), 'latin1');
  return Buffer.from(text.replaceAll(/bounce\+\S+@bounces\.school\.example/g, returnPath.create(mailId)), 'latin1');
}

export interface Desk {
  readonly receiver: BounceReceiver;
  /** `<mail id> <signal> <reason>` in order. */
  readonly told: string[];
  tell(mailId: string, report: DeliveryReport): Promise<void>;
  /** Mails whose news cannot be recorded. */
  readonly failing: Set<string>;
  /** Held by a test to make recording slow. */
  hold: Promise<void>;
}

export function createDesk(): Desk {
  const told: string[] = [];
  const failing = new Set<string>();
  const desk: Desk = {
    told,
    failing,
    hold: Promise.resolve(),
    async tell(mailId, { signal, reason }) {
      await desk.hold;
      if (failing.has(mailId)) throw new Error('the database is away');
      told.push([mailId, signal, reason].filter(Boolean).join(' '));
    },
    receiver: createBounceReceiver({ tell: (mailId, report) => desk.tell(mailId, report), logger: silentLogger }),
  };
  return desk;
}

/** A line-by-line SMTP client, which may misbehave. */
export interface Talk {
  readonly socket: Socket;
  /** Sends a line, if one is given, and waits for the answer: its last line. */
  say(line?: string): Promise<string>;
  /** Resolves when the server has closed the connection. */
  readonly closed: Promise<void>;
}

export async function talkTo(port: number): Promise<Talk> {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  let wake: () => void = () => undefined;
  let isClosed = false;
  socket.on('data', (chunk) => {
    heard += chunk.toString();
    wake();
  });
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      isClosed = true;
      wake();
      resolve();
    });
  });
  return {
    socket,
    closed,
    async say(line) {
      if (line !== undefined) socket.write(`${line}\r\n`);
      for (;;) {
        const [reply] = /^(?:\d{3}-[^\n]*\n)*(\d{3}(?: [^\n]*)?)\n/.exec(heard) ?? [];
        if (reply !== undefined) {
          heard = heard.slice(reply.length);
          return reply.trimEnd().split('\n').at(-1) ?? '';
        }
        if (isClosed) return 'closed';
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

/** Says everything up to and including the message. @returns the server's last answer */
export async function deliver(port: number, to: string, message: Buffer, from = ''): Promise<string> {
  const talk = await talkTo(port);
  await talk.say();
  await talk.say('EHLO mx.sample.example');
  await talk.say(`MAIL FROM:<${from}>`);
  const taken = await talk.say(`RCPT TO:<${to}>`);
  if (!taken.startsWith('250')) {
    talk.socket.destroy();
    return taken;
  }
  await talk.say('DATA');
  const answer = await talk.say(`${message.toString('latin1')}\r\n.`);
  talk.socket.destroy();
  return answer;
}
