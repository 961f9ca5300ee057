import { Router } from 'express';
import type { PageKit } from '../../../context.ts';

/** Codes by mail: finishing where the school wants one, and other invitations of the same examiner. */
export function linkcareRoutes(_kit: PageKit): Router {
  return Router();
}
