import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_TIME_ZONE, toLocalDate } from '../../domain/calendar.ts';
import { ATTENTION_KINDS } from '../../prisma/repositories/initiator-attention.ts';
import { quietBefore } from '../../web/pages/initiator/following/quiet.ts';
import { startTestApp, type TestApp, type TestClient, type TestResponse } from '../support/app.ts';
import { seedMember, seedSchool } from '../support/factories.ts';
import { committeeClient, decisionForm } from './committee-support.ts';
import {
  addContact,
  type Desk,
  finishPair,
  invitedPair,
  openPair,
  reportMail,
  setDesk,
  startPair,
  startSeries,
} from './following-support.ts';
import { addStudent, signedInTeacher } from './initiator-support.ts';

let app: TestApp;
let teacher: TestClient;
let colleague: TestClient;
let stranger: TestClient;
let desk: Desk;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  desk = await setDesk(app);
  const other = await seedMember(app.database, app.seed.schoolId, app.seed.slug, 'teacher', 'collega');
  colleague = app.client();
  await app.signInAs(colleague, other.membershipId);
  const elsewhere = await seedSchool(app.database, { slug: 'elders' });
  stranger = app.client();
  await app.signInAs(stranger, elsewhere.teacher.membershipId);
});
afterAll(() => app.stop());
beforeEach(async () => {
  teacher = await signedInTeacher(app);
});

/** Ids of the rows of a list or series, in their order. */
function rowsOf({ text }: TestResponse): string[] {
  return [...text.matchAll(/<tr data-live-key="([0-9a-f-]{36})"/g)].map(([, id = '']) => id);
}

function hrefsOf({ text }: TestResponse): string[] {
  return [...text.matchAll(/(?:href|action)="([^"]+)"/g)].map(([, href = '']) =>
    href.replaceAll('&amp;', '&').replaceAll('&#x3D;', '='),
  );
}

describe('what needs attention', () => {
  it('is where a teacher comes in', async () => {
    expect((await teacher.get('/')).location).toBe('/aandacht');
  });

  it('says each thing once, with the one button that mends it', async () => {
    const page = await teacher.get('/aandacht');
    const { bounced, asked, silent, lateId, draftId } = desk;
    expect(page.text).toContain('5 dingen wachten op u');
    expect(page.text).toContain('De mail aan M. de Wit kwam niet aan');
    expect(page.text).toContain('Het adres bestaat niet.');
    expect(page.text).toContain('M. de Wit meldt zich af');
    expect(page.text).toContain('Niets gehoord van J. Post');
    expect(page.text).toContain('Gijs Haan: nog geen examinator uitgenodigd');
    expect(hrefsOf(page)).toEqual(
      expect.arrayContaining([
        `/afnames/${bounced.assessmentId}/adres/${bounced.contactId}`,
        `/afnames/${asked.assessmentId}/verzoek/${asked.contactId}`,
        `/afnames/${lateId}/inleverdatum`,
        `/afnames/${draftId}/uitnodigen`,
        `/afnames/${silent.assessmentId}/herinneren/${silent.contactId}`,
      ]),
    );
  });

  it('is that of the teacher alone', async () => {
    const page = await colleague.get('/aandacht');
    expect(page.text).toContain('Niets wacht op u');
    expect(page.text).toContain('nog geen beoordelingen gestart');
    expect(page.text).not.toContain('M. de Wit');
    expect((await stranger.get('/aandacht')).text).not.toContain('M. de Wit');
  });

  it('has a list behind each group that holds the same', async () => {
    const scope = {
      membershipId: app.seed.teacher.membershipId,
      quietBefore: quietBefore(new Date(), 'Europe/Amsterdam'),
    };
    const { initiator } = app.repositories.forSchool(app.seed.schoolId);
    const groups = await initiator.readAttention(scope);
    expect(groups.map(({ kind, total }) => [kind, total])).toEqual([
      ['bounced', 1],
      ['asked', 1],
      ['late', 1],
      ['unchosen', 1],
      ['silent', 1],
    ]);
    for (const kind of ATTENTION_KINDS) {
      const attention = { kind, quietBefore: scope.quietBefore };
      const { rows } = await initiator.list({ membershipId: scope.membershipId, query: '', attention }, {}, 50);
      const group = groups.find((each) => each.kind === kind);
      expect([kind, rows.map(({ id }) => id)]).toEqual([
        kind,
        group?.rows.flatMap(({ assessmentIds }) => assessmentIds) ?? [],
      ]);
    }
  });

  it('does not call somebody silent who works on another student of the same mail', async () => {
    const contact = await addContact(app, 'Twee Studenten');
    const students = [await addStudent(app, 'Een', 'Stilte', null), await addStudent(app, 'Twee', 'Stilte', null)];
    const { ids } = await startSeries(app, students, [contact]);
    await app.invite({ assessmentIds: ids, contactIds: [contact] });
    const [first = '', second = ''] = ids;
    const old = new Date(Date.now() - 15 * 86_400_000);
    await app.database.invitation.updateMany({
      where: { contactId: contact },
      data: { invitedAt: old, statusSince: old, deliveryAt: old },
    });
    const said = async () => (await teacher.get('/aandacht')).text;
    expect(await said()).toContain('Niets gehoord van Twee Studenten');
    await app.database.form.updateMany({
      where: { assessmentId: second, contactId: contact },
      data: { savedAt: new Date() },
    });
    expect(await said()).not.toContain('Twee Studenten');
    await app.database.assessment.updateMany({ where: { id: { in: [first, second] } }, data: { status: 'cancelled' } });
  });

  it('leaves out whoever is in a batch that is still to be sent, and names rows that failed', async () => {
    const contact = await addContact(app, 'Later Gevraagd');
    const { ids, seriesId } = await startSeries(app, [await addStudent(app, 'Gepland', 'Later', null)], [contact]);
    const [id = ''] = ids;
    const { schoolId, teacher: own } = app.seed;
    const now = new Date();
    const batchId = '018f0000-0000-7000-8000-0000000000b1';
    await app.database.batch.create({
      data: {
        id: batchId,
        schoolId,
        initiatorId: own.membershipId,
        seriesId,
        status: 'scheduled',
        statusSince: now,
        createdAt: now,
        sendAt: new Date(now.getTime() + 3_600_000),
        rowCount: 1,
        attachmentIds: [],
        rows: { create: [{ number: 1, contactId: contact, assessmentIds: [id], status: 'waiting' }] },
      },
    });
    const said = async () => (await teacher.get('/aandacht')).text;
    expect(await said()).not.toContain('Gepland Later');
    const planned = await teacher.get(`/afnames/${id}`);
    expect(planned.text).toContain('Wacht op de uitnodigingen, die vertrekken op');
    expect(planned.text).toContain('Uitnodiging gepland');
    await app.database.batchRow.updateMany({
      where: { batchId },
      data: { status: 'failed', error: 'ATTACHMENT_QUARANTINED', settledAt: now },
    });
    await app.database.batch.update({ where: { id: batchId }, data: { status: 'finished', failedCount: 1 } });
    const page = await said();
    expect(page).toContain('De uitnodiging voor 1 student kon niet worden verstuurd');
    expect(page).toContain(`/verzendingen/${batchId}`);
    await invitedPair(app, id, contact);
    expect(await said()).not.toContain('kon niet worden verstuurd');
    await app.database.assessment.update({ where: { id }, data: { status: 'cancelled' } });
  });
});

describe('the list', () => {
  it.each([
    ['let-op=mail-niet-aangekomen', () => [desk.bounced.assessmentId]],
    ['let-op=verzoek', () => [desk.asked.assessmentId]],
    ['let-op=te-laat', () => [desk.lateId]],
    ['let-op=niet-uitgenodigd', () => [desk.draftId]],
    ['let-op=stil', () => [desk.silent.assessmentId]],
    ['status=beoordeeld', () => [desk.finished.assessmentId]],
    ['reeks=00000000-0000-4000-8000-000000000000', () => []],
    ['groep=00000000-0000-4000-8000-000000000000', () => []],
  ])('filters by %s', async (query, expected) => {
    expect(rowsOf(await teacher.get(`/afnames?${query}`))).toEqual(expected());
  });

  it('sorts by the name of the student, and by the deadline', async () => {
    const { seriesId, ids } = desk.series;
    const query = (volgorde: string) => teacher.get(`/afnames?reeks=${seriesId}&volgorde=${volgorde}`);
    expect(rowsOf(await query('naam'))).toEqual(ids);
    expect(rowsOf(await query('inleverdatum'))[0]).toBe(desk.lateId);
    expect(rowsOf(await query('examen'))).toEqual(ids);
  });

  it('filters by the period of the deadline, its last day included', async () => {
    const { seriesId } = desk.series;
    const due = await app.database.assessment.findUniqueOrThrow({ where: { id: desk.lateId } });
    const day = toLocalDate(due.dueAt?.toISOString() ?? '', DEFAULT_TIME_ZONE);
    const found = await teacher.get(`/afnames?reeks=${seriesId}&vanaf=2020-01-01&tot=${day}`);
    expect(rowsOf(found)).toEqual([desk.lateId]);
    const wrong = await teacher.get('/afnames?vanaf=gisteren');
    expect(wrong.text).toContain('Vul bij “Inleveren van” een dag in');
    expect((await teacher.get('/afnames?vanaf=2026-02-01&tot=2026-01-01')).text).toContain('ligt na de laatste');
  });

  it('finds by the name of an examiner, and keeps the name out of the address', async () => {
    const answer = await teacher.post('/afnames/zoeken', { zoek: 'post verlof geen', 'let-op': 'stil' });
    expect(answer.location).toBe('/afnames?let-op=stil');
    expect(rowsOf(await teacher.get('/afnames'))).toEqual([]);
    await teacher.post('/afnames/zoeken', { zoek: 'j. post', reeks: desk.series.seriesId });
    expect(rowsOf(await teacher.get(`/afnames?reeks=${desk.series.seriesId}`))).toHaveLength(7);
    await teacher.post('/afnames/zoeken', { wis: '1' });
  });

  it('says of each examiner how far they are, and offers no tick where nothing can change', async () => {
    const page = await teacher.get(`/afnames?reeks=${desk.series.seriesId}`);
    expect(page.text).toMatch(/M\. de Wit<\/span> 1 van 4/);
    expect(page.text).toMatch(/J\. Post<\/span> geopend/);
    expect(page.text).toMatch(/M\. de Wit<\/span> mail kwam niet aan/);
    expect(page.text).toContain(`value="${desk.draftId}"`);
  });

  it('begins at the first page when the row it should go on from is not there', async () => {
    const page = await teacher.get(`/afnames?reeks=${desk.series.seriesId}&na=00000000-0000-4000-8000-000000000000`);
    expect(rowsOf(page)).toHaveLength(7);
    expect((await colleague.get(`/afnames?na=${desk.lateId}`)).text).toContain('Nog geen afnames');
  });

  it.each(['newest', 'due', 'since', 'name', 'exam'] as const)(
    'gives every row once over its pages, by %s',
    async (sort) => {
      const { initiator } = app.repositories.forSchool(app.seed.schoolId);
      const filter = { membershipId: app.seed.teacher.membershipId, query: '', sort };
      const all = (await initiator.list(filter, {}, 100)).rows.map(({ id }) => id);
      const seen: string[] = [];
      for (let after: string | undefined, has = true; has; ) {
        const page = await initiator.list(filter, after === undefined ? {} : { after }, 3);
        seen.push(...page.rows.map(({ id }) => id));
        after = page.rows.at(-1)?.id;
        has = page.hasNext;
      }
      expect(seen).toEqual(all);
      const last = seen.at(-1) ?? '';
      const back = await initiator.list(filter, { before: last }, 3);
      expect(back.rows.map(({ id }) => id)).toEqual(all.slice(-4, -1));
    },
  );
});

describe('the list as a file', () => {
  it('holds what is seen, on all pages, and nothing that a spreadsheet would run', async () => {
    const contact = await addContact(app, '=cmd|calc');
    const student = await addStudent(app, '=1+1', '@Formule', null);
    const { seriesId, ids } = await startSeries(app, [student], [contact]);
    await invitedPair(app, ids[0] ?? '', contact);
    const file = await teacher.get(`/afnames/lijst.csv?reeks=${seriesId}`);
    expect(file.headers.get('content-type')).toContain('text/csv');
    expect(file.headers.get('content-disposition')).toMatch(/afnames-\d{4}-\d\d-\d\d\.csv/);
    const lines = file.text
      .replace(/^\uFEFF/, '')
      .trim()
      .split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^student;studentnummer;groepen;/);
    expect(lines[1]).toMatch(/^'=1\+1 @Formule;/);
    expect(lines[1]).toContain("'=cmd|calc;wordt verstuurd");
    await app.database.assessment.updateMany({ where: { seriesId }, data: { status: 'cancelled' } });
  });

  it('follows the filter and the order', async () => {
    const file = await teacher.get(`/afnames/lijst.csv?reeks=${desk.series.seriesId}&volgorde=naam`);
    const names = file.text
      .split('\r\n')
      .slice(1, -1)
      .map((line) => line.split(';')[0]);
    expect(names).toEqual([
      'Anna Bakker',
      'Bilal Choukri',
      'Cas Dekker',
      'Dewi Esser',
      'Eva Faber',
      'Finn Groen',
      'Gijs Haan',
    ]);
    expect((await colleague.get('/afnames/lijst.csv')).text.trim().split('\r\n')).toHaveLength(1);
  });

  it('reads part after part', async () => {
    const { initiator } = app.repositories.forSchool(app.seed.schoolId);
    const filter = { membershipId: app.seed.teacher.membershipId, query: '', sort: 'name' as const };
    const parts: number[] = [];
    for await (const part of initiator.readAll(filter, 5, 2)) parts.push(part.length);
    expect(parts).toEqual([2, 2, 1]);
  });
});

describe('what was started together', () => {
  it('is one table of students and examiners, with the state of each in words', async () => {
    const page = await teacher.get(`/series/${desk.series.seriesId}`);
    expect(rowsOf(page)).toEqual(desk.series.ids);
    expect(page.text).toContain('1 van 14 beoordelingen klaar');
    expect(page.text).toContain('data-label="J. Post"');
    expect(page.text).toContain('mail kwam niet aan');
    expect(page.text).toContain(`/series/${desk.series.seriesId}/uitnodigen`);
  });

  it('is that of the initiator alone', async () => {
    expect((await colleague.get(`/series/${desk.series.seriesId}`)).status).toBe(404);
    expect((await stranger.get(`/series/${desk.series.seriesId}`)).status).toBe(404);
    expect((await colleague.get(`/series/${desk.series.seriesId}/live`)).status).toBe(404);
  });

  it('leads to the assessment when there is only one', async () => {
    const { seriesId, ids } = await startSeries(app, [await addStudent(app, 'Enkel', 'Een', null)], []);
    expect((await teacher.get(`/series/${seriesId}`)).location).toBe(`/afnames/${ids[0]}`);
  });
});

describe('the page of an assessment', () => {
  it('tells each step of an examiner in words', async () => {
    const contact = await addContact(app, 'Stap Voor-Stap');
    const { ids } = await startSeries(app, [await addStudent(app, 'Stappen', 'Teller', null)], [contact]);
    const [id = ''] = ids;
    const said = async () => (await teacher.get(`/afnames/${id}`)).text;
    const pair = await invitedPair(app, id, contact);
    expect(await said()).toContain('De mail staat klaar om te vertrekken');
    await reportMail(app, pair, 'accepted');
    expect(await said()).toMatch(/Mail geaccepteerd door de mailserver<\/span> <span[^>]*>\w\w \d/);
    await reportMail(app, pair, 'delivered');
    expect(await said()).toMatch(/Bezorgd<\/span> <span/);
    await openPair(app, pair);
    expect(await said()).toMatch(/Geopend<\/span> <span/);
    await startPair(app, pair);
    expect(await said()).toContain('0 van 4 ingevuld');
    await finishPair(app, pair);
    expect(await said()).toMatch(/Afgerond<\/span> <span/);
  });

  it('shows what an examiner asked, with the reason and the way to answer', async () => {
    const page = await teacher.get(`/afnames/${desk.asked.assessmentId}`);
    expect(page.text).toContain('Reden: Ik ben deze maand met verlof.');
    expect(hrefsOf(page)).toContain(`/afnames/${desk.asked.assessmentId}/verzoek/${desk.asked.contactId}`);
    expect(page.text).toContain('initiator-waiting--yours');
  });
});

describe('a finished form', () => {
  it('can be read by the initiator once the result is final, and not before', async () => {
    const contact = await addContact(app, 'Lees Baar');
    const { ids } = await startSeries(app, [await addStudent(app, 'Vast', 'Gesteld', null)], [contact]);
    const [id = ''] = ids;
    const pair = await invitedPair(app, id, contact);
    await openPair(app, pair);
    await finishPair(app, pair);
    const address = `/afnames/${id}/formulier/${contact}`;
    expect((await teacher.get(address)).status).toBe(404);
    expect((await teacher.get(`/afnames/${id}`)).text).not.toContain(address);
    const committee = await committeeClient(app);
    const decided = await committee.post(`/commissie/${id}/vaststellen`, await decisionForm(app, committee, id));
    expect(decided.status).toBe(303);
    expect((await teacher.get(`/afnames/${id}`)).text).toContain(address);
    const form = await teacher.get(address);
    expect(form.text).toContain('Beoordeling door Lees Baar');
    expect(form.text).toContain('Vast Gesteld');
    expect(form.text).toMatch(/proeve-score--V/);
    expect((await colleague.get(address)).status).toBe(404);
    expect((await stranger.get(address)).status).toBe(404);
    expect((await teacher.get(`/afnames/${id}/formulier/${desk.contacts.wit}`)).status).toBe(404);
  });
});

describe('in English', () => {
  it('every page has its words', async () => {
    teacher.cookies.set('__Host-proeve-lang', 'en');
    const said = async (path: string) => (await teacher.get(path)).text;
    expect(await said('/aandacht')).toContain('things wait for you.');
    expect(await said(`/afnames?reeks=${desk.series.seriesId}`)).toContain('mail did not arrive');
    expect(await said(`/series/${desk.series.seriesId}`)).toContain('of 14 forms finished');
    expect(await said(`/afnames/${desk.asked.assessmentId}`)).toContain('M. de Wit asks to be excused');
    expect(await said(`/afnames/herinneren?afname=${desk.busy.assessmentId}`)).toContain('reminder?');
    expect(await said('/afnames/lijst.csv')).toContain('student number;');
  });
});
