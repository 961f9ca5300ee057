import { parseCookie, stringifySetCookie } from 'cookie';
import type { Request, RequestHandler, Response } from 'express';

/** `__Host-`: only over https (or loopback), only this host, only path `/`; no other host can plant it. */
export const SESSION_COOKIE = '__Host-proeve';
export const CSRF_COOKIE = '__Host-proeve-csrf';
export const LANGUAGE_COOKIE = '__Host-proeve-lang';
export const FLASH_COOKIE = '__Host-proeve-flash';

/** Fills `req.cookies`, which csrf-csrf reads. */
export function readCookies(): RequestHandler {
  return (req, _res, next) => {
    req.cookies = parseCookie(req.headers.cookie ?? '');
    next();
  };
}

export function cookieOf(req: Request, name: string): string | null {
  const value: unknown = req.cookies?.[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** @param maxAge seconds; absent: until the browser closes; 0: remove */
export function setCookie(res: Response, name: string, value: string, maxAge?: number): void {
  res.append(
    'Set-Cookie',
    stringifySetCookie({
      name,
      value,
      path: '/',
      httpOnly: true,
      secure: true,
      sameSite: 'lax',
      ...(maxAge === undefined ? {} : { maxAge }),
    }),
  );
}
