import { describe, expect, it } from '@jest/globals';
import { fixedClock } from '../../platform/clock.ts';

describe('fixedClock', () => {
  it('stands still until it is moved', () => {
    const clock = fixedClock('2026-11-22T09:00:00Z');
    expect(clock.now().toISOString()).toBe('2026-11-22T09:00:00.000Z');
    clock.advance(60_000);
    expect(clock.now().toISOString()).toBe('2026-11-22T09:01:00.000Z');
    clock.set(new Date(0));
    expect(clock.now().getTime()).toBe(0);
  });

  it('refuses what is no instant', () => {
    expect(() => fixedClock('tomorrow')).toThrow(RangeError);
  });
});
