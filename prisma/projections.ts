/** The tables that pages read, written from the folded state in the transaction of the command. */
import { type AssessmentEvent, type AssessmentState, FormStatus } from '../domain/assessment.ts';
import { resolveAssignments } from '../domain/assignment.ts';
import type { InvitationEvent, InvitationState } from '../domain/invitation.ts';
import type { Tx } from './client.ts';

function toDate(iso: string | null): Date | null {
  return iso === null ? null : new Date(iso);
}

/** The row itself is made by the command that creates; here it follows the state. */
export async function projectAssessment(
  tx: Tx,
  id: string,
  state: AssessmentState,
  fresh: readonly AssessmentEvent[],
): Promise<void> {
  await tx.assessment.update({
    where: { id },
    data: {
      status: state.status,
      statusSince: new Date(state.statusSince),
      dueAt: toDate(state.dueAt),
      isLate: state.isLate,
      score: state.result?.score ?? null,
      gradeTenths: state.result?.gradeTenths ?? null,
      insufficientCount: state.result?.insufficientCount ?? 0,
      disagreementCount: state.disagreements.length,
      isDisputed: Object.values(state.examiners).some((examiner) => examiner.disputedAt !== null),
      returnCount: { increment: fresh.filter((event) => event.type === 'FormReturned').length },
    },
  });
  if (fresh.some((event) => EXAMINER_EVENTS.has(event.type))) await projectExaminers(tx, id, state);
}

const EXAMINER_EVENTS: ReadonlySet<AssessmentEvent['type']> = new Set([
  'ExaminersAssigned',
  'ExaminerInvited',
  'FormStarted',
  'FormFinished',
  'FormReturned',
  'ExaminerWithdrawn',
]);

async function projectExaminers(tx: Tx, assessmentId: string, state: AssessmentState): Promise<void> {
  const { schoolId } = await tx.assessment.findUniqueOrThrow({
    where: { id: assessmentId },
    select: { schoolId: true },
  });
  const assigned = resolveAssignments(
    state.components.map((component) => component.ref),
    state.assignments,
  );
  const chosen = new Set([...state.assignments.map((each) => each.examinerId), ...Object.keys(state.examiners)]);
  await tx.assessmentExaminer.deleteMany({ where: { assessmentId, contactId: { notIn: [...chosen] } } });
  for (const contactId of chosen) {
    const examiner = state.examiners[contactId];
    const data = examiner
      ? {
          invitationId: examiner.invitationId,
          formId: examiner.formId,
          formStatus: examiner.form,
          components: [...examiner.components],
          startedAt: toDate(examiner.startedAt),
          finishedAt: toDate(examiner.finishedAt),
        }
      : {
          formStatus: FormStatus.None,
          components: Object.keys(assigned).filter((ref) => assigned[ref]?.includes(contactId)),
        };
    await tx.assessmentExaminer.upsert({
      where: { assessmentId_contactId: { assessmentId, contactId } },
      create: { schoolId, assessmentId, contactId, ...data },
      update: data,
    });
  }
}

/** Follows the state of an invitation, and keeps its link's life in step. */
export async function projectInvitation(
  tx: Tx,
  id: string,
  state: InvitationState,
  fresh: readonly InvitationEvent[],
  now: string,
): Promise<void> {
  const lastReminder = state.reminders.at(-1);
  await tx.invitation.update({
    where: { id },
    data: {
      status: state.status,
      statusSince: new Date(state.statusSince),
      dueAt: toDate(state.dueAt),
      openedAt: toDate(state.openedAt),
      mailId: state.mailId,
      delivery: state.delivery,
      deliveryAt: new Date(state.deliveryAt),
      remindersSent: state.reminders.length,
      lastReminderAt: lastReminder ? new Date(lastReminder.queuedAt) : null,
      linkId: state.linkId,
      ...(state.status === 'active' ? {} : { nextReminderAt: null }),
    },
  });
  for (const event of fresh) {
    if (event.type === 'LinkReissued') {
      await tx.link.update({
        where: { id: event.formerLinkId },
        data: { revokedAt: new Date(now), revokeReason: 'replaced', supersededBy: event.linkId },
      });
    }
    if (event.type === 'InvitationWithdrawn') {
      await tx.link.update({
        where: { id: state.linkId },
        data: { revokedAt: new Date(now), revokeReason: 'withdrawn' },
      });
    }
  }
  await tx.link.update({ where: { id: state.linkId }, data: { expiresAt: new Date(state.linkExpiresAt) } });
}
