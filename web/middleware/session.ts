import type { Request, RequestHandler, Response } from 'express';
import { isRole, type Role } from '../../domain/school.ts';
import { type I18n, isLanguage, type Language } from '../../platform/i18n/index.ts';
import type { AccessRepository, SessionInfo } from '../../prisma/repositories/access.ts';
import { contextOf, type RequestContext } from '../context.ts';
import { paths } from '../paths.ts';
import type { Flash, FormField } from '../render.ts';
import { cookieOf, FLASH_COOKIE, LANGUAGE_COOKIE, SESSION_COOKIE, setCookie } from './cookies.ts';
import type { Csrf } from './csrf.ts';

/** Gives every request its context: language, session, member, grants, message. */
export function attachContext(access: AccessRepository, i18n: I18n, csrf: Csrf): RequestHandler {
  return async (req, res, next) => {
    const cookie = cookieOf(req, SESSION_COOKIE);
    const session = cookie === null ? null : await access.findSession(cookie);
    const lang = chooseLanguage(req, session);
    let token: string | null = null;
    const context: RequestContext = {
      requestId: String(res.locals.requestId ?? ''),
      lang,
      translator: i18n.forLanguage(lang),
      csrfToken: () => {
        token ??= csrf.tokenFor(req, res);
        return token;
      },
      sessionId: session?.id ?? null,
      account: session?.account ?? null,
      member: session?.member ? { ...session.member, roles: session.member.roles.filter(isRole) } : null,
      grants: session?.grants ?? [],
      withdrawnGrants: session?.withdrawnGrants ?? [],
      foreignGrants: session?.foreignGrants ?? [],
      school: session?.school ?? null,
      flash: takeFlash(req, res),
    };
    res.locals.context = context;
    next();
  };
}

/** An examiner has one language, on every device and in mail; a switch changes it everywhere. */
function chooseLanguage(req: Request, session: SessionInfo | null): Language {
  if (session && session.account === null && session.examinerLang !== null) return session.examinerLang;
  const chosen = cookieOf(req, LANGUAGE_COOKIE);
  if (isLanguage(chosen)) return chosen;
  const remembered = session?.lang ?? session?.member?.lang ?? session?.examinerLang ?? null;
  if (remembered !== null) return remembered;
  const accepted = req.acceptsLanguages('nl', 'en');
  return isLanguage(accepted) ? accepted : 'nl';
}

/** A message lives in the browser for one page; it is removed when a page is read, not when something is posted. */
function takeFlash(req: Request, res: Response): Flash | null {
  const value = cookieOf(req, FLASH_COOKIE);
  if (value === null || req.method !== 'GET' || req.path.startsWith('/assets/')) return null;
  setCookie(res, FLASH_COOKIE, '', 0);
  return parseFlash(value);
}

function parseFlash(value: string): Flash | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(value, 'base64url').toString('utf8'));
    if (typeof parsed !== 'object' || parsed === null || !('kind' in parsed) || !('text' in parsed)) return null;
    const kind = (['info', 'ok', 'warning', 'error'] as const).find((each) => each === parsed.kind);
    if (!kind || typeof parsed.text !== 'string') return null;
    const fields = 'undo' in parsed ? readUndo(parsed.undo) : [];
    return { kind, text: parsed.text, ...(fields.length > 0 ? { undo: { action: paths.undo(), fields } } : {}) };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Only where it goes is ours to say: a cookie may hold anything. */
function readUndo(undo: unknown): FormField[] {
  if (typeof undo !== 'object' || undo === null || !('fields' in undo) || !Array.isArray(undo.fields)) return [];
  return undo.fields.flatMap((field: unknown) => {
    if (typeof field !== 'object' || field === null || !('name' in field) || !('value' in field)) return [];
    const { name, value } = field;
    return typeof name === 'string' && typeof value === 'string' ? [{ name, value }] : [];
  });
}

export function putFlash(res: Response, flash: Flash): void {
  setCookie(res, FLASH_COOKIE, Buffer.from(JSON.stringify(flash)).toString('base64url'), 60);
}

/** Lets members with one of these roles through; a visitor goes to sign-in, another member to the page that says so. */
export function requireRole(onForbidden: RequestHandler, ...roles: readonly Role[]): RequestHandler {
  return (req, res, next) => {
    const { member, account } = contextOf(res);
    if (member === null) {
      if (req.method === 'GET') return res.redirect(303, account === null ? paths.signIn() : paths.place());
      return onForbidden(req, res, next);
    }
    return member.roles.some((role) => roles.includes(role)) ? next() : onForbidden(req, res, next);
  };
}
