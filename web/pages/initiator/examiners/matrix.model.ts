/** The matrix of parts and people, for what all have in common and for one student. Pure. */
import {
  type Assignment,
  componentsOf,
  resolveAssignments,
  type Scope,
  scopeKey,
} from '../../../../domain/assignment.ts';
import type { ComponentKind, WorkProcess } from '../../../../domain/exam.ts';
import { listComponents, workProcessOf } from '../../../../domain/exam-structure.ts';
import type { ContactRow, OwnAssessment } from '../../../../prisma/repositories/initiator.ts';
import type { Wording } from '../../../wording.ts';
import { componentLabel, type FieldError, kindName, refsOf, scopeTitle } from '../words.ts';
import { assignmentKey } from './choice.ts';

type Scoped = Pick<OwnAssessment, 'exam' | 'unitCodes'>;

/** One row of the matrix: a scope with what it covers. */
export interface ScopeRow {
  readonly scope: Scope;
  readonly key: string;
  readonly workProcess: WorkProcess | null;
  readonly kind: ComponentKind | null;
  /** Components that the scope covers. */
  readonly refs: readonly string[];
}

/** Every scope that an examiner can be chosen for; the same order for the same exam and units. */
export function allScopeRows(assessment: Scoped): ScopeRow[] {
  const contexts = listComponents(assessment.exam, assessment.unitCodes);
  const processes = [...new Map(contexts.map(({ workProcess }) => [workProcess.code, workProcess])).values()];
  const rowOf = (
    scope: Scope,
    refs: readonly string[],
    workProcess: WorkProcess | null,
    kind: ComponentKind | null,
  ): ScopeRow => ({ scope, key: scopeKey(scope), workProcess, kind, refs });
  const parts = processes.flatMap((process) => [
    rowOf(
      { level: 'workProcess', code: process.code },
      process.components.map(({ ref }) => ref),
      process,
      null,
    ),
    ...process.components.map(({ ref, kind }) => rowOf({ level: 'component', ref }, [ref], process, kind)),
  ]);
  const all = contexts.map(({ component }) => component.ref);
  return [rowOf({ level: 'exam' }, all, null, null), ...parts];
}

/**
 * The rows that are shown: the whole exam, each work process, and its components where there are several. A work process
 * with one component is that component; a second row would only ask the same again.
 */
export function scopeRows(assessment: Scoped, assignments: readonly Assignment[]): ScopeRow[] {
  const used = new Set(assignments.map(({ scope }) => scopeKey(scope)));
  const isNeeded = (row: ScopeRow) =>
    row.kind === null || (row.workProcess?.components.length ?? 0) > 1 || used.has(row.key);
  return allScopeRows(assessment).filter(isNeeded);
}

/** The assignments that ticked boxes stand for (`scope|examiner`); what belongs to no row or to nobody in the pool is left out. */
export function readTicks(ticks: readonly string[], rows: readonly ScopeRow[], pool: readonly string[]): Assignment[] {
  const scopes = new Map(rows.map((row) => [row.key, row.scope]));
  return [...new Set(ticks)].flatMap((tick) => {
    const at = tick.lastIndexOf('|');
    const scope = scopes.get(tick.slice(0, at));
    const examinerId = tick.slice(at + 1);
    return scope && pool.includes(examinerId) ? [{ examinerId, scope }] : [];
  });
}

/** Who is new gets the whole exam as long as nobody has it: the common case needs no further click. */
export function addToPool(assignments: readonly Assignment[], added: readonly string[]): Assignment[] {
  const isTaken = assignments.some(({ scope }) => scope.level === 'exam');
  return isTaken
    ? [...assignments]
    : [...assignments, ...added.map((examinerId) => ({ examinerId, scope: { level: 'exam' as const } }))];
}

/** What a new examiner of one student gets, as the page asks it: the whole exam, all components of a kind, or one work process. */
export function quickScopes(assessment: Scoped, wanted: string): Scope[] {
  const rows = allScopeRows(assessment);
  if (wanted === 'behaviour' || wanted === 'product') {
    const ofKind = rows.filter(({ kind }) => kind === wanted);
    if (ofKind.length > 0) return ofKind.map(({ scope }) => scope);
  }
  return [rows.find(({ key, kind }) => key === wanted && kind === null)?.scope ?? { level: 'exam' }];
}

/** The choices of {@link quickScopes} in words. */
export function quickScopeOptions(wording: Wording, assessment: Scoped): { value: string; label: string }[] {
  const { t } = wording.translator;
  const rows = allScopeRows(assessment);
  const kinds = (['behaviour', 'product'] as const).filter((kind) => rows.some((row) => row.kind === kind));
  return [
    { value: 'exam', label: rowName(wording, rows[0] as ScopeRow, assessment) },
    ...(kinds.length > 1 ? kinds.map((kind) => ({ value: kind, label: t(`choosing.quick.${kind}`) })) : []),
    ...rows
      .filter(({ scope }) => scope.level === 'workProcess')
      .map((row) => ({ value: row.key, label: `${row.workProcess?.code} ${row.workProcess?.title}` })),
  ];
}

export interface MatrixInput {
  readonly assessment: Scoped;
  readonly pool: readonly ContactRow[];
  readonly assignments: readonly Assignment[];
  /** Examiners whose ticks are fixed. */
  readonly locked: ReadonlySet<string>;
  /** Of ids of controls; two matrices on a page have two. */
  readonly prefix: string;
  /** Name of the ticks in the form. */
  readonly field: string;
  readonly caption: string;
  readonly errors: readonly FieldError[];
  /** Says of a part that somebody has it for some students and not for all; empty otherwise. */
  readonly partly: (assignment: Assignment) => string;
  /** `stap` of the button under a person. */
  readonly removeStep: (contactId: string) => string;
}

export function matrixModel(wording: Wording, input: MatrixInput) {
  const { t } = wording.translator;
  const refs = refsOf(input.assessment);
  const resolved = resolveAssignments(refs, input.assignments);
  return {
    field: input.field,
    caption: input.caption,
    people: input.pool.map((contact, index) => ({
      id: contact.id,
      name: contact.name,
      kind: contact.kind,
      control: controlId(input.prefix, 0, index),
      error: errorOf(input, index),
      isInvited: input.locked.has(contact.id),
      removeStep: input.removeStep(contact.id),
      removeLabel: t('initiator.examiners.remove', { name: contact.name }),
    })),
    rows: input.pool.length === 0 ? [] : scopeRows(input.assessment, input.assignments).map(rowModel),
  };

  function rowModel(row: ScopeRow, rowIndex: number) {
    const name = rowName(wording, row, input.assessment);
    const isLeaf = row.refs.length === 1 || row.kind !== null;
    return {
      level: row.scope.level,
      code: row.workProcess && row.kind === null ? row.workProcess.code : '',
      within: row.workProcess && row.kind !== null ? row.workProcess.code : '',
      name,
      kind: row.kind ?? (row.refs.length === 1 ? (row.refs[0]?.split('/')[1] ?? '') : ''),
      isNobody: isLeaf && row.refs.every((ref) => resolved[ref]?.length === 0),
      cells: input.pool.map((contact, index) => cellModel(row, name, contact, { rowIndex, index })),
    };
  }

  function cellModel(row: ScopeRow, name: string, contact: ContactRow, at: { rowIndex: number; index: number }) {
    const assignment = { examinerId: contact.id, scope: row.scope };
    const isChecked = input.assignments.some((each) => assignmentKey(each) === assignmentKey(assignment));
    return {
      id: controlId(input.prefix, at.rowIndex, at.index),
      isInvalid: at.rowIndex === 0 && errorOf(input, at.index) !== '',
      value: assignmentKey(assignment),
      isChecked,
      isLocked: input.locked.has(contact.id),
      person: contact.name,
      label: t('initiator.examiners.cell', {
        name: contact.name,
        part: row.workProcess ? `${row.workProcess.code} ${name}` : name,
      }),
      via: isChecked ? '' : viaText(wording, row, contact.id, input, resolved),
      partly: isChecked ? '' : input.partly(assignment),
    };
  }
}

/** Id of the box of a person in a row, so that an error can lead to it. */
export function controlId(prefix: string, row: number, person: number): string {
  return `${prefix}-${row}-${person}`;
}

function errorOf({ errors, prefix }: MatrixInput, person: number): string {
  return errors.find(({ field }) => field === controlId(prefix, 0, person))?.message ?? '';
}

export function rowName(wording: Wording, row: ScopeRow, assessment: Scoped): string {
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
  { assignments, assessment }: Pick<MatrixInput, 'assignments' | 'assessment'>,
  resolved: Readonly<Record<string, readonly string[]>>,
): string {
  if (row.scope.level === 'exam' || !row.refs.some((ref) => resolved[ref]?.includes(examinerId))) return '';
  const has = (key: string) =>
    assignments.some((each) => each.examinerId === examinerId && scopeKey(each.scope) === key);
  const processKey = scopeKey({ level: 'workProcess', code: workProcessOf(row.refs[0] ?? '') });
  if (row.scope.level === 'component' && has(processKey)) return translator.t('initiator.examiners.viaWorkProcess');
  return has(scopeKey({ level: 'exam' })) && !isReplaced(row, assignments)
    ? translator.t(isWholeExam(assessment) ? 'initiator.examiners.viaExam' : 'initiator.examiners.viaUnit')
    : '';
}

function isWholeExam({ exam, unitCodes }: Scoped): boolean {
  return exam.units.every((unit) => unitCodes.includes(unit.code));
}

/** Whether this row itself, or the work process above it, names others. */
function isReplaced(row: ScopeRow, assignments: readonly Assignment[]): boolean {
  const keys = [row.key, scopeKey({ level: 'workProcess', code: workProcessOf(row.refs[0] ?? '') })];
  return assignments.some(({ scope }) => keys.includes(scopeKey(scope)));
}

/**
 * What somebody scores, in few words: "alles", "alle gedragsobservaties", or work processes and components by name. Empty when
 * others replace them everywhere.
 */
export function partsText(
  wording: Wording,
  assessment: Scoped,
  examinerId: string,
  assignments: readonly Assignment[],
): string {
  const { t } = wording.translator;
  const refs = refsOf(assessment);
  const scored = componentsOf(examinerId, refs, assignments);
  if (scored.length === 0) return '';
  if (scored.length === refs.length) return t('choosing.parts.all');
  for (const kind of ['behaviour', 'product'] as const) {
    const ofKind = refs.filter((ref) => ref.endsWith(`/${kind}`));
    if (ofKind.length > 1 && ofKind.join() === scored.join()) return t(`choosing.parts.${kind}`);
  }
  const texts = allScopeRows(assessment)
    .filter(({ scope }) => scope.level === 'workProcess')
    .flatMap((row) => {
      const here = row.refs.filter((ref) => scored.includes(ref));
      return here.length === row.refs.length && here.length > 0
        ? [row.workProcess?.code ?? '']
        : here.map((ref) => componentLabel(wording, ref));
    });
  return texts.join(', ');
}
