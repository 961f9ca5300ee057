/**
 * The six digits of the mail.
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

export function showCode(kit: PageKit): PageHandler {
  return (req, res) => {
    if (contextOf(res).account !== null) return res.redirect(303, paths.home());
    if (requestIdOf(req) === null) return res.redirect(303, paths.signIn());
    sendCode(kit, res, null);
  };
}

export function submitCode(kit: PageKit): PageHandler {
  return async (req, res) => {
    const { translator } = contextOf(res);
    const id = requestIdOf(req);
    if (id === null) return res.redirect(303, paths.signIn());
    const code = (singleOf(req.body, 'code') ?? '').replace(/\s/g, '');
    if (!/^\d{6}$/.test(code)) return sendCode(kit, res, translator.t('signin.code.empty'));
    const seconds = await kit.limits.take('code', visitorKey(req.ip));
    if (seconds !== null) return sendTooMany(kit, res, seconds);
    if ((await kit.limits.take('codeTry', id)) !== null) return sendUsedUp(kit, res);
    const cookie = (await isCodeRight(kit, id, code))
      ? await kit.repositories.access.completeSignIn(id, cookieOf(req, SESSION_COOKIE), deviceOf(req))
      : null;
    if (cookie === null) return sendCode(kit, res, translator.t('signin.code.wrong'));
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

function sendCode(kit: PageKit, res: Response, error: string | null): void {
  const { translator } = contextOf(res);
  const errors = error === null ? [] : [{ field: 'code', message: error }];
  kit.sendPage(
    res,
    'sign-in-code',
    { action: paths.signInCode(), againHref: paths.signIn(), minutes: SIGN_IN_MINUTES, errors },
    {
      title: translator.t('signin.code.title'),
      hasErrors: error !== null,
      status: error === null ? 200 : 422,
      helpKey: 'signIn',
    },
  );
}

function sendUsedUp(kit: PageKit, res: Response): void {
  const { translator } = contextOf(res);
  setCookie(res, REQUEST_COOKIE, '', 0);
  kit.sendMessage(res, {
    status: 422,
    title: translator.t('signin.code.usedUpTitle'),
    text: translator.t('signin.code.usedUpText'),
    kind: 'warning',
    action: { href: paths.signIn(), text: translator.t('signin.code.again') },
  });
}
