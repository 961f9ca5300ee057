/**
 * Collects bounces from a mailbox, for schools whose mail server cannot hand them to us.
 *
 * Contract
 * 1. The mailbox is for this alone. Unread messages are read; a message is marked read once its news is recorded, or once
 *    it is clear that it has none. Nothing is moved or deleted.
 * 2. Which mail a message is about says the signed address that it came to, in the headers that the last mail server
 *    writes. Without one it is none of ours.
 * 3. A message that cannot be recorded stays unread and is tried again. When others can be recorded meanwhile, it is the
 *    message: after a few tries it is flagged and left to a person.
 * 4. Several workers may read the same mailbox at once, without a lock: the worst is that both record the same news, and
 *    recording twice has one effect.
 * 5. Trouble of the mail server costs delay only: the connection is made anew, with growing pauses.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { ImapFlow } from 'imapflow';
import type { Logger } from '../../platform/logger.ts';
import { isLoopback } from '../../platform/loopback.ts';
import { isTokenLogin, type MailTokens } from '../../platform/mail-oauth.ts';
import type { ReturnPath } from '../mail/addressing.ts';
import { type Headers, readHeaders } from './headers.ts';
import { READ_BYTES } from './message-parts.ts';
import type { BounceReceiver } from './receiver.ts';

export interface BounceCollectorOptions {
  /** `imaps://user:password@host:port/FOLDER`; without a folder the inbox, without a password login by a token. */
  readonly url: string;
  readonly tokens?: MailTokens | undefined;
  readonly returnPath: Pick<ReturnPath, 'read'>;
  readonly receiver: BounceReceiver;
  readonly logger: Logger;
  /** Milliseconds between two looks. */
  readonly everyMs?: number;
}

export interface BounceCollector {
  start(): void;
  stop(): Promise<void>;
  /** Looks once. @returns how many messages were settled @throws when the mail server cannot be used */
  collectOnce(): Promise<number>;
  /** Whether the last look at the mailbox worked. */
  isHealthy(): boolean;
}

const EVERY_MS = 30_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
const CONNECT_MS = 20_000;
const SILENCE_MS = 60_000;
/** Messages in one look; the rest is for the next, which follows at once. */
const BATCH = 100;
/** Failures without a single success: then it is not the messages. */
const FAILURES_IN_ROW = 10;
/** Tries of a message while others succeed. */
const TRIES = 5;

/** What the last mail server, or the one before it, writes about the address that a message came to. */
const RECIPIENT_HEADERS = ['Delivered-To', 'X-Original-To', 'Envelope-To', 'X-Envelope-To', 'X-Delivered-To', 'To'];
const ADDRESSES_PER_HEADER = 20;

interface Tried {
  attempts: number;
  /** Attempts in looks in which another message was recorded. */
  faults: number;
}

/** @throws Error when the address of the mailbox is none; loadConfig has checked it */
export function createBounceCollector(options: BounceCollectorOptions): BounceCollector {
  return new Collector(options);
}

class Collector implements BounceCollector {
  readonly #options: BounceCollectorOptions;
  readonly #mailbox: Mailbox;
  readonly #tried = new Map<string, Tried>();
  readonly #stopping = new AbortController();
  #client: ImapFlow | undefined;
  #running: Promise<void> | undefined;
  #failures = 0;
  #isTokenRefused = false;

  constructor(options: BounceCollectorOptions) {
    this.#options = options;
    this.#mailbox = readMailboxUrl(options.url);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    // A message that is being recorded is, but may stay unread; then it is recorded again.
    this.#client?.close();
    await this.#running;
    this.#client = undefined;
  }

  isHealthy(): boolean {
    return this.#failures === 0;
  }

  async collectOnce(): Promise<number> {
    const client = await this.#connected();
    const lock = await client.getMailboxLock(this.#mailbox.folder);
    try {
      return await this.#collect(client);
    } finally {
      lock.release();
    }
  }

  async #run(): Promise<void> {
    const { logger, everyMs = EVERY_MS } = this.#options;
    while (!this.#stopping.signal.aborted) {
      let pause = everyMs;
      try {
        const settled = await this.collectOnce();
        this.#failures = 0;
        if (settled >= BATCH) pause = 0;
      } catch (error) {
        this.#client?.close();
        this.#client = undefined;
        if (this.#stopping.signal.aborted) return;
        this.#failures += 1;
        pause = Math.min(everyMs * 2 ** Math.min(this.#failures, 10), LONGEST_PAUSE_MS);
        // Only the code: what the server says may name the mailbox.
        logger.warn({ code: codeOf(error), pause }, 'the mailbox for bounces cannot be read');
      }
      await delay(pause, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  async #connected(): Promise<ImapFlow> {
    if (this.#client?.usable) return this.#client;
    this.#client?.close();
    const client = new ImapFlow({
      ...this.#mailbox.connection,
      auth: await this.#login(),
      logger: false,
      connectionTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      maxLiteralSize: 2 * READ_BYTES,
    });
    // Unheard, it would end the process. The next look finds the connection unusable.
    client.on('error', (error: unknown) => {
      this.#options.logger.debug({ code: codeOf(error) }, 'the connection to the mailbox for bounces broke');
    });
    this.#client = client;
    try {
      await client.connect();
    } catch (error) {
      this.#isTokenRefused = (error as { authenticationFailed?: unknown }).authenticationFailed === true;
      throw error;
    }
    this.#isTokenRefused = false;
    return client;
  }

  async #login(): Promise<{ user: string; pass: string } | { user: string; accessToken: string }> {
    const { tokens, url } = this.#options;
    const { user, pass } = this.#mailbox.auth;
    return tokens && isTokenLogin(url)
      ? { user, accessToken: await tokens.token(this.#isTokenRefused) }
      : { user, pass };
  }

  async #collect(client: ImapFlow): Promise<number> {
    const found = await client.search({ seen: false, flagged: false }, { uid: true });
    const validity = client.mailbox ? String(client.mailbox.uidValidity) : '';
    const messages = (found || []).map((uid) => ({ uid, key: `${validity}:${uid}` }));
    this.#forgetAllBut(messages.map(({ key }) => key));
    // What failed before waits for its betters.
    messages.sort((a, b) => this.#attempts(a.key) - this.#attempts(b.key) || a.uid - b.uid);
    let settled = 0;
    const failed: typeof messages = [];
    for (const message of messages.slice(0, BATCH)) {
      if (this.#stopping.signal.aborted || (settled === 0 && failed.length >= FAILURES_IN_ROW)) break;
      if (await this.#settle(client, message.uid)) {
        settled += 1;
        this.#tried.delete(message.key);
      } else {
        failed.push(message);
        this.#tried.set(message.key, { attempts: this.#attempts(message.key) + 1, faults: this.#faults(message.key) });
      }
    }
    if (settled > 0) for (const message of failed) await this.#blame(client, message);
    return settled;
  }

  /** @returns false when the message must come again */
  async #settle(client: ImapFlow, uid: number): Promise<boolean> {
    try {
      const message = await client.fetchOne(String(uid), { source: { maxLength: READ_BYTES } }, { uid: true });
      if (message !== false && message.source) await this.#take(message.source);
    } catch (error) {
      if (!client.usable) throw error;
      this.#options.logger.warn({ err: error }, 'a report from the mailbox could not be recorded; it stays unread');
      return false;
    }
    await client.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true });
    return true;
  }

  async #take(content: Buffer): Promise<void> {
    const { receiver, returnPath } = this.#options;
    const headers = readHeaders(content);
    const mailId = signedRecipient(headers, returnPath);
    if (mailId === null) return receiver.countForeign();
    await receiver.take({ mailId, content, hasNullSender: /^<\s*>/.test(headers.first('return-path')) });
  }

  async #blame(client: ImapFlow, { uid, key }: { uid: number; key: string }): Promise<void> {
    const tried = { attempts: this.#attempts(key), faults: this.#faults(key) + 1 };
    this.#tried.set(key, tried);
    if (tried.faults < TRIES) return;
    await client.messageFlagsAdd(String(uid), ['\\Flagged'], { uid: true });
    this.#tried.delete(key);
    this.#options.logger.warn({ uid }, 'a report from the mailbox was given up; it is flagged there');
  }

  #attempts(key: string): number {
    return this.#tried.get(key)?.attempts ?? 0;
  }

  #faults(key: string): number {
    return this.#tried.get(key)?.faults ?? 0;
  }

  #forgetAllBut(keys: readonly string[]): void {
    const kept = new Set(keys);
    for (const key of this.#tried.keys()) if (!kept.has(key)) this.#tried.delete(key);
  }
}

/** The mail whose signed address stands in a header about the recipient. */
export function signedRecipient(headers: Headers, returnPath: Pick<ReturnPath, 'read'>): string | null {
  for (const name of RECIPIENT_HEADERS) {
    for (const value of headers.all(name).slice(0, ADDRESSES_PER_HEADER)) {
      for (const word of value.split(/[\s<>,;"()]+/).slice(0, ADDRESSES_PER_HEADER)) {
        const mailId = word.includes('@') ? returnPath.read(word) : null;
        if (mailId !== null) return mailId;
      }
    }
  }
  return null;
}

interface Mailbox {
  readonly folder: string;
  readonly connection: {
    readonly host: string;
    readonly port: number;
    readonly secure: boolean;
    readonly doSTARTTLS?: boolean;
  };
  readonly auth: { readonly user: string; readonly pass: string };
}

/** `imap:` asks for STARTTLS, but on this machine: no password goes over a network in the clear. */
function readMailboxUrl(text: string): Mailbox {
  const url = new URL(text);
  const secure = url.protocol === 'imaps:';
  return {
    folder: decodeURIComponent(url.pathname.slice(1)) || 'INBOX',
    connection: {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port) || (secure ? 993 : 143),
      secure,
      ...(secure ? {} : { doSTARTTLS: !isLoopback(url.hostname) }),
    },
    auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
  };
}

function codeOf(error: unknown): string {
  const { code, serverResponseCode } = error as { code?: unknown; serverResponseCode?: unknown };
  return String(serverResponseCode ?? code ?? 'unknown');
}
