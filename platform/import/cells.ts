import { isPresent, textLength } from '../../domain/text.ts';
import { emailAddressKey, normaliseEmailAddress } from '../email-address.ts';
import { ImportErrorCode } from './import-error.ts';
import type { CellOutcome, TableColumn } from './table.ts';

const LINE_BREAK = /[\r\n\u2028\u2029]/;
/** Control characters (tab included: it cannot be typed into a cell) and the bidirectional overrides and isolates. */
const CONTROL_CHARACTER = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
/** U+FFFD, or `Ã`/`Â` followed by what windows-1252 makes of a UTF-8 continuation byte: `JosÃ©`. */
const GARBLED = /\ufffd|[ÃÂ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/;

/**
 * What holds for every cell: spaces around it go, it is NFC, and it holds no line break, control character or letters
 * that were broken by an earlier save in the wrong encoding.
 */
export function cleanCell(text: string): CellOutcome<string> {
  // Only spaces (with no-break ones): a trailing line break is an error, not something to hide.
  const trimmed = text.replace(/^[ \u00a0]+|[ \u00a0]+$/g, '').normalize('NFC');
  if (LINE_BREAK.test(trimmed)) return { ok: false, code: ImportErrorCode.LineBreak };
  if (CONTROL_CHARACTER.test(trimmed)) return { ok: false, code: ImportErrorCode.ControlCharacter };
  if (GARBLED.test(trimmed)) return { ok: false, code: ImportErrorCode.TextGarbled, params: { text: trimmed } };
  return { ok: true, value: trimmed };
}

type ColumnOptions = Omit<TableColumn<unknown>, 'read' | 'uniqueKey'>;

/** A text that must be there, at most `maxLength` characters. */
export function requiredText(options: ColumnOptions & { maxLength: number }): TableColumn<string> {
  return { ...options, read: (cell) => required(cell, (text) => limitLength(text, options.maxLength)) };
}

/** A text that may be empty (''), at most `maxLength` characters. */
export function optionalText(options: ColumnOptions & { maxLength: number }): TableColumn<string> {
  return { ...options, read: (cell) => limitLength(cell, options.maxLength) };
}

/** One mailbox, unique within the file (case does not make it another). */
export function emailColumn(options: ColumnOptions): TableColumn<string> {
  return { ...options, uniqueKey: emailAddressKey, read: (cell) => required(cell, readEmail) };
}

/** A value from a fixed list, written in any case; `fallback` is what an empty cell means, when it may be empty. */
export function choiceColumn<T extends string>(
  options: ColumnOptions & { choices: Readonly<Record<string, T>>; fallback?: T },
): TableColumn<T> {
  const { choices, fallback } = options;
  return {
    ...options,
    read: (cell) => {
      if (cell === '' && fallback !== undefined) return { ok: true, value: fallback };
      return required(cell, (text) => readChoice(text, choices));
    },
  };
}

/** One or more values from a fixed list, separated by `,`, `+`, `/` or `|`; each at most once. */
export function choicesColumn<T extends string>(
  options: ColumnOptions & { choices: Readonly<Record<string, T>> },
): TableColumn<readonly T[]> {
  return {
    ...options,
    read: (cell) => {
      const parts = cell.split(/[,+/|]/).flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
      if (parts.length === 0) return { ok: false, code: ImportErrorCode.Required };
      const values = new Set<T>();
      for (const part of parts) {
        const outcome = readChoice(part, options.choices);
        if (!outcome.ok) return outcome;
        values.add(outcome.value);
      }
      return { ok: true, value: [...values] };
    },
  };
}

/** A day, as `2008-03-31`, `31-03-2008` or `31/3/2008`; becomes `YYYY-MM-DD`, or `null` when empty. */
export function optionalDate(options: ColumnOptions): TableColumn<string | null> {
  return { ...options, read: (cell) => (cell === '' ? { ok: true, value: null } : readDate(cell)) };
}

/** A student number: 3 to 20 letters, digits and inner hyphens; unique within the file. */
export function studentNumberColumn(options: ColumnOptions): TableColumn<string> {
  return { ...options, uniqueKey: (value) => value.toLowerCase(), read: (cell) => required(cell, readStudentNumber) };
}

/** A school year of two consecutive years, `2026-2027`, also written `2026/2027`. */
export function schoolYearColumn(options: ColumnOptions): TableColumn<string> {
  return { ...options, read: (cell) => required(cell, readSchoolYear) };
}

function required<T>(cell: string, read: (cell: string) => CellOutcome<T>): CellOutcome<T> {
  return isPresent(cell) ? read(cell) : { ok: false, code: ImportErrorCode.Required };
}

function limitLength(text: string, maxLength: number): CellOutcome<string> {
  const length = textLength(text);
  if (length <= maxLength) return { ok: true, value: text };
  return { ok: false, code: ImportErrorCode.TooLong, params: { maxLength, length, text: shorten(text) } };
}

/** Enough of a long text to find it again. */
function shorten(text: string): string {
  return [...text].slice(0, 60).join('');
}

function readEmail(text: string): CellOutcome<string> {
  const address = normaliseEmailAddress(text);
  if (address === undefined) return { ok: false, code: ImportErrorCode.EmailInvalid, params: { text } };
  return { ok: true, value: address };
}

function readChoice<T extends string>(text: string, choices: Readonly<Record<string, T>>): CellOutcome<T> {
  const key = text.toLowerCase();
  const value = Object.hasOwn(choices, key) ? choices[key] : undefined;
  if (value !== undefined) return { ok: true, value };
  // One word for each value: the others are there to be understood, not to be learnt.
  const words = new Map(
    Object.entries(choices)
      .toReversed()
      .map(([word, each]) => [each, word]),
  );
  const known = [...words.values()].toReversed().join(', ');
  return { ok: false, code: ImportErrorCode.ChoiceUnknown, params: { text, choices: known } };
}

function readStudentNumber(text: string): CellOutcome<string> {
  if (/^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$/.test(text) && text.length >= 3 && text.length <= 20) {
    return { ok: true, value: text };
  }
  return { ok: false, code: ImportErrorCode.StudentNumberInvalid, params: { text } };
}

function readSchoolYear(text: string): CellOutcome<string> {
  const match = /^(20\d{2})\s*[-/]\s*(20\d{2})$/.exec(text);
  if (match && Number(match[2]) === Number(match[1]) + 1) return { ok: true, value: `${match[1]}-${match[2]}` };
  return { ok: false, code: ImportErrorCode.SchoolYearInvalid, params: { text } };
}

function readDate(text: string): CellOutcome<string> {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  const dutch = /^(\d{1,2})[-/](\d{1,2})[-/](\d{4})$/.exec(text);
  if (!iso && !dutch) return { ok: false, code: ImportErrorCode.DateFormat, params: { text } };
  const [year, month, day] = (iso ? iso.slice(1, 4) : (dutch?.slice(1, 4).reverse() ?? [])).map(Number) as [
    number,
    number,
    number,
  ];
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) {
    return { ok: false, code: ImportErrorCode.DateDoesNotExist, params: { text } };
  }
  if (year < 1900 || year > 2100) return { ok: false, code: ImportErrorCode.DateOutOfRange, params: { text } };
  return { ok: true, value: date.toISOString().slice(0, 10) };
}
