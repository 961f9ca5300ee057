/**
 * The notes of an examiner: made, changed, deleted and put into a justification. Each is a form that works by itself; the panel
 * beside the form posts the same forms and takes the list from the answer.
 */
import type { Request, Response } from 'express';
import { validate as isUuid, v7 as uuidv7 } from 'uuid';
import { AssessmentError } from '../../../../domain/assessment.ts';
import { justificationFieldName } from '../../../../domain/form.ts';
import type { ExaminerNote } from '../../../../prisma/repositories/examiner-notes.ts';
import { contextOf, type PageKit } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { type Granted, pageOf, wordingOf } from '../access.ts';
import { stepOfField, viewQuery } from '../form.model.ts';
import { store } from '../form.ts';
import { textOf } from '../posted-form.ts';
import { sendRefused } from '../refused.ts';
import { type FormHandler, withForm } from '../with-form.ts';
import { canWrite, EMPTY_DRAFT, type NotesState, notesModel, withWords, wordsToTake } from './notes.model.ts';
import { type PostedNote, placeOf, readPostedNote, TOO_MANY } from './posted-note.ts';

export function createNotePages(kit: PageKit) {
  return {
    show: withForm(kit, readable(kit, show)),
    write: withForm(kit, readable(kit, write)),
    act: withForm(kit, readable(kit, act)),
  };

  async function show(req: Request, res: Response, granted: Granted): Promise<void> {
    const { over, wijzig, verwijderd } = req.query;
    const place = placeOf(granted.form.definition, textOf(over));
    await send(kit, res, granted, {
      draft: { ...EMPTY_DRAFT, ...place },
      ...(textOf(wijzig) === '' ? {} : { change: { id: textOf(wijzig) } }),
      ...(textOf(verwijderd) === '' ? {} : { removedId: textOf(verwijderd) }),
    });
  }

  async function write(req: Request, res: Response, granted: Granted): Promise<void> {
    const { form } = granted;
    const posted = readPostedNote(form.definition, req);
    if (!canWrite(form)) return sendUnwanted(kit, res, granted, posted);
    const isKept = posted.error === null && (await notesOf(kit, granted).write(ownerOf(granted), posted));
    if (!isKept) {
      const draft = { ...posted, error: posted.error ?? TOO_MANY };
      return send(kit, res, granted, { nextId: posted.id, draft }, 422);
    }
    kit.setFlash(res, { kind: 'ok', text: contextOf(res).translator.t('notes.saved') });
    res.redirect(303, paths.formNotes(form.formId));
  }

  /** The buttons of one note. */
  async function act(req: Request, res: Response, granted: Granted): Promise<void> {
    const { form } = granted;
    const id = String(req.params.noteId ?? '');
    const posted = readPostedNote(form.definition, req);
    const list = paths.formNotes(form.formId);
    const note = isUuid(id) ? await findNote(kit, granted, id) : undefined;
    if (!note) return sendGone(kit, res, granted, posted.body);
    const notes = notesOf(kit, granted);
    switch (posted.action) {
      case 'verwijderen':
        await notes.remove(ownerOf(granted), id);
        return res.redirect(303, paths.formNotes(form.formId, { verwijderd: id }));
      case 'terugzetten':
        await notes.restore(ownerOf(granted), id);
        return res.redirect(303, list);
      case 'overnemen':
        return take(kit, res, granted, note);
      default:
        return change(kit, res, granted, { ...posted, id });
    }
  }
}

/** What the school no longer asks for shows no notes either. */
function readable(kit: PageKit, handler: FormHandler): FormHandler {
  return (req, res, granted) => {
    const { form } = granted;
    const isOver = form.refusal === AssessmentError.FormWithdrawn || form.refusal === AssessmentError.Cancelled;
    return isOver ? sendRefused(kit, res, form, { code: form.refusal ?? '' }) : handler(req, res, granted);
  };
}

function notesOf(kit: PageKit, { form }: Granted) {
  return kit.repositories.forSchool(form.school.id).examinerNotes;
}

function ownerOf({ form }: Granted) {
  return { formId: form.formId, contactId: form.contactId };
}

async function findNote(kit: PageKit, granted: Granted, id: string): Promise<ExaminerNote | undefined> {
  const { notes } = await notesOf(kit, granted).list(ownerOf(granted));
  return notes.find((note) => note.id === id);
}

async function send(
  kit: PageKit,
  res: Response,
  granted: Granted,
  state: Partial<NotesState>,
  status = 200,
): Promise<void> {
  const { form } = granted;
  const list = await notesOf(kit, granted).list(ownerOf(granted));
  const model = notesModel(wordingOf(res, form), form, list, { nextId: uuidv7(), draft: EMPTY_DRAFT, ...state });
  const field = state.change?.draft ? 'notitie-wijzigen' : 'notitie';
  const message = model.note.error ?? model.items.find((item) => item.change?.error)?.change?.error;
  const errors = message === undefined ? [] : [{ field, message }];
  const options = { status, hasErrors: status >= 400, helpKey: 'formNotes' };
  kit.sendPage(res, 'examiner-notes', { ...model, errors }, pageOf(res, form, model.title, options));
}

/** The words come back, to be copied. */
function sendUnwanted(kit: PageKit, res: Response, granted: Granted, posted: PostedNote): Promise<void> {
  return send(kit, res, granted, { refusedText: posted.body }, 409);
}

function sendGone(kit: PageKit, res: Response, granted: Granted, typed: string): Promise<void> | void {
  if (typed !== '') return send(kit, res, granted, { draft: { ...EMPTY_DRAFT, body: typed } }, 404);
  kit.setFlash(res, { kind: 'info', text: contextOf(res).translator.t('notes.gone') });
  res.redirect(303, paths.formNotes(granted.form.formId));
}

async function change(kit: PageKit, res: Response, granted: Granted, posted: PostedNote): Promise<void> {
  if (!canWrite(granted.form)) return sendUnwanted(kit, res, granted, posted);
  const { id, error } = posted;
  if (error !== null) return send(kit, res, granted, { change: { id, draft: posted } }, 422);
  await notesOf(kit, granted).change(ownerOf(granted), posted);
  kit.setFlash(res, { kind: 'ok', text: contextOf(res).translator.t('notes.saved') });
  res.redirect(303, paths.formNotes(granted.form.formId));
}

/** Adds the note to the justification in the draft, as if it had been typed there. */
async function take(kit: PageKit, res: Response, granted: Granted, note: ExaminerNote): Promise<void> {
  const { form } = granted;
  const ref = note.componentRef;
  if (ref === null || !canWrite(form) || !form.editable.includes(ref))
    return res.redirect(303, paths.formNotes(form.formId));
  const words = wordsToTake(note, wordingOf(res, form));
  const text = withWords(form.content.justifications[ref] ?? '', words);
  const patch = { scores: {}, justifications: { [ref]: text } };
  const result = await store(kit, res, granted, {
    basedOn: form.revision,
    patch,
    writer: '',
    deviceAt: undefined,
  });
  if (result.kind === 'refused') return sendRefused(kit, res, form, { code: result.code });
  if (result.kind === 'conflict') return res.redirect(303, paths.formCompare(form.formId, result.sideVersion));
  kit.setFlash(res, { kind: 'ok', text: contextOf(res).translator.t('notes.takenFlash') });
  const field = justificationFieldName(ref);
  const view = { isAll: form.formView === 'all', step: stepOfField(form, field) ?? 1 };
  res.redirect(303, `${paths.form(form.formId, viewQuery(view, form))}#${encodeURIComponent(field)}`);
}
