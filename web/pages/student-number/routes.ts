import { Router } from 'express';
import type { PageKit } from '../../context.ts';
import { denyFraming } from '../../middleware/security.ts';
import { paths } from '../../paths.ts';
import { saveNumber, showNumber } from './student-number.ts';

/** Where students fill in their number. No role is asked for: the token itself is the proof. */
export function studentNumberRoutes(kit: PageKit): Router {
  const router = Router();
  router.use('/studentnummer', denyFraming());
  router.post(paths.studentNumberSave(), saveNumber(kit));
  // HEAD is named, and not left to Express: both must write nothing.
  router.route('/studentnummer/:token').head(showNumber(kit)).get(showNumber(kit));
  return router;
}
