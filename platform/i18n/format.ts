import { Language } from './types.ts';

/** Where a moment is shown: whose words and whose clock. */
export interface FormatOptions {
  readonly lang: Language;
  /** IANA name; the school's. Default Europe/Amsterdam. */
  readonly timeZone?: string;
}

const DEFAULT_TIME_ZONE = 'Europe/Amsterdam';
const DAY_ONLY = /^\d{4}-\d{2}-\d{2}$/;
// British English keeps day before month and the 24-hour clock, as the Dutch version does.
const LOCALES: Readonly<Record<Language, string>> = { [Language.Dutch]: 'nl-NL', [Language.English]: 'en-GB' };

const dateFormats = new Map<string, Intl.DateTimeFormat>();

/** Making an Intl formatter costs far more than using it, so each is made once. */
function dateFormat(lang: Language, timeZone: string): Intl.DateTimeFormat {
  const key = `${lang}|${timeZone}`;
  const known = dateFormats.get(key);
  if (known) {
    return known;
  }
  const made = new Intl.DateTimeFormat(LOCALES[lang], {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  dateFormats.set(key, made);
  return made;
}

interface DateParts {
  readonly weekday: string;
  readonly day: string;
  readonly month: string;
  readonly year: string;
  readonly hour: string;
  readonly minute: string;
}

function partsOf(moment: string | Date, { lang, timeZone = DEFAULT_TIME_ZONE }: FormatOptions): DateParts {
  const isDay = typeof moment === 'string' && DAY_ONLY.test(moment);
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) {
    throw new RangeError('Not an ISO date or date-time');
  }
  // A calendar day has no clock: reading it in UTC keeps it the same day everywhere.
  const parts = dateFormat(lang, isDay ? 'UTC' : timeZone).formatToParts(date);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((p) => p.type === type)?.value ?? '';
  return {
    weekday: part('weekday').replace('.', ''),
    day: part('day'),
    month: part('month'),
    year: part('year'),
    hour: part('hour'),
    minute: part('minute'),
  };
}

/**
 * A moment in words: `di 24 november 2026, 14:02`.
 *
 * @param moment ISO 8601 date-time or Date
 * @throws {RangeError} not a date
 */
export function formatDate(moment: string | Date, options: FormatOptions): string {
  return `${formatDay(moment, options)}, ${formatTime(moment, options)}`;
}

/**
 * A day in words: `di 24 november 2026`. Takes a moment or a calendar day (`2026-11-24`).
 *
 * @throws {RangeError} not a date
 */
export function formatDay(moment: string | Date, options: FormatOptions): string {
  const { weekday, day, month, year } = partsOf(moment, options);
  return `${weekday} ${day} ${month} ${year}`;
}

/**
 * A day for tables, without its year: `di 24 nov`.
 *
 * @throws {RangeError} not a date
 */
export function formatShortDay(moment: string | Date, options: FormatOptions): string {
  const { weekday, day, month } = partsOf(moment, options);
  return `${weekday} ${day} ${shortMonth(month, options.lang)}`;
}

/**
 * The time of day: `14:02`.
 *
 * @throws {RangeError} not a date
 */
export function formatTime(moment: string | Date, options: FormatOptions): string {
  const { hour, minute } = partsOf(moment, options);
  return `${hour}:${minute}`;
}

/** Dutch shortens maart to mrt; every other month of either language is its first three letters. */
function shortMonth(month: string, lang: Language): string {
  return lang === Language.Dutch && month === 'maart' ? 'mrt' : month.slice(0, 3);
}

/**
 * A grade with one decimal: 74 → `7,4` (English `7.4`).
 *
 * @param tenths the grade times ten, 10–100
 */
export function formatGrade(tenths: number, lang: Language): string {
  return numberFormat(lang, 1, 1).format(tenths / 10);
}

/** A number with thousands separated: 2000 → `2.000` (English `2,000`). At most `maximumFractionDigits` decimals. */
export function formatNumber(value: number, lang: Language, maximumFractionDigits = 2): string {
  return numberFormat(lang, 0, maximumFractionDigits).format(value);
}

const BYTE_UNITS = ['bytes', 'kB', 'MB', 'GB'] as const;

/** A file size as people know it: 2411724 → `2,4 MB`. Decimal units (1 kB is 1000 bytes). */
export function formatBytes(bytes: number, lang: Language): string {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), BYTE_UNITS.length - 1);
  return `${formatNumber(bytes / 1000 ** power, lang, power === 0 ? 0 : 1)} ${BYTE_UNITS[power] ?? 'bytes'}`;
}

const numberFormats = new Map<string, Intl.NumberFormat>();

function numberFormat(lang: Language, minimumFractionDigits: number, maximumFractionDigits: number): Intl.NumberFormat {
  const key = `${lang}|${minimumFractionDigits}|${maximumFractionDigits}`;
  const known = numberFormats.get(key);
  if (known) {
    return known;
  }
  const made = new Intl.NumberFormat(LOCALES[lang], { minimumFractionDigits, maximumFractionDigits });
  numberFormats.set(key, made);
  return made;
}
