/** One line for each request, and the id that all its lines share. */
import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { type Logger, redactText } from '../../platform/logger.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { createRequestScope, runInRequest } from '../../platform/request-scope.ts';
import { paths } from '../paths.ts';
import { isId } from '../posted.ts';

/** What a proxy may call a request: nothing that could be a sentence, an address or a token of ours (67 characters). */
const PLAIN_ID = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * Gives the request an id, says it in the answer, makes it known to everything that works for the request, and logs one line when
 * it is over: route, ids of records, status, duration. No address, query, body, token or unknown word.
 */
export function logRequests(logger: Logger, metrics?: Metrics): RequestHandler {
  return (req, res, next) => {
    const requestId = givenId(req) ?? randomUUID();
    res.locals.requestId = requestId;
    res.set('X-Request-Id', requestId);
    const startedAt = performance.now();
    res.once('close', () => {
      const ms = performance.now() - startedAt;
      const status = res.statusCode;
      const isCut = !res.writableFinished;
      metrics?.observeRequest({ method: req.method, route: routeOf(req), status, seconds: ms / 1000 });
      const line = { requestId, method: req.method, path: shownPath(req.path), status, ms: Math.round(ms) };
      logger.info(isCut ? { ...line, isCut } : line, 'request');
    });
    runInRequest(createRequestScope(requestId), next);
  };
}

export function requestIdOf(res: Response): string {
  return String(res.locals.requestId ?? '');
}

/** The id that a proxy of ours gave it. Anybody else could make two requests look like one. */
function givenId(req: Request): string | undefined {
  const id = req.get('X-Request-Id');
  if (id === undefined || !PLAIN_ID.test(id)) return undefined;
  const isTrusted: unknown = req.app.get('trust proxy fn');
  if (typeof isTrusted !== 'function') return undefined;
  return isTrusted(req.socket.remoteAddress ?? '', 0) === true ? id : undefined;
}

/** The pattern of the page, such as `/commissie/:id`: as many values as there are pages. `none` when it came to no page. */
function routeOf(req: Request): string {
  const pattern: unknown = req.route?.path;
  return typeof pattern === 'string' ? `${req.baseUrl}${pattern}` : 'none';
}

/** Every word that stands in an address of ours. */
const WORDS: ReadonlySet<string> = new Set(
  Object.values(paths)
    .flatMap((build) => (build as unknown as (...parts: string[]) => string)('', '').split(/[/?#.=]/))
    .filter((word) => word !== ''),
);

/**
 * The address of a page without what is not ours: words of our own addresses, ids of records and small numbers stay.
 * @param path without query
 */
export function shownPath(path: string): string {
  return redactText(path)
    .split('/')
    .map((segment) => {
      const [name = '', ...rest] = segment.split('.');
      const isKnown =
        segment === '' || segment === '[link]' || WORDS.has(segment) || isId(segment) || /^\d{1,3}$/.test(segment);
      return isKnown || (isId(name) && rest.join() === 'pdf') ? segment : '…';
    })
    .join('/');
}
