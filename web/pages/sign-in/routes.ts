import { Router } from 'express';
import { contextOf, type PageHandler, type PageKit } from '../../context.ts';
import { cookieOf, SESSION_COOKIE, setCookie } from '../../middleware/cookies.ts';
import { denyFraming } from '../../middleware/security.ts';
import { paths } from '../../paths.ts';
import { showCode, submitCode } from './code.ts';
import { openMailedLink, showMailedLink } from './mailed-link.ts';
import { leaveForProvider, returnFromProvider } from './provider.ts';
import { requestSignIn, showSignIn } from './request.ts';

/** Signing in by a mailed code or link or by an identity provider, and signing out. */
export function signInRoutes(kit: PageKit): Router {
  const router = Router();
  router.use(paths.signIn(), denyFraming());
  router.get(paths.signIn(), showSignIn(kit));
  router.post(paths.signIn(), requestSignIn(kit));
  router.get(paths.signInCode(), showCode(kit));
  router.post(paths.signInCode(), submitCode(kit));
  router.get(paths.signInOpen(), (_req, res) => res.redirect(303, paths.signIn()));
  router.post(paths.signInOpen(), openMailedLink(kit));
  router.get(`${paths.signIn()}/via/:provider`, leaveForProvider(kit));
  router.get(`${paths.signIn()}/via/:provider/terug`, returnFromProvider(kit));
  // After the fixed addresses: what is left is a token.
  router.get(`${paths.signIn()}/:token`, showMailedLink(kit));
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
