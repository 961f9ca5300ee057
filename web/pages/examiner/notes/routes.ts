import { Router } from 'express';
import type { PageKit } from '../../../context.ts';

/** The notes of an examiner. */
export function noteRoutes(_kit: PageKit): Router {
  return Router();
}
