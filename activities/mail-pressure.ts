/**
 * The one rule about too much at once: invitations that people wait for go before everything that makes other work, because all of it
 * needs the same processors.
 */
import type { Database } from '../prisma/client.ts';

/** So many that others rest. */
const MANY = 50;
/** Mails that are enough to keep the mail server busy while more invitations are made. */
const ENOUGH = 60;
/** Invitations and what is more urgent; the order of them is in prisma/mail-ledger.ts. */
const LEAST_URGENT = 5;

type Asked = Pick<Database, '$queryRaw' | 'mail'>;

/** Whether so many mails are due that it is of no use to make more of them now. */
export function areMailsEnough(database: Asked, now: Date): Promise<boolean> {
  return areDue(database, now, ENOUGH);
}

/** Whether so many invitations are on their way, or about to be, that telling Temporal of other news should rest for a moment. */
export async function doInvitationsWait(database: Asked, now: Date): Promise<boolean> {
  return (await areDue(database, now, MANY)) || (await areRowsLeft(database, now));
}

async function areDue(database: Asked, now: Date, count: number): Promise<boolean> {
  const due = {
    state: { in: ['queued', 'unknown'] },
    priority: { lte: LEAST_URGENT },
    nextTryAt: { lte: now },
  };
  // A database that is away is the concern of whoever asks it next.
  const found = await database.mail.findMany({ where: due, select: { id: true }, take: count }).catch(() => []);
  return found.length === count;
}

/** One batch that stands still must not make everything wait for ever. */
const FORGOTTEN_MINUTES = 10;

async function areRowsLeft(database: Asked, now: Date): Promise<boolean> {
  const found = await database.$queryRaw<{ count: number }[]>`
    SELECT COALESCE(sum(row_count - done_count - failed_count), 0)::int AS count FROM batch
    WHERE status IN ('scheduled', 'sending') AND send_at <= ${now}::timestamptz
      AND status_since > ${now}::timestamptz - make_interval(mins => ${FORGOTTEN_MINUTES}::int)`.catch(() => []);
  return (found[0]?.count ?? 0) >= MANY;
}
