/** What differs between two contents of one form. Pure. */
import type { FormComponent, FormContent, FormDefinition } from './form.ts';
import type { Score } from './score.ts';
import { cleanText } from './text.ts';

export interface ScoreChange {
  readonly ref: string;
  /** Of the criterion within its component, from 1. */
  readonly number: number;
  readonly text: string;
  /** Null: not filled in. */
  readonly from: Score | null;
  readonly to: Score | null;
}

export interface ComponentChange {
  readonly component: FormComponent;
  readonly scores: readonly ScoreChange[];
  /** Null when the justification says the same. */
  readonly words: { readonly from: string; readonly to: string } | null;
}

/** Components in which something differs, in the order of the form. White space around a justification makes no difference. */
export function formChanges(definition: FormDefinition, before: FormContent, after: FormContent): ComponentChange[] {
  return definition.components.flatMap((component) => {
    const scores = component.criteria.flatMap(({ ref, text }, index): ScoreChange[] => {
      const from = before.scores[ref] ?? null;
      const to = after.scores[ref] ?? null;
      return from === to ? [] : [{ ref, number: index + 1, text, from, to }];
    });
    const [from, to] = [before, after].map(({ justifications }) =>
      cleanText(justifications[component.ref] ?? '').trim(),
    );
    const words = from === to ? null : { from: from ?? '', to: to ?? '' };
    return scores.length === 0 && words === null ? [] : [{ component, scores, words }];
  });
}
