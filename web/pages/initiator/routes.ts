import { Router } from 'express';
import { Role } from '../../../domain/school.ts';
import type { PageKit } from '../../context.ts';
import { requireRole } from '../../middleware/session.ts';
import { showCatalogue, showExam } from './catalogue/catalogue.ts';
import { postExaminers, showExaminers } from './examiners/examiners.ts';
import { followAssessment, showAssessment } from './following/assessment.ts';
import { searchList, showList } from './following/assessment-list.ts';
import { postInvite, showInvite } from './inviting/invite.ts';
import { showPreview } from './inviting/preview.ts';
import { postCancel, postRemind, postWithdraw, showCancel, showWithdraw } from './mending/actions.ts';
import { postAddress, showAddress } from './mending/address.ts';
import { postStudents, showStudents } from './students/students.ts';

/** Pages of the initiator: choosing an exam, starting assessments, following them. For teachers alone. */
export function initiatorRoutes(kit: PageKit): Router {
  const router = Router();
  router.use(['/examens', '/afnames'], requireRole(kit.forbidden, Role.Teacher));

  router.get('/examens', showCatalogue(kit));
  router.get('/examens/:examVersionId', showExam(kit));

  router.get('/afnames', showList(kit));
  router.post('/afnames/zoeken', searchList());
  router.get('/afnames/nieuw', showStudents(kit));
  router.post('/afnames/nieuw', postStudents(kit));

  router.get('/afnames/:id', showAssessment(kit));
  router.get('/afnames/:id/live', followAssessment(kit));
  router.get('/afnames/:id/examinatoren', showExaminers(kit));
  router.post('/afnames/:id/examinatoren', postExaminers(kit));
  router.get('/afnames/:id/uitnodigen', showInvite(kit));
  router.post('/afnames/:id/uitnodigen', postInvite(kit));
  router.post('/afnames/:id/voorbeeld', showPreview(kit));
  router.post('/afnames/:id/herinneren/:contactId', postRemind(kit));
  router.get('/afnames/:id/intrekken/:contactId', showWithdraw(kit));
  router.post('/afnames/:id/intrekken/:contactId', postWithdraw(kit));
  router.get('/afnames/:id/adres/:contactId', showAddress(kit));
  router.post('/afnames/:id/adres/:contactId', postAddress(kit));
  router.get('/afnames/:id/annuleren', showCancel(kit));
  router.post('/afnames/:id/annuleren', postCancel(kit));
  return router;
}
