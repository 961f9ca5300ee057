/**
 * Starts what the database says is open and Temporal does not know, also after Temporal's own store was lost.
 *
 * Contract
 * 1. The relay brings what was never told; here comes what was told and then lost.
 * 2. A stream is lost when it was told of more than two minutes ago and no workflow has written that it saw it, or when
 *    a workflow says of itself that it is open and Temporal does not run it. The first is found by an index that holds
 *    only such streams, however many there are in all.
 * 3. Telling a workflow what it knows already costs one workflow task and changes nothing, so doubt is settled by telling.
 * 4. A person may ask to tell of a stream again (`nudged_at`). It is told by a number that no event has, so that also a
 *    workflow that saw everything looks again; the request is taken away only after Temporal took it.
 */
import { UNSEEN_AFTER_MINUTES } from '../domain/waiting.ts';
import { StreamKind, workflowIdOf } from '../workflows/messages.ts';
import type { StreamNews } from './conductor.ts';
import type { ActivityDeps } from './deps.ts';

/** Most streams that are told of in one sweep: some two minutes of work at a hundred starts a second. */
const MOST = 10_000;
const PAGE = 1_000;
const AT_ONCE = 10;
/** No event has it: numbers begin at one. */
const NUDGE_SEQ = 0;

export function createReconcileActivities(deps: Pick<ActivityDeps, 'database' | 'conductor' | 'logger'>) {
  return {
    /** @returns number of streams that Temporal was told of */
    async reconcileStreams(): Promise<number> {
      const nudged = await tellNudged(deps);
      const lost = [...(await findUnseen(deps)), ...(await findNotRunning(deps))];
      const chosen = [...new Map(lost.map((news) => [news.streamId, news])).values()].slice(0, MOST);
      for (let start = 0; start < chosen.length; start += AT_ONCE) {
        await Promise.all(chosen.slice(start, start + AT_ONCE).map((news) => deps.conductor.tell(news)));
      }
      if (chosen.length > 0) deps.logger.warn({ count: chosen.length }, 'Workflows were started anew.');
      return nudged + chosen.length;
    },
  };
}

type Deps = Pick<ActivityDeps, 'database' | 'conductor'>;

interface Nudged extends StreamNews {
  readonly nudgedAt: Date;
}

/** What a person asked to tell again, oldest first. @returns how many were told */
async function tellNudged({ database, conductor, logger }: Pick<ActivityDeps, 'database' | 'conductor' | 'logger'>) {
  const nudged = await database.$queryRaw<Nudged[]>`
    SELECT view.stream_id AS "streamId", view.school_id AS "schoolId", stream.kind, ${NUDGE_SEQ}::int AS seq,
      view.nudged_at AS "nudgedAt"
    FROM workflow_view AS view JOIN stream ON stream.id = view.stream_id
    WHERE view.nudged_at IS NOT NULL
    ORDER BY view.nudged_at, view.stream_id
    LIMIT ${PAGE}::int`;
  let count = 0;
  for (let start = 0; start < nudged.length; start += AT_ONCE) {
    const results = await Promise.allSettled(nudged.slice(start, start + AT_ONCE).map(tellOnce));
    count += results.filter(({ status }) => status === 'fulfilled').length;
  }
  // What was refused is kept for the next sweep and does not hold up the rest.
  if (nudged.length > 0) logger.info({ asked: nudged.length, count }, 'Streams were told of again on request.');
  return count;

  async function tellOnce({ nudgedAt, ...news }: Nudged): Promise<void> {
    await conductor.tell(news);
    // One that was asked for meanwhile is told again.
    await database.workflowView.updateMany({ where: { streamId: news.streamId, nudgedAt }, data: { nudgedAt: null } });
  }
}

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
  return {
    streamId: id,
    schoolId,
    kind: kind === StreamKind.Assessment ? StreamKind.Assessment : StreamKind.Invitation,
    seq: version,
  };
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
