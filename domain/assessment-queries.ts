/** Questions to the state of an assessment. Pure. */
import { AskKind, type AssessmentState, type ExaminerState, FormStatus } from './assessment-state.ts';
import type { Score } from './score.ts';

export function componentRefs(state: AssessmentState): string[] {
  return state.components.map((component) => component.ref);
}

export function componentsFor(byComponent: Readonly<Record<string, readonly string[]>>, examinerId: string): string[] {
  return Object.keys(byComponent).filter((ref) => byComponent[ref]?.includes(examinerId));
}

export function criteriaOf(state: AssessmentState, refs: readonly string[]): string[] {
  return state.components
    .filter((component) => refs.includes(component.ref))
    .flatMap((component) => component.criteria);
}

/** After a return only the named components are open; the criteria of the others keep their scores. */
export function lockedCriteria(state: AssessmentState, examiner: ExaminerState): Set<string> {
  if (examiner.form !== FormStatus.Returned) return new Set();
  return new Set(
    criteriaOf(
      state,
      examiner.components.filter((ref) => !examiner.reopened.includes(ref)),
    ),
  );
}

export function isWriting(examiner: ExaminerState): boolean {
  return (
    examiner.form === FormStatus.Open || examiner.form === FormStatus.Started || examiner.form === FormStatus.Returned
  );
}

/** Ids of the examiners whose form is open. */
export function openExaminers(state: AssessmentState): string[] {
  return Object.entries(state.examiners)
    .filter(([, examiner]) => isWriting(examiner))
    .map(([id]) => id);
}

/** An examiner asked to have a finished form back, and has no answer. */
export function isReturnAsked(state: AssessmentState): boolean {
  return Object.values(state.examiners).some(({ ask }) => ask?.kind === AskKind.Return);
}

/** Ids of the examiners who finished the given component. */
export function finishedExaminersOf(state: AssessmentState, componentRef: string): string[] {
  return Object.entries(state.examiners)
    .filter(([, examiner]) => examiner.form === FormStatus.Finished && examiner.components.includes(componentRef))
    .map(([id]) => id);
}

/** Components in scope that no invited examiner covers. */
export function uncoveredBy(state: AssessmentState): string[] {
  const active = Object.values(state.examiners).filter((examiner) => examiner.form !== FormStatus.Withdrawn);
  return componentRefs(state).filter((ref) => !active.some((examiner) => examiner.components.includes(ref)));
}

export function isComplete(state: AssessmentState): boolean {
  return (
    openExaminers(state).length === 0 && componentRefs(state).every((ref) => finishedExaminersOf(state, ref).length > 0)
  );
}

/** Components that several examiners scored, with a different score on at least one criterion. */
export function findDisagreements(state: AssessmentState): string[] {
  return state.components
    .filter((component) => {
      const sets = finishedExaminersOf(state, component.ref).map((id) => state.examiners[id]?.scores ?? {});
      return component.criteria.some((criterion) => new Set(sets.map((scores) => scores[criterion])).size > 1);
    })
    .map((component) => component.ref);
}

/**
 * The one set of scores that counts: what examiners agreed on, of the named examiner where sets differed, of whoever finished
 * it otherwise.
 * @returns criterion ref → score
 */
export function standingScores(
  state: AssessmentState,
  standing: Readonly<Record<string, string>>,
): Record<string, Score> {
  const scores: Record<string, Score> = {};
  for (const component of state.components) {
    const agreed = state.agreed?.[component.ref];
    const examinerId = standing[component.ref] ?? finishedExaminersOf(state, component.ref)[0];
    const set = agreed?.scores ?? (examinerId === undefined ? undefined : state.examiners[examinerId]?.scores);
    for (const criterion of component.criteria) {
      const score = set?.[criterion];
      if (score !== undefined) scores[criterion] = score;
    }
  }
  return scores;
}
