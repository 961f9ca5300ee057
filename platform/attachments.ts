/**
 * Attachments of an invitation: which files may go along with a mail.
 *
 * Contract
 * 1. A file is what its bytes say it is; the extension must agree with that, the type named by the browser counts for nothing.
 * 2. Containers (docx, odt) are judged by their table of contents alone: nothing in them is unpacked.
 * 3. Nothing here throws for what a person sent: a file that may not go along is an answer with a code.
 */
import path from 'node:path';
import { fileTypeFromBuffer } from 'file-type';
import yauzl from 'yauzl';
import { cleanLine } from '../domain/text.ts';

const MIB = 1024 * 1024;
/** Largest single file, bytes. */
export const MAX_ATTACHMENT_BYTES = 10 * MIB;
/** All files of one invitation together, bytes. */
export const MAX_ATTACHMENTS_BYTES = 25 * MIB;
/** Files of one invitation. */
export const MAX_ATTACHMENTS = 10;

/** What the virus scanner said of an attachment. */
export const ScanState = {
  /** There was no scanner. */
  None: 'none',
  Clean: 'clean',
  /** It could not be asked: the file is kept, and goes nowhere until it was. */
  Quarantined: 'quarantined',
  /** Its bytes are gone; the record stays, so that a person can be told. */
  Infected: 'infected',
} as const;
export type ScanState = (typeof ScanState)[keyof typeof ScanState];

/** Whether a file may be sent and downloaded; also for a state that a later version wrote. */
export function isSendable(scan: string): boolean {
  return scan === ScanState.None || scan === ScanState.Clean;
}

/** Files that one person uploaded and has not sent, together: ten full invitations. What is beyond it fills the disk for nobody's use. */
export const MAX_UNUSED_BYTES = 250 * MIB;
/** A file that is in nothing is kept this long, for a form that somebody goes on with after the weekend. */
export const UNUSED_ATTACHMENT_DAYS = 7;

const MAX_NAME = 120;
const MAX_ZIP_ENTRIES = 2_000;
/** Unpacked, all entries together. */
const MAX_UNPACKED_BYTES = 200 * MIB;
/** Unpacked against packed, for the whole container; text documents stay below 30. */
const MAX_RATIO = 100;

export const AttachmentProblem = {
  Empty: 'EMPTY',
  TooLarge: 'TOO_LARGE',
  TypeNotAllowed: 'TYPE_NOT_ALLOWED',
  ContentMismatch: 'CONTENT_MISMATCH',
  ArchiveUnsafe: 'ARCHIVE_UNSAFE',
} as const;
export type AttachmentProblem = (typeof AttachmentProblem)[keyof typeof AttachmentProblem];

interface AttachmentType {
  readonly mediaType: string;
  /** For containers: entries that must be there. */
  readonly entries?: readonly string[];
}

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const TYPES: ReadonlyMap<string, AttachmentType> = new Map([
  ['pdf', { mediaType: 'application/pdf' }],
  ['docx', { mediaType: DOCX, entries: ['[Content_Types].xml', 'word/document.xml'] }],
  ['odt', { mediaType: 'application/vnd.oasis.opendocument.text', entries: ['mimetype', 'content.xml'] }],
  ['jpg', { mediaType: 'image/jpeg' }],
  ['jpeg', { mediaType: 'image/jpeg' }],
  ['png', { mediaType: 'image/png' }],
]);

/** For the `accept` of a file field. */
export const ATTACHMENT_ACCEPT = [...TYPES.keys()].map((extension) => `.${extension}`).join(',');

export type CheckedAttachment =
  | { readonly ok: true; readonly name: string; readonly mediaType: string }
  | { readonly ok: false; readonly name: string; readonly problem: AttachmentProblem };

/**
 * Judges one file.
 * @param originalName as the browser sent it
 */
export async function checkAttachment(originalName: string, bytes: Uint8Array): Promise<CheckedAttachment> {
  const name = cleanFileName(originalName);
  const refuse = (problem: AttachmentProblem): CheckedAttachment => ({ ok: false, name, problem });
  const type = TYPES.get(extensionOf(name));
  if (!type) return refuse(AttachmentProblem.TypeNotAllowed);
  if (bytes.length === 0) return refuse(AttachmentProblem.Empty);
  if (bytes.length > MAX_ATTACHMENT_BYTES) return refuse(AttachmentProblem.TooLarge);
  if (type.entries) {
    // Before anything looks inside the container.
    const problem = await findContainerProblem(bytes, type.entries);
    if (problem) return refuse(problem);
  }
  const found = await detectType(bytes);
  return found === type.mediaType
    ? { ok: true, name, mediaType: type.mediaType }
    : refuse(AttachmentProblem.ContentMismatch);
}

/** Media type by content, or null; a file so broken that it cannot be judged has none. */
async function detectType(bytes: Uint8Array): Promise<string | null> {
  try {
    return (await fileTypeFromBuffer(bytes))?.mime ?? null;
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}

function extensionOf(name: string): string {
  return path.extname(name).slice(1).toLowerCase();
}

/** Characters that some system does not allow in the name of a file, and every control and direction character. */
const UNSAFE_IN_NAME = /[<>:"/\\|?*\p{Cc}\p{Cf}]/gu;

/**
 * The name under which a file goes along: no folder, no character that deceives or that a system refuses, not hidden, at
 * most 120 characters with its extension.
 */
export function cleanFileName(originalName: string): string {
  const last = originalName.split(/[/\\]/).at(-1) ?? '';
  const clean = cleanLine(last.replace(UNSAFE_IN_NAME, '')).replace(/^[.\s]+|[.\s]+$/g, '');
  const extension = path.extname(clean);
  const stem = clean.slice(0, clean.length - extension.length) || 'bijlage';
  return `${[...stem].slice(0, MAX_NAME - extension.length).join('')}${extension}`;
}

/** Looks at the central directory of a zip file; null when it is as it should be. */
async function findContainerProblem(bytes: Uint8Array, required: readonly string[]): Promise<AttachmentProblem | null> {
  const entries = await readDirectory(bytes);
  if (entries === 'none') return AttachmentProblem.ContentMismatch;
  if (entries === 'unsafe') return AttachmentProblem.ArchiveUnsafe;
  const unpacked = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  const isBomb = unpacked > MAX_UNPACKED_BYTES || unpacked > bytes.length * MAX_RATIO;
  // Macros and encrypted parts cannot be judged by a reader or a virus scanner.
  const isHidden = entries.some(
    (entry) => entry.isEncrypted || /(^|\/)vbaProject\.bin$|^Basic\//i.test(entry.fileName),
  );
  if (isBomb || isHidden) return AttachmentProblem.ArchiveUnsafe;
  const names = new Set(entries.map((entry) => entry.fileName));
  return required.every((name) => names.has(name)) ? null : AttachmentProblem.ContentMismatch;
}

interface ContainerEntry {
  readonly fileName: string;
  readonly uncompressedSize: number;
  readonly isEncrypted: boolean;
}

/**
 * The entries of a zip file: `none` when it is no zip file, `unsafe` when it has too many entries, or names that lead out of
 * the folder (yauzl refuses absolute paths, `..` and backslashes).
 */
function readDirectory(bytes: Uint8Array): Promise<readonly ContainerEntry[] | 'none' | 'unsafe'> {
  return new Promise((resolve) => {
    yauzl.fromBuffer(Buffer.from(bytes), { lazyEntries: true, strictFileNames: true }, (error, zip) => {
      if (error || !zip) return resolve('none');
      if (zip.entryCount > MAX_ZIP_ENTRIES) return resolve('unsafe');
      const entries: ContainerEntry[] = [];
      zip.on('error', () => resolve('unsafe'));
      zip.on('end', () => resolve(entries));
      zip.on('entry', ({ fileName, uncompressedSize, generalPurposeBitFlag }: yauzl.Entry) => {
        entries.push({ fileName, uncompressedSize, isEncrypted: (generalPurposeBitFlag & 1) === 1 });
        zip.readEntry();
      });
      zip.readEntry();
    });
  });
}
