/**
 * Loaded before a program with `--import`: its clock is so many minutes off. The number stands in the address of this module:
 * `shifted-clock.ts?minutes=-10`. Only what reads the time of the machine is shifted; timers run as they are.
 */
const minutes = Number(new URL(import.meta.url).searchParams.get('minutes'));
const shiftMs = minutes * 60_000;
const RealDate = globalThis.Date;

class ShiftedDate extends RealDate {
  constructor(...values: readonly unknown[]) {
    // Without arguments it is now; anything else is a moment that somebody names.
    super(...((values.length === 0 ? [RealDate.now() + shiftMs] : values) as [number]));
  }

  static override now(): number {
    return RealDate.now() + shiftMs;
  }
}

globalThis.Date = ShiftedDate as DateConstructor;
