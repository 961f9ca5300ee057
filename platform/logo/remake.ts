/**
 * A school's logo is never kept as it was sent: it is drawn anew as a PNG.
 *
 * Contract
 * 1. A file is what its first bytes say it is: PNG, JPEG or SVG.
 * 2. What comes out is pixels: no script, no address of anything elsewhere, no text or program beside the picture. At most as large as
 *    limits.ts says, whole for documents and small for pages.
 * 3. The drawing is done in a process of its own, as for evidence; whatever a file does there, the answer is a code.
 * 4. The same file gives the same bytes.
 * 5. Nothing here throws for what a person sent.
 */
import { createHash } from 'node:crypto';
import { fileTypeFromBuffer } from 'file-type';
import { askChild } from '../evidence/child-run.ts';
import { CHILD_EXIT } from '../evidence/limits.ts';
import { headOfSvg, SvgHead } from './svg.ts';

/** One file as it is sent, bytes. */
export const MAX_LOGO_BYTES = 1024 * 1024;
/** For the `accept` of a file field. */
export const LOGO_ACCEPT = '.png,.jpg,.jpeg,.svg';

export const LogoProblem = {
  Empty: 'EMPTY',
  TooLarge: 'TOO_LARGE',
  /** No PNG, JPEG or SVG. */
  TypeNotAllowed: 'TYPE_NOT_ALLOWED',
  /** An SVG that defines words of its own (`<!ENTITY`): a way to make a small file endless. */
  Entities: 'ENTITIES',
  TooManyPixels: 'TOO_MANY_PIXELS',
  TooSmall: 'TOO_SMALL',
  /** Much too wide or too high to stand beside a name. */
  Shape: 'SHAPE',
  /** Empty, or as white as the paper. */
  NothingToSee: 'NOTHING_TO_SEE',
  /** It cannot be read, or only with more memory or time than a file may take. */
  Broken: 'BROKEN',
  /** Too many at this moment: trying again helps. */
  Busy: 'BUSY',
} as const;
export type LogoProblem = (typeof LogoProblem)[keyof typeof LogoProblem];

export type RemadeLogo =
  | {
      readonly ok: true;
      readonly png: Buffer;
      /** The same picture for the top of a page. */
      readonly small: Buffer;
      /** Of `png`, pixels. */
      readonly width: number;
      readonly height: number;
      /** Of `png`, hexadecimal. */
      readonly sha256: string;
    }
  | { readonly ok: false; readonly problem: LogoProblem };

const RASTER_TYPES: ReadonlySet<string> = new Set(['image/png', 'image/apng', 'image/jpeg']);
const PROBLEM_OF_EXIT: ReadonlyMap<number, LogoProblem> = new Map([
  [CHILD_EXIT.tooManyPixels, LogoProblem.TooManyPixels],
  [CHILD_EXIT.tooSmall, LogoProblem.TooSmall],
  [CHILD_EXIT.shape, LogoProblem.Shape],
  [CHILD_EXIT.nothingToSee, LogoProblem.NothingToSee],
]);
/** A drawing takes half a second; a page is answered within three, also when a file is made to take for ever. */
const CHILD_MS = 2_500;
/** Enough for every signature that counts here. */
const SIGNATURE_BYTES = 4_100;

/** Draws a logo anew. @param bytes as they were sent */
export async function remakeLogo(bytes: Uint8Array): Promise<RemadeLogo> {
  const problem = await findProblem(bytes);
  if (problem !== null) return { ok: false, problem };
  const answer = await askChild('logo', bytes, CHILD_MS);
  if (answer === null) return { ok: false, problem: LogoProblem.Busy };
  if (!answer.ok) return { ok: false, problem: PROBLEM_OF_EXIT.get(answer.exitCode) ?? LogoProblem.Broken };
  const { file: png, thumbnail: small } = answer;
  if (small === null) return { ok: false, problem: LogoProblem.Broken };
  const sha256 = createHash('sha256').update(png).digest('hex');
  return { ok: true, png, small, ...sizeOfPng(png), sha256 };
}

async function findProblem(bytes: Uint8Array): Promise<LogoProblem | null> {
  if (bytes.length === 0) return LogoProblem.Empty;
  if (bytes.length > MAX_LOGO_BYTES) return LogoProblem.TooLarge;
  const head = headOfSvg(bytes);
  if (head === SvgHead.Entities) return LogoProblem.Entities;
  if (head === SvgHead.Svg) return null;
  const type = await fileTypeFromBuffer(bytes.subarray(0, SIGNATURE_BYTES)).catch(() => undefined);
  return type !== undefined && RASTER_TYPES.has(type.mime) ? null : LogoProblem.TypeNotAllowed;
}

/** PNG specification, 11.2.2: width and height begin the first chunk. */
function sizeOfPng(png: Buffer): { width: number; height: number } {
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}
