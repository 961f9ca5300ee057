import { doubleCsrf } from 'csrf-csrf';
import type { Request, RequestHandler, Response } from 'express';
import { deriveKey, type Keyring } from '../../platform/keys.ts';
import { CSRF_COOKIE } from './cookies.ts';

export interface Csrf {
  /** The token for a page; sets its cookie the first time. */
  tokenFor(req: Request, res: Response): string;
  /** Whether a posted form carries the token of this browser. Call after the body was read. */
  isValid(req: Request): boolean;
}

/** Name of the hidden field. */
export const CSRF_FIELD = '_csrf';
export const CSRF_HEADER = 'x-csrf-token';

/**
 * Signed double submit (csrf-csrf). The token belongs to the browser, not to the session: who signs on again half-way
 * through a form can still post it. The `__Host-` prefix keeps other hosts from planting the cookie.
 */
export function createCsrf(keyring: Keyring): Csrf {
  const secrets = keyring.kids.map((kid) => deriveKey(keyring, kid, 'csrf/v1').toString('base64'));
  const { generateCsrfToken, validateRequest } = doubleCsrf({
    getSecret: () => secrets,
    getSessionIdentifier: () => 'browser',
    cookieName: CSRF_COOKIE,
    cookieOptions: { httpOnly: true, secure: true, sameSite: 'lax', path: '/' },
    size: 32,
    getCsrfTokenFromRequest: (req) => {
      const field: unknown = req.body?.[CSRF_FIELD];
      return typeof field === 'string' ? field : req.get(CSRF_HEADER);
    },
  });
  return {
    tokenFor: (req, res) => generateCsrfToken(req, res, { overwrite: false, validateOnReuse: false }),
    isValid: (req) => validateRequest(req),
  };
}

/**
 * Refuses a POST without the token.
 * @param takesUploads paths of the pages that read an upload and then check the token themselves; a multipart form to any
 * other page has no readable token and is refused
 */
export function requireCsrf(
  csrf: Csrf,
  takesUploads: (path: string) => boolean,
  onRefused: RequestHandler,
): RequestHandler {
  return (req, res, next) => {
    const isReading = req.method === 'GET' || req.method === 'HEAD' || req.method === 'OPTIONS';
    const isUpload = Boolean(req.is('multipart/form-data')) && takesUploads(req.path);
    if (isReading || isUpload || csrf.isValid(req)) return next();
    return onRefused(req, res, next);
  };
}
