/**
 * The assessment: one student, a set of units of one exam version, one attempt.
 *
 * Contract
 * 1. `decideAssessment` is total: every status × every command gives events or a refusal with a code, never a throw.
 * 2. `evolveAssessment` is total: it folds any stored event and never refuses.
 * 3. A form that is finished changes only by `FormReturned` followed by another `FormFinished`, which counts up `formVersion`.
 * 4. `assessed` holds only when every component in scope has at least one finished set of scores and no form is open.
 * 5. Where several sets differ, the component is listed in `disagreements`; the committee names the set that stands.
 * 6. Texts (reasons, justifications) are never here: events carry the id of the text and a salted digest of it.
 *
 * Instants are ISO 8601 strings in UTC.
 */
import { type Assignment, resolveAssignments } from './assignment.ts';
import type { ExamDefinition } from './exam.ts';
import { gradeAssessment } from './grading.ts';
import type { JustificationPolicy } from './justification.ts';
import { accept, type Decision, refuse, unreachable } from './outcome.ts';
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
  readonly disagreements: readonly string[];
  readonly decision: AssessmentDecision | null;
  readonly documents: readonly DocumentState[];
  readonly archivedAt: string | null;
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
    }
  | { readonly type: 'ExaminersAssigned'; readonly assignments: readonly Assignment[] }
  | {
      readonly type: 'ExaminerInvited';
      readonly examinerId: string;
      readonly invitationId: string;
      readonly formId: string;
      readonly components: readonly string[];
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
    }
  | { readonly type: 'FinishDisputed'; readonly examinerId: string; readonly formId: string }
  | {
      readonly type: 'FormReturned';
      readonly examinerId: string;
      readonly formId: string;
      readonly components: readonly string[];
      readonly reason: TextRef;
    }
  | {
      readonly type: 'ExaminerWithdrawn';
      readonly examinerId: string;
      readonly invitationId: string;
      readonly reason: TextRef | null;
    }
  | {
      readonly type: 'AssessmentAssessed';
      /** Null when the sets of several examiners differ: the committee names the ones that stand. */
      readonly result: AssessmentResult | null;
      readonly disagreements: readonly string[];
    }
  | { readonly type: 'DeadlineMoved'; readonly dueAt: string; readonly closesAt: string | null }
  | { readonly type: 'DeadlinePassed'; readonly dueAt: string }
  | { readonly type: 'AssessmentCancelled'; readonly reason: TextRef }
  | {
      readonly type: 'AssessmentFinalised';
      readonly decisionId: string;
      readonly version: number;
      readonly decidedBy: string;
      readonly officeAddressId: string;
      readonly standing: Readonly<Record<string, string>>;
      readonly result: AssessmentResult;
    }
  | { readonly type: 'DocumentStored'; readonly version: number; readonly sha256: string; readonly size: number }
  | { readonly type: 'DocumentMailed'; readonly version: number; readonly mailId: string; readonly isRepeat: boolean }
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
    }
  | { readonly type: 'startForm'; readonly examinerId: string }
  | {
      readonly type: 'finishForm';
      readonly examinerId: string;
      readonly scores: Readonly<Record<string, Score>>;
      readonly contentDigest: string;
      readonly submissionId: string;
    }
  | { readonly type: 'disputeFinish'; readonly examinerId: string }
  | {
      readonly type: 'returnForm';
      readonly examinerId: string;
      readonly components: readonly string[];
      readonly reason: TextRef;
    }
  | { readonly type: 'withdrawExaminer'; readonly examinerId: string; readonly reason: TextRef | null }
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
  | { readonly type: 'storeDocument'; readonly version: number; readonly sha256: string; readonly size: number }
  | {
      readonly type: 'recordDocumentMailed';
      readonly version: number;
      readonly mailId: string;
      readonly isRepeat: boolean;
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
  FormStarted: 'FORM_ALREADY_STARTED',
  FormWithdrawn: 'FORM_WITHDRAWN',
  FormIncomplete: 'FORM_INCOMPLETE',
  ScoringClosed: 'SCORING_CLOSED',
  NothingToReturn: 'NOTHING_TO_RETURN',
  FinishDisputed: 'FINISH_DISPUTED',
  StandingRequired: 'STANDING_REQUIRED',
  DeadlineNotYet: 'DEADLINE_NOT_YET',
  DeadlineInPast: 'DEADLINE_IN_PAST',
  DocumentUnknown: 'DOCUMENT_UNKNOWN',
  DocumentStored: 'DOCUMENT_ALREADY_STORED',
  DocumentNotStored: 'DOCUMENT_NOT_STORED',
  AlreadyDone: 'ALREADY_DONE',
} as const;
export type AssessmentError = (typeof AssessmentError)[keyof typeof AssessmentError];

/** What a decision needs beside the state: the instant, and the immutable data the assessment refers to. */
export interface AssessmentContext {
  readonly now: string;
  readonly exam: ExamDefinition;
  readonly scheme: GradingScheme;
}

type Outcome = Decision<AssessmentEvent, AssessmentError>;

/**
 * Decides what a command does to an assessment.
 * @param state `null` before `create`.
 */
export function decideAssessment(
  state: AssessmentState | null,
  command: AssessmentCommand,
  context: AssessmentContext,
): Outcome {
  if (command.type === 'create') return decideCreate(state, command);
  if (state === null) return refuse(AssessmentError.NotFound);
  if (state.status === AssessmentStatus.Cancelled) {
    return command.type === 'cancel' ? refuse(AssessmentError.AlreadyDone) : refuse(AssessmentError.Cancelled);
  }
  switch (command.type) {
    case 'assign':
      return decideAssign(state, command.assignments);
    case 'invite':
      return decideInvite(state, command);
    case 'startForm':
      return decideStart(state, command.examinerId, context.now);
    case 'finishForm':
      return decideFinish(state, command, context);
    case 'disputeFinish':
      return decideDispute(state, command.examinerId);
    case 'returnForm':
      return decideReturn(state, command);
    case 'withdrawExaminer':
      return decideWithdraw(state, command, context);
    case 'moveDeadline':
      return decideMoveDeadline(state, command, context.now);
    case 'passDeadline':
      return decidePassDeadline(state, context.now);
    case 'cancel':
      if (state.status === AssessmentStatus.Final) return refuse(AssessmentError.Final);
      return accept({ type: 'AssessmentCancelled', reason: command.reason });
    case 'finalise':
      return decideFinalise(state, command, context);
    case 'storeDocument':
      return decideStoreDocument(state, command);
    case 'recordDocumentMailed':
      return decideDocumentMailed(state, command);
    case 'archive':
      if (state.status !== AssessmentStatus.Final) return refuse(AssessmentError.NotFinal);
      if (state.archivedAt !== null) return refuse(AssessmentError.AlreadyDone);
      if (state.documents.at(-1)?.storedAt == null) return refuse(AssessmentError.DocumentNotStored);
      return accept({ type: 'AssessmentArchived' });
    default:
      return unreachable(command);
  }
}

function decideCreate(state: AssessmentState | null, command: Extract<AssessmentCommand, { type: 'create' }>): Outcome {
  if (state !== null) return refuse(AssessmentError.Exists);
  if (command.components.length === 0) return refuse(AssessmentError.NoComponents);
  return accept({ ...command, type: 'AssessmentCreated' });
}

/** Assignments may change as long as nobody who was invited gets other components than were asked for. */
function decideAssign(state: AssessmentState, assignments: readonly Assignment[]): Outcome {
  if (isClosedForExaminers(state)) return refuse(closedReason(state));
  const byComponent = resolveAssignments(componentRefs(state), assignments);
  for (const [examinerId, examiner] of Object.entries(state.examiners)) {
    if (examiner.form === FormStatus.Withdrawn) continue;
    const now = componentsFor(byComponent, examinerId);
    if (now.join() !== examiner.components.join()) return refuse(AssessmentError.ExaminerInvited, { examinerId });
  }
  return accept({ type: 'ExaminersAssigned', assignments });
}

function decideInvite(state: AssessmentState, command: Extract<AssessmentCommand, { type: 'invite' }>): Outcome {
  if (isClosedForExaminers(state)) return refuse(closedReason(state));
  const current = state.examiners[command.examinerId];
  if (current && current.form !== FormStatus.Withdrawn)
    return refuse(AssessmentError.ExaminerInvited, { examinerId: command.examinerId });
  const components = componentsFor(resolveAssignments(componentRefs(state), state.assignments), command.examinerId);
  if (components.length === 0)
    return refuse(AssessmentError.ExaminerWithoutComponents, { examinerId: command.examinerId });
  return accept({
    type: 'ExaminerInvited',
    examinerId: command.examinerId,
    invitationId: command.invitationId,
    formId: command.formId,
    components,
  });
}

function decideStart(state: AssessmentState, examinerId: string, now: string): Outcome {
  const refusal = formRefusal(state, examinerId, now);
  if (refusal) return refusal;
  const examiner = state.examiners[examinerId];
  if (!examiner) return refuse(AssessmentError.ExaminerUnknown);
  if (examiner.startedAt !== null) return refuse(AssessmentError.FormStarted);
  return accept({ type: 'FormStarted', examinerId, formId: examiner.formId });
}

function decideFinish(
  state: AssessmentState,
  command: Extract<AssessmentCommand, { type: 'finishForm' }>,
  context: AssessmentContext,
): Outcome {
  const refusal = formRefusal(state, command.examinerId, context.now);
  if (refusal) return refusal;
  const examiner = state.examiners[command.examinerId];
  if (!examiner) return refuse(AssessmentError.ExaminerUnknown);
  const expected = criteriaOf(state, examiner.components);
  const missing = expected.filter((ref) => command.scores[ref] === undefined);
  if (missing.length > 0) return refuse(AssessmentError.FormIncomplete, { missing });
  const isLocked = lockedCriteria(state, examiner);
  const scores = Object.fromEntries(
    expected.map((ref) => [ref, (isLocked.has(ref) ? examiner.scores[ref] : command.scores[ref]) as Score]),
  );
  const events: AssessmentEvent[] = [];
  if (examiner.startedAt === null)
    events.push({ type: 'FormStarted', examinerId: command.examinerId, formId: examiner.formId });
  events.push({
    type: 'FormFinished',
    examinerId: command.examinerId,
    formId: examiner.formId,
    formVersion: examiner.formVersion + 1,
    scores,
    contentDigest: command.contentDigest,
    submissionId: command.submissionId,
  });
  return withSettlement(state, events, context);
}

function decideDispute(state: AssessmentState, examinerId: string): Outcome {
  if (state.status === AssessmentStatus.Final) return refuse(AssessmentError.Final);
  const examiner = state.examiners[examinerId];
  if (!examiner) return refuse(AssessmentError.ExaminerUnknown);
  if (examiner.form !== FormStatus.Finished) return refuse(AssessmentError.FormNotFinished);
  if (examiner.disputedAt !== null) return refuse(AssessmentError.AlreadyDone);
  return accept({ type: 'FinishDisputed', examinerId, formId: examiner.formId });
}

function decideReturn(state: AssessmentState, command: Extract<AssessmentCommand, { type: 'returnForm' }>): Outcome {
  if (state.status === AssessmentStatus.Final) return refuse(AssessmentError.Final);
  const examiner = state.examiners[command.examinerId];
  if (!examiner) return refuse(AssessmentError.ExaminerUnknown);
  if (examiner.form !== FormStatus.Finished) return refuse(AssessmentError.FormNotFinished);
  const components = examiner.components.filter((ref) => command.components.includes(ref));
  if (components.length === 0) return refuse(AssessmentError.NothingToReturn);
  return accept({
    type: 'FormReturned',
    examinerId: command.examinerId,
    formId: examiner.formId,
    components,
    reason: command.reason,
  });
}

function decideWithdraw(
  state: AssessmentState,
  command: Extract<AssessmentCommand, { type: 'withdrawExaminer' }>,
  context: AssessmentContext,
): Outcome {
  if (state.status === AssessmentStatus.Final) return refuse(AssessmentError.Final);
  const examiner = state.examiners[command.examinerId];
  if (!examiner) return refuse(AssessmentError.ExaminerUnknown);
  if (examiner.form === FormStatus.Withdrawn) return refuse(AssessmentError.AlreadyDone);
  // A finished form is part of the record: it can be returned, never taken away.
  if (examiner.form === FormStatus.Finished) return refuse(AssessmentError.FormFinished);
  return withSettlement(
    state,
    [
      {
        type: 'ExaminerWithdrawn',
        examinerId: command.examinerId,
        invitationId: examiner.invitationId,
        reason: command.reason,
      },
    ],
    context,
  );
}

function decideMoveDeadline(
  state: AssessmentState,
  command: Extract<AssessmentCommand, { type: 'moveDeadline' }>,
  now: string,
): Outcome {
  if (isClosedForExaminers(state)) return refuse(closedReason(state));
  if (command.dueAt <= now || (command.closesAt !== null && command.closesAt < command.dueAt)) {
    return refuse(AssessmentError.DeadlineInPast);
  }
  return accept({ type: 'DeadlineMoved', dueAt: command.dueAt, closesAt: command.closesAt });
}

/** A timer whose clock runs ahead gets "not yet" and sets itself again. */
function decidePassDeadline(state: AssessmentState, now: string): Outcome {
  if (state.dueAt === null || state.isLate || isClosedForExaminers(state)) return refuse(AssessmentError.AlreadyDone);
  if (now < state.dueAt) return refuse(AssessmentError.DeadlineNotYet);
  return accept({ type: 'DeadlinePassed', dueAt: state.dueAt });
}

function decideFinalise(
  state: AssessmentState,
  command: Extract<AssessmentCommand, { type: 'finalise' }>,
  context: AssessmentContext,
): Outcome {
  if (state.status === AssessmentStatus.Final) return refuse(AssessmentError.Final);
  if (state.status !== AssessmentStatus.Assessed)
    return refuse(AssessmentError.NotAssessed, { open: openExaminers(state) });
  if (Object.values(state.examiners).some((examiner) => examiner.disputedAt !== null))
    return refuse(AssessmentError.FinishDisputed);
  const undecided = state.disagreements.filter(
    (ref) => !finishedExaminersOf(state, ref).includes(command.standing[ref] ?? ''),
  );
  if (undecided.length > 0) return refuse(AssessmentError.StandingRequired, { components: undecided });
  const standing = Object.fromEntries(state.disagreements.map((ref) => [ref, command.standing[ref] as string]));
  const graded = gradeAssessment(context.exam, state.unitCodes, context.scheme, standingScores(state, standing));
  if (!graded.ok) return refuse(AssessmentError.FormIncomplete, { missing: graded.missing });
  return accept({
    type: 'AssessmentFinalised',
    decisionId: command.decisionId,
    version: (state.decision?.version ?? 0) + 1,
    decidedBy: command.decidedBy,
    officeAddressId: command.officeAddressId,
    standing,
    result: graded.result,
  });
}

function decideStoreDocument(
  state: AssessmentState,
  command: Extract<AssessmentCommand, { type: 'storeDocument' }>,
): Outcome {
  const document = state.documents.find((each) => each.version === command.version);
  if (!document) return refuse(AssessmentError.DocumentUnknown);
  if (document.storedAt !== null) return refuse(AssessmentError.DocumentStored);
  return accept({ type: 'DocumentStored', version: command.version, sha256: command.sha256, size: command.size });
}

function decideDocumentMailed(
  state: AssessmentState,
  command: Extract<AssessmentCommand, { type: 'recordDocumentMailed' }>,
): Outcome {
  const document = state.documents.find((each) => each.version === command.version);
  if (!document) return refuse(AssessmentError.DocumentUnknown);
  if (document.storedAt === null) return refuse(AssessmentError.DocumentNotStored);
  if (document.mailedAt !== null && !command.isRepeat) return refuse(AssessmentError.AlreadyDone);
  return accept({
    type: 'DocumentMailed',
    version: command.version,
    mailId: command.mailId,
    isRepeat: command.isRepeat,
  });
}

/** Adds `AssessmentAssessed` when these events complete the assessment. */
function withSettlement(
  state: AssessmentState,
  events: readonly AssessmentEvent[],
  context: AssessmentContext,
): Outcome {
  const after = events.reduce<AssessmentState>(
    (folded, event) => evolveAssessment(folded, event, context.now) ?? folded,
    state,
  );
  if (!isComplete(after)) return accept(...events);
  const disagreements = findDisagreements(after);
  const graded =
    disagreements.length === 0
      ? gradeAssessment(context.exam, after.unitCodes, context.scheme, standingScores(after, {}))
      : null;
  return accept(...events, { type: 'AssessmentAssessed', result: graded?.ok ? graded.result : null, disagreements });
}

/** Folds one stored event. Total: an event that does not fit leaves the state as it is. */
export function evolveAssessment(
  state: AssessmentState | null,
  event: AssessmentEvent,
  at: string,
): AssessmentState | null {
  if (event.type === 'AssessmentCreated') return initialState(event, at);
  if (state === null) return null;
  switch (event.type) {
    case 'ExaminersAssigned':
      return { ...state, assignments: event.assignments };
    case 'ExaminerInvited':
      return withStatus(
        withExaminer(state, event.examinerId, invitedExaminer(event, at)),
        statusAfterInvite(state),
        at,
      );
    case 'FormStarted':
      return withStatus(
        patchExaminer(state, event.examinerId, (examiner) => ({
          form: examiner.form === FormStatus.Open ? FormStatus.Started : examiner.form,
          startedAt: at,
        })),
        state.status === AssessmentStatus.Invited ? AssessmentStatus.InProgress : state.status,
        at,
      );
    case 'FormFinished':
      return patchExaminer(state, event.examinerId, () => ({
        form: FormStatus.Finished,
        formVersion: event.formVersion,
        finishedAt: at,
        reopened: [],
        scores: event.scores,
        disputedAt: null,
      }));
    case 'FinishDisputed':
      return patchExaminer(state, event.examinerId, () => ({ disputedAt: at }));
    case 'FormReturned':
      return {
        ...withStatus(
          patchExaminer(state, event.examinerId, () => ({
            form: FormStatus.Returned,
            reopened: event.components,
            disputedAt: null,
          })),
          AssessmentStatus.Returned,
          at,
        ),
        result: null,
        disagreements: [],
      };
    case 'ExaminerWithdrawn':
      return patchExaminer(state, event.examinerId, () => ({ form: FormStatus.Withdrawn, reopened: [] }));
    case 'AssessmentAssessed':
      return {
        ...withStatus(state, AssessmentStatus.Assessed, at),
        result: event.result,
        disagreements: event.disagreements,
      };
    case 'DeadlineMoved':
      return { ...state, dueAt: event.dueAt, closesAt: event.closesAt, isLate: false };
    case 'DeadlinePassed':
      return { ...state, isLate: true };
    case 'AssessmentCancelled':
      return withStatus(state, AssessmentStatus.Cancelled, at);
    case 'AssessmentFinalised':
      return {
        ...withStatus(state, AssessmentStatus.Final, at),
        result: event.result,
        decision: {
          decisionId: event.decisionId,
          version: event.version,
          decidedBy: event.decidedBy,
          decidedAt: at,
          standing: event.standing,
        },
        documents: [...state.documents, { version: event.version, sha256: null, storedAt: null, mailedAt: null }],
      };
    case 'DocumentStored':
      return patchDocument(state, event.version, { sha256: event.sha256, storedAt: at });
    case 'DocumentMailed':
      return patchDocument(state, event.version, { mailedAt: at });
    case 'AssessmentArchived':
      return { ...state, archivedAt: at };
    default:
      return unreachable(event);
  }
}

function initialState(event: Extract<AssessmentEvent, { type: 'AssessmentCreated' }>, at: string): AssessmentState {
  return {
    v: 1,
    status: AssessmentStatus.Draft,
    statusSince: at,
    examVersionId: event.examVersionId,
    unitCodes: event.unitCodes,
    components: event.components,
    justificationPolicy: event.justificationPolicy,
    assignments: [],
    examiners: {},
    dueAt: event.dueAt,
    closesAt: event.closesAt,
    isLate: false,
    result: null,
    disagreements: [],
    decision: null,
    documents: [],
    archivedAt: null,
  };
}

function invitedExaminer(event: Extract<AssessmentEvent, { type: 'ExaminerInvited' }>, at: string): ExaminerState {
  return {
    invitationId: event.invitationId,
    formId: event.formId,
    components: event.components,
    form: FormStatus.Open,
    formVersion: 0,
    invitedAt: at,
    startedAt: null,
    finishedAt: null,
    reopened: [],
    scores: {},
    disputedAt: null,
  };
}

/** A draft becomes invited; an assessed one goes back to work when another examiner is asked. */
function statusAfterInvite(state: AssessmentState): AssessmentStatus {
  if (state.status === AssessmentStatus.Draft) return AssessmentStatus.Invited;
  if (state.status === AssessmentStatus.Assessed) return AssessmentStatus.InProgress;
  return state.status;
}

function withStatus(state: AssessmentState, status: AssessmentStatus, at: string): AssessmentState {
  return status === state.status ? state : { ...state, status, statusSince: at };
}

function withExaminer(state: AssessmentState, examinerId: string, examiner: ExaminerState): AssessmentState {
  return { ...state, examiners: { ...state.examiners, [examinerId]: examiner } };
}

function patchExaminer(
  state: AssessmentState,
  examinerId: string,
  patch: (examiner: ExaminerState) => Partial<ExaminerState>,
): AssessmentState {
  const examiner = state.examiners[examinerId];
  return examiner ? withExaminer(state, examinerId, { ...examiner, ...patch(examiner) }) : state;
}

function patchDocument(state: AssessmentState, version: number, patch: Partial<DocumentState>): AssessmentState {
  return {
    ...state,
    documents: state.documents.map((each) => (each.version === version ? { ...each, ...patch } : each)),
  };
}

/** Why an examiner cannot write in this form now, or null when they can. */
function formRefusal(state: AssessmentState, examinerId: string, now: string): Outcome | null {
  const examiner = state.examiners[examinerId];
  if (!examiner) return refuse(AssessmentError.ExaminerUnknown);
  if (examiner.form === FormStatus.Withdrawn) return refuse(AssessmentError.FormWithdrawn);
  if (examiner.form === FormStatus.Finished) return refuse(AssessmentError.FormFinished);
  if (state.status === AssessmentStatus.Final) return refuse(AssessmentError.Final);
  if (state.closesAt !== null && now >= state.closesAt) return refuse(AssessmentError.ScoringClosed);
  return null;
}

function isClosedForExaminers(state: AssessmentState): boolean {
  return state.status === AssessmentStatus.Final || state.status === AssessmentStatus.Cancelled;
}

function closedReason(state: AssessmentState): AssessmentError {
  return state.status === AssessmentStatus.Final ? AssessmentError.Final : AssessmentError.Cancelled;
}

function componentRefs(state: AssessmentState): string[] {
  return state.components.map((component) => component.ref);
}

function componentsFor(byComponent: Readonly<Record<string, readonly string[]>>, examinerId: string): string[] {
  return Object.keys(byComponent).filter((ref) => byComponent[ref]?.includes(examinerId));
}

function criteriaOf(state: AssessmentState, refs: readonly string[]): string[] {
  return state.components
    .filter((component) => refs.includes(component.ref))
    .flatMap((component) => component.criteria);
}

/** After a return only the named components are open; the criteria of the others keep their scores. */
function lockedCriteria(state: AssessmentState, examiner: ExaminerState): Set<string> {
  if (examiner.form !== FormStatus.Returned) return new Set();
  return new Set(
    criteriaOf(
      state,
      examiner.components.filter((ref) => !examiner.reopened.includes(ref)),
    ),
  );
}

function isWriting(examiner: ExaminerState): boolean {
  return (
    examiner.form === FormStatus.Open || examiner.form === FormStatus.Started || examiner.form === FormStatus.Returned
  );
}

/** Ids of the examiners whose form is open. */
export function openExaminers(state: AssessmentState): string[] {
  return Object.entries(state.examiners)
    .filter(([, examiner]) => isWriting(examiner))
    .map(([id]) => id);
}

/** Ids of the examiners who finished the given component. */
export function finishedExaminersOf(state: AssessmentState, componentRef: string): string[] {
  return Object.entries(state.examiners)
    .filter(([, examiner]) => examiner.form === FormStatus.Finished && examiner.components.includes(componentRef))
    .map(([id]) => id);
}

/** Components in scope that no invited examiner covers. */
export function uncoveredBy(state: AssessmentState): string[] {
  const active = Object.values(state.examiners).filter((examiner) => examiner.form !== FormStatus.Withdrawn);
  return componentRefs(state).filter((ref) => !active.some((examiner) => examiner.components.includes(ref)));
}

function isComplete(state: AssessmentState): boolean {
  return (
    openExaminers(state).length === 0 && componentRefs(state).every((ref) => finishedExaminersOf(state, ref).length > 0)
  );
}

/** Components that several examiners scored, with a different score on at least one criterion. */
function findDisagreements(state: AssessmentState): string[] {
  return state.components
    .filter((component) => {
      const sets = finishedExaminersOf(state, component.ref).map((id) => state.examiners[id]?.scores ?? {});
      return component.criteria.some((criterion) => new Set(sets.map((scores) => scores[criterion])).size > 1);
    })
    .map((component) => component.ref);
}

/**
 * The one set of scores that counts: of the named examiner where sets differed, of whoever finished it otherwise.
 * @returns criterion ref → score
 */
export function standingScores(
  state: AssessmentState,
  standing: Readonly<Record<string, string>>,
): Record<string, Score> {
  const scores: Record<string, Score> = {};
  for (const component of state.components) {
    const examinerId = standing[component.ref] ?? finishedExaminersOf(state, component.ref)[0];
    const set = examinerId === undefined ? undefined : state.examiners[examinerId]?.scores;
    for (const criterion of component.criteria) {
      const score = set?.[criterion];
      if (score !== undefined) scores[criterion] = score;
    }
  }
  return scores;
}
