import { Router } from 'express';
import type { PageKit } from '../../../context.ts';
import { showCatalogue, showExam } from './catalogue.ts';

/** Exams to choose from. */
export function catalogueRoutes(kit: PageKit): Router {
  const router = Router();
  router.get('/examens', showCatalogue(kit));
  router.get('/examens/:examVersionId', showExam(kit));
  return router;
}
