import { Router } from 'express';
import type { PageKit } from '../../../context.ts';

/** What a device keeps for when there is no connection. */
export function offlineRoutes(_kit: PageKit): Router {
  return Router();
}
