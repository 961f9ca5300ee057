/** Moments and names in the words and on the clock of whoever reads. Pure. */
import { Role } from '../domain/school.ts';
import { formatDate, formatDay, formatShortDay, formatTime, type Translator } from '../platform/i18n/index.ts';

/** Whose words and whose clock: what every view model needs. */
export interface Wording {
  readonly translator: Translator;
  /** IANA name; the school's. */
  readonly timeZone: string;
}

/** `di 24 november 2026, 14:02`. */
export function moment({ translator: { lang }, timeZone }: Wording, at: string | Date): string {
  return formatDate(at, { lang, timeZone });
}

/** `di 24 november 2026`. */
export function longDay({ translator: { lang }, timeZone }: Wording, at: string | Date): string {
  return formatDay(at, { lang, timeZone });
}

/** `di 24 nov`. */
export function shortDay({ translator: { lang }, timeZone }: Wording, at: string | Date): string {
  return formatShortDay(at, { lang, timeZone });
}

/** `14:02`. */
export function timeOfDay({ translator: { lang }, timeZone }: Wording, at: string | Date): string {
  return formatTime(at, { lang, timeZone });
}

/** `Docent`. */
export function roleName(translator: Translator, role: Role): string {
  return translator.t(`common.role.${role === Role.Administrator ? 'schoolAdmin' : role}`);
}

const SHOWN_NAMES = 3;

/** `A, B en C`, or `A, B en nog 4 anderen` when there are many. */
export function listNames({ translator }: Wording, names: readonly string[]): string {
  if (names.length <= SHOWN_NAMES) return new Intl.ListFormat(translator.lang, { type: 'conjunction' }).format(names);
  const shown = names.slice(0, SHOWN_NAMES - 1).join(', ');
  return translator.t('common.othersNamed', { names: shown, count: names.length - SHOWN_NAMES + 1 });
}
