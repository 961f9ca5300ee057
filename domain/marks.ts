/**
 * What stands out in finished forms, for the committee to look at. Marks help; they decide nothing, and no rule asks for them.
 */
import type { FormContent, FormDefinition } from './form.ts';
import { requiresJustification } from './justification.ts';
import { isScore, Score } from './score.ts';
import { isPresent, searchable, textLength } from './text.ts';

export const MarkKind = {
  /** The same justification in every component. */
  SameText: 'sameText',
  /** Every score is a G. */
  AllGood: 'allGood',
  /** Finished within two minutes of starting. */
  Hasty: 'hasty',
  /** A justification that is required is shorter than the school likes. */
  ShortJustification: 'shortJustification',
} as const;
export type MarkKind = (typeof MarkKind)[keyof typeof MarkKind];

export type Mark =
  | { readonly kind: 'sameText' | 'allGood'; readonly examinerId: string }
  | { readonly kind: 'hasty'; readonly examinerId: string; readonly seconds: number }
  | {
      readonly kind: 'shortJustification';
      readonly examinerId: string;
      /** Component ref. */
      readonly component: string;
      /** In code points. */
      readonly length: number;
      readonly min: number;
    };

export interface FormToMark {
  readonly examinerId: string;
  readonly definition: FormDefinition;
  readonly content: FormContent;
  /** ISO instants; null: not known, and then nothing is said about speed. */
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** Nobody reads the criteria of a whole exam in less. */
const HASTY_SECONDS = 120;
const SECOND_MS = 1000;

/**
 * Form by form, in the order in which they came.
 * @param minLength characters (code points) that a required justification has at least, by the school; 0: no matter
 */
export function findMarks(forms: readonly FormToMark[], minLength: number): Mark[] {
  return forms.flatMap((form) => [
    ...sameTextOf(form),
    ...allGoodOf(form),
    ...hastyOf(form),
    ...shortOf(form, minLength),
  ]);
}

/** Of a single component nothing can be the same. Capitals, diacritics and spaces make no difference. */
function sameTextOf({ examinerId, definition, content }: FormToMark): Mark[] {
  const texts = definition.components.map(({ ref }) => content.justifications[ref] ?? '');
  if (texts.length < 2 || !texts.every(isPresent)) return [];
  return new Set(texts.map((text) => searchable(text))).size === 1 ? [{ kind: MarkKind.SameText, examinerId }] : [];
}

function allGoodOf({ examinerId, definition, content }: FormToMark): Mark[] {
  const refs = definition.components.flatMap(({ criteria }) => criteria.map(({ ref }) => ref));
  const isAllGood = refs.length > 1 && refs.every((ref) => content.scores[ref] === Score.G);
  return isAllGood ? [{ kind: MarkKind.AllGood, examinerId }] : [];
}

function hastyOf({ examinerId, startedAt, finishedAt }: FormToMark): Mark[] {
  if (startedAt === null || finishedAt === null) return [];
  const seconds = Math.round((Date.parse(finishedAt) - Date.parse(startedAt)) / SECOND_MS);
  // A clock that was set back says nothing.
  return seconds >= 0 && seconds <= HASTY_SECONDS ? [{ kind: MarkKind.Hasty, examinerId, seconds }] : [];
}

function shortOf({ examinerId, definition, content }: FormToMark, min: number): Mark[] {
  return definition.components.flatMap(({ ref, criteria }): Mark[] => {
    const scores = criteria.map((criterion) => content.scores[criterion.ref]).filter(isScore);
    if (!requiresJustification(definition.policy, scores)) return [];
    const length = textLength(content.justifications[ref] ?? '');
    return length < min ? [{ kind: MarkKind.ShortJustification, examinerId, component: ref, length, min }] : [];
  });
}
