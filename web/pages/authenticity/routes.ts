import { Router } from 'express';
import type { PageKit } from '../../context.ts';
import { paths } from '../../paths.ts';
import { createAuthenticityPages } from './authenticity.ts';

/** Whether a document is genuine: for anybody. */
export function authenticityRoutes(kit: PageKit): Router {
  const router = Router();
  const pages = createAuthenticityPages(kit);
  router.get(paths.authenticity(), pages.showForm);
  router.post(paths.authenticity(), pages.postCode);
  router.post(paths.authenticityFile(), pages.postFile);
  // What somebody sees who reloads after a file was refused.
  router.get(paths.authenticityFile(), (_req, res) => res.redirect(303, paths.authenticity()));
  router.get('/echtheid/bestand/:sha256', pages.showByHash);
  router.get('/echtheid/:code', pages.showByCode);
  return router;
}
