/**
 * Rules about who may examine whom. Each is off, warns or blocks, as the school chooses.
 */

export const ConflictRule = {
  /** An examiner is the student's own coach. */
  OwnCoach: 'ownCoach',
  /** Every examiner works at the company where the student learns. */
  NoneIndependent: 'noneIndependent',
  /** Nobody from practice examines. */
  NoneFromPractice: 'noneFromPractice',
} as const;
export type ConflictRule = (typeof ConflictRule)[keyof typeof ConflictRule];
export const CONFLICT_RULES: readonly ConflictRule[] = Object.values(ConflictRule);

export const ConflictLevel = { Off: 'off', Warn: 'warn', Block: 'block' } as const;
export type ConflictLevel = (typeof ConflictLevel)[keyof typeof ConflictLevel];

export type ConflictPolicy = Readonly<Record<ConflictRule, ConflictLevel>>;

/** What a school has until it chooses otherwise. */
export const DEFAULT_CONFLICT_POLICY: ConflictPolicy = {
  ownCoach: ConflictLevel.Warn,
  noneIndependent: ConflictLevel.Off,
  noneFromPractice: ConflictLevel.Off,
};
