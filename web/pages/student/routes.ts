import { Router } from 'express';
import type { PageKit } from '../../context.ts';
import { denyFraming } from '../../middleware/security.ts';
import { paths } from '../../paths.ts';
import { entranceRoutes } from '../sign-in/entrance-routes.ts';
import { saveDetails, showDetails } from './details.ts';
import { addExam, removeExam, showAddExam, showMyExam, showMyExams } from './my-exams.ts';
import { requireChecked, requireStudent } from './own.ts';
import { REGISTRATION } from './register.ts';

/** The rooms of the student. */
export function studentRoutes(kit: PageKit): Router {
  const router = Router();
  router.use(entranceRoutes(kit, REGISTRATION));
  router.use([paths.myDetails(), paths.myExams()], denyFraming(), requireStudent(kit));
  router.get(paths.myDetails(), showDetails(kit));
  router.post(paths.myDetails(), saveDetails(kit));
  router.use(paths.myExams(), requireChecked(kit));
  router.get(paths.myExams(), showMyExams(kit));
  router.get(paths.myExamAdd(), showAddExam(kit));
  router.post(paths.myExamAdd(), addExam(kit));
  router.post(paths.myExamRemove(), removeExam(kit));
  router.get(`${paths.myExams()}/:id`, showMyExam(kit));
  return router;
}
