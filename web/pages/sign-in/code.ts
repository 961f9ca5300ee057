/**
 * The six digits of the mail, to sign in and to register.
 *
 * Contract
 * 1. A code counts only for the request whose id this browser holds.
 * 2. A try is taken before the code is compared, twice: from a counter that exists for every id, so that a made-up request
 *    ends like a real one, and from the row itself, which no restart or second counter gets around.
 * 3. Unknown, used, expired and wrong all get the same answer.
 */
import type { Request, Response } from 'express';
import { validate as isUuid } from 'uuid';
import { isSignInCode } from '../../../platform/tokens.ts';
import { SIGN_IN_MINUTES } from '../../../prisma/repositories/access.ts';
import { contextOf, type PageHandler, type PageKit } from '../../context.ts';
import { cookieOf, SESSION_COOKIE, setCookie } from '../../middleware/cookies.ts';
import { visitorKey } from '../../middleware/limits.ts';
import { sendTooMany } from '../../page-kit.ts';
import { paths } from '../../paths.ts';
import { singleOf } from '../../posted.ts';
import { deviceOf } from './device.ts';
import { REQUEST_COOKIE } from './request.ts';

/** Who the page speaks to, and where it is. */
export interface CodePage {
  readonly template: 'sign-in-code' | 'register-code';
  readonly words: 'signin.code' | 'mine.code';
  readonly action: string;
  readonly again: string;
  readonly minutes: number;
}

export const SIGN_IN_CODE: CodePage = {
  template: 'sign-in-code',
  words: 'signin.code',
  action: paths.signInCode(),
  again: paths.signIn(),
  minutes: SIGN_IN_MINUTES,
};

export function showCode(kit: PageKit, page = SIGN_IN_CODE): PageHandler {
  return (req, res) => {
    if (contextOf(res).account !== null) return res.redirect(303, paths.home());
    if (requestIdOf(req) === null) return res.redirect(303, page.again);
    sendCode(kit, res, page, null);
  };
}

export function submitCode(kit: PageKit, page = SIGN_IN_CODE): PageHandler {
  return async (req, res) => {
    const { translator } = contextOf(res);
    const id = requestIdOf(req);
    if (id === null) return res.redirect(303, page.again);
    const code = (singleOf(req.body, 'code') ?? '').replace(/\s/g, '');
    if (!/^\d{6}$/.test(code)) return sendCode(kit, res, page, translator.t(`${page.words}.empty`));
    const seconds = await kit.limits.take('code', visitorKey(req.ip));
    if (seconds !== null) return sendTooMany(kit, res, seconds);
    if ((await kit.limits.take('codeTry', id)) !== null) return sendUsedUp(kit, res, page);
    const cookie = (await isCodeRight(kit, id, code))
      ? await kit.repositories.access.completeSignIn(id, cookieOf(req, SESSION_COOKIE), deviceOf(req))
      : null;
    if (cookie === null) return sendCode(kit, res, page, translator.t(`${page.words}.wrong`));
    setCookie(res, SESSION_COOKIE, cookie);
    setCookie(res, REQUEST_COOKIE, '', 0);
    res.redirect(303, paths.home());
  };
}

async function isCodeRight(kit: PageKit, id: string, code: string): Promise<boolean> {
  const { access } = kit.repositories;
  const mayTry = await access.takeCodeTry(id);
  const signIn = await access.findSignIn(id);
  return mayTry && signIn !== null && isSignInCode(kit.keyring, signIn.kid, id, code);
}

function requestIdOf(req: Request): string | null {
  const id = cookieOf(req, REQUEST_COOKIE);
  return id !== null && isUuid(id) ? id : null;
}

function sendCode(kit: PageKit, res: Response, page: CodePage, error: string | null): void {
  const { translator } = contextOf(res);
  const errors = error === null ? [] : [{ field: 'code', message: error }];
  kit.sendPage(
    res,
    page.template,
    { action: page.action, againHref: page.again, minutes: page.minutes, errors },
    {
      title: translator.t(`${page.words}.title`),
      hasErrors: error !== null,
      status: error === null ? 200 : 422,
      helpKey: 'signIn',
    },
  );
}

function sendUsedUp(kit: PageKit, res: Response, { words, again }: CodePage): void {
  const { translator } = contextOf(res);
  setCookie(res, REQUEST_COOKIE, '', 0);
  kit.sendMessage(res, {
    status: 422,
    title: translator.t(`${words}.usedUpTitle`),
    text: translator.t(`${words}.usedUpText`),
    kind: 'warning',
    action: { href: again, text: translator.t(`${words}.again`) },
  });
}
