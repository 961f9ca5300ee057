import { Router } from 'express';
import type { PageKit } from '../../../context.ts';
import { createNotePages } from './notes.ts';

/** The notes of an examiner. */
export function noteRoutes(kit: PageKit): Router {
  const router = Router();
  const notes = createNotePages(kit);
  router.get('/beoordeling/:formId/notities', notes.show);
  router.post('/beoordeling/:formId/notities', notes.write);
  router.post('/beoordeling/:formId/notities/:noteId', notes.act);
  return router;
}
