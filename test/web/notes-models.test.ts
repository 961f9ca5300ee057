import { describe, expect, it } from '@jest/globals';
import type { Request } from 'express';
import { defineForm, emptyForm } from '../../domain/form.ts';
import { createI18n } from '../../platform/i18n/index.ts';
import type { ExaminerForm } from '../../prisma/repositories/examiner.ts';
import type { ExaminerNote } from '../../prisma/repositories/examiner-notes.ts';
import {
  EMPTY_DRAFT,
  notesModel,
  notesPanelModel,
  openLabel,
  placeGroups,
  withWords,
} from '../../web/pages/examiner/notes/notes.model.ts';
import { noteAge, placeOf, readPostedNote } from '../../web/pages/examiner/notes/posted-note.ts';
import type { Wording } from '../../web/wording.ts';
import { SMALL_COMPONENTS, SMALL_CRITERIA, smallExam } from '../support/small-exam.ts';

const [FIRST, SECOND] = SMALL_COMPONENTS;
const [A] = SMALL_CRITERIA;
const nl: Wording = { translator: createI18n().forLanguage('nl'), timeZone: 'Europe/Amsterdam' };
const definition = defineForm(smallExam(), SMALL_COMPONENTS, 'og');
const AT = new Date('2026-11-24T13:02:00Z');
const ID = '0197d1a0-0000-7000-8000-000000000001';

/** What of a form these models read. */
function aForm(changes: Partial<ExaminerForm> = {}): ExaminerForm {
  const form: Partial<ExaminerForm> = {
    formId: 'form-1',
    studentName: 'Noor de Vries',
    definition,
    content: emptyForm(),
    editable: [...SMALL_COMPONENTS],
    refusal: null,
    noteCount: 0,
    ...changes,
  };
  return form as ExaminerForm;
}

function aNote(changes: Partial<ExaminerNote> = {}): ExaminerNote {
  return {
    id: ID,
    componentRef: FIRST,
    criterionRef: null,
    body: 'Zij waste eerst haar handen.',
    writtenAt: AT,
    isDeleted: false,
    ...changes,
  };
}

function model(form: ExaminerForm, notes: ExaminerNote[], state = {}) {
  const list = { notes, retentionMonths: 18 };
  return notesModel(nl, form, list, { nextId: 'next', draft: EMPTY_DRAFT, ...state });
}

function post(body: Record<string, unknown>) {
  return readPostedNote(definition, { body } as Request);
}

describe('noteAge', () => {
  it('measures by the clock of the device, however wrong that is', () => {
    expect(noteAge('2001-01-01T10:00:00Z', '2001-01-01T12:00:00Z')).toBe(7_200_000);
  });

  it.each([
    ['', ''],
    ['2026-11-24T13:02:00Z', ''],
    ['2026-11-24T13:02:00Z', '2026-11-24T13:01:00Z'],
    ['2026-11-01T00:00:00Z', '2026-11-24T13:01:00Z'],
    ['gisteren', 'nu'],
  ])('takes our own time when %j and %j make no sense', (writtenAt, sentAt) => {
    expect(noteAge(writtenAt, sentAt)).toBe(0);
  });
});

describe('readPostedNote', () => {
  it('keeps 2,000 characters of any script, counted as a person counts them', () => {
    for (const text of ['م'.repeat(2000), '🙂'.repeat(2000), '“Ja,” zei hij – ‘prima’'])
      expect(post({ notitie: text })).toMatchObject({ body: text, error: null });
    expect(post({ notitie: '🙂'.repeat(2001) }).error).toEqual({
      code: 'NOTE_TOO_LONG',
      params: { length: 2001, max: 2000 },
    });
  });

  it.each([
    [{ notitie: ' \u200b\n' }, 'NOTE_REQUIRED'],
    [{}, 'NOTE_REQUIRED'],
    [{ notitie: ['a', 'b'] }, 'NOTE_REQUIRED'],
    [{ notitie: 'a\u0007b' }, 'TEXT_FORBIDDEN_CHARACTER'],
  ])('refuses %j', (body, code) => {
    expect(post(body).error?.code).toBe(code);
  });

  it('makes a number of its own when there is none to trust', () => {
    expect(post({ notitie: 'a', nummer: ID }).id).toBe(ID);
    expect(post({ notitie: 'a', nummer: "'; --" }).id).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('placeOf', () => {
  it('knows components and criteria of the form, and nothing else', () => {
    expect(placeOf(definition, FIRST)).toEqual({ componentRef: FIRST, criterionRef: null });
    expect(placeOf(definition, A)).toEqual({ componentRef: FIRST, criterionRef: A });
    expect(placeOf(definition, 'B9-K9-W9/product')).toEqual({ componentRef: null, criterionRef: null });
  });
});

describe('placeGroups', () => {
  it('offers each component by work process, and its criteria below it', () => {
    const groups = placeGroups(nl, aForm(), { componentRef: FIRST, criterionRef: A });
    expect(groups.map(({ options }) => options.map(({ value }) => value))).toEqual([
      [FIRST, ...SMALL_CRITERIA.slice(0, 2)],
      [SECOND, ...SMALL_CRITERIA.slice(2)],
    ]);
    const options = groups.flatMap((group) => group.options);
    expect(options.filter(({ isSelected }) => isSelected).map(({ value }) => value)).toEqual([A]);
  });

  it('names the work process by its title too, and with each component', () => {
    const [first] = placeGroups(nl, aForm(), { componentRef: null, criterionRef: null });
    expect(first?.label).toBe(`B1-K1-W1 ${definition.components[0]?.workProcess.title}`);
    expect(first?.options.map(({ label }) => label.trim())).toEqual([
      'Gedragsobservatie (B1-K1-W1)',
      '1. Luistert',
      '2. Vraagt door',
    ]);
  });

  it('keeps a title to one line of a phone', () => {
    const [component] = definition.components;
    if (!component) throw new Error('no component');
    const workProcess = { code: 'B1-K1-W1', title: 'é'.repeat(200) };
    const form = aForm({ definition: { ...definition, components: [{ ...component, workProcess }] } });
    const [group] = placeGroups(nl, form, { componentRef: null, criterionRef: null });
    expect([...(group?.label ?? '')]).toHaveLength(60);
    expect(group?.label).toMatch(/é…$/);
  });
});

describe('notesModel', () => {
  it('says of each note when, where, and what goes into the justification', () => {
    const [item] = model(aForm(), [aNote()]).items;
    expect(item).toMatchObject({
      at: 'di 24 november 2026, 14:02',
      about: 'B1-K1-W1 · Gedragsobservatie',
      words: 'di 24 nov 14:02: Zij waste eerst haar handen.',
      takeField: 'justification-B1-K1-W1-behaviour',
      isTaken: false,
      canClassify: false,
    });
    expect(model(aForm(), [aNote({ criterionRef: A })]).items[0]?.about).toBe(
      'B1-K1-W1 · Gedragsobservatie, criterium 1',
    );
  });

  it('asks to classify a note first', () => {
    const [item] = model(aForm(), [aNote({ componentRef: null })]).items;
    expect(item).toMatchObject({ about: '', canClassify: true, takeField: '' });
  });

  it('sees that a note is in its justification', () => {
    const justifications = { [FIRST]: 'Eerst:\ndi 24 nov 14:02: Zij waste eerst haar handen.' };
    expect(model(aForm({ content: { scores: {}, justifications } }), [aNote()]).items[0]?.isTaken).toBe(true);
  });

  it('puts nothing into a component that cannot be changed, and changes nothing in a finished form', () => {
    expect(model(aForm({ editable: [SECOND] }), [aNote()]).items[0]?.takeField).toBe('');
    const finished = model(aForm({ refusal: 'FORM_ALREADY_FINISHED' }), [aNote()]);
    expect(finished.canWrite).toBe(false);
    expect(finished.items[0]).toMatchObject({ takeField: '', changeHref: '', canClassify: false });
  });

  it('hides what was deleted, and offers to put back only what was deleted just now', () => {
    const notes = [aNote({ isDeleted: true })];
    expect(model(aForm(), notes)).toMatchObject({ items: [], removed: null, openLabel: 'Notitie' });
    expect(model(aForm(), notes, { removedId: ID }).removed).toEqual({
      action: `/beoordeling/form-1/notities/${ID}`,
    });
    expect(model(aForm(), [aNote()], { removedId: ID }).removed).toBeNull();
  });

  it('says until when notes are kept', () => {
    expect(model(aForm(), []).kept).toBe('Wij verwijderen ze 18 maanden na de uitslag.');
  });
});

describe('withWords', () => {
  it('adds at the end, once', () => {
    expect(withWords('', 'x')).toBe('x');
    expect(withWords('a \n', 'x')).toBe('a\nx');
    expect(withWords('a\nx', 'x')).toBe('a\nx');
  });
});

describe('notesPanelModel', () => {
  it('classifies by what is on the screen, and counts what is there', () => {
    const panel = notesPanelModel(nl, aForm({ noteCount: 3 }), [SECOND], 'next');
    expect(panel.openLabel).toBe('Notities (3)');
    const options = panel.note.places.flatMap((group) => group.options);
    expect(options.find(({ isSelected }) => isSelected)?.value).toBe(SECOND);
    // What is elsewhere is named by component only: the page stays small.
    expect(options.map(({ value }) => value)).toEqual([FIRST, SECOND, ...SMALL_CRITERIA.slice(2)]);
    expect(openLabel(nl, 0)).toBe('Notitie');
  });
});
