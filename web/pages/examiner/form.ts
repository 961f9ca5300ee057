/** The form: filling in, saving as one goes, and looking at it when it is finished. */
import { randomBytes } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { v7 as uuidv7 } from 'uuid';
import { AssessmentError, FormStatus } from '../../../domain/assessment.ts';
import { checkForm } from '../../../domain/form.ts';
import type { SaveDraftResult } from '../../../prisma/commands/drafts.ts';
import { startCommandId, startForm } from '../../../prisma/commands/forms.ts';
import type { ExaminerForm, FormViewChoice } from '../../../prisma/repositories/examiner.ts';
import { contextOf, type Grant, type PageKit } from '../../context.ts';
import { paths } from '../../paths.ts';
import { timeOfDay, type Wording } from '../../wording.ts';
import {
  actorOf,
  findGranted,
  findGrantedDraft,
  findWithdrawn,
  type Granted,
  type GrantedDraft,
  pageOf,
  wordingOf,
} from './access.ts';
import { evidenceRefs } from './evidence/evidence.model.ts';
import { sendFinished } from './finished.ts';
import {
  chooseView,
  componentsOfView,
  type FormFields,
  type FormView,
  formModel,
  placeOfView,
  stepOfField,
  stepsOf,
  viewQuery,
} from './form.model.ts';
import { notesPanelModel } from './notes/notes.model.ts';
import { deviceModel } from './offline/offline.model.ts';
import { type SavedFields, savedFields } from './offline/saved-fields.ts';
import { type PostedForm, readPostedForm, withTyped } from './posted-form.ts';
import { isOver, refusalTexts, sendRefused } from './refused.ts';
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
  const errors = req.query.fouten === '1' ? checkForm(form.definition, form.content, evidenceRefs(form)) : [];
  sendForm(kit, res, granted, view, { content: form.content, revision: form.revision, errors }, 200);
}

/** @param isKept for the device: shown when there is no connection */
export function sendForm(
  kit: PageKit,
  res: Response,
  { form, grant }: Granted,
  view: FormView,
  fields: FormFields,
  status: number,
  { isKept = false }: { readonly isKept?: boolean } = {},
): void {
  const wording = wordingOf(res, form);
  const model = formModel(wording, form, view, fields);
  const isRefused = status === 422;
  const errors = isRefused ? fieldMessages(wording, form.definition, fields.errors) : [];
  const title = `${model.head.title} – ${form.studentName}`;
  const notes = notesPanelModel(wording, form, componentsOfView(form, view), uuidv7());
  kit.sendPage(
    res,
    'examiner-form',
    {
      ...model,
      errors,
      notes,
      writer: randomBytes(6).toString('hex'),
      isKept: isKept && 'true',
      device: JSON.stringify(deviceModel(wording.translator, form, newestGrant(res, grant), new Date())),
    },
    pageOf(res, form, title, {
      status,
      hasErrors: isRefused,
      helpKey: 'form',
      scripts: [
        'form.js',
        'notes.js',
        ...(model.evidenceParts ? ['evidence.js'] : []),
        ...(form.returned === null ? [] : ['returning.js']),
      ],
      saveState: { text: form.savedAt === null ? '' : timeOfDay(wording, form.savedAt), isOffline: false },
    }),
  );
}

/** Of the links to this form that this browser opened: what the device keeps belongs to the newest. */
function newestGrant(res: Response, grant: Grant): Grant {
  const isSame = ({ invitationId, contactId }: Grant) =>
    invitationId === grant.invitationId && contactId === grant.contactId;
  return contextOf(res).grants.findLast(isSame) ?? grant;
}

/** The two buttons that say how an examiner wants to see forms. */
const CHOSEN_VIEW: ReadonlyMap<string, FormViewChoice> = new Map([
  ['stap', 'step'],
  ['alles', 'all'],
]);

/** Every button of the form saves first; which one it was decides where it leads. */
async function save(kit: PageKit, req: Request, res: Response, granted: Granted): Promise<void> {
  const { form } = granted;
  const posted = readPostedForm(form.definition, req);
  const result = await store(kit, res, granted, posted);
  if (result.kind === 'refused') {
    return sendRefused(kit, res, form, { code: result.code, typed: posted.content, isKept: result.isKept });
  }
  if (result.kind === 'conflict') return res.redirect(303, paths.formCompare(form.formId, result.sideVersion));
  const chosen = CHOSEN_VIEW.get(posted.action);
  if (chosen) await granted.repository.rememberView(form.contactId, chosen);
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
  return chooseView(form, { view: posted.isAll ? 'alles' : 'stap', step: posted.step });
}

/** Where the button leads. */
function placeAfter(kit: PageKit, res: Response, granted: Granted, posted: PostedForm): string {
  const { form } = granted;
  const view = viewOf(granted, posted);
  const here = paths.form(form.formId, viewQuery(view, form));
  const step = (number: number) => paths.form(form.formId, viewQuery({ isAll: false, step: number }, form));
  const [action = '', target = ''] = posted.action.split(':');
  switch (action) {
    case 'volgende':
      return view.isAll || view.step >= stepsOf(form).length ? paths.formCheck(form.formId) : step(view.step + 1);
    case 'vorige':
      return step(Math.max(1, view.step - 1));
    case 'bewijs':
      return `${paths.formEvidence(form.formId)}?onderdeel=${encodeURIComponent(target)}`;
    case 'controleren':
      return paths.formCheck(form.formId);
    case 'alles':
      return paths.form(form.formId, { weergave: 'alles' });
    case 'stap':
      return paths.form(form.formId, { stap: view.step });
    case 'notities':
      return paths.formNotes(form.formId, { over: placeOfView(form, view) });
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
export async function store(
  kit: PageKit,
  res: Response,
  granted: GrantedDraft,
  posted: Pick<PostedForm, 'basedOn' | 'patch' | 'writer' | 'deviceAt'> & Partial<Pick<PostedForm, 'deviceSentAt'>>,
): Promise<SaveDraftResult> {
  const { form, repository } = granted;
  const { sessionId } = contextOf(res);
  const draft = {
    formId: form.formId,
    contactId: form.contactId,
    basedOn: posted.basedOn,
    patch: posted.patch,
    ...(sessionId === null || posted.writer === '' ? {} : { sessionRef: `${sessionId.slice(0, 12)}.${posted.writer}` }),
    ...(posted.deviceAt ? { deviceAt: posted.deviceAt } : {}),
    ...(posted.deviceSentAt ? { deviceSentAt: posted.deviceSentAt } : {}),
  };
  const result = await repository.saveDraft(draft, form.refusal === null ? form : undefined);
  if (result.kind !== 'refused' && result.mustStart) await markStarted(kit, granted);
  return result;
}

/** One command per form, however often it is tried; started before is fine, and what else refuses it the next save says. */
async function markStarted(kit: PageKit, granted: GrantedDraft): Promise<void> {
  const { assessmentId, contactId, formId } = granted.form;
  await kit.command(startForm, { assessmentId, contactId }, { ...actorOf(granted), commandId: startCommandId(formId) });
}

/**
 * Saving by the script: the same fields, answered as data.
 * 200 saved or kept beside (`conflict`: where to choose) · 401 the link must be opened again · 409 nothing can be saved any more ·
 * 429 too often: the newest is sent again after `Retry-After`
 */
function autosave(kit: PageKit): RequestHandler {
  return async (req, res) => {
    const formId = String(req.params.formId ?? '');
    const granted = await findGrantedDraft(kit, res, formId);
    if (granted === null) {
      const withdrawn = await findWithdrawn(kit, res, formId);
      if (withdrawn === null) res.status(401).json({ code: 'LINK_NEEDED' });
      else sendRefusal(res, withdrawn.form, AssessmentError.FormWithdrawn, false);
      return;
    }
    const { form } = granted;
    const seconds = await kit.limits.take('draft', form.formId);
    if (seconds !== null) {
      res.status(429).set('Retry-After', String(seconds)).json({ code: 'TOO_OFTEN' });
      return;
    }
    const wording = wordingOf(res, form);
    const posted = readPostedForm(form.definition, req);
    const result = await store(kit, res, granted, posted);
    if (result.kind === 'refused') {
      const whole = await findGranted(kit, res, formId);
      // The link came to its end at this very moment: it must be opened again.
      if (whole === null) res.status(401).json({ code: 'LINK_NEEDED' });
      else sendRefusal(res, whole.form, result.code, result.isKept);
      return;
    }
    res.json(autosaveAnswer(wording, granted, posted, result));
  };
}

function sendRefusal(res: Response, form: ExaminerForm, code: string, isKept: boolean): void {
  const { title, text } = refusalTexts(wordingOf(res, form), form, code);
  res.status(409).json({ code, isKept, isOver: isOver(code), title, text });
}

function autosaveAnswer(
  wording: Wording,
  { form }: GrantedDraft,
  posted: PostedForm,
  result: Exclude<SaveDraftResult, { kind: 'refused' }>,
) {
  const saved: SavedFields = savedFields(form, posted, result);
  return {
    ...saved,
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
