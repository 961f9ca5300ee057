import { Router } from 'express';
import { Role } from '../../../domain/school.ts';
import type { PageKit } from '../../context.ts';
import { requireRole } from '../../middleware/session.ts';
import { paths } from '../../paths.ts';
import { createBrandingPages } from './branding.ts';
import { createConditionPages } from './condition.ts';
import { createMending } from './mend.ts';

/** The rooms of a school's administrator: what is stuck, mending it, and how the school looks. */
export function administratorRoutes(kit: PageKit): Router {
  const router = Router();
  const condition = createConditionPages(kit);
  router.use(paths.condition(), requireRole(kit.forbidden, Role.Administrator));
  router.get(paths.condition(), condition.showAll);
  router.get('/beheer/toestand/:slug', condition.showKind);
  router.post(paths.mend(), createMending(kit));
  const branding = createBrandingPages(kit);
  router.get(paths.branding(), branding.show);
  router.post(paths.brandingColour(), branding.saveColour);
  router.post(paths.brandingLogo(), branding.saveLogo);
  router.post(paths.brandingLogoRemove(), branding.deleteLogo);
  return router;
}
