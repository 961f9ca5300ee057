/**
 * A list of student numbers and mail addresses as people paste it: from a mail, a spreadsheet, a class list. Pure.
 *
 * Contract
 * 1. A line is a row of a spreadsheet. Between its cells stand tabs, semicolons or commas; a cell may hold several numbers with
 *    spaces between them.
 * 2. A cell that is neither a number nor an address is left out when its row has one that is (it is a name or a group), and is
 *    told of when the whole row has none.
 * 3. A group or a day looks like a number. What holds more than digits and is nobody's is left out of a row that names a student.
 * 4. What is invisible (byte order mark, zero-width and direction characters, control characters) does not count, nor do the
 *    quotes and apostrophes that a spreadsheet puts around a value.
 */

/** Most entries that are looked up at once. */
export const MAX_PASTED = 300;
/** Longest text that is read, characters: three hundred long rows of a class list. */
export const MAX_PASTED_LENGTH = 100_000;
/** What is shown and kept of a cell that cannot be read. */
const MAX_SHOWN = 120;

export type PastedKind = 'number' | 'email' | 'unreadable';

export interface PastedEntry {
  /** Line in what was pasted, from 1. */
  readonly line: number;
  /** As it is shown, and put back for who has to mend it. */
  readonly text: string;
  readonly kind: PastedKind;
  /** What it is looked up by: lower case. */
  readonly key: string;
}

const INVISIBLE = /[\p{Cf}\p{Cc}\p{Default_Ignorable_Code_Point}]/gu;
const LINE_BREAK = /\r\n|[\r\n\v\f\u0085\u2028\u2029]/u;
const BETWEEN_CELLS = /[\t;,]/u;
const QUOTES = /^["'“”‘’]+|["'“”‘’.]+$/gu;
/** A number of a student holds a digit, which a name does not. */
const NUMBER = /^(?=.*\d)[a-z0-9]+(?:-[a-z0-9]+)*$/;
const ONLY_DIGITS = /^\d+$/;
const MIN_NUMBER = 3;
const MAX_NUMBER = 20;
/** Only whether it is meant as one; it is compared with addresses that were checked. */
const EMAIL = /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/u;
const IN_BRACKETS = /<([^<>]*)>/u;

/** Reads what was pasted, in its order; empty lines and cells are nothing. */
export function readPastedList(pasted: string): PastedEntry[] {
  return pasted
    .slice(0, MAX_PASTED_LENGTH)
    .toWellFormed()
    .split(LINE_BREAK)
    .flatMap((line, index) => readRow(line, index + 1));
}

function readRow(row: string, line: number): PastedEntry[] {
  const cells = row.split(BETWEEN_CELLS).map(clean).filter(Boolean);
  const read = cells.flatMap((cell) => readCell(cell));
  if (read.length > 0) return read.map((entry) => ({ line, ...entry }));
  const text = cells.join(' ').slice(0, MAX_SHOWN);
  return text === '' ? [] : [{ line, text, kind: 'unreadable', key: text.toLowerCase() }];
}

function clean(cell: string): string {
  return cell
    .replace(/\p{Cc}/gu, ' ')
    .replace(INVISIBLE, '')
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .trim();
}

type Read = Omit<PastedEntry, 'line'>;

/** The numbers and addresses in a cell; none when some part of it is neither, unless an address stands in angle brackets. */
function readCell(cell: string): Read[] {
  const bracketed = IN_BRACKETS.exec(cell)?.[1];
  const whole = readOne(bracketed ?? cell);
  if (whole) return [whole];
  const parts = cell.split(' ').map(readOne);
  return parts.every((part) => part !== null) ? parts : [];
}

function readOne(cell: string): Read | null {
  const text = cell
    .trim()
    .replace(QUOTES, '')
    .replace(/^mailto:/i, '');
  const key = text.toLowerCase();
  if (EMAIL.test(key)) return { text, kind: 'email', key };
  const isNumber = NUMBER.test(key) && key.length >= MIN_NUMBER && key.length <= MAX_NUMBER;
  return isNumber ? { text, kind: 'number', key } : null;
}

/** Why a pasted entry is, or is not, added. */
export const PastedAnswer = {
  /** A student who can be added. */
  Found: 'found',
  /** Can be added, and has a running assessment of the same exam. */
  Running: 'running',
  /** Was chosen before. */
  Chosen: 'chosen',
  /** The same student stands higher in the list. */
  Twice: 'twice',
  NotFound: 'notFound',
  /** More than one student answers to it. */
  Ambiguous: 'ambiguous',
  /** Neither a number nor an address. */
  Unreadable: 'unreadable',
} as const;
export type PastedAnswer = (typeof PastedAnswer)[keyof typeof PastedAnswer];

export interface AnsweredEntry {
  readonly entry: PastedEntry;
  readonly answer: PastedAnswer;
  /** The one student it stands for; null when there is none. */
  readonly studentId: string | null;
}

export interface KnownStudent {
  readonly id: string;
  readonly number: string | null;
  readonly email: string;
}

/**
 * Answers each entry. A number and an address of one student in one line are one entry.
 * @param known all students that any entry may stand for
 */
export function answerPasted(
  entries: readonly PastedEntry[],
  known: readonly KnownStudent[],
  chosenIds: ReadonlySet<string>,
  runningIds: ReadonlySet<string>,
): AnsweredEntry[] {
  const byKey = new Map<string, Set<string>>();
  for (const { id, number, email } of known) {
    for (const key of [number, email])
      if (key !== null) byKey.set(key.toLowerCase(), (byKey.get(key.toLowerCase()) ?? new Set()).add(id));
  }
  const named = new Set(entries.filter(({ key }) => byKey.has(key)).map(({ line }) => line));
  const lineOf = new Map<string, number>();
  return entries.flatMap((entry): AnsweredEntry[] => {
    const ids = [...(byKey.get(entry.key) ?? [])];
    const [studentId, ...others] = ids;
    const isAside = studentId === undefined && entry.kind === 'number' && !ONLY_DIGITS.test(entry.key);
    if (isAside && named.has(entry.line)) return [];
    if (entry.kind === 'unreadable') return [{ entry, answer: PastedAnswer.Unreadable, studentId: null }];
    if (studentId === undefined) return [{ entry, answer: PastedAnswer.NotFound, studentId: null }];
    if (others.length > 0) return [{ entry, answer: PastedAnswer.Ambiguous, studentId: null }];
    const earlier = lineOf.get(studentId);
    if (earlier === entry.line) return [];
    if (earlier !== undefined) return [{ entry, answer: PastedAnswer.Twice, studentId }];
    lineOf.set(studentId, entry.line);
    if (chosenIds.has(studentId)) return [{ entry, answer: PastedAnswer.Chosen, studentId }];
    return [{ entry, answer: runningIds.has(studentId) ? PastedAnswer.Running : PastedAnswer.Found, studentId }];
  });
}

/** Whether an entry has to be mended by the one who pasted it. */
export function needsMending(answer: PastedAnswer): boolean {
  return answer === PastedAnswer.NotFound || answer === PastedAnswer.Ambiguous || answer === PastedAnswer.Unreadable;
}
