/** Runs the process that makes a file anew: two at once, with little memory and little time. */
import path from 'node:path';
import { askGuardedChild, createTurns } from '../guarded-child.ts';
import { CHILD_EXIT, type ChildTask } from './limits.ts';

const MIB = 1024 * 1024;
const CHILD = path.join(import.meta.dirname, 'child.ts');
/** The child itself watches over all of its memory. */
const CHILD_HEAP_MIB = 256;
const CHILD_MS = 20_000;
const MAX_ANSWER_BYTES = 16 * MIB;

const turns = createTurns(2, 12);

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

/**
 * What the child made of the bytes, when it is their turn.
 * @param timeoutMs after which it is ended
 * @returns null when too many wait already
 */
export function askChild(task: ChildTask, bytes: Uint8Array, timeoutMs = CHILD_MS): Promise<ChildAnswer | null> {
  const limits = { heapMiB: CHILD_HEAP_MIB, timeoutMs, maxAnswerBytes: MAX_ANSWER_BYTES };
  return turns.take(async () => {
    const outcome = await askGuardedChild({ file: CHILD, args: [task], ...limits }, bytes);
    return outcome.ok ? readAnswer(outcome.answer) : { ok: false, exitCode: outcome.exitCode ?? CHILD_EXIT.broken };
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
