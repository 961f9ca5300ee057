/** Everything between a row of the ledger and the first word to the mail server. */
import type { Database } from '../../prisma/client.ts';
import { domainOf, messageId, parseSender, type ReturnPath, threadHeaders } from './addressing.ts';
import type { MailLedger } from './ledger.ts';
import type { Outcomes } from './outcomes.ts';
import { COMPOSE_TRIES, mustGiveUp } from './retry.ts';
import { notifyFor, type OutgoingMail } from './transport.ts';
import { type ComposedMail, type MailComposer, MailNotSendable, MailProblem, type MailRow } from './types.ts';

export interface PreparerOptions {
  readonly database: Database;
  readonly composer: MailComposer;
  readonly ledger: MailLedger;
  readonly outcomes: Outcomes;
  /** MAIL_FROM */
  readonly from: string;
  readonly returnPath?: ReturnPath | undefined;
}

export class Preparer {
  readonly #options: PreparerOptions;
  readonly #sender: ReturnType<typeof parseSender>;

  constructor(options: PreparerOptions) {
    this.#options = options;
    this.#sender = parseSender(options.from);
  }

  /**
   * Writes and addresses a mail.
   * @param now the database's time
   * @returns undefined when it must not be sent, or not now; what follows from that is written down then
   */
  async prepare(row: MailRow, now: Date): Promise<OutgoingMail | undefined> {
    const problem = tooLate(row, now);
    if (problem !== null) {
      await this.#options.outcomes.givenUp(row, problem, null);
      return undefined;
    }
    const composed = await this.#compose(row, now);
    return composed && (await this.#address(row, composed, now));
  }

  async #compose(row: MailRow, now: Date): Promise<ComposedMail | undefined> {
    const { composer, outcomes, ledger } = this.#options;
    try {
      return await composer.compose(row);
    } catch (error) {
      if (error instanceof MailNotSendable) {
        outcomes.log('info', row, { reason: error.message }, 'mail not sent: it has become pointless');
        await ledger.markFailed(row, MailProblem.Obsolete, null);
        return undefined;
      }
      outcomes.log('error', row, { err: error }, 'mail could not be composed');
      if (row.tries >= COMPOSE_TRIES) await outcomes.givenUp(row, MailProblem.ComposeFailed, null);
      else await outcomes.retry(row, MailProblem.ComposeFailed, null, now, false);
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
}

/** Nobody can use it any more, or it was tried for so long that nobody will learn what became of it. */
function tooLate(row: MailRow, now: Date): MailProblem | null {
  if (row.notAfter !== null && row.notAfter <= now) return MailProblem.TooLate;
  return row.isRepeat && mustGiveUp(row.queuedAt, row.tries - 1, now) ? MailProblem.OutcomeUnknown : null;
}
