import { Router } from 'express';
import type { PageKit } from '../../../context.ts';
import { createFinishCodePages } from './finish-code.ts';
import { createMorePages } from './more.ts';

/** Codes by mail: finishing where the school wants one, and other invitations of the same examiner. */
export function linkcareRoutes(kit: PageKit): Router {
  const router = Router();
  const finish = createFinishCodePages(kit);
  const more = createMorePages(kit);
  router.get('/beoordeling/:formId/code', finish.show);
  router.post('/beoordeling/:formId/code', finish.submit);
  router.get('/beoordelingen/meer/:schoolId', more.show);
  router.post('/beoordelingen/meer/:schoolId', more.submit);
  return router;
}
