/** Reminders of these invitations: as the school has them, or adjusted. Pure. */
import { nextReminder, type ReminderPolicy, validateReminderPolicy } from '../../../../domain/reminders.ts';
import { moment, type Wording } from '../../../wording.ts';
import type { FieldError } from '../words.ts';

/** Names of the fields, which are their ids too. */
export const ReminderField = {
  firstAfterWorkingDays: 'herinner-eerste',
  everyWorkingDays: 'herinner-elke',
  beforeDueWorkingDays: 'herinner-vooraf',
  max: 'herinner-maximaal',
  sendAt: 'herinner-tijd',
} as const satisfies Record<keyof ReminderPolicy, string>;

/** As typed, by the name of the property; null: nothing was asked. */
export type ReminderInput = Readonly<Record<keyof ReminderPolicy, string>> | null;

export function reminderInputOf(policy: ReminderPolicy): NonNullable<ReminderInput> {
  return {
    firstAfterWorkingDays: String(policy.firstAfterWorkingDays),
    everyWorkingDays: String(policy.everyWorkingDays),
    beforeDueWorkingDays: policy.beforeDueWorkingDays === undefined ? '' : String(policy.beforeDueWorkingDays),
    max: String(policy.max),
    sendAt: policy.sendAt,
  };
}

export interface ReadReminders {
  /** What would be sent with; that of the school when the typed one is wrong. */
  readonly policy: ReminderPolicy;
  /** Differs from that of the school. */
  readonly isOwn: boolean;
  readonly errors: readonly FieldError[];
}

/** Reads and judges what was typed, by the rule of the domain. */
export function readReminders({ translator }: Wording, input: ReminderInput, ofSchool: ReminderPolicy): ReadReminders {
  if (input === null) return { policy: ofSchool, isOwn: false, errors: [] };
  const before = input.beforeDueWorkingDays.trim();
  const policy: ReminderPolicy = {
    firstAfterWorkingDays: wholeNumber(input.firstAfterWorkingDays),
    everyWorkingDays: wholeNumber(input.everyWorkingDays),
    max: wholeNumber(input.max),
    sendAt: input.sendAt.trim(),
    ...(before === '' ? {} : { beforeDueWorkingDays: wholeNumber(before) }),
  };
  const errors = validateReminderPolicy(policy).map(({ field, code }) => ({
    field: ReminderField[field],
    message: translator.t(`inviting.reminders.${code}`, { label: translator.t(`inviting.reminders.${field}`) }),
  }));
  return errors.length > 0
    ? { policy: ofSchool, isOwn: false, errors }
    : { policy, isOwn: !isSamePolicy(policy, ofSchool), errors };
}

function wholeNumber(typed: string): number {
  return /^\d{1,4}$/.test(typed.trim()) ? Number(typed.trim()) : Number.NaN;
}

function isSamePolicy(a: ReminderPolicy, b: ReminderPolicy): boolean {
  return (Object.keys(ReminderField) as (keyof ReminderPolicy)[]).every((field) => a[field] === b[field]);
}

/** A policy in a sentence or two. */
export function policyText({ translator }: Wording, policy: ReminderPolicy): string {
  const { t } = translator;
  const { firstAfterWorkingDays, everyWorkingDays, max, sendAt, beforeDueWorkingDays } = policy;
  if (max === 0) return t('inviting.reminders.none');
  const days = (count: number) => t('inviting.reminders.days', { count });
  const sentences = [
    max === 1
      ? t('inviting.reminders.once', { first: days(firstAfterWorkingDays), time: sendAt })
      : t('inviting.reminders.often', {
          first: days(firstAfterWorkingDays),
          every: days(everyWorkingDays),
          max,
          time: sendAt,
        }),
    beforeDueWorkingDays === undefined ? '' : t('inviting.reminders.beforeDue', { days: days(beforeDueWorkingDays) }),
  ];
  return sentences.filter(Boolean).join(' ');
}

/**
 * When the first reminder would come.
 * @param invitedAt when the invitations leave, ISO instant
 */
export function firstReminderText(
  wording: Wording,
  policy: ReminderPolicy,
  { invitedAt, dueAt }: { readonly invitedAt: string; readonly dueAt: string | null },
): string {
  const { timeZone, translator } = wording;
  const next = nextReminder({ invitedAt, remindedAt: [], dueAt, policy, timeZone, now: invitedAt });
  return next === null ? '' : translator.t('inviting.reminders.first', { when: moment(wording, next.dueAt) });
}
