/** What the conductor does next for an invitation. Pure, so that it is tested as a table. */
import { DeliveryStatus, InvitationStatus } from '../domain/invitation.ts';
import { nextReminder } from '../domain/reminders.ts';
import { type InvitationView, WaitsFor } from './views.ts';

export type InvitationStep =
  | { readonly kind: 'remind'; readonly at: string; readonly plannedAt: string }
  | { readonly kind: 'expire'; readonly at: string }
  | { readonly kind: 'end' };

export interface InvitationPlan {
  readonly waitsFor: WaitsFor;
  readonly since: string;
  readonly nextReminderAt: string | null;
  readonly step: InvitationStep;
}

/**
 * What is waited for, and what to do at what moment: a reminder, or the end of the link, whichever is first.
 * @param now ISO instant
 */
export function planInvitation(view: InvitationView, now: string): InvitationPlan {
  if (view.status !== InvitationStatus.Active) {
    return { waitsFor: WaitsFor.Nothing, since: view.statusSince, nextReminderAt: null, step: { kind: 'end' } };
  }
  const waitsFor = waitsForOf(view.delivery);
  const reminder = waitsFor === WaitsFor.Examiner ? planReminder(view, now) : null;
  const since = waitsFor === WaitsFor.Examiner ? view.remindFrom : view.deliveryAt;
  if (reminder === null || reminder.dueAt >= view.linkExpiresAt) {
    return { waitsFor, since, nextReminderAt: null, step: { kind: 'expire', at: view.linkExpiresAt } };
  }
  const step = { kind: 'remind', at: reminder.dueAt, plannedAt: reminder.plannedAt } as const;
  return { waitsFor, since, nextReminderAt: reminder.dueAt, step };
}

/** Who never got the mail is not reminded of it: it would not arrive either. */
function waitsForOf(delivery: DeliveryStatus): WaitsFor {
  if (delivery === DeliveryStatus.Bounced || delivery === DeliveryStatus.Failed) return WaitsFor.Address;
  return delivery === DeliveryStatus.Queued ? WaitsFor.Mail : WaitsFor.Examiner;
}

function planReminder(view: InvitationView, now: string) {
  const { remindFrom: invitedAt, remindedAt, dueAt, policy, timeZone } = view;
  return nextReminder({ invitedAt, remindedAt, dueAt, policy, timeZone, now });
}
