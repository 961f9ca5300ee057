import { Router } from 'express';
import type { PageKit } from '../../../context.ts';
import { sendCopy } from './copy.ts';

/** What a device keeps for when there is no connection. */
export function offlineRoutes(kit: PageKit): Router {
  const router = Router();
  router.get('/beoordeling/:formId/offline', sendCopy(kit));
  return router;
}
