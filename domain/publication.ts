/** When a student sees a result, by the rule of the school. No clock: "now" comes from the caller. */
import { addWorkingDays, toLocalDate, zonedInstant } from './calendar.ts';
import { PublicationMoment, type PublicationPolicy } from './deciding.ts';
import { unreachable } from './outcome.ts';

/** Where a school sets days and no time: when people are at school who can be asked. */
export const DEFAULT_PUBLICATION_TIME = '10:00';
const DEFAULT_WORKING_DAYS = 1;

/**
 * When a decision that is taken now is to be seen by the student.
 * @param now ISO instant in UTC
 * @param timeZone of the school
 * @returns ISO instant in UTC, `now` itself for at once; null: when a member of the committee says so
 */
export function publicationMoment(policy: PublicationPolicy, now: string, timeZone: string): string | null {
  switch (policy.when) {
    case PublicationMoment.AtOnce:
      return now;
    case PublicationMoment.ByHand:
      return null;
    case PublicationMoment.AfterWorkingDays: {
      const day = addWorkingDays(toLocalDate(now, timeZone), policy.workingDays ?? DEFAULT_WORKING_DAYS);
      return zonedInstant(day, policy.at ?? DEFAULT_PUBLICATION_TIME, timeZone);
    }
    default:
      return unreachable(policy.when);
  }
}
