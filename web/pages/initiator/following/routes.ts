import { Router } from 'express';
import type { PageKit } from '../../../context.ts';
import { followAssessment, showAssessment } from './assessment.ts';
import { searchList, showList } from './assessment-list.ts';

/** How far assessments are. Before the rooms whose addresses begin with an id. */
export function followingRoutes(kit: PageKit): Router {
  const router = Router();
  router.get('/afnames', showList(kit));
  router.post('/afnames/zoeken', searchList());
  router.get('/afnames/:id', showAssessment(kit));
  router.get('/afnames/:id/live', followAssessment(kit));
  return router;
}
