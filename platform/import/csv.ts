import { CsvError, type Info, parse } from 'csv-parse/sync';
import { cleanCell } from './cells.ts';
import { decodeText } from './decode-text.ts';
import {
  fileError,
  ImportErrorCode,
  type ImportErrorParams,
  MAX_IMPORT_ERRORS,
  MAX_IMPORT_ROWS,
  type RowError,
  type TableImport,
} from './import-error.ts';

/** What a cell's reader makes of its (trimmed, never undefined) text. */
export type CellOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: ImportErrorCode; readonly params?: ImportErrorParams };

export interface CsvColumn<T> {
  /** Name in the template; found in a file without regard to case, accents, spaces and hyphens. */
  readonly header: string;
  /** Other names under which files carry it. */
  readonly aliases?: readonly string[];
  /** Whether the file may lack the column; its cells then read as ''. */
  readonly optional?: boolean;
  readonly read: (cell: string) => CellOutcome<T>;
  /** Two rows with the same key are an error. A key of '' is never a duplicate. A method, so that columns of any type fit in one record. */
  uniqueKey?(value: T): string;
}

/** The columns of a table file by the property each becomes. */
export type CsvColumns = Readonly<Record<string, CsvColumn<unknown>>>;

/** One row as a plain object, with its number in the spreadsheet (for errors found later, such as "exists already"). */
export type CsvRow<C extends CsvColumns> = {
  readonly [K in keyof C]: C[K] extends CsvColumn<infer T> ? T : never;
} & { readonly row: number };

type Separator = ';' | ',' | '\t';
interface RawRow {
  readonly row: number;
  readonly cells: readonly string[];
}
interface HeaderMap {
  /** Position of each property's column in the file, or -1 when it is optional and absent. */
  readonly positions: ReadonlyMap<string, number>;
  /** Columns up to the last one with a name; a value beyond it belongs to nothing. */
  readonly width: number;
}

const SEPARATORS: readonly Separator[] = [';', ',', '\t'];
/** Excel's own first line that names the separator; Excel does not show or count it. */
const SEPARATOR_LINE = /^sep=(.)\r?\n/i;

/**
 * Reads a table file: separator `;`, `,` or tab; UTF-8 with or without byte order mark, UTF-16 or windows-1252; header
 * names in any case and order; cells trimmed and NFC. A cell that looks like a formula is text like any other.
 *
 * All or nothing: with one error there are no rows. Errors are in the order of the file.
 */
export function parseCsvImport<C extends CsvColumns>(bytes: Uint8Array, columns: C): TableImport<CsvRow<C>> {
  const decoded = decodeText(bytes);
  if (!decoded.ok) return { ok: false, errors: [fileError(decoded.code, decoded.params)] };

  const table = splitTable(decoded.text, columns);
  if (!table.ok) return { ok: false, errors: [table.error] };

  const [header, ...body] = table.rows;
  if (header === undefined) return { ok: false, errors: [fileError(ImportErrorCode.FileEmpty)] };
  const headerErrors: RowError[] = [];
  const map = mapHeader(header, columns, headerErrors);
  if (headerErrors.length > 0) return { ok: false, errors: headerErrors };

  const rows = body.filter((row) => row.cells.some((cell) => cell.trim() !== ''));
  if (rows.length === 0) return { ok: false, errors: [fileError(ImportErrorCode.NoRows)] };
  if (rows.length > MAX_IMPORT_ROWS) {
    return { ok: false, errors: [fileError(ImportErrorCode.TooManyRows, { maxRows: MAX_IMPORT_ROWS })] };
  }
  return readRows(rows, columns, map);
}

function splitTable(text: string, columns: CsvColumns): { ok: true; rows: RawRow[] } | { ok: false; error: RowError } {
  const named = SEPARATOR_LINE.exec(text);
  const rest = named ? text.slice(named[0].length) : text;
  const separator = SEPARATORS.find((candidate) => candidate === named?.[1]) ?? guessSeparator(rest, columns);
  try {
    const records = parse(rest, {
      delimiter: separator,
      relax_column_count: true,
      // Header, one row more than allowed, and room for the blank lines people leave.
      to: MAX_IMPORT_ROWS * 2,
      info: true,
    }) as unknown as { record: string[]; info: Info }[];
    return { ok: true, rows: records.map(({ record }, index) => ({ row: index + 1, cells: record })) };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const code = error.code === 'CSV_QUOTE_NOT_CLOSED' ? ImportErrorCode.QuoteNotClosed : ImportErrorCode.RowMalformed;
    const records = typeof error.records === 'number' ? error.records : 0;
    return { ok: false, error: { row: records + 1, column: null, code, params: {} } };
  }
}

/** The separator under which the first line holds most of the columns we know. */
function guessSeparator(text: string, columns: CsvColumns): Separator {
  const firstLine = text.trimStart().split(/\r\n|\r|\n/, 1)[0] ?? '';
  const known = new Set(Object.values(columns).flatMap((column) => headerNames(column)));
  const score = (separator: Separator) =>
    firstLine.split(separator).filter((cell) => known.has(headerKey(cell.replaceAll('"', '')))).length;
  return SEPARATORS.reduce((best, candidate) => (score(candidate) > score(best) ? candidate : best));
}

function headerNames(column: CsvColumn<unknown>): string[] {
  return [column.header, ...(column.aliases ?? [])].map(headerKey);
}

/** `E-mail adres` and `email_adres` are the same column to a person. */
function headerKey(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[\p{M}\s_-]/gu, '')
    .toLowerCase();
}

function mapHeader(header: RawRow, columns: CsvColumns, errors: RowError[]): HeaderMap {
  const found = header.cells.map(headerKey);
  const positions = new Map<string, number>();
  for (const [property, column] of Object.entries(columns)) {
    const names = headerNames(column);
    const hits = found.flatMap((name, index) => (names.includes(name) ? [index] : []));
    if (hits.length === 0 && !column.optional) {
      errors.push({ row: header.row, column: column.header, code: ImportErrorCode.ColumnMissing, params: {} });
    }
    if (hits.length > 1) {
      errors.push({ row: header.row, column: column.header, code: ImportErrorCode.ColumnDuplicate, params: {} });
    }
    positions.set(property, hits[0] ?? -1);
  }
  // A column we do not know may hold anything, so it is refused rather than dropped unseen.
  const used = new Set(positions.values());
  const isDuplicate = (name: string) => found.indexOf(name) !== found.lastIndexOf(name);
  header.cells.forEach((cell, index) => {
    const key = found[index] ?? '';
    if (key === '' || used.has(index) || isDuplicate(key)) return;
    const name = cell.trim().slice(0, 60);
    errors.push({ row: header.row, column: name, code: ImportErrorCode.ColumnUnknown, params: { name } });
  });
  const width = header.cells.findLastIndex((cell) => cell.trim() !== '') + 1;
  return { positions, width };
}

function readRows<C extends CsvColumns>(rows: readonly RawRow[], columns: C, map: HeaderMap): TableImport<CsvRow<C>> {
  const errors: RowError[] = [];
  const values: CsvRow<C>[] = [];
  const seen = new Map<string, number>();
  let errorCount = 0;
  const report = (error: RowError) => {
    errorCount += 1;
    if (errors.length < MAX_IMPORT_ERRORS) errors.push(error);
  };
  for (const raw of rows) {
    if (raw.cells.slice(map.width).some((cell) => cell.trim() !== '')) {
      const params = { cells: raw.cells.length, columns: map.width };
      report({ row: raw.row, column: null, code: ImportErrorCode.RowTooLong, params });
    }
    const value: Record<string, unknown> = { row: raw.row };
    for (const [property, column] of Object.entries(columns)) {
      const outcome = readCell(raw.cells[map.positions.get(property) ?? -1] ?? '', column);
      if (!outcome.ok) {
        report({ row: raw.row, column: column.header, code: outcome.code, params: outcome.params ?? {} });
        continue;
      }
      value[property] = outcome.value;
      const firstRow = findDuplicate(seen, property, column, outcome.value, raw.row);
      if (firstRow !== undefined) {
        const params = { firstRow };
        report({ row: raw.row, column: column.header, code: ImportErrorCode.Duplicate, params });
      }
    }
    values.push(value as CsvRow<C>);
  }
  if (errorCount === 0) return { ok: true, value: values };
  if (errorCount > errors.length) {
    errors.push(fileError(ImportErrorCode.TooManyErrors, { count: errorCount, shown: errors.length }));
  }
  return { ok: false, errors };
}

function readCell(text: string, column: CsvColumn<unknown>): CellOutcome<unknown> {
  const cleaned = cleanCell(text);
  return cleaned.ok ? column.read(cleaned.value) : cleaned;
}

/** The row that held this value first, or `undefined` when it is new (and is remembered). */
function findDuplicate(
  seen: Map<string, number>,
  property: string,
  column: CsvColumn<unknown>,
  value: unknown,
  row: number,
): number | undefined {
  const key = column.uniqueKey?.(value) ?? '';
  if (key === '') return undefined;
  const firstRow = seen.get(`${property} ${key}`);
  if (firstRow === undefined) seen.set(`${property} ${key}`, row);
  return firstRow;
}
