/** The deadline field: what was chosen, and what that comes to in working days. Pure. */
import {
  addDays,
  firstWorkingDayFrom,
  isLocalDate,
  type LocalDate,
  toLocalDate,
  workingDaysBetween,
  zonedInstant,
} from '../../../../domain/calendar.ts';
import { DUE_TIME } from '../../../../domain/reminders.ts';
import { longDay, type Wording } from '../../../wording.ts';

/** A deadline lies at most a year ahead. */
const MAX_DUE_DAYS = 366;

/** Checks the chosen deadline. @returns its instant, or why not */
export function readDue(
  { translator, timeZone }: Wording,
  day: string,
  now: Date,
): { readonly ok: true; readonly dueAt: string } | { readonly ok: false; readonly message: string } {
  const { t } = translator;
  if (!isLocalDate(day)) return { ok: false, message: t('initiator.students.errorDue') };
  const today = toLocalDate(now.toISOString(), timeZone);
  if (day <= today) return { ok: false, message: t('initiator.students.errorDuePast') };
  if (day > addDays(today, MAX_DUE_DAYS)) return { ok: false, message: t('initiator.students.errorDueFar') };
  return { ok: true, dueAt: zonedInstant(day, DUE_TIME, timeZone) };
}

/** The chosen day when people work on it, else the first day after it on which they do; what is no day stays. */
export function toWorkingDay(day: string): string {
  return isLocalDate(day) ? firstWorkingDayFrom(day) : day;
}

export interface DueLine {
  /** How many working days that leaves, or why the day cannot be chosen. */
  readonly text: string;
  readonly isWrong: boolean;
  /** On a day off: the working day to take instead. */
  readonly next: { readonly day: LocalDate; readonly label: string } | null;
}

/** One line below the field, for the day that stands in it. */
export function dueLine(wording: Wording, day: string, now: Date): DueLine {
  const { t } = wording.translator;
  const read = readDue(wording, day, now);
  if (!read.ok) return { text: read.message, isWrong: true, next: null };
  const working = firstWorkingDayFrom(day);
  const said = (date: LocalDate) => longDay(wording, zonedInstant(date, DUE_TIME, wording.timeZone));
  if (working !== day) {
    const next = { day: working, label: t('students.due.next', { day: said(working) }) };
    return { text: t('students.due.off', { day: capital(said(day)) }), isWrong: false, next };
  }
  const count = workingDaysBetween(toLocalDate(now.toISOString(), wording.timeZone), day);
  return { text: t('students.due.left', { count, day: capital(said(day)) }), isWrong: false, next: null };
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
