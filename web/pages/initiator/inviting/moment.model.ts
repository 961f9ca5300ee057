/** When invitations leave: now, or at a moment that somebody typed. Pure. */
import { isLocalDate, isTimeOfDay, toLocalDate, toLocalTime, zonedInstant } from '../../../../domain/calendar.ts';
import { SendingConcern, sendingConcern } from '../../../../domain/quiet-hours.ts';
import { longDay, shortDay, timeOfDay, type Wording } from '../../../wording.ts';
import type { FieldError } from '../words.ts';

/** As typed. */
export interface MomentInput {
  readonly isLater: boolean;
  readonly day: string;
  readonly time: string;
  /** Sending at a quiet moment is meant. */
  readonly isAccepted: boolean;
}

/** Names of the fields, which are their ids too. */
export const MomentField = { When: 'wanneer', Day: 'verzenddag', Time: 'verzendtijd', Accepted: 'toch' } as const;

const DAY_MS = 86_400_000;
const MOST_DAYS_AHEAD = 365;

export interface ReadMoment {
  /** ISO instant; null: now, or nothing that could be read. */
  readonly sendAt: string | null;
  /** Why the mail would not be read at once; empty when it would. */
  readonly warning: string;
  readonly errors: readonly FieldError[];
}

/**
 * Reads a moment on the clock of the school.
 * @param dueAt the first deadline of the assessments, or null
 */
export function readMoment(wording: Wording, input: MomentInput, dueAt: string | null, now: Date): ReadMoment {
  if (!input.isLater) return { sendAt: null, warning: '', errors: [] };
  const { t } = wording.translator;
  const refuse = (field: string, message: string): ReadMoment => ({
    sendAt: null,
    warning: '',
    errors: [{ field, message }],
  });
  const errors: FieldError[] = [];
  if (!isLocalDate(input.day)) errors.push({ field: MomentField.Day, message: t('inviting.moment.errorDay') });
  if (!isTimeOfDay(input.time)) errors.push({ field: MomentField.Time, message: t('inviting.moment.errorTime') });
  if (errors.length > 0) return { sendAt: null, warning: '', errors };
  const sendAt = zonedInstant(input.day, input.time, wording.timeZone);
  const ahead = Date.parse(sendAt) - now.getTime();
  if (ahead <= 0) return refuse(MomentField.Day, t('inviting.moment.errorPast', { when: momentText(wording, sendAt) }));
  if (ahead > MOST_DAYS_AHEAD * DAY_MS) return refuse(MomentField.Day, t('inviting.moment.errorFar'));
  if (dueAt !== null && sendAt >= dueAt)
    return refuse(MomentField.Day, t('inviting.moment.errorAfterDue', { day: longDay(wording, dueAt) }));
  const warning = concernText(wording, sendAt);
  if (warning !== '' && !input.isAccepted)
    errors.push({ field: MomentField.Accepted, message: t('inviting.moment.errorConcern', { concern: warning }) });
  return { sendAt, warning, errors };
}

/** What is odd about a moment, as a sentence; empty when nothing is. */
export function concernText(wording: Wording, at: string): string {
  const { t } = wording.translator;
  const concern = sendingConcern(at, wording.timeZone);
  if (concern === null) return '';
  return concern === SendingConcern.DayOff
    ? t('inviting.moment.dayOff', { day: longDay(wording, at) })
    : t('inviting.moment.quiet', { time: timeOfDay(wording, at) });
}

/** `vr 27 nov 08:00`. */
export function momentText(wording: Wording, at: string): string {
  return `${shortDay(wording, at)} ${timeOfDay(wording, at)}`;
}

/** The moment in the form of the fields. */
export function momentFields({ timeZone }: Wording, at: string): { day: string; time: string } {
  return { day: toLocalDate(at, timeZone), time: toLocalTime(at, timeZone) };
}
