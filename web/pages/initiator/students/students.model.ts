/** Choosing students for an exam or a unit. Pure. */
import { listUnitCodes } from '../../../../domain/exam-structure.ts';
import { MAX_PASTED } from '../../../../domain/pasted-list.ts';
import { cleanSearch } from '../../../../domain/text.ts';
import { MAX_STUDENTS_AT_ONCE } from '../../../../prisma/commands/assessments.ts';
import { isOfStudents } from '../../../../prisma/commands/student-requests.ts';
import type {
  ExamDetails,
  FoundStudents,
  GroupRow,
  RunningAssessment,
  StudentAttempts,
  StudentRow,
} from '../../../../prisma/repositories/initiator.ts';
import { paths } from '../../../paths.ts';
import { longDay, type Wording } from '../../../wording.ts';
import { examTitle, type FieldError, stepsModel } from '../words.ts';
import { dueLine } from './due.model.ts';
import type { answersModel } from './paste.model.ts';

/** Longest search for a student, characters. */
const MAX_QUERY = 100;
/** Own groups with a button of their own; a teacher with more has the list. */
const MAX_GROUP_BUTTONS = 6;

/** Units that are assessed: the named one, or all of the exam; null when the exam has no such unit. */
export function unitCodesOf({ exam }: ExamDetails, unit: string): string[] | null {
  const all = listUnitCodes(exam);
  if (unit === '') return all;
  return all.includes(unit) ? [unit] : null;
}

/** What was just done. */
export interface Notice {
  readonly kind: 'ok' | 'info';
  readonly text: string;
}

/** What was posted, or what a first visit begins with. */
export interface StudentsInput {
  readonly formId: string;
  readonly unit: string;
  readonly query: string;
  readonly groupId: string;
  readonly due: string;
  /** The list in the box. */
  readonly pasted: string;
  /** Address of a student to mail. */
  readonly email: string;
  /** Students for whom "start all the same" is ticked. */
  readonly confirmedIds: readonly string[];
  readonly hasSearched: boolean;
}

export interface StudentsFacts {
  readonly details: ExamDetails;
  readonly unitCodes: readonly string[];
  readonly chosen: readonly StudentRow[];
  readonly found: FoundStudents;
  readonly attempts: ReadonlyMap<string, StudentAttempts>;
  readonly groups: readonly GroupRow[];
  readonly dueWorkingDays: number;
  readonly studentDomains: readonly string[];
  readonly errors: readonly FieldError[];
  /** First day that can be chosen. */
  readonly tomorrow: string;
  readonly now: Date;
  readonly membershipId: string;
  /** Of a pasted list; null when none was looked up. */
  readonly pasteAnswer: ReturnType<typeof answersModel> | null;
  /** What was just done, for a person to read. */
  readonly notice: Notice | null;
  /** Address to which a mail was just sent; empty when none was. */
  readonly askedEmail: string;
}

export function trimQuery(typed: string): string {
  return cleanSearch(typed, MAX_QUERY);
}

/** Why these students cannot be started for, as far as their number goes. */
export function checkChosen({ translator }: Wording, count: number): FieldError[] {
  const max = MAX_STUDENTS_AT_ONCE;
  if (count === 0) return [{ field: 'zoek', message: translator.t('initiator.students.errorNobody') }];
  if (count > max) return [{ field: 'zoek', message: translator.t('initiator.students.errorTooMany', { max, count }) }];
  return [];
}

/** Students with a running assessment first, so that nobody looks for them in a long list; else by name as they come. */
export function inOrder(chosen: readonly StudentRow[], attempts: ReadonlyMap<string, StudentAttempts>): StudentRow[] {
  return [...chosen].sort((a, b) => Number(isRunning(attempts, b)) - Number(isRunning(attempts, a)));
}

function isRunning(attempts: ReadonlyMap<string, StudentAttempts>, { id }: StudentRow): boolean {
  return Boolean(attempts.get(id)?.running);
}

/** Whoever has a running assessment needs a tick. One error for all of them, at the first. */
export function checkRunning(
  { translator: { t } }: Wording,
  chosen: readonly StudentRow[],
  attempts: ReadonlyMap<string, StudentAttempts>,
  confirmedIds: readonly string[],
): FieldError[] {
  const ordered = inOrder(chosen, attempts);
  const open = ordered.filter((student) => isRunning(attempts, student) && !confirmedIds.includes(student.id));
  const [first, ...others] = open;
  if (!first) return [];
  const message = t('students.running.error', { name: first.name });
  const more = others.length > 0 ? ` ${t('students.running.errorMore', { count: others.length })}` : '';
  return [{ field: `toch-${ordered.indexOf(first)}`, message: `${message}${more}` }];
}

export function studentsModel(wording: Wording, input: StudentsInput, facts: StudentsFacts) {
  const { t } = wording.translator;
  const { details, unitCodes, found, groups } = facts;
  const chosen = inOrder(facts.chosen, facts.attempts);
  const chosenIds = new Set(chosen.map(({ id }) => id));
  const isFree = ({ id }: StudentRow) => !chosenIds.has(id);
  const rows = found.rows.filter(isFree);
  const near = found.near.filter(isFree);
  const runningCount = chosen.filter((student) => isRunning(facts.attempts, student)).length;
  const own = groups.filter(({ isOwn, studentCount }) => isOwn && studentCount > 0).slice(0, MAX_GROUP_BUTTONS);
  const toRow = (student: StudentRow) => rowModel(wording, student, facts);
  return {
    title: t('initiator.students.title'),
    exam: examTitle(details.exam, unitCodes),
    steps: stepsModel(wording, 'students', { exam: paths.exam(details.examVersionId) }),
    action: paths.newAssessment(),
    examVersionId: details.examVersionId,
    ...input,
    errors: facts.errors,
    notice: facts.notice,
    ownGroups: own.map(({ id, name, studentCount }) => ({
      step: `groep:${id}`,
      label: t('students.groups.add', { name, count: studentCount }),
    })),
    groups: groups.map((group) => ({
      value: group.id,
      label: group.isOwn ? t('initiator.students.ownGroups', { name: group.name }) : group.name,
    })),
    results: input.hasSearched ? resultsModel(wording, input, found, rows) : null,
    rows: rows.map((student, index) => ({ ...toRow(student), control: `gevonden-${index}` })),
    near: near.map((student, index) => ({ ...toRow(student), control: `bedoeld-${index}` })),
    canAddAll: found.total === found.rows.length && rows.length > 1,
    addAllLabel: t('initiator.students.addAll', { count: rows.length }),
    ask: input.hasSearched && found.total === 0 && input.query !== '' ? askModel(wording, input, facts) : null,
    asked: facts.askedEmail === '' ? '' : t('students.ask.sent', { email: facts.askedEmail, days: 14 }),
    paste: {
      hint: t('students.paste.hint', { max: MAX_PASTED }),
      isOpen: input.pasted !== '' || facts.pasteAnswer !== null,
      answer: facts.pasteAnswer,
    },
    chosen: chosen.map((student, index) => ({
      ...toRow(student),
      confirmControl: `toch-${index}`,
      isConfirmed: input.confirmedIds.includes(student.id),
    })),
    chosenCount: t('initiator.students.chosenCount', { count: chosen.length }),
    isMany: chosen.length > 1,
    runningSummary: runningCount > 0 ? t('students.running.summary', { count: runningCount }) : '',
    dueHint: `${t('students.due.hint')} ${t('students.due.usual', { count: facts.dueWorkingDays })}`,
    dueLine: dueLine(wording, input.due, facts.now),
    tomorrow: facts.tomorrow,
  };
}

function resultsModel(
  { translator }: Wording,
  input: StudentsInput,
  found: FoundStudents,
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
    nobodyText: input.groupId === '' ? '' : t('initiator.students.nobodyInGroup'),
    isAllChosen: !isNobody && rows.length === 0,
  };
}

/** What can be done for a student who is not found: a mail, or a sentence where the school has not said to which domains. */
function askModel({ translator }: Wording, input: StudentsInput, { studentDomains }: StudentsFacts) {
  const { t } = translator;
  if (studentDomains.length === 0) return { canMail: false, text: t('students.ask.impossible'), email: '', hint: '' };
  return {
    canMail: true,
    text: t('students.ask.missing'),
    email: input.email === '' && input.query.includes('@') ? input.query : input.email,
    hint: t('students.ask.emailHint', { domains: domainsText(translator, studentDomains) }),
  };
}

/** `@student.roc.example of @roc.example`. */
export function domainsText({ lang }: Wording['translator'], domains: readonly string[]): string {
  return new Intl.ListFormat(lang, { type: 'disjunction' }).format(domains.map((domain) => `@${domain}`));
}

function rowModel(wording: Wording, student: StudentRow, facts: StudentsFacts) {
  const { t } = wording.translator;
  const { id, name, number, email } = student;
  const known = facts.attempts.get(id);
  const attempt = known?.nextAttempt ?? 1;
  const running = known?.running ?? null;
  const canAsk = number === null && isOfStudents(facts, email);
  return {
    id,
    name,
    meta: [number, student.groups.join(', '), email].filter(Boolean).join(' · '),
    add: { step: `erbij:${id}`, label: t('students.search.addOne', { name }) },
    remove: { step: `weg:${id}`, label: t('students.chosen.removeFor', { name }) },
    noNumber: number === null ? t('initiator.students.noNumber') : '',
    ask: canAsk ? { step: `vraag:${id}`, label: t('students.ask.fromRowFor', { name }) } : null,
    selfFilled: number !== null && !student.isNumberVerified ? t('students.search.selfFilled') : '',
    running: running ? runningText(wording, running, facts.membershipId) : '',
    // Somebody else's is not theirs to look at.
    runningHref: running?.initiatorId === facts.membershipId ? paths.assessment(running.assessmentId) : '',
    confirm: t('students.running.confirm', { attempt }),
    confirmLabel: t('students.running.confirmFor', { name, attempt }),
    resit: !running && attempt > 1 ? t('students.resit', { attempt }) : '',
  };
}

function runningText(wording: Wording, running: RunningAssessment, membershipId: string): string {
  const { t } = wording.translator;
  const status = t(`common.status.${running.status}`).toLowerCase();
  const day = longDay(wording, running.createdAt);
  return running.initiatorId === membershipId
    ? t('students.running.byYou', { status, day })
    : t('students.running.byOther', { status, day, name: running.initiatorName });
}
