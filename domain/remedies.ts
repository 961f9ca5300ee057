/** Until when somebody who disagrees with a result can do something about it. */
import { addDays, firstWorkingDayFrom, type LocalDate, toLocalDate } from './calendar.ts';

/**
 * The term begins on the day after the student could see the result; a term that ends on a Saturday, a Sunday or a public
 * holiday lasts until the next working day (Algemene termijnenwet, article 1).
 * @param publishedAt instant at which the student could see the result
 * @param days calendar days, from 1
 * @param timeZone of the school: it decides which day that was
 * @returns the last day on which it is in time
 */
export function lastRemedyDay(publishedAt: string, days: number, timeZone: string): LocalDate {
  return firstWorkingDayFrom(addDays(toLocalDate(publishedAt, timeZone), days));
}
