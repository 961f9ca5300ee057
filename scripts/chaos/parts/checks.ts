import type { Check } from '../contract.ts';

/** A statement about two numbers that must be the same. */
export function equal(what: string, seen: number | string, expected: number | string): Check {
  return { what, ok: seen === expected, seen: `${seen}${seen === expected ? '' : `, expected ${expected}`}` };
}

/** What was seen of a list of times in milliseconds: how many, the middle one and the longest. */
export function describeTimes(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  return `${sorted.length} answers, median ${sorted[Math.floor(sorted.length / 2)] ?? 0} ms, longest ${sorted.at(-1) ?? 0} ms`;
}
