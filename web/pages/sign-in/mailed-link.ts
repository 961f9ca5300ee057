/** The link of the mail: a page with a button, because mail scanners open links; the button signs in, once. */
import type { Request, Response } from 'express';
import { LinkPurpose, verifyLinkToken } from '../../../platform/tokens.ts';
import { SIGN_IN_MINUTES, type SignInInfo } from '../../../prisma/repositories/access.ts';
import { contextOf, type PageHandler, type PageKit } from '../../context.ts';
import { cookieOf, SESSION_COOKIE, setCookie } from '../../middleware/cookies.ts';
import { visitorKey } from '../../middleware/limits.ts';
import { sendTooMany } from '../../page-kit.ts';
import { paths } from '../../paths.ts';
import { singleOf } from '../../posted.ts';
import { deviceOf } from './device.ts';
import { REQUEST_COOKIE } from './request.ts';

export function showMailedLink(kit: PageKit): PageHandler {
  return async (req, res) => {
    const token = String(req.params.token ?? '');
    const signIn = await findByToken(kit, req, res, token);
    if (signIn === null) return;
    if (!signIn.isUsable) return answerGone(kit, res, signIn);
    const { translator } = contextOf(res);
    kit.sendPage(
      res,
      'sign-in-link',
      { action: paths.signInOpen(), token },
      { title: translator.t('signin.mailed.title'), helpKey: 'signIn' },
    );
  };
}

export function openMailedLink(kit: PageKit): PageHandler {
  return async (req, res) => {
    const seconds = await kit.limits.take('open', visitorKey(req.ip));
    if (seconds !== null) return sendTooMany(kit, res, seconds);
    const signIn = await findByToken(kit, req, res, singleOf(req.body, 'token') ?? '');
    if (signIn === null) return;
    const cookie = await kit.repositories.access.completeSignIn(
      signIn.id,
      cookieOf(req, SESSION_COOKIE),
      deviceOf(req),
    );
    if (cookie === null) return answerGone(kit, res, signIn);
    setCookie(res, SESSION_COOKIE, cookie);
    setCookie(res, REQUEST_COOKIE, '', 0);
    res.redirect(303, paths.home());
  };
}

/** The request behind a token; otherwise null, and the answer has been sent. The MAC comes before any query. */
async function findByToken(kit: PageKit, req: Request, res: Response, token: string): Promise<SignInInfo | null> {
  const verified = verifyLinkToken(kit.keyring, token, [LinkPurpose.SignIn]);
  const seconds = await kit.limits.take(verified ? 'landing' : 'badToken', visitorKey(req.ip));
  if (seconds !== null) {
    sendTooMany(kit, res, seconds);
    return null;
  }
  const signIn = verified ? await kit.repositories.access.findSignIn(verified.linkId) : null;
  if (signIn === null) sendOneWayOn(kit, res, 404, 'unknown');
  return signIn;
}

/** Whoever pressed twice is signed in already. */
function answerGone(kit: PageKit, res: Response, signIn: SignInInfo): void {
  if (contextOf(res).account?.id === signIn.accountId) res.redirect(303, paths.home());
  else sendOneWayOn(kit, res, 410, 'gone');
}

function sendOneWayOn(kit: PageKit, res: Response, status: number, key: 'unknown' | 'gone'): void {
  const { translator } = contextOf(res);
  kit.sendMessage(res, {
    status,
    title: translator.t(`signin.mailed.${key}Title`),
    text: translator.t(`signin.mailed.${key}Text`, { minutes: SIGN_IN_MINUTES }),
    kind: 'warning',
    action: { href: paths.signIn(), text: translator.t('signin.mailed.again') },
  });
}
