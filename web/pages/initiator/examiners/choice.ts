/**
 * Who assesses what, for all assessments of a selection at once: what is done to all, to one, and from one to others. Pure.
 *
 * Contract
 * 1. Each assessment has its own list; what all have in common is derived from the lists and never kept beside them.
 * 2. Whoever was invited keeps what was asked: nothing here takes it away or gives more of it.
 * 3. An assessment that takes no examiners any more (final, cancelled) is left as it is and does not count for what is common.
 */
import { createHash } from 'node:crypto';
import { AssessmentStatus, FormStatus } from '../../../../domain/assessment.ts';
import { type Assignment, type Scope, scopeKey } from '../../../../domain/assignment.ts';
import type { OwnAssessment } from '../../../../prisma/repositories/initiator.ts';

/** Assignments by assessment. */
export type Choice = ReadonlyMap<string, readonly Assignment[]>;

const CLOSED: readonly AssessmentStatus[] = [AssessmentStatus.Final, AssessmentStatus.Cancelled];

/** Whether nobody can be chosen for it any more. */
export function isClosed({ state }: Pick<OwnAssessment, 'state'>): boolean {
  return CLOSED.includes(state.status);
}

/** Examiners whose invitation stands: their parts are fixed. */
export function invitedOf({ state }: Pick<OwnAssessment, 'state'>): Set<string> {
  const invited = Object.entries(state.examiners).filter(([, examiner]) => examiner.form !== FormStatus.Withdrawn);
  return new Set(invited.map(([id]) => id));
}

/** The choice as it is kept. */
export function keptChoice(assessments: readonly OwnAssessment[]): Choice {
  return new Map(assessments.map(({ id, state }) => [id, state.assignments]));
}

/** One assignment as a string, equal exactly for equal assignments: `exam|<id>`. */
export function assignmentKey({ examinerId, scope }: Assignment): string {
  return `${scopeKey(scope)}|${examinerId}`;
}

/** Both together, each once, in the order of the first. */
export function union(a: readonly Assignment[], b: readonly Assignment[]): Assignment[] {
  return [...new Map([...a, ...b].map((each) => [assignmentKey(each), each])).values()];
}

export function without(a: readonly Assignment[], b: readonly Assignment[]): Assignment[] {
  const taken = new Set(b.map(assignmentKey));
  return a.filter((each) => !taken.has(assignmentKey(each)));
}

/** What every one of the lists holds, in the order of the first. */
export function common(lists: readonly (readonly Assignment[])[]): Assignment[] {
  const [first = [], ...others] = lists;
  const sets = others.map((list) => new Set(list.map(assignmentKey)));
  return first.filter((each) => sets.every((set) => set.has(assignmentKey(each))));
}

/** Short mark of a choice, equal for equal choices in whatever order: tells whether somebody changed it. */
export function choiceMark(assignments: readonly Assignment[]): string {
  const keys = [...new Set(assignments.map(assignmentKey))].sort();
  return createHash('sha256').update(JSON.stringify(keys)).digest('hex').slice(0, 12);
}

/** Adds somebody for these parts. */
export function addExaminer(
  assignments: readonly Assignment[],
  examinerId: string,
  scopes: readonly Scope[],
): Assignment[] {
  return union(
    assignments,
    scopes.map((scope) => ({ examinerId, scope })),
  );
}

export function removeExaminer(assignments: readonly Assignment[], examinerId: string): Assignment[] {
  return assignments.filter((each) => each.examinerId !== examinerId);
}

/** The list with exactly those parts of invited examiners that are kept. */
export function keepInvited(
  assignments: readonly Assignment[],
  assessment: Pick<OwnAssessment, 'state'>,
): Assignment[] {
  const invited = invitedOf(assessment);
  if (invited.size === 0) return [...assignments];
  const kept = assessment.state.assignments.filter(({ examinerId }) => invited.has(examinerId));
  return union(
    kept,
    assignments.filter(({ examinerId }) => !invited.has(examinerId)),
  );
}

export interface Copied {
  readonly choice: Choice;
  /** To whom nothing was copied, because somebody was invited there or nobody can be chosen any more. */
  readonly skipped: readonly string[];
}

/** Gives the named assessments exactly what one of them has. */
export function copyChoice(
  choice: Choice,
  fromId: string,
  toIds: readonly string[],
  assessments: readonly OwnAssessment[],
): Copied {
  const source = choice.get(fromId) ?? [];
  const targets = assessments.filter(({ id }) => id !== fromId && toIds.includes(id));
  const isFixed = (assessment: OwnAssessment) => isClosed(assessment) || invitedOf(assessment).size > 0;
  const copied = targets.filter((assessment) => !isFixed(assessment)).map(({ id }) => [id, source] as const);
  return { choice: new Map([...choice, ...copied]), skipped: targets.filter(isFixed).map(({ id }) => id) };
}
