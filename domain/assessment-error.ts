/** Why something cannot be done with an assessment, by code. Contract: see assessment.ts. */
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
  FormNotReturned: 'FORM_NOT_RETURNED',
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
