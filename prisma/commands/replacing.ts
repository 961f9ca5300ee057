/**
 * Another examiner instead of one who was invited.
 *
 * Contract
 * 1. The first is withdrawn and told; the second takes the first's place in every scope, and is invited with an empty form.
 * 2. What the first had written stays in the record and is shown to the committee. It goes along only when the first asked to
 *    hand over and said that it may: then the second's form begins with it, and the record names both. Notes and evidence of
 *    the first never go along.
 * 3. Every rule about who may examine holds for the second as for any invitation.
 */
import type { ExaminerState, TextRef } from '../../domain/assessment.ts';
import { FormStatus } from '../../domain/assessment.ts';
import { type Assignment, resolveAssignments, scopeKey } from '../../domain/assignment.ts';
import { type Conflict, conflictPolicyOf, findConflicts } from '../../domain/conflicts.ts';
import { isSendable } from '../../platform/attachments.ts';
import type { CommandHandler } from '../apply-command.ts';
import { conflictFactsOf } from '../conflict-facts.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
import { type ConflictOverride, isAboutAny, settleConflicts } from './conflict-reasons.ts';
import { invitationIdFor, inviteAll } from './invite.ts';
import { examinerMail } from './mails.ts';
import { optionalReason } from './reasons.ts';
import { shareDraft } from './share-draft.ts';
import { streamsOfPairs } from './streams.ts';

export type { ConflictOverride } from './conflict-reasons.ts';

export interface Replacement {
  readonly assessmentIds: readonly string[];
  readonly fromContactId: string;
  readonly toContactId: string;
  /** As typed; empty for none. The first examiner reads it. */
  readonly reason: string;
  /** For the second, above the button of the invitation; cleaned and checked, empty for none. */
  readonly remark: string;
  readonly initiatorId: string;
  /** Key id with which links are derived. */
  readonly kid: string;
  /** Reasons to go on where a rule about examiners warns. */
  readonly overrides?: readonly ConflictOverride[];
  /** The first asked for it: both stand in the record. Absent: the initiator's own choice. */
  readonly handOver?: {
    /** Assessments of which the first lets go along what was filled in. */
    readonly draftsOf: readonly string[];
  };
}

export type ReplaceExaminer = Replacement;

/**
 * Puts another examiner in the place of one who was invited, for all named assessments or for none. Value: the invitation of
 * the second.
 *
 * Refused with `EXAMINER_UNKNOWN`, `EXAMINER_SAME`, `EXAMINER_AT_WORK`, `FORM_ALREADY_FINISHED`, `FORM_WITHDRAWN` (params
 * `assessmentId`), `EXAMINER_IS_STUDENT` or `EXAMINER_IS_INITIATOR` (params `examinerIds`, `studentId`), `CONFLICT_BLOCKED` or
 * `CONFLICT_REASON_REQUIRED` (params `rule`, `examinerIds`, `studentId`), `ASSESSMENT_FINAL`, `ASSESSMENT_CANCELLED` or
 * `CHANGED_MEANWHILE`.
 */
export const replaceExaminer: CommandHandler<ReplaceExaminer, { invitationIds: string[] }> = {
  type: 'replaceExaminer',
  streams: (tx, command, { schoolId }) => streamsOfPairs(tx, schoolId, command.assessmentIds, [command.fromContactId]),
  async run(unit, command) {
    const reason = optionalReason(command.reason);
    const done = await replaceIn(unit, { ...command, reason });
    const { textId } = done;
    for (const [invitationId, assessmentIds] of done.invitationsOfFormer) {
      const reference = { assessmentIds, ...(textId === null ? {} : { textId }) };
      unit.queueMail(await examinerMail(unit, 'withdrawn', invitationId, command.fromContactId, reference));
    }
    return { invitationIds: done.invitationIds };
  },
};

export interface ReplacementDone {
  /** Of the second. */
  readonly invitationIds: string[];
  /** Which assessments were taken out of which invitation of the first. */
  readonly invitationsOfFormer: ReadonlyMap<string, readonly string[]>;
  /** The kept reason; null when there is none. */
  readonly textId: string | null;
}

/**
 * What {@link replaceExaminer} does, without the mail to the first: who asked to be replaced is answered.
 * @param replacement with a cleaned reason
 */
export async function replaceIn(unit: UnitOfWork, replacement: Replacement): Promise<ReplacementDone> {
  const { fromContactId, toContactId, initiatorId, kid, remark, overrides = [] } = replacement;
  const assessmentIds = [...new Set(replacement.assessmentIds)];
  if (assessmentIds.length === 0) throw new CommandRefused('ASSESSMENT_NOT_FOUND');
  if (fromContactId === toContactId) throw new CommandRefused('EXAMINER_SAME');
  await mustBeKnown(unit, toContactId);
  await mustBeMember(unit, initiatorId);
  for (const assessmentId of assessmentIds) refuseAtWork(unit, assessmentId, fromContactId, toContactId);
  const invitationsOfFormer = new Map<string, string[]>();
  const formerForms = new Map<string, string>();
  let textId: string | null = null;
  for (const assessmentId of assessmentIds) {
    const { invitationId, formId } = examinerOf(unit, assessmentId, fromContactId);
    formerForms.set(assessmentId, formId);
    const text =
      replacement.reason === '' ? null : await unit.keepText(assessmentId, 'withdrawReason', replacement.reason);
    textId ??= text?.textId ?? null;
    await swap(unit, assessmentId, { fromContactId, toContactId, reason: text });
    unit.onInvitation(invitationId, { type: 'withdrawPair', assessmentId });
    invitationsOfFormer.set(invitationId, [...(invitationsOfFormer.get(invitationId) ?? []), assessmentId]);
  }
  await settleConflictsOf(unit, assessmentIds, toContactId, initiatorId, overrides);
  const formerIds = [...invitationsOfFormer.keys()];
  const [reminderPolicy] = formerIds.flatMap((id) => unit.invitation(id).reminderPolicy ?? []);
  const invitationId = invitationIdFor(unit.commandId, toContactId);
  const attachmentIds = await attachmentsOf(unit, formerIds);
  const invitation = { invitationId, contactId: toContactId, assessmentIds, initiatorId, remark, attachmentIds, kid };
  const { handOver } = replacement;
  const more = { ...(reminderPolicy ? { reminderPolicy } : {}), ...(handOver ? { handedFrom: fromContactId } : {}) };
  await inviteAll(unit, [{ ...invitation, ...more }]);
  for (const assessmentId of handOver?.draftsOf ?? []) {
    const { formId } = examinerOf(unit, assessmentId, toContactId);
    await shareDraft(unit, formerForms.get(assessmentId) ?? '', formId);
  }
  return { invitationIds: [invitationId], invitationsOfFormer, textId };
}

async function mustBeKnown({ tx, schoolId }: UnitOfWork, contactId: string): Promise<void> {
  const count = await tx.contact.count({ where: { schoolId, id: contactId, archivedAt: null } });
  if (count === 0) throw new CommandRefused('EXAMINER_UNKNOWN');
}

async function mustBeMember({ tx, schoolId }: UnitOfWork, id: string): Promise<void> {
  const count = await tx.membership.count({ where: { schoolId, id } });
  if (count === 0) throw new CommandRefused('MEMBER_UNKNOWN');
}

function refuseAtWork(unit: UnitOfWork, assessmentId: string, fromContactId: string, toContactId: string): void {
  const { form, invitationId } = examinerOf(unit, assessmentId, fromContactId);
  if (form === FormStatus.Finished) throw new CommandRefused('FORM_ALREADY_FINISHED', { assessmentId });
  if (form === FormStatus.Withdrawn) throw new CommandRefused('FORM_WITHDRAWN', { assessmentId });
  // Another invitation came in between reading and locking.
  if (!unit.hasStream(invitationId)) throw new CommandRefused('CHANGED_MEANWHILE');
  const second = unit.assessment(assessmentId).examiners[toContactId];
  if (second && second.form !== FormStatus.Withdrawn) throw new CommandRefused('EXAMINER_AT_WORK', { assessmentId });
}

function examinerOf(unit: UnitOfWork, assessmentId: string, contactId: string): ExaminerState {
  const examiner = unit.assessment(assessmentId).examiners[contactId];
  if (!examiner) throw new CommandRefused('EXAMINER_UNKNOWN', { assessmentId });
  return examiner;
}

interface Swap {
  readonly fromContactId: string;
  readonly toContactId: string;
  readonly reason: TextRef | null;
}

async function swap(
  unit: UnitOfWork,
  assessmentId: string,
  { fromContactId, toContactId, reason }: Swap,
): Promise<void> {
  const { after } = await unit.onAssessment(assessmentId, {
    type: 'withdrawExaminer',
    examinerId: fromContactId,
    reason,
    replacedBy: toContactId,
  });
  const assignments = swapped(after.assignments, fromContactId, toContactId);
  await unit.onAssessment(assessmentId, { type: 'assign', assignments });
}

/** The second in every place of the first, each scope once. */
export function swapped(assignments: readonly Assignment[], from: string, to: string): Assignment[] {
  const seen = new Set<string>();
  return assignments.flatMap(({ examinerId, scope }) => {
    const assignment = { examinerId: examinerId === from ? to : examinerId, scope };
    const key = `${assignment.examinerId} ${scopeKey(scope)}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [assignment];
  });
}

/** Rules that the second breaks: those that block refuse, those that warn need a reason, which goes into the record. */
async function settleConflictsOf(
  unit: UnitOfWork,
  assessmentIds: readonly string[],
  toContactId: string,
  initiatorId: string,
  overrides: readonly ConflictOverride[],
): Promise<void> {
  const chosen = assessmentIds.map((assessmentId) => ({ assessmentId, examinerIds: scoring(unit, assessmentId) }));
  const facts = await conflictFactsOf(unit.tx, unit.schoolId, chosen, initiatorId);
  const found = findConflicts(conflictPolicyOf(await unit.settings()), facts);
  // Who is missing was missing before too, unless the second takes the place of the one who was not.
  const isOfSecond = (conflict: Conflict) => isAboutAny(conflict, new Set([toContactId]));
  await settleConflicts(unit, found.filter(isOfSecond), overrides);
}

function scoring(unit: UnitOfWork, assessmentId: string): string[] {
  const { components, assignments } = unit.assessment(assessmentId);
  const refs = components.map(({ ref }) => ref);
  return [...new Set(Object.values(resolveAssignments(refs, assignments)).flat())];
}

/** The second needs the same files to work with, without those that turned out not to be clean. */
async function attachmentsOf({ tx, schoolId }: UnitOfWork, invitationIds: readonly string[]): Promise<string[]> {
  const rows = await tx.invitationAttachment.findMany({
    where: { schoolId, invitationId: { in: [...invitationIds] } },
    orderBy: { attachmentId: 'asc' },
    distinct: ['attachmentId'],
    select: { attachmentId: true, attachment: { select: { scan: true } } },
  });
  return rows.flatMap(({ attachmentId, attachment }) => (isSendable(attachment.scan) ? [attachmentId] : []));
}
