/** Assessments of the small exam, brought to any status by their own commands. */
import {
  type AssessmentCommand,
  type AssessmentCommandType,
  type AssessmentContext,
  type AssessmentState,
  type AssessmentStatus,
  decideAssessment,
  evolveAssessment,
} from '../../domain/assessment.ts';
import { EXAMPLE_SCHEME } from '../../domain/grading.ts';
import type { Score } from '../../domain/score.ts';
import { SMALL_COMPONENTS, SMALL_CRITERIA, smallExam } from '../support/small-exam.ts';

export const NOW = '2026-11-23T10:00:00.000Z';
export const DUE = '2026-12-04T22:59:00.000Z';
export const LATER = '2026-12-05T08:00:00.000Z';
export const REASON = { textId: 'text-1', digest: 'd'.repeat(64) };
export const A = 'examiner-a';
export const B = 'examiner-b';

export const context = (now = NOW): AssessmentContext => ({ now, exam: smallExam(), scheme: EXAMPLE_SCHEME });

export function create(overrides: Partial<Extract<AssessmentCommand, { type: 'create' }>> = {}): AssessmentCommand {
  return {
    type: 'create',
    examVersionId: 'version-1',
    unitCodes: ['EX1'],
    studentId: 'student-1',
    initiatorId: 'teacher-1',
    attempt: 1,
    components: SMALL_COMPONENTS.map((ref) => ({
      ref,
      criteria: SMALL_CRITERIA.filter((each) => each.startsWith(ref)),
    })),
    justificationPolicy: 'og',
    dueAt: DUE,
    closesAt: null,
    ...overrides,
  };
}

export const assignWhole = (...ids: string[]): AssessmentCommand => ({
  type: 'assign',
  assignments: ids.map((examinerId) => ({ examinerId, scope: { level: 'exam' } })),
});
export const invite = (examinerId: string): AssessmentCommand => ({
  type: 'invite',
  examinerId,
  invitationId: `invitation-${examinerId}`,
  formId: `form-${examinerId}`,
});
export const scores = (score: Score, changes: Record<string, Score> = {}) => ({
  ...Object.fromEntries(SMALL_CRITERIA.map((ref) => [ref, score])),
  ...changes,
});
export const finish = (examinerId: string, given: Record<string, Score> = scores('V')): AssessmentCommand => ({
  type: 'finishForm',
  examinerId,
  scores: given,
  contentDigest: 'c'.repeat(64),
  submissionId: `submission-${examinerId}`,
});
export const finalise = (standing: Record<string, string> = {}): AssessmentCommand => ({
  type: 'finalise',
  decisionId: 'decision-1',
  decidedBy: 'member-1',
  officeAddressId: 'office-1',
  standing,
});

/** Plays commands that must all be accepted. */
export function play(
  commands: readonly AssessmentCommand[],
  from: AssessmentState | null = null,
  now = NOW,
): AssessmentState {
  let state = from;
  for (const command of commands) {
    const decision = decideAssessment(state, command, context(now));
    if (!decision.ok) throw new Error(`${command.type} was refused: ${decision.code}`);
    for (const event of decision.events) state = evolveAssessment(state, event, now);
  }
  if (state === null) throw new Error('nothing was created');
  return state;
}

/** The code of a refusal, or `accepted`. */
export function refusal(state: AssessmentState | null, command: AssessmentCommand, now = NOW): string {
  const decision = decideAssessment(state, command, context(now));
  return decision.ok ? 'accepted' : decision.code;
}

export const draft = () => play([create(), assignWhole(A)]);
export const invited = () => play([invite(A)], draft());
export const inProgress = () => play([{ type: 'startForm', examinerId: A }], invited());
export const assessed = () => play([finish(A)], inProgress());
export const returned = () =>
  play([{ type: 'returnForm', examinerId: A, components: [SMALL_COMPONENTS[0]], reason: REASON }], assessed());
export const final = () => play([finalise()], assessed());
export const cancelled = () => play([{ type: 'cancel', reason: REASON }], invited());

export const STATES: Record<AssessmentStatus, () => AssessmentState> = {
  draft,
  invited,
  inProgress,
  assessed,
  returned,
  final,
  cancelled,
};

/** One sensible command of each type, for examiner A; assigning B shows what happens to a choice that changes nothing asked. */
export const COMMANDS: Record<AssessmentCommandType, AssessmentCommand> = {
  create: create(),
  assign: assignWhole(A),
  invite: invite(A),
  startForm: { type: 'startForm', examinerId: A },
  finishForm: finish(A),
  disputeFinish: { type: 'disputeFinish', examinerId: A },
  returnForm: { type: 'returnForm', examinerId: A, components: [SMALL_COMPONENTS[0]], reason: REASON },
  takeBackReturn: {
    type: 'takeBackReturn',
    examinerId: A,
    takenBackBy: 'member-1',
    reason: null,
    before: { disputedAt: null, assessed: null },
  },
  withdrawExaminer: { type: 'withdrawExaminer', examinerId: A, reason: null },
  reinstateExaminer: { type: 'reinstateExaminer', examinerId: A },
  ask: { type: 'ask', examinerId: A, kind: 'decline', reason: REASON, proposal: null },
  takeBackAsk: { type: 'takeBackAsk', examinerId: A },
  answerAsk: { type: 'answerAsk', examinerId: A, isAgreed: false, reason: REASON },
  overrideConflict: { type: 'overrideConflict', rule: 'ownCoach', examinerIds: [A], reason: REASON },
  proposeAgreement: {
    type: 'proposeAgreement',
    examinerId: A,
    component: SMALL_COMPONENTS[0],
    proposalId: 'proposal-1',
    scores: scores('V'),
    justification: null,
  },
  confirmAgreement: {
    type: 'confirmAgreement',
    examinerId: A,
    component: SMALL_COMPONENTS[0],
    proposalId: 'proposal-1',
  },
  abandonAgreement: { type: 'abandonAgreement', examinerId: null, reason: REASON },
  nameLead: { type: 'nameLead', examinerId: A },
  undoCancel: { type: 'undoCancel' },
  moveDeadline: { type: 'moveDeadline', dueAt: '2026-12-11T22:59:00.000Z', closesAt: null },
  passDeadline: { type: 'passDeadline' },
  cancel: { type: 'cancel', reason: REASON },
  finalise: finalise(),
  storeDocument: { type: 'storeDocument', version: 1, sha256: 'a'.repeat(64), size: 1000 },
  recordDocumentMailed: { type: 'recordDocumentMailed', version: 1, mailId: 'mail-1', isRepeat: false },
  reportDocumentLost: {
    type: 'reportDocumentLost',
    version: 1,
    mailId: 'mail-1',
    problem: { reason: 'addressUnknown', isPermanent: true, status: '5.1.1' },
  },
  resendDocument: { type: 'resendDocument', version: 1, mailId: 'mail-2', officeAddressId: 'office-2' },
  archive: { type: 'archive' },
  correctForm: {
    type: 'correctForm',
    examinerId: A,
    components: [SMALL_COMPONENTS[0]],
    scores: scores('V'),
    contentDigest: 'd'.repeat(64),
    submissionId: 'submission-2',
    correctedBy: 'member-1',
    reason: REASON,
    formVersion: 1,
  },
  withdrawProposal: { type: 'withdrawProposal', withdrawnBy: 'member-1', reason: null },
  publish: { type: 'publish', version: 1, publishedBy: 'member-1' },
  reopen: { type: 'reopen', reopenedBy: 'member-1', reason: REASON },
  endReopening: { type: 'endReopening', endedBy: 'member-1', reason: REASON },
};

/** What each command does in each status: the status after it, or the code of the refusal. */
