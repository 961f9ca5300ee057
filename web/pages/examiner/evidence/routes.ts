import { Router } from 'express';
import type { PageKit } from '../../../context.ts';

/** Photos and PDFs with a form. */
export function evidenceRoutes(_kit: PageKit): Router {
  return Router();
}
