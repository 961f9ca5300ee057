/**
 * What a school lays down about deciding: who may, how many, what the committee may change, when a student sees it.
 * The rules that use it stand in `deciding-decide.ts`.
 */
import type { AskState, AssessmentState } from './assessment-state.ts';

/** Who may not decide about a result, and how many must. */
export interface FourEyesPolicy {
  /** Whoever started the assessment may not finalise it. */
  readonly initiator: boolean;
  /** Whoever scored in it may not finalise it. */
  readonly examiner: boolean;
  /** With 2, one member proposes the decision and another takes it. */
  readonly members: 1 | 2;
}

/** What the committee itself may change in a finished form. */
export const CommitteeEdits = {
  /** Nothing: everything goes back to the examiner. */
  Off: 'off',
  /** Slips of the pen in a justification. */
  Wording: 'wording',
  /** Scores too. */
  Scores: 'scores',
} as const;
export type CommitteeEdits = (typeof CommitteeEdits)[keyof typeof CommitteeEdits];

/** Whether words became other words: mending slips of the pen neither writes a justification nor takes one away. */
export function isOnlyReworded(before: string, after: string): boolean {
  return (before.trim() === '') === (after.trim() === '');
}

/** When a student sees a final result. */
export const PublicationMoment = {
  AtOnce: 'atOnce',
  AfterWorkingDays: 'afterWorkingDays',
  /** When a member of the committee says so. */
  ByHand: 'byHand',
} as const;
export type PublicationMoment = (typeof PublicationMoment)[keyof typeof PublicationMoment];

export interface PublicationPolicy {
  readonly when: PublicationMoment;
  /** For `afterWorkingDays`: how many, from 1. */
  readonly workingDays?: number;
  /** For `afterWorkingDays`: time of day at school, `HH:MM`. */
  readonly at?: string;
}

/** How the exam office gets a document. */
export const OfficeDelivery = {
  Attachment: 'attachment',
  /** A link that asks for a code, mailed to the same address. */
  Link: 'link',
} as const;
export type OfficeDelivery = (typeof OfficeDelivery)[keyof typeof OfficeDelivery];

/** What somebody who disagrees with a result can do, in the words of the school. */
export interface RemedyPolicy {
  /** Calendar days after publication within which it must be done. */
  readonly days: number;
  /** Where to, in each language; absent: the general words. */
  readonly text?: { readonly nl: string; readonly en: string };
}

/** What a student number of this school looks like. */
export interface StudentNumberFormat {
  readonly minLength: number;
  readonly maxLength: number;
  readonly isDigitsOnly: boolean;
}

export interface DecidingPolicy {
  readonly fourEyes: FourEyesPolicy;
  readonly committeeEdits: CommitteeEdits;
  readonly publication: PublicationPolicy;
  readonly officeDelivery: OfficeDelivery;
  /** Subject of the mail to the exam office, with `{nummer}`, `{versie}`, `{examencode}`, `{crebo}`, `{datum}`; no personal data. */
  readonly officeSubject: string;
  readonly remedies: RemedyPolicy;
  /** Fewer characters than this in a required justification are pointed out to the committee. */
  readonly minJustificationLength: number;
  readonly studentNumber: StudentNumberFormat;
  /** Where the daily anchor of the record goes besides the operator's own place; empty: nowhere. */
  readonly anchorAddress: string;
}

/** What holds where a school says nothing. Two weeks: the term of appeal in the act on vocational education (WEB). */
export const DEFAULT_DECIDING_POLICY: DecidingPolicy = {
  fourEyes: { initiator: true, examiner: true, members: 1 },
  committeeEdits: CommitteeEdits.Wording,
  publication: { when: PublicationMoment.AtOnce },
  officeDelivery: OfficeDelivery.Attachment,
  officeSubject: '',
  remedies: { days: 14 },
  minJustificationLength: 40,
  studentNumber: { minLength: 4, maxLength: 12, isDigitsOnly: true },
  anchorAddress: '',
};

/** How things stood before a form was sent back, as far as that comes back. */
export interface BeforeReturn {
  /** The finish was disputed then. */
  readonly disputedAt: string | null;
  /** The examiner had asked to have it back. */
  readonly ask?: AskState;
  /** What was assessed before any form went back; null when it was not complete, or another form changed since. */
  readonly assessed: Pick<AssessmentState, 'result' | 'disagreements' | 'agreed'> | null;
}
