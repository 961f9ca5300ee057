/**
 * Loaded before a program with `--import`: its clock is so many minutes off. The number stands in the address of this module:
 * `shifted-clock.ts?minutes=-10`. Only what reads the time of the machine is shifted; timers run as they are.
 */
const shiftMs = Number(new URL(import.meta.url).searchParams.get('minutes')) * 60_000;
const RealDate = globalThis.Date;
const now = () => RealDate.now() + shiftMs;

globalThis.Date = new Proxy(RealDate, {
  // Without arguments it is now; anything else is a moment that somebody names.
  construct: (target, values, newTarget) =>
    Reflect.construct(target, values.length === 0 ? [now()] : values, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});
