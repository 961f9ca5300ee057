/** Two members edit one form: what becomes of the fields of the second. Pure. */
import type { FormContent, FormDefinition } from '../../../../domain/form.ts';
import type { Score } from '../../../../domain/score.ts';

export interface MergedEdits {
  /** What the second member changed stays as typed; all else is as it is now. */
  readonly content: FormContent;
  /** Refs of criteria and components that both changed, each to something else. */
  readonly conflicts: readonly string[];
}

/**
 * @param base what was on the screen when the member began
 * @param mine what the member sent
 * @param theirs what the form says now
 */
export function mergeEdits(
  definition: FormDefinition,
  base: FormContent,
  mine: FormContent,
  theirs: FormContent,
): MergedEdits {
  const conflicts: string[] = [];
  const pick = <V>(ref: string, was: V, own: V, other: V): V => {
    if (own === was) return other;
    if (other !== was && other !== own) conflicts.push(ref);
    return own;
  };
  const scores: Record<string, Score> = {};
  const justifications: Record<string, string> = {};
  for (const { ref, criteria } of definition.components) {
    for (const criterion of criteria) {
      const [was, own, other] = [base, mine, theirs].map((content) => content.scores[criterion.ref]);
      const score = pick(criterion.ref, was, own, other);
      if (score !== undefined) scores[criterion.ref] = score;
    }
    const [was = '', own = '', other = ''] = [base, mine, theirs].map((content) => content.justifications[ref] ?? '');
    const text = pick(ref, was.trim(), own.trim(), other.trim());
    if (text !== '') justifications[ref] = text;
  }
  return { content: { scores, justifications }, conflicts };
}
