import { Router } from 'express';
import type { PageKit } from '../../../context.ts';

/** Two members, reopening, publishing. */
export function decidingRoutes(_kit: PageKit): Router {
  return Router();
}
