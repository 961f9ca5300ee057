/** Small readings that the pages of the administrator share. Pure. */
import { toLocalDate } from '../../../domain/calendar.ts';
import { moment, shortDay, timeOfDay, type Wording } from '../../wording.ts';

/** `14:02` of today, `di 24 nov, 14:02` of this year's other days, with the year before that. */
export function shortMoment(wording: Wording, at: Date, now: Date): string {
  const [day, today] = [at, now].map((each) => toLocalDate(each.toISOString(), wording.timeZone));
  if (day === today) return timeOfDay(wording, at);
  if (day?.slice(0, 4) !== today?.slice(0, 4)) return moment(wording, at);
  return `${shortDay(wording, at)}, ${timeOfDay(wording, at)}`;
}
