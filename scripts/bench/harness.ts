/**
 * How things are measured.
 *
 * Contract
 * 1. What is compared runs in turns (A B, B A, A B …), so that a machine that gets slower or faster meanwhile slows both.
 * 2. What is told is the median of the pairs, with the smallest and the largest beside it.
 * 3. A first round of both is thrown away: compilers and caches are warm in what counts.
 */
import type { Spread } from './figure.ts';

export interface Measured extends Spread {
  readonly median: number;
}

/** @throws RangeError when there is nothing */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle];
  if (high === undefined) throw new RangeError('the median of nothing');
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
}

/** @param share such as 0.95 @throws RangeError when there is nothing */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (found === undefined) throw new RangeError('a quantile of nothing');
  return found;
}

export function summarise(values: readonly number[]): Measured {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values), count: values.length };
}

/** Milliseconds that some work took. */
export async function timed(work: () => Promise<unknown> | unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

export interface Pairs {
  /** First of each pair. */
  readonly a: readonly number[];
  readonly b: readonly number[];
  /** a ÷ b of each pair. */
  readonly ratios: readonly number[];
}

/**
 * Measures two things in turns.
 * @param count pairs that count; one more goes ahead
 * @param a gives its measurement, such as milliseconds for each piece of work
 */
export async function measurePairs(
  count: number,
  a: () => Promise<number>,
  b: () => Promise<number>,
  signal?: AbortSignal,
): Promise<Pairs> {
  await a();
  await b();
  const first: number[] = [];
  const second: number[] = [];
  for (let round = 0; round < count; round += 1) {
    signal?.throwIfAborted();
    if (round % 2 === 0) first.push(await a());
    second.push(await b());
    if (round % 2 === 1) first.push(await a());
  }
  return { a: first, b: second, ratios: first.map((value, index) => value / (second[index] ?? Number.NaN)) };
}

/** Does something for each number below `count`, at most `atOnce` at the same time. */
export async function inParallel(
  count: number,
  atOnce: number,
  work: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      await work(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
}

/**
 * Waits until something holds.
 * @returns milliseconds that it took
 * @throws Error when it takes longer than `limitMs`, naming `what`
 */
export async function waitUntil(
  what: string,
  limitMs: number,
  holds: () => Promise<boolean> | boolean,
  signal?: AbortSignal,
  everyMs = 100,
): Promise<number> {
  const started = performance.now();
  while (!(await holds())) {
    signal?.throwIfAborted();
    if (performance.now() - started > limitMs) throw new Error(`${what}: not within ${Math.round(limitMs / 1000)} s`);
    await new Promise((resolve) => {
      setTimeout(resolve, everyMs);
    });
  }
  return performance.now() - started;
}
