/**
 * Reading a workbook that anybody may have made.
 *
 * Contract
 * 1. Before anything is read, the table of contents is judged: number of parts, size unpacked, ratio, passwords, names.
 * 2. Then every part is unpacked once and thrown away, no further than the table of contents says: it may lie.
 * 3. Only then is the workbook read, in a process of its own with little memory and little time. Whatever goes wrong there, this
 *    process goes on, and the answer is a sentence.
 */
import path from 'node:path';
import yauzl from 'yauzl';
import { askGuardedChild, createTurns, type GuardedChild } from '../guarded-child.ts';
import { fileError, ImportErrorCode, MAX_IMPORT_BYTES, type RowError } from './import-error.ts';
import type { RawRow } from './table.ts';

const MAX_PARTS = 2_000;
const MIB = 1024 * 1024;
/** All parts together. A sheet of 20,000 contacts is some 10 MB of XML. */
const MAX_UNPACKED_BYTES = 60 * MIB;
/** Unpacked against packed. XML of a large sheet comes to 30. */
const MAX_RATIO = 100;
/** Small files may hold little but zeros of padding; below this the ratio says nothing. */
const RATIO_FROM_BYTES = MIB;
const CHILD: GuardedChild = {
  file: path.join(import.meta.dirname, 'xlsx-child.ts'),
  heapMiB: 256,
  timeoutMs: 15_000,
  maxAnswerBytes: 64 * MIB,
};
/** However many wait: an upload waits in memory as well, and its number is limited. */
const turns = createTurns(2, Number.POSITIVE_INFINITY);

const ZIP = [0x50, 0x4b];
/** Compound file: workbooks from before 2007, and any with a password. */
const COMPOUND = [0xd0, 0xcf, 0x11, 0xe0];

export type SplitOutcome =
  | { readonly ok: true; readonly rows: readonly RawRow[] }
  | { readonly ok: false; readonly error: RowError };

/** Whether some bytes are a workbook, or a container that may be one. */
export function isWorkbook(bytes: Uint8Array): boolean {
  return startsWith(bytes, ZIP) || startsWith(bytes, COMPOUND);
}

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}

/** All rows of the first sheet as texts, whatever the cells were. Of a formula, what it came to when it was saved. */
export async function splitWorkbook(bytes: Uint8Array): Promise<SplitOutcome> {
  if (bytes.length > MAX_IMPORT_BYTES) {
    return refuse(ImportErrorCode.FileTooLarge, { maxBytes: MAX_IMPORT_BYTES, bytes: bytes.length });
  }
  if (startsWith(bytes, COMPOUND)) return refuse(ImportErrorCode.WorkbookClosed);
  const problem = await findWorkbookProblem(bytes);
  if (problem !== null) return refuse(problem);
  return readInChild(bytes);
}

function refuse(code: ImportErrorCode, params = {}): SplitOutcome {
  return { ok: false, error: fileError(code, params) };
}

interface Part {
  readonly entry: yauzl.Entry;
}

/** Contract 1 and 2; null when it is a workbook as workbooks are. */
export async function findWorkbookProblem(bytes: Uint8Array): Promise<ImportErrorCode | null> {
  const zip = await openZip(bytes);
  if (zip === null) return ImportErrorCode.WorkbookBroken;
  if (zip.entryCount > MAX_PARTS) return ImportErrorCode.WorkbookUnsafe;
  const parts = await readParts(zip);
  if (parts === null) return ImportErrorCode.WorkbookUnsafe;
  const total = parts.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0);
  const isBomb = total > MAX_UNPACKED_BYTES || (total > RATIO_FROM_BYTES && total > bytes.length * MAX_RATIO);
  if (isBomb) return ImportErrorCode.WorkbookUnsafe;
  if (parts.some(({ entry }) => (entry.generalPurposeBitFlag & 1) === 1)) return ImportErrorCode.WorkbookClosed;
  const names = new Set(parts.map(({ entry }) => entry.fileName));
  if (!names.has('[Content_Types].xml') || !names.has('xl/workbook.xml')) return ImportErrorCode.WorkbookBroken;
  for (const { entry } of parts) {
    if (!(await isHonest(zip, entry))) return ImportErrorCode.WorkbookUnsafe;
  }
  return null;
}

function openZip(bytes: Uint8Array): Promise<yauzl.ZipFile | null> {
  return new Promise((resolve) => {
    const options = { lazyEntries: true, strictFileNames: true, autoClose: false };
    yauzl.fromBuffer(Buffer.from(bytes), options, (error, zip) => resolve(error || !zip ? null : zip));
  });
}

/** Null for names that lead out of the folder, and for a table of contents that cannot be read. */
function readParts(zip: yauzl.ZipFile): Promise<readonly Part[] | null> {
  return new Promise((resolve) => {
    const parts: Part[] = [];
    zip.on('error', () => resolve(null));
    zip.on('end', () => resolve(parts));
    zip.on('entry', (entry: yauzl.Entry) => {
      parts.push({ entry });
      zip.readEntry();
    });
    zip.readEntry();
  });
}

/** Whether a part is no larger than it says; yauzl counts along and stops there. */
function isHonest(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<boolean> {
  return new Promise((resolve) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error || !stream) return resolve(false);
      stream.on('error', () => resolve(false));
      stream.on('end', () => resolve(true));
      stream.resume();
    });
  });
}

async function readInChild(bytes: Uint8Array): Promise<SplitOutcome> {
  const outcome = await turns.take(() => askGuardedChild(CHILD, bytes));
  return outcome?.ok ? readAnswer(outcome.answer.toString('utf8')) : refuse(ImportErrorCode.WorkbookUnsafe);
}

function readAnswer(answer: string): SplitOutcome {
  const rows = JSON.parse(answer) as readonly (readonly string[])[] | null;
  if (rows === null) return refuse(ImportErrorCode.WorkbookBroken);
  return { ok: true, rows: rows.map((cells, index) => ({ row: index + 1, cells })) };
}
