/** What a session is under, how long it lives, and what it hands on. */
import { createHash } from 'node:crypto';
import type { Tx } from '../client.ts';

const HOUR_MS = 3_600_000;
export const SESSION_IDLE_MS = 12 * HOUR_MS;
export const SESSION_MAX_MS = 7 * 24 * HOUR_MS;

/** The id under which a session is stored: the cookie itself is stored nowhere. */
export function sessionIdOf(cookie: string): string {
  return createHash('sha256').update(cookie).digest('hex');
}

/** Hands on the grants of a session that still lives, and ends it. */
export async function moveGrants(tx: Tx, formerId: string, sessionId: string, now: Date): Promise<void> {
  const former = await tx.session.findUnique({ where: { id: formerId }, include: { grants: true } });
  if (!former) return;
  if (isAlive(former, now)) {
    await tx.sessionGrant.createMany({
      data: former.grants.map(({ linkId, grantedAt }) => ({ sessionId, linkId, grantedAt })),
      skipDuplicates: true,
    });
  }
  await tx.session.delete({ where: { id: formerId } });
}

export function isAlive(session: { readonly expiresAt: Date; readonly lastSeenAt: Date }, now: Date): boolean {
  return session.expiresAt > now && now.getTime() - session.lastSeenAt.getTime() <= SESSION_IDLE_MS;
}
