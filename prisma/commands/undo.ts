/**
 * Taking back what nobody was told of yet.
 *
 * Contract
 * 1. A withdrawal and a cancellation take effect at once; the mails that tell of them are held for a minute.
 * 2. As long as such a mail has not been taken to be sent, it can be recalled and everything is as before, the link too. The
 *    rows of the mails are locked for it, so that either the pump has them or we do.
 * 3. A mail that told of more than is taken back goes on about the rest.
 */
import { type AssessmentEvent, type ExaminerState, FormStatus } from '../../domain/assessment.ts';
import { InvitationStatus, PairStatus } from '../../domain/invitation.ts';
import { linkExpiry } from '../../domain/school.ts';
import type { CommandHandler } from '../apply-command.ts';
import { recallMails } from '../mail-ledger.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
import { followAgreement } from './agreement.ts';
import { streamsOfPairs } from './streams.ts';

/** What a command whose mails are held answers, and what an undo finds again by the command's id. */
export interface HeldValue {
  /** ISO instant at which the mails leave. */
  readonly undoableUntil: string;
  readonly mailIds: readonly string[];
}

export interface UndoWithdraw {
  readonly assessmentId: string;
  readonly contactId: string;
}

/**
 * Takes a withdrawal back: the form, a question that was open and the link are as they were.
 *
 * Refused with `TOO_LATE` when the examiner was told or is being told, `EXAMINER_NOT_WITHDRAWN`, `ASSIGNMENTS_CHANGED`,
 * `EXAMINER_UNKNOWN`, or the reason why the assessment takes nothing any more.
 */
export const undoWithdraw: CommandHandler<UndoWithdraw, null> = {
  type: 'undoWithdraw',
  streams: (tx, { assessmentId }, { schoolId }) => streamsOfPairs(tx, schoolId, [assessmentId], null),
  async run(unit, { assessmentId, contactId }) {
    const changed = await unit.onAssessment(assessmentId, { type: 'reinstateExaminer', examinerId: contactId });
    const { after } = changed;
    const isOfExaminer = (event: AssessmentEvent) => 'examinerId' in event && event.examinerId === contactId;
    const commandId = await findCause(unit, assessmentId, 'ExaminerWithdrawn', isOfExaminer);
    await recall(unit, new Map([[commandId, [assessmentId]]]));
    const examiner = after.examiners[contactId];
    if (examiner) reinstatePair(unit, assessmentId, examiner);
    await followAgreement(unit, assessmentId, changed);
    return null;
  },
};

export interface UndoCancel {
  readonly assessmentIds: readonly string[];
}

/**
 * Takes a cancellation back, for all named assessments or for none: forms, open questions and links are as they were.
 *
 * Refused with `TOO_LATE` when an examiner was told or is being told, `ASSESSMENT_NOT_CANCELLED`, or `ASSESSMENT_NOT_FOUND`.
 */
export const undoCancel: CommandHandler<UndoCancel, null> = {
  type: 'undoCancel',
  streams: (tx, { assessmentIds }, { schoolId }) => streamsOfPairs(tx, schoolId, assessmentIds, null),
  async run(unit, { assessmentIds }) {
    if (assessmentIds.length === 0) throw new CommandRefused('ASSESSMENT_NOT_FOUND');
    const byCommand = new Map<string, string[]>();
    for (const assessmentId of new Set(assessmentIds)) {
      const changed = await unit.onAssessment(assessmentId, { type: 'undoCancel' });
      const { after } = changed;
      const commandId = await findCause(unit, assessmentId, 'AssessmentCancelled', () => true);
      byCommand.set(commandId, [...(byCommand.get(commandId) ?? []), assessmentId]);
      for (const examiner of Object.values(after.examiners)) {
        const isEnded = examiner.form === FormStatus.Finished || examiner.form === FormStatus.Withdrawn;
        if (!isEnded) reinstatePair(unit, assessmentId, examiner);
      }
      await followAgreement(unit, assessmentId, changed);
    }
    await recall(unit, byCommand);
    return null;
  },
};

/** The command that the newest such event came from. */
async function findCause(
  { tx, schoolId }: UnitOfWork,
  streamId: string,
  type: AssessmentEvent['type'],
  isMeant: (event: AssessmentEvent) => boolean,
): Promise<string> {
  const events = await tx.event.findMany({
    where: { schoolId, streamId, type },
    orderBy: { seq: 'desc' },
    select: { commandId: true, body: true },
  });
  const found = events.find(({ body }) => isMeant({ type, ...JSON.parse(body) }));
  if (!found) throw new CommandRefused('TOO_LATE');
  return found.commandId;
}

/** @param byCommand assessments that are taken back, by the command that ended them */
async function recall(unit: UnitOfWork, byCommand: ReadonlyMap<string, readonly string[]>): Promise<void> {
  const { tx, schoolId, now } = unit;
  const commands = await tx.command.findMany({ where: { schoolId, id: { in: [...byCommand.keys()] } } });
  const held = new Map(commands.map(({ id, outcome }) => [id, heldOf(outcome)]));
  for (const [commandId, assessmentIds] of byCommand) {
    const value = held.get(commandId);
    // What was told at once answers nothing of the kind; where nobody was to be told only the minute counts.
    if (!value || (value.mailIds.length === 0 && value.undoableUntil < now.toISOString())) {
      throw new CommandRefused('TOO_LATE');
    }
    const isRecalled = await recallMails(tx, schoolId, value.mailIds, assessmentIds);
    if (!isRecalled) throw new CommandRefused('TOO_LATE');
  }
}

function heldOf(outcome: unknown): HeldValue | null {
  const { value } = outcome as { readonly value: Partial<HeldValue> | null };
  const { undoableUntil, mailIds } = value ?? {};
  return undoableUntil !== undefined && mailIds !== undefined ? { undoableUntil, mailIds } : null;
}

function reinstatePair(unit: UnitOfWork, assessmentId: string, { invitationId, ask }: ExaminerState): void {
  const state = unit.invitation(invitationId);
  if (state.pairs[assessmentId] !== PairStatus.Withdrawn) return;
  // After the last form is finished a link lives on to look back only.
  const isReceipt = state.status === InvitationStatus.Completed;
  const linkExpiresAt = isReceipt ? linkExpiry(unit.nowIso, state.dueAt) : state.linkExpiresAt;
  unit.onInvitation(invitationId, { type: 'reinstatePair', assessmentId, linkExpiresAt });
  if (ask) unit.onInvitation(invitationId, { type: 'pausePair', assessmentId });
}
