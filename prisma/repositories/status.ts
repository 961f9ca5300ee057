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
