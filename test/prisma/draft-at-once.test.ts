/** The save in one statement: writes what the usual way writes, and only when nothing changed since the form was read. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DraftPatch } from '../../prisma/commands/draft-merge.ts';
import { saveDraft, saveReadDraft } from '../../prisma/commands/drafts.ts';
import { finishForm } from '../../prisma/commands/forms.ts';
import { withdrawExaminer } from '../../prisma/commands/inviting.ts';
import type { ExaminerForm } from '../../prisma/repositories/examiner.ts';
import { type StartedAssessment, startTestApp, type TestApp } from '../support/app.ts';
import { SMALL_COMPONENTS, SMALL_CRITERIA, smallForm } from '../support/factories.ts';

const [FIRST, SECOND] = SMALL_COMPONENTS;
const [A, B] = SMALL_CRITERIA;

let app: TestApp;
let started: StartedAssessment;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
});
beforeEach(async () => {
  started = await app.startAssessment();
});
afterAll(() => app.stop());

async function read({ formId, invitationId } = started): Promise<ExaminerForm> {
  const form = await app.repositories.forSchool(app.seed.schoolId).examiner.findForm(formId, [invitationId]);
  if (!form) throw new Error('the form is not there');
  return form;
}

const scored = (score: 'O' | 'V' | 'G', words = ''): DraftPatch => ({
  scores: { [A]: score },
  justifications: { [FIRST]: words },
});

function saveOf({ formId, contactId }: StartedAssessment, basedOn: number, patch: DraftPatch) {
  const deviceAt = new Date('2026-11-24T13:02:00Z');
  return { schoolId: app.seed.schoolId, formId, contactId, basedOn, patch, sessionRef: 'somebody.writer', deviceAt };
}

function rowsOf({ formId }: StartedAssessment) {
  return app.database.formRevision.findMany({ where: { formId }, orderBy: { revision: 'asc' } });
}

describe('saveReadDraft', () => {
  it('writes and answers what the usual way writes and answers', async () => {
    const other = await app.startAssessment();
    const patch = scored('O', 'Gezien op kamer 4.');
    const quick = await saveReadDraft(app.database, saveOf(started, 0, patch), await read());
    const usual = await saveDraft(app.database, saveOf(other, 0, patch));
    const comparable = ({ savedAt: _at, ...rest }: Record<string, unknown>) => rest;
    expect(comparable({ ...quick })).toEqual(comparable({ ...usual }));
    const rows = [await rowsOf(started), await rowsOf(other)].map((found) =>
      found.map(({ formId: _form, savedAt: _at, clockOffset, ...row }) => ({ ...row, isOff: clockOffset !== null })),
    );
    expect(rows[0]).toEqual(rows[1]);
    const forms = await Promise.all(
      [started, other].map(({ formId: id }) => app.database.form.findUniqueOrThrow({ where: { id } })),
    );
    expect(forms.map(({ revision, doneCount, savedAt }) => [revision, doneCount, savedAt !== null])).toEqual([
      [1, 1, true],
      [1, 1, true],
    ]);
  });

  it('writes nothing when nothing is new', async () => {
    await saveReadDraft(app.database, saveOf(started, 0, scored('V')), await read());
    const again = await saveReadDraft(app.database, saveOf(started, 1, scored('V')), await read());
    expect(again).toMatchObject({ kind: 'saved', revision: 1 });
    expect(await rowsOf(started)).toHaveLength(1);
  });

  it('comes together with what somebody else saved after the form was read', async () => {
    const before = await read();
    await saveDraft(app.database, saveOf(started, 0, { scores: { [B]: 'G' }, justifications: {} }));
    const saved = await saveReadDraft(app.database, { ...saveOf(started, 0, scored('V')), sessionRef: 'x.y' }, before);
    expect(saved).toMatchObject({ kind: 'saved', revision: 2, content: { scores: { [A]: 'V', [B]: 'G' } } });
  });

  it('keeps both when the other one changed the same', async () => {
    const before = await read();
    await saveDraft(app.database, saveOf(started, 0, scored('G', 'Zo.')));
    const saved = await saveReadDraft(
      app.database,
      { ...saveOf(started, 0, scored('O', 'Nee.')), sessionRef: 'x.y' },
      before,
    );
    expect(saved).toMatchObject({ kind: 'conflict', sideVersion: 2, revision: 3 });
  });

  it('adds nothing to a form that was finished after it was read', async () => {
    const before = await read();
    const { assessmentId, contactId, invitationId } = started;
    await app.apply(
      finishForm,
      { assessmentId, contactId, invitationId, content: smallForm() },
      { kind: 'examiner', id: contactId },
    );
    const count = (await rowsOf(started)).length;
    const saved = await saveReadDraft(app.database, saveOf(started, 0, scored('O')), before);
    expect(saved).toMatchObject({ kind: 'refused', code: 'FORM_ALREADY_FINISHED' });
    expect(await rowsOf(started)).toHaveLength(count);
  });

  it('adds nothing to a form that was withdrawn after it was read', async () => {
    const before = await read();
    const { assessmentId, contactId } = started;
    await app.apply(withdrawExaminer, { assessmentId, contactId, reason: 'Ziek' });
    const saved = await saveReadDraft(app.database, saveOf(started, 0, scored('O')), before);
    expect(saved).toMatchObject({ kind: 'refused', code: 'FORM_WITHDRAWN' });
    expect(await rowsOf(started)).toEqual([]);
  });

  it('numbers ten saves on one reading without a gap, and loses none', async () => {
    const before = await read();
    const words = Array.from({ length: 10 }, (_each, index) => `Woorden ${index}`);
    await Promise.all(
      words.map((text, index) =>
        saveReadDraft(
          app.database,
          {
            ...saveOf(started, 0, { scores: {}, justifications: { [SECOND]: text } }),
            sessionRef: `somebody.${index}`,
          },
          before,
        ),
      ),
    );
    const rows = await rowsOf(started);
    expect(rows.map(({ revision }) => revision)).toEqual(rows.map((_row, index) => index + 1));
    const kept = new Set(rows.map(({ content }) => JSON.stringify(content)));
    for (const text of words) expect([...kept].some((each) => each.includes(text))).toBe(true);
  });

  it('gives the times of revisions in their order', async () => {
    for (const score of ['O', 'V', 'G'] as const) {
      const form = await read();
      await saveReadDraft(app.database, saveOf(started, form.revision, scored(score)), form);
    }
    const times = (await rowsOf(started)).map(({ savedAt }) => savedAt.getTime());
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times).toHaveLength(3);
  });
});
