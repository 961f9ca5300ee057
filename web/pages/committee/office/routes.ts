import { Router } from 'express';
import type { PageKit } from '../../../context.ts';

/** What went to the exam office. */
export function officeListRoutes(_kit: PageKit): Router {
  return Router();
}
