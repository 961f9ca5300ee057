/**
 * Evidence is never stored as it was sent: a photo is decoded and made anew, a PDF is rebuilt from its pages.
 *
 * Contract
 * 1. A file is what its first bytes say it is; its name and the type that the browser tells count for nothing.
 * 2. What comes out holds nothing of what a camera or a program wrote beside the picture: no place, no device, no time, no author.
 *    A photo stands upright, its longest side is {@link MAX_SIDE} pixels or less. A PDF has no scripts, actions, forms or files in it.
 * 3. The work is done in a process of its own, with little memory and little time, two at once (child-run.ts). Whatever a file does
 *    there, this process goes on, and the answer is a code.
 * 4. Nothing here throws for what a person sent.
 */
import { fileTypeFromBuffer } from 'file-type';
import { askChild, type ChildAnswer } from './child-run.ts';
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
  /** A PDF with a picture that may tell where it was made, and of which that cannot be taken out. */
  NotCleaned: 'NOT_CLEANED',
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

/** Makes a file anew. @param bytes as they were sent */
export async function remakeEvidence(bytes: Uint8Array): Promise<RemadeEvidence> {
  if (bytes.length === 0) return refuse(EvidenceProblem.Empty);
  if (bytes.length > MAX_EVIDENCE_BYTES) return refuse(EvidenceProblem.TooLarge);
  const mediaType = await detectType(bytes);
  const task = TASKS.get(mediaType);
  if (task === undefined) return refuse(HEIC.test(mediaType) ? EvidenceProblem.Heic : EvidenceProblem.TypeNotAllowed);
  const answer = await askChild(task, bytes);
  return answer === null ? refuse(EvidenceProblem.Busy) : readAnswer(task, answer);
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

const PROBLEM_OF_EXIT: ReadonlyMap<number, EvidenceProblem> = new Map([
  [CHILD_EXIT.tooManyPixels, EvidenceProblem.TooManyPixels],
  [CHILD_EXIT.tooManyPages, EvidenceProblem.TooManyPages],
  [CHILD_EXIT.encrypted, EvidenceProblem.Encrypted],
  [CHILD_EXIT.notCleaned, EvidenceProblem.NotCleaned],
]);

function readAnswer(task: ChildTask, answer: ChildAnswer): RemadeEvidence {
  if (!answer.ok) return refuse(PROBLEM_OF_EXIT.get(answer.exitCode) ?? EvidenceProblem.Broken);
  const { file, thumbnail } = answer;
  // Rebuilding unpacks some of what was packed.
  if (file.length > MAX_EVIDENCE_BYTES) return refuse(EvidenceProblem.TooLarge);
  return { ok: true, mediaType: task === 'image' ? 'image/jpeg' : 'application/pdf', bytes: file, thumbnail };
}
