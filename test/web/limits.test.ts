/** Counting: in windows of time, and in steps that are cheap for who saves and still one limit over all processes. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type pg from 'pg';
import { openPool } from '../../prisma/pool.ts';
import { type Counter, createOwnCounter, createSharedCounts } from '../../web/middleware/counters.ts';
import { countInSteps } from '../../web/middleware/limits.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const DURATION_MS = 60_000;
const MOST = 30;

/** A clock that is moved by hand. */
function handClock() {
  let at = 0;
  return { now: () => at, pass: (ms: number) => (at += ms) };
}

describe('a counter of one process', () => {
  it('begins anew when its window is over, and says how long that takes', () => {
    const clock = handClock();
    const counter = createOwnCounter(DURATION_MS, clock.now);
    expect(counter.add('somebody', 1)).toEqual({ points: 1, leftMs: DURATION_MS });
    clock.pass(20_000);
    expect(counter.add('somebody', 2)).toEqual({ points: 3, leftMs: 40_000 });
    expect(counter.add('other', 1).points).toBe(1);
    clock.pass(40_000);
    expect(counter.add('somebody', 1)).toEqual({ points: 1, leftMs: DURATION_MS });
  });

  it('does not heed the time of the machine', () => {
    const counter = createOwnCounter(DURATION_MS);
    counter.add('somebody', 5);
    const later = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000);
    expect(counter.add('somebody', 1).points).toBe(6);
    later.mockRestore();
  });
});

describe('a counter of all processes', () => {
  let database: TestDatabase;
  let pool: pg.Pool;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = openPool({ url: database.url, size: 5, connectTimeoutMs: 3_000, statementTimeoutMs: 4_000 });
    // Dropping the database may be quicker than saying goodbye to it.
    pool.on('error', () => undefined);
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('is one window for processes whose clocks are hours apart', async () => {
    const counter = () => createSharedCounts(pool).counter('hours', DURATION_MS);
    expect(await counter().add('somebody', 1)).toMatchObject({ points: 1 });
    const later = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 7_200_000);
    const { points, leftMs } = await counter().add('somebody', 10);
    later.mockRestore();
    expect(points).toBe(11);
    expect(leftMs).toBeGreaterThan(DURATION_MS - 10_000);
    expect(leftMs).toBeLessThanOrEqual(DURATION_MS);
  });

  it('counts every one of those who add at the same moment, and begins anew after its window', async () => {
    const counter = createSharedCounts(pool).counter('moment', DURATION_MS);
    const counts = await Promise.all(Array.from({ length: 20 }, () => counter.add('somebody', 1)));
    expect(counts.map(({ points }) => points).sort((a, b) => a - b)).toEqual(counts.map((_, index) => index + 1));
    await pool.query(`UPDATE rate_limit SET expire = expire - ${DURATION_MS} WHERE key = 'moment:somebody'`);
    expect(await counter.add('somebody', 3)).toMatchObject({ points: 3 });
  });

  it('throws away what is over, now and then', async () => {
    const clock = handClock();
    const counts = createSharedCounts(pool, clock.now);
    await counts.counter('old', DURATION_MS).add('somebody', 1);
    await counts.counter('new', DURATION_MS).add('somebody', 1);
    await pool.query(`UPDATE rate_limit SET expire = expire - ${DURATION_MS + 1} WHERE key = 'old:somebody'`);
    clock.pass(3_600_000);
    await counts.counter('next', DURATION_MS).add('somebody', 1);
    const { rows } = await pool.query<{ key: string }>(`SELECT key FROM rate_limit WHERE key ~ '^(old|new):'`);
    expect(rows.map(({ key }) => key)).toEqual(['new:somebody']);
  });
});

/** Two processes with a counter that they share, and how often it was asked. */
function twoProcesses() {
  const shared = createOwnCounter(DURATION_MS);
  let asked = 0;
  const counting: Counter = {
    add(key, points) {
      asked += 1;
      return shared.add(key, points);
    },
  };
  const processes = ['a', 'b'].map(() =>
    countInSteps(createOwnCounter(DURATION_MS), counting, { most: MOST, step: 10 }),
  );
  return { processes, shared, asked: () => asked };
}

async function take(process: ((key: string) => Promise<number | null>) | undefined, count: number): Promise<number> {
  let taken = 0;
  for (let index = 0; index < count; index += 1) if ((await process?.('somebody')) === null) taken += 1;
  return taken;
}

describe('countInSteps', () => {
  it('asks the shared counter at the first point, and then once in ten times', async () => {
    const { processes, asked } = twoProcesses();
    expect(await take(processes[0], 25)).toBe(25);
    expect(asked()).toBe(3);
  });

  it('never lets more through one process than the limit', async () => {
    const { processes } = twoProcesses();
    expect(await take(processes[0], 50)).toBe(MOST);
  });

  it('stops all processes together at the limit, and what they had not told each other yet', async () => {
    const { processes } = twoProcesses();
    const first = await take(processes[0], 15);
    const second = await take(processes[1], 50);
    const again = await take(processes[0], 50);
    expect(first + second + again).toBeGreaterThanOrEqual(MOST);
    expect(first + second + again).toBeLessThan(MOST + 2 * 10);
  });

  it('lets nothing through where the others are at the limit already', async () => {
    const { processes, shared } = twoProcesses();
    shared.add('somebody', MOST);
    expect(await take(processes[1], 5)).toBe(0);
  });

  it('goes on refusing by itself what the shared counter refused', async () => {
    const { processes } = twoProcesses();
    await take(processes[1], 29);
    await take(processes[0], 20);
    expect(await take(processes[0], 9)).toBe(0);
  });

  it('says how long to wait', async () => {
    const { processes } = twoProcesses();
    await take(processes[0], MOST);
    expect(await processes[0]?.('somebody')).toBeGreaterThan(DURATION_MS - 10_000);
  });

  it('passes on what is no refusal', async () => {
    const broken: Counter = { add: () => Promise.reject(new Error('no database')) };
    const process = countInSteps(createOwnCounter(DURATION_MS), broken, { most: MOST, step: 1 });
    await expect(process('somebody')).rejects.toThrow('no database');
  });
});
