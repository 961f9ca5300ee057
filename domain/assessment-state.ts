/** What the assessment is at any moment: its statuses and its state. Contract: see assessment.ts. */
import type { AgreedComponent, AgreementPolicy, AgreementState } from './agreement.ts';
import type { Assignment } from './assignment.ts';
import type { JustificationPolicy } from './justification.ts';
import type { AssessmentResult } from './result.ts';
import type { Score } from './score.ts';

export const AssessmentStatus = {
  Draft: 'draft',
  Invited: 'invited',
  InProgress: 'inProgress',
  Assessed: 'assessed',
  Returned: 'returned',
  Final: 'final',
  Cancelled: 'cancelled',
} as const;
export type AssessmentStatus = (typeof AssessmentStatus)[keyof typeof AssessmentStatus];
export const ASSESSMENT_STATUSES: readonly AssessmentStatus[] = Object.values(AssessmentStatus);

/** Where the form of one examiner stands. `none`: not invited yet. */
export const FormStatus = {
  None: 'none',
  Open: 'open',
  Started: 'started',
  Finished: 'finished',
  Returned: 'returned',
  Withdrawn: 'withdrawn',
} as const;
export type FormStatus = (typeof FormStatus)[keyof typeof FormStatus];

/** A text kept in a table of its own, named in an event by id and salted digest. */
export interface TextRef {
  readonly textId: string;
  readonly digest: string;
}

export interface ComponentScope {
  readonly ref: string;
  readonly criteria: readonly string[];
}

/** What an examiner may ask of the initiator instead of scoring. */
export const AskKind = {
  /** To be excused. */
  Decline: 'decline',
  /** That somebody else does it. */
  HandOver: 'handOver',
  /** Of a finished form: to have it back, because something in it is wrong. Initiator or committee answers. */
  Return: 'return',
} as const;
export type AskKind = (typeof AskKind)[keyof typeof AskKind];

/** Why an examiner declines. */
export const DeclineReason = {
  NotMyStudent: 'notMyStudent',
  NoTime: 'noTime',
  LeftEmployer: 'leftEmployer',
  ConflictOfInterest: 'conflictOfInterest',
  Other: 'other',
} as const;
export type DeclineReason = (typeof DeclineReason)[keyof typeof DeclineReason];

/** A question of an examiner that the initiator has not answered. */
export interface AskState {
  readonly kind: AskKind;
  /** In words; null where the chosen reason of a decline says it all. */
  readonly reason: TextRef | null;
  /** Whom the examiner proposes, for `handOver`: the text is the JSON of a name and an address. */
  readonly proposal: TextRef | null;
  readonly askedAt: string;
  /** Of a decline; absent in older records. */
  readonly declineReason?: DeclineReason;
  /** Of a hand-over: the draft goes along to whoever comes instead. Absent: it does not. */
  readonly isDraftShared?: true;
  /** Of `return`: the components in which something is wrong; absent: all. */
  readonly components?: readonly string[];
}

export interface ExaminerState {
  readonly invitationId: string;
  readonly formId: string;
  /** Components this examiner scores, fixed when invited. */
  readonly components: readonly string[];
  readonly form: FormStatus;
  /** Number of times the form was finished. */
  readonly formVersion: number;
  readonly invitedAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** Components reopened by the last return; empty unless the form is `returned`. */
  readonly reopened: readonly string[];
  readonly scores: Readonly<Record<string, Score>>;
  /** The examiner said that this finish was not theirs; stops finalising until it is returned. */
  readonly disputedAt: string | null;
  /** Absent when nothing is asked. */
  readonly ask?: AskState;
  /** Whose place this examiner took, because that one handed over; absent otherwise. */
  readonly handedFrom?: string;
  /** When the committee last corrected the finished form; absent when it did not. */
  readonly correctedAt?: string;
  /** How the form stood when the examiner was withdrawn, so that it can be taken back; absent otherwise. */
  readonly before?: {
    readonly form: FormStatus;
    readonly reopened: readonly string[];
    readonly ask?: AskState;
    /** Of the assessment. */
    readonly status: AssessmentStatus;
  };
}

export interface DocumentState {
  readonly version: number;
  readonly sha256: string | null;
  readonly storedAt: string | null;
  readonly mailedAt: string | null;
}

export interface AssessmentDecision {
  readonly decisionId: string;
  readonly version: number;
  readonly decidedBy: string;
  readonly decidedAt: string;
  /** Which examiner's set stands, for components where sets differed. */
  readonly standing: Readonly<Record<string, string>>;
}

/** What one member of the committee proposes where two decide. */
export interface DecisionProposal {
  readonly proposedBy: string;
  readonly proposedAt: string;
  readonly officeAddressId: string;
  readonly standing: Readonly<Record<string, string>>;
}

export interface AssessmentState {
  readonly v: 1;
  readonly status: AssessmentStatus;
  readonly statusSince: string;
  readonly examVersionId: string;
  readonly unitCodes: readonly string[];
  readonly components: readonly ComponentScope[];
  readonly justificationPolicy: JustificationPolicy;
  readonly assignments: readonly Assignment[];
  readonly examiners: Readonly<Record<string, ExaminerState>>;
  readonly dueAt: string | null;
  readonly closesAt: string | null;
  readonly isLate: boolean;
  readonly result: AssessmentResult | null;
  /** Components in which examiners differ and nobody has settled it: the committee names the set that stands. */
  readonly disagreements: readonly string[];
  /** Absent: the committee decides. Fixed when created. */
  readonly agreementPolicy?: AgreementPolicy;
  /** The lead examiner, where somebody named one; absent: see `leadOf`. */
  readonly leadId?: string;
  /** Examiners look for one judgement now; absent when they do not. */
  readonly agreement?: AgreementState;
  /** Settled differences of an assessed or final assessment, by component ref; absent for none. */
  readonly agreed?: Readonly<Record<string, AgreedComponent>>;
  readonly decision: AssessmentDecision | null;
  /** Waits for a second member of the committee; absent when nothing is proposed. */
  readonly proposal?: DecisionProposal;
  /** A final result that is being decided about anew; absent otherwise. `decision` is still the old one. */
  readonly reopened?: { readonly by: string; readonly at: string; readonly reason: TextRef };
  /** When the student may see the newest decision: an instant, or null for when somebody says so; absent: at once. */
  readonly publishAt?: string | null;
  /** Members of the committee who changed a score; absent for nobody. */
  readonly rescoredBy?: readonly string[];
  /** The newest version that the student sees; absent when none. */
  readonly published?: { readonly version: number; readonly at: string };
  readonly documents: readonly DocumentState[];
  readonly archivedAt: string | null;
  /** Of a cancelled assessment: the status before, so that it can be taken back. */
  readonly statusBefore?: AssessmentStatus;
}
