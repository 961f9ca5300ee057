import { Router } from 'express';
import type { PageKit } from '../../context.ts';
import { paths } from '../../paths.ts';
import { agreementRoutes } from './agreement/routes.ts';
import { createAskPages } from './ask.ts';
import { createAttachmentPage } from './attachment.ts';
import { createCheckPages } from './check.ts';
import { createComparePages } from './compare.ts';
import { createDisputePages } from './dispute.ts';
import { evidenceRoutes } from './evidence/routes.ts';
import { createDonePage } from './finished.ts';
import { createFormPages } from './form.ts';
import { linkcareRoutes } from './linkcare/routes.ts';
import { noteRoutes } from './notes/routes.ts';
import { offlineRoutes } from './offline/routes.ts';
import { returningRoutes } from './returning/routes.ts';
import { createWorkListPage } from './work-list.ts';

/** The examiner's rooms. No role is asked for: the grants of the opened links decide. */
export function examinerRoutes(kit: PageKit): Router {
  const router = Router();
  const form = createFormPages(kit);
  const check = createCheckPages(kit);
  const compare = createComparePages(kit);
  const dispute = createDisputePages(kit);
  const ask = createAskPages(kit);

  router.get(paths.workList(), createWorkListPage(kit));
  router.get('/beoordeling/:formId', form.show);
  router.post('/beoordeling/:formId', form.save);
  router.post('/beoordeling/:formId/concept', form.autosave);
  router.get('/beoordeling/:formId/controle', check.show);
  router.post('/beoordeling/:formId/controle', check.finish);
  router.get('/beoordeling/:formId/klaar', createDonePage(kit));
  router.get('/beoordeling/:formId/afmelden', ask.decline);
  router.post('/beoordeling/:formId/afmelden', ask.send);
  router.get('/beoordeling/:formId/overdragen', ask.handOver);
  router.post('/beoordeling/:formId/overdragen', ask.send);
  router.get('/beoordeling/:formId/niet-ik', dispute.show);
  router.post('/beoordeling/:formId/niet-ik', dispute.report);
  router.get('/beoordeling/:formId/vergelijken/:revision', compare.show);
  router.post('/beoordeling/:formId/vergelijken/:revision', compare.choose);
  router.get('/beoordeling/:formId/bijlage/:attachmentId', createAttachmentPage(kit));
  router.use(agreementRoutes(kit));
  router.use(noteRoutes(kit));
  router.use(evidenceRoutes(kit));
  router.use(offlineRoutes(kit));
  router.use(linkcareRoutes(kit));
  router.use(returningRoutes(kit));
  return router;
}
