/**
 * Who a student is, and that nothing else is reached before the own data were checked.
 */
import type { RequestHandler, Response } from 'express';
import { Role } from '../../../domain/school.ts';
import type { OwnDetails, OwnStudent } from '../../../prisma/repositories/my-exams.ts';
import { memberOf, type PageKit, repositoriesOf } from '../../context.ts';
import { requireRole } from '../../middleware/session.ts';
import { paths } from '../../paths.ts';

/** Lets students through; whoever else learns nothing, not even that there is such a page. */
export function requireStudent(kit: PageKit): RequestHandler {
  return requireRole(kit.notFound, Role.Student);
}

/** The student with the record of the school; only behind {@link requireStudent}. */
export async function readOwn(kit: PageKit, res: Response): Promise<OwnDetails> {
  const details = await repositoriesOf(kit, res).mine.findOwn(memberOf(res).accountId);
  if (details === null) throw new Error('a member without an account');
  return details;
}

export interface Own extends OwnDetails {
  readonly student: OwnStudent;
}

/** Sends whoever has not checked the own data to the page that asks for it. */
export function requireChecked(kit: PageKit): RequestHandler {
  return async (_req, res, next) => {
    const details = await readOwn(kit, res);
    if (details.student?.isComplete !== true) return res.redirect(303, paths.myDetails());
    res.locals.own = details;
    next();
  };
}

/** Only behind {@link requireChecked}. */
export function ownOf(res: Response): Own {
  const details = res.locals.own as OwnDetails | undefined;
  if (!details?.student) throw new Error('no student: requireChecked did not run');
  return { ...details, student: details.student };
}
