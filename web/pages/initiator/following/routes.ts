import { Router } from 'express';
import type { PageKit } from '../../../context.ts';
import { followAssessment, showAssessment } from './assessment.ts';
import { followList, searchList, showList } from './assessment-list.ts';
import { followAttention, showAttention } from './attention.ts';
import { showFinishedForm } from './finished-form.ts';
import { postLead, showLead } from './lead.ts';
import { downloadList } from './list-csv.ts';
import { postRemind, showRemind } from './remind.ts';
import { followSeries, showSeries } from './series.ts';

/** How far assessments are. Fixed addresses before those that begin with an id. */
export function followingRoutes(kit: PageKit): Router {
  const router = Router();
  router.get('/aandacht', showAttention(kit));
  router.get('/aandacht/live', followAttention(kit));
  router.get('/afnames', showList(kit));
  router.get('/afnames/live', followList(kit));
  router.get('/afnames/lijst.csv', downloadList(kit));
  router.post('/afnames/zoeken', searchList());
  router.get('/afnames/herinneren', showRemind(kit));
  router.post('/afnames/herinneren', postRemind(kit));
  router.get('/series/:id', showSeries(kit));
  router.get('/series/:id/live', followSeries(kit));
  router.get('/afnames/:id', showAssessment(kit));
  router.get('/afnames/:id/live', followAssessment(kit));
  router.get('/afnames/:id/hoofdexaminator', showLead(kit));
  router.post('/afnames/:id/hoofdexaminator', postLead(kit));
  router.get('/afnames/:id/formulier/:contactId', showFinishedForm(kit));
  return router;
}
