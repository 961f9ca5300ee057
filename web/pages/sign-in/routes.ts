import { Router } from 'express';
import { contextOf, type PageHandler, type PageKit } from '../../context.ts';
import { cookieOf, SESSION_COOKIE, setCookie } from '../../middleware/cookies.ts';
import { paths } from '../../paths.ts';
import { SIGN_IN } from './entrance.ts';
import { entranceRoutes } from './entrance-routes.ts';
import { leaveForProvider, returnFromProvider } from './provider.ts';

/** Signing in by a mailed code or link or by an identity provider, and signing out. */
export function signInRoutes(kit: PageKit): Router {
  const router = Router();
  router.use(entranceRoutes(kit, SIGN_IN));
  router.get(`${paths.signIn()}/via/:provider`, leaveForProvider(kit));
  router.get(`${paths.signIn()}/via/:provider/terug`, returnFromProvider(kit));
  router.post(paths.signOut(), signOut(kit));
  return router;
}

function signOut(kit: PageKit): PageHandler {
  return async (req, res) => {
    const cookie = cookieOf(req, SESSION_COOKIE);
    if (cookie !== null) await kit.repositories.access.endSession(cookie);
    setCookie(res, SESSION_COOKIE, '', 0);
    kit.setFlash(res, { kind: 'ok', text: contextOf(res).translator.t('signin.signedOut') });
    res.redirect(303, paths.signIn());
  };
}
