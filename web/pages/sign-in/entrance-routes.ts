import { Router } from 'express';
import type { PageKit } from '../../context.ts';
import { denyFraming } from '../../middleware/security.ts';
import { showCode, submitCode } from './code.ts';
import type { Entrance } from './entrance.ts';
import { openMailedLink, showMailedLink } from './mailed-link.ts';
import { askMail, showAsking } from './request.ts';

/** The pages of one way in by mail. */
export function entranceRoutes(kit: PageKit, entrance: Entrance): Router {
  const router = Router();
  const { ask, code, open } = entrance.paths;
  router.use(ask, denyFraming());
  router.get(ask, showAsking(kit, entrance));
  router.post(ask, askMail(kit, entrance));
  router.get(code, showCode(kit, entrance));
  router.post(code, submitCode(kit, entrance));
  router.get(open, (_req, res) => res.redirect(303, ask));
  router.post(open, openMailedLink(kit, entrance));
  // After the fixed addresses: what is left is a token. HEAD is named, and not left to Express: both must write nothing.
  const showLink = showMailedLink(kit, entrance);
  router.route(`${ask}/:token`).head(showLink).get(showLink);
  return router;
}
