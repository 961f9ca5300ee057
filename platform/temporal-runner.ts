/**
 * Keeps a Temporal worker running for as long as the process does. Temporal may be away at the start, or go away: then it is
 * tried again, while everything else in the process goes on.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { NativeConnection, type NativeConnectionOptions, type Worker } from '@temporalio/worker';
import type { Logger } from './logger.ts';

export interface TemporalRunnerOptions {
  readonly connectionOptions: NativeConnectionOptions;
  /** Called for each new connection, before work is taken; a good place for what must exist on the server. */
  readonly createWorker: (connection: NativeConnection) => Promise<Worker>;
  readonly logger: Logger;
}

export interface TemporalRunner {
  start(): void;
  /** Lets activities that are under way finish, within the worker's own grace time. */
  stop(): Promise<void>;
  isRunning(): boolean;
}

const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 15_000;

export function createTemporalRunner({
  connectionOptions,
  createWorker,
  logger,
}: TemporalRunnerOptions): TemporalRunner {
  const stopping = new AbortController();
  let worker: Worker | null = null;
  let loop: Promise<void> = Promise.resolve();

  /** @returns whether work was taken before it ended */
  async function runOnce(): Promise<boolean> {
    const connection = await NativeConnection.connect(connectionOptions);
    try {
      const current = await createWorker(connection);
      if (stopping.signal.aborted) return true;
      worker = current;
      logger.info('The Temporal worker takes work.');
      await current.run();
      return true;
    } finally {
      worker = null;
      await connection.close().catch((error: unknown) => logger.debug({ err: error }, 'A connection closed badly.'));
    }
  }

  async function keepRunning(): Promise<void> {
    let wait = RETRY_FIRST_MS;
    while (!stopping.signal.aborted) {
      try {
        if (await runOnce()) wait = RETRY_FIRST_MS;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        logger.warn({ reason, retryInMs: wait }, 'The Temporal worker does not run; trying again.');
        logger.debug({ err: error }, 'Why the Temporal worker does not run.');
      }
      if (stopping.signal.aborted) return;
      await delay(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
      wait = Math.min(wait * 2, RETRY_MAX_MS);
    }
  }

  return {
    start() {
      loop = keepRunning();
    },
    async stop() {
      stopping.abort();
      if (worker?.getState() === 'RUNNING') worker.shutdown();
      await loop;
    },
    isRunning: () => worker?.getState() === 'RUNNING',
  };
}
