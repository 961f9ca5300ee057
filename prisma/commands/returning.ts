/**
 * An examiner asks to have a finished form back, because something in it is wrong.
 *
 * Contract
 * 1. It can be asked until the result is final. As long as it waits for an answer nothing is decided: see `finalise`.
 * 2. While the assessment is not complete the initiator is told; after that the committee is too, because it would decide.
 *    Either may answer: `returnForm` gives back, `answerAsk` says no with a reason. `takeBackAsk` ends it as well.
 * 3. The form stays finished meanwhile, with its scores, version and fingerprint.
 */
import { AskKind, AssessmentStatus } from '../../domain/assessment.ts';
import type { CommandHandler } from '../apply-command.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
import { memberMail } from './mails.ts';
import { reasonProblem, requireReason, type TextProblem } from './reasons.ts';

export interface AskReturn {
  readonly assessmentId: string;
  readonly contactId: string;
  /** In which something is wrong: at least one. */
  readonly components: readonly string[];
  /** As typed; required. */
  readonly reason: string;
}

/** All that is wrong with what was typed, so that a page can say it at once. */
export function askReturnProblems({ components, reason }: Pick<AskReturn, 'components' | 'reason'>): TextProblem[] {
  const problem = reasonProblem(reason);
  return [
    ...(components.length === 0 ? [{ code: 'COMPONENTS_REQUIRED', params: {} }] : []),
    ...(problem ? [problem] : []),
  ];
}

/**
 * The examiner asks to have the form back.
 *
 * Refused with `COMPONENTS_REQUIRED`, `REASON_REQUIRED`, `REASON_TOO_LONG`, `TEXT_FORBIDDEN_CHARACTER`, `NOTHING_TO_RETURN`,
 * `ASKED_ALREADY`, `FORM_NOT_FINISHED`, `FORM_WITHDRAWN`, `EXAMINER_UNKNOWN`, `ASSESSMENT_FINAL` or `ASSESSMENT_CANCELLED`.
 */
export const askReturn: CommandHandler<AskReturn, null> = {
  type: 'askReturn',
  streams: (_tx, { assessmentId }) => [assessmentId],
  async run(unit, command) {
    const { assessmentId, contactId, components } = command;
    const [problem] = askReturnProblems(command);
    if (problem) throw new CommandRefused(problem.code, problem.params);
    const { status, examiners } = unit.assessment(assessmentId);
    const examiner = examiners[contactId];
    if (!examiner) throw new CommandRefused('EXAMINER_UNKNOWN');
    const reason = await unit.keepText(assessmentId, 'askReason', requireReason(command.reason));
    await unit.onAssessment(assessmentId, {
      type: 'ask',
      examinerId: contactId,
      kind: AskKind.Return,
      reason,
      proposal: null,
      components,
    });
    const { invitationId } = examiner;
    const reference = { invitationId, contactId, assessmentIds: [assessmentId], textId: reason.textId };
    for (const membershipId of await membersToTell(unit, assessmentId, status))
      unit.queueMail(await memberMail(unit, 'asked', assessmentId, membershipId, reference));
    return null;
  },
};

async function membersToTell(
  { tx, schoolId }: UnitOfWork,
  assessmentId: string,
  status: AssessmentStatus,
): Promise<string[]> {
  const { initiatorId } = await tx.assessment.findUniqueOrThrow({
    where: { id: assessmentId, schoolId },
    select: { initiatorId: true },
  });
  if (status !== AssessmentStatus.Assessed) return [initiatorId];
  const committee = await tx.membership.findMany({
    where: { schoolId, roles: { has: 'committee' }, endedAt: null },
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  return [...new Set([initiatorId, ...committee.map(({ id }) => id)])];
}
