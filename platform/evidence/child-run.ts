/** Runs the process that makes a file anew: two at once, with little memory and little time. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { CHILD_EXIT, type ChildTask } from './limits.ts';

const MIB = 1024 * 1024;
const CHILD = path.join(import.meta.dirname, 'child.ts');
/** Of JavaScript alone; the child itself watches over all of its memory. */
const CHILD_HEAP_MIB = 256;
const CHILD_MS = 20_000;
const MAX_ANSWER_BYTES = 16 * MIB;
const MAX_CHILDREN = 2;
/** Each holds a file in memory while it waits. */
const MAX_WAITING = 12;

export type ChildAnswer =
  | {
      readonly ok: true;
      readonly file: Buffer;
      /** Null when the task makes none. */
      readonly thumbnail: Buffer | null;
    }
  /** {@link CHILD_EXIT}; `broken` also when it ran out of memory, time or room. */
  | { readonly ok: false; readonly exitCode: number };

const BROKEN: ChildAnswer = { ok: false, exitCode: CHILD_EXIT.broken };

let running = 0;
const waiting: (() => void)[] = [];

/** Does the work when it is its turn. @returns null when too many wait already */
export async function inTurn<Result>(work: () => Promise<Result>): Promise<Result | null> {
  if (running >= MAX_CHILDREN) {
    if (waiting.length >= MAX_WAITING) return null;
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

/** What the child made of the bytes. @param timeoutMs after which it is ended */
export function askChild(task: ChildTask, bytes: Uint8Array, timeoutMs = CHILD_MS): Promise<ChildAnswer> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [`--max-old-space-size=${CHILD_HEAP_MIB}`, CHILD, task], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {},
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) child.kill('SIGKILL');
      else chunks.push(chunk);
    });
    child.on('error', () => resolve(BROKEN));
    child.on('close', (code) => {
      resolve(code === 0 ? readAnswer(Buffer.concat(chunks)) : { ok: false, exitCode: code ?? CHILD_EXIT.broken });
    });
    // A child that is gone before it has read everything breaks the pipe; `close` tells what came of it.
    child.stdin.on('error', () => undefined);
    child.stdin.end(bytes);
  });
}

/** Four bytes with the length of the thumbnail, the thumbnail, the file. */
function readAnswer(answer: Buffer): ChildAnswer {
  if (answer.length < 4) return BROKEN;
  const start = 4 + answer.readUInt32BE(0);
  const file = answer.subarray(start);
  if (file.length === 0) return BROKEN;
  return { ok: true, file, thumbnail: start === 4 ? null : answer.subarray(4, start) };
}
