import { Router } from 'express';
import type { PageKit } from '../../context.ts';

/** Whether a document is genuine: for anybody. */
export function authenticityRoutes(_kit: PageKit): Router {
  return Router();
}
