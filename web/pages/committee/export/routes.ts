import { Router } from 'express';
import type { PageKit } from '../../../context.ts';

/** Lists of results for other systems, and documents of a period in one file. */
export function exportRoutes(_kit: PageKit): Router {
  return Router();
}
