/**
 * The thread in which the SDK runs workflows, without the two things that were measured to take two thirds of its time:
 *
 * 1. The SDK gives each call into a workflow a time limit, for which Node starts and ends a thread of the operating system: some
 *    forty for each workflow that starts. Here the thread counts its calls, and this side looks every second whether one of them
 *    still runs; after the same five seconds the thread is ended, and the worker begins anew (platform/temporal-runner.ts) with a
 *    thread as the SDK makes it: whatever hung fails alone from then on, for as long as the process lives.
 * 2. It writes down the stack of every promise, for a query that shows where a workflow waits. That stands in the record
 *    (`workflow_view`) and on pages; the query gets an empty answer. Stacks of errors are as they were.
 *
 * The SDK offers no setting for either, so its one call that makes the thread is given another first program
 * (workflow-thread.mjs). With a version of the SDK that makes threads in another way nothing changes, but the speed.
 */
import { createRequire } from 'node:module';
import threads, { type WorkerOptions } from 'node:worker_threads';

const SDK_PROGRAM = createRequire(import.meta.url).resolve('@temporalio/worker/lib/workflow/workflow-worker-thread');
const OUR_PROGRAM = new URL('./workflow-thread.mjs', import.meta.url);

/** Calls of {@link installLeanThreads} beyond the first change nothing. */
let isInstalled = false;
/** A call hung in this process. */
let hasHung = false;

/** As much of a thread as is needed to watch it. */
interface Watched {
  terminate(): Promise<number>;
  once(event: 'exit', listener: () => void): unknown;
}

/** How long a call may run: looked at so often, and found running so many times. */
export interface CallLimit {
  readonly lookMs: number;
  readonly mostLooks: number;
}

const CALL_LIMIT: CallLimit = { lookMs: 1_000, mostLooks: 5 };

/** From now on threads for workflows are lean; all others are what they were. */
export function installLeanThreads(limit = CALL_LIMIT): void {
  if (isInstalled) return;
  isInstalled = true;
  const Original = threads.Worker;
  class LeanWorker extends Original {
    constructor(program: string | URL, options?: WorkerOptions) {
      if (program !== SDK_PROGRAM || hasHung) {
        super(program, options);
        return;
      }
      const calls = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
      super(OUR_PROGRAM, { ...options, workerData: { program, calls } });
      const onHung = () => {
        hasHung = true;
      };
      endWhenHung(this, calls, onHung, limit);
    }
  }
  Reflect.set(threads, 'Worker', LeanWorker);
}

/**
 * Ends a thread that stays in one call for about five seconds.
 * @param calls its first number is one higher at the beginning of a call and at its end, so that it is odd in between
 */
export function endWhenHung(
  thread: Watched,
  calls: Int32Array,
  onHung: () => void,
  { lookMs, mostLooks } = CALL_LIMIT,
): void {
  let last = 0;
  let looks = 0;
  const timer = setInterval(() => {
    const now = Atomics.load(calls, 0);
    looks = now === last && now % 2 !== 0 ? looks + 1 : 0;
    last = now;
    if (looks < mostLooks) return;
    clearInterval(timer);
    onHung();
    void thread.terminate();
  }, lookMs);
  timer.unref();
  thread.once('exit', () => clearInterval(timer));
}
