/**
 * Hands the mails of the ledger over to the mail server.
 *
 * Contract
 * 1. A mail is held by one worker at a time (see ledger.ts); any number of pumps may run side by side.
 * 2. Before sending it is written anew from the record. What must not be sent any more is not, and says why.
 * 3. Every try has the same Message-ID. When nobody knows whether a try arrived, the mail is sent again; the result to the
 *    exam office only after a wait and marked as a repeat.
 * 4. Trouble of the mail server pauses the pump, not the mails: no mail is given up because a server was down for a night.
 * 5. While the server takes mails quickly, mails are claimed ahead, so that many share one read and one write. One that does
 *    not get its turn in time, or before trouble or the end, goes back as it was.
 * 6. Nothing logged names a person or holds a link: ids, templates and codes only.
 */
import type { Logger } from '../../platform/logger.ts';
import { type Database, type DatabaseClock, databaseClock } from '../../prisma/client.ts';
import { type Acceptance, createAcceptance } from './acceptance.ts';
import { domainOf, messageId, parseSender, type ReturnPath, threadHeaders } from './addressing.ts';
import { MailLedger } from './ledger.ts';
import { createMailNews } from './news.ts';
import { COMPOSE_TRIES, mustGiveUp, pauseDelay, type Random, REPEAT_WAIT_MS, retryDelay } from './retry.ts';
import { createSlots, type Slots } from './slots.ts';
import { classifySendError, type SendFailure } from './smtp-error.ts';
import { type MailTransport, notifyFor, type OutgoingMail } from './transport.ts';
import { type ComposedMail, type MailComposer, MailNotSendable, MailProblem, type MailRow } from './types.ts';
import { createWakeListener } from './wake.ts';

export interface MailPumpOptions {
  readonly database: Database;
  /** Connection for LISTEN; the same database. */
  readonly listenUrl: string;
  readonly transport: MailTransport;
  readonly composer: MailComposer;
  readonly logger: Logger;
  /** MAIL_FROM */
  readonly from: string;
  /** Names this process in the ledger. */
  readonly workerId: string;
  /** Mails at the same time; as many as the transport has connections. */
  readonly concurrency?: number;
  /** Signed addresses for bounces; without it they go to the sender. */
  readonly returnPath?: ReturnPath;
  readonly clock?: DatabaseClock;
  readonly random?: Random;
}

export interface MailPump {
  start(): void;
  /** Takes no more mails, lets the ones in hand finish, and closes the connections. */
  stop(): Promise<void>;
  /** Sends everything that is due now, and what falls due meanwhile. @returns how many mails it took */
  pumpOnce(): Promise<number>;
  /** Whether the mail server did what we asked, the last time we did. */
  isHealthy(): boolean;
}

const DEFAULT_CONCURRENCY = 5;
const POLL_MS = 1_000;
/** While the server is quick, so many times as many mails are in hand as there are connections. */
const AHEAD = 4;
/** Handed over and not yet written down, or being handed over: at most so many times the connections. */
const UNWRITTEN = 2;
const QUICK_MS = 1_000;
/** A mail that waited this long for a connection goes back: with the time to send it must stay below the lease. */
const TURN_MS = 10_000;
/** The moment that was read for a claim serves its mails for so long. */
const FRESH_MS = 2_000;
/** Below the lease; a server that trickles its answers is not noticed by a timeout of silence. */
const SEND_MS = 45_000;
/** How often an idle pump looks whether the mail server is there. */
const VERIFY_MS = 30_000;

export function createMailPump(options: MailPumpOptions): MailPump {
  return new Pump(options);
}

/** What the mails of one claim share. */
interface Claimed {
  /** Of this process, from before the claim. */
  readonly since: number;
  /** Trouble in a row before it. */
  readonly failures: number;
  /** The database's time, once everything is read. */
  readonly ready: Promise<Date>;
}

class Pump implements MailPump {
  readonly #options: MailPumpOptions;
  readonly #logger: Logger;
  readonly #ledger: MailLedger;
  readonly #news: ReturnType<typeof createMailNews>;
  readonly #clock: DatabaseClock;
  readonly #concurrency: number;
  readonly #acceptance: Acceptance;
  readonly #connections: Slots;
  readonly #begun: Slots;
  readonly #sender: ReturnType<typeof parseSender>;
  readonly #listener: ReturnType<typeof createWakeListener>;
  /** By mail id. */
  readonly #inHand = new Map<string, Promise<void>>();
  /** What became of mails in hand and could not be written down: the database was away. By mail id. */
  readonly #unwritten = new Map<string, { readonly row: MailRow; readonly write: () => Promise<void> }>();
  /** A claim was asked for and its answer got lost: the record may hold mails in our name that we do not have. */
  #isClaimLost = false;
  #isStopping = false;
  #running: Promise<void> | undefined;
  #wake: () => void = () => undefined;
  #isWoken = false;
  #failures = 0;
  #pausedUntil = 0;
  #isHealthy = true;
  /** The last mail was taken, and soon. */
  #isQuick = false;
  #checkedAt = 0;
  #tidiedAt = 0;

  constructor(options: MailPumpOptions) {
    this.#options = options;
    this.#logger = options.logger;
    this.#clock = options.clock ?? databaseClock;
    this.#ledger = new MailLedger(options.database, options.workerId);
    this.#news = createMailNews(options.database, this.#clock, options.logger);
    this.#concurrency = options.concurrency ?? DEFAULT_CONCURRENCY;
    this.#acceptance = createAcceptance(options.database, this.#clock);
    this.#connections = createSlots(this.#concurrency);
    this.#begun = createSlots(this.#concurrency * UNWRITTEN);
    this.#sender = parseSender(options.from);
    this.#listener = createWakeListener(options.listenUrl, () => this.#ring(), options.logger);
  }

  isHealthy(): boolean {
    return this.#isHealthy;
  }

  start(): void {
    if (this.#running) return;
    this.#listener.start();
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#ring();
    await this.#running;
    await Promise.allSettled(this.#inHand.values());
    await this.#tidyLast();
    await this.#listener.stop();
    this.#options.transport.close();
  }

  async pumpOnce(): Promise<number> {
    let total = 0;
    await this.#tidy();
    for (;;) {
      const taken = await this.#takeDue();
      total += taken;
      if (taken === 0 && this.#inHand.size === 0) return total;
      if (this.#inHand.size > 0) await Promise.race(this.#inHand.values());
    }
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      try {
        if (Date.now() - this.#tidiedAt >= POLL_MS) await this.#tidy();
        await this.#takeDue();
        this.#checkServer();
      } catch (error) {
        this.#logger.error({ err: error }, 'the mail pump could not read its ledger; it tries again');
      }
      await this.#waitForWork();
    }
  }

  /** Ends a wait, or skips the next one: a bell that rings while nobody waits is not lost. */
  #ring(): void {
    this.#isWoken = true;
    this.#wake();
  }

  async #waitForWork(): Promise<void> {
    if (!this.#isWoken && !this.#isStopping) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, POLL_MS);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#isWoken = false;
  }

  /** Writes down what could not be written, and takes care of what other workers left behind. */
  async #tidy(): Promise<void> {
    this.#tidiedAt = Date.now();
    for (const { row, write } of [...this.#unwritten.values()]) await this.#writeDown(row, write);
    if (this.#isClaimLost) {
      await this.#ledger.putBackUnheld([...this.#inHand.keys(), ...this.#unwritten.keys()]);
      this.#isClaimLost = false;
    }
    const now = await this.#clock.now(this.#options.database);
    const released = await this.#ledger.releaseExpired(now);
    if (released > 0) this.#logger.warn({ mails: released }, 'mails of a worker that is gone are sent again');
    for (const row of await this.#ledger.takeUntold(this.#concurrency, now))
      this.#hold(
        row,
        this.#writeDown(row, () => this.#tellTaken(row, '250')),
      );
  }

  async #tidyLast(): Promise<void> {
    for (const { row, write } of [...this.#unwritten.values()]) {
      try {
        await this.#writeDown(row, write);
      } catch (error) {
        this.#log('error', row, { err: error }, 'what became of a mail could not be written down');
      }
    }
  }

  async #takeDue(): Promise<number> {
    const limit = this.#room();
    if (this.#isStopping || limit <= 0) return 0;
    const since = performance.now();
    const now = await this.#clock.now(this.#options.database);
    if (now.getTime() < this.#pausedUntil) return 0;
    const rows = await this.#claim(limit, now);
    if (rows.length === 0) return 0;
    const ready = this.#readAhead(rows);
    // Heard by each mail that gets its turn, of which there may be none.
    ready.catch(() => undefined);
    const claimed = { since, failures: this.#failures, ready };
    for (const row of rows) this.#hold(row, this.#handle(row, claimed));
    return rows.length;
  }

  /** How many mails to take now. Ahead only when half of them are gone, so that a claim brings many. */
  #room(): number {
    const inHand = this.#inHand.size;
    // After trouble one mail goes ahead, to see whether the server is back.
    if (this.#failures > 0) return inHand === 0 ? 1 : 0;
    if (!this.#isQuick) return this.#concurrency - inHand;
    const most = this.#concurrency * AHEAD;
    return inHand <= most / 2 ? most - inHand : 0;
  }

  async #readAhead(rows: readonly MailRow[]): Promise<Date> {
    const now = await this.#clock.now(this.#options.database);
    await this.#options.composer.readAhead?.(rows).catch((error: unknown) => {
      this.#logger.debug({ err: error, mails: rows.length }, 'mails could not be read ahead');
    });
    return now;
  }

  async #claim(limit: number, now: Date): Promise<MailRow[]> {
    this.#isClaimLost = true;
    const rows = await this.#ledger.claim(limit, now);
    this.#isClaimLost = false;
    return rows;
  }

  #hold(row: MailRow, handling: Promise<void>): void {
    const work = handling
      .catch((error: unknown) => {
        // It is written as soon as the database is back; when this process does not live to see it, the lease ends.
        this.#logger.error({ err: error, mailId: row.id, template: row.template }, 'a mail could not be written down');
      })
      .finally(() => {
        this.#inHand.delete(row.id);
        this.#ring();
      });
    this.#inHand.set(row.id, work);
  }

  async #handle(row: MailRow, claimed: Claimed): Promise<void> {
    await this.#begun.take();
    try {
      const reply = await this.#send(row, claimed);
      if (reply !== undefined) await this.#finishTaken(row, reply);
    } finally {
      this.#begun.free();
    }
  }

  /** @returns the reply of the server that took it; undefined when it was not sent, which is written down then */
  async #send(row: MailRow, claimed: Claimed): Promise<string | undefined> {
    await this.#connections.take();
    try {
      if (this.#mustGoBack(claimed)) {
        await this.#writeDown(row, () => this.#ledger.putBack(row));
        return undefined;
      }
      const prepared = await this.#prepare(row, claimed);
      return prepared && (await this.#handOver(row, prepared.mail, prepared.now));
    } finally {
      this.#connections.free();
    }
  }

  async #handOver(row: MailRow, mail: OutgoingMail, now: Date): Promise<string | undefined> {
    const since = performance.now();
    try {
      const reply = await this.#options.transport.send(mail, AbortSignal.timeout(SEND_MS));
      this.#noteServer(true, now);
      this.#isQuick = performance.now() - since < QUICK_MS;
      return reply;
    } catch (error) {
      const failure = classifySendError(error);
      this.#noteServer(!failure.isServerTrouble, now);
      this.#isQuick = false;
      await this.#writeDown(row, () => this.#writeFailure(row, failure, now));
      return undefined;
    }
  }

  /** Its turn came too late: others may take it, or nobody should before the server is back. */
  #mustGoBack({ since, failures }: Claimed): boolean {
    return this.#isStopping || this.#failures > failures || performance.now() - since > TURN_MS;
  }

  /** Everything before the first word to the server. When it cannot be done now, the mail goes back as it was. */
  async #prepare(
    row: MailRow,
    claimed: Claimed,
  ): Promise<{ readonly mail: OutgoingMail; readonly now: Date } | undefined> {
    try {
      const ready = await claimed.ready;
      const isFresh = performance.now() - claimed.since < FRESH_MS;
      const now = isFresh ? ready : await this.#clock.now(this.#options.database);
      if (row.notAfter !== null && row.notAfter <= now) {
        await this.#fail(row, MailProblem.TooLate, null);
        return undefined;
      }
      if (row.isRepeat && mustGiveUp(row.queuedAt, row.tries - 1, now)) {
        await this.#fail(row, MailProblem.OutcomeUnknown, null);
        return undefined;
      }
      const composed = await this.#compose(row, now);
      return composed && { mail: await this.#address(row, composed, now), now };
    } catch (error) {
      this.#unwritten.set(row.id, { row, write: () => this.#ledger.putBack(row) });
      throw error;
    }
  }

  /** Remembers what could not be written, so that it is done as soon as the database is back. Harmless to repeat. */
  async #writeDown(row: MailRow, write: () => Promise<void>): Promise<void> {
    try {
      await write();
      this.#unwritten.delete(row.id);
    } catch (error) {
      this.#unwritten.set(row.id, { row, write });
      throw error;
    }
  }

  async #compose(row: MailRow, now: Date): Promise<ComposedMail | undefined> {
    try {
      return await this.#options.composer.compose(row);
    } catch (error) {
      if (error instanceof MailNotSendable) {
        this.#log('info', row, { reason: error.message }, 'mail not sent: it has become pointless');
        await this.#ledger.markFailed(row, MailProblem.Obsolete, null);
        return undefined;
      }
      this.#log('error', row, { err: error }, 'mail could not be composed');
      if (row.tries >= COMPOSE_TRIES) await this.#fail(row, MailProblem.ComposeFailed, null);
      else await this.#retry(row, MailProblem.ComposeFailed, null, now, false);
      return undefined;
    }
  }

  async #address(row: MailRow, composed: ComposedMail, now: Date): Promise<OutgoingMail> {
    const { database, returnPath } = this.#options;
    const domain = domainOf(this.#sender.address);
    return {
      ...composed,
      ...(await threadHeaders(database, row, domain)),
      messageId: messageId(row.id, domain),
      from: this.#sender,
      to: { name: row.toName, address: row.toAddress },
      returnPath: returnPath?.create(row.id) ?? this.#sender.address,
      date: now,
      envelopeId: row.id,
      notify: notifyFor(row.template),
    };
  }

  /** From here on the mail is with the server: it must never be sent again because our own writing failed. */
  async #finishTaken(row: MailRow, reply: string): Promise<void> {
    const smtpCode = reply.slice(0, 3);
    if (!(await this.#acceptTogether(row, smtpCode))) {
      await this.#writeDown(row, async () => {
        const taken = { smtpCode, ...this.#whoTook(row, reply) };
        await this.#ledger.markTaken(row, taken, await this.#clock.now(this.#options.database));
        await this.#tellTaken(row, smtpCode);
      });
    }
    this.#log('info', row, { smtpCode }, 'mail handed over');
  }

  /** Of a document for the exam office it is kept who took it: it is a proof of delivery. */
  #whoTook({ template }: MailRow, reply: string) {
    if (template !== 'resultToOffice') return {};
    return { smtpServer: this.#options.transport.server ?? null, smtpReply: shortReply(reply) };
  }

  /** @returns false when it has to be written on its own: more is to tell, or one of those written together is in the way */
  async #acceptTogether(row: MailRow, smtpCode: string): Promise<boolean> {
    if (row.template === 'resultToOffice') return false;
    try {
      await this.#acceptance.write({ row, smtpCode });
      return true;
    } catch (error) {
      this.#log('debug', row, { err: error }, 'mails could not be written down together');
      return false;
    }
  }

  async #tellTaken(row: MailRow, smtpCode: string): Promise<void> {
    await this.#news.tellAccepted(row, smtpCode);
    await this.#ledger.markAccepted(row);
  }

  async #writeFailure(row: MailRow, failure: SendFailure, now: Date): Promise<void> {
    const { problem, outcome, smtpCode, status, isServerTrouble } = failure;
    this.#log('warn', row, { problem, smtpCode, tries: row.tries }, 'mail not handed over');
    if (outcome === 'failed' || mustGiveUp(row.queuedAt, row.tries, now))
      return this.#fail(row, problem, { smtpCode, status });
    if (outcome === 'unknown') {
      const wait = row.template === 'resultToOffice' ? REPEAT_WAIT_MS : this.#delay(row, isServerTrouble);
      return this.#ledger.markUnknown(row, new Date(now.getTime() + wait));
    }
    return this.#retry(row, problem, smtpCode, now, isServerTrouble);
  }

  async #retry(row: MailRow, problem: MailProblem, smtpCode: string | null, now: Date, isServerTrouble: boolean) {
    const nextTryAt = new Date(now.getTime() + this.#delay(row, isServerTrouble));
    await this.#ledger.markRetry(row, problem, smtpCode, nextTryAt);
  }

  #delay(row: MailRow, isServerTrouble: boolean): number {
    return retryDelay(row.tries, isServerTrouble, this.#options.random);
  }

  /** The news first: when it fails, the row is not failed yet, and the next try tells it. */
  async #fail(row: MailRow, problem: MailProblem, reply: Pick<SendFailure, 'smtpCode' | 'status'> | null) {
    const smtpCode = reply?.smtpCode ?? null;
    await this.#news.tellFailed(row, problem, reply?.status ?? null);
    await this.#ledger.markFailed(row, problem, smtpCode);
    this.#log('warn', row, { problem, smtpCode }, 'mail given up');
  }

  #noteServer(isFine: boolean, now: Date): void {
    this.#isHealthy = isFine;
    this.#checkedAt = Date.now();
    if (isFine) {
      this.#failures = 0;
      this.#pausedUntil = 0;
    } else if (now.getTime() >= this.#pausedUntil) {
      // Mails in hand at the same time fail for the same reason: that counts once.
      this.#failures += 1;
      this.#pausedUntil = now.getTime() + pauseDelay(this.#failures);
    }
  }

  /** Keeps `isHealthy` true to life while there is nothing to send; nobody waits for it. */
  #checkServer(): void {
    if (Date.now() - this.#checkedAt < VERIFY_MS || this.#inHand.size > 0) return;
    this.#checkedAt = Date.now();
    this.#options.transport.verify().then(
      () => {
        this.#isHealthy = true;
      },
      (error: unknown) => {
        const { smtpCode } = classifySendError(error);
        if (this.#isHealthy) this.#logger.warn({ smtpCode }, 'the mail server cannot be used now');
        this.#isHealthy = false;
      },
    );
  }

  #log(
    level: 'debug' | 'info' | 'warn' | 'error',
    row: MailRow,
    details: Record<string, unknown>,
    message: string,
  ): void {
    this.#logger[level]({ mailId: row.id, template: row.template, ...details }, message);
  }
}

const MAX_REPLY = 200;

/** One line: what a server says goes on a page. */
function shortReply(reply: string): string {
  return reply
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_REPLY);
}
