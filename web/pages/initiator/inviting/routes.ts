import { Router } from 'express';
import type { PageKit } from '../../../context.ts';
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
  return router;
}
