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
import type { ReturnPath } from './addressing.ts';
import { MailLedger } from './ledger.ts';
import { Outcomes } from './outcomes.ts';
import { Preparer } from './preparing.ts';
import type { Random } from './retry.ts';
import { ServerState } from './server-state.ts';
import { createSlots, type Slots } from './slots.ts';
import { classifySendError } from './smtp-error.ts';
import type { MailTransport, OutgoingMail } from './transport.ts';
import type { MailComposer, MailRow } from './types.ts';
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
/** A mail that waited this long for a connection goes back: with the time to send it must stay below the lease. */
const TURN_MS = 10_000;
/** The moment that was read for a claim serves its mails for so long. */
const FRESH_MS = 2_000;
/** Below the lease; a server that trickles its answers is not noticed by a timeout of silence. */
const SEND_MS = 45_000;

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
  readonly #outcomes: Outcomes;
  readonly #preparer: Preparer;
  readonly #server: ServerState;
  readonly #clock: DatabaseClock;
  readonly #concurrency: number;
  readonly #connections: Slots;
  readonly #begun: Slots;
  readonly #listener: ReturnType<typeof createWakeListener>;
  /** By mail id. */
  readonly #inHand = new Map<string, Promise<void>>();
  /** A claim was asked for and its answer got lost: the record may hold mails in our name that we do not have. */
  #isClaimLost = false;
  #isStopping = false;
  #running: Promise<void> | undefined;
  #wake: () => void = () => undefined;
  #isWoken = false;
  #tidiedAt = 0;

  constructor(options: MailPumpOptions) {
    const { database, transport, composer, logger, from, returnPath, random } = options;
    this.#options = options;
    this.#logger = logger;
    this.#clock = options.clock ?? databaseClock;
    this.#concurrency = options.concurrency ?? DEFAULT_CONCURRENCY;
    const ledger = new MailLedger(database, options.workerId);
    const outcomes = new Outcomes({ database, clock: this.#clock, ledger, logger, server: transport.server, random });
    this.#ledger = ledger;
    this.#outcomes = outcomes;
    this.#preparer = new Preparer({ database, composer, ledger, outcomes, from, returnPath });
    this.#server = new ServerState(transport, logger);
    this.#connections = createSlots(this.#concurrency);
    this.#begun = createSlots(this.#concurrency * UNWRITTEN);
    this.#listener = createWakeListener(options.listenUrl, () => this.#ring(), logger);
  }

  isHealthy(): boolean {
    return this.#server.isHealthy;
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
    await this.#outcomes.writeLast();
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
        if (this.#inHand.size === 0) this.#server.checkIdle();
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
    await this.#outcomes.writeUnwritten();
    if (this.#isClaimLost) {
      await this.#ledger.putBackUnheld([...this.#inHand.keys(), ...this.#outcomes.unwritten()]);
      this.#isClaimLost = false;
    }
    const now = await this.#clock.now(this.#options.database);
    const released = await this.#ledger.releaseExpired(now);
    if (released > 0) this.#logger.warn({ mails: released }, 'mails of a worker that is gone are sent again');
    for (const row of await this.#ledger.takeUntold(this.#concurrency, now))
      this.#hold(row, this.#outcomes.takenByOther(row));
  }

  async #takeDue(): Promise<number> {
    const limit = this.#room();
    if (this.#isStopping || limit <= 0) return 0;
    const since = performance.now();
    const now = await this.#clock.now(this.#options.database);
    if (this.#server.isPaused(now)) return 0;
    const rows = await this.#claim(limit, now);
    if (rows.length === 0) return 0;
    const ready = this.#readAhead(rows);
    // Heard by each mail that gets its turn, of which there may be none.
    ready.catch(() => undefined);
    const claimed = { since, failures: this.#server.failures, ready };
    for (const row of rows) this.#hold(row, this.#handle(row, claimed));
    return rows.length;
  }

  /** How many mails to take now. Ahead only when half of them are gone, so that a claim brings many. */
  #room(): number {
    const inHand = this.#inHand.size;
    // After trouble one mail goes ahead, to see whether the server is back.
    if (this.#server.failures > 0) return inHand === 0 ? 1 : 0;
    if (!this.#server.isQuick) return this.#concurrency - inHand;
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
        this.#outcomes.log('error', row, { err: error }, 'a mail could not be written down');
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
      if (reply !== undefined) await this.#outcomes.taken(row, reply);
    } finally {
      this.#begun.free();
    }
  }

  /** @returns the reply of the server that took it; undefined when it was not sent, which is written down then */
  async #send(row: MailRow, claimed: Claimed): Promise<string | undefined> {
    await this.#connections.take();
    try {
      if (this.#mustGoBack(claimed)) {
        await this.#outcomes.notSent(row);
        return undefined;
      }
      const prepared = await this.#prepare(row, claimed);
      return prepared && (await this.#handOver(row, prepared.mail, prepared.now));
    } finally {
      this.#connections.free();
    }
  }

  /** Its turn came too late: others may take it, or nobody should before the server is back. */
  #mustGoBack({ since, failures }: Claimed): boolean {
    return this.#isStopping || this.#server.failures > failures || performance.now() - since > TURN_MS;
  }

  /** When it cannot be done now, the mail goes back as it was. */
  async #prepare(row: MailRow, claimed: Claimed) {
    try {
      const ready = await claimed.ready;
      const isFresh = performance.now() - claimed.since < FRESH_MS;
      const now = isFresh ? ready : await this.#clock.now(this.#options.database);
      const mail = await this.#preparer.prepare(row, now);
      return mail && { mail, now };
    } catch (error) {
      this.#outcomes.notSentLater(row);
      throw error;
    }
  }

  async #handOver(row: MailRow, mail: OutgoingMail, now: Date): Promise<string | undefined> {
    const since = performance.now();
    try {
      const reply = await this.#options.transport.send(mail, AbortSignal.timeout(SEND_MS));
      this.#server.noteTaken(performance.now() - since);
      return reply;
    } catch (error) {
      const failure = classifySendError(error);
      this.#server.noteRefused(failure.isServerTrouble, now);
      await this.#outcomes.refused(row, failure, now);
      return undefined;
    }
  }
}
