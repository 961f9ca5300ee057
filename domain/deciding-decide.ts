/**
 * Decisions of the committee about a result.
 *
 * Contract
 * 1. Four eyes: who may not decide is refused here, whatever page or script asks. Where two members decide, the first
 *    proposes, and another one takes exactly that decision.
 * 2. A finished form is corrected only as far as the school allows, and never silently: another version of it, with a reason.
 * 3. A final result changes only by reopening it with a reason and deciding anew; what was decided before stays in the record.
 * 4. A return is taken back as deciding-returns.ts says.
 * 5. What a student sees is a version that was published; a later version of a published result is published with its decision.
 */
import { assessed } from './agreement-decide.ts';
import type { AssessmentContext, CommitteeContext } from './assessment-context.ts';
import { AssessmentError } from './assessment-error.ts';
import type { AssessmentCommand, AssessmentEvent } from './assessment-messages.ts';
import { criteriaOf, finishedExaminersOf, isReturnAsked, openExaminers, standingScores } from './assessment-queries.ts';
import { type AssessmentState, AssessmentStatus, type DecisionProposal, FormStatus } from './assessment-state.ts';
import { CommitteeEdits } from './deciding.ts';
import { type DecidingEvent, evolveDeciding } from './deciding-evolve.ts';
import { decideTakeBackReturn } from './deciding-returns.ts';
import { gradeAssessment } from './grading.ts';
import { accept, type Decision, refuse, unreachable } from './outcome.ts';
import { isScore, type Score } from './score.ts';

type Outcome = Decision<AssessmentEvent, AssessmentError>;
type Finalise = Extract<AssessmentCommand, { type: 'finalise' }>;

export type DecidingCommand = Extract<
  AssessmentCommand,
  { type: 'finalise' | 'withdrawProposal' | 'publish' | 'reopen' | 'endReopening' | 'correctForm' | 'takeBackReturn' }
>;

export function decideDeciding(state: AssessmentState, command: DecidingCommand, context: AssessmentContext): Outcome {
  switch (command.type) {
    case 'finalise':
      return decideFinalise(state, command, context);
    case 'withdrawProposal':
      if (state.proposal === undefined) return refuse(AssessmentError.NoProposal);
      return accept({ ...command, type: 'FinalisationWithdrawn' });
    case 'publish':
      return decidePublish(state, command, context);
    case 'reopen':
      return decideReopen(state, command, context);
    case 'endReopening':
      return decideEndReopening(state, command, context);
    case 'correctForm':
      return decideCorrect(state, command, context);
    case 'takeBackReturn':
      return decideTakeBackReturn(state, command, context);
    default:
      return unreachable(command);
  }
}

/** Why this member may not decide about this assessment; null when they may. Pages ask it too, before they offer a button. */
export function deciderRefusal(
  state: AssessmentState,
  memberId: string,
  committee: CommitteeContext,
): AssessmentError | null {
  const refusal = correctorRefusal(state, memberId, committee);
  if (refusal !== null) return refusal;
  // Who changes a score has scored.
  const hasRescored = state.rescoredBy?.includes(memberId) ?? false;
  return committee.fourEyes.examiner && hasRescored ? AssessmentError.DeciderScored : null;
}

/** The same for correcting a form: whoever did so may do so again, and leaves the decision to another one. */
export function correctorRefusal(
  state: AssessmentState,
  memberId: string,
  { fourEyes, initiatorId, ownExaminerIds, isOwnResult }: CommitteeContext,
): AssessmentError | null {
  if (isOwnResult) return AssessmentError.DeciderIsStudent;
  if (fourEyes.initiator && memberId === initiatorId) return AssessmentError.DeciderInitiated;
  const hasScored = ownExaminerIds.some((id) => (state.examiners[id]?.formVersion ?? 0) > 0);
  return fourEyes.examiner && hasScored ? AssessmentError.DeciderScored : null;
}

/** What stands in the way of a decision by anybody; null when nothing does. */
export function decisionRefusal(state: AssessmentState): Outcome | null {
  if (state.status === AssessmentStatus.Final) return refuse(AssessmentError.Final);
  if (state.status !== AssessmentStatus.Assessed)
    return refuse(AssessmentError.NotAssessed, { open: openExaminers(state) });
  if (Object.values(state.examiners).some((examiner) => examiner.disputedAt !== null))
    return refuse(AssessmentError.FinishDisputed);
  return isReturnAsked(state) ? refuse(AssessmentError.ReturnAsked) : null;
}

function decideFinalise(state: AssessmentState, command: Finalise, context: AssessmentContext): Outcome {
  const refusal = decisionRefusal(state);
  if (refusal) return refusal;
  const { committee } = context;
  const notThey = committee ? deciderRefusal(state, command.decidedBy, committee) : null;
  if (notThey) return refuse(notThey);
  const undecided = state.disagreements.filter(
    (ref) => !finishedExaminersOf(state, ref).includes(command.standing[ref] ?? ''),
  );
  if (undecided.length > 0) return refuse(AssessmentError.StandingRequired, { components: undecided });
  const standing = Object.fromEntries(state.disagreements.map((ref) => [ref, command.standing[ref] as string]));
  const graded = gradeAssessment(context.exam, state.unitCodes, context.scheme, standingScores(state, standing));
  if (!graded.ok) return refuse(AssessmentError.FormIncomplete, { missing: graded.missing });
  const { proposal } = state;
  if (committee?.fourEyes.members === 2 && proposal === undefined) {
    const { decidedBy: proposedBy, officeAddressId } = command;
    return accept({ type: 'FinalisationProposed', proposedBy, officeAddressId, standing });
  }
  if (proposal) {
    if (proposal.proposedBy === command.decidedBy) return refuse(AssessmentError.DeciderProposed);
    if (!isSameDecision(proposal, command.officeAddressId, standing)) return refuse(AssessmentError.DecisionDiffers);
  }
  const version = (state.decision?.version ?? 0) + 1;
  // A student who saw the former result sees at once that there is another.
  const publishAt = state.published ? context.now : (committee?.publishAt ?? null);
  const isPublished = publishAt !== null && publishAt <= context.now;
  return accept(
    {
      type: 'AssessmentFinalised',
      decisionId: command.decisionId,
      version,
      decidedBy: command.decidedBy,
      officeAddressId: command.officeAddressId,
      standing,
      result: graded.result,
      ...(proposal ? { proposedBy: proposal.proposedBy } : {}),
      ...(committee ? { publishAt } : {}),
    },
    ...(committee && isPublished ? [{ type: 'ResultPublished', version, publishedBy: null } as const] : []),
  );
}

function isSameDecision(
  proposal: DecisionProposal,
  officeAddressId: string,
  standing: Readonly<Record<string, string>>,
): boolean {
  const refs = Object.keys(standing);
  return (
    proposal.officeAddressId === officeAddressId &&
    Object.keys(proposal.standing).length === refs.length &&
    refs.every((ref) => proposal.standing[ref] === standing[ref])
  );
}

/** By the moment that was set, or earlier by a member. */
function decidePublish(
  state: AssessmentState,
  { version, publishedBy }: Extract<AssessmentCommand, { type: 'publish' }>,
  { now, committee }: AssessmentContext,
): Outcome {
  if (state.status !== AssessmentStatus.Final || state.decision?.version !== version)
    return refuse(AssessmentError.NotFinal);
  if ((state.published?.version ?? 0) >= version) return refuse(AssessmentError.AlreadyDone);
  if (publishedBy !== null && committee?.isOwnResult) return refuse(AssessmentError.DeciderIsStudent);
  const isDue = typeof state.publishAt === 'string' && state.publishAt <= now;
  if (publishedBy === null && !isDue) return refuse(AssessmentError.PublishNotYet);
  return accept({ type: 'ResultPublished', version, publishedBy });
}

/** What stands in the way of reopening by anybody; null when nothing does. Pages ask it too, before they offer it. */
export function reopenRefusal({ status, decision, documents }: AssessmentState): AssessmentError | null {
  if (status !== AssessmentStatus.Final || decision === null) return AssessmentError.NotFinal;
  // What was decided stays readable as it was decided: its document is made before anything else is.
  return documents.at(-1)?.storedAt == null ? AssessmentError.DocumentNotStored : null;
}

function decideReopen(
  state: AssessmentState,
  { reopenedBy, reason }: Extract<AssessmentCommand, { type: 'reopen' }>,
  { committee }: AssessmentContext,
): Outcome {
  const refusal = reopenRefusal(state) ?? (committee ? deciderRefusal(state, reopenedBy, committee) : null);
  if (refusal !== null) return refuse(refusal);
  return accept({ type: 'AssessmentReopened', version: state.decision?.version ?? 0, reopenedBy, reason });
}

/** Whether a reopened result is about what was decided, so that the decision can stand; pages ask it before they offer that. */
export function isAsDecided({ status, reopened, examiners }: AssessmentState): boolean {
  if (reopened === undefined || status !== AssessmentStatus.Assessed) return false;
  const since = reopened.at;
  return Object.values(examiners).every(
    ({ finishedAt, correctedAt, invitedAt }) =>
      (finishedAt ?? '') <= since && (correctedAt ?? '') <= since && invitedAt <= since,
  );
}

/** Only while everything is as it was decided: what changed since asks for a decision. */
function decideEndReopening(
  state: AssessmentState,
  { endedBy, reason }: Extract<AssessmentCommand, { type: 'endReopening' }>,
  { committee }: AssessmentContext,
): Outcome {
  if (state.reopened === undefined || state.decision === null) return refuse(AssessmentError.NotReopened);
  if (state.status !== AssessmentStatus.Assessed) return refuse(AssessmentError.NotAssessed);
  if (!isAsDecided(state)) return refuse(AssessmentError.FormChanged);
  const notThey = committee ? deciderRefusal(state, endedBy, committee) : null;
  if (notThey) return refuse(notThey);
  return accept({ type: 'ReopeningEnded', version: state.decision.version, endedBy, reason });
}

function decideCorrect(
  state: AssessmentState,
  command: Extract<AssessmentCommand, { type: 'correctForm' }>,
  context: AssessmentContext,
): Outcome {
  const { type: _type, scores, formVersion, ...given } = command;
  const edits = context.committee?.edits ?? CommitteeEdits.Off;
  if (edits === CommitteeEdits.Off) return refuse(AssessmentError.EditNotAllowed);
  if (state.status === AssessmentStatus.Final) return refuse(AssessmentError.Final);
  const examiner = state.examiners[command.examinerId];
  if (!examiner) return refuse(AssessmentError.ExaminerUnknown);
  if (examiner.form !== FormStatus.Finished) return refuse(AssessmentError.FormNotFinished);
  // The examiner says that these are not their words: mending them would make it seem otherwise.
  if (examiner.disputedAt !== null) return refuse(AssessmentError.FinishDisputed);
  if (state.status !== AssessmentStatus.Assessed) return refuse(AssessmentError.NotAssessed);
  if (examiner.formVersion !== formVersion) return refuse(AssessmentError.FormChanged);
  const notThey = context.committee ? correctorRefusal(state, command.correctedBy, context.committee) : null;
  if (notThey) return refuse(notThey);
  const criteria = criteriaOf(state, examiner.components);
  const missing = criteria.filter((ref) => !isScore(scores[ref]));
  if (missing.length > 0) return refuse(AssessmentError.FormIncomplete, { missing });
  const rescored = criteria.filter((ref) => scores[ref] !== examiner.scores[ref]);
  if (rescored.length > 0 && edits !== CommitteeEdits.Scores) return refuse(AssessmentError.EditNotAllowed);
  const settled = Object.keys(state.agreed ?? {}).filter((ref) => criteriaOf(state, [ref]).some(isIn(rescored)));
  if (settled.length > 0) return refuse(AssessmentError.ComponentAgreed, { components: settled });
  const components = examiner.components.filter(
    (ref) => command.components.includes(ref) || criteriaOf(state, [ref]).some(isIn(rescored)),
  );
  if (components.length === 0) return refuse(AssessmentError.NothingChanged);
  const corrected: DecidingEvent = {
    ...given,
    type: 'FormCorrected',
    formId: examiner.formId,
    formVersion: formVersion + 1,
    components,
    scores: Object.fromEntries(criteria.map((ref) => [ref, scores[ref] as Score])),
    rescored,
  };
  if (rescored.length === 0) return accept(corrected);
  const after = evolveDeciding(state, corrected, context.now);
  return accept(corrected, assessed(after, after.agreed ?? {}, context));
}

function isIn(refs: readonly string[]): (ref: string) => boolean {
  return (ref) => refs.includes(ref);
}
