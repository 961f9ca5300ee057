/** Since when a sign of life is too long ago. Pure. */
import { addWorkingDays, toLocalDate, toLocalTime, zonedInstant } from '../../../../domain/calendar.ts';
import { SILENT_WORKING_DAYS } from '../../../../prisma/repositories/initiator-attention.ts';

/** The same time of day, so many working days ago. */
export function quietBefore(now: Date, timeZone: string): Date {
  const at = now.toISOString();
  const day = addWorkingDays(toLocalDate(at, timeZone), -SILENT_WORKING_DAYS);
  return new Date(zonedInstant(day, toLocalTime(at, timeZone), timeZone));
}
