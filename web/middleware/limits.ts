import { createHash } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { Pool } from 'pg';
import { type Counter, createOwnCounter, createSharedCounts, type OwnCounter, type SharedCounts } from './counters.ts';

interface Limit {
  readonly points: number;
  /** Seconds. */
  readonly duration: number;
  /**
   * Counted in this process alone: what a GET counts, because a GET writes nothing, and garbage must not cost a query.
   * Guessing a token is hopeless anyway; this only spares the processor.
   */
  readonly isInMemory?: true;
  /**
   * Every process counts for itself, and tells the shared counter the first point of a key and then each so many: what happens with
   * every save must not cost a query of its own. Each process lets through fewer than this many that the others have not heard of.
   */
  readonly toldEvery?: number;
}

/** How often something may happen per key; counters live in PostgreSQL, so that all web processes share them. */
const LIMITS = {
  /** Landing pages of links that are ours, per address: a class of examiners may sit behind one. */
  landing: { points: 200, duration: 60, isInMemory: true },
  /** Tokens that do not verify, per address. */
  badToken: { points: 20, duration: 600, isInMemory: true },
  /** Opening a link, per address: thirty people who each open four. */
  open: { points: 120, duration: 600 },
  /** A new link, per link: the hour. */
  renewLink: { points: 3, duration: 3_600 },
  /** A new link, per link: the day. */
  renewLinkDay: { points: 6, duration: 86_400 },
  /** A new link, per address. */
  renewAddress: { points: 10, duration: 3_600 },
  /** Asking for lost links: per network address, and per mail address that is typed. */
  lostAddress: { points: 30, duration: 3_600 },
  lostMail: { points: 3, duration: 3_600 },
  /** Tries of codes that examiners get by mail, per network address; each code has its own five beside it. */
  examinerCode: { points: 120, duration: 600 },
  /** Sign-in mails, per mail address and per network address: on the day of a result a whole school asks from behind one. */
  signInMail: { points: 5, duration: 3_600 },
  signInAddress: { points: 600, duration: 3_600 },
  /** Sign-in codes, per network address; each request has its own five tries beside it. */
  code: { points: 200, duration: 600 },
  /** Tries of one code, for requests that exist and for those that do not, so that both end the same. */
  codeTry: { points: 5, duration: 900 },
  /** Mails to students for their number: per member, and per address that is asked. */
  studentRequest: { points: 30, duration: 3_600 },
  studentRequestAddress: { points: 2, duration: 86_400 },
  /** Tries of a student number, which tell whether it is taken: per link. */
  studentNumber: { points: 20, duration: 600 },
  /** Questions of an examiner, each of which is a mail to the initiator: per invitation. */
  ask: { points: 10, duration: 3_600 },
  /** Proposals of an examiner to others, each of which is a mail: per examiner. */
  agreement: { points: 60, duration: 3_600 },
  /** Changes of a running assessment, each of which mails the examiner at once: per member. */
  mend: { points: 120, duration: 3_600 },
  /** Files of contacts, which wait in memory until they are read: per member. */
  importFile: { points: 20, duration: 600 },
  /** Files of results or documents, each of which reads a lot: per member. */
  exportFile: { points: 30, duration: 600 },
  /**
   * Saves of one form by its script, which saves at most every second: whatever runs wild there waits, and sends its newest
   * words later. In this process alone, because a counter in the database would double the cost of a save.
   */
  draft: { points: 180, duration: 60, isInMemory: true },
  /** Whether a document is genuine, per address: an admissions office behind one checks a pile of them. */
  authenticity: { points: 120, duration: 600, isInMemory: true },
  /** The same with a file that is sent, which costs reading it. */
  authenticityFile: { points: 30, duration: 600 },
  /** Links of the exam office that are pressed, each of which may mail a code: per address. */
  officeOpen: { points: 60, duration: 600 },
  /** Any other POST, per session or address. */
  post: { points: 300, duration: 60, toldEvery: 10 },
} as const satisfies Record<string, Limit>;
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
  const counts = createSharedCounts(pool);
  const takers = new Map(
    Object.entries<Limit>(LIMITS).map(([name, limit]) => [name, createTaker(counts, name, limit, factor)]),
  );
  return {
    async take(name, key) {
      const leftMs = (await takers.get(name)?.(key)) ?? null;
      return leftMs === null ? null : Math.max(1, Math.ceil(leftMs / 1000));
    },
  };
}

/** Takes a point of a key. @returns null, or the milliseconds to wait when there is none left */
type TakePoint = (key: string) => Promise<number | null>;

function createTaker(counts: SharedCounts, name: string, limit: Limit, factor: number): TakePoint {
  const most = limit.points * factor;
  const durationMs = limit.duration * 1000;
  if (limit.isInMemory) return upTo(most, createOwnCounter(durationMs));
  const shared = counts.counter(name, durationMs);
  const step = limit.toldEvery;
  return step === undefined ? upTo(most, shared) : countInSteps(createOwnCounter(durationMs), shared, { most, step });
}

function upTo(most: number, counter: Counter): TakePoint {
  return async (key) => {
    const { points, leftMs } = await counter.add(key, 1);
    return points > most ? leftMs : null;
  };
}

/** See `toldEvery`. What the shared counter refuses, this process refuses from then on by itself. */
export function countInSteps(
  own: OwnCounter,
  shared: Counter,
  { most, step }: { readonly most: number; readonly step: number },
): TakePoint {
  return async (key) => {
    const mine = own.add(key, 1);
    if (mine.points > most) return mine.leftMs;
    if (mine.points % step !== 1 % step) return null;
    const all = await shared.add(key, mine.points === 1 ? 1 : step);
    if (all.points <= most) return null;
    own.fill(key, all.leftMs);
    return all.leftMs;
  };
}

/**
 * Limits every POST, per session, or per address for who has none.
 * @param onRefused told the seconds to wait
 */
export function limitPosts(
  limits: RateLimits,
  sessionIdOf: (res: Response) => string | null,
  onRefused: (seconds: number) => RequestHandler,
): RequestHandler {
  return async (req, res, next) => {
    if (req.method !== 'POST') return next();
    const seconds = await limits.take('post', sessionIdOf(res) ?? visitorKey(req.ip));
    return seconds === null ? next() : onRefused(seconds)(req, res, next);
  };
}

/** What a mail address is counted as: the table of counters holds none. @param of the address, and what else sets it apart */
export function mailboxKey(of: string): string {
  return createHash('sha256').update(of).digest('base64url');
}

/** The part of a network address that counts as one visitor: an IPv4 address, or the /56 of an IPv6 address. */
export function visitorKey(ip: string | undefined): string {
  if (ip === undefined) return 'unknown';
  const plain = ip.replace(/^::ffff:(?=\d+\.)/, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail = ''] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const groups = plain.includes('::')
    ? [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
    : left;
  const fourth = (Number.parseInt(groups[3] ?? '0', 16) & 0xff00).toString(16);
  return `${groups
    .slice(0, 3)
    .map((group) => Number.parseInt(group || '0', 16).toString(16))
    .join(':')}:${fourth}`;
}
