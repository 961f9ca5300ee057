import { Router } from 'express';
import type { PageKit } from '../../context.ts';
import { denyFraming } from '../../middleware/security.ts';
import { paths } from '../../paths.ts';
import { askLostLink, showLostLink } from './lost-link.ts';
import { openLink } from './open-link.ts';
import { renewLink } from './renew-link.ts';
import { showLink, showPreview } from './show-link.ts';

/** The links of examiners. No role is asked for: the token itself is the proof. */
export function linkRoutes(kit: PageKit): Router {
  const router = Router();
  router.use('/b', denyFraming());
  router.get(paths.link('voorbeeld'), showPreview(kit));
  router.get(paths.linkLost(), showLostLink(kit));
  router.post(paths.linkLost(), askLostLink(kit));
  router.post(paths.linkOpen(), openLink(kit));
  router.post(paths.linkRenew(), renewLink(kit));
  // HEAD is named, and not left to Express: both must write nothing.
  router.route('/b/:token').head(showLink(kit)).get(showLink(kit));
  return router;
}
