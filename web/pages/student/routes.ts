import { Router } from 'express';
import type { PageKit } from '../../context.ts';

/** The rooms of the student. */
export function studentRoutes(_kit: PageKit): Router {
  return Router();
}
