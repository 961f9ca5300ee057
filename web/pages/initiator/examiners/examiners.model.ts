/** Choosing examiners at three levels, as a matrix of parts and people. Pure. */
import { FormStatus } from '../../../../domain/assessment.ts';
import {
  type Assignment,
  idleExaminers,
  resolveAssignments,
  type Scope,
  scopeKey,
  uncoveredComponents,
} from '../../../../domain/assignment.ts';
import type { ComponentKind, WorkProcess } from '../../../../domain/exam.ts';
import { listComponents, workProcessOf } from '../../../../domain/exam-structure.ts';
import type { ContactRow, Found, OwnAssessment } from '../../../../prisma/repositories/initiator.ts';
import { paths } from '../../../paths.ts';
import type { Wording } from '../../../wording.ts';
import { pathsOf, type Selection } from '../requests.ts';
import { batchLine, componentLabel, type FieldError, kindName, refsOf, scopeTitle, stepsModel } from '../words.ts';

/** One row of the matrix: a scope with what it covers. */
export interface ScopeRow {
  readonly scope: Scope;
  readonly key: string;
  readonly workProcess: WorkProcess | null;
  readonly kind: ComponentKind | null;
  /** Components that the scope covers. */
  readonly refs: readonly string[];
}

/** All rows for an assessment: the whole exam, each work process, and its components where there are several. */
export function scopeRows(
  assessment: Pick<OwnAssessment, 'exam' | 'unitCodes'>,
  assignments: readonly Assignment[],
): ScopeRow[] {
  const contexts = listComponents(assessment.exam, assessment.unitCodes);
  const used = new Set(assignments.map(({ scope }) => scopeKey(scope)));
  const processes = [...new Map(contexts.map(({ workProcess }) => [workProcess.code, workProcess])).values()];
  const rowOf = (
    scope: Scope,
    refs: readonly string[],
    workProcess: WorkProcess | null,
    kind: ComponentKind | null,
  ): ScopeRow => ({
    scope,
    key: scopeKey(scope),
    workProcess,
    kind,
    refs,
  });
  const parts = processes.flatMap((process) => {
    const refs = process.components.map(({ ref }) => ref);
    const components = process.components
      .map(({ ref, kind }) => rowOf({ level: 'component', ref }, [ref], process, kind))
      // A work process with one component is that component; a second row would only ask the same again.
      .filter((row) => process.components.length > 1 || used.has(row.key));
    return [rowOf({ level: 'workProcess', code: process.code }, refs, process, null), ...components];
  });
  return [
    rowOf(
      { level: 'exam' },
      contexts.map(({ component }) => component.ref),
      null,
      null,
    ),
    ...parts,
  ];
}

/** The assignments that ticked boxes stand for (`scope|examiner`); what belongs to no row or to nobody in the pool is left out. */
export function readTicks(ticks: readonly string[], rows: readonly ScopeRow[], pool: readonly string[]): Assignment[] {
  const scopes = new Map(rows.map((row) => [row.key, row.scope]));
  const seen = new Set<string>();
  return ticks.flatMap((tick) => {
    const at = tick.lastIndexOf('|');
    const scope = scopes.get(tick.slice(0, at));
    const examinerId = tick.slice(at + 1);
    if (!scope || !pool.includes(examinerId) || seen.has(tick)) return [];
    seen.add(tick);
    return [{ examinerId, scope }];
  });
}

/** Who is new gets the whole exam as long as nobody has it: the common case needs no further click. */
export function addToPool(assignments: readonly Assignment[], added: readonly string[]): Assignment[] {
  const isTaken = assignments.some(({ scope }) => scope.level === 'exam');
  return isTaken
    ? [...assignments]
    : [...assignments, ...added.map((examinerId) => ({ examinerId, scope: { level: 'exam' as const } }))];
}

/** Examiners whose invitation stands in some assessment: their parts are fixed. */
export function invitedExaminers(assessments: readonly OwnAssessment[]): Set<string> {
  return new Set(
    assessments.flatMap(({ state }) =>
      Object.entries(state.examiners)
        .filter(([, examiner]) => examiner.form !== FormStatus.Withdrawn)
        .map(([id]) => id),
    ),
  );
}

export function checkAssignments(
  { translator }: Wording,
  pool: readonly ContactRow[],
  assignments: readonly Assignment[],
): FieldError[] {
  const { t } = translator;
  if (pool.length === 0) return [{ field: 'zoek', message: t('initiator.examiners.errorNobody') }];
  return pool.flatMap((contact, index) =>
    assignments.some(({ examinerId }) => examinerId === contact.id)
      ? []
      : [{ field: controlId(0, index), message: t('initiator.examiners.errorEmpty', { name: contact.name }) }],
  );
}

export interface ExaminersInput {
  readonly formId: string;
  readonly query: string;
  readonly pool: readonly ContactRow[];
  readonly assignments: readonly Assignment[];
}

export interface ExaminersFacts {
  readonly selection: Selection;
  readonly found: Found<ContactRow>;
  readonly errors: readonly FieldError[];
}

export function examinersModel(wording: Wording, input: ExaminersInput, facts: ExaminersFacts) {
  const { t } = wording.translator;
  const { selection, found } = facts;
  const { assessments } = selection;
  const urls = pathsOf(selection);
  const [first] = assessments;
  const refs = refsOf(first);
  const poolIds = new Set(input.pool.map(({ id }) => id));
  const invited = invitedExaminers(assessments);
  const book = found.rows.filter(({ id }) => !poolIds.has(id));
  const uncovered = uncoveredComponents(refs, input.assignments);
  return {
    title: t('initiator.examiners.title'),
    line: batchLine(wording, assessments),
    lead: assessments.length > 1 ? t('initiator.examiners.leadMany') : '',
    steps: stepsModel(wording, 'examiners', { exam: paths.exam(first.examVersionId) }),
    action: urls.examiners,
    formId: input.formId,
    query: input.query,
    errors: facts.errors,
    found: bookText(wording, input, found, book),
    book: book.map((contact, index) => ({ ...personModel(contact), control: `adres-${index}` })),
    pool: input.pool.map((contact, index) => ({
      ...personModel(contact),
      control: controlId(0, index),
      error: facts.errors.find(({ field }) => field === controlId(0, index))?.message ?? '',
      isInvited: invited.has(contact.id),
      removeLabel: t('initiator.examiners.remove', { name: contact.name }),
    })),
    rows: input.pool.length > 0 ? matrixRows(wording, input, facts, refs, invited) : [],
    kept: input.assignments
      .filter(({ examinerId }) => invited.has(examinerId))
      .map(({ examinerId, scope }) => `${scopeKey(scope)}|${examinerId}`),
    uncovered:
      input.pool.length > 0 && uncovered.length > 0
        ? {
            title: t('initiator.examiners.uncoveredTitle', { count: uncovered.length }),
            text: `${uncovered.map((ref) => componentLabel(wording, ref)).join(', ')}. ${t('initiator.examiners.uncoveredText')}`,
          }
        : null,
    idle: idleExaminers(refs, input.assignments).flatMap((id) => {
      const contact = input.pool.find((each) => each.id === id);
      return contact ? [t('initiator.examiners.idle', { name: contact.name })] : [];
    }),
    cancelHref: urls.overview,
  };
}

function bookText(
  { translator }: Wording,
  input: ExaminersInput,
  found: Found<ContactRow>,
  book: readonly ContactRow[],
) {
  const { t } = translator;
  if (found.total === 0) return t('initiator.examiners.nobody', { query: input.query });
  if (book.length === 0) return t('initiator.examiners.allChosen');
  if (found.total > found.rows.length) {
    return t('initiator.examiners.foundCut', { shown: found.rows.length, count: found.total });
  }
  return t('initiator.examiners.found', { count: book.length });
}

function personModel(contact: ContactRow) {
  const { id, name, kind, email } = contact;
  return { id, name, kind, meta: [contact.jobTitle, contact.organisation].filter(Boolean).join(', ') || email };
}

/** Id of the box of a person in a row, so that an error can lead to it. */
function controlId(row: number, person: number): string {
  return `deel-${row}-${person}`;
}

function matrixRows(
  wording: Wording,
  input: ExaminersInput,
  facts: ExaminersFacts,
  refs: readonly string[],
  invited: ReadonlySet<string>,
) {
  const { t } = wording.translator;
  const [first] = facts.selection.assessments;
  const resolved = resolveAssignments(refs, input.assignments);
  const chosen = new Set(input.assignments.map(({ examinerId, scope }) => `${scopeKey(scope)}|${examinerId}`));
  return scopeRows(first, input.assignments).map((row, rowIndex) => {
    const name = rowName(wording, row, first);
    const isLeaf = row.refs.length === 1 || row.kind !== null;
    return {
      level: row.scope.level,
      code: row.workProcess && row.kind === null ? row.workProcess.code : '',
      within: row.workProcess && row.kind !== null ? row.workProcess.code : '',
      name,
      kind: row.kind ?? (row.refs.length === 1 ? kindOfRef(row.refs[0]) : ''),
      isNobody: isLeaf && row.refs.every((ref) => resolved[ref]?.length === 0),
      cells: input.pool.map((contact, index) => {
        const value = `${row.key}|${contact.id}`;
        const isChecked = chosen.has(value);
        return {
          id: controlId(rowIndex, index),
          isInvalid: rowIndex === 0 && facts.errors.some(({ field }) => field === controlId(0, index)),
          value,
          isChecked,
          isLocked: invited.has(contact.id),
          person: contact.name,
          label: t('initiator.examiners.cell', {
            name: contact.name,
            part: row.workProcess ? `${row.workProcess.code} ${name}` : name,
          }),
          via: isChecked ? '' : viaText(wording, row, contact.id, input.assignments, resolved, isWholeExam(first)),
        };
      }),
    };
  });
}

function kindOfRef(ref: string | undefined): string {
  return ref?.split('/')[1] ?? '';
}

function rowName(wording: Wording, row: ScopeRow, assessment: OwnAssessment): string {
  if (row.scope.level === 'exam') {
    const unit = scopeTitle(wording, assessment.exam, assessment.unitCodes);
    return isWholeExam(assessment) ? unit : wording.translator.t('initiator.examiners.wholeUnit', { unit });
  }
  if (row.kind !== null) return kindName(wording, row.refs[0] ?? '');
  return row.workProcess?.title ?? '';
}

/** From which level somebody comes who has no tick of their own in this row; empty when they do not score it. */
function viaText(
  { translator }: Wording,
  row: ScopeRow,
  examinerId: string,
  assignments: readonly Assignment[],
  resolved: Readonly<Record<string, readonly string[]>>,
  isWhole: boolean,
): string {
  if (row.scope.level === 'exam' || !row.refs.some((ref) => resolved[ref]?.includes(examinerId))) return '';
  const has = (key: string) =>
    assignments.some((each) => each.examinerId === examinerId && scopeKey(each.scope) === key);
  const processKey = scopeKey({ level: 'workProcess', code: workProcessOf(row.refs[0] ?? '') });
  if (row.scope.level === 'component' && has(processKey)) return translator.t('initiator.examiners.viaWorkProcess');
  return has(scopeKey({ level: 'exam' })) && !isReplaced(row, assignments)
    ? translator.t(isWhole ? 'initiator.examiners.viaExam' : 'initiator.examiners.viaUnit')
    : '';
}

function isWholeExam({ exam, unitCodes }: Pick<OwnAssessment, 'exam' | 'unitCodes'>): boolean {
  return exam.units.every((unit) => unitCodes.includes(unit.code));
}

/** Whether this row itself, or the work process above it, names others. */
function isReplaced(row: ScopeRow, assignments: readonly Assignment[]): boolean {
  const keys = [row.key, scopeKey({ level: 'workProcess', code: workProcessOf(row.refs[0] ?? '') })];
  return assignments.some(({ scope }) => keys.includes(scopeKey(scope)));
}
