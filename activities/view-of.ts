/** From the folded state of a stream to what its workflow may know. Pure. */
import type { AssessmentState } from '../domain/assessment.ts';
import type { BatchState } from '../domain/batch.ts';
import type { InvitationState } from '../domain/invitation.ts';
import { reminderFacts } from '../domain/reminding.ts';
import type { SchoolSettings } from '../domain/school.ts';
import { assessmentFacts, batchFacts } from '../domain/waiting.ts';
import type { AssessmentView, BatchView, InvitationView } from '../workflows/views.ts';

/** @param seq version of the stream at which the state was read */
export function toAssessmentView(seq: number, state: AssessmentState): AssessmentView {
  return { seq, ...assessmentFacts(state), dueAt: state.dueAt, isLate: state.isLate };
}

/**
 * @param seq version of the stream at which the state was read
 * @param isHeld whoever started it has left the school
 */
export function toBatchView(seq: number, state: BatchState, isHeld = false): BatchView {
  return { seq, ...batchFacts(state), ...(isHeld ? { isHeld } : {}) };
}

/** @param seq version of the stream at which the state was read */
export function toInvitationView(
  seq: number,
  state: InvitationState,
  settings: Pick<SchoolSettings, 'reminders' | 'timeZone'>,
): InvitationView {
  return { seq, ...reminderFacts(state, settings) };
}
