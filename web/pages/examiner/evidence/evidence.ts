/**
 * Evidence with a form: added, taken away, brought back, named, and shown to the examiner who added it. Each is a form that works by
 * itself; evidence.js posts the same fields and gets data instead of a page.
 *
 * 201 added · 200 changed · 403 the page is too old · 422 a sentence about the file · 409 nothing can be changed any more ·
 * 503 busy, try again
 */
import type { Request, RequestHandler, Response } from 'express';
import { validate as isUuid } from 'uuid';
import { evidenceFieldName, takesEvidence } from '../../../../domain/form.ts';
import { cleanLine } from '../../../../domain/text.ts';
import { EvidenceProblem } from '../../../../platform/evidence/remake.ts';
import type { ChangeEvidence } from '../../../../prisma/commands/evidence.ts';
import { contextOf, type PageKit } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { findGranted, type Granted, pageOf, wordingOf } from '../access.ts';
import { stepOfField } from '../form.model.ts';
import { bodyOf, textOf } from '../posted-form.ts';
import { withForm } from '../with-form.ts';
import { type EvidencePageState, evidenceItem, evidencePageModel, intakeText, MAX_CAPTION } from './evidence.model.ts';
import { sendEvidence } from './file.ts';
import { type IntakeRefusal, takeEvidence } from './intake.ts';
import { readEvidenceUpload } from './upload.ts';

export function createEvidencePages(kit: PageKit) {
  return {
    show: withForm(kit, (req, res, granted) => {
      if (!takesEvidence(granted.form.definition)) return res.redirect(303, paths.form(granted.form.formId));
      sendPage(kit, res, granted, { chosen: textOf(req.query.onderdeel) });
    }),
    post: post(kit),
    file: file(kit),
  };
}

function file(kit: PageKit): RequestHandler {
  return (req, res, next) =>
    withForm(kit, async (_req, _res, { form, repository }) => {
      const id = String(req.params.evidenceId ?? '');
      const found = isUuid(id) ? await repository.findEvidenceFile(form.formId, form.contactId, id) : null;
      await sendEvidence(kit, found, req, res, next);
    })(req, res, next);
}

function post(kit: PageKit): RequestHandler {
  return withForm(kit, async (req, res, granted) => {
    if (!req.is('multipart/form-data')) return change(kit, req, res, granted);
    // The script sends the token in a header, so that nothing is read for who has none. Otherwise it comes in the body.
    const upload = await readEvidenceUpload(req, res);
    if (!kit.csrf.isValid(req)) return refuseForeign(kit, req, res);
    const chosen = textOf(bodyOf(req).onderdeel);
    const caption = readCaption(textOf(bodyOf(req).bijschrift));
    const taken = upload.ok ? await takeEvidence(kit, granted, chosen, upload) : upload;
    if (!taken.ok) return sendRefusal(kit, req, res, granted, taken.code, { chosen, caption });
    if (caption !== '') await keep(granted, taken.evidenceId, { kind: 'caption', caption });
    await sendAdded(kit, req, res, granted, taken.evidenceId);
  });
}

function refuseForeign(kit: PageKit, req: Request, res: Response): void {
  if (wantsData(req)) res.status(403).json({ error: '' });
  else void kit.forbidden(req, res, () => undefined);
}

async function sendAdded(kit: PageKit, req: Request, res: Response, granted: Granted, id: string): Promise<void> {
  const { form, repository } = granted;
  const { t } = contextOf(res).translator;
  if (!wantsData(req)) {
    kit.setFlash(res, { kind: 'ok', text: t('evidence.added') });
    return res.redirect(303, paths.formEvidence(form.formId));
  }
  const added = (await repository.findEvidence(form.formId)).find((piece) => piece.id === id);
  if (!added) return void res.status(409).json({ error: intakeText(wordingOf(res, form), 'EVIDENCE_UNKNOWN') });
  res.status(201).json(evidenceItem(wordingOf(res, form), added, paths.formEvidenceFile(form.formId, id)));
}

/** The buttons of one piece: `verwijderen:<id>`, `terugzetten:<id>`, `bijschrift:<id>`. */
async function change(kit: PageKit, req: Request, res: Response, granted: Granted): Promise<void> {
  const { form } = granted;
  const body = bodyOf(req);
  const [action = '', id = ''] = textOf(body.actie).split(':');
  const wanted = readChange(action, textOf(body[`bijschrift-${id}`] ?? body.bijschrift));
  const outcome = wanted && isUuid(id) ? await keep(granted, id, wanted) : null;
  if (outcome === null || !outcome.ok) {
    const code = outcome === null ? 'EVIDENCE_UNKNOWN' : outcome.code;
    return sendRefusal(kit, req, res, granted, code, { chosen: '' });
  }
  if (wantsData(req)) return void res.json({});
  if (action === 'verwijderen') return res.redirect(303, `${paths.formEvidence(form.formId)}?verwijderd=${id}`);
  kit.setFlash(res, { kind: 'ok', text: contextOf(res).translator.t(CHANGED[action] ?? 'evidence.added') });
  res.redirect(303, paths.formEvidence(form.formId));
}

const CHANGED: Readonly<Partial<Record<string, 'evidence.restored' | 'evidence.captionSaved'>>> = {
  terugzetten: 'evidence.restored',
  bijschrift: 'evidence.captionSaved',
};

/** What is too long is cut off: the field takes no more either. Of control characters nobody meant any. */
function readCaption(typed: string): string {
  return [...cleanLine(typed.replace(/\p{Cc}/gu, ' '))].slice(0, MAX_CAPTION).join('');
}

function readChange(action: string, caption: string): ChangeEvidence['change'] | null {
  switch (action) {
    case 'verwijderen':
      return { kind: 'remove' };
    case 'terugzetten':
      return { kind: 'restore' };
    case 'bijschrift':
      return { kind: 'caption', caption: readCaption(caption) };
    default:
      return null;
  }
}

function keep({ form, repository }: Granted, evidenceId: string, wanted: ChangeEvidence['change']) {
  return repository.changeEvidence({ formId: form.formId, contactId: form.contactId, evidenceId, change: wanted });
}

function wantsData(req: Request): boolean {
  return req.get('Accept') === 'application/json';
}

/** Whether the file is at fault, the moment, or the form. */
function statusOf(code: IntakeRefusal): number {
  if (code === EvidenceProblem.Busy) return 503;
  return code === 'NO_FILE' || code === 'INFECTED' || Object.values<string>(EvidenceProblem).includes(code) ? 422 : 409;
}

async function sendRefusal(
  kit: PageKit,
  req: Request,
  res: Response,
  granted: Granted,
  code: IntakeRefusal,
  state: EvidencePageState,
): Promise<void> {
  const error = intakeText(wordingOf(res, granted.form), code);
  const status = statusOf(code);
  if (status === 503) res.set('Retry-After', '5');
  if (wantsData(req)) return void res.status(status).json({ error });
  const fresh = (await findGranted(kit, res, granted.form.formId)) ?? granted;
  sendPage(kit, res, fresh, { ...state, error }, 422);
}

function sendPage(kit: PageKit, res: Response, { form }: Granted, state: EvidencePageState, status = 200): void {
  const wording = wordingOf(res, form);
  const step = stepOfField(form, evidenceFieldName(state.chosen));
  const field = step === null ? '' : `#${encodeURIComponent(evidenceFieldName(state.chosen))}`;
  const backHref = `${paths.form(form.formId, step === null ? {} : { stap: step })}${field}`;
  const model = evidencePageModel(wording, form, state, backHref);
  const removedId = textOf(res.req.query.verwijderd);
  const title = contextOf(res).translator.t('evidence.page.title');
  const options = { status, hasErrors: status >= 400, helpKey: 'formEvidence' };
  const restore = isUuid(removedId) ? `terugzetten:${removedId}` : '';
  kit.sendPage(res, 'examiner-evidence', { ...model, title, restore }, pageOf(res, form, title, options));
}
