import { CsvError, type Info, parse } from 'csv-parse/sync';
import { decodeText } from './decode-text.ts';
import { fileError, ImportErrorCode, MAX_IMPORT_ROWS, type RowError, type TableImport } from './import-error.ts';
import { countKnown, knownNames, type RawRow, readTable, type TableColumns, type TableRow } from './table.ts';

type Separator = ';' | ',' | '\t';

const SEPARATORS: readonly Separator[] = [';', ',', '\t'];
/** Excel's own first line that names the separator; Excel does not show or count it. */
const SEPARATOR_LINE = /^sep=(.)\r?\n/i;

/**
 * Reads a table file: separator `;`, `,` or tab; UTF-8 with or without byte order mark, UTF-16 or windows-1252; header
 * names in any case and order; cells trimmed and NFC. A cell that looks like a formula is text like any other.
 *
 * All or nothing: with one error there are no rows. Errors are in the order of the file.
 */
export function parseCsvImport<C extends TableColumns>(bytes: Uint8Array, columns: C): TableImport<TableRow<C>> {
  const table = splitCsv(bytes, columns);
  if (!table.ok) return { ok: false, errors: [table.error] };
  const outcome = readTable(table.rows, columns);
  return outcome.ok ? { ok: true, value: outcome.value } : { ok: false, errors: outcome.errors };
}

/** All rows of a table file, the header among them; see {@link parseCsvImport}. @param columns by whose names the separator is recognised */
export function splitCsv(
  bytes: Uint8Array,
  columns: TableColumns,
): { readonly ok: true; readonly rows: readonly RawRow[] } | { readonly ok: false; readonly error: RowError } {
  const decoded = decodeText(bytes);
  return decoded.ok ? splitTable(decoded.text, columns) : { ok: false, error: fileError(decoded.code, decoded.params) };
}

function splitTable(
  text: string,
  columns: TableColumns,
): { ok: true; rows: RawRow[] } | { ok: false; error: RowError } {
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

/** Lines in which a header is looked for; it may stand below a title. */
const LINES_TO_LOOK_AT = 20;

/** The separator under which one of the first lines holds most of the columns we know. */
function guessSeparator(text: string, columns: TableColumns): Separator {
  const lines = text.trimStart().split(/\r\n|\r|\n/, LINES_TO_LOOK_AT);
  const known = knownNames(columns);
  const score = (separator: Separator) =>
    Math.max(...lines.map((line) => countKnown(line.replaceAll('"', '').split(separator), known)));
  return SEPARATORS.reduce((best, candidate) => (score(candidate) > score(best) ? candidate : best));
}
