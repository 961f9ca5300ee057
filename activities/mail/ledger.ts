/**
 * The states of a mail while it is being sent.
 *
 * queued ─claim→ claimed ─┬→ accepted             (the server took it)
 *    ↑                    ├→ queued, later         ("try again", no server)
 *    │                    ├→ failed                (refused, obsolete, given up)
 *    └──────── unknown ←──┴  (lease over, or connection broken halfway)
 *
 * Contract
 * 1. A claim counts up `tries`, and an outcome is written only by the holder of the newest try. A worker that was thought
 *    dead therefore changes nothing, except that it may still tell that the server took the mail.
 * 2. A mail that the server took carries `acceptedAt`. Mostly its news is written with it (see acceptance.ts). While its news still has to reach the record the row stays
 *    `claimed`, which the queue's index serves; when the lease is over the news is told again, and nothing is sent.
 */
import { Prisma } from '../../generated/prisma/client.ts';
import type { Database, Tx } from '../../prisma/client.ts';
import { LEASE_MS, REPEAT_WAIT_MS } from './retry.ts';
import { MailProblem, type MailRow } from './types.ts';

/** A mail with the same state and try is still ours to write about. */
export type Claim = Pick<MailRow, 'id' | 'tries'>;

/** From this try on, a mail whose outcome stays unknown (does it crash the worker?) is no longer taken at once. */
const SUSPECT_TRIES = 3;
const SUSPECT_WAIT_MS = 15 * 60_000;

/** The columns of a MailRow, from the table `mail`. */
const ROW = Prisma.sql`mail.id, mail.school_id AS "schoolId", mail.stream_id AS "streamId", mail.template, mail.lang,
  mail.to_address AS "toAddress", mail.to_name AS "toName", mail.reference, mail.thread_key AS "threadKey",
  mail.is_thread_root AS "isThreadRoot", mail.tries, mail.queued_at AS "queuedAt", mail.not_after AS "notAfter",
  mail.is_repeat AS "isRepeat"`;

/** What the server said that took a mail. */
export interface TakenBy {
  readonly smtpCode: string;
  readonly smtpServer?: string | null;
  readonly smtpReply?: string | null;
}

export class MailLedger {
  readonly #database: Database;
  readonly #workerId: string;

  constructor(database: Database, workerId: string) {
    this.#database = database;
    this.#workerId = workerId;
  }

  /** Takes at most `limit` mails that are due, most urgent first, for this worker alone. */
  async claim(limit: number, now: Date): Promise<MailRow[]> {
    return this.#database.$queryRaw<MailRow[]>`
      WITH due AS (
        SELECT id FROM mail
        WHERE state IN ('queued', 'unknown') AND next_try_at <= ${now}
        ORDER BY priority, next_try_at, id
        LIMIT ${limit}
        FOR UPDATE SKIP LOCKED
      )
      UPDATE mail
      SET state = 'claimed', claimed_at = ${now}, claimed_by = ${this.#workerId},
        tries = mail.tries + 1, accepted_at = NULL
      FROM due WHERE mail.id = due.id
      RETURNING ${ROW}`;
  }

  /** Mails whose worker is gone become `unknown`; they may have been sent. @returns how many */
  async releaseExpired(now: Date): Promise<number> {
    const after = (ms: number) => new Date(now.getTime() + ms);
    return this.#database.$executeRaw`
      UPDATE mail
      SET state = 'unknown', is_repeat = true, last_error = ${MailProblem.OutcomeUnknown}, claimed_by = NULL,
        next_try_at = CASE
          WHEN tries >= ${SUSPECT_TRIES} THEN ${after(SUSPECT_WAIT_MS)}::timestamptz
          WHEN template = 'resultToOffice' THEN ${after(REPEAT_WAIT_MS)}::timestamptz
          ELSE ${now}::timestamptz END
      WHERE state = 'claimed' AND accepted_at IS NULL AND claimed_at <= ${leaseEnd(now)}`;
  }

  /** Mails that the server took, but whose news was not told within the lease: taken over to tell it again. */
  async takeUntold(limit: number, now: Date): Promise<MailRow[]> {
    return this.#database.$queryRaw<MailRow[]>`
      WITH untold AS (
        SELECT id FROM mail
        WHERE state = 'claimed' AND accepted_at IS NOT NULL AND claimed_at <= ${leaseEnd(now)}
        LIMIT ${limit}
        FOR UPDATE SKIP LOCKED
      )
      UPDATE mail SET claimed_at = ${now}, claimed_by = ${this.#workerId}
      FROM untold WHERE mail.id = untold.id
      RETURNING ${ROW}`;
  }

  /** The server took it. True even when the lease is over, as long as nobody tried again since. */
  async markTaken(claim: Claim, taken: TakenBy, now: Date): Promise<void> {
    await this.#database.mail.updateMany({
      where: { ...this.#newestTry(claim), state: { in: ['claimed', 'unknown'] }, acceptedAt: null },
      data: { state: 'claimed', acceptedAt: now, claimedAt: now, ...taken, lastError: null },
    });
  }

  /** The news of a mail that was taken has reached the record. */
  async markAccepted(claim: Claim): Promise<void> {
    await this.#database.mail.updateMany({
      where: { ...this.#newestTry(claim), state: 'claimed', acceptedAt: { not: null } },
      data: { state: 'accepted', claimedBy: null },
    });
  }

  /** Nothing was sent and nothing was decided: as if it had not been taken. */
  async putBack(claim: Claim): Promise<void> {
    await this.#writeOutcome(claim, { state: 'queued' });
  }

  /** Gives back what stands in this worker's name but never reached it. @param held ids of the mails that did */
  async putBackUnheld(held: readonly string[]): Promise<void> {
    await this.#database.mail.updateMany({
      where: { state: 'claimed', acceptedAt: null, claimedBy: this.#workerId, id: { notIn: [...held] } },
      data: { state: 'queued', claimedBy: null },
    });
  }

  async markRetry(claim: Claim, problem: MailProblem, smtpCode: string | null, nextTryAt: Date): Promise<void> {
    await this.#writeOutcome(claim, { state: 'queued', lastError: problem, smtpCode, nextTryAt });
  }

  async markUnknown(claim: Claim, nextTryAt: Date): Promise<void> {
    const outcome = { state: 'unknown', lastError: MailProblem.OutcomeUnknown, nextTryAt, isRepeat: true };
    await this.#writeOutcome(claim, outcome);
  }

  async markFailed(claim: Claim, problem: MailProblem, smtpCode: string | null): Promise<void> {
    await this.#writeOutcome(claim, { state: 'failed', lastError: problem, smtpCode });
  }

  async #writeOutcome(claim: Claim, data: Prisma.MailUpdateManyMutationInput): Promise<void> {
    await this.#database.mail.updateMany({
      where: { ...this.#newestTry(claim), state: 'claimed', acceptedAt: null },
      data: { ...data, claimedBy: null },
    });
  }

  #newestTry(claim: Claim) {
    return { id: claim.id, tries: claim.tries };
  }
}

/**
 * The server took them and their news reaches the record in the same transaction: accepted at once. As with `markTaken`, only
 * when nobody tried again since, and nobody knows more already.
 */
export async function writeAccepted(
  tx: Pick<Tx, '$executeRaw'>,
  mails: readonly { readonly row: Claim; readonly smtpCode: string }[],
  now: Date,
): Promise<void> {
  const given = mails.map(({ row: { id, tries }, smtpCode }) => ({ id, tries, smtpCode }));
  // The list of ids says the same once more: with it the rows are found by their key.
  await tx.$executeRaw`
    UPDATE mail
    SET state = 'accepted', accepted_at = ${now}::timestamptz, claimed_at = ${now}::timestamptz, claimed_by = NULL,
      smtp_code = given."smtpCode", last_error = NULL
    FROM jsonb_to_recordset(${JSON.stringify(given)}::jsonb) AS given(id uuid, tries int, "smtpCode" text)
    WHERE mail.id = ANY(${given.map(({ id }) => id)}::uuid[]) AND mail.id = given.id AND mail.tries = given.tries
      AND mail.state IN ('claimed', 'unknown') AND mail.accepted_at IS NULL`;
}

/** Mails claimed before this moment are held no longer. */
function leaseEnd(now: Date): Date {
  return new Date(now.getTime() - LEASE_MS);
}
