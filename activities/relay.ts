/**
 * Brings the news of streams from PostgreSQL to Temporal.
 *
 * Contract
 * 1. What counts as told is written only after Temporal has taken it. A crash in between tells it again, which does no harm.
 * 2. A stream is claimed by an advisory lock on its id, not by its row: a slow Temporal never holds up a command.
 * 3. Each stream has its own cursor, which only moves forward. Rows are locked in id order, as commands do.
 * 4. One signal brings all new events of a stream. A workflow that has written down that it saw them is not told again.
 * 5. Nothing depends on a notification arriving: it only makes the next look earlier.
 * 6. What a person asked to tell again goes after the news of the round, and not while Temporal takes none of that.
 * 7. Mails that people wait for go first: while many are due, or are being made, full rounds come no faster than one in two seconds.
 *    For the same reason news of batches, which make them, comes before all other news.
 * 8. What waits here can be put in order, what waits at Temporal cannot. So while many streams were told of that no workflow looked
 *    at yet, only news of batches is told.
 */
import { Prisma } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { Database, Tx } from '../prisma/client.ts';
import type { Conductor, StreamNews } from './conductor.ts';
import { createWakeListener } from './mail/wake.ts';
import { doInvitationsWait } from './mail-pressure.ts';
import { tellNudged } from './nudges.ts';

export interface RelayDeps {
  readonly database: Database;
  readonly conductor: Pick<Conductor, 'tell'>;
  /** Connection for LISTEN; the pool cannot hold one. */
  readonly listenUrl: string;
  readonly logger: Logger;
  readonly clock: Clock;
}

export interface RelayRound {
  readonly told: number;
  readonly failed: number;
}

export interface Relay {
  start(): void;
  /** Lets the round that is under way finish. */
  stop(): Promise<void>;
  /** One round: claims, tells, marks. */
  relayOnce(): Promise<RelayRound>;
}

/** More starts at once make each one slower and starve the activities. */
const BATCH = 20;
const POLL_MS = 1_000;
const REST_MS = 2_000;
/** Told and not looked at: enough to keep the workers busy. */
const MOST_UNSEEN = 80;
/** What was told longer ago may be lost, which the reconciler finds; the others need not wait for that. */
const UNSEEN_SECONDS = 60;
const BEHIND_MS = 200;
const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_MAX_MS = 30_000;
/** One stream that Temporal refuses must not keep the others waiting. */
const STREAM_BACKOFF_MS = 30_000;
/** A round waits for Temporal inside its transaction. */
const ROUND_TIMEOUT_MS = 14_000;

interface DueStream extends StreamNews {
  readonly isSeen: boolean;
}

export function createRelay({ database, conductor, listenUrl, logger, clock }: RelayDeps): Relay {
  const postponed = new Map<string, number>();
  let isStopped = true;
  let wake: () => void = () => undefined;
  let loop: Promise<void> = Promise.resolve();
  const listener = createWakeListener(listenUrl, () => wake(), logger);

  async function relayOnce(): Promise<RelayRound> {
    const round = await relayNews();
    if (isRefused(round)) return round;
    const nudged = await tellNudged(database, tell, { skip: postponedNow(), most: BATCH });
    return { ...round, told: round.told + nudged };
  }

  async function relayNews(which: 'all' | 'batches' = 'all'): Promise<RelayRound> {
    const skip = postponedNow();
    return database.$transaction(
      async (tx) => {
        const due = await claim(tx, skip, which);
        const results = await Promise.all(due.map(tellDue));
        const told = due.filter((_, index) => results[index] === true);
        await mark(tx, told);
        return { told: told.length, failed: due.length - told.length };
      },
      { timeout: ROUND_TIMEOUT_MS },
    );
  }

  async function tellDue({ isSeen, ...news }: DueStream): Promise<boolean> {
    return isSeen || tell(news);
  }

  async function tell(news: StreamNews): Promise<boolean> {
    try {
      await conductor.tell(news);
      return true;
    } catch (error) {
      postponed.set(news.streamId, clock.now().getTime() + STREAM_BACKOFF_MS);
      logger.debug({ err: error, streamId: news.streamId }, 'Temporal did not take a signal.');
      return false;
    }
  }

  function postponedNow(): string[] {
    const now = clock.now().getTime();
    for (const [id, until] of postponed) if (until <= now) postponed.delete(id);
    return [...postponed.keys()];
  }

  /** Goes on at once while there is more; waits longer each time when nothing gets through. */
  async function run(): Promise<void> {
    let backoff = 0;
    let isBehind = false;
    while (!isStopped) {
      const round: RelayRound = await (isBehind ? relayNews('batches') : relayOnce()).catch((error: unknown) => {
        logger.warn({ err: error }, 'The relay could not read the record.');
        return { told: 0, failed: 1 };
      });
      const isStuck = isRefused(round);
      if (isStuck && backoff === 0) logger.warn('Temporal takes no news; it is kept and tried again.');
      if (round.told > 0 && backoff > 0) logger.info('Temporal takes news again.');
      backoff = isStuck
        ? Math.min(Math.max(backoff * 2, BACKOFF_FIRST_MS), BACKOFF_MAX_MS)
        : backoffAfter(round, backoff);
      if (isStuck) postponed.clear();
      const mayBeBehind: boolean = !isStuck && (isBehind || round.told >= BATCH);
      isBehind = mayBeBehind && (await isTemporalBehind(database));
      if (isBehind) await pause(BEHIND_MS, false);
      else if (round.told < BATCH) await pause(isStuck ? backoff : POLL_MS, !isStuck);
      else if (await doInvitationsWait(database, clock.now())) await pause(REST_MS, false);
    }
  }

  function pause(milliseconds: number, canBeWoken: boolean): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wake = () => {
        if (!canBeWoken && !isStopped) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  return {
    relayOnce,
    start() {
      if (!isStopped) return;
      isStopped = false;
      listener.start();
      loop = run();
    },
    async stop() {
      if (isStopped) return;
      isStopped = true;
      wake();
      await listener.stop();
      await loop;
    },
  };
}

function isRefused({ told, failed }: RelayRound): boolean {
  return told === 0 && failed > 0;
}

/** An empty round says nothing about Temporal. */
function backoffAfter({ told }: RelayRound, backoff: number): number {
  return told > 0 ? 0 : backoff;
}

/** Contract 8. */
async function isTemporalBehind(database: Database): Promise<boolean> {
  const found = await database.$queryRaw<unknown[]>`
    SELECT 1 FROM workflow_view
    WHERE seen_seq < told_seq AND told_at > now() - make_interval(secs => ${UNSEEN_SECONDS}::int)
    LIMIT ${MOST_UNSEEN}::int`.catch(() => []);
  return found.length === MOST_UNSEEN;
}

/** Takes streams that nobody else is telling of. The locks end with the transaction. */
async function claim(tx: Tx, skip: readonly string[], which: 'all' | 'batches'): Promise<DueStream[]> {
  const isPostponed = skip.length === 0 ? Prisma.sql`false` : Prisma.sql`id IN (${Prisma.join(skip.map(asUuid))})`;
  return tx.$queryRaw<DueStream[]>`
    WITH due AS MATERIALIZED (
      (SELECT id, school_id, kind, version FROM stream
        WHERE kind = 'batch' AND relayed_seq < version AND NOT (${isPostponed}) ORDER BY id LIMIT ${BATCH}::int)
      UNION ALL
      (SELECT id, school_id, kind, version FROM stream
        WHERE ${which === 'all'} AND kind <> 'batch' AND relayed_seq < version AND NOT (${isPostponed}) ORDER BY id LIMIT ${BATCH}::int)
      LIMIT ${BATCH}::int)
    SELECT due.id AS "streamId", due.school_id AS "schoolId", due.kind, due.version AS seq,
      COALESCE(view.seen_seq >= due.version, false) AS "isSeen"
    FROM due LEFT JOIN workflow_view AS view ON view.stream_id = due.id
    WHERE pg_try_advisory_xact_lock(hashtextextended(due.id::text, 0))`;
}

/** Beside what was told stands since when, so that what is told and not seen is found without reading every stream. */
async function mark(tx: Tx, told: readonly DueStream[]): Promise<void> {
  if (told.length === 0) return;
  const values = Prisma.join(told.map(({ streamId, seq }) => Prisma.sql`(${streamId}::uuid, ${seq}::int)`));
  await tx.$executeRaw`
    WITH told (id, seq) AS (VALUES ${values}),
    locked AS MATERIALIZED (
      SELECT stream.id FROM stream JOIN told USING (id) ORDER BY stream.id FOR NO KEY UPDATE OF stream),
    marked AS (
      UPDATE stream SET relayed_seq = GREATEST(relayed_seq, told.seq)
      FROM told JOIN locked USING (id) WHERE stream.id = told.id
      RETURNING stream.id, stream.school_id, stream.changed_at, told.seq)
    INSERT INTO workflow_view (stream_id, school_id, seen_seq, waits_for, since, updated_at, told_seq, told_at)
    SELECT id, school_id, 0, 'start', changed_at, clock_timestamp(), seq, clock_timestamp() FROM marked ORDER BY id
    ON CONFLICT (stream_id) DO UPDATE SET
      told_seq = GREATEST(workflow_view.told_seq, EXCLUDED.told_seq), told_at = EXCLUDED.told_at`;
}

function asUuid(id: string): Prisma.Sql {
  return Prisma.sql`${id}::uuid`;
}
