/** Choosing students for an exam or a unit. Pure. */

import { addDays, isLocalDate, toLocalDate, zonedInstant } from '../../../../domain/calendar.ts';
import { listUnitCodes } from '../../../../domain/exam-structure.ts';
import { DUE_TIME } from '../../../../domain/reminders.ts';
import { cleanSearch } from '../../../../domain/text.ts';
import { MAX_ASSESSMENTS_AT_ONCE } from '../../../../prisma/commands/assessments.ts';
import type {
  ExamDetails,
  Found,
  GroupRow,
  StudentAttempts,
  StudentRow,
} from '../../../../prisma/repositories/initiator.ts';
import { paths } from '../../../paths.ts';
import type { Wording } from '../../../wording.ts';
import { examTitle, type FieldError, stepsModel } from '../words.ts';

/** Longest search for a student, characters. */
const MAX_QUERY = 100;
/** A deadline lies at most a year ahead. */
const MAX_DUE_DAYS = 366;

/** Units that are assessed: the named one, or all of the exam; null when the exam has no such unit. */
export function unitCodesOf({ exam }: ExamDetails, unit: string): string[] | null {
  const all = listUnitCodes(exam);
  if (unit === '') return all;
  return all.includes(unit) ? [unit] : null;
}

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

/** What was posted, or what a first visit begins with. */
export interface StudentsInput {
  readonly formId: string;
  readonly unit: string;
  readonly query: string;
  readonly groupId: string;
  readonly due: string;
  readonly hasSearched: boolean;
}

export interface StudentsFacts {
  readonly details: ExamDetails;
  readonly unitCodes: readonly string[];
  readonly chosen: readonly StudentRow[];
  readonly found: Found<StudentRow>;
  readonly attempts: ReadonlyMap<string, StudentAttempts>;
  readonly groups: readonly GroupRow[];
  readonly dueWorkingDays: number;
  readonly errors: readonly FieldError[];
  /** First day that can be chosen. */
  readonly tomorrow: string;
}

export function trimQuery(typed: string): string {
  return cleanSearch(typed, MAX_QUERY);
}

export function checkChosen({ translator }: Wording, count: number): FieldError[] {
  if (count === 0) return [{ field: 'zoek', message: translator.t('initiator.students.errorNobody') }];
  if (count > MAX_ASSESSMENTS_AT_ONCE) {
    return [
      {
        field: 'zoek',
        message: translator.t('initiator.students.errorTooMany', { max: MAX_ASSESSMENTS_AT_ONCE, count }),
      },
    ];
  }
  return [];
}

export function studentsModel(wording: Wording, input: StudentsInput, facts: StudentsFacts) {
  const { t } = wording.translator;
  const { details, unitCodes, chosen, found, groups } = facts;
  const chosenIds = new Set(chosen.map(({ id }) => id));
  const rows = found.rows.filter(({ id }) => !chosenIds.has(id));
  return {
    title: t('initiator.students.title'),
    exam: examTitle(details.exam, unitCodes),
    steps: stepsModel(wording, 'students', { exam: paths.exam(details.examVersionId) }),
    action: paths.newAssessment(),
    examVersionId: details.examVersionId,
    ...input,
    errors: facts.errors,
    groups: groups.map((group) => ({
      value: group.id,
      label: group.isOwn ? t('initiator.students.ownGroups', { name: group.name }) : group.name,
    })),
    results: input.hasSearched ? resultsModel(wording, input, found, rows) : null,
    rows: rows.map((student, index) => ({
      ...rowModel(wording, student, facts.attempts),
      control: `gevonden-${index}`,
    })),
    canAddAll: found.total === found.rows.length && rows.length > 1,
    addAllLabel: t('initiator.students.addAll', { count: rows.length }),
    chosen: chosen.map((student, index) => ({
      ...rowModel(wording, student, facts.attempts),
      control: `gekozen-${index}`,
    })),
    chosenCount: t('initiator.students.chosenCount', { count: chosen.length }),
    dueHint: t('initiator.students.dueHint', { count: facts.dueWorkingDays }),
    tomorrow: facts.tomorrow,
  };
}

function resultsModel(
  { translator }: Wording,
  input: StudentsInput,
  found: Found<StudentRow>,
  rows: readonly StudentRow[],
) {
  const { t } = translator;
  const isNobody = found.total === 0;
  const query = input.query;
  return {
    count: t('initiator.students.results', { count: found.total }),
    cut: found.total > found.rows.length ? t('initiator.students.resultsCut', { shown: found.rows.length }) : '',
    isNobody,
    nobodyTitle:
      isNobody && query !== '' ? t('initiator.students.nobodyTitle', { query }) : t('common.empty.nothingFound'),
    nobodyText: input.groupId === '' ? t('initiator.students.nobodyText') : t('initiator.students.nobodyInGroup'),
    isAllChosen: !isNobody && rows.length === 0,
  };
}

function rowModel({ translator }: Wording, student: StudentRow, attempts: ReadonlyMap<string, StudentAttempts>) {
  const { t } = translator;
  const known = attempts.get(student.id);
  const attempt = known?.nextAttempt ?? 1;
  return {
    id: student.id,
    name: student.name,
    meta: [student.number, student.groups.join(', '), student.email].filter(Boolean).join(' · '),
    noNumber: student.number === null ? t('initiator.students.noNumber') : '',
    running: known?.running
      ? t('initiator.students.running', { status: t(`common.status.${known.running}`), attempt })
      : '',
    attempt: !known?.running && attempt > 1 ? t('initiator.students.attempt', { attempt }) : '',
  };
}
