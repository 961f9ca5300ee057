/**
 * Reading a table: finding its header, and each row by the columns that it names. The same for every kind of file.
 *
 * Contract
 * 1. The header may stand below a title; it is the row in which most of the names are ones we know.
 * 2. All or nothing: with one error there are no rows. Errors are in the order of the file.
 * 3. A header that comes again is no row; with its names in another order it is an error, for nobody can tell what is meant.
 */
import { cleanCell } from './cells.ts';
import { unguardFormula } from './formula.ts';
import {
  fileError,
  ImportErrorCode,
  type ImportErrorParams,
  MAX_IMPORT_COLUMNS,
  MAX_IMPORT_ERRORS,
  MAX_IMPORT_ROWS,
  type RowError,
} from './import-error.ts';

/** What a cell's reader makes of its (trimmed, never undefined) text. */
export type CellOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: ImportErrorCode; readonly params?: ImportErrorParams };

export interface TableColumn<T> {
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

/** The columns of a table by the property each becomes. */
export type TableColumns = Readonly<Record<string, TableColumn<unknown>>>;

/** One row as a plain object, with its number in the spreadsheet (for errors found later, such as "exists already"). */
export type TableRow<C extends TableColumns> = {
  readonly [K in keyof C]: C[K] extends TableColumn<infer T> ? T : never;
} & { readonly row: number };

export interface RawRow {
  /** As the spreadsheet numbers it, from 1. */
  readonly row: number;
  readonly cells: readonly string[];
}

export interface TableOptions {
  /** A column that we do not know may hold anything: refused, or told of (for who shows the outcome before anything is done). */
  readonly unknownColumns?: 'refuse' | 'tell';
  /** A row that is there only to show how it is done. @param cell text of a property, as it stands in the file */
  readonly isExample?: (cell: (property: string) => string) => boolean;
}

/** Rows that were left out, and why. */
export interface LeftOutRow {
  readonly row: number;
  readonly reason: 'header' | 'example';
}

export interface TableNotes {
  /** Names of columns that were not looked at. */
  readonly ignoredColumns: readonly string[];
  readonly leftOut: readonly LeftOutRow[];
}

export type TableOutcome<T> = (
  | { readonly ok: true; readonly value: readonly T[] }
  | { readonly ok: false; readonly errors: readonly RowError[] }
) &
  TableNotes;

interface HeaderMap {
  readonly row: number;
  /** Position of each property's column in the file, or -1 when it is optional and absent. */
  readonly positions: ReadonlyMap<string, number>;
  /** Columns up to the last one with a name; a value beyond it belongs to nothing. */
  readonly width: number;
  readonly ignoredColumns: readonly string[];
}

/** Rows in which a header is looked for. */
const HEADER_WITHIN = 20;
/** More than this are named together. */
const MAX_UNKNOWN_COLUMNS = 5;

/** @param rows all rows of the file, the header among them */
export function readTable<C extends TableColumns>(
  rows: readonly RawRow[],
  columns: C,
  options: TableOptions = {},
): TableOutcome<TableRow<C>> {
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  if (filled.length === 0) return refuse([fileError(ImportErrorCode.FileEmpty)]);
  const header = findHeader(filled, columns);
  if (header === undefined) return refuse([headerMissing(columns)]);
  const errors: RowError[] = [];
  const map = mapHeader(header, columns, options, errors);
  const body = filled.slice(filled.indexOf(header) + 1);
  if (errors.length > 0) return refuse(errors);
  if (body.length > MAX_IMPORT_ROWS)
    return refuse([fileError(ImportErrorCode.TooManyRows, { maxRows: MAX_IMPORT_ROWS })]);
  const { kept, leftOut, problems } = leaveOut(body, header, map, columns, options);
  const notes = { ignoredColumns: map.ignoredColumns, leftOut };
  if (problems.length > 0) return { ok: false, errors: problems, ...notes };
  if (kept.length === 0) return { ok: false, errors: [fileError(ImportErrorCode.NoRows)], ...notes };
  return { ...readRows(kept, columns, map), ...notes };
}

function refuse(errors: readonly RowError[]): TableOutcome<never> {
  return { ok: false, errors, ignoredColumns: [], leftOut: [] };
}

function headerMissing(columns: TableColumns): RowError {
  const names = Object.values(columns).flatMap(({ header, optional }) => (optional ? [] : [header]));
  return fileError(ImportErrorCode.HeaderMissing, { columns: names.join(', ') });
}

/** The first row with the most names that we know; `undefined` when no row has one. */
function findHeader(rows: readonly RawRow[], columns: TableColumns): RawRow | undefined {
  const known = knownNames(columns);
  let best: { row: RawRow; score: number } | undefined;
  for (const row of rows.slice(0, HEADER_WITHIN)) {
    const score = countKnown(row.cells, known);
    if (score > (best?.score ?? 0)) best = { row, score };
  }
  return best?.row;
}

/** All names under which columns may go, in the form in which they are compared. */
export function knownNames(columns: TableColumns): ReadonlySet<string> {
  return new Set(Object.values(columns).flatMap((column) => headerNames(column)));
}

/** How many different names among some cells are ones we know. */
export function countKnown(cells: readonly string[], known: ReadonlySet<string>): number {
  return new Set(cells.map(headerKey).filter((key) => known.has(key))).size;
}

function headerNames(column: TableColumn<unknown>): string[] {
  return [column.header, ...(column.aliases ?? [])].map(headerKey);
}

/** `E-mail adres` and `email_adres` are the same column to a person. */
function headerKey(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[\p{M}\s_*:-]/gu, '')
    .toLowerCase();
}

function mapHeader(header: RawRow, columns: TableColumns, options: TableOptions, errors: RowError[]): HeaderMap {
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
  const width = header.cells.findLastIndex((cell) => cell.trim() !== '') + 1;
  const unknown = unknownColumns(header, found, positions);
  if (width > MAX_IMPORT_COLUMNS) {
    errors.push(fileError(ImportErrorCode.TooManyColumns, { columns: width, maxColumns: MAX_IMPORT_COLUMNS }));
  } else if (options.unknownColumns !== 'tell') errors.push(...unknownErrors(header.row, unknown));
  return { row: header.row, positions, width, ignoredColumns: unknown };
}

function unknownColumns(header: RawRow, found: readonly string[], positions: ReadonlyMap<string, number>): string[] {
  const used = new Set(positions.values());
  const isDuplicateOfUsed = (key: string) => found.some((each, index) => each === key && used.has(index));
  return header.cells.flatMap((cell, index) => {
    const key = found[index] ?? '';
    return key === '' || used.has(index) || isDuplicateOfUsed(key) ? [] : [cell.trim().slice(0, 60)];
  });
}

function unknownErrors(row: number, names: readonly string[]): RowError[] {
  const code = ImportErrorCode.ColumnUnknown;
  if (names.length <= MAX_UNKNOWN_COLUMNS) return names.map((name) => ({ row, column: name, code, params: { name } }));
  const params = { count: names.length, names: names.slice(0, MAX_UNKNOWN_COLUMNS).join(', ') };
  return [{ row, column: null, code: ImportErrorCode.ColumnsUnknown, params }];
}

function leaveOut(
  body: readonly RawRow[],
  header: RawRow,
  map: HeaderMap,
  columns: TableColumns,
  options: TableOptions,
): { kept: RawRow[]; leftOut: LeftOutRow[]; problems: RowError[] } {
  const known = knownNames(columns);
  const kept: RawRow[] = [];
  const leftOut: LeftOutRow[] = [];
  const problems: RowError[] = [];
  for (const raw of body) {
    const cellOf = (property: string) => (raw.cells[map.positions.get(property) ?? -1] ?? '').trim();
    if (isHeader(raw, known)) {
      if (hasSameOrder(raw, header, columns)) leftOut.push({ row: raw.row, reason: 'header' });
      else problems.push({ row: raw.row, column: null, code: ImportErrorCode.HeaderDiffers, params: {} });
    } else if (options.isExample?.(cellOf)) leftOut.push({ row: raw.row, reason: 'example' });
    else kept.push(raw);
  }
  return { kept, leftOut, problems };
}

/** Two or more cells, and each of them the name of a column. */
function isHeader({ cells }: RawRow, known: ReadonlySet<string>): boolean {
  const filled = cells.filter((cell) => cell.trim() !== '');
  return filled.length > 1 && filled.every((cell) => known.has(headerKey(cell)));
}

/** Also with other names for the same columns, as below a header in another language. */
function hasSameOrder(raw: RawRow, header: RawRow, columns: TableColumns): boolean {
  const columnOf = (cell: string | undefined) => {
    const key = headerKey(cell ?? '');
    return Object.values(columns).find((column) => headerNames(column).includes(key));
  };
  return raw.cells.every((cell, index) => cell.trim() === '' || columnOf(cell) === columnOf(header.cells[index]));
}

type RowsOutcome<T> =
  | { readonly ok: true; readonly value: readonly T[] }
  | { readonly ok: false; readonly errors: readonly RowError[] };

function readRows<C extends TableColumns>(
  rows: readonly RawRow[],
  columns: C,
  map: HeaderMap,
): RowsOutcome<TableRow<C>> {
  const errors: RowError[] = [];
  const values: TableRow<C>[] = [];
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
        const params = { firstRow, text: String(outcome.value) };
        report({ row: raw.row, column: column.header, code: ImportErrorCode.Duplicate, params });
      }
    }
    values.push(value as TableRow<C>);
  }
  if (errorCount === 0) return { ok: true, value: values };
  if (errorCount > errors.length) {
    errors.push(fileError(ImportErrorCode.TooManyErrors, { count: errorCount, shown: errors.length }));
  }
  return { ok: false, errors };
}

function readCell(text: string, column: TableColumn<unknown>): CellOutcome<unknown> {
  const cleaned = cleanCell(text);
  return cleaned.ok ? column.read(unguardFormula(cleaned.value)) : cleaned;
}

/** The row that held this value first, or `undefined` when it is new (and is remembered). */
function findDuplicate(
  seen: Map<string, number>,
  property: string,
  column: TableColumn<unknown>,
  value: unknown,
  row: number,
): number | undefined {
  const key = column.uniqueKey?.(value) ?? '';
  if (key === '') return undefined;
  const firstRow = seen.get(`${property} ${key}`);
  if (firstRow === undefined) seen.set(`${property} ${key}`, row);
  return firstRow;
}
