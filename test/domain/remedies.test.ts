import { describe, expect, it } from '@jest/globals';
import { lastRemedyDay } from '../../domain/remedies.ts';

describe('lastRemedyDay', () => {
  const ZONE = 'Europe/Amsterdam';

  it('counts from the day after the result could be seen', () => {
    // Monday 2 November; two weeks later is a Monday.
    expect(lastRemedyDay('2026-11-02T08:00:00.000Z', 14, ZONE)).toBe('2026-11-16');
  });

  it('takes the day at school, not the day in UTC', () => {
    expect(lastRemedyDay('2026-11-02T23:30:00.000Z', 14, ZONE)).toBe('2026-11-17');
    expect(lastRemedyDay('2026-11-02T23:30:00.000Z', 14, 'America/Paramaribo')).toBe('2026-11-16');
  });

  it('is not shortened by an hour that is skipped or comes twice', () => {
    expect(lastRemedyDay('2026-10-20T22:30:00.000Z', 14, ZONE)).toBe('2026-11-04');
    expect(lastRemedyDay('2027-03-22T22:30:00.000Z', 14, ZONE)).toBe('2027-04-05');
  });

  it('lasts until the next working day when it ends in a weekend or on a public holiday', () => {
    expect(lastRemedyDay('2026-11-07T10:00:00.000Z', 14, ZONE)).toBe('2026-11-23');
    // 11 December + 14 days is Christmas Day, a Friday; then come Boxing Day and a Sunday.
    expect(lastRemedyDay('2026-12-11T10:00:00.000Z', 14, ZONE)).toBe('2026-12-28');
  });
});
