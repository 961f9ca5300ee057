import { Router } from 'express';
import { Role } from '../../../domain/school.ts';
import type { PageKit } from '../../context.ts';
import { requireRole } from '../../middleware/session.ts';
import { paths } from '../../paths.ts';
import { createConditionPages } from './condition.ts';
import { createMending } from './mend.ts';

/** The rooms of a school's administrator: what is stuck, and mending it. */
export function administratorRoutes(kit: PageKit): Router {
  const router = Router();
  const condition = createConditionPages(kit);
  router.use(paths.condition(), requireRole(kit.forbidden, Role.Administrator));
  router.get(paths.condition(), condition.showAll);
  router.get('/beheer/toestand/:slug', condition.showKind);
  router.post(paths.mend(), createMending(kit));
  return router;
}
