import { Router } from 'express';
import type { PageKit } from '../../../context.ts';
import { postAttachment } from './attach.ts';
import {
  followBatch,
  postBatchMoment,
  postRetryBatch,
  postStopBatch,
  showBatch,
  showBatches,
  showStopBatch,
} from './batch.ts';
import { postInvite, showInvite } from './invite.ts';
import { showPreview } from './preview.ts';

/** Inviting, and what becomes of it. */
export function invitingRoutes(kit: PageKit): Router {
  const router = Router();
  router.get('/afnames/:id/uitnodigen', showInvite(kit));
  router.post('/afnames/:id/uitnodigen', postInvite(kit));
  router.post('/afnames/:id/voorbeeld', showPreview(kit));
  router.get('/series/:id/uitnodigen', showInvite(kit));
  router.post('/series/:id/uitnodigen', postInvite(kit));
  router.post('/series/:id/voorbeeld', showPreview(kit));
  router.post('/bijlagen', postAttachment(kit));
  router.get('/verzendingen', showBatches(kit));
  router.get('/verzendingen/:id', showBatch(kit));
  router.get('/verzendingen/:id/live', followBatch(kit));
  router.get('/verzendingen/:id/stoppen', showStopBatch(kit));
  router.post('/verzendingen/:id/stoppen', postStopBatch(kit));
  router.post('/verzendingen/:id/opnieuw', postRetryBatch(kit));
  router.post('/verzendingen/:id/moment', postBatchMoment(kit));
  return router;
}
