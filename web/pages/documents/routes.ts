import { Router } from 'express';
import type { PageKit } from '../../context.ts';

export function documentRoutes(_kit: PageKit): Router {
  return Router();
}
