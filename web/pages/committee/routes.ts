import { Router } from 'express';
import { Role } from '../../../domain/school.ts';
import type { PageKit } from '../../context.ts';
import { requireRole } from '../../middleware/session.ts';
import { paths } from '../../paths.ts';
import { decidingRoutes } from './deciding/routes.ts';
import { createDossierPage } from './dossier.ts';
import { editingRoutes } from './editing/routes.ts';
import { createEvidencePage } from './evidence.ts';
import { exportRoutes } from './export/routes.ts';
import { createFinalisePages } from './finalise.ts';
import { createFinaliseManyPages } from './finalise-many.ts';
import { officeListRoutes } from './office/routes.ts';
import { createQueuePages } from './queue.ts';
import { createResendPages } from './resend.ts';
import { createSavedFilterPages } from './saved-filters.ts';
import { createSendBackPages } from './send-back.ts';
import { createTakeBackPages } from './take-back.ts';
import { createTakeOverPages } from './take-over.ts';

/** The rooms of the exam committee: queue, dossier, return, decision. */
export function committeeRoutes(kit: PageKit): Router {
  const router = Router();
  const queue = createQueuePages(kit);
  const savedFilters = createSavedFilterPages(kit);
  const finalise = createFinalisePages(kit);
  const finaliseMany = createFinaliseManyPages(kit);
  const sendBack = createSendBackPages(kit);
  const resend = createResendPages(kit);
  const takeBack = createTakeBackPages(kit);
  const takeOver = createTakeOverPages(kit);

  router.use(paths.queue(), requireRole(kit.forbidden, Role.Committee));
  router.get(paths.queue(), queue.show);
  router.post(paths.queueSearch(), queue.search);
  // Before the dossiers: these addresses hold no id.
  router.get(paths.queueFilters(), savedFilters.show);
  router.post(paths.queueFilters(), savedFilters.post);
  router.post('/commissie/filters/:id/verwijderen', savedFilters.remove);
  router.get(paths.finaliseMany(), finaliseMany.show);
  router.post(paths.finaliseMany(), finaliseMany.post);
  router.use(exportRoutes(kit));
  router.use(officeListRoutes(kit));
  router.use(decidingRoutes(kit));
  router.use(editingRoutes(kit));
  router.get('/commissie/:id', createDossierPage(kit));
  router.get('/commissie/:id/bewijs/:evidenceId', createEvidencePage(kit));
  router.get('/commissie/:id/vaststellen', finalise.show);
  router.post('/commissie/:id/vaststellen', finalise.post);
  router.get('/commissie/:id/opnieuw-versturen/:documentId', resend.show);
  router.post('/commissie/:id/opnieuw-versturen/:documentId', resend.post);
  router.get('/commissie/:id/overnemen', takeOver.show);
  router.post('/commissie/:id/overnemen', takeOver.post);
  router.get('/commissie/:id/terug/:contactId', sendBack.show);
  router.post('/commissie/:id/terug/:contactId', sendBack.post);
  router.get('/commissie/:id/terug/:contactId/ongedaan', takeBack.show);
  router.post('/commissie/:id/terug/:contactId/ongedaan', takeBack.post);
  return router;
}
