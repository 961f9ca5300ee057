/**
 * Counting per key, in windows of time that begin with the first point of a key.
 *
 * Contract
 * 1. A counter in PostgreSQL goes by the clock of PostgreSQL: processes whose clocks differ count in one window.
 * 2. A counter of this process goes by a clock that only goes forward, whatever is done to the time of the machine.
 */
import type { Pool } from 'pg';

export interface Count {
  /** In this window, those just added included. */
  readonly points: number;
  /** Milliseconds until the window ends. */
  readonly leftMs: number;
}

export interface Counter {
  add(key: string, points: number): Promise<Count> | Count;
}

export interface OwnCounter extends Counter {
  add(key: string, points: number): Count;
  /** Makes a key count as full. @param leftMs for how long */
  fill(key: string, leftMs: number): void;
}

/**
 * Counts in this process alone.
 * @param durationMs of a window
 * @param now milliseconds of a clock that never goes back
 */
export function createOwnCounter(durationMs: number, now: () => number = () => performance.now()): OwnCounter {
  const windows = new Map<string, { points: number; readonly endsAt: number }>();
  let sweepAt = now() + durationMs;

  function sweep(at: number): void {
    if (at < sweepAt) return;
    sweepAt = at + durationMs;
    for (const [key, { endsAt }] of windows) if (endsAt <= at) windows.delete(key);
  }

  return {
    add(key, points) {
      const at = now();
      sweep(at);
      const known = windows.get(key);
      const window = known && known.endsAt > at ? known : { points: 0, endsAt: at + durationMs };
      window.points += points;
      windows.set(key, window);
      return { points: window.points, leftMs: window.endsAt - at };
    },
    fill(key, leftMs) {
      windows.set(key, { points: Number.POSITIVE_INFINITY, endsAt: now() + leftMs });
    },
  };
}

/** What is long over is thrown away this often, by whoever counts then. */
const SWEEP_MS = 600_000;

/** The table of all shared counters. */
export interface SharedCounts {
  /** @param name tells this counter from others with the same keys */
  counter(name: string, durationMs: number): Counter;
}

/**
 * Counts that all web processes share.
 * @param now as for {@link createOwnCounter}; only for when to tidy up
 */
export function createSharedCounts(pool: Pool, now: () => number = () => performance.now()): SharedCounts {
  let sweepAt = now() + SWEEP_MS;

  async function sweep(): Promise<void> {
    if (now() < sweepAt) return;
    sweepAt = now() + SWEEP_MS;
    await pool.query(SWEEP);
  }

  return {
    counter: (name, durationMs) => ({
      async add(key, points) {
        await sweep();
        const values = [`${name}:${key}`, points, durationMs];
        const { rows } = await pool.query<Count>({ name: 'rate-limit-add', text: ADD, values });
        const [count] = rows;
        if (!count) throw new Error('a counter gave no answer');
        return count;
      },
    }),
  };
}

const NOW_MS = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

/** `expire` of a new window less its length is the present. */
const ADD = `
  INSERT INTO rate_limit AS kept (key, points, expire) VALUES ($1, $2, ${NOW_MS} + $3)
  ON CONFLICT (key) DO UPDATE SET
    points = CASE WHEN kept.expire <= EXCLUDED.expire - $3 THEN EXCLUDED.points ELSE kept.points + EXCLUDED.points END,
    expire = CASE WHEN kept.expire <= EXCLUDED.expire - $3 THEN EXCLUDED.expire ELSE kept.expire END
  RETURNING points, greatest(expire - ${NOW_MS}, 0)::int AS "leftMs"`;

const SWEEP = `DELETE FROM rate_limit WHERE expire < ${NOW_MS}`;
