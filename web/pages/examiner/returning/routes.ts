import { Router } from 'express';
import type { PageKit } from '../../../context.ts';
import { createMistakePages } from './mistake.ts';
import { createVersionsPage } from './versions.ts';

/** A finished form asked back, and its versions side by side. */
export function returningRoutes(kit: PageKit): Router {
  const router = Router();
  const mistake = createMistakePages(kit);
  router.get('/beoordeling/:formId/terugvragen', mistake.show);
  router.post('/beoordeling/:formId/terugvragen', mistake.send);
  router.get('/beoordeling/:formId/versies', createVersionsPage(kit));
  return router;
}
