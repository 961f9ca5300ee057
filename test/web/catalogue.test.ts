/** The catalogue of exams and the pages of one exam, on the real application. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import type { Prisma } from '../../generated/prisma/client.ts';
import { cancelAssessment } from '../../prisma/commands/assessments.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { seedMember, seedSchool, smallExam } from '../support/factories.ts';
import { addStudent, signedInTeacher } from './initiator-support.ts';

let app: TestApp;
let teacher: TestClient;
let care: string;
let cafe: string;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  care = app.seed.examVersionId;
  cafe = await addExam('HOR-4', 'Café en keuken', '25171', 'profiel', 4);
});
afterAll(() => app.stop());
beforeEach(async () => {
  teacher = await signedInTeacher(app);
  await app.database.examFavourite.deleteMany();
});

/** An exam with one unit; answers with its version. */
async function addExam(code: string, title: string, crebo: string, kind: string, level: number): Promise<string> {
  const { schoolId } = app.seed;
  const examId = uuidv7();
  await app.database.exam.create({ data: { id: examId, schoolId, code, crebo, title, kind, level } });
  return addVersion(examId, '2026.1', { code, title, crebo, kind, level });
}

async function addVersion(examId: string, version: string, changed: object): Promise<string> {
  const id = uuidv7();
  const definition = { ...smallExam(), ...changed, version } as unknown as Prisma.InputJsonValue;
  await app.database.examVersion.create({
    data: { id, schoolId: app.seed.schoolId, examId, version, definition, sha256: id.replaceAll('-', '') },
  });
  return id;
}

/** Places of words in a page, to see in which order they stand. */
function orderOf(text: string, ...words: string[]): string[] {
  const main = text.slice(text.indexOf('<main'));
  return [...words].sort((a, b) => main.indexOf(a) - main.indexOf(b));
}

describe('the catalogue', () => {
  it('finds without regard to case and diacritics, by an address that can be shared', async () => {
    const page = await teacher.get('/examens?zoek=CAFE&soort=profiel&niveau=4&crebo=25171');
    expect(page.text).toContain('Café en keuken');
    expect(page.text).not.toContain('Zorgen in de wijk');
    expect(page.text).toContain('1 examen');
  });

  it('says that nothing is found, and leads back', async () => {
    const page = await teacher.get('/examens?zoek=timmeren');
    expect(page.text).toContain('Geen examen gevonden');
    expect(page.text).toMatch(/href="\/examens"[^>]*><span>Alle examens tonen/);
  });

  it('remembers tiles or list for this member alone, and comes back to the same search', async () => {
    const chosen = await teacher.post('/examens/weergave', { weergave: 'lijst', soort: 'profiel', zoek: 'café' });
    expect(chosen.location).toBe('/examens?soort=profiel&zoek=caf%C3%A9');
    expect((await teacher.get('/examens')).text).toContain('Examens van uw school</caption>');
    const again = await signedInTeacher(app);
    expect((await again.get('/examens')).text).toContain('</caption>');

    const colleague = app.client();
    const { schoolId, slug } = app.seed;
    const { membershipId } = await seedMember(app.database, schoolId, slug, 'teacher', `collega-${uuidv7()}`);
    await app.signInAs(colleague, membershipId);
    expect((await colleague.get('/examens')).text).not.toContain('</caption>');

    await teacher.post('/examens/weergave', { weergave: 'iets anders' });
    expect((await teacher.get('/examens')).text).toContain('</caption>');
    await teacher.post('/examens/weergave', { weergave: 'tegels' });
    expect((await teacher.get('/examens')).text).not.toContain('</caption>');
  });

  it('keeps other preferences when one changes, and survives a row that is mangled', async () => {
    const where = { id: app.seed.teacher.membershipId };
    await app.database.membership.update({ where, data: { preferences: { other: 1, examView: 'upside down' } } });
    expect((await teacher.get('/examens')).status).toBe(200);
    await teacher.post('/examens/weergave', { weergave: 'lijst' });
    const { preferences } = await app.database.membership.findUniqueOrThrow({ where });
    expect(preferences).toEqual({ other: 1, examView: 'list' });
    await app.database.membership.update({ where, data: { preferences: {} } });
  });

  it('puts favourites first, for this member alone, and twice the same is once', async () => {
    const before = await teacher.get('/examens');
    expect(orderOf(before.text, 'Zorgen in de wijk', 'Café en keuken')).toEqual([
      'Café en keuken',
      'Zorgen in de wijk',
    ]);
    for (let click = 0; click < 2; click++) {
      const marked = await teacher.post(`/examens/${care}/favoriet`, { favoriet: '1', soort: 'basis' });
      expect([marked.status, marked.headers.get('location')]).toEqual([303, `/examens?soort=basis#ster-${care}`]);
    }
    const after = await teacher.get('/examens');
    expect(orderOf(after.text, 'Café en keuken', 'Zorgen in de wijk')).toEqual(['Zorgen in de wijk', 'Café en keuken']);
    expect(after.text).toMatch(new RegExp(`id="ster-${care}"[^>]*value="0" aria-pressed="true"`));
    expect(after.text).toMatch(new RegExp(`id="ster-${cafe}"[^>]*value="1" aria-pressed="false"`));
    expect((await teacher.get('/examens?favorieten=1')).text).not.toContain('Café en keuken');

    const back = await teacher.post(`/examens/${care}/favoriet`, { favoriet: '0', terug: 'examen' });
    expect(back.location).toBe(`/examens/${care}`);
    expect(await app.database.examFavourite.count()).toBe(0);
  });

  it('has no exam of another school', async () => {
    const other = await seedSchool(app.database, { slug: 'elders' });
    for (const page of ['', '/beoordelingen', '/eenheid/EX1', '/eenheid/EX1/beoordelingen'])
      expect([page, (await teacher.get(`/examens/${other.examVersionId}${page}`)).status]).toEqual([page, 404]);
    expect((await teacher.post(`/examens/${other.examVersionId}/favoriet`, { favoriet: '1' })).status).toBe(404);
    expect((await teacher.get(`/examens/${care}/eenheid/EX9`)).status).toBe(404);
    expect((await teacher.get('/examens/1/beoordelingen')).status).toBe(404);
  });
});

describe('one exam', () => {
  it('shows its units, and what is assessed in each down to the criteria', async () => {
    const exam = await teacher.get(`/examens/${care}`);
    expect(exam.text).toContain('EX1 Zorg verlenen');
    expect(exam.text).toContain('2 werkprocessen · 4 criteria');
    const unit = await teacher.get(`/examens/${care}/eenheid/EX1`);
    expect(unit.text).toContain('Het plan is leesbaar');
    expect(unit.text).toContain(`/examens/${care}/eenheid/EX1/beoordelingen`);
  });

  it('says that there is a newer version, and leads there', async () => {
    const { examId } = await app.database.examVersion.findUniqueOrThrow({ where: { id: cafe } });
    const newer = await addVersion(examId, '2027.1', { title: 'Café en keuken' });
    const page = await teacher.get(`/examens/${cafe}`);
    expect(page.text).toContain('Dit is versie 2026.1. De nieuwste versie van dit examen is 2027.1.');
    expect(page.text).toContain(`href="/examens/${newer}"`);
    expect((await teacher.get(`/examens/${newer}`)).text).not.toContain('De nieuwste versie van dit examen');
  });
});

describe('the tab with assessments', () => {
  it('lists those of this initiator alone, running and closed, with the result only when it is final', async () => {
    const path = `/examens/${care}/eenheid/EX1/beoordelingen`;
    expect((await teacher.get(path)).text).toContain('U hebt hiervan nog geen beoordelingen');

    const running = await app.startAssessment();
    const done = await app.startAssessment({ studentId: await addStudent(app, 'Zoë', 'Çelik', '100002') });
    const documentId = uuidv7();
    const assessment = await app.database.assessment.update({
      where: { id: done.assessmentId },
      data: { status: 'final', score: 'V', gradeTenths: 68 },
    });
    await app.database.document.create({
      data: {
        id: documentId,
        schoolId: app.seed.schoolId,
        assessmentId: assessment.id,
        version: 1,
        number: '2026-TEST',
        data: {},
        officeAddressId: (await app.database.officeAddress.findFirstOrThrow()).id,
        storedAt: new Date(),
      },
    });
    await app.database.assessment.update({
      where: { id: running.assessmentId },
      data: { score: 'G', gradeTenths: 91 },
    });
    const stopped = await app.startAssessment({ studentId: await addStudent(app, 'Bo', 'Gestopt', null) });
    await app.apply(cancelAssessment, { assessmentId: stopped.assessmentId, reason: 'Ziek.' });

    const all = await teacher.get(path);
    expect(all.text).toContain('3 beoordelingen');
    expect(all.text).toContain('6,8');
    expect(all.text).toContain(`/documenten/${documentId}.pdf`);
    expect(all.text).not.toContain('9,1');
    expect(all.text).toContain('0 van 1 klaar');

    const over = await teacher.get(`${path}?toon=afgerond`);
    expect([over.text.includes('Zoë Çelik'), over.text.includes('Noor de Vries')]).toEqual([true, false]);
    const now = await teacher.get(`${path}?toon=lopend`);
    expect([now.text.includes('Zoë Çelik'), now.text.includes('Noor de Vries')]).toEqual([false, true]);
    expect((await teacher.get(`/examens/${care}`)).text).toContain('1 lopend, 2 afgerond');

    const colleague = app.client();
    const { schoolId, slug } = app.seed;
    const { membershipId } = await seedMember(app.database, schoolId, slug, 'teacher', `collega-${uuidv7()}`);
    await app.signInAs(colleague, membershipId);
    expect((await colleague.get(path)).text).toContain('U hebt hiervan nog geen beoordelingen');
  });

  it('gives every assessment exactly once over its pages, and the same going back', async () => {
    for (let count = 0; count < 26; count++)
      await app.startAssessment({ studentId: await addStudent(app, `Student${count}`, 'Pagina', null) });
    const first = await teacher.get(`/examens/${care}/beoordelingen?toon=lopend`);
    const next = /rel="next" href="([^"]+)"/.exec(first.text)?.[1]?.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=');
    const second = await teacher.get(next ?? '');
    const idsOf = (text: string) =>
      [...text.matchAll(/scope="row"><a[^>]*href="\/afnames\/([^"]+)"/g)].map((m) => m[1]);
    const [a, b] = [idsOf(first.text), idsOf(second.text)];
    expect([a.length, b.length, new Set([...a, ...b]).size]).toEqual([25, 2, 27]);
    const previous = /rel="prev" href="([^"]+)"/
      .exec(second.text)?.[1]
      ?.replaceAll('&amp;', '&')
      .replaceAll('&#x3D;', '=');
    expect(idsOf((await teacher.get(previous ?? '')).text)).toEqual(a);
  });
});
