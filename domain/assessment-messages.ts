/** What happens to the assessment, and what is asked of it: events and commands. Contract: see assessment.ts. */
import type { AgreedComponent, AgreementPolicy, AgreementProposal } from './agreement.ts';
import type {
  AskKind,
  AskState,
  ComponentScope,
  DecisionProposal,
  DeclineReason,
  TextRef,
} from './assessment-state.ts';
import type { Assignment } from './assignment.ts';
import type { ConflictRule } from './conflicts.ts';
import type { BeforeReturn } from './deciding.ts';
import type { DeliveryProblem } from './delivery.ts';
import type { SubmittedEvidence } from './evidence.ts';
import type { JustificationPolicy } from './justification.ts';
import type { AssessmentResult } from './result.ts';
import type { Score } from './score.ts';

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
  /** The committee takes a return back: the form is finished as it was. */
  | ({ readonly type: 'ReturnTakenBack'; readonly examinerId: string; readonly formId: string } & {
      readonly takenBackBy: string;
      readonly reason: TextRef | null;
    } & Omit<BeforeReturn, 'assessed'>)
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
  | {
      readonly type: 'takeBackReturn';
      readonly examinerId: string;
      readonly takenBackBy: string;
      readonly reason: TextRef | null;
      readonly before: BeforeReturn;
    }
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
