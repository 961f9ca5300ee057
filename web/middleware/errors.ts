import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from '../../platform/logger.ts';

/** Gives the request an id, says it in the answer, and logs one line when it is done. No address, query or body. */
export function logRequests(logger: Logger): RequestHandler {
  return (req, res, next) => {
    const requestId = randomUUID();
    res.locals.requestId = requestId;
    res.set('X-Request-Id', requestId);
    const startedAt = performance.now();
    res.on('finish', () => {
      const ms = Math.round(performance.now() - startedAt);
      logger.info({ requestId, method: req.method, path: req.path, status: res.statusCode, ms }, 'request');
    });
    next();
  };
}

/** What went wrong, as far as an answer depends on it. */
export type FailureKind = 'tooLarge' | 'badRequest' | 'unavailable' | 'unknown';

/** One mapper from thrown things to kinds of answer; never by the text of a message. */
export function classifyFailure(error: unknown): FailureKind {
  const { type, code, name, status } = (typeof error === 'object' && error !== null ? error : {}) as Record<
    string,
    unknown
  >;
  if (status === 413 || type === 'parameters.too.many' || code === 'LIMIT_FILE_SIZE') return 'tooLarge';
  if (typeof status === 'number' && status >= 400 && status < 500) return 'badRequest';
  if (typeof code === 'string' && DATABASE_AWAY.has(code)) return 'unavailable';
  if (name === 'PrismaClientInitializationError' || name === 'DriverAdapterError') return 'unavailable';
  return 'unknown';
}

/** Prisma: cannot reach, timed out, connection closed, pool full, transaction not started. Node: refused or reset. */
const DATABASE_AWAY = new Set([
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
  'P2028',
  'P2037',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  '57P01',
  '57P03',
  '53300',
]);

/** When even the page that says so fails: a plain sentence without anything internal. */
export function handleLastResort(logger: Logger): ErrorRequestHandler {
  return (error, _req, res, next) => {
    logger.error({ requestId: String(res.locals.requestId ?? ''), err: error }, 'the error page failed');
    if (res.headersSent) return next(error);
    res
      .status(500)
      .type('text')
      .send(
        'Er ging iets mis. Probeer het over een paar minuten opnieuw.\nSomething went wrong. Try again in a few minutes.\n',
      );
  };
}

/**
 * Logs what went wrong once, by request id, and hands it to the page that says so.
 * @param isDatabaseAway asked about errors without a code: a connection that breaks half-way gives none
 */
export function handleErrors(
  logger: Logger,
  isDatabaseAway: () => Promise<boolean>,
  onFailure: (kind: FailureKind) => ErrorRequestHandler,
): ErrorRequestHandler {
  return async (error, req, res, next) => {
    const first = classifyFailure(error);
    const kind = first === 'unknown' && (await isDatabaseAway()) ? 'unavailable' : first;
    const requestId = String(res.locals.requestId ?? '');
    if (kind === 'unknown' || kind === 'unavailable') logger.error({ requestId, err: error, kind }, 'request failed');
    if (res.headersSent) return next(error);
    return onFailure(kind)(error, req, res, next);
  };
}
