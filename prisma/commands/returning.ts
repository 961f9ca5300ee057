/**
 * An examiner asks to have a finished form back, because something in it is wrong; and a return that the committee takes back.
 *
 * Contract
 * 1. It can be asked until the result is final. As long as it waits for an answer nothing is decided: see `finalise`.
 * 2. While the assessment is not complete the initiator is told; after that the committee is too, because it would decide.
 *    Either may answer: `returnForm` gives back, `answerAsk` says no with a reason. `takeBackAsk` ends it as well.
 * 3. The form stays finished meanwhile, with its scores, version and fingerprint.
 * 4. A return is taken back only while the examiner wrote nothing since. The mail that told of it is recalled when it has not left
 *    yet; otherwise another one says that nothing need be done.
 */
import { AskKind, type AssessmentEvent, AssessmentStatus, type ExaminerState } from '../../domain/assessment.ts';
import { beforeReturn } from '../../domain/deciding-returns.ts';
import { PairStatus } from '../../domain/invitation.ts';
import { receiptExpiry } from '../../domain/school.ts';
import type { CommandHandler } from '../apply-command.ts';
import { recallMails } from '../mail-ledger.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
import { followAgreement } from './agreement.ts';
import { lockForm } from './forms.ts';
import { examinerMail, memberMail } from './mails.ts';
import { optionalReason, reasonProblem, requireReason, type TextProblem } from './reasons.ts';
import { streamsOfPairs } from './streams.ts';

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

export interface TakeBackReturn {
  readonly assessmentId: string;
  readonly contactId: string;
  /** The member of the committee who does so. */
  readonly membershipId: string;
  /** Version of the form that was on the screen. */
  readonly formVersion: number;
  /** As typed; may be empty. */
  readonly reason: string;
}

/**
 * A form that was sent back is finished again, as it was.
 *
 * Refused with `FORM_BEGUN` (the examiner wrote something since), `FORM_NOT_RETURNED`, `CHANGED_MEANWHILE` (finished and sent back
 * again since), `EXAMINER_UNKNOWN`, `ASSESSMENT_FINAL`, `ASSESSMENT_CANCELLED`, or with a problem of the reason (see reasons.ts).
 */
export const takeBackReturn: CommandHandler<TakeBackReturn, null> = {
  type: 'takeBackReturn',
  streams: (tx, { assessmentId }, { schoolId }) => streamsOfPairs(tx, schoolId, [assessmentId], null),
  async run(unit, { assessmentId, contactId, membershipId, formVersion, reason: typed }) {
    const words = optionalReason(typed);
    const examiner = unit.assessment(assessmentId).examiners[contactId];
    if (!examiner) throw new CommandRefused('EXAMINER_UNKNOWN');
    const before = beforeReturn(await readEvents(unit, assessmentId), contactId);
    if (before === null) throw new CommandRefused('FORM_NOT_RETURNED');
    const reason = words === '' ? null : await unit.keepText(assessmentId, 'takeBackReason', words);
    // The state decides first: a form that is finished by now is told so, not that somebody wrote in it.
    const changed = await unit.onAssessment(assessmentId, {
      type: 'takeBackReturn',
      examinerId: contactId,
      takenBackBy: membershipId,
      reason,
      before,
    });
    if (examiner.formVersion !== formVersion) throw new CommandRefused('CHANGED_MEANWHILE');
    await closeUnbegun(unit, examiner);
    const { invitationId } = examiner;
    if (unit.invitation(invitationId).pairs[assessmentId] === PairStatus.Open)
      unit.onInvitation(invitationId, {
        type: 'finishPair',
        assessmentId,
        receiptExpiresAt: receiptExpiry(unit.nowIso),
      });
    await followAgreement(unit, assessmentId, changed);
    if (await recallReturn(unit, invitationId, assessmentId)) return null;
    const reference = {
      assessmentIds: [assessmentId],
      ...(reason ? { textId: reason.textId } : {}),
      ...(before.ask ? { isReturn: true } : {}),
    };
    unit.queueMail(await examinerMail(unit, 'returnTakenBack', invitationId, contactId, reference));
    return null;
  },
};

async function readEvents({ tx, schoolId }: UnitOfWork, streamId: string) {
  const rows = await tx.event.findMany({
    where: { schoolId, streamId },
    orderBy: { seq: 'asc' },
    select: { type: true, at: true, body: true },
  });
  return rows.map(({ type, at, body }) => ({
    event: { type, ...JSON.parse(body) } as AssessmentEvent,
    at: at.toISOString(),
  }));
}

/**
 * Refuses when words or evidence came after the last finish, also those that were taken away again. Saving waits for the lock on the
 * form; a save that was decided about before that finds another revision then, with the same words, and is looked at anew.
 */
async function closeUnbegun(unit: UnitOfWork, { formId }: ExaminerState): Promise<void> {
  const { tx, schoolId } = unit;
  const { revision } = await lockForm(unit, formId);
  const [found] = await tx.$queryRaw<{ isBegun: boolean }[]>`
    SELECT form.saved_at > finished.at OR EXISTS (SELECT 1 FROM evidence
        WHERE evidence.form_id = form.id AND (evidence.created_at > finished.at OR evidence.removed_at > finished.at)) AS "isBegun"
    FROM form, (SELECT max(finished_at) AS at FROM form_submission
      WHERE form_id = ${formId}::uuid AND school_id = ${schoolId}::uuid) AS finished
    WHERE form.id = ${formId}::uuid AND form.school_id = ${schoolId}::uuid`;
  if (found?.isBegun !== false) throw new CommandRefused('FORM_BEGUN');
  await tx.$executeRaw`
    WITH copied AS (
      INSERT INTO form_revision (school_id, form_id, revision, based_on, content, saved_at)
      SELECT school_id, form_id, revision + 1, revision, content, saved_at FROM form_revision
      WHERE form_id = ${formId}::uuid AND school_id = ${schoolId}::uuid AND revision = ${revision}::int
      RETURNING form_id, revision)
    UPDATE form SET revision = copied.revision FROM copied WHERE form.id = copied.form_id`;
}

/** @returns whether the examiner was not told of the return yet, and now is not at all */
async function recallReturn({ tx, schoolId }: UnitOfWork, streamId: string, assessmentId: string): Promise<boolean> {
  const mails = await tx.mail.findMany({
    where: {
      schoolId,
      streamId,
      template: 'returned',
      reference: { path: ['assessmentIds'], array_contains: [assessmentId] },
    },
    orderBy: [{ queuedAt: 'desc' }, { id: 'desc' }],
    take: 1,
    select: { id: true },
  });
  const ids = mails.map(({ id }) => id);
  return ids.length > 0 && (await recallMails(tx, schoolId, ids, [assessmentId]));
}
