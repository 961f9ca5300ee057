import { Router } from 'express';
import type { PageKit } from '../../context.ts';

export function committeeRoutes(_kit: PageKit): Router {
  return Router();
}
