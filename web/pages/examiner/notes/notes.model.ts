/** The notes of an examiner at one form: the list, the empty note, and what stands in the panel beside the form. */
import { justificationFieldName } from '../../../../domain/form.ts';
import { MAX_NOTE } from '../../../../domain/text.ts';
import type { ExaminerForm } from '../../../../prisma/repositories/examiner.ts';
import type { ExaminerNote, NoteList, NotePlace } from '../../../../prisma/repositories/examiner-notes.ts';
import { paths } from '../../../paths.ts';
import { moment, shortDay, timeOfDay, type Wording } from '../../../wording.ts';
import { groupByProcess } from '../answers.model.ts';
import { kindName, placeLabel, placesOf, processTitle } from '../words.ts';
import type { NoteError } from './posted-note.ts';

/** Longest title or criterion in the list of places, in code points: a phone shows one line of it. */
const SHORT_TEXT = 60;

export interface PlaceOption {
  /** Ref of the component or criterion. */
  readonly value: string;
  readonly label: string;
  readonly isSelected: boolean;
}

/** The places of one work process. */
export interface PlaceGroup {
  readonly label: string;
  readonly options: readonly PlaceOption[];
}

/** A note that is being written. */
export interface NoteDraft extends NotePlace {
  readonly body: string;
  readonly error: NoteError | null;
}

/** What the page says besides the notes themselves. */
export interface NotesState {
  /** Number for the next note. */
  readonly nextId: string;
  /** What stands in the empty note. */
  readonly draft: NoteDraft;
  /** The note that is being changed, with what was typed when it just came back. */
  readonly change?: { readonly id: string; readonly draft?: NoteDraft };
  /** The note that was just deleted. */
  readonly removedId?: string;
  /** What came in and could not be kept. */
  readonly refusedText?: string;
}

export const EMPTY_DRAFT: NoteDraft = { body: '', componentRef: null, criterionRef: null, error: null };

/** Whether notes can be made and changed: as long as the form can be filled in. */
export function canWrite(form: Pick<ExaminerForm, 'refusal'>): boolean {
  return form.refusal === null;
}

/**
 * Where a note may belong: each component with its criteria below it, by work process. A component names its process again: a
 * closed list shows nothing but what was chosen.
 * @param detailed refs of the components whose criteria are named
 */
export function placeGroups(
  wording: Wording,
  form: ExaminerForm,
  chosen: NotePlace,
  detailed: readonly string[] = form.definition.components.map(({ ref }) => ref),
): PlaceGroup[] {
  const { t } = wording.translator;
  const selected = chosen.criterionRef ?? chosen.componentRef ?? '';
  const option = (value: string, label: string) => ({ value, label, isSelected: value === selected });
  return groupByProcess(form.definition.components).map(({ workProcess, components }) => ({
    label: shorten(processTitle(wording, workProcess)),
    options: components.flatMap(({ ref, kind, criteria }) => [
      option(ref, t('notes.aboutOption', { component: kindName(wording, kind), process: workProcess.code })),
      ...(detailed.includes(ref) ? criteria : []).map((criterion, index) =>
        option(
          criterion.ref,
          `\u00a0\u00a0\u00a0${t('notes.aboutCriterion', { number: index + 1, text: shorten(criterion.text) })}`,
        ),
      ),
    ]),
  }));
}

function shorten(text: string): string {
  const letters = [...text];
  return letters.length <= SHORT_TEXT
    ? text
    : `${letters
        .slice(0, SHORT_TEXT - 1)
        .join('')
        .trimEnd()}…`;
}

/** Fields of a note that is being written. */
function draftFields(wording: Wording, form: ExaminerForm, draft: NoteDraft, detailed?: readonly string[]) {
  const { error } = draft;
  return {
    body: draft.body,
    max: MAX_NOTE,
    places: placeGroups(wording, form, draft, detailed),
    error: error === null ? undefined : wording.translator.t(`notes.errors.${error.code}`, error.params),
  };
}

/** What goes into a justification: the day and time, then the words. */
export function wordsToTake({ body, writtenAt }: ExaminerNote, wording: Wording): string {
  const day = shortDay(wording, writtenAt);
  const time = timeOfDay(wording, writtenAt);
  return wording.translator.t('notes.takenLine', { day, time, text: body });
}

/** A justification with the note at its end; as it was when the note is in it already. */
export function withWords(justification: string, words: string): string {
  if (justification.includes(words)) return justification;
  return justification.trim() === '' ? words : `${justification.trimEnd()}\n${words}`;
}

function itemModel(wording: Wording, form: ExaminerForm, note: ExaminerNote, state: NotesState) {
  const { t } = wording.translator;
  const at = moment(wording, note.writtenAt);
  const words = wordsToTake(note, wording);
  const { componentRef } = note;
  const isOpen = componentRef !== null && canWrite(form) && form.editable.includes(componentRef);
  const change = canWrite(form) && state.change?.id === note.id ? state.change : undefined;
  const isTaken = isOpen && (form.content.justifications[componentRef] ?? '').includes(words);
  return {
    id: note.id,
    action: paths.formNote(form.formId, note.id),
    at,
    isoAt: note.writtenAt.toISOString(),
    ofNote: t('notes.ofNote', { moment: at }),
    about: aboutOf(wording, form, note),
    body: note.body,
    words,
    takeField: isOpen ? justificationFieldName(componentRef) : '',
    isTaken,
    canClassify: canWrite(form) && componentRef === null,
    changeHref: canWrite(form) ? `${paths.formNotes(form.formId, { wijzig: note.id })}#${anchorOf(note.id)}` : '',
    anchor: anchorOf(note.id),
    change: change ? draftFields(wording, form, change.draft ?? { ...note, error: null }) : null,
  };
}

function anchorOf(noteId: string): string {
  return `notitie-${noteId}`;
}

/** `B1-K1-W1 · Gedragsobservatie, criterium 3`; empty while it is not classified. */
function aboutOf(wording: Wording, form: ExaminerForm, note: ExaminerNote): string {
  const ref = note.criterionRef ?? note.componentRef;
  const place = ref === null ? undefined : placesOf(form.definition).get(ref);
  if (!place) return '';
  if (place.number !== null) return placeLabel(wording, place);
  const component = kindName(wording, place.component.kind);
  return wording.translator.t('notes.aboutComponent', { process: place.component.workProcess.code, component });
}

export type NotesModel = ReturnType<typeof notesModel>;

/** The page, of which the panel beside the form takes the list. */
export function notesModel(wording: Wording, form: ExaminerForm, list: NoteList, state: NotesState) {
  const { t } = wording.translator;
  const shown = list.notes.filter((note) => !note.isDeleted);
  const removed = list.notes.find((note) => note.isDeleted && note.id === state.removedId);
  return {
    ...newNoteModel(wording, form, state.draft, state.nextId),
    title: t('notes.title', { name: form.studentName }),
    formHref: paths.form(form.formId),
    listHref: paths.formNotes(form.formId),
    canWrite: canWrite(form),
    refusedText: state.refusedText ?? '',
    kept: t('notes.kept', { count: list.retentionMonths }),
    removed: removed ? { action: paths.formNote(form.formId, removed.id) } : null,
    openLabel: openLabel(wording, shown.length),
    items: shown.map((note) => itemModel(wording, form, note, state)),
  };
}

/** `Notitie`, or `Notities (3)`. */
export function openLabel({ translator: { t } }: Wording, count: number): string {
  return count === 0 ? t('notes.open') : t('notes.openSome', { number: count });
}

function newNoteModel(
  wording: Wording,
  form: ExaminerForm,
  draft: NoteDraft,
  nextId: string,
  detailed?: readonly string[],
) {
  return { action: paths.formNotes(form.formId), nextId, note: draftFields(wording, form, draft, detailed) };
}

/**
 * The panel that opens over the form: an empty note, and room for the list, which is fetched when it opens.
 * @param shown refs of the components on the screen; a note belongs to the only one, until the examiner says otherwise
 */
export function notesPanelModel(wording: Wording, form: ExaminerForm, shown: readonly string[], nextId: string) {
  const { t } = wording.translator;
  const draft = { ...EMPTY_DRAFT, componentRef: shown.length === 1 ? (shown[0] ?? null) : null };
  return {
    ...newNoteModel(wording, form, draft, nextId, shown),
    openLabel: openLabel(wording, form.noteCount),
    listHref: paths.formNotes(form.formId),
    texts: JSON.stringify({
      taken: t('notes.taken'),
      saving: t('notes.script.saving'),
      saved: t('notes.script.saved'),
      onDevice: t('notes.script.onDevice'),
      notSaved: t('notes.script.notSaved'),
      offline: t('notes.script.offline'),
      signedOut: t('notes.script.signedOut'),
      refused: t('notes.script.refused'),
      unsaved: t('notes.script.unsaved'),
    }),
  };
}
