import { Router } from 'express';
import type { PageKit } from '../../context.ts';

export function examinerRoutes(_kit: PageKit): Router {
  return Router();
}
