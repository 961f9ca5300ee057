import { Router } from 'express';
import type { PageKit } from '../../context.ts';

export function initiatorRoutes(_kit: PageKit): Router {
  return Router();
}
