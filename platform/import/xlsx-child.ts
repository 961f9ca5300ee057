/**
 * Reads a workbook from standard input and writes the texts of its first sheet to standard output, as JSON; `null` for what is no
 * workbook. Started by xlsx.ts with limits on memory and time, so that nothing in a file can hold up anybody else.
 */
import { buffer } from 'node:stream/consumers';
import { readSheet } from 'read-excel-file/universal';
import { MAX_IMPORT_COLUMNS, MAX_IMPORT_ROWS } from './import-error.ts';

/** Enough to tell that there are too many. */
const MAX_ROWS = MAX_IMPORT_ROWS * 2;
const MAX_CELLS = MAX_IMPORT_COLUMNS + 1;
const MAX_TEXT = 2_000;

function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  return String(cell).slice(0, MAX_TEXT);
}

/** Cells beyond the last one with something in it are only there for their colour. */
function textsOf(row: readonly unknown[]): string[] {
  const last = row.findLastIndex((cell) => textOf(cell).trim() !== '');
  return row.slice(0, Math.min(last + 1, MAX_CELLS)).map(textOf);
}

async function read(bytes: Buffer): Promise<readonly string[][] | null> {
  try {
    const rows = await readSheet(new Blob([Uint8Array.from(bytes)]));
    return rows.slice(0, MAX_ROWS).map(textsOf);
  } catch (error) {
    // The reader says in many ways that this is no workbook; to a person they are one.
    if (error instanceof Error) return null;
    throw error;
  }
}

const answer = JSON.stringify(await read(await buffer(process.stdin)));
process.stdout.end(answer);
