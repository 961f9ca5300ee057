/** What the assessment is made of: statuses, state, events, commands, refusals. Contract: see assessment.ts. */
import type { AgreedComponent, AgreementPolicy, AgreementProposal, AgreementState } from './agreement.ts';
import type { Assignment } from './assignment.ts';
import type { ConflictRule } from './conflicts.ts';
import type { CommitteeEdits, FourEyesPolicy } from './deciding.ts';
import type { DeliveryProblem } from './delivery.ts';
import type { SubmittedEvidence } from './evidence.ts';
import type { ExamDefinition } from './exam.ts';
import type { JustificationPolicy } from './justification.ts';
import type { AssessmentResult, GradingScheme } from './result.ts';
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

export type AssessmentEvent =
  | {
      readonly type: 'AssessmentCreated';
      readonly examVersionId: string;
      readonly unitCodes: readonly string[];
      readonly studentId: string;
      readonly initiatorId: string;
      readonly attempt: number;
      readonly components: readonly ComponentScope[];
      readonly justificationPolicy: JustificationPolicy;
      readonly dueAt: string | null;
      readonly closesAt: string | null;
      /** Absent: the committee. */
      readonly agreementPolicy?: AgreementPolicy;
    }
  | { readonly type: 'ExaminersAssigned'; readonly assignments: readonly Assignment[] }
  | {
      readonly type: 'ExaminerInvited';
      readonly examinerId: string;
      readonly invitationId: string;
      readonly formId: string;
      readonly components: readonly string[];
      /** Whose work was handed over to this examiner; absent otherwise. */
      readonly handedFrom?: string;
    }
  | { readonly type: 'FormStarted'; readonly examinerId: string; readonly formId: string }
  | {
      readonly type: 'FormFinished';
      readonly examinerId: string;
      readonly formId: string;
      readonly formVersion: number;
      readonly scores: Readonly<Record<string, Score>>;
      /** SHA-256 over the canonical form with its salt, hex. */
      readonly contentDigest: string;
      readonly submissionId: string;
      /** Absent: none. */
      readonly evidence?: readonly SubmittedEvidence[];
    }
  | { readonly type: 'FinishDisputed'; readonly examinerId: string; readonly formId: string }
  | {
      readonly type: 'FormReturned';
      readonly examinerId: string;
      readonly formId: string;
      readonly components: readonly string[];
      readonly reason: TextRef;
      /** By component, where they have reasons of their own; absent: `reason` is of all. */
      readonly reasons?: Readonly<Record<string, TextRef>>;
    }
  | {
      readonly type: 'ExaminerWithdrawn';
      readonly examinerId: string;
      readonly invitationId: string;
      readonly reason: TextRef | null;
      /** Who does it instead; absent when nobody does. */
      readonly replacedBy?: string;
    }
  /** The withdrawal was taken back before anybody was told. */
  | { readonly type: 'ExaminerReinstated'; readonly examinerId: string; readonly invitationId: string }
  | ({ readonly type: 'ExaminerAsked'; readonly examinerId: string; readonly formId: string } & Omit<
      AskState,
      'askedAt'
    >)
  /** The examiner goes on after all. */
  | { readonly type: 'AskTakenBack'; readonly examinerId: string; readonly formId: string }
  /** What follows from a yes (a withdrawal, another examiner) are events of their own. */
  | {
      readonly type: 'AskAnswered';
      readonly examinerId: string;
      readonly formId: string;
      readonly isAgreed: boolean;
      readonly reason: TextRef | null;
    }
  /** Somebody went on although a rule about examiners warned. */
  | {
      readonly type: 'ConflictOverridden';
      readonly rule: ConflictRule;
      /** Empty when the rule is about who is missing. */
      readonly examinerIds: readonly string[];
      readonly reason: TextRef;
    }
  | {
      readonly type: 'AssessmentAssessed';
      /** Null when the sets of several examiners differ: the committee names the ones that stand. */
      readonly result: AssessmentResult | null;
      readonly disagreements: readonly string[];
      /** Differences that examiners settled among themselves; absent: none. */
      readonly agreed?: Readonly<Record<string, AgreedComponent>>;
    }
  /** All have finished and some differ: they look for one judgement first. */
  | {
      readonly type: 'AgreementSought';
      readonly policy: AgreementPolicy;
      readonly components: Readonly<Record<string, readonly string[]>>;
    }
  | ({ readonly type: 'AgreementProposed'; readonly component: string } & Omit<AgreementProposal, 'at' | 'confirmedBy'>)
  | {
      readonly type: 'AgreementConfirmed';
      readonly component: string;
      readonly proposalId: string;
      readonly examinerId: string;
    }
  | ({ readonly type: 'ComponentAgreed'; readonly component: string } & AgreedComponent)
  /** They do not agree, or the committee takes over: it names the set that stands. */
  | { readonly type: 'AgreementAbandoned'; readonly examinerId: string | null; readonly reason: TextRef }
  | { readonly type: 'LeadNamed'; readonly examinerId: string }
  | { readonly type: 'DeadlineMoved'; readonly dueAt: string; readonly closesAt: string | null }
  | { readonly type: 'DeadlinePassed'; readonly dueAt: string }
  | { readonly type: 'AssessmentCancelled'; readonly reason: TextRef }
  /** The cancellation was taken back before anybody was told. */
  | { readonly type: 'CancellationUndone' }
  | {
      readonly type: 'AssessmentFinalised';
      readonly decisionId: string;
      readonly version: number;
      readonly decidedBy: string;
      readonly officeAddressId: string;
      readonly standing: Readonly<Record<string, string>>;
      readonly result: AssessmentResult;
      /** The member who proposed it, where two decide; absent otherwise. */
      readonly proposedBy?: string;
      /** See the state. */
      readonly publishAt?: string | null;
    }
  /** The committee changed words, or scores where the school allows it, in a finished form: another version of it. */
  | {
      readonly type: 'FormCorrected';
      readonly examinerId: string;
      readonly formId: string;
      readonly formVersion: number;
      readonly submissionId: string;
      readonly contentDigest: string;
      /** In which something changed. */
      readonly components: readonly string[];
      readonly scores: Readonly<Record<string, Score>>;
      /** Criteria with another score than before; empty when only words changed. */
      readonly rescored: readonly string[];
      readonly correctedBy: string;
      readonly reason: TextRef;
    }
  | ({ readonly type: 'FinalisationProposed' } & Omit<DecisionProposal, 'proposedAt'>)
  | { readonly type: 'FinalisationWithdrawn'; readonly withdrawnBy: string; readonly reason: TextRef | null }
  | { readonly type: 'ResultPublished'; readonly version: number; readonly publishedBy: string | null }
  | {
      readonly type: 'AssessmentReopened';
      /** Of the decision that stood. */
      readonly version: number;
      readonly reopenedBy: string;
      readonly reason: TextRef;
    }
  /** The decision stands after all. */
  | { readonly type: 'ReopeningEnded'; readonly version: number; readonly endedBy: string; readonly reason: TextRef }
  | { readonly type: 'DocumentStored'; readonly version: number; readonly sha256: string; readonly size: number }
  | { readonly type: 'DocumentMailed'; readonly version: number; readonly mailId: string; readonly isRepeat: boolean }
  /** The mail with the document came back, was refused or was given up. */
  | {
      readonly type: 'DocumentMailLost';
      readonly version: number;
      readonly mailId: string;
      readonly problem: DeliveryProblem;
    }
  | {
      readonly type: 'DocumentResent';
      readonly version: number;
      readonly mailId: string;
      readonly officeAddressId: string;
    }
  | { readonly type: 'AssessmentArchived' };

export type AssessmentEventType = AssessmentEvent['type'];

export type AssessmentCommand =
  | ({ readonly type: 'create' } & Omit<Extract<AssessmentEvent, { type: 'AssessmentCreated' }>, 'type'>)
  | { readonly type: 'assign'; readonly assignments: readonly Assignment[] }
  | {
      readonly type: 'invite';
      readonly examinerId: string;
      readonly invitationId: string;
      readonly formId: string;
      readonly handedFrom?: string;
    }
  | { readonly type: 'startForm'; readonly examinerId: string }
  | {
      readonly type: 'finishForm';
      readonly examinerId: string;
      readonly scores: Readonly<Record<string, Score>>;
      readonly contentDigest: string;
      readonly submissionId: string;
      readonly evidence?: readonly SubmittedEvidence[];
    }
  | { readonly type: 'disputeFinish'; readonly examinerId: string }
  | {
      readonly type: 'returnForm';
      readonly examinerId: string;
      readonly components: readonly string[];
      readonly reason: TextRef;
      readonly reasons?: Readonly<Record<string, TextRef>>;
    }
  | {
      readonly type: 'withdrawExaminer';
      readonly examinerId: string;
      readonly reason: TextRef | null;
      /** Who is assigned and invited in the same breath, so that the work goes on. */
      readonly replacedBy?: string;
    }
  | { readonly type: 'reinstateExaminer'; readonly examinerId: string }
  | {
      readonly type: 'ask';
      readonly examinerId: string;
      readonly kind: AskKind;
      readonly reason: TextRef | null;
      readonly proposal: TextRef | null;
      readonly declineReason?: DeclineReason;
      readonly isDraftShared?: true;
      readonly components?: readonly string[];
    }
  | { readonly type: 'takeBackAsk'; readonly examinerId: string }
  | {
      readonly type: 'answerAsk';
      readonly examinerId: string;
      readonly isAgreed: boolean;
      readonly reason: TextRef | null;
    }
  | {
      readonly type: 'overrideConflict';
      readonly rule: ConflictRule;
      readonly examinerIds: readonly string[];
      readonly reason: TextRef;
    }
  | {
      readonly type: 'proposeAgreement';
      readonly examinerId: string;
      readonly component: string;
      readonly proposalId: string;
      readonly scores: Readonly<Record<string, Score>>;
      readonly justification: TextRef | null;
      /** The proposal that was on the screen, null for none; another one by now is refused. Absent: not compared. */
      readonly instead?: string | null;
    }
  | {
      readonly type: 'confirmAgreement';
      readonly examinerId: string;
      readonly component: string;
      readonly proposalId: string;
    }
  /** `examinerId` null: the committee takes over. */
  | { readonly type: 'abandonAgreement'; readonly examinerId: string | null; readonly reason: TextRef }
  | { readonly type: 'nameLead'; readonly examinerId: string }
  | { readonly type: 'undoCancel' }
  | { readonly type: 'moveDeadline'; readonly dueAt: string; readonly closesAt: string | null }
  | { readonly type: 'passDeadline' }
  | { readonly type: 'cancel'; readonly reason: TextRef }
  | {
      readonly type: 'finalise';
      readonly decisionId: string;
      readonly decidedBy: string;
      readonly officeAddressId: string;
      readonly standing: Readonly<Record<string, string>>;
    }
  | {
      readonly type: 'correctForm';
      readonly examinerId: string;
      readonly components: readonly string[];
      /** All of the form, as they are to be. */
      readonly scores: Readonly<Record<string, Score>>;
      readonly contentDigest: string;
      readonly submissionId: string;
      readonly correctedBy: string;
      readonly reason: TextRef;
      /** Version of the form that was on the screen; another one by now is refused. */
      readonly formVersion: number;
    }
  | { readonly type: 'withdrawProposal'; readonly withdrawnBy: string; readonly reason: TextRef | null }
  /** `publishedBy` null: the moment has come. */
  | { readonly type: 'publish'; readonly version: number; readonly publishedBy: string | null }
  | { readonly type: 'reopen'; readonly reopenedBy: string; readonly reason: TextRef }
  | { readonly type: 'endReopening'; readonly endedBy: string; readonly reason: TextRef }
  | { readonly type: 'storeDocument'; readonly version: number; readonly sha256: string; readonly size: number }
  | {
      readonly type: 'recordDocumentMailed';
      readonly version: number;
      readonly mailId: string;
      readonly isRepeat: boolean;
    }
  | {
      readonly type: 'reportDocumentLost';
      readonly version: number;
      readonly mailId: string;
      readonly problem: DeliveryProblem;
    }
  | {
      readonly type: 'resendDocument';
      readonly version: number;
      readonly mailId: string;
      readonly officeAddressId: string;
    }
  | { readonly type: 'archive' };

export type AssessmentCommandType = AssessmentCommand['type'];

export const AssessmentError = {
  NotFound: 'ASSESSMENT_NOT_FOUND',
  Exists: 'ASSESSMENT_EXISTS',
  NoComponents: 'ASSESSMENT_NO_COMPONENTS',
  Cancelled: 'ASSESSMENT_CANCELLED',
  Final: 'ASSESSMENT_FINAL',
  NotAssessed: 'ASSESSMENT_NOT_ASSESSED',
  NotFinal: 'ASSESSMENT_NOT_FINAL',
  ExaminerUnknown: 'EXAMINER_UNKNOWN',
  ExaminerInvited: 'EXAMINER_ALREADY_INVITED',
  ExaminerWithoutComponents: 'EXAMINER_WITHOUT_COMPONENTS',
  FormFinished: 'FORM_ALREADY_FINISHED',
  FormNotFinished: 'FORM_NOT_FINISHED',
  NotWithdrawn: 'EXAMINER_NOT_WITHDRAWN',
  /** Somebody else was chosen since. */
  AssignmentsChanged: 'ASSIGNMENTS_CHANGED',
  NotCancelled: 'ASSESSMENT_NOT_CANCELLED',
  AskedAlready: 'ASKED_ALREADY',
  NothingAsked: 'NOTHING_ASKED',
  FormStarted: 'FORM_ALREADY_STARTED',
  FormWithdrawn: 'FORM_WITHDRAWN',
  FormIncomplete: 'FORM_INCOMPLETE',
  ScoringClosed: 'SCORING_CLOSED',
  NothingToReturn: 'NOTHING_TO_RETURN',
  FinishDisputed: 'FINISH_DISPUTED',
  StandingRequired: 'STANDING_REQUIRED',
  /** The examiner asked to have a finished form back, and has no answer. */
  ReturnAsked: 'RETURN_ASKED',
  EvidenceRequired: 'EVIDENCE_REQUIRED',
  /** Nobody looks for one judgement (any more), or not about this component. */
  NoAgreement: 'NO_AGREEMENT',
  /** Not one of those whose word counts. */
  NotInAgreement: 'NOT_IN_AGREEMENT',
  /** What was proposed asks for a justification. */
  JustificationRequired: 'JUSTIFICATION_REQUIRED',
  /** There is a newer proposal. */
  ProposalChanged: 'PROPOSAL_CHANGED',
  DeadlineNotYet: 'DEADLINE_NOT_YET',
  DeadlineInPast: 'DEADLINE_IN_PAST',
  ClosesBeforeDue: 'CLOSES_BEFORE_DUE',
  DocumentUnknown: 'DOCUMENT_UNKNOWN',
  DocumentStored: 'DOCUMENT_ALREADY_STORED',
  DocumentNotStored: 'DOCUMENT_NOT_STORED',
  AlreadyDone: 'ALREADY_DONE',
  /** Nobody decides about a result of their own, whatever the school lays down. */
  DeciderIsStudent: 'DECIDER_IS_STUDENT',
  /** Whoever started it may not decide about it. */
  DeciderInitiated: 'DECIDER_INITIATED',
  /** Whoever scored in it may not decide about it. */
  DeciderScored: 'DECIDER_SCORED',
  /** The second member must be another one. */
  DeciderProposed: 'DECIDER_PROPOSED',
  /** What the second member decides is not what was proposed (any more). */
  DecisionDiffers: 'DECISION_DIFFERS',
  NoProposal: 'NO_PROPOSAL',
  /** The school does not let the committee change this. */
  EditNotAllowed: 'EDIT_NOT_ALLOWED',
  /** Examiners settled this component together: it can only go back to them. */
  ComponentAgreed: 'COMPONENT_AGREED',
  NothingChanged: 'NOTHING_CHANGED',
  /** The form has another version by now. */
  FormChanged: 'FORM_CHANGED',
  PublishNotYet: 'PUBLISH_NOT_YET',
  NotReopened: 'NOT_REOPENED',
} as const;
export type AssessmentError = (typeof AssessmentError)[keyof typeof AssessmentError];

/** What a decision needs beside the state: the instant, and the immutable data the assessment refers to. */
export interface AssessmentContext {
  readonly now: string;
  readonly exam: ExamDefinition;
  readonly scheme: GradingScheme;
  /** Where the examiners are from, by id; needed only where the lead examiner decides. */
  readonly examinerKinds?: Readonly<Record<string, 'school' | 'practice'>>;
  /** What deciding needs: the rules of the school and who this member is; needed for decisions of the committee only. */
  readonly committee?: CommitteeContext;
}

export interface CommitteeContext {
  readonly fourEyes: FourEyesPolicy;
  readonly edits: CommitteeEdits;
  /** Membership that started the assessment. */
  readonly initiatorId: string;
  /** Examiners (contacts) who are this very member. */
  readonly ownExaminerIds: readonly string[];
  /** The member is the very student; absent: is not. */
  readonly isOwnResult?: boolean;
  /** When a decision taken now is to be seen by the student; null: when somebody says so. */
  readonly publishAt: string | null;
}
