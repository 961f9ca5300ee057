import { Router } from 'express';
import { Role } from '../../../domain/school.ts';
import type { PageKit } from '../../context.ts';
import { requireRole } from '../../middleware/session.ts';
import { catalogueRoutes } from './catalogue/routes.ts';
import { choosingRoutes } from './examiners/routes.ts';
import { followingRoutes } from './following/routes.ts';
import { invitingRoutes } from './inviting/routes.ts';
import { mendingRoutes } from './mending/routes.ts';
import { studentsRoutes } from './students/routes.ts';

const ROOMS = ['/examens', '/afnames', '/series', '/verzendingen', '/aandacht', '/bijlagen'];

/** Pages of the initiator: choosing an exam, starting assessments, following them. For teachers alone. */
export function initiatorRoutes(kit: PageKit): Router {
  const router = Router();
  router.use(ROOMS, requireRole(kit.forbidden, Role.Teacher));
  router.use(catalogueRoutes(kit));
  // Before what begins with an id.
  router.use(studentsRoutes(kit));
  router.use(mendingRoutes(kit));
  router.use(choosingRoutes(kit));
  router.use(invitingRoutes(kit));
  router.use(followingRoutes(kit));
  return router;
}
