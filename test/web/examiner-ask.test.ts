/** The examiner asks to be excused or to hand over: without script, with every mistake said, and taken back. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { answerAsk } from '../../prisma/commands/asks.ts';
import { cancelAssessments, createAssessments } from '../../prisma/commands/assessments.ts';
import { withdrawExaminer } from '../../prisma/commands/inviting.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { COMPLETE, type Sitting, sitDown, WORDS } from './examiner-support.ts';

let app: TestApp;
let at: Sitting;
beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
});
afterAll(() => app.stop());
beforeEach(async () => {
  at = await sitDown(app);
});

const DECLINE = { soort: 'decline', waarom: 'noTime', reden: 'Ik ben met verlof.', naam: '', email: '' };
const HAND_OVER = { soort: 'handOver', reden: 'Zij begeleidt hem.', naam: 'Lin Linde', email: 'lin@praktijk.example' };
const ask = (fields: Record<string, string>, client: TestClient = at.client) =>
  client.post(`${at.formPath}/afmelden`, fields);
const asks = () => app.database.assessmentExaminer.findFirstOrThrow({ where: { formId: at.started.formId } });
const mails = (template: string) =>
  app.database.mail.findMany({ where: { template, streamId: at.started.assessmentId }, orderBy: { queuedAt: 'asc' } });

describe('the way to the question', () => {
  it('is a quiet link on the form and on the list', async () => {
    const form = await at.client.get(at.formPath);
    expect(form.text).toContain(`href="${at.formPath}/afmelden"`);
    expect(form.text).toContain('Ik kan dit niet beoordelen');
    const list = await at.client.get('/beoordelingen');
    expect(list.text).toContain(`href="${at.formPath}/afmelden"`);
  });

  it('is closed to whoever did not open the link', async () => {
    const stranger = app.client();
    expect((await stranger.get(`${at.formPath}/afmelden`)).status).toBe(403);
    expect((await ask(DECLINE, stranger)).status).toBe(403);
    expect((await asks()).ask).toBeNull();
  });

  it('offers to ask somebody else first on the page of the hand-over', async () => {
    const page = await at.client.get(`${at.formPath}/overdragen`);
    expect(page.text).toMatch(/value="handOver"[^>]*checked/);
    expect(page.text).not.toContain('name="voor"');
  });
});

describe('asking', () => {
  it('is confirmed, and shown above the form until there is an answer', async () => {
    const sent = await ask(DECLINE);
    expect(sent).toMatchObject({ status: 303, location: `${at.formPath}/afmelden` });
    const page = await at.client.get(`${at.formPath}/afmelden`);
    expect(page.text).toContain('U wacht op antwoord van Toos van Proef');
    expect(page.text).toContain('Ik ben met verlof.');
    const form = await at.client.get(at.formPath);
    expect(form.text).toContain('Wacht op antwoord van Toos van Proef');
    expect(form.text).toContain('Toch zelf beoordelen');
    expect((await at.client.get('/beoordelingen')).text).toContain('Wacht op antwoord');
    expect(await mails('asked')).toHaveLength(1);
  });

  it('keeps scores and words, which can still be finished', async () => {
    await at.save(COMPLETE);
    await ask(DECLINE);
    const draft = await at.draft();
    expect(Object.values(draft?.scores ?? {}).sort()).toEqual(['G', 'V', 'V', 'V']);
    expect((await at.finish()).status).toBe(303);
    expect((await asks()).ask).toBeNull();
  });

  it('gives the reason back when the page was too old to send it', async () => {
    const lost = await at.client.post(`${at.formPath}/afmelden`, DECLINE, { csrfToken: 'of-yesterday' });
    expect(lost.status).toBe(403);
    expect(lost.text).toContain('Ik ben met verlof.');
    expect((await asks()).ask).toBeNull();
  });

  it('sent twice is one question', async () => {
    await Promise.all([ask(DECLINE), ask(DECLINE)]);
    expect(await mails('asked')).toHaveLength(1);
    expect((await ask(DECLINE)).location).toBe(`${at.formPath}/afmelden`);
  });

  it('proposes somebody, who hears nothing yet', async () => {
    expect((await ask(HAND_OVER)).status).toBe(303);
    const page = await at.client.get(`${at.formPath}/overdragen`);
    expect(page.text).toContain('Lin Linde');
    expect(page.text).toContain('lin@praktijk.example');
    expect(await app.database.mail.count({ where: { toAddress: 'lin@praktijk.example' } })).toBe(0);
  });

  it.each([
    ['without a choice', { ...DECLINE, soort: '' }, 'Kies of u zich afmeldt'],
    ['without choosing why', { ...DECLINE, waarom: '' }, 'Kies waarom u niet kunt beoordelen'],
    ['with something else and no words', { ...DECLINE, waarom: 'other', reden: ' \u200B ' }, 'Schrijf kort op waarom'],
    ['with a reason that is too long', { ...DECLINE, reden: 'x'.repeat(1001) }, 'De reden is te lang: 1001 tekens'],
    ['without a name', { ...HAND_OVER, naam: ' ' }, 'Vul de naam in'],
    ['with half an address', { ...HAND_OVER, email: 'lin@' }, 'Vul een volledig e-mailadres in'],
    ['with nothing at all', {}, 'Kies of u zich afmeldt'],
    ['with everything left open', { soort: 'handOver' }, 'Er kloppen nog 3 dingen niet'],
  ])('%s says what is wrong, and keeps what was typed', async (_what, fields, message) => {
    const refused = await ask(fields as Record<string, string>);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain(message);
    for (const typed of Object.values(fields)) {
      if (typed.trim().length > 2 && typed.length < 100) expect(refused.text).toContain(typed);
    }
    expect((await asks()).ask).toBeNull();
  });

  it('refuses the mailbox of the initiator, of a student and of the examiner, each with its own sentence', async () => {
    const { seed } = app;
    const propose = async (email: string) => (await ask({ ...HAND_OVER, email })).text;
    expect(await propose(seed.teacher.email)).toContain('die de beoordeling heeft gevraagd');
    expect(await propose(seed.studentEmail)).toContain('Een student kan niet beoordelen');
    expect(await propose(seed.contacts[0].email)).toContain('Dit is uw eigen e-mailadres');
  });

  it('escapes what was typed', async () => {
    const refused = await ask({ ...HAND_OVER, naam: '"><script>alert(1)</script>', email: 'x' });
    expect(refused.text).not.toContain('<script>alert(1)');
  });
});

describe('why somebody declines', () => {
  it('needs no words beside a chosen reason', async () => {
    expect((await ask({ ...DECLINE, waarom: 'leftEmployer', reden: '' })).status).toBe(303);
    expect((await at.client.get(`${at.formPath}/afmelden`)).text).toContain('Ik werk hier niet meer');
  });
});

describe('a draft that may go along', () => {
  it('is no question while nothing is filled in', async () => {
    expect((await at.client.get(`${at.formPath}/overdragen`)).text).not.toContain('name="concept"');
    await ask(HAND_OVER);
    expect((await at.client.get(`${at.formPath}/overdragen`)).text).not.toContain('Wat u al invulde');
  });

  it('goes along only when the box is ticked', async () => {
    await at.save(COMPLETE);
    const question = (await at.client.get(`${at.formPath}/overdragen`)).text;
    expect(question).toContain('name="concept"');
    expect(question).not.toMatch(/name="concept"[^>]*checked/);
    await ask({ ...HAND_OVER, concept: '1' });
    expect((await at.client.get(`${at.formPath}/overdragen`)).text).toContain('Gaat mee naar wie het overneemt');
    const proposal = { name: HAND_OVER.naam, email: HAND_OVER.email };
    const { assessmentId, contactId } = at.started;
    const { invitationIds } = await app.apply(answerAsk, {
      assessmentIds: [assessmentId],
      contactId,
      isAgreed: true,
      reason: '',
      replacement: null,
      createContact: proposal,
      remark: '',
      initiatorId: app.seed.teacher.membershipId,
      kid: '1',
    });
    const link = await app.database.link.findFirstOrThrow({ where: { invitationId: invitationIds[0] ?? '' } });
    const colleague = app.client();
    await app.openLink(colleague, link.id);
    const list = await colleague.get('/beoordelingen');
    const formPath = /\/beoordeling\/[0-9a-f-]{36}/.exec(list.text)?.[0] ?? '';
    const form = await colleague.get(`${formPath}?weergave=alles`);
    expect(form.text).toContain('vulde dit formulier eerder in');
    expect(form.text).toContain('Kijk alles na');
    expect(form.text).toContain(WORDS);
  });
});

describe('several students in one invitation', () => {
  async function sitWithTwo() {
    const { seed } = app;
    const studentId = uuidv7();
    await app.database.student.create({
      data: {
        id: studentId,
        schoolId: seed.schoolId,
        email: `${studentId}@student.example`,
        givenName: 'Bram',
        familyName: 'Tulp',
        searchText: 'bram tulp',
      },
    });
    const contactId = seed.contacts[0].id;
    const { assessmentIds } = await app.apply(createAssessments, {
      examVersionId: seed.examVersionId,
      unitCodes: ['EX1'],
      studentIds: [seed.studentId, studentId],
      initiatorId: seed.teacher.membershipId,
      assignments: [{ examinerId: contactId, scope: { level: 'exam' } }],
      dueAt: null,
      closesAt: null,
    });
    const { invitationIds } = await app.invite({
      assessmentIds,
      contactIds: [contactId],
      initiatorId: seed.teacher.membershipId,
      remark: '',
    });
    const invitation = await app.database.invitation.findUniqueOrThrow({ where: { id: invitationIds[0] ?? '' } });
    const pairs = await app.database.assessmentExaminer.findMany({ where: { invitationId: invitation.id } });
    const client = app.client();
    await app.openLink(client, invitation.linkId);
    return { client, formId: pairs[0]?.formId ?? '', invitationId: invitation.id };
  }
  const askedOf = (invitationId: string) =>
    app.database.assessmentExaminer.count({ where: { invitationId, ask: { not: null } } });

  it('are asked about one by one or all at once, as chosen', async () => {
    const two = await sitWithTwo();
    const path = `/beoordeling/${two.formId}/afmelden`;
    expect((await two.client.get(path)).text).toContain('Voor alle 2 beoordelingen');
    await two.client.post(path, { ...DECLINE, voor: 'alle' });
    expect(await askedOf(two.invitationId)).toBe(2);
    expect((await two.client.get('/beoordelingen')).text).toContain('U wacht op antwoord op uw vraag');
    const other = await sitWithTwo();
    await other.client.post(`/beoordeling/${other.formId}/afmelden`, { ...DECLINE, voor: 'deze' });
    expect(await askedOf(other.invitationId)).toBe(1);
  });
});

describe('the end of it', () => {
  it('comes by taking it back', async () => {
    await ask(DECLINE);
    const back = await at.client.post(`${at.formPath}/afmelden`, { actie: 'terug' });
    expect(back).toMatchObject({ status: 303, location: at.formPath });
    const form = await at.client.get(at.formPath);
    expect(form.text).toContain('Goed, u beoordeelt zelf');
    expect(form.text).not.toContain('Toch zelf beoordelen');
    const again = await at.client.post(`${at.formPath}/afmelden`, { actie: 'terug' }, { follows: true });
    expect(again.text).toContain('al beantwoord of teruggenomen');
  });

  it('comes by an answer: with a yes the form is closed', async () => {
    await ask(DECLINE);
    await app.apply(answerAsk, {
      assessmentIds: [at.started.assessmentId],
      contactId: at.started.contactId,
      isAgreed: true,
      reason: '',
      replacement: null,
      createContact: null,
      remark: '',
      initiatorId: app.seed.teacher.membershipId,
      kid: '1',
    });
    const page = await at.client.get(`${at.formPath}/afmelden`);
    expect(page.status).toBe(410);
    expect(page.text).toContain('niet meer nodig');
  });

  it.each([
    ['withdrawn', () => app.apply(withdrawExaminer, { ...at.started, reason: '' })],
    ['cancelled', () => app.apply(cancelAssessments, { assessmentIds: [at.started.assessmentId], reason: 'Ziek' })],
  ])('is said when the assessment was %s meanwhile', async (_what, end) => {
    await end();
    expect((await at.client.get(`${at.formPath}/afmelden`)).status).toBe(410);
    const posted = await at.client.post(`${at.formPath}/afmelden`, DECLINE, { follows: true });
    expect(posted.status).toBe(410);
  });

  it('leads to the form when that is finished', async () => {
    await at.save(COMPLETE);
    await at.finish();
    expect((await at.client.get(`${at.formPath}/afmelden`)).location).toBe(at.formPath);
  });
});

describe('asking and taking back without end', () => {
  it('mails the initiator a few times only, and keeps what was typed', async () => {
    const { invitationId } = at.started;
    expect((await ask(DECLINE)).status).toBe(303);
    expect((await ask({ actie: 'terug' })).status).toBe(303);
    // As it stands after an hour of this; the limits of this application are a thousand times as wide.
    const { count } = await app.database.rateLimit.updateMany({
      where: { key: `ask:${invitationId}` },
      data: { points: 10_000 },
    });
    expect(count).toBe(1);
    const refused = await ask(DECLINE);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('in korte tijd vaak iets gevraagd');
    expect(refused.text).toContain('Ik ben met verlof.');
    expect(await mails('asked')).toHaveLength(1);
    expect((await asks()).ask).toBeNull();
  });
});

describe('when the time to assess is over', () => {
  it('can still be asked, from the page that says so', async () => {
    const { streamId, state } = await closed();
    await app.database.stream.update({ where: { id: streamId }, data: { state } });
    const form = await at.client.get(at.formPath);
    expect(form.text).toContain('De tijd om te beoordelen is voorbij');
    expect(form.text).toContain(`href="${at.formPath}/afmelden"`);
    expect((await ask(DECLINE)).location).toBe(`${at.formPath}/afmelden`);
    expect((await asks()).ask).toBe('decline');
  });

  async function closed() {
    const streamId = at.started.assessmentId;
    const stream = await app.database.stream.findUniqueOrThrow({ where: { id: streamId } });
    return { streamId, state: { ...(stream.state as object), closesAt: '2026-01-01T00:00:00.000Z' } };
  }
});

describe('in English', () => {
  it('says the same', async () => {
    const other = await app.startAssessment({ contact: 1 });
    const client = app.client();
    await app.openLink(client, other.linkId);
    await client.post('/taal', { lang: 'en', returnTo: '/' });
    const path = `/beoordeling/${other.formId}/afmelden`;
    expect((await client.get(path)).text).toContain('Are you unable to assess this?');
    const refused = await client.post(path, { soort: 'handOver' });
    expect(refused.text).toContain('Fill in the name of the person you propose.');
    await client.post(path, DECLINE);
    expect((await client.get(path)).text).toContain('You are waiting for an answer from Toos van Proef');
  });
});
