import { Router } from 'express';
import { Role } from '../../../domain/school.ts';
import type { PageKit } from '../../context.ts';
import { requireRole } from '../../middleware/session.ts';
import { createDocumentPage } from './document.ts';

/** Result documents. */
export function documentRoutes(kit: PageKit): Router {
  const router = Router();
  // A member without one of these roles learns nothing, not even that there is a document.
  const mayRead = requireRole(kit.notFound, Role.Committee, Role.Teacher, Role.Student);
  router.get('/documenten/:id.pdf', mayRead, createDocumentPage(kit));
  return router;
}
