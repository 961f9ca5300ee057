/**
 * A mail server that records everything it took: what the system did, as the world outside saw it. It lives in the process
 * of the run, never in one of the system's, so that the system does not grade itself.
 *
 * Contract
 * 1. A mail counts as taken at the moment our answer of 250 is written, whether or not the sender still lives to read it.
 * 2. Nothing is ever removed or merged: the same Message-ID twice is two mails.
 */
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';

export interface SunkMail {
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
  /** With its angle brackets. */
  readonly messageId: string;
  /** The id of the ledger's row, which is the part of the Message-ID before the @. */
  readonly mailId: string;
  /** Lower case. */
  readonly to: string;
  readonly envelopeFrom: string;
  readonly raw: Buffer;
}

export interface MailSink {
  readonly url: string;
  readonly port: number;
  /** In the order they were taken. */
  readonly mails: readonly SunkMail[];
  /** Mails between `MAIL FROM` data and our answer. */
  inHand(): number;
  /** How long an answer takes from now on. */
  answerAfter(milliseconds: number): void;
  /**
   * Decides about each mail before it is taken.
   * @param decide throws what the server answers (an Error with `responseCode`); undefined takes everything again
   */
  refuseWith(decide: ((mail: SunkMail) => void) | undefined): void;
  /**
   * Waits for the first mail that fits, also among those that are here already.
   * @throws when it does not come in time
   */
  waitFor(fits: (mail: SunkMail) => boolean, withinMs: number): Promise<SunkMail>;
  /** Taken mails by Message-ID, those that came more than once only. */
  doubles(): ReadonlyMap<string, readonly SunkMail[]>;
  stop(): Promise<void>;
}

const MAXIMUM_MAIL_BYTES = 60 * 1024 * 1024;
const CLOSE_TIMEOUT_MS = 1_000;
const POLL_MS = 50;

/** Starts it on the loopback interface. @param port 0 takes any free one */
export async function startMailSink(port = 0): Promise<MailSink> {
  const mails: SunkMail[] = [];
  const state = { inHand: 0, answerMs: 0, decide: undefined as ((mail: SunkMail) => void) | undefined };

  async function receive(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    state.inHand += 1;
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      if (state.answerMs > 0) await delay(state.answerMs);
      const mail = toMail(Buffer.concat(chunks), session);
      state.decide?.(mail);
      mails.push(mail);
    } finally {
      state.inHand -= 1;
    }
  }

  const server = new SMTPServer({
    banner: 'Proeve chaos sink',
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MAXIMUM_MAIL_BYTES,
    closeTimeout: CLOSE_TIMEOUT_MS,
    onData: (stream, session, done) => {
      receive(stream, session).then(
        () => done(),
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  // A sender that was killed half-way is what this is for.
  server.on('error', () => undefined);
  const bound = (server.server.address() as AddressInfo).port;

  return {
    url: `smtp://127.0.0.1:${bound}`,
    port: bound,
    mails,
    inHand: () => state.inHand,
    answerAfter: (milliseconds) => {
      state.answerMs = milliseconds;
    },
    refuseWith: (decide) => {
      state.decide = decide;
    },
    async waitFor(fits, withinMs) {
      const end = performance.now() + withinMs;
      for (let looked = 0; ; ) {
        for (; looked < mails.length; looked += 1) {
          const mail = mails[looked];
          if (mail && fits(mail)) return mail;
        }
        if (performance.now() > end) throw new Error(`no such mail within ${Math.round(withinMs / 1000)} s`);
        await delay(POLL_MS);
      }
    },
    doubles() {
      const byId = new Map<string, SunkMail[]>();
      for (const mail of mails) byId.set(mail.messageId, [...(byId.get(mail.messageId) ?? []), mail]);
      return new Map([...byId].filter(([, copies]) => copies.length > 1));
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
      }),
  };
}

function toMail(raw: Buffer, session: SMTPServerSession): SunkMail {
  const { mailFrom, rcptTo } = session.envelope;
  const messageId = /^message-id:\s*(<[^>]+>)/im.exec(raw.subarray(0, 16_384).toString('latin1'))?.[1] ?? '';
  return {
    at: performance.now(),
    messageId,
    mailId: messageId.slice(1, messageId.indexOf('@')),
    to: (rcptTo[0]?.address ?? '').toLowerCase(),
    envelopeFrom: mailFrom === false ? '' : mailFrom.address,
    raw,
  };
}

/** Text, subject and attachments of a mail. */
export function readSunk(mail: SunkMail): Promise<ParsedMail> {
  return simpleParser(mail.raw, { skipImageLinks: true });
}

/** The path of the first link that begins like this. @throws Error when there is none */
export async function linkPathIn(mail: SunkMail, pathStart: string): Promise<string> {
  const { text = '' } = await readSunk(mail);
  for (const [url] of text.matchAll(/https?:\/\/[^\s<>"]+/g)) {
    const { pathname } = new URL(url);
    if (pathname.startsWith(pathStart)) return pathname;
  }
  throw new Error(`a mail lacks its link to ${pathStart}`);
}
