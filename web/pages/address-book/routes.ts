import { Router } from 'express';
import { Role } from '../../../domain/school.ts';
import type { PageKit } from '../../context.ts';
import { requireRole } from '../../middleware/session.ts';

/** The address book of possible examiners, shared by the teachers of a school. */
export function addressBookRoutes(kit: PageKit): Router {
  const router = Router();
  router.use('/adresboek', requireRole(kit.forbidden, Role.Teacher));
  return router;
}
