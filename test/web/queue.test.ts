/** Filters of the queue as a member uses them: addresses, people by name, own filters, ticking. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { versionFieldOf } from '../../web/pages/committee/deciding/decision.model.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { seedMember, seedSchool, smallForm } from '../support/factories.ts';
import { assessed, committeeClient, decisionForm, hiddenFields } from './committee-support.ts';

let app: TestApp;
let client: TestClient;
/** With an O, and without. */
let poor: string;
let good: string;
let members = 0;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  const mees = await addStudent('Mees', 'Kramer', '200002');
  good = (await assessed(app, smallForm('V'))).assessmentId;
  poor = (await assessed(app, smallForm('O'), mees)).assessmentId;
});
afterAll(() => app.stop());
beforeEach(async () => {
  members += 1;
  const { schoolId, slug } = app.seed;
  const { membershipId } = await seedMember(app.database, schoolId, slug, 'committee', `lid${members}`);
  client = await committeeClient(app, membershipId);
});

async function addStudent(givenName: string, familyName: string, number: string): Promise<string> {
  const id = uuidv7();
  const email = `${givenName}.${number}@student.example`.toLowerCase();
  const searchText = `${givenName} ${familyName} ${number} ${email}`.toLowerCase();
  await app.database.student.create({
    data: { id, schoolId: app.seed.schoolId, number, email, givenName, familyName, searchText },
  });
  return id;
}

/** Ids of the assessments on a page. */
async function shown(path: string): Promise<string[]> {
  const { text } = await client.get(path);
  return [...text.matchAll(/committee-row-link" href="\/commissie\/([0-9a-f-]{36})"/g)].map(([, id = '']) => id);
}

async function search(fields: Record<string, string>) {
  return client.post('/commissie/zoeken', { status: 'beoordeeld', ...fields });
}

describe('filtering the queue', () => {
  it('leads to an address that anybody in the committee can use, with no name in it', async () => {
    const answer = await search({
      examen: app.seed.examId,
      opmerking: 'onvoldoende',
      'examinator-naam': app.seed.contacts[0].name,
      vanaf: '2026-01-01',
      volgorde: 'nieuwste',
    });
    expect(answer.status).toBe(303);
    const { searchParams } = new URL(answer.location ?? '', app.url);
    expect(Object.fromEntries(searchParams)).toEqual({
      status: 'beoordeeld',
      volgorde: 'nieuwste',
      examen: app.seed.examId,
      examinator: app.seed.contacts[0].id,
      opmerking: 'onvoldoende',
      vanaf: '2026-01-01',
    });
    expect(await shown(answer.location ?? '')).toEqual([poor]);
    const colleague = await committeeClient(app);
    expect((await colleague.get(answer.location ?? '')).text).toContain(`/commissie/${poor}`);
  });

  it('takes more than one kind of remark, as boxes, and makes all kinds any of them', async () => {
    const some = await client.post('/commissie/zoeken', { status: 'alle', opmerking: ['te-laat', 'onvoldoende'] });
    expect(some.location).toBe('/commissie?status=alle&opmerking=onvoldoende.te-laat');
    expect(await shown(some.location ?? '')).toEqual([poor]);
    const { text } = await client.get(some.location ?? '');
    expect(text).toMatch(/<input[^>]* name="opmerking" value="te-laat" checked/);
    expect(text).toMatch(/<input[^>]* name="opmerking" value="verschil"(?! checked)/);
    expect(text).toContain('Filter weghalen: Een O die telt');
    const every = ['onvoldoende', 'verschil', 'gewijzigd', 'te-laat', 'toch-doorgegaan'];
    const all = await client.post('/commissie/zoeken', { status: 'alle', opmerking: every });
    expect(all.location).toBe('/commissie?status=alle&opmerking=alle');
  });

  it('makes one student of a number or of whole names, and keeps part of a name a search', async () => {
    const byNumber = await search({ zoek: '200002' });
    expect(byNumber.location).toMatch(/^\/commissie\?status=beoordeeld&student=[0-9a-f-]{36}$/);
    expect(await shown(byNumber.location ?? '')).toEqual([poor]);
    expect((await client.get(byNumber.location ?? '')).text).toContain('Filter weghalen: Student: Mees Kramer');
    expect((await search({ zoek: 'kramer mees' })).location).toBe(byNumber.location);
    const part = await search({ zoek: 'kram' });
    expect(part.location).toBe('/commissie?status=beoordeeld');
    const page = await client.get(part.location ?? '');
    expect(page.text).toContain('U ziet alleen beoordelingen met “kram”');
    expect(page.text).toContain('Alleen deze student:');
  });

  it('asks which of several people is meant, and keeps what was typed', async () => {
    const { schoolId } = app.seed;
    for (const number of [1, 2]) {
      const name = `Robin Dubbel${number}`;
      await app.database.contact.create({
        data: {
          id: uuidv7(),
          schoolId,
          name,
          email: `robin${number}@zorg.example`,
          kind: 'practice',
          searchText: name.toLowerCase(),
        },
      });
    }
    const answer = await search({
      'examinator-naam': 'robin',
      'initiator-naam': '<b>xyz',
      vanaf: '2026-13-45',
      zoek: 'noor',
    });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Welke examinator bedoelt u?');
    expect(answer.text).toContain('Robin Dubbel1');
    expect(answer.text).toContain('value="robin"');
    expect(answer.text).toContain('&lt;b&gt;xyz');
    expect(answer.text).not.toContain('<b>xyz');
    expect(answer.text).toContain('value="noor"');
    expect(answer.text).toContain('Vul een bestaande dag in');
    expect((await search({ 'examinator-naam': 'robin dubbel2' })).location).toContain('examinator=');
  });

  it('refuses a period that ends before it begins', async () => {
    const answer = await search({ vanaf: '2026-02-02', tot: '2026-02-01' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('De laatste dag ligt vóór de eerste.');
  });

  it('opens the list in which what is asked for can be', async () => {
    expect((await search({ stand: 'niet-zichtbaar' })).location).toBe(
      '/commissie?status=definitief&stand=niet-zichtbaar',
    );
    expect((await search({ status: 'definitief', stand: 'heropend' })).location).toBe(
      '/commissie?status=alle&stand=heropend',
    );
  });

  it('takes an address with nonsense for the usual list', async () => {
    const path = `/commissie?status=__proto__&opmerking=toString&stand=1&examen=x&vanaf=morgen&na=zz&volgorde='`;
    expect(new Set(await shown(path))).toEqual(new Set([good, poor]));
  });

  it('clears words and filters, and stays in the list', async () => {
    await search({ zoek: 'niemand' });
    expect((await search({ status: 'definitief', wis: '1', opmerking: 'alle' })).location).toBe(
      '/commissie?status=definitief',
    );
    expect(await shown('/commissie?status=alle')).toHaveLength(2);
  });

  it('knows the way back to where somebody was in the queue', async () => {
    expect((await client.get('/commissie?terug=1')).location).toBe('/commissie?status=beoordeeld');
    await client.get('/commissie?status=alle&opmerking=te-laat');
    expect((await client.get('/commissie?terug=1')).location).toBe('/commissie?status=alle&opmerking=te-laat');
  });

  it('shows nothing by an id of another school, and no name of it', async () => {
    const other = await seedSchool(app.database, { slug: 'elders-rij' });
    for (const query of [
      `student=${other.studentId}`,
      `examinator=${other.contacts[0].id}`,
      `groep=${other.groupId}`,
    ]) {
      const { text } = await client.get(`/commissie?status=alle&${query}`);
      expect(text).not.toContain(`/commissie/${good}"`);
      expect(text).toContain('onbekend');
    }
  });
});

describe('own filters', () => {
  const save = (fields: Record<string, string>) => client.post('/commissie/filters', { status: 'alle', ...fields });
  const saved = async () =>
    (await client.get('/commissie?status=beoordeeld')).text.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&');

  it('keeps a filter under a name, and replaces the one that has it', async () => {
    const answer = await save({ opmerking: 'te-laat', naam: ' Te  laat ' });
    expect(answer.location).toBe('/commissie?status=alle&opmerking=te-laat');
    expect(await saved()).toContain('href="/commissie?status=alle&opmerking=te-laat"');
    await save({ opmerking: 'verschil', naam: 'te laat' });
    const text = await saved();
    expect(text).not.toContain('opmerking=te-laat');
    expect(text).toContain('href="/commissie?status=alle&opmerking=verschil"');
  });

  it('keeps no word that was searched for', async () => {
    await search({ zoek: 'kram' });
    await save({ naam: 'Met woord', zoek: 'kram' });
    const rows = await app.database.savedFilter.findMany({ where: { name: 'Met woord' } });
    expect(JSON.stringify(rows)).not.toContain('kram');
  });

  it('begins where the member wants it, also after that filter is gone', async () => {
    await save({ opmerking: 'alle', naam: 'Start', begin: 'on' });
    expect((await client.get('/commissie')).location).toBe('/commissie?status=alle&opmerking=alle');
    expect((await client.get('/commissie?status=beoordeeld')).status).toBe(200);
    const filter = await app.database.savedFilter.findFirstOrThrow({ where: { name: 'Start' } });
    await client.post(`/commissie/filters/${filter.id}/verwijderen`, {});
    expect((await client.get('/commissie')).status).toBe(200);
  });

  it('moves the start from one filter to another, and takes it away', async () => {
    await save({ naam: 'Een', begin: 'on' });
    await save({ naam: 'Twee', opmerking: 'alle' });
    const two = await app.database.savedFilter.findFirstOrThrow({ where: { name: 'Twee' } });
    await client.post('/commissie/filters', { filter: two.id, actie: 'begin' });
    expect((await client.get('/commissie')).location).toBe('/commissie?status=alle&opmerking=alle');
    await client.post('/commissie/filters', { actie: 'begin-gewoon' });
    expect((await client.get('/commissie')).status).toBe(200);
  });

  it('keeps one filter of a name, and one start, when two windows save at the same moment', async () => {
    await saved();
    const answers = await Promise.all(
      ['alle', 'verschil', 'te-laat'].map((opmerking) => save({ opmerking, naam: 'Tegelijk', begin: 'on' })),
    );
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    const rows = await app.database.savedFilter.findMany({ where: { name: 'Tegelijk' } });
    expect(rows.map(({ isStart }) => isStart)).toEqual([true]);
  });

  it('renames, and refuses the name of another', async () => {
    await save({ naam: 'Alfa' });
    await save({ naam: 'Beta' });
    const beta = await app.database.savedFilter.findFirstOrThrow({ where: { name: 'Beta' } });
    const taken = await client.post('/commissie/filters', { filter: beta.id, actie: 'naam', naam: 'ALFA' });
    expect(taken.status).toBe(422);
    expect(taken.text).toContain('U hebt al een filter met die naam');
    expect(taken.text).toContain('value="ALFA"');
    await client.post('/commissie/filters', { filter: beta.id, actie: 'naam', naam: 'Gamma' });
    expect(await saved()).toContain('Gamma');
  });

  it('puts back what was deleted, unless the name is taken by then', async () => {
    await save({ naam: 'Weg' });
    const { id } = await app.database.savedFilter.findFirstOrThrow({ where: { name: 'Weg' } });
    await client.post(`/commissie/filters/${id}/verwijderen`, {});
    expect(await saved()).not.toContain('<span>Weg</span>');
    // Deleted twice, as in two windows.
    const again = await client.post(`/commissie/filters/${id}/verwijderen`, {}, { follows: true });
    expect(again.text).toContain('Dit filter is er niet meer');
    expect(again.text).toContain('Terugzetten');
    await save({ naam: 'weg' });
    const taken = await client.post('/commissie/filters', { filter: id, actie: 'terugzetten' });
    expect(taken.status).toBe(422);
    await app.database.savedFilter.updateMany({ where: { name: 'weg' }, data: { name: 'anders' } });
    await client.post('/commissie/filters', { filter: id, actie: 'terugzetten' });
    expect(await saved()).toContain('<span>Weg</span>');
  });

  it.each([
    ['', 'Geef het filter een naam'],
    ['x'.repeat(61), 'Gebruik ten hoogste 60 tekens'],
  ])('refuses the name "%s" and keeps the filter', async (naam, message) => {
    const answer = await save({ opmerking: 'verschil', naam });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(message);
    expect(hiddenFields(answer.text)).toMatchObject({ status: 'alle', opmerking: 'verschil' });
  });

  it('shows HTML in a name as text, and takes no more than thirty', async () => {
    await save({ naam: '<script>alert(1)</script>' });
    expect(await saved()).not.toContain('<script>alert');
    for (let row = 0; row < 29; row += 1) await save({ naam: `Filter ${row}` });
    const answer = await save({ naam: 'Te veel' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('U hebt al 30 filters');
  });

  it('belong to one member: another sees and changes none of them', async () => {
    await save({ naam: 'Alleen van mij' });
    const { id } = await app.database.savedFilter.findFirstOrThrow({ where: { name: 'Alleen van mij' } });
    const colleague = await committeeClient(app);
    expect((await colleague.get('/commissie/filters')).text).not.toContain('Alleen van mij');
    await colleague.post('/commissie/filters', { filter: id, actie: 'naam', naam: 'Gekaapt' });
    await colleague.post(`/commissie/filters/${id}/verwijderen`, {});
    expect(await app.database.savedFilter.findUniqueOrThrow({ where: { id } })).toMatchObject({
      name: 'Alleen van mij',
      removedAt: null,
    });
    const teacher = await committeeClient(app, app.seed.teacher.membershipId);
    expect((await teacher.get('/commissie/filters')).status).toBe(403);
  });
});

describe('walking through a list', () => {
  it('leads from dossier to dossier in the order of the list, also past one that was decided', async () => {
    const nextOf = async (id: string) => {
      const { text } = await client.get(`/commissie/${id}`);
      const linkOf = (rel: string) => new RegExp(`rel="${rel}"[^>]* href="/commissie/([0-9a-f-]{36})"`).exec(text)?.[1];
      return { previous: linkOf('prev'), next: linkOf('next') };
    };
    // Whoever did not come from a list has no next.
    expect(await nextOf(good)).toEqual({ previous: undefined, next: undefined });
    await client.get('/commissie?status=beoordeeld');
    expect(await nextOf(good)).toEqual({ previous: undefined, next: poor });
    expect(await nextOf(poor)).toEqual({ previous: good, next: undefined });
    await client.get('/commissie?status=beoordeeld&volgorde=nieuwste');
    expect(await nextOf(good)).toEqual({ previous: poor, next: undefined });
    await client.get('/commissie?status=beoordeeld&opmerking=onvoldoende');
    expect(await nextOf(poor)).toEqual({ previous: undefined, next: undefined });
    expect(await nextOf(good)).toEqual({ previous: undefined, next: undefined });
    const third = (await assessed(app, smallForm('V'), await addStudent('Lot', 'Verder', '200009'))).assessmentId;
    await client.get('/commissie?status=beoordeeld');
    expect(await nextOf(poor)).toEqual({ previous: good, next: third });
    const { location } = await client.post(`/commissie/${third}/vaststellen`, await decisionForm(app, client, third));
    expect(location).toBe(`/commissie/${third}`);
    expect((await client.get('/commissie?terug=1')).location).toBe('/commissie?status=beoordeeld');
  });
});

describe('ticking under a filter', () => {
  it('takes what is ticked to the decision', async () => {
    const page = await client.get('/commissie?status=beoordeeld&opmerking=onvoldoende');
    expect(page.text).toContain('<form id="queue" data-queue method="get" action="/commissie/vaststellen"');
    expect(page.text).toContain(`value="${poor}"`);
  });

  it('publishes results that students do not see yet, as they were decided on the screen', async () => {
    const { schoolId } = app.seed;
    const school = await app.database.school.findUniqueOrThrow({ where: { id: schoolId } });
    const settings = { ...(school.settings as object), deciding: { publication: { when: 'byHand' } } };
    await app.database.school.update({ where: { id: schoolId }, data: { settings } });
    await client.post(`/commissie/${good}/vaststellen`, await decisionForm(app, client, good));
    expect((await client.get('/commissie?status=definitief')).text).not.toContain('action="/commissie/publiceren"');
    const { text } = await client.get('/commissie?status=definitief&stand=niet-zichtbaar');
    expect(text).toContain('method="post" action="/commissie/publiceren"');
    const { besluit = '', ...hidden } = hiddenFields(text);
    const field = versionFieldOf(good);
    expect(hidden[field]).toBe('1');
    await client.post('/commissie/publiceren', { afname: good, besluit, [field]: hidden[field] ?? '' });
    const row = await app.database.assessment.findUniqueOrThrow({ where: { id: good } });
    expect(row).toMatchObject({ publishedVersion: 1, awaitsPublication: false });
    expect(await shown('/commissie?status=definitief&stand=niet-zichtbaar')).toEqual([]);
  });
});
