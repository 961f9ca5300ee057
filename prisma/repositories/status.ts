import type { Database } from '../client.ts';

export interface WorkerStatus {
  readonly seenAt: Date;
  /** Milliseconds, by the database's clock. */
  readonly ageMs: number;
  readonly temporalOk: boolean;
  readonly smtpOk: boolean;
}

export interface StatusRepository {
  /** The worker that was seen last, or null when there never was one. @throws when the database is away */
  lastWorker(): Promise<WorkerStatus | null>;
}

export function createStatusRepository(database: Database): StatusRepository {
  return {
    async lastWorker() {
      const rows = await database.$queryRaw<WorkerStatus[]>`
        SELECT seen_at AS "seenAt", (extract(epoch FROM clock_timestamp() - seen_at) * 1000)::int AS "ageMs",
               temporal_ok AS "temporalOk", smtp_ok AS "smtpOk"
        FROM heartbeat ORDER BY seen_at DESC LIMIT 1`;
      return rows[0] ?? null;
    },
  };
}
