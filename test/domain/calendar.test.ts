import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addDays,
  addWorkingDays,
  dutchHolidays,
  easterSunday,
  firstWorkingDayFrom,
  isLocalDate,
  isTimeOfDay,
  isTimeZone,
  isWorkingDay,
  parseInstant,
  toLocalDate,
  toLocalTime,
  workingDaysBetween,
  zonedInstant,
} from '../../domain/calendar.ts';

const AMSTERDAM = 'Europe/Amsterdam';
const ZONES = [AMSTERDAM, 'UTC', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/Aruba'];

const anyDate = fc.integer({ min: 0, max: 40_000 }).map((days) => addDays('2000-01-01', days));
const anyTime = fc
  .integer({ min: 0, max: 1439 })
  .map((minute) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`);

describe('easterSunday', () => {
  it.each([
    [1583, '1583-04-10'],
    [1818, '1818-03-22'],
    [1943, '1943-04-25'],
    [1954, '1954-04-18'],
    [1981, '1981-04-19'],
    [2000, '2000-04-23'],
    [2008, '2008-03-23'],
    [2024, '2024-03-31'],
    [2025, '2025-04-20'],
    [2026, '2026-04-05'],
    [2027, '2027-03-28'],
    [2038, '2038-04-25'],
    [2049, '2049-04-18'],
    [2076, '2076-04-19'],
  ])('of %i is %s', (year, expected) => {
    expect(easterSunday(year)).toBe(expected);
  });

  it('is a Sunday from 22 March to 25 April in every year', () => {
    for (let year = 1583; year <= 4000; year += 1) {
      const easter = easterSunday(year);
      expect(new Date(`${easter}T12:00:00Z`).getUTCDay()).toBe(0);
      expect(easter.slice(5) >= '03-22' && easter.slice(5) <= '04-25').toBe(true);
    }
  });
});

describe('dutchHolidays', () => {
  it('lists those of 2026', () => {
    expect(dutchHolidays(2026)).toEqual([
      { date: '2026-01-01', name: 'newYear' },
      { date: '2026-04-05', name: 'easterSunday' },
      { date: '2026-04-06', name: 'easterMonday' },
      { date: '2026-04-27', name: 'kingsDay' },
      { date: '2026-05-14', name: 'ascensionDay' },
      { date: '2026-05-24', name: 'whitSunday' },
      { date: '2026-05-25', name: 'whitMonday' },
      { date: '2026-12-25', name: 'christmasDay' },
      { date: '2026-12-26', name: 'secondChristmasDay' },
    ]);
  });

  it.each([
    [2025, '2025-04-26'],
    [2026, '2026-04-27'],
    [2031, '2031-04-26'],
  ])("celebrates King's Day of %i on %s, never on a Sunday", (year, expected) => {
    expect(dutchHolidays(year).find(({ name }) => name === 'kingsDay')?.date).toBe(expected);
  });

  it('has Liberation Day in lustrum years, or in the years given', () => {
    const yearsOff = [2024, 2025, 2026, 2030].filter((year) =>
      dutchHolidays(year).some(({ date }) => date === `${year}-05-05`),
    );
    expect(yearsOff).toEqual([2025, 2030]);
    expect(dutchHolidays(2026, [2026])).toContainEqual({ date: '2026-05-05', name: 'liberationDay' });
    expect(dutchHolidays(2025, []).map(({ name }) => name)).not.toContain('liberationDay');
  });
});

describe('isWorkingDay', () => {
  it.each([
    ['2026-06-12', true],
    ['2026-06-13', false],
    ['2026-06-14', false],
    ['2026-04-03', true],
    ['2026-04-06', false],
    ['2026-05-05', true],
    ['2030-05-05', false],
    ['2026-05-14', false],
    ['2026-12-31', true],
  ])('says of %s: %s', (date, expected) => {
    expect(isWorkingDay(date)).toBe(expected);
  });

  it('takes the days on which the school is closed', () => {
    expect(isWorkingDay('2026-04-03', ['2026-04-03'])).toBe(false);
  });

  it.each([['2026-02-29'], ['2026-13-01'], ['26-01-01'], ['2026-01-01T00:00:00Z'], ['']])('throws at %j', (date) => {
    expect(() => isWorkingDay(date)).toThrow(RangeError);
  });
});

describe('addWorkingDays', () => {
  it.each([
    ['2026-06-12', 1, '2026-06-15'],
    ['2026-06-13', 1, '2026-06-15'],
    ['2026-06-12', 0, '2026-06-12'],
    ['2026-06-13', 0, '2026-06-15'],
    ['2026-04-02', 2, '2026-04-07'],
    ['2026-05-13', 1, '2026-05-15'],
    ['2026-12-24', 1, '2026-12-28'],
    ['2026-12-31', 1, '2027-01-04'],
    ['2026-06-15', -1, '2026-06-12'],
    ['2026-06-14', -1, '2026-06-12'],
  ])('from %s by %i gives %s', (date, n, expected) => {
    expect(addWorkingDays(date, n)).toBe(expected);
  });

  it('steps over the days on which the school is closed', () => {
    expect(addWorkingDays('2026-06-12', 1, ['2026-06-15', '2026-06-16'])).toBe('2026-06-17');
  });

  it.each([[1.5], [Number.NaN], [Number.POSITIVE_INFINITY]])('throws at %s days', (n) => {
    expect(() => addWorkingDays('2026-06-12', n)).toThrow(RangeError);
  });

  it('lands on a working day, as many working days on as asked', () => {
    fc.assert(
      fc.property(anyDate, fc.integer({ min: 1, max: 60 }), (date, n) => {
        const later = addWorkingDays(date, n);
        expect(isWorkingDay(later)).toBe(true);
        expect(workingDaysBetween(date, later)).toBe(n);
        const start = firstWorkingDayFrom(date);
        expect(addWorkingDays(addWorkingDays(start, n), -n)).toBe(start);
      }),
    );
  });
});

describe('workingDaysBetween', () => {
  it.each([
    ['2026-06-12', '2026-06-12', 0],
    ['2026-06-12', '2026-06-15', 1],
    ['2026-06-15', '2026-06-12', -1],
    ['2026-06-12', '2026-06-14', 0],
    ['2025-12-31', '2026-12-31', 255],
  ])('from %s to %s is %i', (from, to, expected) => {
    expect(workingDaysBetween(from, to)).toBe(expected);
  });

  it('adds up over any day between', () => {
    const close = fc.integer({ min: 0, max: 400 });
    fc.assert(
      fc.property(anyDate, close, close, (from, first, second) => {
        const middle = addDays(from, first);
        const end = addDays(middle, second);
        expect(workingDaysBetween(from, middle) + workingDaysBetween(middle, end)).toBe(workingDaysBetween(from, end));
      }),
      { numRuns: 30 },
    );
  });
});

describe('toLocalDate and toLocalTime', () => {
  it.each([
    ['2026-06-12T21:59:59Z', AMSTERDAM, '2026-06-12', '23:59'],
    ['2026-06-12T22:00:00Z', AMSTERDAM, '2026-06-13', '00:00'],
    ['2026-12-31T23:00:00.000Z', AMSTERDAM, '2027-01-01', '00:00'],
    ['2026-01-01T00:30:00+01:00', AMSTERDAM, '2026-01-01', '00:30'],
    ['2026-06-12T02:00:00Z', 'America/New_York', '2026-06-11', '22:00'],
    ['2026-06-12T18:20:00Z', 'Asia/Kathmandu', '2026-06-13', '00:05'],
  ])('show %s in %s as %s %s', (instant, zone, date, time) => {
    expect([toLocalDate(instant, zone), toLocalTime(instant, zone)]).toEqual([date, time]);
  });

  it.each([['2026-06-12'], ['2026-06-12T10:00'], ['morgen'], ['2026-99-12T10:00:00Z']])('throw at %j', (instant) => {
    expect(() => toLocalDate(instant, AMSTERDAM)).toThrow(RangeError);
  });

  it('throw at an unknown time zone', () => {
    expect(() => toLocalDate('2026-06-12T10:00:00Z', 'Europe/Nergens')).toThrow(RangeError);
    expect([isTimeZone('Europe/Nergens'), isTimeZone(AMSTERDAM)]).toEqual([false, true]);
  });
});

describe('zonedInstant', () => {
  it.each([
    ['2026-01-15', '09:00', AMSTERDAM, '2026-01-15T08:00:00.000Z'],
    ['2026-07-15', '09:00', AMSTERDAM, '2026-07-15T07:00:00.000Z'],
    ['2026-03-29', '01:59', AMSTERDAM, '2026-03-29T00:59:00.000Z'],
    ['2026-03-29', '02:30', AMSTERDAM, '2026-03-29T01:30:00.000Z'],
    ['2026-03-29', '03:00', AMSTERDAM, '2026-03-29T01:00:00.000Z'],
    ['2026-10-25', '01:59', AMSTERDAM, '2026-10-24T23:59:00.000Z'],
    ['2026-10-25', '02:30', AMSTERDAM, '2026-10-25T00:30:00.000Z'],
    ['2026-10-25', '03:00', AMSTERDAM, '2026-10-25T02:00:00.000Z'],
    ['2026-10-04', '02:15', 'Australia/Lord_Howe', '2026-10-03T15:45:00.000Z'],
    ['2026-04-05', '01:45', 'Australia/Lord_Howe', '2026-04-04T14:45:00.000Z'],
  ])('of %s %s in %s is %s', (date, time, zone, expected) => {
    expect(zonedInstant(date, time, zone)).toBe(expected);
  });

  it.each([
    ['2026-02-30', '09:00'],
    ['2026-02-03', '24:00'],
    ['2026-02-03', '9:00'],
  ])('throws at %s %s', (date, time) => {
    expect(() => zonedInstant(date, time, AMSTERDAM)).toThrow(RangeError);
  });

  it('shows the asked time again, unless the clock skips it: then at most an hour later', () => {
    fc.assert(
      fc.property(anyDate, anyTime, fc.constantFrom(...ZONES), (date, time, zone) => {
        const instant = zonedInstant(date, time, zone);
        const shown = `${toLocalDate(instant, zone)}T${toLocalTime(instant, zone)}:00Z`;
        const minutesLater = (parseInstant(shown) - parseInstant(`${date}T${time}:00Z`)) / 60_000;
        expect([0, 30, 60]).toContain(minutesLater);
        if (minutesLater > 0) {
          const minuteBefore = new Date(parseInstant(instant) - minutesLater * 60_000 - 60_000).toISOString();
          expect(toLocalTime(minuteBefore, zone) < time).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never runs backwards within a day of the wall clock', () => {
    for (const day of ['2026-03-29', '2026-10-25', '2026-06-01']) {
      const instants = Array.from({ length: 24 }, (_, hour) =>
        parseInstant(zonedInstant(day, `${String(hour).padStart(2, '0')}:00`, AMSTERDAM)),
      );
      expect([...instants].sort((a, b) => a - b)).toEqual(instants);
    }
  });
});

describe('isLocalDate and isTimeOfDay', () => {
  it('know a day and a time from other text', () => {
    expect(['2024-02-29', '2023-02-29', '2026-1-1', '2026-04-31'].map(isLocalDate)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(['00:00', '23:59', '24:00', '12:60', '7:00'].map(isTimeOfDay)).toEqual([true, true, false, false, false]);
  });
});
