/** Counting in steps: cheap for who saves, and still one limit over all processes. */
import { describe, expect, it } from '@jest/globals';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { countInSteps } from '../../web/middleware/limits.ts';

const LIMIT = { points: 30, duration: 60 };

/** Two processes with a counter that they share, and how often it was asked. */
function twoProcesses() {
  const shared = new RateLimiterMemory({ ...LIMIT, keyPrefix: 'shared' });
  let asked = 0;
  const counting = new Proxy(shared, {
    get(target, name) {
      if (name === 'consume') asked += 1;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const processes = ['a', 'b'].map((keyPrefix) =>
    countInSteps(new RateLimiterMemory({ ...LIMIT, keyPrefix }), counting, 10),
  );
  return { processes, shared, asked: () => asked };
}

async function take(process: ((key: string) => Promise<unknown>) | undefined, count: number): Promise<number> {
  let taken = 0;
  for (let index = 0; index < count; index += 1) {
    const isTaken = await process?.('somebody').then(
      () => true,
      () => false,
    );
    if (isTaken) taken += 1;
  }
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
    expect(await take(processes[0], 50)).toBe(LIMIT.points);
  });

  it('stops all processes together at the limit, and what they had not told each other yet', async () => {
    const { processes } = twoProcesses();
    const first = await take(processes[0], 15);
    const second = await take(processes[1], 50);
    const again = await take(processes[0], 50);
    expect(first + second + again).toBeGreaterThanOrEqual(LIMIT.points);
    expect(first + second + again).toBeLessThan(LIMIT.points + 2 * 10);
  });

  it('lets nothing through where the others are at the limit already', async () => {
    const { processes, shared } = twoProcesses();
    await shared.consume('somebody', LIMIT.points);
    expect(await take(processes[1], 5)).toBe(0);
  });

  it('goes on refusing by itself what the shared counter refused', async () => {
    const { processes } = twoProcesses();
    await take(processes[1], 29);
    await take(processes[0], 20);
    expect(await take(processes[0], 9)).toBe(0);
  });

  it('passes on what is no refusal', async () => {
    const broken = { consume: () => Promise.reject(new Error('no database')) };
    const process = countInSteps(new RateLimiterMemory(LIMIT), broken as never, 1);
    await expect(process('somebody')).rejects.toThrow('no database');
  });
});
