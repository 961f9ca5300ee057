/** Decides what a command does. Contract: see assessment.ts. */

import { decideAgreement, settlementOf } from './agreement-decide.ts';
import type { AssessmentContext } from './assessment-context.ts';
import { AssessmentError } from './assessment-error.ts';
import { evolveAssessment } from './assessment-evolve.ts';
import type { AssessmentCommand, AssessmentEvent } from './assessment-messages.ts';
import { componentRefs, componentsFor, criteriaOf, lockedCriteria } from './assessment-queries.ts';
import { AskKind, type AssessmentState, AssessmentStatus, FormStatus } from './assessment-state.ts';
import { type Assignment, resolveAssignments } from './assignment.ts';
import { decideDeciding } from './deciding-decide.ts';
import { accept, type Decision, refuse, unreachable } from './outcome.ts';
import type { Score } from './score.ts';

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
    if (command.type === 'undoCancel') return accept({ type: 'CancellationUndone' });
    return command.type === 'cancel' ? refuse(AssessmentError.AlreadyDone) : refuse(AssessmentError.Cancelled);
  }
  switch (command.type) {
    case 'assign':
      return decideAssign(state, command.assignments);
    case 'invite':
      return decideInvite(state, command, context.now);
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
    case 'reinstateExaminer':
      return decideReinstate(state, command.examinerId);
    case 'ask':
      return decideAsk(state, command);
    case 'takeBackAsk':
    case 'answerAsk':
      return decideAskEnd(state, command);
    case 'overrideConflict':
      if (isClosedForExaminers(state)) return refuse(closedReason(state));
      return accept({ ...command, type: 'ConflictOverridden' });
    case 'proposeAgreement':
    case 'confirmAgreement':
    case 'abandonAgreement':
    case 'nameLead':
      return decideAgreement(state, command, context);
    case 'undoCancel':
      return refuse(AssessmentError.NotCancelled);
    case 'moveDeadline':
      return decideMoveDeadline(state, command, context.now);
    case 'passDeadline':
      return decidePassDeadline(state, context.now);
    case 'cancel':
      // Reopened or not: what was decided is replaced by another decision, or stands.
      if (state.decision !== null) return refuse(AssessmentError.Final);
      return accept({ type: 'AssessmentCancelled', reason: command.reason });
    case 'finalise':
    case 'withdrawProposal':
    case 'publish':
    case 'reopen':
    case 'endReopening':
    case 'correctForm':
    case 'takeBackReturn':
      return decideDeciding(state, command, context);
    case 'storeDocument':
      return decideStoreDocument(state, command);
    case 'recordDocumentMailed':
      return decideDocumentMailed(state, command);
    case 'reportDocumentLost':
      return ofStoredDocument(state, command.version) ?? accept({ ...command, type: 'DocumentMailLost' });
    case 'resendDocument':
      return ofStoredDocument(state, command.version) ?? accept({ ...command, type: 'DocumentResent' });
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

/**
 * Not after scoring has closed, whoever it is: a third examiner, somebody instead of another, a colleague who takes over. They could
 * only read that it is too late. The initiator moves the deadline first.
 */
function decideInvite(
  state: AssessmentState,
  command: Extract<AssessmentCommand, { type: 'invite' }>,
  now: string,
): Outcome {
  if (isClosedForExaminers(state)) return refuse(closedReason(state));
  if (isScoringClosed(state, now)) return refuse(AssessmentError.ScoringClosed);
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
    ...(command.handedFrom === undefined ? {} : { handedFrom: command.handedFrom }),
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
    ...(command.evidence === undefined || command.evidence.length === 0 ? {} : { evidence: command.evidence }),
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
    ...(command.reasons ? { reasons: command.reasons } : {}),
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
  const { examinerId, reason, replacedBy } = command;
  const withdrawn = { type: 'ExaminerWithdrawn', examinerId, invitationId: examiner.invitationId, reason } as const;
  // With somebody else at work in the same breath nothing is complete.
  if (replacedBy !== undefined) return accept({ ...withdrawn, replacedBy });
  return withSettlement(state, [withdrawn], context);
}

/** A withdrawal is taken back; that nobody was told of it yet is for the caller to know. */
function decideReinstate(state: AssessmentState, examinerId: string): Outcome {
  if (isClosedForExaminers(state)) return refuse(closedReason(state));
  const examiner = state.examiners[examinerId];
  if (!examiner) return refuse(AssessmentError.ExaminerUnknown);
  if (examiner.form !== FormStatus.Withdrawn || examiner.before === undefined)
    return refuse(AssessmentError.NotWithdrawn);
  const assigned = componentsFor(resolveAssignments(componentRefs(state), state.assignments), examinerId);
  if (assigned.join() !== examiner.components.join()) return refuse(AssessmentError.AssignmentsChanged);
  return accept({ type: 'ExaminerReinstated', examinerId, invitationId: examiner.invitationId });
}

function decideAsk(state: AssessmentState, command: Extract<AssessmentCommand, { type: 'ask' }>): Outcome {
  const { type: _type, components, ...asked } = command;
  const { examinerId, kind } = asked;
  const refusal = askRefusal(state, examinerId, kind);
  if (refusal) return refusal;
  const examiner = state.examiners[examinerId];
  if (!examiner) return refuse(AssessmentError.ExaminerUnknown);
  if (examiner.ask !== undefined) return refuse(AssessmentError.AskedAlready);
  const event = { type: 'ExaminerAsked', formId: examiner.formId, ...asked } as const;
  if (kind !== AskKind.Return) return accept(event);
  const wrong = examiner.components.filter((ref) => components === undefined || components.includes(ref));
  if (wrong.length === 0) return refuse(AssessmentError.NothingToReturn);
  return accept({ ...event, components: wrong });
}

function decideAskEnd(
  state: AssessmentState,
  command: Extract<AssessmentCommand, { type: 'takeBackAsk' | 'answerAsk' }>,
): Outcome {
  const { examinerId } = command;
  const examiner = state.examiners[examinerId];
  const refusal = askRefusal(state, examinerId, examiner?.ask?.kind);
  if (refusal) return refusal;
  if (examiner?.ask === undefined) return refuse(AssessmentError.NothingAsked);
  const { formId } = examiner;
  if (command.type === 'takeBackAsk') return accept({ type: 'AskTakenBack', examinerId, formId });
  const { isAgreed, reason } = command;
  return accept({ type: 'AskAnswered', examinerId, formId, isAgreed, reason });
}

/**
 * Also after scoring has closed: whoever cannot come must be able to say so. A finished form can be asked back, and nothing
 * else, until the result is final.
 */
function askRefusal(state: AssessmentState, examinerId: string, kind: AskKind | undefined): Outcome | null {
  const examiner = state.examiners[examinerId];
  if (!examiner) return refuse(AssessmentError.ExaminerUnknown);
  if (examiner.form === FormStatus.Withdrawn) return refuse(AssessmentError.FormWithdrawn);
  const isFinished = examiner.form === FormStatus.Finished;
  if (isClosedForExaminers(state) && (kind === AskKind.Return || !isFinished)) return refuse(closedReason(state));
  if (isFinished === (kind === AskKind.Return)) return null;
  return refuse(isFinished ? AssessmentError.FormFinished : AssessmentError.FormNotFinished);
}

function decideMoveDeadline(
  state: AssessmentState,
  command: Extract<AssessmentCommand, { type: 'moveDeadline' }>,
  now: string,
): Outcome {
  if (isClosedForExaminers(state)) return refuse(closedReason(state));
  if (command.dueAt <= now) return refuse(AssessmentError.DeadlineInPast);
  if (command.closesAt !== null && command.closesAt < command.dueAt) return refuse(AssessmentError.ClosesBeforeDue);
  return accept({ type: 'DeadlineMoved', dueAt: command.dueAt, closesAt: command.closesAt });
}

/** A timer whose clock runs ahead gets "not yet" and sets itself again. */
function decidePassDeadline(state: AssessmentState, now: string): Outcome {
  if (state.dueAt === null || state.isLate || isClosedForExaminers(state)) return refuse(AssessmentError.AlreadyDone);
  if (now < state.dueAt) return refuse(AssessmentError.DeadlineNotYet);
  return accept({ type: 'DeadlinePassed', dueAt: state.dueAt });
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
  const refusal = ofStoredDocument(state, command.version);
  if (refusal) return refusal;
  const isMailed = state.documents.some((each) => each.version === command.version && each.mailedAt !== null);
  if (isMailed && !command.isRepeat) return refuse(AssessmentError.AlreadyDone);
  return accept({
    type: 'DocumentMailed',
    version: command.version,
    mailId: command.mailId,
    isRepeat: command.isRepeat,
  });
}

/** What stands in the way of mailing a document; null when nothing does. */
function ofStoredDocument(state: AssessmentState, version: number): Outcome | null {
  const document = state.documents.find((each) => each.version === version);
  if (!document) return refuse(AssessmentError.DocumentUnknown);
  return document.storedAt === null ? refuse(AssessmentError.DocumentNotStored) : null;
}

/** Adds what follows when these events complete the assessment. */
function withSettlement(
  state: AssessmentState,
  events: readonly AssessmentEvent[],
  context: AssessmentContext,
): Outcome {
  const after = events.reduce<AssessmentState>(
    (folded, event) => evolveAssessment(folded, event, context.now) ?? folded,
    state,
  );
  return accept(...events, ...settlementOf(after, context));
}

/** Why an examiner cannot write in this form now, or null when they can. */
function formRefusal(state: AssessmentState, examinerId: string, now: string): Outcome | null {
  const examiner = state.examiners[examinerId];
  if (!examiner) return refuse(AssessmentError.ExaminerUnknown);
  if (examiner.form === FormStatus.Withdrawn) return refuse(AssessmentError.FormWithdrawn);
  if (examiner.form === FormStatus.Finished) return refuse(AssessmentError.FormFinished);
  if (state.status === AssessmentStatus.Final) return refuse(AssessmentError.Final);
  // What the committee gave back is asked for after all, whenever that is.
  const isGivenBack = examiner.form === FormStatus.Returned;
  return !isGivenBack && isScoringClosed(state, now) ? refuse(AssessmentError.ScoringClosed) : null;
}

function isScoringClosed({ closesAt }: AssessmentState, now: string): boolean {
  return closesAt !== null && now >= closesAt;
}

function isClosedForExaminers(state: AssessmentState): boolean {
  return state.status === AssessmentStatus.Final || state.status === AssessmentStatus.Cancelled;
}

function closedReason(state: AssessmentState): AssessmentError {
  return state.status === AssessmentStatus.Final ? AssessmentError.Final : AssessmentError.Cancelled;
}
