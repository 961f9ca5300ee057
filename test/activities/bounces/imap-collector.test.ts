import { createRequire } from 'node:module';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { toHeaders } from '../../../activities/bounces/headers.ts';
import {
  type BounceCollector,
  createBounceCollector,
  signedRecipient,
} from '../../../activities/bounces/imap-collector.ts';
import { silentLogger } from '../fakes.ts';
import { createDesk, type Desk, DOMAIN, MAIL_ID, OTHER_ID, returnPath, sample } from './support.ts';

interface StoredMessage {
  readonly raw: string;
  readonly flags: string[];
}

/** The part of hoodiecrow-imap that is used here: an IMAP server in memory, which brings no types. */
interface FakeImapServer {
  readonly server: Server;
  listen(port: number, host: string, done: () => void): void;
  close(done: () => void): void;
  getMailbox(name: string): { readonly messages: StoredMessage[] };
  appendMessage(mailbox: string, flags: string[], date: false, raw: string): void;
}

const createImapServer: (options: object) => FakeImapServer = createRequire(import.meta.url)('hoodiecrow-imap');

let desk: Desk;
let imap: FakeImapServer;
let sockets: Set<Socket>;
let collector: BounceCollector;

function collectorOf(user = 'testuser'): BounceCollector {
  const { port } = imap.server.address() as AddressInfo;
  const url = `imap://${user}:testpass@127.0.0.1:${port}/Bounces`;
  return createBounceCollector({ url, returnPath, receiver: desk.receiver, logger: silentLogger, everyMs: 10 });
}

function put(...messages: Buffer[]): void {
  for (const message of messages) imap.appendMessage('Bounces', [], false, message.toString('latin1'));
}

function flags(): string[] {
  return imap.getMailbox('Bounces').messages.map((message) =>
    message.flags
      .filter((flag) => flag !== '\\Recent')
      .sort()
      .join(' '),
  );
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

beforeEach(async () => {
  desk = createDesk();
  sockets = new Set();
  imap = createImapServer({
    plugins: ['ID', 'NAMESPACE', 'UNSELECT', 'ENABLE', 'UIDPLUS', 'SASL-IR', 'XOAUTH2'],
    storage: { INBOX: {}, '': { separator: '/', folders: { Bounces: { messages: [] } } } },
  });
  imap.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => imap.listen(0, '127.0.0.1', resolve));
  collector = collectorOf();
});
afterEach(async () => {
  await collector.stop();
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => imap.close(resolve));
});

describe('createBounceCollector', () => {
  it('records what is unread and marks it read, once', async () => {
    put(sample('postfix-user-unknown'), sample('read-receipt', OTHER_ID));
    expect(await collector.collectOnce()).toBe(2);
    expect(desk.told).toEqual([`${MAIL_ID} bounced addressUnknown`, `${OTHER_ID} delivered`]);
    expect(flags()).toEqual(['\\Seen', '\\Seen']);
    expect(await collector.collectOnce()).toBe(0);
    put(sample('postfix-delayed'));
    expect(await collector.collectOnce()).toBe(1);
  });

  it('believes a bounce that is only text when its return path is empty', async () => {
    const forwarded = sample('exim-user-unknown')
      .toString('latin1')
      .replace('Return-Path: <>', 'Return-Path: <a@b.example>');
    put(Buffer.from(forwarded, 'latin1'), sample('exim-user-unknown'));
    expect(await collector.collectOnce()).toBe(2);
    expect(desk.told).toHaveLength(1);
  });

  it('leaves out what came to another address', async () => {
    const message = sample('postfix-user-unknown')
      .toString('latin1')
      .replace(/\nTo: [^\r]+/, `\nTo: iemand@${DOMAIN}`);
    put(Buffer.from(message, 'latin1'));
    await collector.collectOnce();
    expect(desk.told).toEqual([]);
    expect(desk.receiver.counts.foreign).toBe(1);
    expect(flags()).toEqual(['\\Seen']);
  });

  it('leaves a message unread while it cannot be recorded', async () => {
    put(sample('postfix-user-unknown'));
    desk.failing.add(MAIL_ID);
    for (let look = 0; look < 8; look += 1) expect(await collector.collectOnce()).toBe(0);
    expect(flags()).toEqual(['']);
    desk.failing.clear();
    expect(await collector.collectOnce()).toBe(1);
    expect(flags()).toEqual(['\\Seen']);
  });

  it('is not held up by a message that can never be recorded, and flags it after five looks', async () => {
    put(sample('postfix-user-unknown'));
    desk.failing.add(MAIL_ID);
    for (let look = 0; look < 5; look += 1) {
      put(sample('read-receipt', OTHER_ID));
      expect(await collector.collectOnce()).toBe(1);
    }
    expect(flags()).toEqual(['\\Flagged', ...Array(5).fill('\\Seen')]);
    expect(desk.told).toHaveLength(5);
    desk.failing.clear();
    expect(await collector.collectOnce()).toBe(0);
  });

  it('gets past many messages that cannot be recorded', async () => {
    put(...Array.from({ length: 25 }, () => sample('postfix-user-unknown')), sample('read-receipt', OTHER_ID));
    desk.failing.add(MAIL_ID);
    for (let look = 0; look < 4; look += 1) await collector.collectOnce();
    expect(desk.told).toEqual([`${OTHER_ID} delivered`]);
  });

  it('keeps looking, and connects anew when the connection breaks', async () => {
    collector.start();
    put(sample('postfix-user-unknown'));
    await until(() => desk.told.length === 1);
    for (const socket of sockets) socket.destroy();
    put(sample('read-receipt', OTHER_ID));
    await until(() => desk.told.length === 2);
    await until(() => collector.isHealthy());
  });

  it('logs in by a token where the address names no password, and asks for another when that is refused', async () => {
    put(sample('postfix-user-unknown'));
    const asked: unknown[] = [];
    const tokens = {
      token: async (isRefused?: boolean) => {
        asked.push(isRefused);
        // The one that the server in memory takes.
        return isRefused ? 'testtoken' : 'an-old-one';
      },
      check: async () => undefined,
    };
    const { port } = imap.server.address() as AddressInfo;
    const url = `imap://testuser@127.0.0.1:${port}/Bounces`;
    const byToken = createBounceCollector({ url, tokens, returnPath, receiver: desk.receiver, logger: silentLogger });
    await expect(byToken.collectOnce()).rejects.toMatchObject({ authenticationFailed: true });
    expect(await byToken.collectOnce()).toBe(1);
    expect(asked).toEqual([false, true]);
    await byToken.stop();
  });

  it('is not healthy while the server does not let it in', async () => {
    const stranger = collectorOf('iemand-anders');
    stranger.start();
    await until(() => !stranger.isHealthy());
    await stranger.stop();
  });
});

describe('signedRecipient', () => {
  const address = returnPath.create(MAIL_ID);
  it.each([
    ['To', `To: ${address}`],
    ['To with a name', `To: "Bounces, all" <${address}>`],
    ['Delivered-To before another To', `Delivered-To: ${address}\nTo: iemand@bakkerij.example`],
    ['X-Original-To behind the mailbox itself', `Delivered-To: bounces@school.example\nX-Original-To: ${address}`],
    ['the second of two', `Delivered-To: bounces@school.example\nDelivered-To: <${address}>`],
  ])('finds the signed address in %s', (_what, head) => {
    expect(signedRecipient(toHeaders(head), returnPath)).toBe(MAIL_ID);
  });

  it.each([
    ['the subject', `Subject: ${address}`],
    ['a forged one', `To: ${address.replace(/\.[0-9a-f]{16}@/, `.${'0'.repeat(16)}@`)}`],
    ['nothing', ''],
    ['a very long header', `To: ${'a@b.example, '.repeat(20_000)}${address}`],
  ])('finds none in %s', (_what, head) => {
    expect(signedRecipient(toHeaders(head), returnPath)).toBeNull();
  });
});
