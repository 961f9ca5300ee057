import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { ScopeLevel } from '../../domain/assignment.ts';
import { justificationFieldName, scoreFieldName } from '../../domain/form.ts';
import { createAssessments } from '../../prisma/commands/assessments.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { SMALL_CRITERIA } from '../support/factories.ts';
import { fingerprintDatabase } from '../support/fingerprint.ts';
import { COMPLETE, FIRST, fields, SECOND, type Sitting, sitDown, WORDS } from './examiner-support.ts';

let app: TestApp;
let at: Sitting;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
});
beforeEach(async () => {
  at = await sitDown(app);
});
afterAll(() => app.stop());

describe('the form', () => {
  it('shows one work process with its criteria, the student, the exam and the remark', async () => {
    const page = await at.client.get(at.formPath);
    expect(page.status).toBe(200);
    for (const text of [
      'Noor de Vries',
      'Zorgen in de wijk',
      'poging 1',
      'werkproces',
      'B1-K1-W1 Stelt een plan op',
      'Luistert',
      'Let u op de overdracht?',
    ]) {
      expect(page.text).toContain(text);
    }
    expect(page.text).not.toContain('Het plan is volledig');
    expect(page.text).toContain('0 van 4 ingevuld');
  });

  it('shows everything at once when asked', async () => {
    const page = await at.client.get(`${at.formPath}?weergave=alles`);
    expect(page.text).toContain('Luistert');
    expect(page.text).toContain('Het plan is volledig');
  });

  it('writes nothing when it is read', async () => {
    await at.save(COMPLETE);
    await at.client.get(at.formPath);
    const before = await fingerprintDatabase(app.databaseUrl);
    for (const path of [
      '',
      '?stap=2',
      '?weergave=alles&fouten=1',
      '/controle',
      '/klaar',
      '/niet-ik',
      '/vergelijken/1',
    ]) {
      await at.client.get(`${at.formPath}${path}`);
      await at.client.head(`${at.formPath}${path}`);
    }
    await at.client.get('/beoordelingen');
    expect(await fingerprintDatabase(app.databaseUrl)).toEqual(before);
  });

  it('saves on every button, starts the assessment with the first words, and comes back with them', async () => {
    const posted = await at.client.post(at.formPath, {
      revisie: '0',
      weergave: 'stap',
      stap: '1',
      actie: 'volgende',
      [scoreFieldName(SMALL_CRITERIA[0])]: 'G',
      [justificationFieldName(FIRST)]: WORDS,
    });
    expect(posted).toMatchObject({ status: 303, location: `${at.formPath}?stap=2` });
    const pair = await app.database.assessmentExaminer.findFirstOrThrow({ where: { formId: at.started.formId } });
    expect(pair.formStatus).toBe('started');
    const events = await app.database.event.count({
      where: { streamId: at.started.assessmentId, type: 'FormStarted' },
    });
    expect(events).toBe(1);
    const again = app.client();
    await app.openLink(again, at.started.linkId);
    expect((await again.get(`${at.formPath}?stap=1`)).text).toContain(WORDS);
  });

  it('leaves the other work processes alone', async () => {
    await at.save(COMPLETE);
    await at.client.post(at.formPath, {
      revisie: String(await at.revision()),
      stap: '2',
      actie: 'opslaan',
      [scoreFieldName(SMALL_CRITERIA[2])]: 'O',
      [justificationFieldName(SECOND)]: 'Er ontbreekt een stap.',
    });
    expect(await at.draft()).toEqual({
      scores: { [SMALL_CRITERIA[0]]: 'V', [SMALL_CRITERIA[1]]: 'G', [SMALL_CRITERIA[2]]: 'O' },
      justifications: { [FIRST]: WORDS, [SECOND]: 'Er ontbreekt een stap.' },
    });
  });

  it.each([
    ['volgende', '1', '?stap=2'],
    ['volgende', '2', '/controle'],
    ['vorige', '2', '?stap=1'],
    ['controleren', '1', '/controle'],
    ['alles', '1', '?weergave=alles'],
    ['stap', '2', '?stap=2'],
    [`naar:${scoreFieldName(SMALL_CRITERIA[3])}`, '1', `?stap=2#${scoreFieldName(SMALL_CRITERIA[3])}`],
    ['naar:onzin', '1', '?stap=1'],
    ['onzin', '2', '?stap=2'],
  ])('leads on from the button %s at step %s to %s', async (actie, stap, place) => {
    const posted = await at.client.post(at.formPath, { revisie: '0', weergave: 'stap', stap, actie });
    const location = posted.headers.get('location');
    expect([posted.status, location]).toEqual([303, `${at.formPath}${place}`]);
  });

  it('says why a justification is needed now', async () => {
    await at.save(fields(['O', 'G', 'V', 'V']));
    expect((await at.client.get(`${at.formPath}?stap=1`)).text).toContain('Verplicht: u gaf 1× O en 1× G.');
  });

  it('stores what 60 criteria and 2,000 characters at each component post', async () => {
    const exam = await bigExam();
    const text = 'é'.repeat(2000);
    const posted: Record<string, string> = { revisie: '0', weergave: 'alles', actie: 'controleren' };
    for (const ref of exam.criteria) posted[scoreFieldName(ref)] = 'G';
    for (const ref of exam.components) posted[justificationFieldName(ref)] = text;
    const answer = await at.client.post(`/beoordeling/${exam.formId}`, posted);
    expect(answer).toMatchObject({ status: 303, location: `/beoordeling/${exam.formId}/controle` });
    const check = await at.client.get(`/beoordeling/${exam.formId}/controle`);
    expect(check.text).toContain('Beoordeling afronden');
  });
});

describe('bad input', () => {
  it('keeps 3,000 characters, says how many there are, and stores the rest too', async () => {
    const long = 'x'.repeat(3000);
    const page = await at.save(fields(['V', 'V', 'V', 'V'], [long, '']), 'volgende');
    expect(page.status).toBe(422);
    expect(page.text).toContain('is te lang: 3.000 tekens. Gebruik er ten hoogste 2.000.');
    expect(page.text).toContain(`href="#${justificationFieldName(FIRST)}"`);
    expect(page.text).toContain(`id="${justificationFieldName(FIRST)}"`);
    expect(page.text).toContain('<title>Fout:');
    expect((await at.draft())?.justifications[FIRST]).toBe(long);
  });

  it('refuses a score outside O, V and G, and leaves the one that was there', async () => {
    await at.save(COMPLETE);
    const page = await at.save({ ...COMPLETE, [scoreFieldName(SMALL_CRITERIA[0])]: 'X' });
    expect(page.status).toBe(422);
    expect(page.text).toContain('Kies O, V of G bij criterium 1 van Gedragsobservatie (B1-K1-W1).');
    expect((await at.draft())?.scores[SMALL_CRITERIA[0]]).toBe('V');
  });

  it('refuses a score that came twice, and joins a text that came twice', async () => {
    const twice = {
      ...COMPLETE,
      [scoreFieldName(SMALL_CRITERIA[0])]: ['O', 'V'],
      [justificationFieldName(FIRST)]: ['een', 'twee'],
    };
    const page = await at.save(twice);
    expect(page.status).toBe(422);
    expect(await at.draft()).toMatchObject({ justifications: { [FIRST]: 'een\ntwee' } });
    expect((await at.draft())?.scores[SMALL_CRITERIA[0]]).toBeUndefined();
  });

  it.each(['\u0000', '\u0007', '\u001b'])(
    'gives a text with the control character %j back, and stores everything else',
    async (character) => {
      const page = await at.save({ ...COMPLETE, [justificationFieldName(FIRST)]: `Voor${character}na` });
      expect(page.status).toBe(422);
      expect(page.text).toContain('onzichtbaar teken');
      expect(page.text).toMatch(/Voor.?na/su);
      expect(await at.draft()).toMatchObject({ scores: { [SMALL_CRITERIA[1]]: 'G' } });
    },
  );

  it('takes direction overrides out and shows HTML as text', async () => {
    await at.save({ ...COMPLETE, [justificationFieldName(FIRST)]: '<b>vet</b> \u202Eomgekeerd <script>x</script>' });
    expect((await at.draft())?.justifications[FIRST]).toBe('<b>vet</b> omgekeerd <script>x</script>');
    for (const place of ['?stap=1', '/controle']) {
      const page = await at.client.get(`${at.formPath}${place}`);
      expect(page.text).toContain('&lt;b&gt;vet&lt;/b&gt;');
      expect(page.text).not.toContain('<script>x');
    }
  });

  it('stores emoji, typographic quotes and Arabic as they are', async () => {
    const text = `“Goed” 👍🏽 ${'مرحبا '.repeat(300)}`.trim();
    expect((await at.save({ ...COMPLETE, [justificationFieldName(FIRST)]: text })).status).toBe(303);
    expect((await at.draft())?.justifications[FIRST]).toBe(text.normalize('NFC'));
  });

  it.each(['__proto__', 'constructor', 'naar:__proto__'])(
    'takes a button that it does not have (%s) as saving',
    async (action) => {
      expect((await at.save(COMPLETE, action)).status).toBe(303);
      expect(await at.draft()).toMatchObject({ justifications: { [FIRST]: WORDS } });
    },
  );

  it('ignores fields that the form does not have', async () => {
    const posted = await at.save({ ...COMPLETE, 'score-B9-K9-W9-behaviour-1': 'G', __proto__: 'x', constructor: 'x' });
    expect(posted.status).toBe(303);
    expect(Object.keys((await at.draft())?.scores ?? {})).toHaveLength(4);
  });
});

describe('autosave', () => {
  function autosave(posted: Record<string, string>, from = at.client) {
    return from.post(
      `${at.formPath}/concept`,
      { weergave: 'stap', stap: '1', schrijver: 'a1', ...posted },
      { headers: { accept: 'application/json' } },
    );
  }

  it('answers with the revision, the time and the progress', async () => {
    const answer = await autosave({ revisie: '0', ...fields(['V', 'O', '', '']) });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({
      revision: 1,
      done: 2,
      total: 4,
      open: 3,
      errors: [],
      conflict: null,
      time: expect.stringMatching(/^\d\d:\d\d$/),
    });
    const pair = await app.database.assessmentExaminer.findFirstOrThrow({ where: { formId: at.started.formId } });
    expect(pair.formStatus).toBe('started');
  });

  it('takes JSON as well', async () => {
    const answer = await at.client.postJson(`${at.formPath}/concept`, { revisie: '0', ...fields(['G', '', '', '']) });
    expect(JSON.parse(answer.text)).toMatchObject({ revision: 1, done: 1 });
  });

  it('says what could not be stored, and where to choose', async () => {
    const bad = await autosave({ revisie: '0', ...fields(['V', '', '', ''], ['a\u0007b', '']) });
    expect(JSON.parse(bad.text)).toMatchObject({ revision: 1, errors: [{ field: justificationFieldName(FIRST) }] });
    await autosave({ revisie: '1', ...fields(['O', '', '', '']) });
    const both = await autosave({ revisie: '1', schrijver: 'b2', ...fields(['G', '', '', '']) });
    expect(JSON.parse(both.text)).toMatchObject({ conflict: `${at.formPath}/vergelijken/3` });
  });

  it('says that the link must be opened again, or that it is over', async () => {
    const lost = await autosave({ revisie: '0', ...COMPLETE }, app.client());
    expect([lost.status, JSON.parse(lost.text)]).toEqual([401, { code: 'LINK_NEEDED' }]);
    await at.save(COMPLETE);
    await at.finish();
    const over = await autosave({ revisie: '0', ...COMPLETE });
    expect([over.status, JSON.parse(over.text)]).toMatchObject([409, { code: 'FORM_ALREADY_FINISHED' }]);
  });
});

/** An exam with 30 components of two criteria, for the same examiner. */
async function bigExam() {
  const base = await app.database.examVersion.findUniqueOrThrow({ where: { id: app.seed.examVersionId } });
  const workProcesses = Array.from({ length: 30 }, (_each, index) => {
    const code = `B1-K1-W${index + 1}`;
    const ref = `${code}/behaviour`;
    const criteria = [1, 2].map((number) => ({ ref: `${ref}/${number}`, text: `Criterium ${number}` }));
    return { code, title: `Werkproces ${index + 1}`, components: [{ ref, kind: 'behaviour', criteria }] };
  });
  const definition = {
    ...(base.definition as object),
    version: `groot-${uuidv7()}`,
    units: [{ code: 'EX1', title: 'Alles', coreTasks: [{ code: 'B1-K1', title: 'Kerntaak', workProcesses }] }],
  };
  const examVersionId = uuidv7();
  await app.database.examVersion.create({
    data: {
      id: examVersionId,
      schoolId: app.seed.schoolId,
      examId: app.seed.examId,
      version: definition.version,
      definition,
      sha256: '2'.repeat(64),
    },
  });
  const initiatorId = app.seed.teacher.membershipId;
  const { contactId } = at.started;
  const { assessmentIds } = await app.apply(createAssessments, {
    examVersionId,
    unitCodes: ['EX1'],
    studentIds: [app.seed.studentId],
    initiatorId,
    assignments: [{ examinerId: contactId, scope: { level: ScopeLevel.Exam } }],
    dueAt: null,
    closesAt: null,
  });
  const { invitationIds } = await app.invite({ assessmentIds, contactIds: [contactId] });
  const pair = await app.database.assessmentExaminer.findFirstOrThrow({
    where: { invitationId: invitationIds[0] ?? '' },
    include: { invitation: true },
  });
  await app.openLink(at.client, pair.invitation?.linkId ?? '');
  const components = workProcesses.flatMap((each) => each.components);
  return {
    formId: pair.formId ?? '',
    components: components.map((each) => each.ref),
    criteria: components.flatMap((each) => each.criteria.map((criterion) => criterion.ref)),
  };
}
