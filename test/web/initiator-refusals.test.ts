import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { finishForm } from '../../prisma/commands/forms.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { type SeededSchool, seedMember, seedSchool, smallForm } from '../support/factories.ts';
import { docxFile, pdfFile } from '../support/files.ts';
import {
  addStudent,
  createDrafts,
  fieldOf,
  postInvite,
  postStudents,
  seriesIn,
  signedInTeacher,
} from './initiator-support.ts';

const MIB = 1024 * 1024;

let app: TestApp;
let teacher: TestClient;
let other: SeededSchool;
let student: string;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  other = await seedSchool(app.database, { slug: 'elders' });
  student = await addStudent(app, 'Zoë', 'Çelik', '100002');
});
afterAll(() => app.stop());
beforeEach(async () => {
  teacher = await signedInTeacher(app);
});

describe('who may see what', () => {
  it('shows nothing to visitors and to members without the role', async () => {
    const visitor = app.client();
    expect((await visitor.get('/afnames')).location).toBe('/inloggen');
    await app.signInAs(visitor, app.seed.committee.membershipId);
    expect((await visitor.get('/examens')).status).toBe(403);
    expect((await visitor.post('/afnames/nieuw', {})).status).toBe(403);
  });

  it('answers as if it did not exist to a colleague and to another school, on every address', async () => {
    const { assessmentId, contactId } = await app.startAssessment();
    const colleague = await seedMember(
      app.database,
      app.seed.schoolId,
      app.seed.slug,
      'teacher',
      `collega-${uuidv7()}`,
    );
    const pages = ['', '/examinatoren', '/uitnodigen', '/annuleren', `/intrekken/${contactId}`, '/live'];
    for (const membershipId of [colleague.membershipId, other.teacher.membershipId]) {
      const stranger = app.client();
      await app.signInAs(stranger, membershipId);
      for (const page of pages)
        expect([page, (await stranger.get(`/afnames/${assessmentId}${page}`)).status]).toEqual([page, 404]);
      for (const page of [
        '/examinatoren',
        '/voorbeeld',
        '/annuleren',
        `/herinneren/${contactId}`,
        `/intrekken/${contactId}`,
      ]) {
        expect([page, (await stranger.post(`/afnames/${assessmentId}${page}`, { stap: 'opslaan' })).status]).toEqual([
          page,
          404,
        ]);
      }
      expect((await postInvite(app, stranger, assessmentId)).status).toBe(404);
      expect((await stranger.get('/afnames')).text).not.toContain(assessmentId);
    }
  });

  it.each([
    '/examens/1',
    '/afnames/niets',
    `/afnames/${uuidv7()}`,
    `/afnames/nieuw?examen=${uuidv7()}`,
    '/afnames/nieuw',
  ])('has no page %s', async (path) => {
    expect((await teacher.get(path)).status).toBe(404);
  });

  it('has no series of somebody else', async () => {
    expect((await teacher.get(`/series/${uuidv7()}/uitnodigen`)).status).toBe(404);
    expect((await teacher.get('/series/x/uitnodigen')).status).toBe(404);
  });
});

describe('starting', () => {
  it('refuses no students, and keeps the deadline that was typed', async () => {
    const page = await postStudents(app, teacher, { studentIds: [], due: '2099-02-31' });
    expect(page.status).toBe(422);
    expect(page.text).toContain('Kies ten minste één student.');
    expect(page.text).toContain('Vul bij “Inleveren uiterlijk” een dag in');
    expect(page.text).toContain('value="2099-02-31"');
    expect(page.text).toContain('<title>Fout:');
  });

  it.each([
    ['yesterday', -1],
    ['today', 0],
    ['in two years', 730],
  ])('refuses a deadline %s and keeps who was chosen', async (_what, days) => {
    const due = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    const page = await postStudents(app, teacher, { studentIds: [student], due });
    expect(page.status).toBe(422);
    expect(page.text).toContain('1 student gekozen');
    expect(page.text).toMatch(/een dag (vanaf morgen|binnen een jaar)/);
  });

  it('refuses a student of another school and tells nothing about them', async () => {
    const page = await postStudents(app, teacher, { studentIds: [other.studentId] });
    expect(page.status).toBe(422);
    expect(page.text).toContain('hoort niet bij uw school');
    expect(await app.database.assessment.count({ where: { studentId: other.studentId } })).toBe(0);
  });

  it('refuses an unknown unit', async () => {
    expect((await postStudents(app, teacher, { studentIds: [student], unit: 'EX9' })).status).toBe(404);
  });

  it('makes one assessment of a form sent twice, and another of the same form with other students', async () => {
    const formId = uuidv7();
    const due = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
    const [first, again] = await Promise.all([
      postStudents(app, teacher, { studentIds: [student], formId, due }),
      postStudents(app, await signedInTeacher(app), { studentIds: [student], formId, due }),
    ]);
    expect(first.location).toBe(again.location);
    const changed = await postStudents(app, teacher, { studentIds: [app.seed.studentId], formId, due });
    expect(changed.location).not.toBe(first.location);
  });

  it('refuses a post without the token of the page', async () => {
    const answer = await teacher.post('/afnames/nieuw', { examen: app.seed.examVersionId }, { csrfToken: null });
    expect(answer.status).toBe(403);
  });
});

describe('choosing examiners', () => {
  async function draft(): Promise<string> {
    const started = await postStudents(app, teacher, { studentIds: [student] });
    return (await seriesIn(app, started.location)).ids[0] ?? '';
  }

  it('refuses nobody at all', async () => {
    const id = await draft();
    const page = await teacher.post(`/afnames/${id}/examinatoren`, { stap: 'opslaan' });
    expect(page.status).toBe(422);
    expect(page.text).toContain('Kies ten minste één examinator uit het adresboek.');
  });

  it('refuses someone without a part, by name and at their box', async () => {
    const id = await draft();
    const [first, second] = app.seed.contacts;
    const page = await teacher.post(`/afnames/${id}/examinatoren`, {
      keuze: [first.id, second.id],
      deel: `exam|${first.id}`,
      stap: 'opslaan',
    });
    expect(page.status).toBe(422);
    expect(page.text).toContain('href="#deel-0-1"');
    expect(page.text).toContain('Kies voor Sam Docent ten minste één deel');
  });

  it('leaves out a contact of another school', async () => {
    const id = await draft();
    const foreign = other.contacts[0].id;
    const page = await teacher.post(`/afnames/${id}/examinatoren`, {
      keuze: foreign,
      deel: `exam|${foreign}`,
      stap: 'opslaan',
    });
    expect(page.status).toBe(422);
    expect(page.text).not.toContain('examinator-elders');
  });

  it('leaves out parts that the exam does not have', async () => {
    const id = await draft();
    const contact = app.seed.contacts[0].id;
    const page = await teacher.post(`/afnames/${id}/examinatoren`, {
      keuze: contact,
      deel: [`workProcess:B9-K9-W9|${contact}`, `exam`, '|', `x|${contact}`],
      stap: 'opslaan',
    });
    expect(page.status).toBe(422);
  });

  it('warns of parts without an examiner and of an examiner without parts, and saves what was chosen', async () => {
    const id = await draft();
    const [first, second] = app.seed.contacts;
    const page = await teacher.post(`/afnames/${id}/examinatoren`, {
      keuze: [first.id, second.id],
      deel: [`workProcess:B1-K1-W1|${first.id}`],
      stap: 'bijwerken',
    });
    expect(page.text).toContain('1 onderdeel heeft nog geen examinator');
    const idle = await teacher.post(`/afnames/${id}/examinatoren`, {
      keuze: [first.id, second.id],
      deel: [`exam|${first.id}`, `workProcess:B1-K1-W1|${second.id}`, `workProcess:B1-K1-W2|${second.id}`],
      stap: 'bijwerken',
    });
    expect(idle.text).toContain('Bo Praktijk beoordeelt nu niets');
  });

  it('refuses to take parts from somebody who is invited', async () => {
    const { assessmentId, contactId } = await app.startAssessment({ studentId: student });
    const second = app.seed.contacts[1].id;
    const page = await teacher.post(`/afnames/${assessmentId}/examinatoren`, {
      keuze: [contactId, second],
      vast: `exam|${contactId}`,
      deel: `workProcess:B1-K1-W1|${second}`,
      stap: 'opslaan',
    });
    expect(page.status).toBe(422);
    expect(page.text).toContain('Bo Praktijk is al uitgenodigd');
  });
});

describe('inviting', () => {
  let id: string;
  beforeEach(async () => {
    [id = ''] = await createDrafts(app, teacher, [student]);
  });

  it('refuses nobody ticked and a contact who scores nothing here, and keeps the remark', async () => {
    const none = await postInvite(app, teacher, id, { contactIds: [], remark: 'Bewaar mij' });
    expect(none.status).toBe(422);
    expect(none.text).toContain('Vink ten minste één examinator aan.');
    expect(none.text).toContain('Bewaar mij');
    expect((await postInvite(app, teacher, id, { contactIds: [other.contacts[0].id] })).status).toBe(422);
  });

  it('refuses a control character in the remark, says where, and keeps the words', async () => {
    const page = await postInvite(app, teacher, id, { remark: 'Hallo\u0007daar' });
    expect(page.status).toBe(422);
    expect(page.text).toContain('op plek 6 een teken dat niet in een mail kan (U+0007)');
    expect(page.text).toContain('daar');
  });

  it('takes direction overrides out of the remark', async () => {
    expect((await postInvite(app, teacher, id, { remark: 'Hallo \u202Eredna' })).status).toBe(303);
    const note = await app.database.textNote.findFirstOrThrow({
      where: { kind: 'remark' },
      orderBy: { createdAt: 'desc' },
    });
    expect(note.body).toBe('Hallo redna');
  });

  it('refuses a remark of 3,000 characters', async () => {
    const page = await postInvite(app, teacher, id, { remark: 'é'.repeat(3_000) });
    expect(page.status).toBe(422);
    expect(page.text).toContain('ten hoogste 2.000 tekens. U gebruikt er nu 3.000.');
  });

  it.each([
    ['an empty file', 'leeg.pdf', Buffer.alloc(0), 'is leeg'],
    ['a program renamed pdf', 'rekening.pdf', Buffer.from('MZ\u0090\u0000\u0003'), 'is iets anders dan de naam zegt'],
    ['a program', 'start.exe', Buffer.from('MZ'), 'heeft een soort die niet mag'],
    [
      'a container that unpacks to gigabytes',
      'plan.docx',
      docxFile([{ name: 'word/a', content: 'a', claimedSize: 4_000_000_000 }]),
      'niet veilig',
    ],
    ['a file of 11 MiB', 'groot.pdf', pdfFile(11 * MIB), 'is groter dan 10 MB'],
  ])('refuses %s and sends nothing', async (_what, name, bytes, message) => {
    const before = await app.database.mail.count();
    const page = await postInvite(app, teacher, id, { remark: 'Blijft staan', files: [{ name, bytes }] });
    expect(page.status).toBe(422);
    expect(page.text).toContain(message);
    expect(page.text).toContain('Blijft staan');
    expect(await app.database.mail.count()).toBe(before);
  });

  it('refuses the 26th MiB and keeps the files that fitted, also in the next post', async () => {
    const files = [9, 9, 8].map((size, index) => ({ name: `deel-${index}.pdf`, bytes: pdfFile(size * MIB) }));
    const page = await postInvite(app, teacher, id, { files });
    expect(page.status).toBe(422);
    expect(page.text).toContain('samen groter dan 25 MB. “deel-2.pdf” past er niet meer bij');
    const kept = [...page.text.matchAll(/name="bijlage" id="[^"]+" value="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(kept).toHaveLength(2);
    const again = await postInvite(app, teacher, id, { attachmentIds: kept, files: files.slice(2) });
    expect(again.status).toBe(422);
    expect((await postInvite(app, teacher, id, { attachmentIds: kept })).status).toBe(303);
    expect(await app.database.invitationAttachment.count({ where: { attachmentId: { in: kept } } })).toBe(2);
  });

  it('does not take attachments of somebody else', async () => {
    await app.database.attachment.create({
      data: {
        id: uuidv7(),
        schoolId: app.seed.schoolId,
        name: 'geheim.pdf',
        mediaType: 'application/pdf',
        size: 1,
        sha256: '0'.repeat(64),
        createdBy: app.seed.committee.membershipId,
      },
    });
    const secret = await app.database.attachment.findFirstOrThrow({ where: { name: 'geheim.pdf' } });
    const page = await postInvite(app, teacher, id, { contactIds: [], attachmentIds: [secret.id] });
    expect(page.text).not.toContain('geheim.pdf');
  });

  it('sends one mail for a form sent twice at once, files included', async () => {
    const formId = fieldOf(await teacher.get(`/afnames/${id}/uitnodigen`), 'formulier');
    const fields = { formId, files: [{ name: 'plan.pdf', bytes: pdfFile() }] };
    const answers = await Promise.all([
      postInvite(app, teacher, id, fields),
      postInvite(app, await signedInTeacher(app), id, fields),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    const invitations = await app.database.assessmentExaminer.findMany({ where: { assessmentId: id } });
    expect(
      await app.database.mail.count({
        where: { streamId: { in: invitations.map((each) => each.invitationId ?? '') } },
      }),
    ).toBe(1);
  });

  it('refuses a multipart post without the token, and gives back the words', async () => {
    const form = new FormData();
    form.set('remark', 'Niet kwijtraken');
    const answer = await teacher.post(`/afnames/${id}/uitnodigen`, form, { csrfToken: null });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('Niet kwijtraken');
  });

  it('answers a broken upload with a page, not with an error of ours', async () => {
    const cookie = [...teacher.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(`${app.url}/afnames/${id}/uitnodigen`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'multipart/form-data; boundary=x' },
      body: '--x\r\nContent-Disposition: form-data; name="remark"\r\n\r\nhalf',
    });
    expect(response.status).toBe(400);
  });
});

describe('changing a running assessment', () => {
  it('refuses a second reminder within the hour and says when the last one went', async () => {
    const { assessmentId, contactId, invitationId } = await app.startAssessment({ studentId: student });
    await teacher.post(`/afnames/${assessmentId}/herinneren/${contactId}`, {});
    const second = await teacher.post(`/afnames/${assessmentId}/herinneren/${contactId}`, {}, { follows: true });
    expect(second.text).toMatch(/Bo Praktijk kreeg om \d\d:\d\d al een herinnering/);
    expect(await app.database.mail.count({ where: { streamId: invitationId, template: 'reminder' } })).toBe(1);
  });

  it('makes one reminder of two clicks at once', async () => {
    const { assessmentId, contactId, invitationId } = await app.startAssessment({ studentId: student });
    const path = `/afnames/${assessmentId}/herinneren/${contactId}`;
    await Promise.all([teacher.post(path, {}), (await signedInTeacher(app)).post(path, {})]);
    expect(await app.database.mail.count({ where: { streamId: invitationId, template: 'reminder' } })).toBe(1);
  });

  it('withdraws an examiner with a reason, and tells them once', async () => {
    const { assessmentId, contactId, invitationId } = await app.startAssessment({ studentId: student });
    const path = `/afnames/${assessmentId}/intrekken/${contactId}`;
    const asked = await teacher.get(path);
    expect(asked.text).toContain('Daarna beoordeelt niemand');
    const empty = await teacher.post(path, { reason: ' \u200B ' });
    expect([empty.status, empty.text.includes('Schrijf kort waarom.')]).toEqual([422, true]);
    await teacher.post(path, { reason: 'Ziek' });
    const again = await teacher.post(path, { reason: 'Ziek' }, { follows: true });
    expect(again.text).toContain('Dit was al gedaan');
    expect(await app.database.mail.count({ where: { streamId: invitationId, template: 'withdrawn' } })).toBe(1);
  });

  it('refuses to withdraw an examiner who has finished', async () => {
    const { assessmentId, contactId, invitationId } = await app.startAssessment({ studentId: student });
    await app.apply(
      finishForm,
      { assessmentId, contactId, invitationId, content: smallForm() },
      { kind: 'examiner', id: contactId },
    );
    expect((await teacher.get(`/afnames/${assessmentId}/intrekken/${contactId}`)).status).toBe(303);
    const refused = await teacher.post(
      `/afnames/${assessmentId}/intrekken/${contactId}`,
      { reason: 'Toch niet' },
      { follows: true },
    );
    expect(refused.text).toContain('Bo Praktijk heeft de beoordeling intussen afgerond. Er is niets veranderd.');
  });

  it('cancels with a reason, says to whom a mail goes, and a second time changes nothing', async () => {
    const { assessmentId, invitationId } = await app.startAssessment({ studentId: student });
    const path = `/afnames/${assessmentId}/annuleren`;
    expect((await teacher.get(path)).text).toContain('Bo Praktijk, practice@examinator-zandkamp.example');
    const long = await teacher.post(path, { reason: 'x'.repeat(1_001) });
    expect([long.status, long.text.includes('ten hoogste 1000 tekens')]).toEqual([422, true]);
    const first = await teacher.post(path, { reason: 'De student is gestopt.' }, { follows: true });
    expect(first.text).toContain('De afname is geannuleerd.');
    expect(first.text).toContain('Reden: De student is gestopt.');
    const again = await teacher.post(path, { reason: 'Nog eens' }, { follows: true });
    expect(again.text).toContain('al afgerond of geannuleerd. Er is niets te doen.');
    expect(await app.database.mail.count({ where: { streamId: invitationId, template: 'cancelled' } })).toBe(1);
  });

  it('refuses to invite for a cancelled assessment', async () => {
    const [id = ''] = await createDrafts(app, teacher, [student]);
    await teacher.post(`/afnames/${id}/annuleren`, { reason: 'Vergissing' });
    const page = await postInvite(app, teacher, id);
    expect(page.status).toBe(422);
    expect(page.text).toContain('Deze afname is al geannuleerd.');
  });
});
