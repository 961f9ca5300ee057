import type { MailLanguage } from './data.ts';

const LOCALE: Record<MailLanguage, string> = { nl: 'nl-NL', en: 'en-GB' };
const DAY_ONLY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

type Weekday = 'short' | 'long';

/** Making a formatter costs far more than using it, and there are only a few of them. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function dayFormatter(language: MailLanguage, timeZone: string, weekday: Weekday): Intl.DateTimeFormat {
  return formatter(`${language} ${timeZone} ${weekday}`, language, {
    timeZone,
    weekday,
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
}

function timeFormatter(language: MailLanguage, timeZone: string): Intl.DateTimeFormat {
  return formatter(`${language} ${timeZone} time`, language, {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
}

function formatter(key: string, language: MailLanguage, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(LOCALE[language], options);
  formatters.set(key, made);
  return made;
}

/** Joins the parts itself: where commas stand differs per release of ICU. */
function writeDay(date: Date, language: MailLanguage, timeZone: string, weekday: Weekday): string {
  const parts = dayFormatter(language, timeZone, weekday).formatToParts(date);
  const value = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? '';
  return [value('weekday').replace('.', ''), value('day'), value('month'), value('year')].join(' ');
}

/** `Date` alone also takes "4 december", and an instant without an offset as one of this machine. */
function parse(iso: string): Date {
  const date = new Date(iso);
  const isIso = DAY_ONLY.test(iso) || INSTANT.test(iso);
  if (!isIso || Number.isNaN(date.getTime())) throw new RangeError('A date in the mail data is not an ISO 8601 date');
  return date;
}

/** `2026-11-24T13:02:00Z` → `di 24 november 2026, 14:02`. Throws RangeError when it is no date or no time zone. */
export function formatInstant(iso: string, language: MailLanguage, timeZone: string): string {
  const date = parse(iso);
  return `${writeDay(date, language, timeZone, 'short')}, ${timeFormatter(language, timeZone).format(date)}`;
}

/** `2026-12-04` → `vrijdag 4 december 2026`. A day without a time is the same day everywhere. */
export function formatDay(iso: string, language: MailLanguage, timeZone: string): string {
  return writeDay(parse(iso), language, DAY_ONLY.test(iso) ? 'UTC' : timeZone, 'long');
}

/** `123456` → `123 456`. Throws RangeError unless there are exactly six digits. */
export function groupCode(code: string): string {
  if (!/^\d{6}$/.test(code)) throw new RangeError('A sign-in code has six digits');
  return `${code.slice(0, 3)} ${code.slice(3)}`;
}

/** The first 16 digits of a SHA-256 in groups of four: enough to compare by eye. Throws RangeError on anything else. */
export function shortFingerprint(sha256: string): string {
  if (!/^[0-9a-f]{64}$/i.test(sha256)) throw new RangeError('A fingerprint is a SHA-256 in hexadecimal');
  return [0, 4, 8, 12].map((start) => sha256.toLowerCase().slice(start, start + 4)).join(' ');
}
