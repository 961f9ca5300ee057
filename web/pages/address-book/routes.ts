import { Router } from 'express';
import { Role } from '../../../domain/school.ts';
import type { PageKit } from '../../context.ts';
import { requireRole } from '../../middleware/session.ts';
import { exportBook, searchBook, sendTemplate, showBook } from './book.ts';
import { postContact, postDelete, postNew, postRestore, showContact, showDelete, showNew } from './contact.ts';
import { postApply, postFile, showFile, showUpload } from './import.ts';
import { postMerge, showDoubles, showMerge } from './merge.ts';

/** The address book of possible examiners, shared by the teachers of a school. */
export function addressBookRoutes(kit: PageKit): Router {
  const router = Router();
  router.use('/adresboek', requireRole(kit.forbidden, Role.Teacher));
  router.get('/adresboek', showBook(kit));
  router.post('/adresboek/zoeken', searchBook(kit));
  for (const kind of ['csv', 'xlsx'] as const) {
    router.get(`/adresboek/sjabloon.${kind}`, sendTemplate(kind));
    router.get(`/adresboek/adresboek.${kind}`, exportBook(kit, kind));
  }
  router.get('/adresboek/nieuw', showNew(kit));
  router.post('/adresboek/nieuw', postNew(kit));
  router.get('/adresboek/dubbelen', showDoubles(kit));
  router.get('/adresboek/importeren', showUpload(kit));
  router.post('/adresboek/importeren', postFile(kit));
  router.get('/adresboek/importeren/:id', showFile(kit));
  router.post('/adresboek/importeren/:id', postApply(kit));
  // After what has a name of its own.
  router.get('/adresboek/:id', showContact(kit));
  router.post('/adresboek/:id', postContact(kit));
  router.get('/adresboek/:id/verwijderen', showDelete(kit));
  router.post('/adresboek/:id/verwijderen', postDelete(kit));
  router.post('/adresboek/:id/terugzetten', postRestore(kit));
  router.get('/adresboek/:id/samenvoegen', showMerge(kit));
  router.post('/adresboek/:id/samenvoegen', postMerge(kit));
  return router;
}
