/** The only source of "now" outside the database: whoever needs the time is given a clock, so tests choose it. */
export interface Clock {
  /** The present moment. */
  now(): Date;
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands still until it is told otherwise; for tests. */
export interface FixedClock extends Clock {
  /** Sets the moment it shows. @param instant ISO 8601 text or a Date */
  set(instant: string | Date): void;
  /** Moves it on. @param milliseconds may be negative */
  advance(milliseconds: number): void;
}

/**
 * Makes a clock that always shows the same moment.
 * @param instant ISO 8601 text with an offset, or a Date
 * @throws RangeError when the text is no instant
 */
export function fixedClock(instant: string | Date): FixedClock {
  let current = toInstant(instant);
  return {
    now: () => new Date(current),
    set: (next) => {
      current = toInstant(next);
    },
    advance: (milliseconds) => {
      current += milliseconds;
    },
  };
}

function toInstant(value: string | Date): number {
  const time = new Date(value).getTime();
  if (Number.isNaN(time)) throw new RangeError(`Not an instant: ${String(value)}`);
  return time;
}
