import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, isWorkingDay, parseInstant, toLocalDate, toLocalTime } from '../../domain/calendar.ts';
import {
  DEFAULT_REMINDER_POLICY,
  defaultDueAt,
  nextReminder,
  type ReminderInput,
  type ReminderPolicy,
  validateReminderPolicy,
} from '../../domain/reminders.ts';

const ZONE = 'Europe/Amsterdam';
const PLAIN: ReminderPolicy = { firstAfterWorkingDays: 3, everyWorkingDays: 2, max: 3, sendAt: '09:00' };

/** Invited on Monday 1 June 2026 at 12:00 local time, asked at once. */
function ask(changes: Partial<ReminderInput> = {}) {
  return nextReminder({
    invitedAt: '2026-06-01T10:00:00.000Z',
    remindedAt: [],
    dueAt: null,
    policy: PLAIN,
    timeZone: ZONE,
    now: '2026-06-01T10:00:00.000Z',
    ...changes,
  });
}

describe('nextReminder', () => {
  it('plans the first some working days after the invitation, at the time of sending', () => {
    const planned = '2026-06-04T07:00:00.000Z';
    expect(ask()).toEqual({ dueAt: planned, number: 1, plannedAt: planned });
  });

  it('plans the next from the last one sent, over a weekend', () => {
    const remindedAt = ['2026-06-04T07:00:03.000Z'];
    expect(ask({ remindedAt, now: '2026-06-04T07:01:00.000Z' })).toMatchObject({
      dueAt: '2026-06-08T07:00:00.000Z',
      number: 2,
    });
  });

  it('steps over a public holiday and the days the school is closed', () => {
    const invitedAt = '2026-05-11T10:00:00.000Z';
    expect(ask({ invitedAt, now: invitedAt })?.dueAt).toBe('2026-05-15T07:00:00.000Z');
    expect(ask({ invitedAt, now: invitedAt, extraClosed: ['2026-05-15'] })?.dueAt).toBe('2026-05-18T07:00:00.000Z');
  });

  it('keeps the local time of sending when the clock changes', () => {
    const invitedAt = '2026-03-26T10:00:00.000Z';
    expect(ask({ invitedAt, now: invitedAt })?.dueAt).toBe('2026-03-31T07:00:00.000Z');
  });

  it('is still due at the very moment it is planned for', () => {
    const now = '2026-06-04T07:00:00.000Z';
    expect(ask({ now })).toEqual({ dueAt: now, number: 1, plannedAt: now });
  });

  it('stops at the maximum', () => {
    const remindedAt = ['2026-06-04T07:00:00.000Z', '2026-06-08T07:00:00.000Z', '2026-06-10T07:00:00.000Z'];
    expect(ask({ remindedAt })).toBeNull();
    expect(ask({ policy: { ...PLAIN, max: 0 } })).toBeNull();
  });

  it('takes the latest reminder, in whatever order they come', () => {
    const remindedAt = ['2026-06-08T07:00:00.000Z', '2026-06-04T07:00:00.000Z'];
    expect(ask({ remindedAt })?.plannedAt).toBe('2026-06-10T07:00:00.000Z');
  });

  describe('after an outage', () => {
    it('is due now, once: the next is counted from this one', () => {
      const now = '2026-06-17T11:30:00.000Z';
      expect(ask({ now })).toEqual({ dueAt: now, number: 1, plannedAt: '2026-06-04T07:00:00.000Z' });
      expect(ask({ now, remindedAt: [now] })).toMatchObject({ dueAt: '2026-06-19T07:00:00.000Z', number: 2 });
    });

    it('waits for the next working day when it ends on a day off', () => {
      expect(ask({ now: '2026-06-06T11:30:00.000Z' })?.dueAt).toBe('2026-06-08T07:00:00.000Z');
    });

    it('waits for the time of sending when it ends in the night', () => {
      expect(ask({ now: '2026-06-09T01:00:00.000Z' })?.dueAt).toBe('2026-06-09T07:00:00.000Z');
    });

    it('keeps the planned moment the same whenever it is asked', () => {
      const moments = ['2026-06-01T10:00:00.000Z', '2026-06-06T10:00:00.000Z', '2026-06-17T10:00:00.000Z'];
      expect(new Set(moments.map((now) => ask({ now })?.plannedAt)).size).toBe(1);
    });
  });

  describe('with a reminder before the deadline', () => {
    const policy = { ...PLAIN, firstAfterWorkingDays: 10, everyWorkingDays: 10, beforeDueWorkingDays: 1 };

    it('moves it forward to the working day before', () => {
      expect(ask({ policy, dueAt: '2026-06-08T21:59:00.000Z' })?.dueAt).toBe('2026-06-05T07:00:00.000Z');
    });

    it('leaves an earlier regular one where it is', () => {
      expect(ask({ policy: { ...policy, firstAfterWorkingDays: 2 }, dueAt: '2026-06-08T21:59:00.000Z' })?.dueAt).toBe(
        '2026-06-03T07:00:00.000Z',
      );
    });

    it('sends none on the day of the invitation or of another reminder', () => {
      expect(ask({ policy, dueAt: '2026-06-02T21:59:00.000Z' })?.plannedAt).toBe('2026-06-15T07:00:00.000Z');
      expect(
        ask({ policy, dueAt: '2026-06-08T21:59:00.000Z', remindedAt: ['2026-06-05T07:00:00.000Z'] })?.plannedAt,
      ).toBe('2026-06-19T07:00:00.000Z');
    });
  });

  const anyPolicy: fc.Arbitrary<ReminderPolicy> = fc.record(
    {
      firstAfterWorkingDays: fc.integer({ min: 1, max: 10 }),
      everyWorkingDays: fc.integer({ min: 1, max: 10 }),
      max: fc.integer({ min: 0, max: 5 }),
      sendAt: fc.constantFrom('00:00', '08:30', '23:59'),
      beforeDueWorkingDays: fc.integer({ min: 1, max: 5 }),
    },
    { requiredKeys: ['firstAfterWorkingDays', 'everyWorkingDays', 'max', 'sendAt'] },
  );
  const anyInstant = fc
    .integer({ min: 0, max: 600 * 1440 })
    .map((minutes) => new Date(Date.UTC(2026, 0, 1) + minutes * 60_000).toISOString());

  it('is never in the past, on a day off, before the time of sending or over the maximum', () => {
    const history = fc.array(anyInstant, { maxLength: 6 });
    fc.assert(
      fc.property(
        anyPolicy,
        anyInstant,
        history,
        fc.option(anyInstant),
        anyInstant,
        (policy, invitedAt, remindedAt, dueAt, now) => {
          const next = ask({ policy, invitedAt, remindedAt, dueAt, now });
          expect(next).toEqual(ask({ policy, invitedAt, remindedAt: [...remindedAt].reverse(), dueAt, now }));
          if (next === null) return expect(remindedAt.length).toBeGreaterThanOrEqual(policy.max);
          expect(next.number).toBe(remindedAt.length + 1);
          expect(next.number).toBeLessThanOrEqual(policy.max);
          expect(parseInstant(next.dueAt)).toBeGreaterThanOrEqual(parseInstant(now));
          expect(isWorkingDay(toLocalDate(next.dueAt, ZONE))).toBe(true);
          expect(toLocalTime(next.dueAt, ZONE) >= policy.sendAt).toBe(true);
        },
      ),
    );
  });

  it('sends at most the maximum and one a day, however often or seldom it is asked', () => {
    fc.assert(
      fc.property(anyPolicy, anyInstant, fc.array(anyInstant, { maxLength: 40 }), (policy, invitedAt, moments) => {
        const sent: string[] = [];
        const dueAt = defaultDueAt(invitedAt, 10, ZONE);
        for (const now of [...moments].sort().filter((moment) => moment >= invitedAt)) {
          const next = ask({ policy, invitedAt, remindedAt: sent, dueAt, now });
          if (next && next.dueAt <= now) sent.push(now);
        }
        expect(sent.length).toBeLessThanOrEqual(policy.max);
        expect(new Set(sent.map((instant) => toLocalDate(instant, ZONE))).size).toBe(sent.length);
      }),
    );
  });
});

describe('defaultDueAt', () => {
  it.each([
    ['2026-06-12T10:00:00.000Z', 1, '2026-06-15T21:59:00.000Z'],
    ['2026-06-12T22:30:00.000Z', 1, '2026-06-15T21:59:00.000Z'],
    ['2026-10-23T10:00:00.000Z', 1, '2026-10-26T22:59:00.000Z'],
    ['2026-12-24T10:00:00.000Z', 5, '2027-01-04T22:59:00.000Z'],
  ])('from %s in %i working days is %s', (now, days, expected) => {
    expect(defaultDueAt(now, days, ZONE)).toBe(expected);
  });

  it('steps over the days the school is closed', () => {
    const closed = Array.from({ length: 7 }, (_, day) => addDays('2026-06-13', day));
    expect(toLocalDate(defaultDueAt('2026-06-12T10:00:00.000Z', 1, ZONE, closed), ZONE)).toBe('2026-06-22');
  });
});

describe('validateReminderPolicy', () => {
  it('accepts the default', () => {
    expect(validateReminderPolicy(DEFAULT_REMINDER_POLICY)).toEqual([]);
    expect(validateReminderPolicy(PLAIN)).toEqual([]);
  });

  it('names every field that is wrong', () => {
    const policy = {
      firstAfterWorkingDays: 0,
      everyWorkingDays: 1.5,
      max: 21,
      sendAt: '9:00',
      beforeDueWorkingDays: 0,
    };
    expect(validateReminderPolicy(policy)).toEqual([
      { field: 'firstAfterWorkingDays', code: 'WAIT_INVALID' },
      { field: 'everyWorkingDays', code: 'WAIT_INVALID' },
      { field: 'beforeDueWorkingDays', code: 'WAIT_INVALID' },
      { field: 'max', code: 'MAX_INVALID' },
      { field: 'sendAt', code: 'TIME_INVALID' },
    ]);
  });
});
