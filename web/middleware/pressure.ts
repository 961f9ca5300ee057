/**
 * What happens when the database is slow, silent or short of connections.
 *
 * Contract
 * 1. A request gets an answer within {@link PATIENCE_MS} of its last sign of progress, whatever its handlers are waiting for.
 *    A long piece of work that gets on, command by command, and a slow upload are not cut off.
 * 2. What has been answered is not answered again, and no new work is begun for it. A commit that was already under way may still
 *    succeed: the answer says "unknown, try again", and the same form again is the same command (see apply-command.ts).
 * 3. New requests are turned away at once while more wait for a connection than will get one in time.
 * 4. No visitor fills the queue for all others: there is room behind it for who has little in hand.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from '../../platform/logger.ts';
import { currentRequest, type RequestScope, waitedMs } from '../../platform/request-scope.ts';
import type { PoolState } from '../../prisma/pool.ts';
import { visitorKey } from './limits.ts';
import { requestIdOf } from './request-log.ts';

/** Together with the making of the page below four seconds. */
export const PATIENCE_MS = 3_000;
/** However well it gets on. Beyond a proxy's own patience nobody sees the answer. */
const LONGEST_MS = 30_000;
/** A connection serves some fifty requests a second: a queue this long is a tenth of a second when all is well. */
const WAITING_PER_CONNECTION = 5;
/** A queue that has not moved for this long is no queue. */
const STUCK_MS = 1_000;
/** Who has less than this part of a queue in hand may stand behind it, as far as {@link MODEST_ROOM} queues. */
const MODEST_SHARE = 0.5;
const MODEST_ROOM = 2;
/** Who has more is told a little later: pages that say "too busy" must not themselves keep the process busy. */
const GREEDY_PAUSE_MS = 250;

/** Answers in place of handlers that do not get on. @param answer sends a page that needs no database */
export function endInTime(logger: Logger, answer: RequestHandler): RequestHandler {
  return (req, res, next) => {
    const scope = currentRequest();
    if (scope === undefined) return next();
    let startedAt = performance.now();
    let timer = setTimeout(look, PATIENCE_MS);
    res.once('close', () => clearTimeout(timer));
    next();

    function look(): void {
      if (res.headersSent || scope === undefined) return;
      if (isReceiving(req)) {
        startedAt = performance.now();
        scope.progressAt = startedAt;
      }
      const left = millisecondsLeft(scope, startedAt);
      if (left > 0) timer = setTimeout(look, left);
      else void abandon(scope, req, res);
    }
  };

  async function abandon(scope: RequestScope, req: Request, res: Response): Promise<void> {
    const { requestId } = scope;
    scope.isAbandoned = true;
    logger.warn({ requestId, waitedMs: Math.round(waitedMs(scope)) }, 'the database did not answer in time');
    try {
      await answer(req, res, () => undefined);
    } catch (error) {
      logger.error({ requestId, err: error }, 'the error page failed');
      if (!res.headersSent) res.status(503).end();
    }
    seal(res);
  }
}

/** A slow phone, not a slow database: somebody reads the form, and it has not all come yet. */
function isReceiving(req: Request): boolean {
  return !req.complete && req.readableFlowing === true;
}

function millisecondsLeft(scope: RequestScope, startedAt: number): number {
  const now = performance.now();
  return Math.min(scope.progressAt + PATIENCE_MS - now, PATIENCE_MS - waitedMs(scope), startedAt + LONGEST_MS - now);
}

const WRITERS = [
  'setHeader',
  'setHeaders',
  'appendHeader',
  'removeHeader',
  'flushHeaders',
  'writeHead',
  'write',
  'end',
];

/** The answer is on its way; handlers that wake up later talk to nobody. */
function seal(res: Response): void {
  for (const name of WRITERS) Reflect.set(res, name, () => res);
}

/** Drops a request that was answered while a layer before this one was waiting. */
export function dropAbandoned(): RequestHandler {
  return (_req, _res, next) => {
    if (!isAbandoned()) next();
  };
}

export function isAbandoned(): boolean {
  return currentRequest()?.isAbandoned === true;
}

/** Thrown in place of beginning a command for a request that was answered already. */
export class RequestAbandoned extends Error {
  readonly code = 'REQUEST_ABANDONED';

  constructor() {
    super('the request was answered already');
    this.name = 'RequestAbandoned';
  }
}

type Queue = Pick<PoolState, 'waiting' | 'max' | 'oldestWaitMs'>;

/**
 * Whether a new request would only make the queue for a connection longer.
 * @param isModest whether the visitor has little in hand, see {@link isModestWith}
 */
export function isOverloaded(queue: Queue, isModest = false): boolean {
  const { waiting, max, oldestWaitMs } = queue;
  const room = max * WAITING_PER_CONNECTION * (isModest ? MODEST_ROOM : 1);
  return waiting >= room || (waiting >= max && oldestWaitMs > STUCK_MS);
}

/** @param inHand requests of one visitor that were let in and are not over */
export function isModestWith(inHand: number, { max }: Pick<PoolState, 'max'>): boolean {
  return inHand < max * WAITING_PER_CONNECTION * MODEST_SHARE;
}

/**
 * Turns new requests away while the pool is overloaded; first those of who has many in hand.
 * @param pools of all that pages use
 * @param answer sends a page that needs no database
 */
export function shedLoad(logger: Logger, pools: () => readonly PoolState[], answer: RequestHandler): RequestHandler {
  /** Requests that were let in and are not over, by network address. */
  const inHand = new Map<string, number>();
  let turnedAway = 0;
  let saidAt = 0;

  function letIn(visitor: string, res: Response): void {
    inHand.set(visitor, (inHand.get(visitor) ?? 0) + 1);
    res.once('close', () => {
      const left = (inHand.get(visitor) ?? 1) - 1;
      if (left > 0) inHand.set(visitor, left);
      else inHand.delete(visitor);
    });
  }

  return async (req, res, next) => {
    const visitor = visitorKey(req.ip);
    const count = inHand.get(visitor) ?? 0;
    const full = pools().filter((pool) => isOverloaded(pool, isModestWith(count, pool)));
    if (full.length === 0) {
      letIn(visitor, res);
      return next();
    }
    turnedAway += 1;
    const now = performance.now();
    // One line a second, not one for each of thousands.
    if (now - saidAt > STUCK_MS) {
      logger.warn({ requestId: requestIdOf(res), turnedAway }, 'no free database connection; turning requests away');
      saidAt = now;
      turnedAway = 0;
    }
    if (!full.every((pool) => isModestWith(count, pool))) await delay(GREEDY_PAUSE_MS);
    if (!res.headersSent) await answer(req, res, next);
  };
}
