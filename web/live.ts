/**
 * Open pages that follow what they show, by server-sent events. Says that something changed and at most which rows, never
 * what: the page is fetched again, with all its own checks.
 *
 * Contract
 * 1. What is followed is known by a stamp: text that changes whenever the page would show something else. It is asked from
 *    the record, so it does not matter which process made the change.
 * 2. Within a process a stamp is asked once for all pages that follow the same key, at most every two seconds; besides that
 *    once for each page that connects.
 * 3. A page carries the mark of the stamp that was read before it. Whoever connects with another mark is told at once.
 * 4. Following ends after five minutes: the browser connects again, and its session is looked at again.
 * 5. Nobody takes all places: each person has a few of them, more than anybody has pages open.
 */
import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { contextOf, type PageKit } from './context.ts';
import { singleOf } from './posted.ts';

/** All in one text, or one text for each row: then the page is told which rows changed. */
export type LiveStamp = string | ReadonlyMap<string, string>;

export interface Followed {
  /** The same for pages that follow the same. Holds the member, when the stamp is for that member only. */
  readonly key: string;
  /** A cheap query. Null: there is no such thing, or no longer for this member. */
  readonly stamp: () => Promise<LiveStamp | null>;
  /** How often to look, in milliseconds; default two seconds. */
  readonly everyMs?: number;
}

export interface Live {
  /** What the page carries as `data-mark`: to be read before what the page shows. Null: there is nothing to follow. */
  mark(followed: Followed): Promise<string | null>;
  /**
   * Answers with events `changed`, whose data is `{ "mark": "…", "rows": ["id", …] }`; without `rows` anything may have
   * changed. The query may say `van=<mark>`: what the page shows.
   * @returns false when there is nothing to follow; then nothing was answered yet
   */
  follow(followed: Followed, req: Request, res: Response): Promise<boolean>;
}

const POLL_MS = 2_000;
const MAX_FOLLOW_MS = 5 * 60_000;
const RETRY_MS = 4_000;
/** Open pages that one process follows; one more asks again later. */
const MAX_FOLLOWERS = 400;
const MAX_OF_ONE = 40;
const FRESH_MS = 2_000;
const MAX_REMEMBERED = 1_000;

export interface LiveOptions {
  readonly freshMs?: number;
  readonly maxFollowers?: number;
  /** Open pages of one person. */
  readonly maxOfOne?: number;
  /** Who follows; absent: everybody is one. */
  readonly personOf?: (res: Response) => string;
  /** Milliseconds that only go forward. */
  readonly now?: () => number;
  /** Waits, or less when the visitor leaves. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

const liveByKit = new WeakMap<PageKit, Live>();

/** The one follower of an application: all its rooms count together. */
export function liveOf(kit: PageKit): Live {
  const known = liveByKit.get(kit);
  if (known) return known;
  const made = createLive({
    personOf: (res) => contextOf(res).account?.id ?? '',
    onError: (error) => kit.logger.warn({ err: error }, 'following a page failed'),
  });
  liveByKit.set(kit, made);
  return made;
}

interface Look {
  readonly at: number;
  readonly stamp: Promise<LiveStamp | null>;
}

export function createLive(options: LiveOptions): Live {
  const {
    freshMs = FRESH_MS,
    maxFollowers = MAX_FOLLOWERS,
    maxOfOne = MAX_OF_ONE,
    personOf = () => '',
    now = () => performance.now(),
    wait = pause,
    onError,
  } = options;
  const looks = new Map<string, Look>();
  /** Open pages by person. */
  const places = new Map<string, number>();
  let followers = 0;

  function takePlace(person: string): boolean {
    const own = places.get(person) ?? 0;
    if (followers >= maxFollowers || own >= maxOfOne) return false;
    places.set(person, own + 1);
    followers += 1;
    return true;
  }

  function leavePlace(person: string): void {
    const own = (places.get(person) ?? 1) - 1;
    if (own === 0) places.delete(person);
    else places.set(person, own);
    followers -= 1;
  }

  function lookAfresh({ key, stamp }: Followed): Promise<LiveStamp | null> {
    const look: Look = { at: now(), stamp: stamp() };
    looks.set(key, look);
    // One that failed is no answer for others.
    look.stamp.catch(() => looks.get(key) === look && looks.delete(key));
    if (looks.size > MAX_REMEMBERED) forgetOld();
    return look.stamp;
  }

  function forgetOld(): void {
    for (const [key, { at }] of looks) if (now() - at >= freshMs) looks.delete(key);
  }

  function look(followed: Followed): Promise<LiveStamp | null> {
    const known = looks.get(followed.key);
    return known && now() - known.at < freshMs ? known.stamp : lookAfresh(followed);
  }

  async function tell(followed: Followed, first: LiveStamp, req: Request, res: Response): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    res.on('close', () => controller.abort());
    // Who left while the first answer was made has closed already, and will not say so again.
    if (res.closed || res.destroyed) controller.abort();
    // no-transform: a compressing layer would hold the events back.
    res.set({
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
    });
    res.flushHeaders();
    res.write(`retry: ${RETRY_MS}\n\n`);
    let seen = req.get('Last-Event-ID') ?? singleOf(req.query, 'van') ?? '';
    let former: LiveStamp | null = null;
    const endsAt = now() + MAX_FOLLOW_MS;
    for (let stamp: LiveStamp | null = first; stamp !== null && !signal.aborted; ) {
      const mark = markOf(stamp);
      res.write(mark === seen ? ': ok\n\n' : changed(mark, former, stamp));
      seen = mark;
      former = stamp;
      if (now() >= endsAt) break;
      await wait(followed.everyMs ?? POLL_MS, signal);
      stamp = signal.aborted ? null : await look(followed);
    }
  }

  return {
    async mark(followed) {
      const stamp = await lookAfresh(followed);
      return stamp === null ? null : markOf(stamp);
    },

    async follow(followed, req, res) {
      // What changed while the page was on its way is told at once.
      const first = await lookAfresh(followed);
      if (first === null) return false;
      const person = personOf(res);
      if (!takePlace(person)) {
        res.status(503).set('Retry-After', '30').end();
        return true;
      }
      try {
        await tell(followed, first, req, res);
      } catch (error) {
        // The headers are sent: ending is all that can be said, and the browser asks again by itself.
        onError(error);
      } finally {
        leavePlace(person);
        res.end();
      }
      return true;
    },
  };
}

/** What an open page compares: says nothing itself. */
function markOf(stamp: LiveStamp): string {
  const text = typeof stamp === 'string' ? stamp : JSON.stringify([...stamp].sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function changed(mark: string, former: LiveStamp | null, stamp: LiveStamp): string {
  const rows = changedRows(former, stamp);
  return `id: ${mark}\nevent: changed\ndata: ${JSON.stringify(rows === null ? { mark } : { mark, rows })}\n\n`;
}

/** Rows that came, went or changed; null when that is not known. */
function changedRows(former: LiveStamp | null, stamp: LiveStamp): string[] | null {
  if (former === null || typeof former === 'string' || typeof stamp === 'string') return null;
  const ids = new Set([...former.keys(), ...stamp.keys()]);
  return [...ids].filter((id) => former.get(id) !== stamp.get(id));
}

/** Waits, or less when the visitor leaves. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
