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
import { contextOf, type PageHandler, type PageKit } from '../../context.ts';
import { cookieOf, setCookie } from '../../middleware/cookies.ts';
import { visitorKey } from '../../middleware/limits.ts';
import { sendTooMany } from '../../page-kit.ts';
import { paths } from '../../paths.ts';
import { singleOf } from '../../posted.ts';
import { type Entrance, letIn, REQUEST_COOKIE } from './entrance.ts';

export function showCode(kit: PageKit, entrance: Entrance): PageHandler {
  return (req, res) => {
    if (contextOf(res).account !== null) return res.redirect(303, paths.home());
    if (requestIdOf(req) === null) return res.redirect(303, entrance.paths.ask);
    sendCode(kit, res, entrance, null);
  };
}

export function submitCode(kit: PageKit, entrance: Entrance): PageHandler {
  return async (req, res) => {
    const { translator } = contextOf(res);
    const { words } = entrance;
    const id = requestIdOf(req);
    if (id === null) return res.redirect(303, entrance.paths.ask);
    const code = (singleOf(req.body, 'code') ?? '').replace(/\s/g, '');
    if (!/^\d{6}$/.test(code)) return sendCode(kit, res, entrance, translator.t(`${words.code}.empty`));
    const seconds = await kit.limits.take('code', visitorKey(req.ip));
    if (seconds !== null) return sendTooMany(kit, res, seconds);
    if ((await kit.limits.take('codeTry', id)) !== null) return sendUsedUp(kit, res, entrance);
    const isIn = (await isCodeRight(kit, id, code)) && (await letIn(kit, req, res, id));
    if (!isIn) sendCode(kit, res, entrance, translator.t(`${words.code}.wrong`));
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

function sendCode(kit: PageKit, res: Response, entrance: Entrance, error: string | null): void {
  const { translator } = contextOf(res);
  const { templates, words, minutes } = entrance;
  const errors = error === null ? [] : [{ field: 'code', message: error }];
  kit.sendPage(
    res,
    templates.code,
    { action: entrance.paths.code, againHref: entrance.paths.ask, minutes, errors },
    {
      title: translator.t(`${words.code}.title`),
      hasErrors: error !== null,
      status: error === null ? 200 : 422,
      helpKey: entrance.helpKey,
    },
  );
}

function sendUsedUp(kit: PageKit, res: Response, { words, paths: { ask } }: Entrance): void {
  const { translator } = contextOf(res);
  setCookie(res, REQUEST_COOKIE, '', 0);
  kit.sendMessage(res, {
    status: 422,
    title: translator.t(`${words.code}.usedUpTitle`),
    text: translator.t(`${words.code}.usedUpText`),
    kind: 'warning',
    action: { href: ask, text: translator.t(`${words.code}.again`) },
  });
}
