import { workProcessOf } from './exam-structure.ts';

/** Level at which an examiner is chosen, widest first. */
export const ScopeLevel = { Exam: 'exam', WorkProcess: 'workProcess', Component: 'component' } as const;
export type ScopeLevel = (typeof ScopeLevel)[keyof typeof ScopeLevel];

export type Scope =
  | { readonly level: 'exam' }
  | { readonly level: 'workProcess'; readonly code: string }
  | { readonly level: 'component'; readonly ref: string };

/** One examiner chosen for one scope of an assessment. */
export interface Assignment {
  readonly examinerId: string;
  readonly scope: Scope;
}

export const AssignmentErrorCode = {
  /** The scope names a work process or component that the assessment does not have. */
  ScopeUnknown: 'SCOPE_UNKNOWN',
  /** The same examiner is chosen for the same scope before. */
  Duplicate: 'ASSIGNMENT_DUPLICATE',
} as const;
export type AssignmentErrorCode = (typeof AssignmentErrorCode)[keyof typeof AssignmentErrorCode];

export interface AssignmentError {
  readonly code: AssignmentErrorCode;
  /** Position in the list of assignments. */
  readonly index: number;
  readonly examinerId: string;
  /** {@link scopeKey} of the scope. */
  readonly scope: string;
}

/** A scope as one string, equal exactly for equal scopes: `exam`, `workProcess:B1-K1-W1`, `component:B1-K1-W1/product`. */
export function scopeKey(scope: Scope): string {
  switch (scope.level) {
    case ScopeLevel.Exam:
      return ScopeLevel.Exam;
    case ScopeLevel.WorkProcess:
      return `${ScopeLevel.WorkProcess}:${scope.code}`;
    case ScopeLevel.Component:
      return `${ScopeLevel.Component}:${scope.ref}`;
  }
}

/**
 * Who scores each component. A lower level replaces what the component inherits from above; several examiners at the level
 * that counts all score it.
 *
 * @param componentRefs refs of all components of the assessment
 * @returns for every ref the examiners in the order of the assignments, each once; empty when nobody covers it
 */
export function resolveAssignments(
  componentRefs: readonly string[],
  assignments: readonly Assignment[],
): Record<string, string[]> {
  const byScope = new Map<string, string[]>();
  for (const { examinerId, scope } of assignments) {
    const key = scopeKey(scope);
    const examiners = byScope.get(key) ?? [];
    if (!examiners.includes(examinerId)) byScope.set(key, [...examiners, examinerId]);
  }
  return Object.fromEntries(componentRefs.map((ref) => [ref, nearestExaminers(ref, byScope)]));
}

function nearestExaminers(ref: string, byScope: ReadonlyMap<string, string[]>): string[] {
  const nearestFirst: Scope[] = [
    { level: 'component', ref },
    { level: 'workProcess', code: workProcessOf(ref) },
    { level: 'exam' },
  ];
  for (const scope of nearestFirst) {
    const examiners = byScope.get(scopeKey(scope));
    if (examiners) return [...examiners];
  }
  return [];
}

/** The components that nobody scores, in the order given. */
export function uncoveredComponents(componentRefs: readonly string[], assignments: readonly Assignment[]): string[] {
  const resolved = resolveAssignments(componentRefs, assignments);
  return componentRefs.filter((ref) => resolved[ref]?.length === 0);
}

/** The components that this examiner scores, in the order given. */
export function componentsOf(
  examinerId: string,
  componentRefs: readonly string[],
  assignments: readonly Assignment[],
): string[] {
  const resolved = resolveAssignments(componentRefs, assignments);
  return componentRefs.filter((ref) => resolved[ref]?.includes(examinerId));
}

/**
 * Examiners who are chosen but score nothing, because others replace them everywhere: they would get a mail with an empty
 * form. Each once, in the order of the assignments.
 */
export function idleExaminers(componentRefs: readonly string[], assignments: readonly Assignment[]): string[] {
  const busy = new Set(Object.values(resolveAssignments(componentRefs, assignments)).flat());
  return [...new Set(assignments.map(({ examinerId }) => examinerId))].filter((id) => !busy.has(id));
}

/** Whether both choose the same people for the same scopes, in whatever order. */
export function isSameChoice(a: readonly Assignment[], b: readonly Assignment[]): boolean {
  const keys = (assignments: readonly Assignment[]) =>
    [...new Set(assignments.map(({ examinerId, scope }) => JSON.stringify([scopeKey(scope), examinerId])))].sort();
  return keys(a).join() === keys(b).join();
}

/** All that is wrong with the list itself; says nothing about {@link uncoveredComponents} and {@link idleExaminers}. */
export function validateAssignments(
  componentRefs: readonly string[],
  assignments: readonly Assignment[],
): AssignmentError[] {
  const known = new Set<string>([
    scopeKey({ level: 'exam' }),
    ...componentRefs.map((ref) => scopeKey({ level: 'component', ref })),
    ...componentRefs.map((ref) => scopeKey({ level: 'workProcess', code: workProcessOf(ref) })),
  ]);
  const seen = new Set<string>();
  return assignments.flatMap(({ examinerId, scope }, index): AssignmentError[] => {
    const key = scopeKey(scope);
    const choice = JSON.stringify([examinerId, key]);
    const isRepeated = seen.has(choice);
    seen.add(choice);
    if (!known.has(key)) return [{ code: AssignmentErrorCode.ScopeUnknown, index, examinerId, scope: key }];
    if (isRepeated) return [{ code: AssignmentErrorCode.Duplicate, index, examinerId, scope: key }];
    return [];
  });
}
