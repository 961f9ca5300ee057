import { Router } from 'express';
import type { PageKit } from '../../../context.ts';
import { createEvidencePages } from './evidence.ts';

/** Photos and PDFs with a form. */
export function evidenceRoutes(kit: PageKit): Router {
  const router = Router();
  const evidence = createEvidencePages(kit);
  router.get('/beoordeling/:formId/bewijs', evidence.show);
  router.post('/beoordeling/:formId/bewijs', evidence.post);
  router.get('/beoordeling/:formId/bewijs/:evidenceId', evidence.file);
  return router;
}
