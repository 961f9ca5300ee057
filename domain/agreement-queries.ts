/**
 * Questions about what several examiners scored differently. Pure.
 *
 * Contract
 * 1. Differences are those between finished forms; what is in a form that is still open is nobody else's to see.
 * 2. No number is ever made out of two scores: differences are named, not weighed.
 */
import { type AgreementState, DifferenceKind } from './agreement.ts';
import { finishedExaminersOf, standingScores } from './assessment-queries.ts';
import { type AssessmentState, type ExaminerState, FormStatus } from './assessment-state.ts';
import { type Assignment, resolveAssignments, ScopeLevel } from './assignment.ts';
import type { ExamDefinition } from './exam.ts';
import { gradeAssessment } from './grading.ts';
import type { GradingScheme } from './result.ts';
import { Score } from './score.ts';

/** Where an examiner is from, by contact id. */
export type ExaminerKinds = Readonly<Record<string, 'school' | 'practice'>>;

/** One criterion that examiners scored differently. */
export interface CriterionDifference {
  readonly ref: string;
  /** By examiner id. */
  readonly scores: Readonly<Record<string, Score>>;
  /** Why it matters by itself; empty when it does not. */
  readonly kinds: readonly DifferenceKind[];
}

export interface ComponentDifference {
  /** Component ref. */
  readonly component: string;
  /** Only those that differ, in the order of the exam. */
  readonly criteria: readonly CriterionDifference[];
  /** Why the difference matters; empty when it does not. */
  readonly kinds: readonly DifferenceKind[];
}

/**
 * The components that several examiners scored differently, in the order of the exam.
 *
 * A difference changes the result when with one set the whole is another O, V or G than with another set, the rest taken as
 * each examiner scored it, at its lowest and at its highest.
 */
export function findDifferences(
  state: AssessmentState,
  exam: ExamDefinition,
  scheme: GradingScheme,
): ComponentDifference[] {
  const differing = state.components.flatMap((component) => {
    const examinerIds = finishedExaminersOf(state, component.ref);
    const criteria = component.criteria.flatMap((ref) => differenceOf(state, ref, examinerIds));
    return criteria.length === 0 ? [] : [{ component: component.ref, examinerIds, criteria }];
  });
  const rests = restsToTry(state, differing, scheme);
  return differing.map(({ component, examinerIds, criteria }) => {
    const kinds = new Set(criteria.flatMap((criterion) => criterion.kinds));
    const isOtherResult = rests.some((rest) => {
      const results = examinerIds.map((id) => wholeScore(state, exam, scheme, { ...rest, [component]: id }));
      return new Set(results).size > 1;
    });
    if (isOtherResult) kinds.add(DifferenceKind.Result);
    return { component, criteria, kinds: Object.values(DifferenceKind).filter((kind) => kinds.has(kind)) };
  });
}

function differenceOf(state: AssessmentState, ref: string, examinerIds: readonly string[]): CriterionDifference[] {
  const scores = Object.fromEntries(
    examinerIds.flatMap((id): [string, Score][] => {
      const score = state.examiners[id]?.scores[ref];
      return score === undefined ? [] : [[id, score]];
    }),
  );
  const given = new Set(Object.values(scores));
  if (given.size < 2) return [];
  const kinds: DifferenceKind[] = [];
  if (given.has(Score.O)) kinds.push(DifferenceKind.Pass);
  if (given.has(Score.O) && given.has(Score.G)) kinds.push(DifferenceKind.TwoSteps);
  return [{ ref, scores, kinds }];
}

/** Whose set stands, by component ref. */
type Standing = Readonly<Record<string, string>>;
type Differing = readonly { readonly component: string; readonly examinerIds: readonly string[] }[];

/** Every examiner everywhere, and the extremes: between those the result only goes up. */
function restsToTry(state: AssessmentState, differing: Differing, scheme: GradingScheme): Standing[] {
  const everybody = new Set(differing.flatMap(({ examinerIds }) => examinerIds));
  const ofEach = [...everybody].map((id) =>
    standingOf(differing, (_component, ids) => (ids.includes(id) ? id : (ids[0] ?? ''))),
  );
  const ranked = (component: string, ids: readonly string[]) =>
    [...ids].sort((a, b) => heightOf(state, component, a, scheme) - heightOf(state, component, b, scheme));
  return [
    ...ofEach,
    standingOf(differing, (component, ids) => ranked(component, ids)[0] ?? ''),
    standingOf(differing, (component, ids) => ranked(component, ids).at(-1) ?? ''),
  ];
}

function standingOf(
  differing: Differing,
  choose: (component: string, examinerIds: readonly string[]) => string,
): Standing {
  return Object.fromEntries(differing.map(({ component, examinerIds }) => [component, choose(component, examinerIds)]));
}

/** For ordering alone: an O is below whatever number of points. */
function heightOf(state: AssessmentState, component: string, examinerId: string, scheme: GradingScheme): number {
  const criteria = state.components.find(({ ref }) => ref === component)?.criteria ?? [];
  const scores = criteria.flatMap((ref) => state.examiners[examinerId]?.scores[ref] ?? []);
  const points = scores.reduce((sum, score) => sum + scheme.points[score], 0);
  return scores.includes(Score.O) ? points - criteria.length * scheme.points.G - 1 : points;
}

function wholeScore(state: AssessmentState, exam: ExamDefinition, scheme: GradingScheme, standing: Standing) {
  const graded = gradeAssessment(exam, state.unitCodes, scheme, standingScores(state, standing));
  return graded.ok ? graded.result.score : null;
}

/**
 * The lead examiner: who was named, else the first invited from the school, else the first invited.
 * @param component only those who finished it count; absent: everybody who takes part
 * @returns null when nobody does
 */
export function leadOf(state: AssessmentState, kinds: ExaminerKinds, component?: string): string | null {
  const candidates = inOrderOfInvitation(
    state,
    component === undefined ? activeExaminers(state).map(([id]) => id) : finishedExaminersOf(state, component),
  );
  if (state.leadId !== undefined && candidates.includes(state.leadId)) return state.leadId;
  return candidates.find((id) => kinds[id] === 'school') ?? candidates[0] ?? null;
}

/** Who were invited in one go stand in the order in which they were chosen. */
export function inOrderOfInvitation(state: AssessmentState, examinerIds: readonly string[]): string[] {
  const chosen = state.assignments.map(({ examinerId }) => examinerId);
  const rank = (id: string) => (chosen.includes(id) ? chosen.indexOf(id) : chosen.length);
  const invitedAt = (id: string) => state.examiners[id]?.invitedAt ?? '';
  return [...examinerIds].sort(
    (a, b) => invitedAt(a).localeCompare(invitedAt(b)) || rank(a) - rank(b) || a.localeCompare(b),
  );
}

/**
 * Whether this examiner may see what others scored: all who score a component with them have finished, and nobody is to come
 * who must score it blind.
 */
export function mayCompare(state: AssessmentState, examinerId: string): boolean {
  const own = state.examiners[examinerId];
  if (own?.form !== FormStatus.Finished) return false;
  const others = activeExaminers(state).filter(
    ([id, { components }]) => id !== examinerId && components.some((ref) => own.components.includes(ref)),
  );
  if (others.length === 0 || others.some(([, { form }]) => form !== FormStatus.Finished)) return false;
  return !componentsWithoutWord(state.agreement).some((ref) => own.components.includes(ref));
}

/** Components for which a third examiner must be chosen. */
export function componentsWithoutWord(agreement: AgreementState | undefined): string[] {
  return Object.entries(agreement?.components ?? {})
    .filter(([, examinerIds]) => examinerIds.length === 0)
    .map(([ref]) => ref);
}

/**
 * A choice in which a third examiner stands beside those who scored the component, never instead of them: whoever is chosen
 * for a component would otherwise take the place of those who were chosen for the whole.
 */
export function besideWhoScored(state: AssessmentState, assignments: readonly Assignment[]): Assignment[] {
  const refs = componentsWithoutWord(state.agreement);
  const resolved = resolveAssignments(refs, assignments);
  const kept = refs.flatMap((ref) => {
    const chosen = resolved[ref] ?? [];
    const scored = finishedExaminersOf(state, ref);
    if (chosen.every((id) => scored.includes(id))) return [];
    const scope = { level: ScopeLevel.Component, ref };
    return scored.filter((id) => !chosen.includes(id)).map((examinerId) => ({ examinerId, scope }));
  });
  return [...assignments, ...kept];
}

/** Components to agree about on which there is nothing settled yet. */
export function unsettledComponents(agreement: AgreementState): string[] {
  return Object.keys(agreement.components).filter((ref) => agreement.agreed[ref] === undefined);
}

/** Whose word is needed now about this component: of a proposal those who did not confirm it, of none all. */
export function wordsNeededFor(agreement: AgreementState, component: string): string[] {
  if (agreement.agreed[component] !== undefined) return [];
  const confirmed = agreement.proposals[component]?.confirmedBy ?? [];
  return (agreement.components[component] ?? []).filter((id) => !confirmed.includes(id));
}

/** Everybody whose word is needed now; empty when nobody looks for one judgement. */
export function wordsNeeded({ agreement }: Pick<AssessmentState, 'agreement'>): string[] {
  if (agreement === undefined) return [];
  return [...new Set(Object.keys(agreement.components).flatMap((ref) => wordsNeededFor(agreement, ref)))];
}

/** Who else finished one of these components. */
export function finishedBesides(state: AssessmentState, examinerId: string, components: readonly string[]): string[] {
  const finished = components.flatMap((ref) => finishedExaminersOf(state, ref));
  return inOrderOfInvitation(
    state,
    [...new Set(finished)].filter((id) => id !== examinerId),
  );
}

function activeExaminers(state: AssessmentState): [string, ExaminerState][] {
  return Object.entries(state.examiners).filter(([, { form }]) => form !== FormStatus.Withdrawn);
}
