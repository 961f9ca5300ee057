import { Router } from 'express';
import type { PageKit } from '../../../context.ts';

/** A finished form asked back, and its versions side by side. */
export function returningRoutes(_kit: PageKit): Router {
  return Router();
}
