/**
 * Working days, Dutch public holidays and local time. Days are {@link LocalDate} strings, instants ISO 8601 strings in UTC.
 * No clock: "now" always comes from the caller. Time zones come from Intl, which the workflow sandbox has too.
 */

/** A day in the Gregorian calendar, `YYYY-MM-DD`. */
export type LocalDate = string;

/** Time zone of a school unless it sets another. */
export const DEFAULT_TIME_ZONE = 'Europe/Amsterdam';

/**
 * Years in which 5 May is a day off: by custom once in five years (lustrum), though a public holiday every year
 * (Algemene termijnenwet, art. 3). A school that closes in other years adds the day to its closed days.
 */
export const LIBERATION_DAY_YEARS: readonly number[] = [
  2015, 2020, 2025, 2030, 2035, 2040, 2045, 2050, 2055, 2060, 2065, 2070, 2075, 2080, 2085, 2090, 2095, 2100,
];

export const HolidayName = {
  NewYear: 'newYear',
  EasterSunday: 'easterSunday',
  EasterMonday: 'easterMonday',
  KingsDay: 'kingsDay',
  LiberationDay: 'liberationDay',
  AscensionDay: 'ascensionDay',
  WhitSunday: 'whitSunday',
  WhitMonday: 'whitMonday',
  ChristmasDay: 'christmasDay',
  SecondChristmasDay: 'secondChristmasDay',
} as const;
export type HolidayName = (typeof HolidayName)[keyof typeof HolidayName];

export interface Holiday {
  readonly date: LocalDate;
  readonly name: HolidayName;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const SUNDAY = 0;
const SATURDAY = 6;

/** Whether a text is an existing day as `YYYY-MM-DD`. */
export function isLocalDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(ms) && new Date(ms).toISOString().slice(0, 10) === text;
}

/** Whether a text is a time of day as `HH:MM`, 00:00 to 23:59. */
export function isTimeOfDay(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d$/.test(text);
}

/** Whether Intl knows the time zone, e.g. `Europe/Amsterdam`. */
export function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Days since 1970-01-01. @throws RangeError when it is no day */
function toDayNumber(date: LocalDate): number {
  if (!isLocalDate(date)) throw new RangeError(`not a date (YYYY-MM-DD): ${date}`);
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}

function fromDayNumber(day: number): LocalDate {
  const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
  if (!isLocalDate(date)) throw new RangeError(`outside the years 0000–9999: day ${day}`);
  return date;
}

/** Day of the week, 0 = Sunday; day 0 (1970-01-01) was a Thursday. */
function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/**
 * The day `days` later (earlier when negative).
 *
 * @throws RangeError when `date` is no day, `days` no whole number, or the outcome lies outside the years 0000–9999
 */
export function addDays(date: LocalDate, days: number): LocalDate {
  if (!Number.isSafeInteger(days)) throw new RangeError(`not a whole number of days: ${days}`);
  return fromDayNumber(toDayNumber(date) + days);
}

/**
 * Easter Sunday in the Gregorian calendar, by the "anonymous" algorithm (Nature, 20 April 1876; Butcher 1877; Meeus,
 * Astronomical Algorithms, chapter 8). Valid from 1583.
 */
export function easterSunday(year: number): LocalDate {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  const day = ((h + l - 7 * m + 114) % 31) + 1;
  return onDay(year, month, day);
}

function onDay(year: number, month: number, day: number): LocalDate {
  return [String(year).padStart(4, '0'), String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-');
}

/** 27 April, or 26 April when that is a Sunday (since 2014). */
function kingsDay(year: number): LocalDate {
  const birthday = onDay(year, 4, 27);
  return weekdayOf(toDayNumber(birthday)) === SUNDAY ? addDays(birthday, -1) : birthday;
}

/**
 * The Dutch public holidays of a year, in order of date. Source: Algemene termijnenwet, art. 3 (without Good Friday, on
 * which most schools and companies work; a school that does not adds it to its closed days).
 *
 * @param liberationDayYears the years in which 5 May is a day off
 */
export function dutchHolidays(year: number, liberationDayYears: readonly number[] = LIBERATION_DAY_YEARS): Holiday[] {
  const easter = easterSunday(year);
  const holidays: Holiday[] = [
    { date: onDay(year, 1, 1), name: HolidayName.NewYear },
    { date: easter, name: HolidayName.EasterSunday },
    { date: addDays(easter, 1), name: HolidayName.EasterMonday },
    { date: kingsDay(year), name: HolidayName.KingsDay },
    { date: addDays(easter, 39), name: HolidayName.AscensionDay },
    { date: addDays(easter, 49), name: HolidayName.WhitSunday },
    { date: addDays(easter, 50), name: HolidayName.WhitMonday },
    { date: onDay(year, 12, 25), name: HolidayName.ChristmasDay },
    { date: onDay(year, 12, 26), name: HolidayName.SecondChristmasDay },
  ];
  if (liberationDayYears.includes(year)) holidays.push({ date: onDay(year, 5, 5), name: HolidayName.LiberationDay });
  return holidays.sort((a, b) => (a.date < b.date ? -1 : 1));
}

/**
 * Whether people work on this day: Monday to Friday, no Dutch public holiday, not closed by the school.
 *
 * @param extraClosed days on which the school is closed as well
 * @throws RangeError when `date` is no day
 */
export function isWorkingDay(date: LocalDate, extraClosed: readonly LocalDate[] = []): boolean {
  const weekday = weekdayOf(toDayNumber(date));
  if (weekday === SATURDAY || weekday === SUNDAY || extraClosed.includes(date)) return false;
  return !dutchHolidays(Number(date.slice(0, 4))).some((holiday) => holiday.date === date);
}

/** The day itself when it is a working day, else the first after it. */
export function firstWorkingDayFrom(date: LocalDate, extraClosed: readonly LocalDate[] = []): LocalDate {
  return isWorkingDay(date, extraClosed) ? date : addWorkingDays(date, 1, extraClosed);
}

/**
 * The n-th working day after `date`, which itself is not counted; before it when n is negative; with n = 0 the day itself
 * or the first working day after it.
 *
 * @throws RangeError when `date` is no day or n no whole number
 */
export function addWorkingDays(date: LocalDate, n: number, extraClosed: readonly LocalDate[] = []): LocalDate {
  if (!Number.isSafeInteger(n)) throw new RangeError(`not a whole number of working days: ${n}`);
  if (n === 0) return firstWorkingDayFrom(date, extraClosed);
  const step = Math.sign(n);
  let reached = date;
  for (let counted = 0; counted < Math.abs(n); ) {
    reached = addDays(reached, step);
    if (isWorkingDay(reached, extraClosed)) counted += 1;
  }
  return reached;
}

/**
 * How many working days lie after `from` up to and including `to`; negative when `to` is earlier. From a working day
 * `addWorkingDays(from, n)` is n working days away.
 */
export function workingDaysBetween(from: LocalDate, to: LocalDate, extraClosed: readonly LocalDate[] = []): number {
  if (to < from) return 0 - workingDaysBetween(to, from, extraClosed);
  const end = toDayNumber(to);
  let count = 0;
  for (let day = toDayNumber(from) + 1; day <= end; day += 1) {
    if (isWorkingDay(fromDayNumber(day), extraClosed)) count += 1;
  }
  return count;
}

/**
 * Milliseconds since 1970 of an instant that says its offset: `2026-03-01T09:00:00Z` or `…+01:00`. A text without offset
 * would mean something else on another machine.
 *
 * @throws RangeError when it is no such instant
 */
export function parseInstant(instant: string): number {
  const ms = /T.*(?:Z|[+-]\d{2}:\d{2})$/.test(instant) ? Date.parse(instant) : Number.NaN;
  if (!Number.isFinite(ms)) throw new RangeError(`not an instant with an offset (ISO 8601): ${instant}`);
  return ms;
}

/** The instant as `YYYY-MM-DDTHH:MM:SS.sssZ`. */
export function formatInstant(ms: number): string {
  return new Date(ms).toISOString();
}

/** Making a formatter is dear (tens of microseconds) and depends on nothing but its zone. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterFor(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formatters.set(timeZone, formatter);
  return formatter;
}

/** What the clock on the wall shows, as `YYYY-MM-DDTHH:MM:SS`. */
function wallClock(ms: number, timeZone: string): string {
  const parts = new Map(
    formatterFor(timeZone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  );
  const read = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  const date = [read('year').padStart(4, '0'), read('month'), read('day')].join('-');
  return `${date}T${read('hour')}:${read('minute')}:${read('second')}`;
}

/** How far the wall clock is ahead of UTC at this moment, in milliseconds. */
function offsetAt(ms: number, timeZone: string): number {
  const wholeSeconds = Math.floor(ms / 1000) * 1000;
  return Date.parse(`${wallClock(wholeSeconds, timeZone)}Z`) - wholeSeconds;
}

/**
 * The local day on which an instant falls.
 *
 * @throws RangeError when it is no instant or Intl does not know the time zone
 */
export function toLocalDate(instant: string, timeZone: string): LocalDate {
  return wallClock(parseInstant(instant), timeZone).slice(0, 10);
}

/** The local time of day of an instant, `HH:MM` (seconds cut off). @throws RangeError as {@link toLocalDate} */
export function toLocalTime(instant: string, timeZone: string): string {
  return wallClock(parseInstant(instant), timeZone).slice(11, 16);
}

/**
 * The instant at which the wall clock shows this day and time. When the clock is put back and shows it twice: the first
 * time. When it is put forward and skips it: as much later as the clock jumps (02:30 becomes 03:30). The same choices as
 * `disambiguation: 'compatible'` of ECMAScript's Temporal.
 *
 * @param time `HH:MM`
 * @returns ISO 8601 in UTC
 * @throws RangeError when day, time or time zone is none
 */
export function zonedInstant(date: LocalDate, time: string, timeZone: string): string {
  if (!isTimeOfDay(time)) throw new RangeError(`not a time of day (HH:MM): ${time}`);
  const asIfUtc = toDayNumber(date) * DAY_MS + minutesOf(time) * MINUTE_MS;
  const offsetBefore = offsetAt(asIfUtc - DAY_MS, timeZone);
  const offsetAfter = offsetAt(asIfUtc + DAY_MS, timeZone);
  const candidates = [asIfUtc - offsetBefore, asIfUtc - offsetAfter].sort((a, b) => a - b);
  const exact = candidates.find((ms) => ms + offsetAt(ms, timeZone) === asIfUtc);
  return formatInstant(exact ?? asIfUtc - offsetBefore);
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}
