import type { SealStatus } from '../../platform/seal/status.ts';
import { type Database, poolsOfDatabase } from '../client.ts';
import { hasFreeConnection, type PoolState, poolState } from '../pool.ts';

/** The worker writes its heartbeat every five seconds; after four missed ones it counts as gone. */
export const MAX_HEARTBEAT_AGE_MS = 20_000;

export interface WorkerStatus {
  readonly seenAt: Date;
  /** Milliseconds, by the database's clock. */
  readonly ageMs: number;
  readonly temporalOk: boolean;
  readonly smtpOk: boolean;
}

export interface StatusRepository {
  /**
   * The worker that was seen last, or null when there never was one. Asked over a connection of its own.
   * @throws within two seconds when the database is away
   */
  lastWorker(): Promise<WorkerStatus | null>;
  /**
   * How the seal of documents is, told by the workers that are there: a good one if any has it.
   * @returns null when no worker is there
   */
  sealStatus(): Promise<SealStatus | null>;
  pool(): PoolState;
  /** Whether a connection can be had for a page within some milliseconds. */
  hasFreeConnection(withinMs: number): Promise<boolean>;
}

/** Below the two seconds after which who asks loses patience. */
const ANSWER_MS = 1_500;

export function createStatusRepository(database: Database): StatusRepository {
  const { main, monitor } = poolsOfDatabase(database);
  return {
    async lastWorker() {
      const asked = monitor.query<WorkerStatus>(
        `SELECT seen_at AS "seenAt", (extract(epoch FROM clock_timestamp() - seen_at) * 1000)::int AS "ageMs",
                temporal_ok AS "temporalOk", smtp_ok AS "smtpOk"
         FROM heartbeat ORDER BY seen_at DESC LIMIT 1`,
      );
      const { rows } = await withinTime(asked, ANSWER_MS);
      return rows[0] ?? null;
    },
    async sealStatus() {
      const rows = await database.$queryRaw<{ seal: SealStatus | null }[]>`
        SELECT detail->'seal' AS seal FROM heartbeat
        WHERE kind = 'worker' AND seen_at > clock_timestamp() - ${MAX_HEARTBEAT_AGE_MS}::int * interval '1 millisecond'
        ORDER BY (detail #>> '{seal,problem}') IS NOT NULL, seen_at DESC LIMIT 1`;
      return rows[0]?.seal ?? null;
    },
    pool: () => poolState(main),
    hasFreeConnection: (withinMs) => hasFreeConnection(main, withinMs),
  };
}

/** A server that hangs answers nothing, not even that it cannot. */
function withinTime<Value>(promise: Promise<Value>, ms: number): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
    promise.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}
