import { Router } from 'express';
import { MAX_HEARTBEAT_AGE_MS, type WorkerStatus } from '../../../prisma/repositories/status.ts';
import type { PageKit } from '../../context.ts';
import { paths } from '../../paths.ts';

/** Whoever waits longer for a connection than this is kept waiting, not served. */
const FREE_CONNECTION_MS = 1_000;

export interface Part {
  readonly ok: boolean;
  /** Seconds since the worker was seen; absent when it never was. */
  readonly ageSeconds?: number;
}

export interface PoolPart {
  readonly ok: boolean;
  /** Requests without a connection. */
  readonly waiting: number;
}

export interface Readiness {
  readonly ready: boolean;
  readonly parts: {
    readonly database: Part;
    readonly pool: PoolPart;
    readonly worker: Part;
    readonly temporal: Part;
    readonly mail: Part;
  };
}

/**
 * What the parts are worth together. Temporal and mail are known by what the worker last saw, so they count only while
 * the worker itself does.
 * @param worker the last heartbeat; null when there never was one; undefined when the database is away
 * @param pool whether a page can get a connection
 */
export function readinessOf(
  worker: WorkerStatus | null | undefined,
  pool: PoolPart = { ok: true, waiting: 0 },
): Readiness {
  const isFresh = worker !== null && worker !== undefined && worker.ageMs < MAX_HEARTBEAT_AGE_MS;
  const parts = {
    database: { ok: worker !== undefined },
    pool,
    worker: { ok: isFresh, ...(worker ? { ageSeconds: Math.round(worker.ageMs / 1000) } : {}) },
    temporal: { ok: isFresh && worker.temporalOk },
    mail: { ok: isFresh && worker.smtpOk },
  };
  return { ready: Object.values(parts).every((part) => part.ok), parts };
}

/** `/health`: this process is alive, whatever else is not. `/ready`: all parts, by name. No session, no cookie. */
export function livenessRoutes(kit: PageKit): Router {
  const router = Router();
  router.get(paths.health(), (_req, res) => {
    res.set('Cache-Control', 'no-store').json({ status: 'ok' });
  });
  router.get(paths.ready(), async (_req, res) => {
    const [worker, pool] = await Promise.all([lastWorker(kit), lookAtPool(kit)]);
    const readiness = readinessOf(worker, pool);
    res
      .status(readiness.ready ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json(readiness);
  });
  return router;
}

async function lastWorker({ repositories, logger }: PageKit): Promise<WorkerStatus | null | undefined> {
  try {
    return await repositories.status.lastWorker();
  } catch (error) {
    logger.warn({ err: error }, 'the database does not answer');
    return undefined;
  }
}

async function lookAtPool({ repositories }: PageKit): Promise<PoolPart> {
  const { status } = repositories;
  const { waiting } = status.pool();
  const isFree = await status.hasFreeConnection(FREE_CONNECTION_MS);
  return { ok: isFree && status.pool().oldestWaitMs < FREE_CONNECTION_MS, waiting };
}
