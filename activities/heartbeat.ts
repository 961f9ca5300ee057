/** Writes that this worker lives and what it can reach, for `/ready` of the web process. */
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { Database } from '../prisma/client.ts';

export interface HeartbeatOptions {
  readonly database: Database;
  /** One for each process. */
  readonly id: string;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Whether Temporal answers and work is taken. */
  readonly isTemporalOk: () => Promise<boolean>;
  readonly isSmtpOk: () => Promise<boolean> | boolean;
}

export interface Heartbeat {
  start(): void;
  /** Takes the row away, so that a worker that was stopped is not missed. */
  stop(): Promise<void>;
  beat(): Promise<void>;
}

const EVERY_MS = 5_000;
/** Rows of workers that were killed. */
const FORGET_AFTER_MS = 24 * 60 * 60_000;

export function createHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { database, id, logger, clock } = options;
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<void> = Promise.resolve();

  async function beat(): Promise<void> {
    const [temporalOk, smtpOk] = await Promise.all([
      options.isTemporalOk().catch(() => false),
      Promise.resolve(options.isSmtpOk()).catch(() => false),
    ]);
    const row = { kind: 'worker', seenAt: clock.now(), temporalOk, smtpOk, detail: {} };
    await database.heartbeat.upsert({ where: { id }, create: { id, ...row }, update: row });
  }

  function beatSafely(): Promise<void> {
    return beat().catch((error: unknown) => logger.debug({ err: error }, 'The heartbeat could not be written.'));
  }

  async function forgetOld(): Promise<void> {
    const before = new Date(clock.now().getTime() - FORGET_AFTER_MS);
    await database.heartbeat.deleteMany({ where: { kind: 'worker', seenAt: { lt: before } } }).catch(() => undefined);
  }

  function next(): void {
    current = beatSafely().then(() => {
      timer = setTimeout(next, EVERY_MS);
    });
  }

  return {
    beat,
    start() {
      void forgetOld();
      next();
    },
    async stop() {
      await current;
      clearTimeout(timer);
      await database.heartbeat.deleteMany({ where: { id } }).catch(() => undefined);
    },
  };
}
