import { Router } from 'express';
import type { PageKit } from '../../../context.ts';
import { createAgreementPages } from './agreement.ts';

/** One judgement of several examiners. */
export function agreementRoutes(kit: PageKit): Router {
  const router = Router();
  const pages = createAgreementPages(kit);
  router.get('/beoordeling/:formId/overleg', pages.show);
  router.post('/beoordeling/:formId/overleg', pages.post);
  return router;
}
