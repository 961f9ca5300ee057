/**
 * Evidence is never stored as it was sent: a photo is decoded and made anew, a PDF is rebuilt from its pages.
 *
 * Contract
 * 1. A file is what its first bytes say it is; its name and the type that the browser tells count for nothing.
 * 2. What comes out holds nothing of what a camera or a program wrote beside the picture: no place, no device, no time, no author.
 *    A photo stands upright, its longest side is {@link MAX_SIDE} pixels or less. A PDF has no scripts, actions, forms or files in it.
 * 3. The work is done in a process of its own, with little memory and little time, {@link MAX_CHILDREN} at once. Whatever a file does
 *    there, this process goes on, and the answer is a code.
 * 4. Nothing here throws for what a person sent.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileTypeFromBuffer } from 'file-type';
import { CHILD_EXIT, type ChildTask } from './limits.ts';

const MIB = 1024 * 1024;
/** One file as it is sent, bytes. */
export const MAX_EVIDENCE_BYTES = 10 * MIB;
/** All evidence of one form as it is kept, bytes. */
export const MAX_FORM_EVIDENCE_BYTES = 25 * MIB;
/** Pieces of one form: more than any form has components. */
export const MAX_FORM_EVIDENCE = 40;

/** For the `accept` of a file field. Without HEIC in it, phones hand over a JPEG. */
export const EVIDENCE_ACCEPT = 'image/jpeg,image/png,image/webp,application/pdf';

export const EvidenceProblem = {
  Empty: 'EMPTY',
  TooLarge: 'TOO_LARGE',
  /** No photo and no PDF. */
  TypeNotAllowed: 'TYPE_NOT_ALLOWED',
  /** The own format of some phones. */
  Heic: 'HEIC',
  /** More pixels than any camera of a phone gives. */
  TooManyPixels: 'TOO_MANY_PIXELS',
  TooManyPages: 'TOO_MANY_PAGES',
  /** A PDF with a password, or with rights that forbid to change it. */
  Encrypted: 'ENCRYPTED',
  /** It cannot be read, or only with more memory or time than a file may take. */
  Broken: 'BROKEN',
  /** Too many at this moment: trying again helps. */
  Busy: 'BUSY',
} as const;
export type EvidenceProblem = (typeof EvidenceProblem)[keyof typeof EvidenceProblem];

export type RemadeEvidence =
  | {
      readonly ok: true;
      readonly mediaType: 'image/jpeg' | 'application/pdf';
      readonly bytes: Uint8Array;
      /** A small JPEG; null for a PDF. */
      readonly thumbnail: Uint8Array | null;
    }
  | { readonly ok: false; readonly problem: EvidenceProblem };

/** Enough for every signature that counts here; more would let a container make the detection itself work. */
const SIGNATURE_BYTES = 4_100;
const TASKS: ReadonlyMap<string, ChildTask> = new Map([
  ['image/jpeg', 'image'],
  ['image/png', 'image'],
  ['image/apng', 'image'],
  ['image/webp', 'image'],
  ['application/pdf', 'pdf'],
]);
const HEIC = /^image\/(hei[cf]|avif)/;

const CHILD = path.join(import.meta.dirname, 'child.ts');
/** Of JavaScript alone; the child itself watches over all of its memory. */
const CHILD_HEAP_MIB = 256;
const CHILD_MS = 20_000;
const MAX_ANSWER_BYTES = 16 * MIB;
const MAX_CHILDREN = 2;
/** Each holds a file in memory while it waits. */
const MAX_WAITING = 12;

/** Makes a file anew. @param bytes as they were sent */
export async function remakeEvidence(bytes: Uint8Array): Promise<RemadeEvidence> {
  if (bytes.length === 0) return refuse(EvidenceProblem.Empty);
  if (bytes.length > MAX_EVIDENCE_BYTES) return refuse(EvidenceProblem.TooLarge);
  const mediaType = await detectType(bytes);
  const task = TASKS.get(mediaType);
  if (task === undefined) return refuse(HEIC.test(mediaType) ? EvidenceProblem.Heic : EvidenceProblem.TypeNotAllowed);
  return inTurn(() => askChild(task, bytes));
}

function refuse(problem: EvidenceProblem): RemadeEvidence {
  return { ok: false, problem };
}

/** Media type by content; empty when it has none that is known. */
async function detectType(bytes: Uint8Array): Promise<string> {
  try {
    return (await fileTypeFromBuffer(bytes.subarray(0, SIGNATURE_BYTES)))?.mime ?? '';
  } catch (error) {
    if (error instanceof Error) return '';
    throw error;
  }
}

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn(work: () => Promise<RemadeEvidence>): Promise<RemadeEvidence> {
  if (running >= MAX_CHILDREN) {
    if (waiting.length >= MAX_WAITING) return refuse(EvidenceProblem.Busy);
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

const PROBLEM_OF_EXIT: ReadonlyMap<number, EvidenceProblem> = new Map([
  [CHILD_EXIT.tooManyPixels, EvidenceProblem.TooManyPixels],
  [CHILD_EXIT.tooManyPages, EvidenceProblem.TooManyPages],
  [CHILD_EXIT.encrypted, EvidenceProblem.Encrypted],
]);

/** What the child made; `Broken` also when it ran out of memory, time or room. */
function askChild(task: ChildTask, bytes: Uint8Array): Promise<RemadeEvidence> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [`--max-old-space-size=${CHILD_HEAP_MIB}`, CHILD, task], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {},
      timeout: CHILD_MS,
      killSignal: 'SIGKILL',
    });
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) child.kill('SIGKILL');
      else chunks.push(chunk);
    });
    child.on('error', () => resolve(refuse(EvidenceProblem.Broken)));
    child.on('close', (code) => {
      const problem = PROBLEM_OF_EXIT.get(code ?? 1) ?? EvidenceProblem.Broken;
      resolve(code === 0 ? readAnswer(task, Buffer.concat(chunks)) : refuse(problem));
    });
    // A child that is gone before it has read everything breaks the pipe; `close` tells what came of it.
    child.stdin.on('error', () => undefined);
    child.stdin.end(bytes);
  });
}

/** Four bytes with the length of the thumbnail, the thumbnail, the file. */
function readAnswer(task: ChildTask, answer: Buffer): RemadeEvidence {
  if (answer.length < 4) return refuse(EvidenceProblem.Broken);
  const start = 4 + answer.readUInt32BE(0);
  const bytes = answer.subarray(start);
  if (bytes.length === 0) return refuse(EvidenceProblem.Broken);
  // Rebuilding unpacks some of what was packed.
  if (bytes.length > MAX_EVIDENCE_BYTES) return refuse(EvidenceProblem.TooLarge);
  return {
    ok: true,
    mediaType: task === 'image' ? 'image/jpeg' : 'application/pdf',
    bytes,
    thumbnail: start === 4 ? null : answer.subarray(4, start),
  };
}
