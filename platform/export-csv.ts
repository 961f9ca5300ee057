/**
 * Lists of results as text.
 *
 * Contract
 * 1. No cell is a formula to a spreadsheet: what begins like one gets a quote in front (see import/formula.ts). The one
 *    exception is ours: ="0123", of digits and signs alone, where a profile wants them kept as they are.
 * 2. A row is one line: line breaks and tabs in a name become spaces.
 * 3. Cells are quoted as RFC 4180 says, so a separator in a name moves nothing.
 */
import { stringify } from 'csv-stringify/sync';
import { type ExportColumn, ExportDate, type ExportFormat, ExportYesNo, type ResultRow } from '../domain/exporting.ts';
import { guardFormula } from './import/formula.ts';

export interface CsvWriter {
  /** What comes before the first row: byte order mark and names, where the profile wants them. */
  readonly head: string;
  /** Whole lines. */
  rows(rows: readonly ResultRow[]): string;
  /** The cells of one row, as they are written. */
  cells(row: ResultRow): string[];
}

const BOM = '\ufeff';
/** Digits and the signs of numbers and days: what spreadsheets take for something else than text. */
const LOOKS_NUMERIC = /^(?=.*\d)[\d.,:/\-eE ]+$/;
/** Plain whole numbers that come out as they went in. */
const STAYS_AS_IT_IS = /^(0|[1-9]\d{0,14})$/;

/** @param format of a profile that `validateProfile` accepts */
export function createCsvWriter(format: ExportFormat): CsvWriter {
  const write = (records: string[][]) =>
    stringify(records, { delimiter: format.separator, record_delimiter: 'windows', eof: true });
  const cells = (row: ResultRow) => format.columns.map(({ column }) => WRITERS[column](row, format));
  const names = format.hasHeader ? write([format.columns.map(({ header }) => guardFormula(oneLine(header)))]) : '';
  return {
    head: `${format.hasBom ? BOM : ''}${names}`,
    rows: (rows) => (rows.length === 0 ? '' : write(rows.map(cells))),
    cells,
  };
}

/** A line of a file that goes with something else, written as Dutch Excel reads it. */
export function writeExcelLines(records: readonly (readonly string[])[]): string {
  const guarded = records.map((record) => record.map((cell) => guardFormula(oneLine(cell))));
  return stringify(guarded, { delimiter: ';', record_delimiter: 'windows' });
}

type WriteCell = (row: ResultRow, format: ExportFormat) => string;

const WRITERS: Readonly<Record<ExportColumn, WriteCell>> = {
  studentnummer: ({ source }, format) => text(source.student.number ?? '', format),
  naam: ({ source }, format) => text(source.student.name, format),
  crebo: ({ source }, format) => text(source.exam.crebo, format),
  examencode: ({ source }, format) => text(source.exam.code, format),
  kerntaak: ({ coreTask }, format) => text(coreTask, format),
  werkproces: ({ workProcess }, format) => text(workProcess, format),
  poging: ({ source }) => String(source.attempt),
  ovg: ({ score }) => score,
  cijfer: ({ source }, format) => (source.result.gradeTenths / 10).toFixed(1).replace('.', format.decimal),
  punten: ({ points }) => String(points),
  max_punten: ({ maxPoints }) => String(maxPoints),
  geslaagd: ({ source }, format) => yesNo(source.result.passed, format),
  datum_afname: ({ assessedOn }, format) => (assessedOn === null ? '' : day(assessedOn, format)),
  datum_vaststelling: ({ decidedOn }, format) => day(decidedOn, format),
  beoordelaars: ({ examiners }, format) => text(examiners.join(' / '), format),
  document_id: ({ source }) => code(source.documentNumber),
  sha256: ({ source }) => code(source.sha256),
  examen: ({ source }, format) => text(source.exam.title, format),
  examenversie: ({ source }, format) => text(source.exam.version, format),
  onderdelen: ({ source }, format) => text(source.unitCodes.join(' '), format),
  ovg_examen: ({ source }) => source.result.score,
  punten_examen: ({ source }) => String(source.result.points),
  max_punten_examen: ({ source }) => String(source.result.maxPoints),
  documentversie: ({ source }) => String(source.documentVersion),
};

function text(value: string, { keepsDigits }: ExportFormat): string {
  const line = oneLine(value);
  if (keepsDigits && LOOKS_NUMERIC.test(line) && !STAYS_AS_IT_IS.test(line)) return `="${line}"`;
  return code(line);
}

/** Of our own making, in a form that no spreadsheet takes for a number or a day. */
function code(value: string): string {
  return guardFormula(oneLine(value));
}

/** What would begin another line, or is not to be seen at all. */
function oneLine(value: string): string {
  return value.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

function day(date: string, { dates }: ExportFormat): string {
  const [year = '', month = '', dayOfMonth = ''] = date.split('-');
  switch (dates) {
    case ExportDate.DayFirst:
      return `${dayOfMonth}-${month}-${year}`;
    case ExportDate.DaySlash:
      return `${dayOfMonth}/${month}/${year}`;
    case ExportDate.YearFirst:
      return date;
    case ExportDate.Digits:
      return `${year}${month}${dayOfMonth}`;
  }
}

const YES_NO: Readonly<Record<ExportYesNo, readonly [string, string]>> = {
  [ExportYesNo.Words]: ['ja', 'nee'],
  [ExportYesNo.Digits]: ['1', '0'],
  [ExportYesNo.English]: ['true', 'false'],
};

function yesNo(value: boolean, format: ExportFormat): string {
  return YES_NO[format.yesNo][value ? 0 : 1];
}
