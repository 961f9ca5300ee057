import { setTimeout as delay } from 'node:timers/promises';
import { errorMessage } from '../../platform/services/problem.ts';
import type { TrackedChild } from '../../platform/services/process.ts';

/** A part that runs as a process of its own. */
export interface RunningPart {
  readonly child: TrackedChild;
  stop(): Promise<void>;
}

export interface KeptPart {
  readonly name: string;
  /** Process number of the present run. */
  pid(): number;
  /** Ends it for good. */
  stop(): Promise<void>;
}

export interface KeepRunningOptions {
  readonly name: string;
  readonly start: () => Promise<RunningPart>;
  readonly say: (line: string) => void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** Who has run this long was healthy: its next fall begins with a short wait again. */
const STEADY_AFTER_MS = 60_000;

/**
 * Starts a part and starts it again whenever it ends by itself, waiting longer each time.
 * @throws what the first start throws
 */
export async function keepRunning(options: KeepRunningOptions): Promise<KeptPart> {
  const stopping = new AbortController();
  let current = await options.start();
  const watching = watch();
  return {
    name: options.name,
    pid: () => current.child.mark.pid,
    stop: async () => {
      stopping.abort();
      await current.stop();
      await watching;
      // A restart that was under way when the order to stop came.
      await current.stop();
    },
  };

  async function watch(): Promise<void> {
    let wait = FIRST_WAIT_MS;
    while (!stopping.signal.aborted) {
      const since = performance.now();
      const how = await current.child.ended;
      if (stopping.signal.aborted) return;
      if (performance.now() - since > STEADY_AFTER_MS) wait = FIRST_WAIT_MS;
      options.say(`${options.name} ended unexpectedly (${how}); starting it again.`);
      // What it started itself (a browser) must not stay behind.
      await current.stop();
      wait = await restart(wait);
    }
  }

  /** @returns how long the next wait is */
  async function restart(wait: number): Promise<number> {
    const next = Math.min(wait * 2, LONGEST_WAIT_MS);
    await delay(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
    if (stopping.signal.aborted) return next;
    try {
      current = await options.start();
      return next;
    } catch (error) {
      options.say(`${options.name} could not be started again: ${errorMessage(error)}`);
      return restart(next);
    }
  }
}
