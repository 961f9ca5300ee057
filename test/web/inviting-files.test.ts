/** Files that go along with an invitation: taken one by one, judged, and kept from whom they must be kept. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { pdfFile } from '../support/files.ts';
import { fieldOf, signedInTeacher } from './initiator-support.ts';
import { type Drafts, makeDrafts, postFile, postForm, wordScanner } from './inviting-support.ts';

const MIB = 1024 * 1024;

let app: TestApp;
let teacher: TestClient;
let bo: string;
let drafts: Drafts;
let page: string;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true, scanner: wordScanner });
  bo = app.seed.contacts[0].id;
});
afterAll(() => app.stop());
beforeEach(async () => {
  teacher = await signedInTeacher(app);
  drafts = await makeDrafts(app, [app.seed.studentId], [bo]);
  page = `/series/${drafts.seriesId}/uitnodigen`;
});

const invitationsOf = (ids: readonly string[]) =>
  app.database.invitation.findMany({
    where: { pairs: { some: { assessmentId: { in: [...ids] } } } },
    include: { pairs: true, attachments: true },
  });

describe('files', () => {
  it('are kept as soon as they are chosen, and go along by their id', async () => {
    const formulier = fieldOf(await teacher.get(page), 'formulier');
    const { status, answer } = await postFile(teacher, { name: 'plan.pdf', bytes: pdfFile() }, { formulier });
    expect([status, answer]).toEqual([
      201,
      { id: expect.any(String), label: expect.stringMatching(/^plan\.pdf \(/), notice: '', isWaiting: false },
    ]);
    const sent = await postForm(teacher, page, { formulier, wie: [bo], bijlage: answer.id ?? '' });
    expect(sent.status).toBe(303);
    expect((await invitationsOf(drafts.ids))[0]?.attachments.map(({ attachmentId }) => attachmentId)).toEqual([
      answer.id,
    ]);
  });

  it.each<[string, string, Uint8Array, string]>([
    ['a renamed program', 'rekening.pdf', Buffer.from('MZ\u0090\u0000\u0003'), 'is iets anders dan de naam zegt'],
    ['a program', 'spel.exe', Buffer.from('MZ'), 'heeft een soort die niet mag'],
    ['11 MiB', 'groot.pdf', pdfFile(11 * MIB), 'is groter dan 10 MB'],
    ['what the scanner refuses', 'brief.pdf', Buffer.concat([pdfFile(), Buffer.from('INFECTED')]), 'zit een virus'],
  ])('are refused with a sentence: %s', async (_what, name, bytes, message) => {
    const before = await app.database.attachment.count();
    const { status, answer } = await postFile(teacher, { name, bytes });
    expect([status, answer.error]).toEqual([422, expect.stringContaining(message)]);
    expect(await app.database.attachment.count()).toBe(before);
  });

  it('lose a folder and a character that turns the name around', async () => {
    const { answer } = await postFile(teacher, { name: '..\\..\\geheim/\u202Efdp.plan.pdf', bytes: pdfFile() });
    expect(answer.label).toMatch(/^fdp\.plan\.pdf \(/);
  });

  it('are refused from the 26th MiB, counted with what the form holds', async () => {
    const formulier = uuidv7();
    const held: string[] = [];
    for (const size of [9, 9]) {
      const { answer } = await postFile(
        teacher,
        { name: `deel-${held.length}.pdf`, bytes: pdfFile(size * MIB) },
        { formulier, bijlage: held },
      );
      held.push(answer.id ?? '');
    }
    const third = { name: 'deel-3.pdf', bytes: pdfFile(8 * MIB) };
    expect((await postFile(teacher, third, { formulier, bijlage: held })).status).toBe(422);
    // In a second window, which does not know of the first.
    const { answer } = await postFile(teacher, third, { formulier });
    const both = await postForm(teacher, page, { formulier, wie: [bo], bijlage: [...held, answer.id ?? ''] });
    expect([both.status, both.text]).toEqual([422, expect.stringContaining('samen groter dan 25 MB')]);
  });

  it('are refused when somebody has far more waiting than is ever sent', async () => {
    const waiting = await app.database.attachment.create({
      data: {
        id: uuidv7(),
        schoolId: app.seed.schoolId,
        name: 'voorraad.pdf',
        mediaType: 'application/pdf',
        size: 250 * MIB,
        sha256: '0'.repeat(64),
        createdBy: app.seed.teacher.membershipId,
      },
    });
    const refused = await postFile(teacher, { name: 'plan.pdf', bytes: pdfFile() });
    await app.database.attachment.delete({ where: { id: waiting.id } });
    expect([refused.status, refused.answer.error]).toEqual([422, expect.stringContaining('nog niet zijn verstuurd')]);
    expect((await postFile(teacher, { name: 'plan.pdf', bytes: pdfFile() })).status).toBe(201);
  });

  it('are not read without the token', async () => {
    const form = new FormData();
    form.append('bijlagen', new Blob([Uint8Array.from(pdfFile())]), 'plan.pdf');
    const response = await teacher.post('/bijlagen', form, { csrfToken: null });
    expect([response.status, JSON.parse(response.text).error]).toEqual([403, expect.stringContaining('verlopen')]);
  });

  it('are for teachers alone', async () => {
    const other = app.client();
    await app.signInAs(other, app.seed.committee.membershipId);
    const form = new FormData();
    form.append('bijlagen', new Blob([Uint8Array.from(pdfFile())]), 'plan.pdf');
    expect((await other.post('/bijlagen', form)).status).toBe(403);
  });

  it('that the scanner has not seen are kept, shown as such, and go nowhere', async () => {
    const formulier = uuidv7();
    const bytes = Buffer.concat([pdfFile(), Buffer.from('UNSEEN')]);
    const { status, answer } = await postFile(teacher, { name: 'plan.pdf', bytes }, { formulier });
    expect([status, answer.isWaiting, answer.notice]).toEqual([201, true, expect.stringContaining('Gaat pas mee als')]);
    const id = answer.id ?? '';
    const refused = await postForm(teacher, page, { formulier, wie: [bo], bijlage: id });
    expect([refused.status, refused.text]).toEqual([
      422,
      expect.stringContaining('“plan.pdf” kan nog niet worden gecontroleerd op virussen.'),
    ]);
    expect(refused.text).toContain('Gaat pas mee als dat gelukt is.');
    await app.database.attachment.update({ where: { id }, data: { scan: 'clean' } });
    expect((await postForm(teacher, page, { formulier, wie: [bo], bijlage: id })).status).toBe(303);
  });

  it('that turned out infected are named and left out', async () => {
    const formulier = uuidv7();
    const bytes = Buffer.concat([pdfFile(), Buffer.from('UNSEEN 2')]);
    const id = (await postFile(teacher, { name: 'plan.pdf', bytes }, { formulier })).answer.id ?? '';
    await app.database.attachment.update({ where: { id }, data: { scan: 'infected' } });
    const refused = await postForm(teacher, page, { formulier, wie: [bo], bijlage: id });
    expect([refused.status, refused.text]).toEqual([
      422,
      expect.stringContaining('In het bestand “plan.pdf” zit een virus.'),
    ]);
    expect(refused.text).not.toContain(`value="${id}"`);
  });

  it('are not given to an examiner once the scanner refused them', async () => {
    const { answer } = await postFile(teacher, { name: 'plan.pdf', bytes: pdfFile() });
    const id = answer.id ?? '';
    await postForm(teacher, page, { wie: [bo], bijlage: id });
    const [invitation] = await invitationsOf(drafts.ids);
    const examiner = app.client();
    await app.openLink(examiner, invitation?.linkId ?? '');
    const address = `/beoordeling/${invitation?.pairs[0]?.formId}/bijlage/${id}`;
    expect((await examiner.get(address)).status).toBe(200);
    for (const scan of ['infected', 'quarantined']) {
      await app.database.attachment.update({ where: { id }, data: { scan } });
      expect((await examiner.get(address)).status).toBe(404);
    }
  });
});
