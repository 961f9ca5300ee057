import {
  addWorkingDays,
  firstWorkingDayFrom,
  isTimeOfDay,
  type LocalDate,
  parseInstant,
  toLocalDate,
  zonedInstant,
} from './calendar.ts';

/** When an examiner is reminded; a setting of the school. */
export interface ReminderPolicy {
  /** Working days from the invitation to the first reminder, at least 1. */
  readonly firstAfterWorkingDays: number;
  /** Working days from one reminder to the next, at least 1. */
  readonly everyWorkingDays: number;
  /** Most reminders for one invitation; 0 sends none. */
  readonly max: number;
  /** Local time of sending, `HH:MM`. */
  readonly sendAt: string;
  /** Moves a reminder forward to this many working days before the deadline, at least 1; absent: no such reminder. */
  readonly beforeDueWorkingDays?: number;
}

/** What a school has until it chooses otherwise. */
export const DEFAULT_REMINDER_POLICY: ReminderPolicy = {
  firstAfterWorkingDays: 3,
  everyWorkingDays: 3,
  max: 4,
  sendAt: '09:00',
  beforeDueWorkingDays: 1,
};

/** Time of day at which a deadline ends: the last minute of the day. */
export const DUE_TIME = '23:59';

export interface ReminderInput {
  /** When the invitation was sent. */
  readonly invitedAt: string;
  /** When each reminder so far was sent, in any order. */
  readonly remindedAt: readonly string[];
  /** The deadline, or null without one. */
  readonly dueAt: string | null;
  readonly policy: ReminderPolicy;
  readonly timeZone: string;
  readonly now: string;
  /** Days on which the school is closed besides the public holidays. */
  readonly extraClosed?: readonly LocalDate[];
}

export interface NextReminder {
  /** When to send it: never before `now`, always on a working day. Equal to `now` when it is overdue. */
  readonly dueAt: string;
  /** From 1. */
  readonly number: number;
  /** The instant it was planned for; does not depend on `now`, so it can be part of the id of the mail. */
  readonly plannedAt: string;
}

/**
 * The next reminder of an invitation that is still open, or null when all have been sent.
 *
 * 1. It is planned some working days after the last mail (invitation or reminder), or earlier: the set number of working
 *    days before the deadline, unless a mail went out on or after that day.
 * 2. One that is overdue (an outage, a weekend, a late start) is due now; on a day off, or before the time of sending, at
 *    the next time of sending. However many were missed, it is one: the next is counted from when it is sent.
 * 3. The deadline stops nothing: who is late is reminded too, up to the maximum.
 *
 * All instants are ISO 8601; the same input gives the same answer.
 *
 * @throws RangeError when an instant, the time zone or `policy.sendAt` is none
 */
export function nextReminder(input: ReminderInput): NextReminder | null {
  const { policy, remindedAt } = input;
  const number = remindedAt.length + 1;
  if (number > policy.max) return null;
  const plannedAt = planReminder(input);
  return { dueAt: atWorkingTime(plannedAt, input), number, plannedAt };
}

function planReminder(input: ReminderInput): string {
  const { invitedAt, remindedAt, policy, timeZone, extraClosed } = input;
  const lastDay = toLocalDate(latest([invitedAt, ...remindedAt]), timeZone);
  const wait = remindedAt.length === 0 ? policy.firstAfterWorkingDays : policy.everyWorkingDays;
  const regularDay = addWorkingDays(lastDay, Math.max(1, wait), extraClosed);
  const beforeDueDay = dayBeforeDue(input);
  const isEarlier = beforeDueDay !== null && beforeDueDay > lastDay && beforeDueDay < regularDay;
  return zonedInstant(isEarlier ? beforeDueDay : regularDay, policy.sendAt, timeZone);
}

function dayBeforeDue({ dueAt, policy, timeZone, extraClosed }: ReminderInput): LocalDate | null {
  if (dueAt === null || policy.beforeDueWorkingDays === undefined) return null;
  return addWorkingDays(toLocalDate(dueAt, timeZone), -Math.max(1, policy.beforeDueWorkingDays), extraClosed);
}

function latest(instants: readonly [string, ...string[]]): string {
  return instants.reduce((last, instant) => (parseInstant(instant) > parseInstant(last) ? instant : last));
}

function atWorkingTime(plannedAt: string, { now, policy, timeZone, extraClosed }: ReminderInput): string {
  if (parseInstant(plannedAt) >= parseInstant(now)) return plannedAt;
  const sendingDay = firstWorkingDayFrom(toLocalDate(now, timeZone), extraClosed);
  return latest([now, zonedInstant(sendingDay, policy.sendAt, timeZone)]);
}

export const ReminderPolicyErrorCode = {
  WaitInvalid: 'WAIT_INVALID',
  MaxInvalid: 'MAX_INVALID',
  TimeInvalid: 'TIME_INVALID',
} as const;
export type ReminderPolicyErrorCode = (typeof ReminderPolicyErrorCode)[keyof typeof ReminderPolicyErrorCode];

/** All that is wrong with a policy: waits of 1–60 working days, at most 20 reminders, a time of day. */
export function validateReminderPolicy(
  policy: ReminderPolicy,
): { field: keyof ReminderPolicy; code: ReminderPolicyErrorCode }[] {
  const errors: { field: keyof ReminderPolicy; code: ReminderPolicyErrorCode }[] = [];
  const waits = ['firstAfterWorkingDays', 'everyWorkingDays', 'beforeDueWorkingDays'] as const;
  for (const field of waits) {
    const wait = policy[field];
    const isAbsent = wait === undefined && field === 'beforeDueWorkingDays';
    if (!isAbsent && !isWholeBetween(wait, 1, 60)) errors.push({ field, code: ReminderPolicyErrorCode.WaitInvalid });
  }
  if (!isWholeBetween(policy.max, 0, 20)) errors.push({ field: 'max', code: ReminderPolicyErrorCode.MaxInvalid });
  if (!isTimeOfDay(policy.sendAt)) errors.push({ field: 'sendAt', code: ReminderPolicyErrorCode.TimeInvalid });
  return errors;
}

function isWholeBetween(value: unknown, low: number, high: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
}

/**
 * The deadline a form gets when nobody chose one: the end ({@link DUE_TIME}) of the n-th working day after today.
 *
 * @param now ISO 8601 instant
 * @returns ISO 8601 in UTC
 */
export function defaultDueAt(
  now: string,
  workingDays: number,
  timeZone: string,
  extraClosed: readonly LocalDate[] = [],
): string {
  return zonedInstant(addWorkingDays(toLocalDate(now, timeZone), workingDays, extraClosed), DUE_TIME, timeZone);
}
