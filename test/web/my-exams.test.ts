import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { cancelAssessment } from '../../prisma/commands/assessments.ts';
import { endReopening, publishResult, reopenResult } from '../../prisma/commands/deciding.ts';
import { storeDocument } from '../../prisma/commands/documents.ts';
import { type Actor, SYSTEM_ACTOR } from '../../prisma/unit-of-work.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { seedSchool, smallForm } from '../support/factories.ts';
import { assessed, committeeClient, decisionForm, finish } from './committee-support.ts';
import { DOMAIN, importedStudent, save, signedIn } from './student-support.ts';

const BY_HAND = { publication: { when: 'byHand' as const } };

let app: TestApp;
let committee: TestClient;
let member: Actor;
let count = 0;
let student: { id: string; email: string; client: TestClient };

beforeAll(async () => {
  app = await startTestApp({ isLenient: true, seed: { settings: { studentDomains: [DOMAIN], deciding: BY_HAND } } });
  committee = await committeeClient(app);
  member = { kind: 'member', id: app.seed.committee.membershipId };
});
afterAll(() => app.stop());
beforeEach(async () => {
  student = await newStudent();
});

async function newStudent() {
  count += 1;
  const email = `examen${count}@${DOMAIN}`;
  const id = await importedStudent(app, app.seed.schoolId, email, `60000${count}`);
  const client = await signedIn(app, email);
  await save(client);
  return { id, email, client };
}

/** Decided, with its document stored; not published. */
async function decided(studentId = student.id, score: 'V' | 'O' | 'G' = 'V') {
  const started = await assessed(app, smallForm(score), studentId);
  return decide(started.assessmentId, 1);
}

async function decide(assessmentId: string, version: number) {
  const form = await decisionForm(app, committee, assessmentId);
  const answer = await committee.post(`/commissie/${assessmentId}/vaststellen`, form);
  if (answer.status !== 303) throw new Error(`not decided: ${answer.status}`);
  await store(assessmentId, version);
  const { id } = await app.database.document.findFirstOrThrow({ where: { assessmentId, version } });
  return { assessmentId, documentId: id, pdf: `/documenten/${id}.pdf`, page: `/mijn-examens/${assessmentId}` };
}

async function store(assessmentId: string, version: number): Promise<void> {
  const { sha256, size } = await app.documents.put(Buffer.from(`%PDF-1.7 ${assessmentId} ${version}`));
  await app.apply(storeDocument, { assessmentId, version, sha256, size }, SYSTEM_ACTOR);
}

const publish = (assessmentId: string, version = 1) =>
  app.apply(publishResult, { assessmentId, version, membershipId: app.seed.committee.membershipId }, member);

const reopen = (assessmentId: string, version = 1) => {
  const command = { assessmentId, version, membershipId: app.seed.committee.membershipId };
  return app.apply(reopenResult, { ...command, reason: 'GEHEIME REDEN van heropenen' }, member);
};

const list = () => student.client.get('/mijn-examens');

describe('the list of a student', () => {
  it('is empty at first, and says what to do', async () => {
    const page = await list();
    expect(page.text).toContain('Je hebt nog geen examens');
    expect(page.text).toContain('href="/mijn-examens/toevoegen"');
  });

  it('takes exams that the student prepares for, and lets go of them', async () => {
    const { client } = student;
    const choose = await client.get('/mijn-examens/toevoegen?zoek=nergens');
    expect(choose.text).toContain('Geen examen gevonden');
    expect((await client.get('/mijn-examens/toevoegen')).text).toContain(app.seed.examId);
    for (const _ of [1, 2]) {
      const added = await client.post('/mijn-examens/toevoegen', { examen: app.seed.examId });
      expect([added.status, added.location]).toEqual([303, '/mijn-examens']);
    }
    const page = await list();
    expect(page.text.match(/Nog niet gestart/g)).toHaveLength(1);
    expect((await client.get('/mijn-examens/toevoegen')).text).toContain('staat in je lijst');
    expect((await client.post('/mijn-examens/weghalen', { examen: app.seed.examId })).location).toBe('/mijn-examens');
    expect((await client.post('/mijn-examens/weghalen', { examen: app.seed.examId })).status).toBe(303);
    expect((await list()).text).toContain('Je hebt nog geen examens');
  });

  it('takes no exam of another school', async () => {
    const other = await seedSchool(app.database, { slug: `anders${count}` });
    for (const examen of [other.examId, uuidv7(), 'x'])
      expect((await student.client.post('/mijn-examens/toevoegen', { examen })).location).toBe(
        '/mijn-examens/toevoegen',
      );
    expect(await app.database.studentExam.count({ where: { studentId: student.id } })).toBe(0);
  });

  it('tells in plain words how far it is, and names nobody', async () => {
    await student.client.post('/mijn-examens/toevoegen', { examen: app.seed.examId });
    const started = await app.startAssessment({ studentId: student.id, remark: 'GEHEIME OPMERKING' });
    const page = await list();
    expect(page.text).toContain('Gestart');
    // What was only added gives way to what was started.
    expect(page.text).not.toContain('Nog niet gestart');
    await finish(app, started);
    const { text } = await student.client.get(`/mijn-examens/${started.assessmentId}`);
    expect(text).toContain('Wordt vastgesteld');
    for (const hidden of ['Bo Praktijk', 'Toos', 'Cor van', 'GEHEIME', 'voldoende', '/documenten/'])
      expect(text).not.toContain(hidden);
  });

  it('leaves out what was cancelled before anybody was invited', async () => {
    const started = await app.startAssessment({ studentId: student.id });
    await app.apply(cancelAssessment, { assessmentId: started.assessmentId, reason: 'GEHEIME reden' });
    const page = await student.client.get(`/mijn-examens/${started.assessmentId}`);
    expect(page.text).toContain('Gaat niet door');
    expect(page.text).not.toContain('GEHEIME');
    await app.database.assessmentExaminer.updateMany({
      where: { assessmentId: started.assessmentId },
      data: { invitationId: null },
    });
    expect((await student.client.get(`/mijn-examens/${started.assessmentId}`)).status).toBe(404);
  });
});

describe('a result', () => {
  it('is not shown before it is published: no grade, no document, no justification', async () => {
    const { page, pdf } = await decided();
    const before = await student.client.get(page);
    expect(before.text).toContain('Vastgesteld');
    expect(before.text).toContain('zodra je school hem bekendmaakt');
    for (const hidden of ['mine-result', 'voldoende', '/documenten/', 'Niet eens met'])
      expect(before.text).not.toContain(hidden);
    expect((await student.client.get(pdf)).status).toBe(404);
  });

  it('is told to come when a moment is set', async () => {
    const { assessmentId, page } = await decided();
    await app.database.assessment.update({
      where: { id: assessmentId },
      data: { publishAt: new Date('2026-12-03T15:00:00Z') },
    });
    expect((await student.client.get(page)).text).toContain('do 3 december 2026, 16:00');
  });

  it('shows grade, O-V-G, document and the last day for a remedy once it is published', async () => {
    const { assessmentId, page, pdf } = await decided();
    await publish(assessmentId);
    await app.database.assessment.update({
      where: { id: assessmentId },
      data: { publishedAt: new Date('2026-11-02T09:00:00Z') },
    });
    const shown = await student.client.get(page);
    for (const said of ['Uitslag bekend', 'Je bent geslaagd', 'voldoende', `href="${pdf}"`, 'ma 16 november 2026'])
      expect(shown.text).toContain(said);
    expect((await list()).text).toContain('Geslaagd');
    const file = await student.client.get(pdf);
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'application/pdf']);
  });

  it('says what a student who did not pass can expect', async () => {
    const { assessmentId, page } = await decided(student.id, 'O');
    await publish(assessmentId);
    const { text } = await student.client.get(page);
    expect(text).toContain('Je bent nog niet geslaagd');
    expect(text).toContain('opnieuw kunt doen');
  });

  it('says that the document is being made when it is not there yet', async () => {
    const started = await assessed(app, smallForm('V'), student.id);
    const form = await decisionForm(app, committee, started.assessmentId);
    await committee.post(`/commissie/${started.assessmentId}/vaststellen`, form);
    await publish(started.assessmentId);
    const { id } = await app.database.document.findFirstOrThrow({ where: { assessmentId: started.assessmentId } });
    const { text } = await student.client.get(`/mijn-examens/${started.assessmentId}`);
    expect(text).toContain('De pdf wordt nog gemaakt');
    expect(text).not.toContain(id);
    const file = await student.client.get(`/documenten/${id}.pdf`);
    expect([file.status, file.text.includes('Dat duurt meestal een paar minuten')]).toEqual([404, true]);
  });

  it('stays as it was published while it is looked at again, without the reason', async () => {
    const { assessmentId, page, pdf } = await decided();
    await publish(assessmentId);
    const before = await student.client.get(page);
    await reopen(assessmentId);
    const shown = await student.client.get(page);
    expect(before.text).not.toContain('opnieuw bekeken');
    for (const said of ['De uitslag wordt opnieuw bekeken', 'Je bent geslaagd', `href="${pdf}"`])
      expect(shown.text).toContain(said);
    expect(shown.text).not.toContain('GEHEIME');
    expect((await student.client.get(pdf)).status).toBe(200);
    const command = { assessmentId, version: 1, membershipId: app.seed.committee.membershipId, reason: 'blijft' };
    await app.apply(endReopening, command, member);
    expect((await student.client.get(page)).text).not.toContain('opnieuw bekeken');
  });

  it('does not show a newer decision before that is published too', async () => {
    const { assessmentId, page, pdf } = await decided();
    await publish(assessmentId);
    await reopen(assessmentId);
    const second = await decide(assessmentId, 2);
    // As it is where the newer version waits for its moment.
    await app.database.assessment.update({
      where: { id: assessmentId },
      data: { publishedVersion: 1, gradeTenths: 10, score: 'O' },
    });
    const shown = await student.client.get(page);
    expect(shown.text).toContain('Je bent geslaagd');
    expect(shown.text).not.toContain(second.pdf);
    expect((await student.client.get(second.pdf)).status).toBe(404);
    await app.database.assessment.update({ where: { id: assessmentId }, data: { publishedVersion: 2 } });
    const after = await student.client.get(page);
    for (const href of [second.pdf, pdf]) expect(after.text).toContain(`href="${href}"`);
    expect(after.text).toContain('Eerdere versies');
  });

  it('does not exist for another student, a student of another school, or a visitor', async () => {
    const { assessmentId, page, pdf } = await decided();
    await publish(assessmentId);
    const other = await newStudent();
    const elsewhere = await seedSchool(app.database, {
      slug: `verder${count}`,
      settings: { studentDomains: [DOMAIN] },
    });
    const far = await signedIn(app, elsewhere.studentEmail);
    await save(far);
    for (const { client } of [other, { client: far }])
      for (const path of [page, pdf]) expect((await client.get(path)).status).toBe(404);
    for (const path of [page, pdf]) expect((await app.client().get(path)).location).toBe('/inloggen');
    expect((await student.client.get('/mijn-examens/iets')).status).toBe(404);
    expect((await committee.get('/mijn-examens')).status).toBe(404);
    expect((await committee.get('/mijn-gegevens')).status).toBe(404);
  });

  it('gives its document to nobody who has not checked the own data', async () => {
    const { assessmentId, pdf } = await decided();
    await publish(assessmentId);
    await app.database.student.update({ where: { id: student.id }, data: { confirmedAt: null } });
    expect((await student.client.get(pdf)).status).toBe(404);
  });
});
