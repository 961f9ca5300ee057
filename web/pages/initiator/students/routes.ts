import { Router } from 'express';
import type { PageKit } from '../../../context.ts';
import { postStudents, resumeStart, showStudents } from './students.ts';

/** Choosing students. */
export function studentsRoutes(kit: PageKit): Router {
  const router = Router();
  router.get('/afnames/nieuw', showStudents(kit));
  router.post('/afnames/nieuw', postStudents(kit));
  router.get('/afnames/nieuw/student/:id', resumeStart(kit));
  return router;
}
