import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { scoreFieldName } from '../../domain/form.ts';
import { finaliseAssessment } from '../../prisma/commands/assessments.ts';
import { SESSION_COOKIE } from '../../web/middleware/cookies.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { SMALL_CRITERIA, seedSchool } from '../support/factories.ts';
import { COMPLETE, FIRST, fields, type Sitting, sitDown, WORDS } from './examiner-support.ts';

let app: TestApp;
let at: Sitting;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
});
beforeEach(async () => {
  at = await sitDown(app);
});
afterAll(() => app.stop());

describe('access', () => {
  it('needs the link of this very invitation', async () => {
    const other = await app.startAssessment({ contact: 1 });
    const stranger = app.client();
    await app.openLink(stranger, other.linkId);
    for (const path of ['', '/controle', '/klaar', '/niet-ik', '/vergelijken/1']) {
      const page = await stranger.get(`${at.formPath}${path}`);
      expect(page.status).toBe(403);
      expect(page.text).not.toContain('Noor');
      const unknown = uuidv7();
      const nowhere = await stranger.get(`/beoordeling/${unknown}${path}`);
      expect(page.text.replaceAll(at.started.formId, unknown)).toBe(nowhere.text);
    }
    const posted = await stranger.post(at.formPath, { revisie: '0', ...COMPLETE });
    expect(posted.status).toBe(403);
    expect(await at.revision()).toBe(0);
  });

  it('is not given by being staff, nor by a link of another school', async () => {
    const staff = app.client();
    await app.signInAs(staff, app.seed.committee.membershipId);
    expect((await staff.get(at.formPath)).status).toBe(403);
    const elsewhere = await seedSchool(app.database, { slug: `elders-${uuidv7().slice(-6)}` });
    const form = await app.repositories
      .forSchool(elsewhere.schoolId)
      .examiner.findForm(at.started.formId, [at.started.invitationId]);
    expect(form).toBeNull();
  });

  it('sends somebody without a link to the mail', async () => {
    for (const path of [at.formPath, '/beoordelingen', '/beoordeling/onzin']) {
      const page = await app.client().get(path);
      expect(page.status).toBe(403);
      expect(page.text).toContain('Open de link in uw mail opnieuw');
    }
  });

  it('gives words and choices back when the session was lost, and takes them after the link was opened again', async () => {
    at.client.cookies.delete(SESSION_COOKIE);
    const lost = await at.save(fields(['O', 'V', 'V', 'V'], [WORDS, '']), 'controleren');
    expect(lost.status).toBe(403);
    expect(lost.text).toContain(WORDS);
    const kept = [...lost.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    await app.openLink(at.client, at.started.linkId);
    const again = await at.client.post(
      at.formPath,
      Object.fromEntries(kept.flatMap(([, name = '', value = '']) => (name === '_csrf' ? [] : [[name, value]]))),
    );
    expect(again).toMatchObject({ status: 303, location: `${at.formPath}/controle` });
    expect(await at.draft()).toMatchObject({
      scores: { [SMALL_CRITERIA[0]]: 'O' },
      justifications: { [FIRST]: WORDS },
    });
  });

  it('gives choices back that came without a word', async () => {
    at.client.cookies.delete(SESSION_COOKIE);
    const lost = await at.save(fields(['O', '', '', '']));
    expect(lost.status).toBe(403);
    expect(lost.text).toContain(`name="${scoreFieldName(SMALL_CRITERIA[0])}" value="O"`);
  });

  it('gives the words back while the database is away', async () => {
    await app.loseDatabase();
    const page = await at.client.post(at.formPath, { revisie: '0', ...COMPLETE });
    await app.restoreDatabase();
    expect(page.status).toBe(503);
    expect(page.text).toContain(WORDS);
  });
});

describe('the work list', () => {
  it('lists every form of the opened links with its state', async () => {
    await at.save(fields(['V', 'G', '', '']));
    const other = await app.startAssessment();
    await app.openLink(at.client, other.linkId);
    const page = await at.client.get('/beoordelingen');
    expect(page.text).toContain(`href="${at.formPath}"`);
    expect(page.text).toContain(`href="/beoordeling/${other.formId}"`);
    expect(page.text).toContain('2 van 4 ingevuld');
    expect(page.text).toContain('U hebt nog 2 beoordelingen te doen.');
    expect(page.text).toContain('Verder met Noor de Vries');
    await at.save(COMPLETE);
    await at.finish();
    expect((await at.client.get('/beoordelingen')).text).toContain('Klaar');
  });
});

describe('attachments', () => {
  async function attach(name: string) {
    const { sha256, size } = await app.documents.put(Buffer.from(`%PDF-1.7 ${name}`));
    const id = uuidv7();
    const { schoolId, teacher } = app.seed;
    await app.database.attachment.create({
      data: { id, schoolId, name, mediaType: 'application/pdf', size, sha256, createdBy: teacher.membershipId },
    });
    await app.database.invitationAttachment.create({
      data: { schoolId, invitationId: at.started.invitationId, attachmentId: id },
    });
    return id;
  }

  it('are downloaded under their own name, never shown in the page', async () => {
    const id = await attach('Opdracht "één".pdf');
    expect((await at.client.get(at.formPath)).text).toContain(`${at.formPath}/bijlage/${id}`);
    const file = await at.client.get(`${at.formPath}/bijlage/${id}`);
    expect(file.status).toBe(200);
    expect(file.headers.get('content-type')).toBe('application/pdf');
    expect(file.headers.get('content-disposition')).toBe(
      `attachment; filename="Opdracht ___n_.pdf"; filename*=UTF-8''Opdracht%20%22%C3%A9%C3%A9n%22.pdf`,
    );
    expect(file.headers.get('x-content-type-options')).toBe('nosniff');
    expect(file.text).toContain('%PDF-1.7');
  });

  it('are there only for who holds the link of their invitation', async () => {
    const id = await attach('geheim.pdf');
    const other = await app.startAssessment({ contact: 1 });
    const stranger = app.client();
    await app.openLink(stranger, other.linkId);
    expect((await stranger.get(`${at.formPath}/bijlage/${id}`)).status).toBe(403);
    expect((await stranger.get(`/beoordeling/${other.formId}/bijlage/${id}`)).status).toBe(404);
    expect((await at.client.get(`${at.formPath}/bijlage/onzin`)).status).toBe(404);
  });
});

describe('"this was not me"', () => {
  it('reports by the button with its tick alone, and once', async () => {
    await at.save(COMPLETE);
    await at.finish();
    const page = await at.client.get(`${at.formPath}/niet-ik`);
    expect(page.text).toContain('Dit was ik niet');
    const state = () => app.database.assessment.findUniqueOrThrow({ where: { id: at.started.assessmentId } });
    expect((await at.client.post(`${at.formPath}/niet-ik`)).status).toBe(422);
    expect((await state()).isDisputed).toBe(false);
    for (let count = 0; count < 2; count += 1) {
      expect(await at.client.post(`${at.formPath}/niet-ik`, { niet: 'on' })).toMatchObject({
        status: 303,
        location: `${at.formPath}/niet-ik`,
      });
    }
    expect((await state()).isDisputed).toBe(true);
    expect((await at.client.get(`${at.formPath}/niet-ik`)).text).toContain('Uw melding is doorgegeven');
    expect((await at.client.get(at.formPath)).text).toContain('dat u die niet zelf hebt afgerond');
    const events = await app.database.event.count({
      where: { streamId: at.started.assessmentId, type: 'FinishDisputed' },
    });
    expect(events).toBe(1);
  });

  it('has nothing to report before finishing, and says whom to ask when the result is final', async () => {
    expect((await at.client.get(`${at.formPath}/niet-ik`)).text).toContain('Er is niets om te melden');
    expect((await at.client.post(`${at.formPath}/niet-ik`)).status).toBe(409);
    await at.save(COMPLETE);
    await at.finish();
    const stream = await app.database.stream.findUniqueOrThrow({ where: { id: at.started.assessmentId } });
    const { committee, officeAddressId } = app.seed;
    await app.apply(
      finaliseAssessment,
      {
        assessmentId: at.started.assessmentId,
        expectedVersion: stream.version,
        membershipId: committee.membershipId,
        officeAddressId,
        standing: {},
      },
      { kind: 'member', id: committee.membershipId },
    );
    const page = await at.client.post(`${at.formPath}/niet-ik`, { niet: 'on' });
    expect([page.status, page.text]).toMatchObject([409, expect.stringContaining('De uitslag is al vastgesteld')]);
  });
});
