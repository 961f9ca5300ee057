import type { Pool } from 'pg';
import { RateLimiterPostgres, type RateLimiterRes } from 'rate-limiter-flexible';

/** How often something may happen per key; counters live in PostgreSQL, so that all web processes share them. */
const LIMITS = {
  /** Landing pages, per address. */
  landing: { points: 60, duration: 60 },
  /** Tokens that do not verify, per address. */
  badToken: { points: 20, duration: 600 },
  /** Opening a link, per address. */
  open: { points: 20, duration: 600 },
  /** A new link, per link: the hour. */
  renewLink: { points: 3, duration: 3_600 },
  /** A new link, per link: the day. */
  renewLinkDay: { points: 6, duration: 86_400 },
  /** A new link, per address. */
  renewAddress: { points: 10, duration: 3_600 },
  /** Sign-in mails, per mail address and per network address. */
  signInMail: { points: 5, duration: 3_600 },
  signInAddress: { points: 30, duration: 3_600 },
  code: { points: 20, duration: 600 },
  /** Any other POST, per session or address. */
  post: { points: 300, duration: 60 },
} as const;
export type LimitName = keyof typeof LIMITS;

export interface RateLimits {
  /**
   * Takes one point.
   * @param key who: a network address (IPv6 by /56), a link id, a hash of a mail address
   * @returns null when it may happen, otherwise the seconds to wait
   */
  take(name: LimitName, key: string): Promise<number | null>;
}

/** @param isLenient multiplies every limit, for load and demo on loopback */
export function createRateLimits(pool: Pool, isLenient = false): RateLimits {
  const factor = isLenient ? 1_000 : 1;
  const limiters = new Map(
    Object.entries(LIMITS).map(([name, limit]) => [
      name,
      new RateLimiterPostgres({
        storeClient: pool,
        storeType: 'pool',
        tableName: 'rate_limit',
        tableCreated: true,
        keyPrefix: name,
        points: limit.points * factor,
        duration: limit.duration,
      }),
    ]),
  );
  return {
    async take(name, key) {
      try {
        await limiters.get(name)?.consume(key);
        return null;
      } catch (reason) {
        if (reason instanceof Error) throw reason;
        return Math.max(1, Math.ceil((reason as RateLimiterRes).msBeforeNext / 1000));
      }
    },
  };
}

/** The part of a network address that counts as one visitor: an IPv4 address, or the /56 of an IPv6 address. */
export function visitorKey(ip: string | undefined): string {
  if (ip === undefined) return 'unknown';
  const plain = ip.replace(/^::ffff:(?=\d+\.)/, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail = ''] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const groups = plain.includes('::') ? [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right] : left;
  const fourth = (Number.parseInt(groups[3] ?? '0', 16) & 0xff00).toString(16);
  return `${groups.slice(0, 3).map((group) => Number.parseInt(group || '0', 16).toString(16)).join(':')}:${fourth}`;
}
