import { Router } from 'express';
import type { PageKit } from '../../../context.ts';
import { saveFavourite, saveView, showCatalogue } from './catalogue.ts';
import { showExam, showExamAssessments } from './exam.ts';

/** Exams to choose from. */
export function catalogueRoutes(kit: PageKit): Router {
  const router = Router();
  router.get('/examens', showCatalogue(kit));
  router.post('/examens/weergave', saveView(kit));
  router.get('/examens/:examVersionId', showExam(kit));
  router.post('/examens/:examVersionId/favoriet', saveFavourite(kit));
  router.get('/examens/:examVersionId/beoordelingen', showExamAssessments(kit));
  router.get('/examens/:examVersionId/eenheid/:unitCode', showExam(kit));
  router.get('/examens/:examVersionId/eenheid/:unitCode/beoordelingen', showExamAssessments(kit));
  return router;
}
