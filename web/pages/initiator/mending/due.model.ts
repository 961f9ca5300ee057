/** Moving the deadline of one or more assessments. Pure. */
import {
  addDays,
  addWorkingDays,
  firstWorkingDayFrom,
  isLocalDate,
  isWorkingDay,
  type LocalDate,
  toLocalDate,
  zonedInstant,
} from '../../../../domain/calendar.ts';
import type { BusyExaminer, OwnAssessment } from '../../../../prisma/repositories/initiator.ts';
import { listNames, longDay, type Wording } from '../../../wording.ts';
import { examTitle, type FieldError } from '../words.ts';
import { namesOf } from './subject.ts';

const DUE_TIME = '23:59';
const MAX_DAYS = 365;
const WEEKS = [1, 2] as const;
const OTHER = 'anders';

export interface DueInput {
  readonly formId: string;
  /** A day that was offered, `anders`, or empty. */
  readonly choice: string;
  /** `YYYY-MM-DD` as it was typed, for `anders`. */
  readonly date: string;
  /** A day off that was warned of; empty when none was. */
  readonly confirmed: string;
}

export interface DueFacts {
  readonly open: readonly OwnAssessment[];
  readonly busy: readonly BusyExaminer[];
  readonly skipped: string;
  readonly now: Date;
  readonly action: string;
  readonly backHref: string;
  readonly mark: string;
  readonly errors: readonly FieldError[];
}

/** Deadlines that there are now, each once, the earliest first. */
export function duesOf(assessments: readonly OwnAssessment[]): string[] {
  return [...new Set(assessments.flatMap(({ state }) => state.dueAt ?? []))].sort();
}

/** The working day so many weeks after the last deadline, or after today when that is over. */
export function weeksLater(
  wording: Wording,
  assessments: readonly OwnAssessment[],
  now: Date,
  weeks: number,
): LocalDate {
  const today = toLocalDate(now.toISOString(), wording.timeZone);
  const last = duesOf(assessments).at(-1);
  const isAhead = last !== undefined && toLocalDate(last, wording.timeZone) > today;
  const from = isAhead ? toLocalDate(last, wording.timeZone) : today;
  return firstWorkingDayFrom(addDays(from, weeks * 7));
}

export type ReadDueDate =
  | { readonly ok: true; readonly date: LocalDate; readonly dueAt: string }
  | { readonly ok: false; readonly errors: readonly FieldError[]; readonly confirmed: string };

/** Reads the chosen day: no past, not beyond a year, and a day off only when it is chosen again. */
export function readDueDate(wording: Wording, input: DueInput, now: Date): ReadDueDate {
  const { t } = wording.translator;
  const refuse = (field: string, message: string, confirmed = ''): ReadDueDate => ({
    ok: false,
    errors: [{ field, message }],
    confirmed,
  });
  if (input.choice === '') return refuse('keuze', t('mending.due.errorChoice'));
  const date = input.choice === OTHER ? input.date : input.choice;
  const today = toLocalDate(now.toISOString(), wording.timeZone);
  if (!isLocalDate(date)) return refuse('inleveren', t('mending.due.errorDate'));
  if (date <= today) return refuse('inleveren', t('mending.due.errorPast'));
  if (date > addDays(today, MAX_DAYS)) return refuse('inleveren', t('mending.due.errorFar'));
  const dueAt = zonedInstant(date, DUE_TIME, wording.timeZone);
  if (!isWorkingDay(date) && input.confirmed !== date)
    return refuse('inleveren', t('mending.due.dayOff', { day: longDay(wording, dueAt) }), date);
  return { ok: true, date, dueAt };
}

/** Whether this is the deadline of all of them already. */
export function isDueAlready(assessments: readonly OwnAssessment[], dueAt: string): boolean {
  return assessments.every(({ state }) => state.dueAt !== null && Date.parse(state.dueAt) === Date.parse(dueAt));
}

/** Until when scoring is possible, as the school chooses; null: it never closes by itself. */
export function closingOf(wording: Wording, date: LocalDate, workingDays: number | null): string | null {
  return workingDays === null ? null : zonedInstant(addWorkingDays(date, workingDays), DUE_TIME, wording.timeZone);
}

/** The deadline or deadlines that there are now, in words. */
export function dueNow(wording: Wording, assessments: readonly OwnAssessment[]): string {
  const { t } = wording.translator;
  const [first, ...others] = duesOf(assessments);
  const last = others.at(-1);
  if (first === undefined) return t('mending.due.nowNone');
  if (last === undefined) return longDay(wording, first);
  return t('mending.due.nowRange', { from: longDay(wording, first), to: longDay(wording, last) });
}

export function dueModel(wording: Wording, input: DueInput, facts: DueFacts) {
  const { t } = wording.translator;
  const { open, busy, now } = facts;
  const count = open.length;
  const [first] = open;
  const today = toLocalDate(now.toISOString(), wording.timeZone);
  const titles = [...new Set(open.map(({ exam, unitCodes }) => examTitle(exam, unitCodes)))];
  const offered = WEEKS.map((weeks) => ({ weeks, date: weeksLater(wording, open, now, weeks) }));
  // What was offered before may not be offered now; it stays chosen as another day.
  const isOffered = input.choice === '' || input.choice === OTHER || offered.some(({ date }) => date === input.choice);
  return {
    ...input,
    ...(isOffered ? {} : { choice: OTHER, date: input.choice }),
    errors: facts.errors,
    title: count === 1 ? t('mending.due.title') : t('mending.due.titleMany', { count }),
    crumb: count === 1 ? (first?.student.name ?? '') : '',
    action: facts.action,
    backHref: facts.backHref,
    mark: facts.mark,
    ids: open.map(({ id }) => id),
    facts: [
      {
        label: count === 1 ? t('mending.student') : t('mending.due.students'),
        value: namesOf(wording, open),
        detail: facts.skipped,
      },
      { label: t('mending.exam'), value: titles.join(', ') },
      { label: t('mending.due.now'), value: dueNow(wording, open) },
    ],
    choices: [
      ...offered.map(({ weeks, date }) => ({
        value: date,
        label: t('mending.due.weeks', {
          count: weeks,
          day: longDay(wording, zonedInstant(date, DUE_TIME, wording.timeZone)),
        }),
      })),
      { value: OTHER, label: t('mending.due.other') },
    ],
    tomorrow: addDays(today, 1),
    happens: [
      busy.length === 0
        ? t('mending.due.mailNobody')
        : t('mending.due.mail', {
            count: busy.length,
            names: listNames(
              wording,
              busy.map(({ name }) => name),
            ),
          }),
      ...(busy.length === 0 ? [] : [t('mending.due.reminders')]),
    ],
  };
}
