/** Who may see a form: whoever opened a link of its invitation in this browser. Nothing else gives access. */
import type { Response } from 'express';
import { validate as isUuid } from 'uuid';
import type { ExaminerForm, ExaminerRepository } from '../../../prisma/repositories/examiner.ts';
import { contextOf, type Grant, type PageKit, type PageOptions } from '../../context.ts';
import type { Wording } from '../../wording.ts';

export interface Granted {
  readonly form: ExaminerForm;
  readonly repository: ExaminerRepository;
  readonly grant: Grant;
}

/** The form with this id, when a link of this browser grants it; null also when there is no such form. */
export async function findGranted(
  kit: PageKit,
  res: Response,
  formId: string,
  grants: readonly Grant[] = contextOf(res).grants,
): Promise<Granted | null> {
  if (!isUuid(formId)) return null;
  for (const schoolId of new Set(grants.map((grant) => grant.schoolId))) {
    const ofSchool = grants.filter((grant) => grant.schoolId === schoolId);
    const repository = kit.repositories.forSchool(schoolId).examiner;
    const form = await repository.findForm(
      formId,
      ofSchool.map((grant) => grant.invitationId),
    );
    const grant =
      form && ofSchool.find((each) => each.invitationId === form.invitationId && each.contactId === form.contactId);
    if (form && grant) return { form, repository, grant };
  }
  return null;
}

/** The form with this id, when the link that granted it was withdrawn: to say so, and nothing else. */
export function findWithdrawn(kit: PageKit, res: Response, formId: string): Promise<Granted | null> {
  return findGranted(kit, res, formId, contextOf(res).withdrawnGrants);
}

export function wordingOf(res: Response, form: ExaminerForm): Wording {
  return { translator: contextOf(res).translator, timeZone: form.school.timeZone };
}

/** What all pages of one form have in common. */
export function pageOf(res: Response, form: ExaminerForm, title: string, more: Partial<PageOptions> = {}): PageOptions {
  return { title, school: form.school, place: contextOf(res).translator.t('examiner.place'), ...more };
}

export function actorOf({ form }: Granted): {
  readonly schoolId: string;
  readonly actor: { kind: 'examiner'; id: string };
} {
  return { schoolId: form.school.id, actor: { kind: 'examiner', id: form.contactId } };
}
