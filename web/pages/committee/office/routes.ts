import { Router } from 'express';
import type { PageKit } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { createSentPage } from './sent.ts';

/** What went to the exam office. */
export function officeListRoutes(kit: PageKit): Router {
  const router = Router();
  router.get(paths.sentDocuments(), createSentPage(kit));
  return router;
}
