/** The page on which examiners are chosen. Pure. */
import { type Assignment, idleExaminers, uncoveredComponents } from '../../../../domain/assignment.ts';
import type { CheckedChoice, ContactRow, Found, OwnAssessment } from '../../../../prisma/repositories/initiator.ts';
import { paths } from '../../../paths.ts';
import { listNames, type Wording } from '../../../wording.ts';
import { pathsOf, type Selection } from '../requests.ts';
import { batchLine, componentLabel, type FieldError, refsOf, stepsModel } from '../words.ts';
import { assignmentKey, invitedOf, isClosed } from './choice.ts';
import { conflictLines } from './conflicts.model.ts';
import type { Desk, Notice } from './desk.ts';
import { controlId, matrixModel, quickScopeOptions } from './matrix.model.ts';
import { commonOf, hiddenChoice, type Overtaken } from './posted-choice.ts';
import { overtakenModel, studentRows } from './students-table.model.ts';

/** What was typed for somebody who is not in the address book yet. */
export interface NewPerson {
  readonly name: string;
  readonly email: string;
  readonly jobTitle: string;
  readonly organisation: string;
  readonly kind: string;
}

export const NOBODY_NEW: NewPerson = { name: '', email: '', jobTitle: '', organisation: '', kind: 'practice' };

export interface ExaminersInput {
  readonly formId: string;
  readonly query: string;
  readonly desk: Desk;
  /** What a person who is added to one student gets: see `quickScopes`. */
  readonly quickScope: string;
  /** What stands in the field of a student, by assessment. */
  readonly typed: ReadonlyMap<string, string>;
  readonly ticked: readonly string[];
  /** Whether the page says of each student who works at the training company. */
  readonly isProposing: boolean;
  readonly person: NewPerson;
}

export interface ExaminersFacts {
  readonly selection: Selection;
  readonly found: Found<ContactRow>;
  readonly errors: readonly FieldError[];
  /** Everybody who is chosen. */
  readonly people: ReadonlyMap<string, ContactRow>;
  readonly checked: CheckedChoice;
  /** Who of the address book works at each training company. */
  readonly proposals: ReadonlyMap<string, readonly ContactRow[]>;
  readonly overtaken: readonly Overtaken[];
}

/** Id of the first matrix's boxes, which tests and the error summary know. */
const COMMON = 'deel';
const OWN = 'van';

export function examinersModel(wording: Wording, input: ExaminersInput, facts: ExaminersFacts) {
  const { t } = wording.translator;
  const { selection } = facts;
  const { assessments } = selection;
  const { desk } = input;
  const urls = pathsOf(selection);
  const [first] = assessments;
  const isSeries = assessments.length > 1;
  const shared = commonOf(desk.choice, assessments);
  const hidden = hiddenChoice(desk, assessments);
  const pool = contactsOf(desk.pool, facts.people);
  const invited = new Set(assessments.flatMap((each) => [...invitedOf(each)]));
  const book = facts.found.rows.filter(({ id }) => !desk.pool.includes(id));
  return {
    title: t('initiator.examiners.title'),
    line: batchLine(wording, assessments),
    lead: isSeries ? t('choosing.leadMany') : '',
    steps: stepsModel(wording, 'examiners', { exam: paths.exam(first.examVersionId) }),
    action: urls.examiners,
    searchAction: urls.examinerSearch,
    cancelHref: urls.overview,
    formId: input.formId,
    query: input.query,
    errors: facts.errors,
    hidden,
    found: bookText(wording, input.query, facts.found, book),
    book: book.map((contact, index) => ({ ...personModel(contact), control: `adres-${index}` })),
    kept: shared.filter(({ examinerId }) => invited.has(examinerId)).map(assignmentKey),
    pool: pool.map(({ id }) => id),
    isSeries,
    matrixTitle: t(isSeries ? 'choosing.forAll' : 'initiator.examiners.matrixTitle'),
    matrixText: isSeries
      ? t('choosing.forAllText', { count: assessments.length })
      : t('initiator.examiners.matrixText'),
    emptyText: t(isSeries ? 'choosing.poolEmptyText' : 'initiator.examiners.poolEmptyText'),
    matrix: matrixModel(wording, {
      assessment: first,
      pool,
      assignments: shared,
      locked: invited,
      prefix: COMMON,
      field: COMMON,
      caption: t('initiator.examiners.matrixCaption'),
      errors: facts.errors,
      partly: (assignment) => partlyText(wording, desk, assessments, assignment),
      removeStep: (contactId) => `weg:${contactId}`,
    }),
    ...(isSeries ? NO_WARNINGS : warningsOfOne(wording, first, shared, facts.people)),
    conflicts: conflictLines(wording, facts.checked),
    conflictTitle: t('choosing.conflict.title', { count: conflictLines(wording, facts.checked).length }),
    notices: isByStudents(input, facts) ? [] : noticeTexts(wording, desk.notices, assessments),
    students: isSeries ? studentsModel(wording, input, facts, shared, hidden.shared) : null,
    overtakenOne: isSeries ? null : overtakenModel(wording, first, desk.choice.get(first.id) ?? [], facts),
    person: personForm(wording, input, facts),
  };
}

function contactsOf(ids: readonly string[], people: ReadonlyMap<string, ContactRow>): ContactRow[] {
  return ids.flatMap((id) => people.get(id) ?? []);
}

/** "bij 12 van 30" for a part that some students have; empty when nobody has it. */
function partlyText(
  { translator }: Wording,
  { choice }: Desk,
  assessments: readonly OwnAssessment[],
  assignment: Assignment,
): string {
  const key = assignmentKey(assignment);
  const count = assessments.filter(({ id }) => choice.get(id)?.some((each) => assignmentKey(each) === key)).length;
  return count === 0 ? '' : translator.t('choosing.partly', { count, total: assessments.length });
}

const NO_WARNINGS = { uncovered: null, idle: [] };

/** Of several students these stand with each of them. */
function warningsOfOne(
  wording: Wording,
  assessment: OwnAssessment,
  assignments: readonly Assignment[],
  people: ReadonlyMap<string, ContactRow>,
) {
  const { t } = wording.translator;
  const refs = refsOf(assessment);
  const uncovered = assignments.length === 0 ? [] : uncoveredComponents(refs, assignments);
  return {
    uncovered:
      uncovered.length > 0
        ? {
            title: t('initiator.examiners.uncoveredTitle', { count: uncovered.length }),
            text: `${uncovered.map((ref) => componentLabel(wording, ref)).join(', ')}. ${t('initiator.examiners.uncoveredText')}`,
          }
        : null,
    idle: contactsOf(idleExaminers(refs, assignments), people).map(({ name }) =>
      t('initiator.examiners.idle', { name }),
    ),
  };
}

/** @param was what all have in common, as the form carries it */
function studentsModel(
  wording: Wording,
  input: ExaminersInput,
  facts: ExaminersFacts,
  shared: readonly Assignment[],
  was: string,
) {
  const { assessments } = facts.selection;
  const { desk } = input;
  const opened = assessments.find(({ id }) => id === desk.open);
  return {
    scope: {
      options: quickScopeOptions(wording, assessments[0]),
      selected: input.quickScope,
    },
    isProposing: input.isProposing,
    notices: isByStudents(input, facts) ? noticeTexts(wording, desk.notices, assessments) : [],
    rows: studentRows(wording, input, facts, shared),
    own: opened && !isClosed(opened) ? { ...ownModel(wording, input, facts, opened), was } : null,
  };
}

/** The matrix of the student that is open, and what can be copied. */
function ownModel(wording: Wording, { desk }: ExaminersInput, facts: ExaminersFacts, opened: OwnAssessment) {
  const { t } = wording.translator;
  const { assessments } = facts.selection;
  const { name } = opened.student;
  const list = desk.choice.get(opened.id) ?? [];
  const invited = invitedOf(opened);
  const ids = [...new Set([...list.map(({ examinerId }) => examinerId), ...desk.openPool])];
  return {
    assessmentId: opened.id,
    title: t('choosing.ownTitle', { name }),
    closeLabel: t('choosing.closeFor', { name }),
    pool: ids,
    kept: list.filter(({ examinerId }) => invited.has(examinerId)).map(assignmentKey),
    matrix: matrixModel(wording, {
      assessment: opened,
      pool: contactsOf(ids, facts.people),
      assignments: list,
      locked: invited,
      prefix: OWN,
      field: OWN,
      caption: t('choosing.ownCaption', { name }),
      errors: [],
      partly: () => '',
      removeStep: (contactId) => `uit:${opened.id}:${contactId}`,
    }),
    sources: assessments
      .filter(({ id }) => id !== opened.id)
      .map(({ id, student }) => ({ value: id, label: student.name })),
    isFixed: invited.size > 0,
  };
}

/** What happened is said where it happened: in the list of students, or above the matrix for all. */
function isByStudents({ desk }: ExaminersInput, { selection }: ExaminersFacts): boolean {
  const isForAll = desk.open === null && desk.notices.every(({ kind }) => kind === 'added');
  return selection.assessments.length > 1 && !isForAll;
}

function noticeTexts(wording: Wording, notices: readonly Notice[], assessments: readonly OwnAssessment[]): string[] {
  return notices.flatMap((notice) => noticeText(wording, notice, assessments));
}

function noticeText(wording: Wording, notice: Notice, assessments: readonly OwnAssessment[]): string[] {
  const { t } = wording.translator;
  const nameOf = (id: string) => assessments.find((each) => each.id === id)?.student.name ?? '';
  switch (notice.kind) {
    case 'copied': {
      const skipped = notice.skipped.map(nameOf);
      return [
        `${t('choosing.notice.copied', { name: nameOf(notice.from), count: notice.count })} ${t('choosing.notice.unsaved')}`,
        ...(skipped.length > 0 ? [t('choosing.notice.skipped', { names: listNames(wording, skipped) })] : []),
      ];
    }
    case 'nobodyTicked':
      return [t('choosing.notice.nobodyTicked')];
    case 'filled':
      return [
        ...(notice.count > 0
          ? [`${t('choosing.notice.filled', { count: notice.count })} ${t('choosing.notice.unsaved')}`]
          : []),
        ...(notice.left > 0 ? [t('choosing.notice.left', { count: notice.left })] : []),
      ];
    case 'added':
      return [t('choosing.notice.added', { name: notice.name })];
  }
}

function bookText({ translator }: Wording, query: string, found: Found<ContactRow>, book: readonly ContactRow[]) {
  const { t } = translator;
  if (found.total === 0) return t('choosing.bookNobody', { query });
  if (book.length === 0) return t('initiator.examiners.allChosen');
  if (found.total > found.rows.length) {
    return t('initiator.examiners.foundCut', { shown: found.rows.length, count: found.total });
  }
  return t('initiator.examiners.found', { count: book.length });
}

export function personModel(contact: ContactRow) {
  const { id, name, kind, email } = contact;
  return { id, name, kind, meta: [contact.jobTitle, contact.organisation].filter(Boolean).join(', ') || email };
}

/** The fields for somebody new, with what was typed in them. */
function personForm(wording: Wording, { person, desk }: ExaminersInput, facts: ExaminersFacts) {
  const { t } = wording.translator;
  const opened = facts.selection.assessments.find(({ id }) => id === desk.open);
  return {
    ...person,
    isOpen: facts.errors.some(({ field }) => field.startsWith('nieuw-')) || person.name !== '' || person.email !== '',
    kinds: (['practice', 'school'] as const).map((kind) => ({ value: kind, label: t(`choosing.person.${kind}`) })),
    addLabel:
      opened && facts.selection.assessments.length > 1
        ? t('choosing.person.addFor', { name: opened.student.name })
        : t('choosing.person.add'),
  };
}

/** What must be mended before a choice can be saved; of the common matrix alone. */
export function checkPool(
  { translator }: Wording,
  pool: readonly ContactRow[],
  { choice }: Pick<Desk, 'choice'>,
): FieldError[] {
  const { t } = translator;
  const lists = [...choice.values()];
  if (lists.every((list) => list.length === 0) && pool.length === 0)
    return [{ field: 'zoek', message: t('initiator.examiners.errorNobody') }];
  const chosen = new Set(lists.flat().map(({ examinerId }) => examinerId));
  return pool.flatMap((contact, index) =>
    chosen.has(contact.id)
      ? []
      : [{ field: controlId(COMMON, 0, index), message: t('initiator.examiners.errorEmpty', { name: contact.name }) }],
  );
}
