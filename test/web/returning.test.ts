/** "I made a mistake": asked on the finished form, answered by initiator or committee, filled in again, and compared. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { scoreFieldName } from '../../domain/form.ts';
import { finaliseAssessment } from '../../prisma/commands/assessments.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { SMALL_CRITERIA } from '../support/factories.ts';
import { COMPLETE, FIRST, fields, SECOND, type Sitting, sitDown, WORDS } from './examiner-support.ts';

let app: TestApp;
let at: Sitting;
beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
});
afterAll(() => app.stop());
beforeEach(async () => {
  at = await sitDown(app);
  await at.save(COMPLETE);
  await at.finish();
});

const REASON = 'Ik verwisselde twee studenten.';
const ask = (posted: Record<string, string | string[]> = { onderdelen: FIRST, reden: REASON }) =>
  at.client.post(`${at.formPath}/terugvragen`, posted);
const pair = () => app.database.assessmentExaminer.findFirstOrThrow({ where: { formId: at.started.formId } });

async function signedIn(role: 'teacher' | 'committee'): Promise<TestClient> {
  const client = app.client();
  await app.signInAs(client, app.seed[role].membershipId);
  return client;
}

const initiatorPath = () => `/afnames/${at.started.assessmentId}/terug/${at.started.contactId}`;
const committeePath = () => `/commissie/${at.started.assessmentId}/terug/${at.started.contactId}`;

async function giveBack(): Promise<void> {
  await ask();
  const teacher = await signedIn('teacher');
  await teacher.get(initiatorPath());
  const given = await teacher.post(initiatorPath(), { antwoord: 'ja', onderdelen: FIRST, reason: '' });
  expect(given).toMatchObject({ status: 303, location: `/afnames/${at.started.assessmentId}` });
}

async function finalise(): Promise<void> {
  const { assessmentId } = at.started;
  const { version } = await app.database.stream.findUniqueOrThrow({ where: { id: assessmentId } });
  await app.apply(finaliseAssessment, {
    assessmentId,
    expectedVersion: version,
    membershipId: app.seed.committee.membershipId,
    officeAddressId: app.seed.officeAddressId,
    standing: {},
  });
}

/** A text in which new and removed words are marked, as it reads without the marks. */
const withoutMarks = (html: string) =>
  html.replaceAll(/<span class="proeve-visually-hidden"> \[?[^<]*<\/span>/g, '').replaceAll(/<\/?(ins|del)[^>]*>/g, '');

describe('asking to have a finished form back', () => {
  it('begins on the finished page and on the form to read', async () => {
    for (const path of [at.formPath, `${at.formPath}/klaar`]) {
      const page = await at.client.get(path);
      expect(page.text).toContain(`href="${at.formPath}/terugvragen"`);
      expect(page.text).toContain('Ik heb een fout gemaakt');
    }
    expect((await at.client.get(`${at.formPath}/terugvragen`)).text).toContain('Waar klopt iets niet?');
    expect((await pair()).ask).toBeNull();
  });

  it('waits for an answer, shows that on the form, and can be taken back', async () => {
    expect(await ask()).toMatchObject({ status: 303, location: `${at.formPath}/terugvragen` });
    const waiting = await at.client.get(`${at.formPath}/terugvragen`);
    expect(waiting.text).toContain('U wacht op antwoord');
    expect(waiting.text).toContain(REASON);
    expect((await at.client.get(at.formPath)).text).toContain('U hebt deze beoordeling teruggevraagd');
    const back = await ask({ actie: 'terug' });
    expect(back).toMatchObject({ status: 303, location: at.formPath });
    expect((await pair()).ask).toBeNull();
  });

  it.each([
    ['no part', { reden: REASON }, 'Kies ten minste één onderdeel'],
    ['a part of another form', { onderdelen: 'elders', reden: REASON }, 'Kies ten minste één onderdeel'],
    ['no words', { onderdelen: FIRST, reden: ' ' }, 'Schrijf kort op wat er niet klopt'],
    ['too many words', { onderdelen: FIRST, reden: 'x'.repeat(1001) }, 'De tekst is te lang: 1001 tekens'],
  ])('is refused with %s, and keeps what was typed', async (_what, posted, message) => {
    const refused = await ask(posted);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain(message);
    if (posted.reden === REASON) expect(refused.text).toContain(REASON);
    expect((await pair()).ask).toBeNull();
  });

  it('is closed to whoever did not open the link', async () => {
    const stranger = app.client();
    expect((await stranger.get(`${at.formPath}/terugvragen`)).status).toBe(403);
    expect((await stranger.get(`${at.formPath}/versies`)).status).toBe(403);
  });

  it('says whom to ask once the result stands', async () => {
    await finalise();
    const page = await at.client.get(`${at.formPath}/terugvragen`);
    expect(page.text).toContain('Het resultaat staat vast');
    expect(page.text).toContain(app.seed.teacher.email);
    expect((await ask()).text).toContain('Het resultaat staat vast');
    expect((await pair()).ask).toBeNull();
  });

  it('leads back to a form that is not finished', async () => {
    const open = await sitDown(app);
    expect(await open.client.get(`${open.formPath}/terugvragen`)).toMatchObject({
      status: 303,
      location: open.formPath,
    });
  });
});

describe('the answer of the initiator', () => {
  it('is asked for where the initiator looks', async () => {
    await ask();
    const teacher = await signedIn('teacher');
    for (const path of ['/aandacht', `/afnames/${at.started.assessmentId}`]) {
      const page = await teacher.get(path);
      expect(page.text).toContain(`href="${initiatorPath()}"`);
    }
    const page = await teacher.get(initiatorPath());
    expect(page.text).toContain('wil de beoordeling terug');
    expect(page.text).toContain(REASON);
    expect(page.text).toMatch(new RegExp(`value="${FIRST}"[^>]*checked`));
  });

  it('needs a choice, and a reason for a no', async () => {
    await ask();
    const teacher = await signedIn('teacher');
    await teacher.get(initiatorPath());
    expect((await teacher.post(initiatorPath(), {})).text).toContain('Kies wat u antwoordt');
    const no = await teacher.post(initiatorPath(), { antwoord: 'nee', reason: '' });
    expect(no.status).toBe(422);
    expect(no.text).toContain('waarom u de beoordeling niet teruggeeft');
    const without = await teacher.post(initiatorPath(), { antwoord: 'ja', reason: '' });
    expect(without.text).toContain('Kies ten minste één onderdeel');
    expect((await pair()).ask).toBe('return');
    expect(await teacher.post(initiatorPath(), { antwoord: 'nee', reason: 'De scores kloppen.' })).toMatchObject({
      status: 303,
    });
    expect((await pair()).ask).toBeNull();
    expect((await teacher.get(initiatorPath())).status).toBe(303);
  });

  it('gives only back what was asked for: without a question there is no page', async () => {
    const teacher = await signedIn('teacher');
    await teacher.get(`/afnames/${at.started.assessmentId}`);
    expect((await teacher.get(initiatorPath())).status).toBe(303);
    expect((await teacher.post(initiatorPath(), { antwoord: 'ja', onderdelen: FIRST })).status).toBe(303);
    expect((await pair()).formStatus).toBe('finished');
  });
});

describe('the committee', () => {
  it('is held back from deciding, in the dossier, the queue and for many at once, until it answers', async () => {
    await ask();
    const committee = await signedIn('committee');
    const { assessmentId } = at.started;
    const dossier = await committee.get(`/commissie/${assessmentId}`);
    expect(dossier.text).toContain('wil de beoordeling terug');
    expect(dossier.text).toContain(REASON);
    expect(dossier.text).not.toContain(`href="/commissie/${assessmentId}/vaststellen"`);
    expect((await committee.get('/commissie')).text).toContain('Een examinator wil de beoordeling terug');
    expect((await committee.get(`/commissie/${assessmentId}/vaststellen`)).text).toContain('Geef eerst antwoord');
    expect((await committee.get(`/commissie/vaststellen?afname=${assessmentId}`)).text).toContain(
      'Een examinator wil de beoordeling terug: geef eerst antwoord',
    );
    const page = await committee.get(committeePath());
    expect(page.text).toContain('Wat antwoordt u?');
    expect(
      await committee.post(committeePath(), { antwoord: 'ja', onderdelen: [FIRST, SECOND], reason: '' }),
    ).toMatchObject({ status: 303, location: `/commissie/${assessmentId}` });
    expect(await pair()).toMatchObject({ formStatus: 'returned', ask: null });
  });
});

describe('a form that came back', () => {
  it('says what was asked and which parts are open, and marks what is other than it was', async () => {
    await giveBack();
    const before = await at.client.get(at.formPath);
    expect(before.text).toContain('U vroeg hierom');
    expect(before.text).toContain(REASON);
    expect(before.text).not.toContain('Gewijzigd: was V');
    await at.save(fields(['O', 'G', 'V', 'V'], [WORDS, '']));
    const after = await at.client.get(`${at.formPath}?weergave=alles`);
    expect(after.text).toContain('Gewijzigd: was V, nu O');
    const check = await at.client.get(`${at.formPath}/controle`);
    expect(check.text).toContain('Dit wijzigt u sinds versie 1');
    expect(check.text).toContain('was V, wordt O');
  });

  it('finished again is version 2, beside version 1 for the examiner and for the committee', async () => {
    await giveBack();
    await at.save(fields(['O', 'G', 'V', 'V'], ['Zij vroeg het niet na.', '']));
    await at.finish();
    const finished = await at.client.get(at.formPath);
    expect(finished.text).toContain(`href="${at.formPath}/versies"`);
    const versions = await at.client.get(`${at.formPath}/versies`);
    expect(versions.text).toContain('1 onderdeel gewijzigd');
    expect(withoutMarks(versions.text)).toContain(WORDS);
    expect(withoutMarks(versions.text)).toContain('Zij vroeg het niet na.');
    const committee = await signedIn('committee');
    const dossier = await committee.get(`/commissie/${at.started.assessmentId}`);
    expect(dossier.text).toContain('verschil tussen versie 1 en 2');
    expect(withoutMarks(dossier.text)).toContain(WORDS);
  });

  it('has one version before that, and nothing to compare', async () => {
    expect(await at.client.get(`${at.formPath}/versies`)).toMatchObject({ status: 303, location: at.formPath });
  });
});

describe('an old tab', () => {
  const score = (index: number) => scoreFieldName(SMALL_CRITERIA[index] ?? '');

  it('from before the finish overwrites nothing after it', async () => {
    const revision = await at.revision();
    const posted = {
      revisie: String(revision - 1),
      weergave: 'alles',
      actie: 'opslaan',
      ...fields(['G', 'G', 'G', 'G']),
    };
    const late = await at.client.post(at.formPath, posted);
    expect(late.status).toBe(409);
    expect(await at.revision()).toBe(revision);
    expect(await at.submissions()).toBe(1);
  });

  it('from before the finish leaves the locked parts of a form that came back, and overwrites no later word', async () => {
    const old = String((await at.revision()) - 1);
    await giveBack();
    await at.save({ ...COMPLETE, [score(0)]: 'O' });
    await at.client.post(at.formPath, {
      revisie: old,
      weergave: 'alles',
      actie: 'opslaan',
      ...fields(['G', 'G', 'O', 'O']),
    });
    const draft = await at.draft();
    const locked = SMALL_CRITERIA.filter((ref) => ref.startsWith(SECOND));
    expect(locked.map((ref) => draft?.scores[ref])).toEqual(locked.map(() => 'V'));
    // Both wrote the same criterion: the examiner chooses, and the newest draft still holds the later one.
    expect(draft?.scores[SMALL_CRITERIA[0] ?? '']).toBe('O');
    const page = await at.client.get(at.formPath);
    expect(page.location).toContain('/vergelijken/');
  });

  it('of the check page finishes nothing a second time', async () => {
    const again = await at.client.post(`${at.formPath}/controle`, { revisie: '1', opdracht: 'oud' });
    expect(again).toMatchObject({ status: 303, location: `${at.formPath}/klaar` });
    expect(await at.client.get(`${at.formPath}/controle`)).toMatchObject({ location: `${at.formPath}/klaar` });
    expect(await at.submissions()).toBe(1);
  });
});
