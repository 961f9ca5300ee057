/**
 * Starts what the database says is open and Temporal does not know, also after Temporal's own store was lost.
 *
 * Contract
 * 1. The relay brings what was never told; here comes what was told and then lost.
 * 2. A stream is lost when its newest event is older than two minutes and no workflow has written that it saw it, or when
 *    a workflow says of itself that it is open and Temporal does not run it.
 * 3. Telling a workflow what it knows already costs one workflow task and changes nothing, so doubt is settled by telling.
 */
import { StreamKind, workflowIdOf } from '../workflows/messages.ts';
import type { StreamNews } from './conductor.ts';
import type { ActivityDeps } from './deps.ts';

/** Most streams that are told of in one sweep: some two minutes of work at a hundred starts a second. */
const MOST = 10_000;
const PAGE = 1_000;
const AT_ONCE = 10;
const PATIENCE_MINUTES = 2;

export function createReconcileActivities(deps: Pick<ActivityDeps, 'database' | 'conductor' | 'logger'>) {
  return {
    /** @returns number of streams that Temporal was told of */
    async reconcileStreams(): Promise<number> {
      const lost = [...(await findUnseen(deps)), ...(await findNotRunning(deps))];
      const chosen = [...new Map(lost.map((news) => [news.streamId, news])).values()].slice(0, MOST);
      for (let start = 0; start < chosen.length; start += AT_ONCE) {
        await Promise.all(chosen.slice(start, start + AT_ONCE).map((news) => deps.conductor.tell(news)));
      }
      if (chosen.length > 0) deps.logger.warn({ count: chosen.length }, 'Workflows were started anew.');
      return chosen.length;
    },
  };
}

type Deps = Pick<ActivityDeps, 'database' | 'conductor'>;

/** Told, and not seen. */
async function findUnseen({ database }: Deps): Promise<StreamNews[]> {
  return database.$queryRaw<StreamNews[]>`
    SELECT stream.id AS "streamId", stream.school_id AS "schoolId", stream.kind, stream.version AS seq
    FROM stream
    JOIN event ON event.stream_id = stream.id AND event.seq = stream.version
    LEFT JOIN workflow_view AS view ON view.stream_id = stream.id
    WHERE stream.relayed_seq >= stream.version
      AND (view.stream_id IS NULL OR view.seen_seq < stream.version)
      AND event.at < clock_timestamp() - make_interval(mins => ${PATIENCE_MINUTES}::int)
    ORDER BY stream.id
    LIMIT ${MOST}::int`;
}

/** Open by its own account, and not running. */
async function findNotRunning({ database, conductor }: Deps): Promise<StreamNews[]> {
  const running = new Set<string>();
  for await (const workflowId of conductor.running()) running.add(workflowId);
  const lost: StreamNews[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await database.workflowView.findMany({
      where: { isClosed: false, ...(after === undefined ? {} : { streamId: { gt: after } }) },
      orderBy: { streamId: 'asc' },
      take: PAGE,
      select: { streamId: true, schoolId: true, stream: { select: { kind: true, version: true } } },
    });
    for (const { streamId, schoolId, stream } of page) {
      const kind = stream.kind === StreamKind.Assessment ? StreamKind.Assessment : StreamKind.Invitation;
      if (!running.has(workflowIdOf(kind, streamId))) lost.push({ streamId, schoolId, kind, seq: stream.version });
    }
    after = page.at(-1)?.streamId;
    if (page.length < PAGE || after === undefined) return lost;
  }
}
