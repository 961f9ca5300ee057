/**
 * Reading what a stranger sent, in a process of its own with little memory and little time: whatever a file does there, this process
 * goes on, and the answer is a code.
 */
import { spawn } from 'node:child_process';

export interface GuardedChild {
  /** The program; reads all of its standard input and answers on standard output. */
  readonly file: string;
  readonly args?: readonly string[];
  /** Mebibytes of JavaScript alone. */
  readonly heapMiB: number;
  readonly timeoutMs: number;
  /** A longer answer ends it. */
  readonly maxAnswerBytes: number;
}

export type GuardedAnswer =
  | { readonly ok: true; readonly answer: Buffer }
  /** Null when it was ended, because of memory, time or room, or could not be started. */
  | { readonly ok: false; readonly exitCode: number | null };

/** Gives the bytes to a new process, without any of our settings, and waits for what it makes of them. Never throws. */
export function askGuardedChild(options: GuardedChild, bytes: Uint8Array): Promise<GuardedAnswer> {
  const { file, args = [], heapMiB, timeoutMs, maxAnswerBytes } = options;
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [`--max-old-space-size=${heapMiB}`, file, ...args], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {},
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxAnswerBytes) child.kill('SIGKILL');
      else chunks.push(chunk);
    });
    child.on('error', () => resolve({ ok: false, exitCode: null }));
    child.on('close', (code) => {
      resolve(code === 0 ? { ok: true, answer: Buffer.concat(chunks) } : { ok: false, exitCode: code });
    });
    // A child that is gone before it has read everything breaks the pipe; `close` tells what came of it.
    child.stdin.on('error', () => undefined);
    child.stdin.end(bytes);
  });
}

export interface Turns {
  /** Does the work when it is its turn, in the order of asking. @returns null when too many wait already */
  take<Result>(work: () => Promise<Result>): Promise<Result | null>;
}

/**
 * So many at once in this process; the others wait.
 * @param mostWaiting each holds a file in memory while it waits
 */
export function createTurns(atOnce: number, mostWaiting: number): Turns {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    async take(work) {
      if (running < atOnce) running += 1;
      else if (waiting.length >= mostWaiting) return null;
      // Whoever ends hands on the turn, so that nobody who comes in between takes it.
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
}
