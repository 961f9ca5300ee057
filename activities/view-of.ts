/** From the folded state of a stream to what its workflow may know. Pure. */
import { type AssessmentState, FormStatus, openExaminers, uncoveredBy } from '../domain/assessment.ts';
import { resolveAssignments } from '../domain/assignment.ts';
import type { InvitationState } from '../domain/invitation.ts';
import type { SchoolSettings } from '../domain/school.ts';
import type { AssessmentView, InvitationView } from '../workflows/views.ts';

/** @param seq version of the stream at which the state was read */
export function toAssessmentView(seq: number, state: AssessmentState): AssessmentView {
  const newest = state.documents.at(-1);
  return {
    seq,
    status: state.status,
    statusSince: state.statusSince,
    dueAt: state.dueAt,
    isLate: state.isLate,
    openForms: openExaminers(state).length,
    lacksExaminer: lacksExaminer(state),
    document: newest
      ? {
          version: newest.version,
          decidedAt: state.decision?.decidedAt ?? state.statusSince,
          storedAt: newest.storedAt,
          mailedAt: newest.mailedAt,
        }
      : null,
    archivedAt: state.archivedAt,
  };
}

/** Whether a component that nobody scores has no examiner left who could be invited. */
function lacksExaminer(state: AssessmentState): boolean {
  const refs = state.components.map((component) => component.ref);
  const assigned = resolveAssignments(refs, state.assignments);
  const canBeInvited = (id: string) => state.examiners[id]?.form !== FormStatus.Withdrawn;
  return uncoveredBy(state).some((ref) => !(assigned[ref] ?? []).some(canBeInvited));
}

/** @param seq version of the stream at which the state was read */
export function toInvitationView(
  seq: number,
  state: InvitationState,
  settings: Pick<SchoolSettings, 'reminders' | 'timeZone'>,
): InvitationView {
  const { status, statusSince, delivery, deliveryAt, linkExpiresAt, dueAt } = state;
  const remindFrom = latest([state.invitedAt, statusSince, sentAt(state)]);
  return {
    seq,
    status,
    statusSince,
    delivery,
    deliveryAt,
    linkExpiresAt,
    dueAt,
    remindFrom,
    // Reopened work is reminded of anew: reminders of the round before do not count.
    remindedAt: state.reminders.map((reminder) => reminder.queuedAt).filter((at) => at >= statusSince),
    policy: settings.reminders,
    timeZone: settings.timeZone,
  };
}

/** A mail that left late is reminded of late. */
function sentAt({ delivery, deliveryAt, invitedAt }: InvitationState): string {
  return delivery === 'accepted' || delivery === 'delivered' ? deliveryAt : invitedAt;
}

/** All are ISO instants in UTC of the same form, so that text order is time order. */
function latest(instants: readonly string[]): string {
  return [...instants].sort().at(-1) ?? '';
}
