/** What happens before a page of a form: access, and what to say without it. */
import type { Request, RequestHandler, Response } from 'express';
import { AssessmentError } from '../../../domain/assessment.ts';
import { parseFormContent } from '../../../domain/form.ts';
import { contextOf, type PageKit } from '../../context.ts';
import { paths } from '../../paths.ts';
import { findGranted, findWithdrawn, type Granted } from './access.ts';
import { sendForeign } from './linkcare/foreign.ts';
import { sendRefused } from './refused.ts';

export type FormHandler = (req: Request, res: Response, granted: Granted) => Promise<void> | void;

/**
 * A handler that gets the form of its URL. Without a grant a reader is sent to the mail, and what somebody typed comes
 * back with a button to send it again.
 */
export function withForm(kit: PageKit, handler: FormHandler): RequestHandler {
  return async (req, res, next) => {
    const granted = await findGranted(kit, res, String(req.params.formId ?? ''));
    if (granted !== null) return handler(req, res, granted);
    const withdrawn = await findWithdrawn(kit, res, String(req.params.formId ?? ''));
    if (withdrawn !== null) return sendWithdrawn(kit, req, res, withdrawn);
    const foreign = await findGranted(kit, res, String(req.params.formId ?? ''), contextOf(res).foreignGrants);
    if (foreign !== null)
      return sendForeign(kit, res, { schoolId: foreign.grant.schoolId, linkId: foreign.grant.linkId });
    return isForm(req) ? kit.lostWords(403)(req, res, next) : sendLinkNeeded(kit, res);
  };
}

/** What was typed is shown once more, so that it can be copied; a draft is nobody's business any more. */
function sendWithdrawn(kit: PageKit, req: Request, res: Response, { form }: Granted): void {
  const typed = isForm(req)
    ? parseFormContent(form.definition, req.body as Record<string, unknown>).content
    : undefined;
  sendRefused(kit, res, form, { code: AssessmentError.FormWithdrawn, ...(typed ? { typed } : {}) });
}

/** A posted form with more in it than its token. */
function isForm(req: Request): boolean {
  return (
    req.method === 'POST' &&
    Object.keys((req.body as object | undefined) ?? {}).some((name) => /^(score|justification)-|^notitie$/.test(name))
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
