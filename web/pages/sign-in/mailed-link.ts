/** The link of the mail: a page with a button, because mail scanners open links; the button lets in, once. */
import type { Request, Response } from 'express';
import type { SignInInfo } from '../../../prisma/repositories/access.ts';
import { contextOf, type PageHandler, type PageKit } from '../../context.ts';
import { findByToken } from '../../mailed-token.ts';
import { visitorKey } from '../../middleware/limits.ts';
import { sendTooMany } from '../../page-kit.ts';
import { paths } from '../../paths.ts';
import { singleOf } from '../../posted.ts';
import { type Entrance, letIn } from './entrance.ts';

export function showMailedLink(kit: PageKit, entrance: Entrance): PageHandler {
  return async (req, res) => {
    const token = String(req.params.token ?? '');
    const signIn = await findRequest(kit, req, res, entrance, token);
    if (signIn === null) return;
    if (!signIn.isUsable) return answerGone(kit, res, entrance, signIn);
    const title = contextOf(res).translator.t(`${entrance.words.mailed}.title`);
    const model = { action: entrance.paths.open, token };
    kit.sendPage(res, entrance.templates.link, model, { title, helpKey: entrance.helpKey });
  };
}

export function openMailedLink(kit: PageKit, entrance: Entrance): PageHandler {
  return async (req, res) => {
    const seconds = await kit.limits.take('open', visitorKey(req.ip));
    if (seconds !== null) return sendTooMany(kit, res, seconds);
    const signIn = await findRequest(kit, req, res, entrance, singleOf(req.body, 'token') ?? '');
    if (signIn === null || (await letIn(kit, req, res, signIn.id))) return;
    // Whose account it became may be known only now.
    answerGone(kit, res, entrance, (await kit.repositories.access.findSignIn(signIn.id)) ?? signIn);
  };
}

/** The request behind a token; otherwise null, and the answer has been sent. */
function findRequest(
  kit: PageKit,
  req: Request,
  res: Response,
  entrance: Entrance,
  token: string,
): Promise<SignInInfo | null> {
  return findByToken(kit, req, res, token, {
    purpose: entrance.purpose,
    async find(id) {
      const signIn = await kit.repositories.access.findSignIn(id);
      return signIn?.isRegistration === entrance.isRegistration ? signIn : null;
    },
    sendUnknown: () => sendWayOn(kit, res, entrance, { status: 404, key: 'unknown' }),
  });
}

/** Whoever pressed twice is signed in already. */
function answerGone(kit: PageKit, res: Response, entrance: Entrance, { accountId }: SignInInfo): void {
  if (contextOf(res).account?.id === accountId) res.redirect(303, paths.home());
  else sendWayOn(kit, res, entrance, { status: 410, key: 'gone' });
}

function sendWayOn(
  kit: PageKit,
  res: Response,
  { words, wayOn, minutes }: Entrance,
  { status, key }: { readonly status: number; readonly key: 'unknown' | 'gone' },
): void {
  const { t } = contextOf(res).translator;
  kit.sendMessage(res, {
    status,
    title: t(`${words.mailed}.${key}Title`),
    text: t(`${words.mailed}.${key}Text`, { minutes }),
    kind: 'warning',
    action: { href: wayOn[key].href, text: t(wayOn[key].words) },
  });
}
