/** What the conductor does next for an invitation. Pure, so that it is tested as a table. */
import { InvitationStatus } from '../domain/invitation.ts';
import { plannedReminder } from '../domain/reminding.ts';
import { type Waiting, waitingOfInvitation } from '../domain/waiting.ts';
import type { InvitationView } from './views.ts';

export type InvitationStep =
  | { readonly kind: 'remind'; readonly at: string; readonly plannedAt: string }
  | { readonly kind: 'expire'; readonly at: string }
  | { readonly kind: 'end' };

export interface InvitationPlan extends Waiting {
  readonly nextReminderAt: string | null;
  readonly step: InvitationStep;
}

/**
 * What is waited for, and what to do at what moment: a reminder, or the end of the link, whichever is first.
 * @param now ISO instant
 */
export function planInvitation(view: InvitationView, now: string): InvitationPlan {
  const { waitsFor, since } = waitingOfInvitation(view);
  if (view.status !== InvitationStatus.Active) return { waitsFor, since, nextReminderAt: null, step: { kind: 'end' } };
  const reminder = plannedReminder(view, now);
  if (reminder === null) {
    return { waitsFor, since, nextReminderAt: null, step: { kind: 'expire', at: view.linkExpiresAt } };
  }
  const step = { kind: 'remind', at: reminder.dueAt, plannedAt: reminder.plannedAt } as const;
  return { waitsFor, since, nextReminderAt: reminder.dueAt, step };
}
