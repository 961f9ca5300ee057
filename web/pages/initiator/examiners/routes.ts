import { Router } from 'express';
import type { PageKit } from '../../../context.ts';
import { postExaminers, searchExaminers, showExaminers } from './examiners.ts';

/** Choosing examiners, for one assessment or for a series. */
export function choosingRoutes(kit: PageKit): Router {
  const router = Router();
  router.get('/afnames/:id/examinatoren', showExaminers(kit));
  router.post('/afnames/:id/examinatoren', postExaminers(kit));
  router.get('/series/:id/examinatoren', showExaminers(kit));
  router.post('/series/:id/examinatoren', postExaminers(kit));
  router.post('/afnames/:id/examinatoren/zoeken', searchExaminers(kit));
  router.post('/series/:id/examinatoren/zoeken', searchExaminers(kit));
  return router;
}
