/** Another deadline for assessments that are under way. */
import { FormStatus } from '../../domain/assessment.ts';
import { formatInstant, parseInstant } from '../../domain/calendar.ts';
import { InvitationStatus } from '../../domain/invitation.ts';
import { linkExpiry } from '../../domain/school.ts';
import type { CommandHandler } from '../apply-command.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
import { examinerMail } from './mails.ts';
import { streamsOfPairs } from './streams.ts';

export interface MoveDeadline {
  readonly assessmentIds: readonly string[];
  /** ISO instant, the same for all. */
  readonly dueAt: string;
  /** ISO instant from which nothing is taken any more; null: never by itself. */
  readonly closesAt: string | null;
}

/**
 * Moves the deadline of all named assessments, or of none; whoever still has to score is told once, however many there are.
 * Links live as long after the new date as they would have after the old one. Value: how many examiners are told.
 *
 * Refused with `DEADLINE_INVALID`, `DEADLINE_IN_PAST`, `CLOSES_BEFORE_DUE`, `ASSESSMENT_NOT_FOUND`, or `ASSESSMENT_FINAL` or
 * `ASSESSMENT_CANCELLED` when one of them takes nothing any more.
 */
export const moveDeadline: CommandHandler<MoveDeadline, { toldCount: number }> = {
  type: 'moveDeadline',
  streams: (tx, { assessmentIds }, { schoolId }) => streamsOfPairs(tx, schoolId, assessmentIds, null),
  async run(unit, command) {
    const assessmentIds = [...new Set(command.assessmentIds)];
    if (assessmentIds.length === 0) throw new CommandRefused('ASSESSMENT_NOT_FOUND');
    const dueAt = readInstant(command.dueAt);
    const closesAt = command.closesAt === null ? null : readInstant(command.closesAt);
    const told = new Map<string, ToTell>();
    const invitationIds = new Set<string>();
    for (const assessmentId of assessmentIds) {
      const { before, after } = await unit.onAssessment(assessmentId, { type: 'moveDeadline', dueAt, closesAt });
      for (const [contactId, { form, invitationId }] of Object.entries(after.examiners)) {
        if (form === FormStatus.Finished || form === FormStatus.Withdrawn || !unit.hasStream(invitationId)) continue;
        invitationIds.add(invitationId);
        if (before === null || !isSame(before.dueAt, dueAt)) tell(told, contactId, invitationId, assessmentId);
      }
    }
    await moveInvitations(unit, [...invitationIds]);
    for (const [contactId, { invitationId, assessmentIds: ids }] of told) {
      const reference = { assessmentIds: ids, dueAt };
      unit.queueMail(await examinerMail(unit, 'dueMoved', invitationId, contactId, reference));
    }
    return { toldCount: told.size };
  },
};

function isSame(former: string | null, dueAt: string): boolean {
  return former !== null && Date.parse(former) === Date.parse(dueAt);
}

function readInstant(text: string): string {
  try {
    return formatInstant(parseInstant(text));
  } catch (error) {
    if (error instanceof RangeError) throw new CommandRefused('DEADLINE_INVALID');
    throw error;
  }
}

interface ToTell {
  /** Whose link the mail brings. */
  readonly invitationId: string;
  readonly assessmentIds: string[];
}

function tell(told: Map<string, ToTell>, contactId: string, invitationId: string, assessmentId: string): void {
  const known = told.get(contactId);
  if (known) known.assessmentIds.push(assessmentId);
  else told.set(contactId, { invitationId, assessmentIds: [assessmentId] });
}

/** An invitation is due when the last of its open assessments is. */
async function moveInvitations(unit: UnitOfWork, invitationIds: readonly string[]): Promise<void> {
  const dues = await readOtherDues(unit, invitationIds);
  for (const invitationId of invitationIds) {
    const state = unit.invitation(invitationId);
    const isOver = state.status === InvitationStatus.Withdrawn || state.status === InvitationStatus.Completed;
    const open = Object.keys(state.pairs).filter((id) => state.pairs[id] === 'open');
    const all = open.map((id) => (unit.hasStream(id) ? unit.assessment(id).dueAt : (dues.get(id) ?? null)));
    const dueAt = all
      .flatMap((due) => due ?? [])
      .sort()
      .at(-1);
    if (isOver || dueAt === undefined || dueAt === state.dueAt) continue;
    unit.onInvitation(invitationId, { type: 'moveDue', dueAt, linkExpiresAt: linkExpiry(unit.nowIso, dueAt) });
  }
}

/** Of assessments that are in these invitations and are not moved. */
async function readOtherDues(
  { tx, schoolId }: UnitOfWork,
  invitationIds: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const rows = await tx.assessment.findMany({
    where: { schoolId, examiners: { some: { invitationId: { in: [...invitationIds] } } } },
    select: { id: true, dueAt: true },
  });
  return new Map(rows.map(({ id, dueAt }) => [id, dueAt?.toISOString() ?? null]));
}
