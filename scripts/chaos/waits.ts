/**
 * Waits that the system takes on purpose, shortened for a test: a mail that a killed worker held waits a minute for its lease
 * and a document five more for its repeat. The rows are made older; nothing else changes, and the report counts the time.
 */
import { LEASE_MS, REPEAT_WAIT_MS } from '../../activities/mail/retry.ts';
import type { Rig } from './rig.ts';

/** A worker that lives writes its heartbeat every five seconds. */
const HEARTBEAT_MS = 9_000;

/**
 * Lets the waits of mails whose worker is gone be over. Mails in the hands of a worker that lives are left alone.
 * @returns milliseconds that were skipped, at most
 */
export async function skipMailWaits({ database }: Rig): Promise<number> {
  const leases = await database.$executeRaw`
    UPDATE mail SET claimed_at = claimed_at - make_interval(secs => ${LEASE_MS / 1000}::int)
    WHERE state = 'claimed' AND claimed_at > clock_timestamp() - make_interval(secs => ${LEASE_MS / 1000}::int)
      AND NOT EXISTS (SELECT 1 FROM heartbeat WHERE id = 'worker-' || mail.claimed_by
        AND seen_at > clock_timestamp() - make_interval(secs => ${HEARTBEAT_MS / 1000}::int))`;
  const repeats = await database.$executeRaw`
    UPDATE mail SET next_try_at = clock_timestamp() WHERE state = 'unknown' AND next_try_at > clock_timestamp()`;
  return (leases > 0 ? LEASE_MS : 0) + (repeats > 0 ? REPEAT_WAIT_MS : 0);
}

/** Ids of the mails that are being handed over now. Asked right after a worker was killed, these are in doubt. */
export async function mailsInHand({ database }: Rig): Promise<string[]> {
  const rows = await database.mail.findMany({ where: { state: 'claimed', acceptedAt: null }, select: { id: true } });
  return rows.map(({ id }) => id);
}
