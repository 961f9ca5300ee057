import type { Check } from '../contract.ts';

/** A statement about two numbers that must be the same. */
export function equal(what: string, seen: number | string, expected: number | string): Check {
  return { what, ok: seen === expected, seen: `${seen}${seen === expected ? '' : `, expected ${expected}`}` };
}

/**
 * Every answer within its limit.
 * @param times milliseconds
 * @param slackMs how slow the machine itself was meanwhile
 */
export function checkTimes(times: readonly number[], limitMs: number, slackMs: number): Check {
  const late = times.filter((ms) => ms > limitMs + slackMs).length;
  const seen = `${describeTimes(times)}, ${late} too late; a page that needs nothing took up to ${slackMs} ms`;
  return { what: `every answer within ${limitMs / 1000} s`, ok: late === 0, seen };
}

/** What was seen of a list of times in milliseconds: how many, the middle one and the longest. */
function describeTimes(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  return `${sorted.length} answers, median ${sorted[Math.floor(sorted.length / 2)] ?? 0} ms, longest ${sorted.at(-1) ?? 0} ms`;
}
