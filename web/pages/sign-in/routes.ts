import { Router } from 'express';
import type { PageKit } from '../../context.ts';

export function signInRoutes(_kit: PageKit): Router {
  return Router();
}
