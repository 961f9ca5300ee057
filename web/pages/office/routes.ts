import { Router } from 'express';
import type { PageKit } from '../../context.ts';

/** A document behind a link and a code, for the exam office. */
export function officeRoutes(_kit: PageKit): Router {
  return Router();
}
