import { Router } from 'express';
import type { PageKit } from '../../context.ts';
import { denyFraming } from '../../middleware/security.ts';
import { paths } from '../../paths.ts';
import { createOfficeCodePages } from './code.ts';
import { createOfficeLinkPages } from './link.ts';

/** A document behind a link and a code, for the exam office. No role is asked for: the mailbox is the proof. */
export function officeRoutes(kit: PageKit): Router {
  const router = Router();
  const link = createOfficeLinkPages(kit);
  const code = createOfficeCodePages(kit);
  router.use('/examenbureau', denyFraming());
  router.post(paths.officeOpen(), link.open);
  router.post(paths.officeRenew(), link.renew);
  router.get(paths.officeCode(), code.show);
  router.post(paths.officeCode(), code.submit);
  router.get('/examenbureau/document/:id.pdf', code.file);
  // HEAD is named, and not left to Express: both must write nothing.
  router.route('/examenbureau/:token').head(link.show).get(link.show);
  return router;
}
