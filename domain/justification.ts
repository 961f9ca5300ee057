import { Score } from './score.ts';

/** When a component needs a justification; chosen per school. Source: product rules. */
export const JustificationPolicy = {
  /** When the component holds an O or a G. */
  Og: 'og',
  /** Always. */
  All: 'all',
  /** Never. */
  None: 'none',
} as const;
export type JustificationPolicy = (typeof JustificationPolicy)[keyof typeof JustificationPolicy];

/** How often the scores that ask for a justification occur in one component. */
export interface JustificationReason {
  readonly O: number;
  readonly G: number;
}

/** Counts the scores for the sentence that says why a justification is needed ("U gaf 2× O"). */
export function justificationReason(scores: readonly Score[]): JustificationReason {
  return {
    O: scores.filter((score) => score === Score.O).length,
    G: scores.filter((score) => score === Score.G).length,
  };
}

/**
 * Whether one component needs a justification.
 *
 * @param scores the scores given in that component so far, in any order; criteria without a score are left out
 */
export function requiresJustification(policy: JustificationPolicy, scores: readonly Score[]): boolean {
  switch (policy) {
    case JustificationPolicy.All:
      return true;
    case JustificationPolicy.None:
      return false;
    case JustificationPolicy.Og: {
      const { O, G } = justificationReason(scores);
      return O + G > 0;
    }
  }
}
