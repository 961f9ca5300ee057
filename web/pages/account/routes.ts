import { Router } from 'express';
import type { PageKit } from '../../context.ts';

/** Who is signed in where, and working in another role or school. */
export function accountRoutes(_kit: PageKit): Router {
  return Router();
}
