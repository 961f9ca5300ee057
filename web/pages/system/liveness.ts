import { Router } from 'express';
import type { WorkerStatus } from '../../../prisma/repositories/status.ts';
import type { PageKit } from '../../context.ts';
import { paths } from '../../paths.ts';

/** The worker writes its heartbeat every five seconds; after four missed ones it counts as gone. */
export const MAX_HEARTBEAT_AGE_MS = 20_000;

export interface Part {
  readonly ok: boolean;
  /** Seconds since the worker was seen; absent when it never was. */
  readonly ageSeconds?: number;
}

export interface Readiness {
  readonly ready: boolean;
  readonly parts: { readonly database: Part; readonly worker: Part; readonly temporal: Part; readonly mail: Part };
}

/**
 * What the parts are worth together. Temporal and mail are known by what the worker last saw, so they count only while
 * the worker itself does.
 * @param worker the last heartbeat; null when there never was one; undefined when the database is away
 */
export function readinessOf(worker: WorkerStatus | null | undefined): Readiness {
  const isFresh = worker !== null && worker !== undefined && worker.ageMs < MAX_HEARTBEAT_AGE_MS;
  const parts = {
    database: { ok: worker !== undefined },
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
    const readiness = readinessOf(await lastWorker(kit));
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
