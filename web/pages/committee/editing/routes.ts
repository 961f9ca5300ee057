import { Router } from 'express';
import type { PageKit } from '../../../context.ts';

/** Corrections in a finished form, and their history. */
export function editingRoutes(_kit: PageKit): Router {
  return Router();
}
