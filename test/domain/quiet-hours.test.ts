import { describe, expect, it } from '@jest/globals';
import { defaultSendDay, sendingConcern } from '../../domain/quiet-hours.ts';

const ZONE = 'Europe/Amsterdam';

describe('sendingConcern', () => {
  it.each([
    ['the first minute of work', '2026-11-27T07:00:00+01:00', null],
    ['the last minute of work', '2026-11-27T18:59:00+01:00', null],
    ['the evening', '2026-11-27T19:00:00+01:00', 'quietHours'],
    ['the night', '2026-11-27T06:59:00+01:00', 'quietHours'],
    ['a Saturday', '2026-11-28T10:00:00+01:00', 'dayOff'],
    ['a public holiday', '2026-12-25T10:00:00+01:00', 'dayOff'],
    ['a night that is still a working day elsewhere', '2026-11-27T23:30:00Z', 'dayOff'],
    ['summer time', '2026-07-01T05:00:00Z', null],
  ])('knows %s', (_what, at, concern) => {
    expect(sendingConcern(at, ZONE)).toBe(concern);
  });

  it('knows the days on which the school is closed', () => {
    expect(sendingConcern('2026-11-27T10:00:00+01:00', ZONE, ['2026-11-27'])).toBe('dayOff');
  });
});

describe('defaultSendDay', () => {
  it.each([
    ['2026-11-26T10:00:00+01:00', '2026-11-27'],
    ['2026-11-27T16:00:00+01:00', '2026-11-30'],
    ['2026-12-24T16:00:00+01:00', '2026-12-28'],
  ])('after %s is %s', (now, day) => {
    expect(defaultSendDay(now, ZONE)).toBe(day);
  });
});
