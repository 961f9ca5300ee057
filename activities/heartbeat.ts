/** Writes that this worker lives and what it can reach, for `/ready` of the web process. */
import type { Logger } from '../platform/logger.ts';
import type { SealStatus } from '../platform/seal/status.ts';
import type { Database } from '../prisma/client.ts';

export interface HeartbeatOptions {
  readonly database: Database;
  /** One for each process. */
  readonly id: string;
  readonly logger: Logger;
  /** Whether Temporal answers and work is taken. */
  readonly isTemporalOk: () => Promise<boolean>;
  readonly isSmtpOk: () => Promise<boolean> | boolean;
  /** Whether reports about mail that did not arrive can reach us; absent: nobody looks. */
  readonly areBouncesOk?: () => boolean;
  /** How the seal of documents is, for the pages on which somebody decides. */
  readonly sealStatus: () => Promise<SealStatus>;
}

export interface Heartbeat {
  start(): void;
  /** Takes the row away, so that a worker that was stopped is not missed. */
  stop(): Promise<void>;
  beat(): Promise<void>;
}

const EVERY_MS = 5_000;

export function createHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { database, id, logger } = options;
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<void> = Promise.resolve();
  let isStopped = false;

  async function beat(): Promise<void> {
    const [temporalOk, smtpOk, seal] = await Promise.all([
      options.isTemporalOk().catch(() => false),
      Promise.resolve(options.isSmtpOk()).catch(() => false),
      options.sealStatus(),
    ]);
    const detail = JSON.stringify({ seal, bounces: options.areBouncesOk?.() ?? true });
    // By the database's clock, against which the reader measures the age.
    await database.$executeRaw`
      INSERT INTO heartbeat (id, kind, seen_at, temporal_ok, smtp_ok, detail)
      VALUES (${id}, 'worker', clock_timestamp(), ${temporalOk}, ${smtpOk}, ${detail}::jsonb)
      ON CONFLICT (id) DO UPDATE SET seen_at = EXCLUDED.seen_at, temporal_ok = EXCLUDED.temporal_ok,
        smtp_ok = EXCLUDED.smtp_ok, detail = EXCLUDED.detail`;
  }

  function beatSafely(): Promise<void> {
    return beat().catch((error: unknown) => logger.debug({ err: error }, 'The heartbeat could not be written.'));
  }

  /** Rows of workers that were killed. */
  async function forgetOld(): Promise<void> {
    await database.$executeRaw`
      DELETE FROM heartbeat WHERE kind = 'worker' AND seen_at < clock_timestamp() - interval '1 day'`;
  }

  function next(): void {
    current = beatSafely().then(() => {
      if (!isStopped) timer = setTimeout(next, EVERY_MS);
    });
  }

  return {
    beat,
    start() {
      void forgetOld().catch(() => undefined);
      next();
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await current;
      await database.heartbeat.deleteMany({ where: { id } }).catch(() => undefined);
    },
  };
}
