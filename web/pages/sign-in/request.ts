/** Asking for a mail to sign in with. The answer never tells whether somebody has an account. */
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { emailAddressKey, normaliseEmailAddress } from '../../../platform/email-address.ts';
import { SIGN_IN_MINUTES } from '../../../prisma/repositories/access.ts';
import { contextOf, type PageHandler, type PageKit } from '../../context.ts';
import { setCookie } from '../../middleware/cookies.ts';
import { visitorKey } from '../../middleware/limits.ts';
import { sendTooMany } from '../../page-kit.ts';
import { paths } from '../../paths.ts';
import { singleOf } from '../../posted.ts';

/** Holds the id of the request, so that a code counts only in the browser that asked for it. */
export const REQUEST_COOKIE = '__Host-proeve-signin';

/** Longer than writing a request and a mail takes, so that the time tells nothing either. */
export const ANSWER_MS = 250;

export function showSignIn(kit: PageKit): PageHandler {
  return (_req, res) => {
    if (contextOf(res).account !== null) return res.redirect(303, paths.home());
    sendSignIn(kit, res, { email: '', error: null });
  };
}

export function requestSignIn(kit: PageKit): PageHandler {
  return async (req, res) => {
    const typed = singleOf(req.body, 'email') ?? '';
    const email = normaliseEmailAddress(typed);
    if (email === undefined)
      return sendSignIn(kit, res, { email: typed, error: contextOf(res).translator.t('common.errors.invalidEmail') });
    const seconds = await takeLimits(kit, req, email);
    if (seconds !== null) return sendTooMany(kit, res, seconds);
    const [id] = await Promise.all([
      kit.repositories.access.requestSignIn(emailAddressKey(email), kit.keyring.current),
      delay(ANSWER_MS),
    ]);
    setCookie(res, REQUEST_COOKIE, id, SIGN_IN_MINUTES * 60);
    res.redirect(303, paths.signInCode());
  };
}

/** Per address that asks and per address that is asked for; the latter is kept only as a hash. */
export async function takeLimits(kit: PageKit, req: Request, email: string): Promise<number | null> {
  const mailKey = createHash('sha256').update(emailAddressKey(email)).digest('base64url');
  return (await kit.limits.take('signInAddress', visitorKey(req.ip))) ?? (await kit.limits.take('signInMail', mailKey));
}

function sendSignIn(
  kit: PageKit,
  res: Response,
  model: { readonly email: string; readonly error: string | null },
): void {
  const { translator } = contextOf(res);
  const errors = model.error === null ? [] : [{ field: 'email', message: model.error }];
  const isWrong = errors.length > 0;
  kit.sendPage(
    res,
    'sign-in',
    {
      action: paths.signIn(),
      email: model.email,
      errors,
      lostHref: paths.linkLost(),
      registerHref: paths.register(),
      providers: kit.oidc.providers.map(({ id, label }) => ({ href: paths.signInVia(id), label })),
    },
    { title: translator.t('signin.title'), hasErrors: isWrong, status: isWrong ? 422 : 200, helpKey: 'signIn' },
  );
}
