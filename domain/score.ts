/** The three scores of a criterion. Source: seeds/002, product rules. */
export const Score = { O: 'O', V: 'V', G: 'G' } as const;
export type Score = (typeof Score)[keyof typeof Score];

/** All scores, worst first. */
export const SCORES: readonly Score[] = [Score.O, Score.V, Score.G];

/** Whether an unknown value (for instance a posted field) is a score. */
export function isScore(value: unknown): value is Score {
  return value === Score.O || value === Score.V || value === Score.G;
}
