/**
 * Starts what the database says is open and Temporal does not know, also after Temporal's own store was lost.
 *
 * Contract
 * 1. The relay brings what was never told; here comes what was told and then lost.
 * 2. A stream is lost when it was told of more than two minutes ago and no workflow has written that it saw it, or when
 *    a workflow says of itself that it is open and Temporal does not run it. The first is found by an index that holds
 *    only such streams, however many there are in all.
 * 3. Telling a workflow what it knows already costs one workflow task and changes nothing, so doubt is settled by telling.
 */
import { UNSEEN_AFTER_MINUTES } from '../domain/waiting.ts';
import { streamKindOf, workflowIdOf } from '../workflows/messages.ts';
import type { StreamNews } from './conductor.ts';
import type { ActivityDeps } from './deps.ts';

/** Most streams that are told of in one sweep: some two minutes of work at a hundred starts a second. */
const MOST = 10_000;
const PAGE = 1_000;
const AT_ONCE = 10;

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

/** Told, and not seen. In two steps, because the planner takes such streams for a third of all and would read every one. */
async function findUnseen({ database }: Deps): Promise<StreamNews[]> {
  const unseen = await database.$queryRaw<{ streamId: string }[]>`
    SELECT stream_id AS "streamId" FROM workflow_view
    WHERE seen_seq < told_seq AND told_at < now() - make_interval(mins => ${UNSEEN_AFTER_MINUTES}::int)
    ORDER BY told_at
    LIMIT ${MOST}::int`;
  const lost: StreamNews[] = [];
  for (let start = 0; start < unseen.length; start += PAGE) {
    const ids = unseen.slice(start, start + PAGE).map(({ streamId }) => streamId);
    const streams = await database.stream.findMany({
      where: { id: { in: ids } },
      select: { id: true, schoolId: true, kind: true, version: true },
    });
    lost.push(...streams.map(toNews));
  }
  return lost;
}

interface StreamRow {
  readonly id: string;
  readonly schoolId: string;
  readonly kind: string;
  readonly version: number;
}

function toNews({ id, schoolId, kind, version }: StreamRow): StreamNews {
  return { streamId: id, schoolId, kind: streamKindOf(kind), seq: version };
}

/** Open by its own account, and not running. One that never looked has no account: it is told of as unseen. */
async function findNotRunning({ database, conductor }: Deps): Promise<StreamNews[]> {
  const running = new Set<string>();
  for await (const workflowId of conductor.running()) running.add(workflowId);
  const lost: StreamNews[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await database.workflowView.findMany({
      where: { isClosed: false, seenSeq: { gt: 0 }, ...(after === undefined ? {} : { streamId: { gt: after } }) },
      orderBy: { streamId: 'asc' },
      take: PAGE,
      select: { streamId: true, stream: { select: { id: true, schoolId: true, kind: true, version: true } } },
    });
    for (const { stream } of page) {
      const news = toNews(stream);
      if (!running.has(workflowIdOf(news.kind, news.streamId))) lost.push(news);
    }
    after = page.at(-1)?.streamId;
    if (page.length < PAGE || after === undefined) return lost;
  }
}
