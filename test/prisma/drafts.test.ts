import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { emptyForm, type FormContent } from '../../domain/form.ts';
import { cancelAssessment } from '../../prisma/commands/assessments.ts';
import type { DraftPatch } from '../../prisma/commands/draft-merge.ts';
import { MAX_DRAFT_TEXT, type SaveDraftResult, saveDraft } from '../../prisma/commands/drafts.ts';
import { finishForm, returnForm } from '../../prisma/commands/forms.ts';
import { withdrawExaminer } from '../../prisma/commands/inviting.ts';
import { type StartedAssessment, startTestApp, type TestApp } from '../support/app.ts';
import { SMALL_COMPONENTS, SMALL_CRITERIA, smallForm } from '../support/factories.ts';

const [FIRST, SECOND] = SMALL_COMPONENTS;
const [A, B, C] = SMALL_CRITERIA;
const NOW = new Date('2026-11-24T13:02:00Z');
const clock = { now: () => Promise.resolve(NOW) };

let app: TestApp;
let started: StartedAssessment;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
});
beforeEach(async () => {
  started = await app.startAssessment();
});
afterAll(() => app.stop());

function patch(scores: DraftPatch['scores'], justifications: DraftPatch['justifications'] = {}): DraftPatch {
  return { scores, justifications };
}

interface SaveOptions {
  readonly writer?: string;
  readonly deviceAt?: string;
  readonly contactId?: string;
  readonly schoolId?: string;
}

function save(basedOn: number, changes: DraftPatch, options: SaveOptions = {}): Promise<SaveDraftResult> {
  return saveDraft(
    app.database,
    {
      schoolId: options.schoolId ?? app.seed.schoolId,
      formId: started.formId,
      contactId: options.contactId ?? started.contactId,
      basedOn,
      patch: changes,
      ...(options.writer ? { sessionRef: options.writer } : {}),
      ...(options.deviceAt ? { deviceAt: new Date(options.deviceAt) } : {}),
    },
    clock,
  );
}

async function revisions(): Promise<{ revision: number; basedOn: number; content: FormContent }[]> {
  const rows = await app.database.formRevision.findMany({
    where: { formId: started.formId },
    orderBy: { revision: 'asc' },
  });
  return rows.map((row) => ({
    revision: row.revision,
    basedOn: row.basedOn,
    content: row.content as unknown as FormContent,
  }));
}

async function readForm() {
  const form = await app.repositories
    .forSchool(app.seed.schoolId)
    .examiner.findForm(started.formId, [started.invitationId]);
  if (!form) throw new Error('the form is not there');
  return form;
}

function whole(content: FormContent): DraftPatch {
  return { scores: content.scores, justifications: content.justifications };
}

async function finish(content = smallForm()): Promise<void> {
  const { assessmentId, contactId, invitationId } = started;
  await app.apply(finishForm, { assessmentId, contactId, invitationId, content }, { kind: 'examiner', id: contactId });
}

describe('saveDraft', () => {
  it('adds a revision, counts and keeps the time of the database', async () => {
    const result = await save(0, patch({ [A]: 'V', [B]: 'G' }, { [FIRST]: 'Vroeg door.  ' }));
    expect(result).toMatchObject({ kind: 'saved', revision: 1, savedAt: NOW, mustStart: true });
    expect(result).toMatchObject({ progress: { done: 2, total: 4, open: [C, 'B1-K1-W2/product/2'] } });
    expect(await revisions()).toEqual([
      {
        revision: 1,
        basedOn: 0,
        content: { scores: { [A]: 'V', [B]: 'G' }, justifications: { [FIRST]: 'Vroeg door.' } },
      },
    ]);
    const form = await app.database.form.findUniqueOrThrow({ where: { id: started.formId } });
    expect(form).toMatchObject({ revision: 1, doneCount: 2, savedAt: NOW });
  });

  it('leaves fields that were not named as they were', async () => {
    await save(0, patch({ [A]: 'V' }, { [FIRST]: 'Eerst' }));
    const result = await save(1, patch({ [C]: 'O' }));
    expect(result).toMatchObject({ content: { scores: { [A]: 'V', [C]: 'O' }, justifications: { [FIRST]: 'Eerst' } } });
  });

  it('empties a score and a text that were emptied', async () => {
    await save(0, patch({ [A]: 'V' }, { [FIRST]: 'Eerst' }));
    expect(await save(1, patch({ [A]: null }, { [FIRST]: ' ' }))).toMatchObject({ revision: 2, content: emptyForm() });
  });

  it('stores a text up to its bound, counted in characters', async () => {
    const longest = '🍲'.repeat(MAX_DRAFT_TEXT);
    expect(await save(0, patch({}, { [FIRST]: longest }))).toMatchObject({ kind: 'saved', revision: 1, tooLong: [] });
    expect((await revisions())[0]?.content.justifications[FIRST]).toBe(longest);
  });

  it('leaves a longer text out, keeps what was there and stores the rest, and says so', async () => {
    await save(0, patch({}, { [FIRST]: 'Eerst' }));
    const result = await save(1, patch({ [A]: 'V' }, { [FIRST]: 'x'.repeat(MAX_DRAFT_TEXT + 1), [SECOND]: 'Kort' }));
    expect(result).toMatchObject({
      kind: 'saved',
      tooLong: [FIRST],
      content: { scores: { [A]: 'V' }, justifications: { [FIRST]: 'Eerst', [SECOND]: 'Kort' } },
    });
  });

  it('adds nothing when nothing changed', async () => {
    await save(0, patch({ [A]: 'V' }, { [FIRST]: 'Café' }));
    const again = await save(1, patch({ [A]: 'V' }, { [FIRST]: ' Cafe\u0301\r\n' }));
    expect(again).toMatchObject({ kind: 'saved', revision: 1 });
    expect(await save(0, patch({}))).toMatchObject({ kind: 'saved', revision: 1 });
    expect(await revisions()).toHaveLength(1);
  });

  it('does not ask to start for an empty form, nor once it was started', async () => {
    expect(await save(0, patch({ [A]: null }, { [FIRST]: '' }))).toMatchObject({ revision: 0, mustStart: false });
    await finish();
    await app.apply(returnForm, { ...started, components: [FIRST], reason: 'Kijk nog eens.' });
    expect(await save(1, patch({ [A]: 'G' }))).toMatchObject({ kind: 'saved', mustStart: false });
  });

  it('numbers saves that come at once without a gap, and keeps them all', async () => {
    const texts = ['een', 'twee', 'drie', 'vier', 'vijf'];
    await Promise.all(texts.map((text) => save(0, patch({}, { [FIRST]: text }))));
    const rows = await revisions();
    expect(rows.map((row) => row.revision)).toEqual(rows.map((_row, index) => index + 1));
    expect(new Set(rows.map((row) => row.content.justifications[FIRST]))).toEqual(new Set(texts));
  });

  it('does not know the form of another examiner or another school', async () => {
    const unknown = { kind: 'refused', code: 'FORM_UNKNOWN', isKept: false };
    expect(await save(0, patch({ [A]: 'V' }), { contactId: app.seed.contacts[1].id })).toEqual(unknown);
    expect(await save(0, patch({ [A]: 'V' }), { schoolId: '01a2036a-3aae-7555-9c29-252d0ecbdd60' })).toEqual(unknown);
    expect(await revisions()).toEqual([]);
  });

  it.each([
    ['FORM_ALREADY_FINISHED', () => finish()],
    ['FORM_WITHDRAWN', () => app.apply(withdrawExaminer, { ...started, reason: '' }).then(() => undefined)],
    ['ASSESSMENT_CANCELLED', () => app.apply(cancelAssessment, { ...started, reason: 'Ziek' }).then(() => undefined)],
  ] as const)('refuses with %s and adds nothing', async (code, end) => {
    await end();
    const before = await revisions();
    expect(await save(before.length, patch({ [A]: 'O' }))).toEqual({ kind: 'refused', code, isKept: false });
    expect(await revisions()).toEqual(before);
  });

  it('keeps the words when scoring has closed, and says that they do not count', async () => {
    await app.database.$executeRaw`
      UPDATE stream SET state = jsonb_set(state, '{closesAt}', '"2026-11-24T13:00:00.000Z"') WHERE id = ${started.assessmentId}::uuid`;
    expect(await save(0, patch({}, { [FIRST]: 'Net te laat' }))).toEqual({
      kind: 'refused',
      code: 'SCORING_CLOSED',
      isKept: true,
    });
    expect((await revisions()).map((row) => row.content.justifications[FIRST])).toEqual(['Net te laat']);
  });

  it('takes only the reopened components of a returned form', async () => {
    await finish();
    await app.apply(returnForm, { ...started, components: [SECOND], reason: 'Kijk nog eens.' });
    const result = await save(1, patch({ [A]: 'O', [C]: 'G' }, { [FIRST]: 'Anders', [SECOND]: 'Beter' }));
    const former = smallForm();
    expect(result).toMatchObject({
      content: {
        scores: { ...former.scores, [C]: 'G' },
        justifications: { ...former.justifications, [SECOND]: 'Beter' },
      },
    });
  });
});

describe('saving from two places', () => {
  beforeEach(async () => {
    await save(0, patch({ [A]: 'V' }, { [FIRST]: 'Samen begonnen' }), { writer: 'phone' });
  });

  it('takes over what only one of them changed', async () => {
    await save(1, patch({ [A]: 'G' }), { writer: 'phone' });
    const result = await save(1, patch({ [C]: 'O' }, { [SECOND]: 'Op de tablet' }), { writer: 'tablet' });
    expect(result).toMatchObject({
      kind: 'saved',
      content: {
        scores: { [A]: 'G', [C]: 'O' },
        justifications: { [FIRST]: 'Samen begonnen', [SECOND]: 'Op de tablet' },
      },
    });
    expect((await readForm()).sideVersions).toEqual([]);
  });

  it('keeps both when both changed the same, and goes on with the first until someone chooses', async () => {
    await save(1, patch({}, { [FIRST]: 'Op de telefoon' }), { writer: 'phone' });
    const result = await save(1, patch({ [C]: 'O' }, { [FIRST]: 'Op de tablet' }), { writer: 'tablet' });
    expect(result).toMatchObject({
      kind: 'conflict',
      sideVersion: 3,
      revision: 4,
      conflicts: [{ ref: FIRST, criteria: [], hasJustification: true }],
      content: { scores: { [A]: 'V', [C]: 'O' }, justifications: { [FIRST]: 'Op de telefoon' } },
    });
    expect((await revisions()).map((row) => row.content.justifications[FIRST])).toEqual([
      'Samen begonnen',
      'Op de telefoon',
      'Op de tablet',
      'Op de telefoon',
    ]);
  });

  it('still asks after the other place went on saving', async () => {
    await save(1, patch({}, { [FIRST]: 'Op de telefoon' }), { writer: 'phone' });
    await save(1, patch({}, { [FIRST]: 'Op de tablet' }), { writer: 'tablet' });
    expect(await save(2, patch({ [C]: 'V' }), { writer: 'phone' })).toMatchObject({ kind: 'saved' });
    const [side, ...others] = (await readForm()).sideVersions;
    expect(others).toEqual([]);
    expect(side).toMatchObject({ revision: 3, content: { justifications: { [FIRST]: 'Op de tablet' } } });
  });

  it('changes nothing when the answer got lost and the same is sent again', async () => {
    await save(1, patch({}, { [FIRST]: 'Op de telefoon' }), { writer: 'phone' });
    const first = await save(1, patch({}, { [FIRST]: 'Op de tablet' }), { writer: 'tablet' });
    expect(await save(1, patch({}, { [FIRST]: 'Op de tablet' }), { writer: 'tablet' })).toEqual(first);
    expect(await revisions()).toHaveLength(4);
  });

  it('never conflicts with what the same page saved itself', async () => {
    await save(1, patch({}, { [FIRST]: 'Op de tele' }), { writer: 'phone' });
    // The answer got lost, so the page still names revision 1.
    const result = await save(1, patch({}, { [FIRST]: 'Op de telefoon' }), { writer: 'phone' });
    expect(result).toMatchObject({
      kind: 'saved',
      revision: 3,
      content: { justifications: { [FIRST]: 'Op de telefoon' } },
    });
  });

  it('ignores a save of the same page that arrives after a later one', async () => {
    await save(1, patch({}, { [FIRST]: 'Tweede' }), { writer: 'phone', deviceAt: '2026-11-24T13:02:05Z' });
    const late = await save(1, patch({}, { [FIRST]: 'Eerste' }), { writer: 'phone', deviceAt: '2026-11-24T13:02:01Z' });
    expect(late).toMatchObject({ kind: 'saved', revision: 2, content: { justifications: { [FIRST]: 'Tweede' } } });
  });

  it('compares with the empty form when the page names a revision that is not there', async () => {
    expect(await save(99, patch({}, { [FIRST]: 'Vreemd' }))).toMatchObject({ kind: 'conflict' });
  });
});

describe('resolveDraft', () => {
  beforeEach(async () => {
    await save(0, patch({ [A]: 'V' }, { [FIRST]: 'Hier', [SECOND]: 'Hier' }));
    await save(0, patch({ [A]: 'O' }, { [FIRST]: 'Daar', [SECOND]: 'Daar' }));
  });

  function choose(chosen: readonly string[]) {
    const { formId, contactId } = started;
    return app.repositories
      .forSchool(app.seed.schoolId)
      .examiner.resolveDraft({ formId, contactId, sideVersion: 2, chosen });
  }

  it('takes the other version of the chosen components only', async () => {
    expect(await choose([FIRST])).toEqual({ kind: 'resolved' });
    const form = await readForm();
    expect(form.content).toEqual({ scores: { [A]: 'O' }, justifications: { [FIRST]: 'Daar', [SECOND]: 'Hier' } });
    expect(form.sideVersions).toEqual([]);
  });

  it('remembers that somebody chose to leave everything', async () => {
    await choose([]);
    const form = await readForm();
    expect(form.content.justifications).toEqual({ [FIRST]: 'Hier', [SECOND]: 'Hier' });
    expect(form.sideVersions).toEqual([]);
  });

  it('keeps what was saved while somebody was choosing', async () => {
    await save(3, patch({ [C]: 'G' }));
    await choose([FIRST]);
    expect((await readForm()).content.scores).toEqual({ [A]: 'O', [C]: 'G' });
  });

  it('finds nothing to do the second time', async () => {
    await choose([FIRST]);
    const { revision } = await readForm();
    expect(await choose([SECOND])).toEqual({ kind: 'resolved' });
    expect((await readForm()).revision).toBe(revision);
  });
});

describe('findForm', () => {
  it('says what was filled in, by when and for whom', async () => {
    await save(0, whole(smallForm('G')));
    const form = await readForm();
    expect(form).toMatchObject({
      studentName: 'Noor de Vries',
      examTitle: 'Zorgen in de wijk',
      status: 'open',
      revision: 1,
      refusal: null,
      returned: null,
      submission: null,
      editable: [...SMALL_COMPONENTS],
    });
    expect(form.content).toEqual(smallForm('G'));
  });

  it('gives nothing without the right invitation or at another school', async () => {
    const other = await app.startAssessment({ contact: 1 });
    const { examiner } = app.repositories.forSchool(app.seed.schoolId);
    expect(await examiner.findForm(started.formId, [other.invitationId])).toBeNull();
    expect(await examiner.findForm(started.formId, [])).toBeNull();
    const elsewhere = app.repositories.forSchool('01a2036a-3aae-7555-9c29-252d0ecbdd60').examiner;
    expect(await elsewhere.findForm(started.formId, [started.invitationId])).toBeNull();
    expect(await elsewhere.listWork([started.invitationId])).toEqual([]);
  });

  it('says why a form came back', async () => {
    await finish();
    await app.apply(returnForm, { ...started, components: [SECOND], reason: 'De onderbouwing gaat over iets anders.' });
    const form = await readForm();
    expect(form).toMatchObject({ status: 'returned', editable: [SECOND], refusal: null });
    expect(form.returned?.reason).toBe('De onderbouwing gaat over iets anders.');
  });
});
