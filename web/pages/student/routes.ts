import { Router } from 'express';
import type { PageKit } from '../../context.ts';
import { denyFraming } from '../../middleware/security.ts';
import { paths } from '../../paths.ts';
import { showCode, submitCode } from '../sign-in/code.ts';
import { saveDetails, showDetails } from './details.ts';
import { addExam, removeExam, showAddExam, showMyExam, showMyExams } from './my-exams.ts';
import { requireChecked, requireStudent } from './own.ts';
import {
  openRegisterLink,
  REGISTRATION_CODE,
  requestRegistration,
  showRegister,
  showRegisterLink,
} from './register.ts';

/** The rooms of the student. */
export function studentRoutes(kit: PageKit): Router {
  const router = Router();
  router.use(paths.register(), denyFraming());
  router.get(paths.register(), showRegister(kit));
  router.post(paths.register(), requestRegistration(kit));
  router.get(paths.registerCode(), showCode(kit, REGISTRATION_CODE));
  router.post(paths.registerCode(), submitCode(kit, REGISTRATION_CODE));
  router.get(paths.registerOpen(), (_req, res) => res.redirect(303, paths.register()));
  router.post(paths.registerOpen(), openRegisterLink(kit));
  // After the fixed addresses: what is left is a token. HEAD is named, and not left to Express: both must write nothing.
  router.route(`${paths.register()}/:token`).head(showRegisterLink(kit)).get(showRegisterLink(kit));

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
