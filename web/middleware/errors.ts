import type { ErrorRequestHandler } from 'express';
import type { Logger } from '../../platform/logger.ts';
import { isDatabaseFault } from '../../prisma/database-faults.ts';
import { isAbandoned } from './pressure.ts';
import { requestIdOf } from './request-log.ts';

/** What went wrong, as far as an answer depends on it. */
export type FailureKind = 'tooLarge' | 'badRequest' | 'unavailable' | 'unknown';

/** One mapper from thrown things to kinds of answer; never by the text of a message. */
export function classifyFailure(error: unknown): FailureKind {
  const { type, code, status } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  if (status === 413 || type === 'parameters.too.many' || code === 'LIMIT_FILE_SIZE') return 'tooLarge';
  if (typeof status === 'number' && status >= 400 && status < 500) return 'badRequest';
  return isDatabaseFault(error) ? 'unavailable' : 'unknown';
}

/** When even the page that says so fails: a plain sentence without anything internal. */
export function handleLastResort(logger: Logger): ErrorRequestHandler {
  return (error, _req, res, next) => {
    logger.error({ requestId: requestIdOf(res), err: error }, 'the error page failed');
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
    const requestId = requestIdOf(res);
    if (isAbandoned())
      return logger.debug({ requestId, err: error }, 'work for a request that was answered already ended');
    const first = classifyFailure(error);
    const kind = first === 'unknown' && (await isDatabaseAway()) ? 'unavailable' : first;
    if (kind === 'unknown' || kind === 'unavailable') logger.error({ requestId, err: error, kind }, 'request failed');
    // It may have been answered while the database was asked.
    if (isAbandoned()) return;
    if (res.headersSent) return next(error);
    return onFailure(kind)(error, req, res, next);
  };
}
