/** Who may see a form: whoever opened a link of its invitation in this browser. Nothing else gives access. */
import type { Response } from 'express';
import { validate as isUuid } from 'uuid';
import type { DraftForm, ExaminerForm, ExaminerRepository } from '../../../prisma/repositories/examiner.ts';
import { contextOf, type Grant, type PageKit, type PageOptions } from '../../context.ts';
import type { Wording } from '../../wording.ts';

interface GrantedForm<Form> {
  readonly form: Form;
  readonly repository: ExaminerRepository;
  readonly grant: Grant;
}
export type Granted = GrantedForm<ExaminerForm>;
export type GrantedDraft = GrantedForm<DraftForm>;

/** The form with this id, when a link of this browser grants it; null also when there is no such form. */
export function findGranted(
  kit: PageKit,
  res: Response,
  formId: string,
  grants: readonly Grant[] = contextOf(res).grants,
): Promise<Granted | null> {
  return findBehind(kit, formId, grants, (repository, ids) => repository.findForm(formId, ids));
}

/** The same for a save, which needs less of it. */
export function findGrantedDraft(kit: PageKit, res: Response, formId: string): Promise<GrantedDraft | null> {
  return findBehind(kit, formId, contextOf(res).grants, (repository, ids) => repository.findDraft(formId, ids));
}

async function findBehind<Form extends DraftForm>(
  kit: PageKit,
  formId: string,
  grants: readonly Grant[],
  find: (repository: ExaminerRepository, invitationIds: readonly string[]) => Promise<Form | null>,
): Promise<GrantedForm<Form> | null> {
  if (!isUuid(formId)) return null;
  for (const [schoolId, ofSchool] of Map.groupBy(grants, (grant) => grant.schoolId)) {
    const repository = kit.repositories.forSchool(schoolId).examiner;
    const invitationIds = ofSchool.map((grant) => grant.invitationId);
    const form = await find(repository, invitationIds);
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

export function wordingOf(res: Response, form: Pick<ExaminerForm, 'school'>): Wording {
  return { translator: contextOf(res).translator, timeZone: form.school.timeZone };
}

/** What all pages of one form have in common. */
export function pageOf(res: Response, form: ExaminerForm, title: string, more: Partial<PageOptions> = {}): PageOptions {
  return { title, school: form.school, place: contextOf(res).translator.t('examiner.place'), ...more };
}

export function actorOf({ form }: GrantedDraft): {
  readonly schoolId: string;
  readonly actor: { kind: 'examiner'; id: string };
} {
  return { schoolId: form.school.id, actor: { kind: 'examiner', id: form.contactId } };
}
