/** Small readings that the pages of the administrator share. Pure. */
import { toLocalDate } from '../../../domain/calendar.ts';
import { formatDate, formatShortDay, formatTime, type Translator } from '../../../platform/i18n/index.ts';

/** Whose words and whose clock. */
export interface Wording {
  readonly translator: Translator;
  readonly timeZone: string;
}

/** `di 24 november 2026, 14:02`. */
export function moment({ translator, timeZone }: Wording, at: Date): string {
  return formatDate(at, { lang: translator.lang, timeZone });
}

/** `14:02`. */
export function timeOfDay({ translator, timeZone }: Wording, at: Date): string {
  return formatTime(at, { lang: translator.lang, timeZone });
}

/** `14:02` of today, `di 24 nov, 14:02` of this year's other days, with the year before that. */
export function shortMoment(wording: Wording, at: Date, now: Date): string {
  const [day, today] = [at, now].map((each) => toLocalDate(each.toISOString(), wording.timeZone));
  if (day === today) return timeOfDay(wording, at);
  if (day?.slice(0, 4) !== today?.slice(0, 4)) return moment(wording, at);
  const { lang } = wording.translator;
  return `${formatShortDay(at, { lang, timeZone: wording.timeZone })}, ${timeOfDay(wording, at)}`;
}
