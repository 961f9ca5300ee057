/**
 * Writes down what became of mails.
 *
 * Contract
 * 1. What cannot be written because the database is away is remembered, and written as soon as it is back; harmless to repeat.
 * 2. That the server took a mail is written together with others of that moment (acceptance.ts), or alone when more is to tell.
 * 3. Of a mail that is given up the news goes first: when it fails, the row is not failed yet, and the next try tells it.
 */
import type { Logger } from '../../platform/logger.ts';
import type { Database, DatabaseClock } from '../../prisma/client.ts';
import { type Acceptance, createAcceptance } from './acceptance.ts';
import type { MailLedger } from './ledger.ts';
import { createMailNews, type MailNews } from './news.ts';
import { mustGiveUp, type Random, REPEAT_WAIT_MS, retryDelay } from './retry.ts';
import type { SendFailure } from './smtp-error.ts';
import type { MailProblem, MailRow } from './types.ts';

export interface OutcomesOptions {
  readonly database: Database;
  readonly clock: DatabaseClock;
  readonly ledger: MailLedger;
  readonly logger: Logger;
  /** Name of the mail server. */
  readonly server?: string | undefined;
  readonly random?: Random | undefined;
}

type Level = 'debug' | 'info' | 'warn' | 'error';

export class Outcomes {
  readonly #options: OutcomesOptions;
  readonly #ledger: MailLedger;
  readonly #news: MailNews;
  readonly #acceptance: Acceptance;
  /** What could not be written down yet, by mail id. */
  readonly #unwritten = new Map<string, { readonly row: MailRow; readonly write: () => Promise<void> }>();

  constructor(options: OutcomesOptions) {
    const { database, clock, ledger, logger } = options;
    this.#options = options;
    this.#ledger = ledger;
    this.#news = createMailNews(database, clock, logger);
    this.#acceptance = createAcceptance(database, clock);
  }

  /** Ids of mails of which something is still to be written. */
  unwritten(): string[] {
    return [...this.#unwritten.keys()];
  }

  /** @throws when the database is away still */
  async writeUnwritten(): Promise<void> {
    for (const { row, write } of [...this.#unwritten.values()]) await this.#writeDown(row, write);
  }

  /** The same for the last time: what cannot be written is told to the log. */
  async writeLast(): Promise<void> {
    for (const { row, write } of [...this.#unwritten.values()]) {
      try {
        await this.#writeDown(row, write);
      } catch (error) {
        this.log('error', row, { err: error }, 'what became of a mail could not be written down');
      }
    }
  }

  /** From here on the mail is with the server: it must never be sent again because our own writing failed. */
  async taken(row: MailRow, reply: string): Promise<void> {
    const smtpCode = reply.slice(0, 3);
    if (!(await this.#acceptTogether(row, smtpCode))) {
      await this.#writeDown(row, async () => {
        const taken = { smtpCode, ...this.#whoTook(row, reply) };
        await this.#ledger.markTaken(row, taken, await this.#options.clock.now(this.#options.database));
        await this.#tellTaken(row, smtpCode);
      });
    }
    this.log('info', row, { smtpCode }, 'mail handed over');
  }

  /** A worker that is gone handed it over, and did not get to tell it. */
  async takenByOther(row: MailRow): Promise<void> {
    await this.#writeDown(row, () => this.#tellTaken(row, '250'));
  }

  async refused(row: MailRow, failure: SendFailure, now: Date): Promise<void> {
    await this.#writeDown(row, () => this.#writeFailure(row, failure, now));
  }

  /** It did not get its turn. */
  async notSent(row: MailRow): Promise<void> {
    await this.#writeDown(row, () => this.#ledger.putBack(row));
  }

  /** It goes back as it was, as soon as there is a database to write that to. */
  notSentLater(row: MailRow): void {
    this.#unwritten.set(row.id, { row, write: () => this.#ledger.putBack(row) });
  }

  async retry(
    row: MailRow,
    problem: MailProblem,
    smtpCode: string | null,
    now: Date,
    isServerTrouble: boolean,
  ): Promise<void> {
    const nextTryAt = new Date(now.getTime() + this.#delay(row, isServerTrouble));
    await this.#ledger.markRetry(row, problem, smtpCode, nextTryAt);
  }

  async givenUp(row: MailRow, problem: MailProblem, reply: Pick<SendFailure, 'smtpCode' | 'status'> | null) {
    const smtpCode = reply?.smtpCode ?? null;
    await this.#news.tellFailed(row, problem, reply?.status ?? null);
    await this.#ledger.markFailed(row, problem, smtpCode);
    this.log('warn', row, { problem, smtpCode }, 'mail given up');
  }

  /** Ids, templates and codes only. */
  log(level: Level, row: MailRow, details: Record<string, unknown>, message: string): void {
    this.#options.logger[level]({ mailId: row.id, template: row.template, ...details }, message);
  }

  async #writeDown(row: MailRow, write: () => Promise<void>): Promise<void> {
    try {
      await write();
      this.#unwritten.delete(row.id);
    } catch (error) {
      this.#unwritten.set(row.id, { row, write });
      throw error;
    }
  }

  /** @returns false when it has to be written on its own: more is to tell, or one of those written together is in the way */
  async #acceptTogether(row: MailRow, smtpCode: string): Promise<boolean> {
    if (row.template === 'resultToOffice') return false;
    try {
      await this.#acceptance.write({ row, smtpCode });
      return true;
    } catch (error) {
      this.log('debug', row, { err: error }, 'mails could not be written down together');
      return false;
    }
  }

  /** Of a document for the exam office it is kept who took it: it is a proof of delivery. */
  #whoTook({ template }: MailRow, reply: string) {
    if (template !== 'resultToOffice') return {};
    return { smtpServer: this.#options.server ?? null, smtpReply: shortReply(reply) };
  }

  async #tellTaken(row: MailRow, smtpCode: string): Promise<void> {
    await this.#news.tellAccepted(row, smtpCode);
    await this.#ledger.markAccepted(row);
  }

  async #writeFailure(row: MailRow, failure: SendFailure, now: Date): Promise<void> {
    const { problem, outcome, smtpCode, status, isServerTrouble } = failure;
    this.log('warn', row, { problem, smtpCode, tries: row.tries }, 'mail not handed over');
    if (outcome === 'failed' || mustGiveUp(row.queuedAt, row.tries, now))
      return this.givenUp(row, problem, { smtpCode, status });
    if (outcome === 'unknown') {
      const wait = row.template === 'resultToOffice' ? REPEAT_WAIT_MS : this.#delay(row, isServerTrouble);
      return this.#ledger.markUnknown(row, new Date(now.getTime() + wait));
    }
    return this.retry(row, problem, smtpCode, now, isServerTrouble);
  }

  #delay(row: MailRow, isServerTrouble: boolean): number {
    return retryDelay(row.tries, isServerTrouble, this.#options.random);
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
