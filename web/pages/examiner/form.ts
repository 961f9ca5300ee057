/** The form: filling in, saving as one goes, and looking at it when it is finished. */
import { randomBytes } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { AssessmentError, FormStatus } from '../../../domain/assessment.ts';
import { checkForm } from '../../../domain/form.ts';
import type { SaveDraftResult } from '../../../prisma/commands/drafts.ts';
import { startCommandId, startForm } from '../../../prisma/commands/forms.ts';
import type { ExaminerForm } from '../../../prisma/repositories/examiner.ts';
import { contextOf, type PageKit } from '../../context.ts';
import { paths } from '../../paths.ts';
import { timeOfDay, type Wording } from '../../wording.ts';
import { actorOf, findGranted, findWithdrawn, type Granted, pageOf, wordingOf } from './access.ts';
import { sendFinished } from './finished.ts';
import {
  chooseView,
  type FormFields,
  type FormView,
  formModel,
  stepOfField,
  stepsOf,
  viewQuery,
} from './form.model.ts';
import { type PostedForm, readPostedForm, withTyped } from './posted-form.ts';
import { refusalTexts, sendRefused } from './refused.ts';
import { withForm } from './with-form.ts';
import { fieldMessages } from './words.ts';

export function createFormPages(kit: PageKit) {
  return {
    show: withForm(kit, (req, res, granted) => show(kit, req, res, granted)),
    save: withForm(kit, (req, res, granted) => save(kit, req, res, granted)),
    autosave: autosave(kit),
  };
}

function show(kit: PageKit, req: Request, res: Response, granted: Granted): void {
  const { form } = granted;
  const side = form.sideVersions[0];
  if (form.status === FormStatus.Finished) sendFinished(kit, res, form);
  else if (form.refusal !== null) sendRefused(kit, res, form, { code: form.refusal });
  else if (side) res.redirect(303, paths.formCompare(form.formId, side.revision));
  else sendDraft(kit, req, res, granted);
}

function sendDraft(kit: PageKit, req: Request, res: Response, granted: Granted): void {
  const { form } = granted;
  const view = chooseView(form, { view: req.query.weergave, step: req.query.stap });
  const errors = req.query.fouten === '1' ? checkForm(form.definition, form.content) : [];
  sendForm(kit, res, granted, view, { content: form.content, revision: form.revision, errors }, 200);
}

function sendForm(
  kit: PageKit,
  res: Response,
  { form }: Granted,
  view: FormView,
  fields: FormFields,
  status: number,
): void {
  const wording = wordingOf(res, form);
  const model = formModel(wording, form, view, fields);
  const isRefused = status === 422;
  const errors = isRefused ? fieldMessages(wording, form.definition, fields.errors) : [];
  const title = `${model.head.title} – ${form.studentName}`;
  kit.sendPage(
    res,
    'examiner-form',
    { ...model, errors, writer: randomBytes(6).toString('hex') },
    pageOf(res, form, title, {
      status,
      hasErrors: isRefused,
      helpKey: 'form',
      scripts: ['form.js'],
      saveState: { text: form.savedAt === null ? '' : timeOfDay(wording, form.savedAt), isOffline: false },
    }),
  );
}

/** Every button of the form saves first; which one it was decides where it leads. */
async function save(kit: PageKit, req: Request, res: Response, granted: Granted): Promise<void> {
  const { form } = granted;
  const posted = readPostedForm(form.definition, req);
  const result = await store(kit, res, granted, posted);
  if (result.kind === 'refused') {
    return sendRefused(kit, res, form, { code: result.code, typed: posted.content, isKept: result.isKept });
  }
  if (result.kind === 'conflict') return res.redirect(303, paths.formCompare(form.formId, result.sideVersion));
  if (posted.errors.length > 0) return sendErrors(kit, res, granted, posted);
  res.redirect(303, placeAfter(kit, res, granted, posted));
}

/** The page again, with everything that was typed; what could be stored is stored. */
async function sendErrors(kit: PageKit, res: Response, granted: Granted, posted: PostedForm): Promise<void> {
  const fresh = (await findGranted(kit, res, granted.form.formId)) ?? granted;
  const view = viewOf(granted, posted);
  const content = withTyped(fresh.form.content, posted);
  sendForm(kit, res, fresh, view, { content, revision: fresh.form.revision, errors: posted.errors }, 422);
}

function viewOf({ form }: Granted, posted: PostedForm): FormView {
  return chooseView(form, { view: posted.isAll ? 'alles' : '', step: posted.step });
}

/** Where the button leads. */
function placeAfter(kit: PageKit, res: Response, granted: Granted, posted: PostedForm): string {
  const { form } = granted;
  const view = viewOf(granted, posted);
  const here = paths.form(form.formId, viewQuery(view));
  const step = (number: number) => paths.form(form.formId, { stap: number });
  const [action = '', target = ''] = posted.action.split(':');
  switch (action) {
    case 'volgende':
      return view.isAll || view.step >= stepsOf(form).length ? paths.formCheck(form.formId) : step(view.step + 1);
    case 'vorige':
      return step(Math.max(1, view.step - 1));
    case 'controleren':
      return paths.formCheck(form.formId);
    case 'alles':
      return paths.form(form.formId, { weergave: 'alles' });
    case 'stap':
      return step(view.step);
    case 'naar': {
      const number = stepOfField(form, target);
      if (number === null) return here;
      return `${view.isAll ? here : step(number)}#${encodeURIComponent(target)}`;
    }
    default:
      kit.setFlash(res, { kind: 'ok', text: contextOf(res).translator.t('examiner.form.saved') });
      return here;
  }
}

/** Saves the draft, and tells the record about the first words. */
async function store(kit: PageKit, res: Response, granted: Granted, posted: PostedForm): Promise<SaveDraftResult> {
  const { form, repository } = granted;
  const { sessionId } = contextOf(res);
  const result = await repository.saveDraft({
    formId: form.formId,
    contactId: form.contactId,
    basedOn: posted.basedOn,
    patch: posted.patch,
    ...(sessionId === null || posted.writer === '' ? {} : { sessionRef: `${sessionId.slice(0, 12)}.${posted.writer}` }),
    ...(posted.deviceAt ? { deviceAt: posted.deviceAt } : {}),
  });
  if (result.kind !== 'refused' && result.mustStart) await markStarted(kit, granted);
  return result;
}

/** One command per form, however often it is tried; started before is fine, and what else refuses it the next save says. */
async function markStarted(kit: PageKit, granted: Granted): Promise<void> {
  const { assessmentId, contactId, formId } = granted.form;
  await kit.command(startForm, { assessmentId, contactId }, { ...actorOf(granted), commandId: startCommandId(formId) });
}

/**
 * Saving by the script: the same fields, answered as data.
 * 200 saved or kept beside (`conflict`: where to choose) · 401 the link must be opened again · 409 nothing can be saved any more
 */
function autosave(kit: PageKit): RequestHandler {
  return async (req, res) => {
    const granted = await findGranted(kit, res, String(req.params.formId ?? ''));
    if (granted === null) {
      const withdrawn = await findWithdrawn(kit, res, String(req.params.formId ?? ''));
      if (withdrawn === null) res.status(401).json({ code: 'LINK_NEEDED' });
      else sendRefusal(res, withdrawn.form, AssessmentError.FormWithdrawn, false);
      return;
    }
    const { form } = granted;
    const wording = wordingOf(res, form);
    const posted = readPostedForm(form.definition, req);
    const result = await store(kit, res, granted, posted);
    if (result.kind === 'refused') {
      sendRefusal(res, form, result.code, result.isKept);
      return;
    }
    res.json(autosaveAnswer(wording, granted, posted, result));
  };
}

function sendRefusal(res: Response, form: ExaminerForm, code: string, isKept: boolean): void {
  const { title, text } = refusalTexts(wordingOf(res, form), form, code);
  res.status(409).json({ code, isKept, title, text });
}

function autosaveAnswer(
  wording: Wording,
  { form }: Granted,
  posted: PostedForm,
  result: Exclude<SaveDraftResult, { kind: 'refused' }>,
) {
  return {
    revision: result.revision,
    savedAt: result.savedAt?.toISOString() ?? null,
    time: result.savedAt === null ? '' : timeOfDay(wording, result.savedAt),
    done: result.progress.done,
    total: result.progress.total,
    open: result.progress.open.length,
    errors: fieldMessages(wording, form.definition, posted.errors),
    conflict: result.kind === 'conflict' ? paths.formCompare(form.formId, result.sideVersion) : null,
  };
}
