/** When a mail reaches people at work. A mail at another moment is no fault, but whoever sets one may not have meant to. */
import { addWorkingDays, isWorkingDay, type LocalDate, toLocalDate, toLocalTime } from './calendar.ts';

/** Local times of day between which people are at work. */
export const WORK_HOURS = { from: '07:00', until: '19:00' } as const;

export const SendingConcern = {
  /** A weekend, a public holiday, or a day on which the school is closed. */
  DayOff: 'dayOff',
  /** In the evening or at night of a working day. */
  QuietHours: 'quietHours',
} as const;
export type SendingConcern = (typeof SendingConcern)[keyof typeof SendingConcern];

/**
 * Why a mail at this moment would not be read at once, or null.
 *
 * @param at ISO 8601 instant
 * @param timeZone IANA name of the school
 * @throws RangeError when either is none
 */
export function sendingConcern(
  at: string,
  timeZone: string,
  extraClosed: readonly LocalDate[] = [],
): SendingConcern | null {
  if (!isWorkingDay(toLocalDate(at, timeZone), extraClosed)) return SendingConcern.DayOff;
  const time = toLocalTime(at, timeZone);
  return time < WORK_HOURS.from || time >= WORK_HOURS.until ? SendingConcern.QuietHours : null;
}

/**
 * The day that somebody most likely means by "later": the next working day.
 *
 * @param now ISO 8601 instant
 */
export function defaultSendDay(now: string, timeZone: string, extraClosed: readonly LocalDate[] = []): LocalDate {
  return addWorkingDays(toLocalDate(now, timeZone), 1, extraClosed);
}
