/** When an invitation is reminded next: one rule, for the conductor that waits for it and for the command that sends it. */
import type { InvitationState } from './invitation.ts';
import { type NextReminder, nextReminder, type ReminderPolicy } from './reminders.ts';
import type { SchoolSettings } from './school.ts';
import { type InvitationFacts, invitationFacts, WaitsFor, waitingOfInvitation } from './waiting.ts';

export interface ReminderFacts extends InvitationFacts {
  readonly linkExpiresAt: string;
  readonly dueAt: string | null;
  /** Reminders since `remindFrom`. */
  readonly remindedAt: readonly string[];
  readonly policy: ReminderPolicy;
  readonly timeZone: string;
}

export function reminderFacts(
  state: InvitationState,
  settings: Pick<SchoolSettings, 'reminders' | 'timeZone'>,
): ReminderFacts {
  const { statusSince, linkExpiresAt, dueAt, resentAt = '' } = state;
  return {
    ...invitationFacts(state),
    linkExpiresAt,
    dueAt,
    // Reopened work, and what was sent again, is reminded of anew: reminders of the round before do not count.
    remindedAt: state.reminders.map(({ queuedAt }) => queuedAt).filter((at) => at >= statusSince && at >= resentAt),
    policy: state.reminderPolicy ?? settings.reminders,
    timeZone: settings.timeZone,
  };
}

/**
 * The next reminder, or null: nobody is waited for, all have been sent, or the link ends first. Who never got the mail is not
 * reminded of it: it would not arrive either.
 * @param now ISO instant
 */
export function plannedReminder(facts: ReminderFacts, now: string): NextReminder | null {
  if (waitingOfInvitation(facts).waitsFor !== WaitsFor.Examiner) return null;
  const { remindFrom: invitedAt, remindedAt, dueAt, policy, timeZone } = facts;
  const reminder = nextReminder({ invitedAt, remindedAt, dueAt, policy, timeZone, now });
  return reminder === null || reminder.dueAt >= facts.linkExpiresAt ? null : reminder;
}

/**
 * Reminders to one examiner that fall due so close to each other are one mail. Shorter than from one morning to the next, so
 * that an invitation is never taken for reminded because of the day before.
 */
const TOGETHER_MS = 20 * 3_600_000;

/** Whether the reminder of an invitation may go along with one that is sent now. @param now ISO instant */
export function goesAlong(facts: ReminderFacts, now: string): boolean {
  const reminder = plannedReminder(facts, now);
  return reminder !== null && Date.parse(reminder.dueAt) - Date.parse(now) < TOGETHER_MS;
}

/** Whether an invitation was reminded already of what a timer wants to remind it of: it went along with another one. */
export function wentAlong(state: Pick<InvitationState, 'reminders'>, plannedAt: string): boolean {
  const last = state.reminders.at(-1);
  return last !== undefined && Date.parse(plannedAt) - Date.parse(last.queuedAt) < TOGETHER_MS;
}
