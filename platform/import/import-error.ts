/** Stable codes of everything an import file can be refused for. The page turns them into words. */
export const ImportErrorCode = {
  // The file as a whole.
  /** Nothing was chosen. */
  NoFile: 'NO_FILE',
  /** Our doing. */
  Unexpected: 'UNEXPECTED',
  FileEmpty: 'FILE_EMPTY',
  FileTooLarge: 'FILE_TOO_LARGE',
  FileNotText: 'FILE_NOT_TEXT',
  FileIsSpreadsheet: 'FILE_IS_SPREADSHEET',
  FileEncodingUnknown: 'FILE_ENCODING_UNKNOWN',
  FileNotJson: 'FILE_NOT_JSON',
  // A workbook.
  /** An older kind of workbook, or one with a password. */
  WorkbookClosed: 'WORKBOOK_CLOSED',
  /** A zip file of another kind, or a broken one. */
  WorkbookBroken: 'WORKBOOK_BROKEN',
  /** Much larger inside than out, or too much work. */
  WorkbookUnsafe: 'WORKBOOK_UNSAFE',
  NoRows: 'NO_ROWS',
  TooManyRows: 'TOO_MANY_ROWS',
  TooManyErrors: 'TOO_MANY_ERRORS',
  // The header and the shape of a row.
  HeaderMissing: 'HEADER_MISSING',
  HeaderDiffers: 'HEADER_DIFFERS',
  TooManyColumns: 'TOO_MANY_COLUMNS',
  ColumnsUnknown: 'COLUMNS_UNKNOWN',
  ColumnMissing: 'COLUMN_MISSING',
  ColumnDuplicate: 'COLUMN_DUPLICATE',
  ColumnUnknown: 'COLUMN_UNKNOWN',
  RowTooLong: 'ROW_TOO_LONG',
  RowMalformed: 'ROW_MALFORMED',
  QuoteNotClosed: 'QUOTE_NOT_CLOSED',
  // A cell or field.
  Required: 'REQUIRED',
  TooLong: 'TOO_LONG',
  ControlCharacter: 'CONTROL_CHARACTER',
  LineBreak: 'LINE_BREAK',
  TextGarbled: 'TEXT_GARBLED',
  EmailInvalid: 'EMAIL_INVALID',
  DateFormat: 'DATE_FORMAT',
  DateDoesNotExist: 'DATE_DOES_NOT_EXIST',
  DateOutOfRange: 'DATE_OUT_OF_RANGE',
  StudentNumberInvalid: 'STUDENT_NUMBER_INVALID',
  SchoolYearInvalid: 'SCHOOL_YEAR_INVALID',
  ChoiceUnknown: 'CHOICE_UNKNOWN',
  Duplicate: 'DUPLICATE',
  // A field of a JSON file.
  FieldUnknown: 'FIELD_UNKNOWN',
  FieldInvalid: 'FIELD_INVALID',
  ColourContrast: 'COLOUR_CONTRAST',
} as const;
export type ImportErrorCode = (typeof ImportErrorCode)[keyof typeof ImportErrorCode];

export type ImportErrorParams = Readonly<Record<string, string | number>>;

/** One thing wrong in a table file. */
export interface RowError {
  /** As the spreadsheet numbers it: the header is row 1. `null` when it is about the file as a whole. */
  readonly row: number | null;
  /** The column's name in the template. `null` when it is about the row or the file as a whole. */
  readonly column: string | null;
  readonly code: ImportErrorCode;
  readonly params: ImportErrorParams;
}

/** One thing wrong in a JSON file. */
export interface FieldError {
  /** E.g. `examOffices[1].email`; empty for the file as a whole. */
  readonly path: string;
  readonly code: string;
  readonly params?: ImportErrorParams;
}

/** Outcome of reading a table file: all rows, or every error and no row. */
export type TableImport<T> =
  | { readonly ok: true; readonly value: readonly T[] }
  | { readonly ok: false; readonly errors: readonly RowError[] };

/** Outcome of reading a JSON file. */
export type FileImport<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/** Largest import file, in bytes. */
export const MAX_IMPORT_BYTES = 5_000_000;
/** Most rows of a table file, without the header. */
export const MAX_IMPORT_ROWS = 20_000;
/** Most columns of a table file. */
export const MAX_IMPORT_COLUMNS = 100;
/** Most errors reported at once: a person mends the first hundred and tries again. */
export const MAX_IMPORT_ERRORS = 500;

/** Makes a {@link RowError} that is about the file as a whole. */
export function fileError(code: ImportErrorCode, params: ImportErrorParams = {}): RowError {
  return { row: null, column: null, code, params };
}
