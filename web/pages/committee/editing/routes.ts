import { Router } from 'express';
import type { PageKit } from '../../../context.ts';
import { createDossierAttachmentPage } from './attachment.ts';
import { createEditPages } from './edit.ts';
import { createHistoryPage } from './history.ts';

/** Corrections in a finished form, their history, and what was sent along with invitations. */
export function editingRoutes(kit: PageKit): Router {
  const router = Router();
  const edit = createEditPages(kit);
  router.get('/commissie/:id/bewerken/:contactId', edit.show);
  router.post('/commissie/:id/bewerken/:contactId', edit.post);
  router.get('/commissie/:id/bewerkhistorie', createHistoryPage(kit));
  router.get('/commissie/:id/bijlage/:attachmentId', createDossierAttachmentPage(kit));
  return router;
}
