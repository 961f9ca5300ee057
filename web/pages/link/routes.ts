import { Router } from 'express';
import type { PageKit } from '../../context.ts';

export function linkRoutes(_kit: PageKit): Router {
  return Router();
}
