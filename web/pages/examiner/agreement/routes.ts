import { Router } from 'express';
import type { PageKit } from '../../../context.ts';

/** One judgement of several examiners. */
export function agreementRoutes(_kit: PageKit): Router {
  return Router();
}
