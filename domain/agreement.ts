/**
 * Two examiners, one judgement: what happens where several examiners scored the same component differently.
 *
 * Contract
 * 1. Each is blind until all have finished. Only then differences exist, and only then an examiner sees what another scored.
 * 2. What each scored on their own stays in the record for ever; an agreed score stands beside it, and is never an average.
 * 3. The policy is fixed when the assessment is created. Whatever it is, the committee can take over: then it names the set
 *    that stands, as with `committee`.
 */
import type { TextRef } from './assessment-state.ts';
import type { Score } from './score.ts';

/** Who decides where examiners differ; chosen per school. */
export const AgreementPolicy = {
  /** The committee names the set that stands. */
  Committee: 'committee',
  /** The examiners of the component agree on one set, and each confirms it. */
  Together: 'together',
  /** The lead examiner decides, having seen what the others scored. */
  Lead: 'lead',
  /** A third examiner scores blind where the difference matters; that set stands. Other differences are the committee's. */
  Third: 'third',
} as const;
export type AgreementPolicy = (typeof AgreementPolicy)[keyof typeof AgreementPolicy];

/** Why a difference matters. */
export const DifferenceKind = {
  /** One gave an O and another did not. */
  Pass: 'pass',
  /** O against G. */
  TwoSteps: 'twoSteps',
  /** The whole result would be another one. */
  Result: 'result',
} as const;
export type DifferenceKind = (typeof DifferenceKind)[keyof typeof DifferenceKind];

/** How one component, about which examiners differed, came to one set of scores. */
export interface AgreedComponent {
  readonly how: 'together' | 'lead' | 'third';
  /** Who stands for it: all who confirmed, the lead, or the third examiner. */
  readonly by: readonly string[];
  /** By criterion ref; every criterion of the component. */
  readonly scores: Readonly<Record<string, Score>>;
  /** Null: none was required. */
  readonly justification: TextRef | null;
}

/** A set that somebody proposes; whoever changes it starts a new round of confirming. */
export interface AgreementProposal {
  readonly proposalId: string;
  readonly by: string;
  readonly at: string;
  readonly scores: Readonly<Record<string, Score>>;
  readonly justification: TextRef | null;
  /** Examiners who confirmed, the proposer included. */
  readonly confirmedBy: readonly string[];
}

/** Where the search for one judgement stands; absent from the state when there is none. */
export interface AgreementState {
  readonly policy: AgreementPolicy;
  readonly since: string;
  /** Components to agree about, with the examiners whose word counts (for `lead`: the lead alone; for `third`: nobody yet). */
  readonly components: Readonly<Record<string, readonly string[]>>;
  /** By component ref. */
  readonly proposals: Readonly<Record<string, AgreementProposal>>;
  /** What is settled so far, by component ref. */
  readonly agreed: Readonly<Record<string, AgreedComponent>>;
}
