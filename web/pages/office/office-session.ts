/** The browser in which an exam office opens a document: a cookie of its own, that grants nothing before the right code. */
import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import { sessionIdOf } from '../../../prisma/repositories/access.ts';
import { cookieOf, setCookie } from '../../middleware/cookies.ts';

/** `__Host-`: see web/middleware/cookies.ts. */
const OFFICE_COOKIE = '__Host-proeve-office';
/** Seconds: asking for a code, typing it and reading the document. */
const LIFE_S = 3_600;
const SHAPE = /^[A-Za-z0-9_-]{43}$/;

/** What codes are bound to; null for a browser that never pressed the button. */
export function officeSessionOf(req: Request): string | null {
  const cookie = cookieOf(req, OFFICE_COOKIE);
  return cookie !== null && SHAPE.test(cookie) ? sessionIdOf(cookie) : null;
}

/** The same, begun where there is none. */
export function beginOfficeSession(req: Request, res: Response): string {
  const known = cookieOf(req, OFFICE_COOKIE);
  const cookie = known !== null && SHAPE.test(known) ? known : randomBytes(32).toString('base64url');
  setCookie(res, OFFICE_COOKIE, cookie, LIFE_S);
  return sessionIdOf(cookie);
}
