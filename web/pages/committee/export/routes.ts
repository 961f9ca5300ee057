import { Router } from 'express';
import { Role } from '../../../../domain/school.ts';
import type { PageKit } from '../../../context.ts';
import { requireRole } from '../../../middleware/session.ts';
import { paths } from '../../../paths.ts';
import { createArchivePages } from './archive.ts';
import { createExportPages } from './choose.ts';
import { createProfilePages } from './profiles.ts';
import { downloadResults } from './results-file.ts';

/** Lists of results for other systems, and documents of a period in one file. */
export function exportRoutes(kit: PageKit): Router {
  const router = Router();
  const choose = createExportPages(kit);
  const profiles = createProfilePages(kit);
  const archive = createArchivePages(kit);
  router.use([paths.exportResults(), paths.documentArchive()], requireRole(kit.forbidden, Role.Committee));
  router.get(paths.exportResults(), choose.show);
  router.get(paths.exportPreview(), choose.preview);
  router.post(paths.exportFile(), downloadResults(kit));
  router.get(paths.exportProfiles(), profiles.list);
  router.post(paths.exportProfiles(), profiles.create);
  router.get('/commissie/export/profielen/:id', profiles.show);
  router.post('/commissie/export/profielen/:id', profiles.save);
  router.get('/commissie/export/profielen/:id/verwijderen', profiles.askDelete);
  router.post('/commissie/export/profielen/:id/verwijderen', profiles.remove);
  router.get(paths.documentArchive(), archive.show);
  router.post(paths.documentArchiveZip(), archive.download);
  return router;
}
