/** One's own sessions: where one is signed in, and ending that. */
import type { Request, Response } from 'express';
import { contextOf, type PageHandler, type PageKit, type SignedIn, wordingOf } from '../../context.ts';
import { SESSION_COOKIE, setCookie } from '../../middleware/cookies.ts';
import { paths } from '../../paths.ts';
import { singleOf } from '../../posted.ts';
import { accountModel } from './account.model.ts';

/** As sessions are named in the database; anything else is no session, and PostgreSQL does not take every text. */
const SESSION_ID = /^[0-9a-f]{64}$/;

/** The account of this request; only behind the guard of the routes. */
export function accountOf(res: Response): SignedIn {
  const { account } = contextOf(res);
  if (account === null) throw new Error('no account: the guard did not run');
  return account;
}

export function showAccount(kit: PageKit): PageHandler {
  return async (_req, res) => {
    const { member, sessionId } = contextOf(res);
    const sessions = await kit.repositories.sessions.listSessions(accountOf(res).id);
    const labels = new Map(kit.oidc.providers.map(({ id, label }) => [id, label]));
    const model = accountModel(wordingOf(res), { member, sessions, currentId: sessionId, labels });
    kit.sendPage(res, 'account', model, { title: model.title, helpKey: 'account' });
  };
}

/** Ends one session. That of this browser is ended by signing out, which has a button of its own. */
export function endOne(kit: PageKit): PageHandler {
  return async (req: Request, res) => {
    const { translator, sessionId } = contextOf(res);
    const id = singleOf(req.body, 'sessie') ?? '';
    const isOther = SESSION_ID.test(id) && id !== sessionId;
    const isEnded = isOther && (await kit.repositories.sessions.endOwnSession(accountOf(res).id, id));
    // Ended twice, or by itself meanwhile: it is over, which is what was asked.
    kit.setFlash(res, { kind: 'ok', text: translator.t(isEnded ? 'account.sessions.ended' : 'account.sessions.over') });
    res.redirect(303, paths.account());
  };
}

export function endEverything(kit: PageKit): PageHandler {
  return async (_req, res) => {
    const count = await kit.repositories.sessions.endAllSessions(accountOf(res).id);
    setCookie(res, SESSION_COOKIE, '', 0);
    kit.setFlash(res, { kind: 'ok', text: contextOf(res).translator.t('account.sessions.allEnded', { count }) });
    res.redirect(303, paths.signIn());
  };
}
