/**
 * Streams that a person asked to tell Temporal of again (`workflow_view.nudged_at`).
 *
 * Told by a number that no event has, so that also a workflow that saw everything looks again. The request is taken away only
 * after Temporal took it, and one that was asked for anew meanwhile is kept.
 */
import { Prisma } from '../generated/prisma/client.ts';
import type { Database } from '../prisma/client.ts';
import type { StreamNews } from './conductor.ts';

/** Numbers of events begin at one. */
export const NUDGE_SEQ = 0;

interface Nudged extends StreamNews {
  readonly nudgedAt: Date;
}

/**
 * @param tell whether Temporal took it
 * @param skip ids of streams that are left for later
 * @param most how many are told at once, the oldest request first
 * @returns how many were told
 */
export async function tellNudged(
  database: Database,
  tell: (news: StreamNews) => Promise<boolean>,
  { skip, most }: { readonly skip: readonly string[]; readonly most: number },
): Promise<number> {
  const isSkipped =
    skip.length === 0
      ? Prisma.sql`false`
      : Prisma.sql`view.stream_id IN (${Prisma.join(skip.map((id) => Prisma.sql`${id}::uuid`))})`;
  const nudged = await database.$queryRaw<Nudged[]>`
    SELECT view.stream_id AS "streamId", view.school_id AS "schoolId", stream.kind, ${NUDGE_SEQ}::int AS seq,
      view.nudged_at AS "nudgedAt"
    FROM workflow_view AS view JOIN stream ON stream.id = view.stream_id
    WHERE view.nudged_at IS NOT NULL AND NOT (${isSkipped})
    ORDER BY view.nudged_at, view.stream_id
    LIMIT ${most}::int`;
  const results = await Promise.all(
    nudged.map(async ({ nudgedAt, ...news }) => {
      if (!(await tell(news))) return false;
      const where = { streamId: news.streamId, nudgedAt };
      await database.workflowView.updateMany({ where, data: { nudgedAt: null } });
      return true;
    }),
  );
  return results.filter(Boolean).length;
}
