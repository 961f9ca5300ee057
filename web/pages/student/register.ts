/**
 * A student asks for an account with an address of the school.
 *
 * Contract
 * 1. The answer is the same for every address, in words and in time. The domain of the address says at which school.
 * 2. The mailed link is a page with a button, because mail scanners open links; the button works once.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { emailAddressKey, normaliseEmailAddress } from '../../../platform/email-address.ts';
import { LinkPurpose, verifyLinkToken } from '../../../platform/tokens.ts';
import { REGISTRATION_MINUTES, type SignInInfo } from '../../../prisma/repositories/access.ts';
import { contextOf, type PageHandler, type PageKit } from '../../context.ts';
import { cookieOf, SESSION_COOKIE, setCookie } from '../../middleware/cookies.ts';
import { visitorKey } from '../../middleware/limits.ts';
import { sendTooMany } from '../../page-kit.ts';
import { paths } from '../../paths.ts';
import { singleOf } from '../../posted.ts';
import type { CodePage } from '../sign-in/code.ts';
import { deviceOf } from '../sign-in/device.ts';
import { ANSWER_MS, REQUEST_COOKIE, takeLimits } from '../sign-in/request.ts';

export const REGISTRATION_CODE: CodePage = {
  template: 'register-code',
  words: 'mine.code',
  action: paths.registerCode(),
  again: paths.register(),
  minutes: REGISTRATION_MINUTES,
};

export function showRegister(kit: PageKit): PageHandler {
  return (_req, res) => {
    if (contextOf(res).account !== null) return res.redirect(303, paths.home());
    sendRegister(kit, res, { email: '', error: null });
  };
}

export function requestRegistration(kit: PageKit): PageHandler {
  return async (req, res) => {
    const typed = singleOf(req.body, 'email') ?? '';
    const email = normaliseEmailAddress(typed);
    if (email === undefined)
      return sendRegister(kit, res, {
        email: typed,
        error: contextOf(res).translator.t('common.errors.invalidEmail'),
      });
    const seconds = await takeLimits(kit, req, email);
    if (seconds !== null) return sendTooMany(kit, res, seconds);
    const [id] = await Promise.all([
      kit.repositories.access.requestRegistration(emailAddressKey(email), kit.keyring.current),
      delay(ANSWER_MS),
    ]);
    setCookie(res, REQUEST_COOKIE, id, REGISTRATION_MINUTES * 60);
    res.redirect(303, paths.registerCode());
  };
}

export function showRegisterLink(kit: PageKit): PageHandler {
  return async (req, res) => {
    const token = String(req.params.token ?? '');
    const request = await findByToken(kit, req, res, token);
    if (request === null) return;
    if (!request.isUsable) return answerGone(kit, res, request);
    const title = contextOf(res).translator.t('mine.mailed.title');
    kit.sendPage(res, 'register-link', { action: paths.registerOpen(), token }, { title, helpKey: 'register' });
  };
}

export function openRegisterLink(kit: PageKit): PageHandler {
  return async (req, res) => {
    const seconds = await kit.limits.take('open', visitorKey(req.ip));
    if (seconds !== null) return sendTooMany(kit, res, seconds);
    const request = await findByToken(kit, req, res, singleOf(req.body, 'token') ?? '');
    if (request === null) return;
    const { access } = kit.repositories;
    const cookie = await access.completeSignIn(request.id, cookieOf(req, SESSION_COOKIE), deviceOf(req));
    if (cookie === null) return answerGone(kit, res, (await access.findSignIn(request.id)) ?? request);
    setCookie(res, SESSION_COOKIE, cookie);
    setCookie(res, REQUEST_COOKIE, '', 0);
    res.redirect(303, paths.home());
  };
}

/** The request behind a token; otherwise null, and the answer has been sent. The MAC comes before any query. */
async function findByToken(kit: PageKit, req: Request, res: Response, token: string): Promise<SignInInfo | null> {
  const verified = verifyLinkToken(kit.keyring, token, [LinkPurpose.Register]);
  const seconds = await kit.limits.take(verified ? 'landing' : 'badToken', visitorKey(req.ip));
  if (seconds !== null) {
    sendTooMany(kit, res, seconds);
    return null;
  }
  const request = verified ? await kit.repositories.access.findSignIn(verified.linkId) : null;
  if (request?.isRegistration) return request;
  sendWayOn(kit, res, 404, 'unknown');
  return null;
}

/** Whoever pressed twice is signed in already. */
function answerGone(kit: PageKit, res: Response, { accountId }: SignInInfo): void {
  const { account } = contextOf(res);
  if (account !== null && account.id === accountId) res.redirect(303, paths.home());
  else sendWayOn(kit, res, 410, 'gone');
}

function sendWayOn(kit: PageKit, res: Response, status: number, key: 'unknown' | 'gone'): void {
  const { t } = contextOf(res).translator;
  const action =
    key === 'gone'
      ? { href: paths.signIn(), text: t('mine.mailed.signIn') }
      : { href: paths.register(), text: t('mine.mailed.again') };
  kit.sendMessage(res, {
    status,
    title: t(`mine.mailed.${key}Title`),
    text: t(`mine.mailed.${key}Text`, { minutes: REGISTRATION_MINUTES }),
    kind: 'warning',
    action,
  });
}

function sendRegister(
  kit: PageKit,
  res: Response,
  model: { readonly email: string; readonly error: string | null },
): void {
  const { translator } = contextOf(res);
  const errors = model.error === null ? [] : [{ field: 'email', message: model.error }];
  const isWrong = errors.length > 0;
  kit.sendPage(
    res,
    'register',
    { action: paths.register(), email: model.email, errors, signInHref: paths.signIn() },
    {
      title: translator.t('mine.register.title'),
      hasErrors: isWrong,
      status: isWrong ? 422 : 200,
      helpKey: 'register',
    },
  );
}
