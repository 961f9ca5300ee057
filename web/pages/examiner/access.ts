/** Who may see a form: whoever opened a link of its invitation in this browser. Nothing else gives access. */
import type { Request, RequestHandler, Response } from 'express';
import { validate as isUuid } from 'uuid';
import type { ExaminerForm, ExaminerRepository } from '../../../prisma/repositories/examiner.ts';
import { contextOf, type Grant, type PageKit, type PageOptions } from '../../context.ts';
import { paths } from '../../paths.ts';
import type { Wording } from './words.ts';

export interface Granted {
  readonly form: ExaminerForm;
  readonly repository: ExaminerRepository;
  readonly grant: Grant;
}

/** The form with this id, when a link of this browser grants it; null also when there is no such form. */
export async function findGranted(kit: PageKit, res: Response, formId: string): Promise<Granted | null> {
  if (!isUuid(formId)) return null;
  const { grants } = contextOf(res);
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

export type FormHandler = (req: Request, res: Response, granted: Granted) => Promise<void> | void;

/**
 * A handler that gets the form of its URL. Without a grant a reader is sent to the mail, and what somebody typed comes
 * back with a button to send it again.
 */
export function withForm(kit: PageKit, handler: FormHandler): RequestHandler {
  return async (req, res, next) => {
    const granted = await findGranted(kit, res, String(req.params.formId ?? ''));
    if (granted !== null) return handler(req, res, granted);
    return isForm(req) ? kit.lostWords(403)(req, res, next) : sendLinkNeeded(kit, res);
  };
}

/** A posted form with more in it than its token. */
function isForm(req: Request): boolean {
  return (
    req.method === 'POST' &&
    Object.keys((req.body as object | undefined) ?? {}).some((name) => /^(score|justification)-/.test(name))
  );
}

export function sendLinkNeeded(kit: PageKit, res: Response): void {
  const { translator, grants } = contextOf(res);
  kit.sendMessage(res, {
    status: 403,
    kind: 'info',
    title: translator.t('examiner.access.title'),
    text: translator.t('examiner.access.text'),
    ...(grants.length > 0 ? { action: { href: paths.workList(), text: translator.t('examiner.access.toList') } } : {}),
  });
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
