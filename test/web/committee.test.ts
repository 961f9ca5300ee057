import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { disputeFinish } from '../../prisma/commands/forms.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { SMALL_COMPONENTS, seedMember, seedSchool, smallForm } from '../support/factories.ts';
import {
  assessed,
  committeeClient,
  decisionForm,
  differing,
  finish,
  hiddenFields,
  startWithTwo,
} from './committee-support.ts';

let app: TestApp;
let client: TestClient;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  client = await committeeClient(app);
});
afterAll(() => app.stop());

const statusOf = async (id: string) => (await app.database.assessment.findUniqueOrThrow({ where: { id } })).status;

describe('who may see the rooms of the committee', () => {
  it('sends a visitor to sign-in', async () => {
    expect((await app.client().get('/commissie')).location).toBe('/inloggen');
  });

  it('refuses a teacher, for reading and for deciding', async () => {
    const { assessmentId } = await assessed(app);
    const teacher = await committeeClient(app, app.seed.teacher.membershipId);
    expect((await teacher.get('/commissie')).status).toBe(403);
    expect((await teacher.get(`/commissie/${assessmentId}`)).status).toBe(403);
    expect((await teacher.post(`/commissie/${assessmentId}/vaststellen`, {})).status).toBe(403);
    expect(await statusOf(assessmentId)).toBe('assessed');
  });

  it('tells another school nothing: an empty queue and 404', async () => {
    const { assessmentId, contactId } = await assessed(app);
    const other = await seedSchool(app.database, { slug: `ander-${assessmentId.slice(-6)}` });
    const stranger = await committeeClient(app, other.committee.membershipId);
    expect((await stranger.get('/commissie?status=alle')).text).not.toContain('Noor de Vries');
    for (const path of ['', '/vaststellen', `/terug/${contactId}`]) {
      expect((await stranger.get(`/commissie/${assessmentId}${path}`)).status).toBe(404);
    }
    expect((await stranger.post(`/commissie/${assessmentId}/vaststellen`, { versie: '1' })).status).toBe(404);
    expect(await statusOf(assessmentId)).toBe('assessed');
  });

  it.each(['nonsense', '00000000-0000-7000-8000-000000000000', "'; DROP TABLE assessment; --"])(
    'answers 404 to an assessment called %s',
    async (id) => {
      expect((await client.get(`/commissie/${encodeURIComponent(id)}`)).status).toBe(404);
    },
  );
});

describe('queue', () => {
  it('shows what is assessed, and what is invited under its own list', async () => {
    const { assessmentId } = await assessed(app);
    const invited = await app.startAssessment();
    const first = await client.get('/commissie');
    expect(first.text).toContain(`/commissie/${assessmentId}`);
    expect(first.text).not.toContain(`/commissie/${invited.assessmentId}"`);
    expect((await client.get('/commissie?status=uitgenodigd')).text).toContain(`/commissie/${invited.assessmentId}"`);
  });

  it('keeps the search words out of the URL and finds by them', async () => {
    await assessed(app);
    const answer = await client.post('/commissie/zoeken', { zoek: 'vrie 10000', status: 'beoordeeld' });
    expect(answer.location).toBe('/commissie?status=beoordeeld');
    expect((await client.get('/commissie')).text).toContain('Noor de Vries');
    await client.post('/commissie/zoeken', { zoek: 'niemand', status: 'beoordeeld' });
    const nothing = await client.get('/commissie');
    expect(nothing.text).toContain('Niets gevonden');
    await client.post('/commissie/zoeken', { zoek: 'niemand', wis: '1' });
    expect((await client.get('/commissie')).text).toContain('Noor de Vries');
  });

  it('does not give the words of one session to the next', async () => {
    const mine = await committeeClient(app);
    await mine.post('/commissie/zoeken', { zoek: 'geheim-woord' });
    expect((await mine.get('/commissie')).text).toContain('geheim-woord');
    await app.signInAs(mine, app.seed.committee.membershipId);
    expect((await mine.get('/commissie')).text).not.toContain('geheim-woord');
  });

  it('shows HTML in a name as text', async () => {
    const student = await app.database.student.create({
      data: {
        id: '0190a000-0000-7000-8000-00000000a001',
        schoolId: app.seed.schoolId,
        email: 'script@student.example',
        number: '<b>1</b>',
        givenName: '<script>alert(1)</script>',
        familyName: '"><img src=x>',
        searchText: 'script',
      },
    });
    const { assessmentId } = await assessed(app, undefined, student.id);
    for (const path of ['', `/${assessmentId}`, `/${assessmentId}/vaststellen`]) {
      const { text } = await client.get(`/commissie${path}`);
      expect(text).toContain('&lt;script&gt;');
      expect(text).not.toContain('<script>alert');
      expect(text).not.toContain('<img src=x>');
    }
  });
});

describe('finalising', () => {
  it('takes the decision, makes the document row and says so in the dossier', async () => {
    const { assessmentId } = await assessed(app);
    const form = await decisionForm(app, client, assessmentId);
    const answer = await client.post(`/commissie/${assessmentId}/vaststellen`, form);
    expect(answer.location).toBe(`/commissie/${assessmentId}`);
    const dossier = await client.get(`/commissie/${assessmentId}`);
    expect(dossier.text).toContain('De uitslag is vastgesteld.');
    expect(dossier.text).toContain('De pdf wordt gemaakt.');
    expect(dossier.text).toContain('dossier.');
    const document = await app.database.document.findFirstOrThrow({ where: { assessmentId } });
    expect(document).toMatchObject({ version: 1, officeAddressId: app.seed.officeAddressId });
    const events = await app.database.event.findMany({
      where: { streamId: assessmentId, type: 'AssessmentFinalised' },
    });
    expect(events).toMatchObject([{ actorId: app.seed.committee.membershipId }]);
  });

  it('takes one decision when the button is pressed twice', async () => {
    const { assessmentId } = await assessed(app);
    const form = await decisionForm(app, client, assessmentId);
    const answers = await Promise.all([
      client.post(`/commissie/${assessmentId}/vaststellen`, form),
      client.post(`/commissie/${assessmentId}/vaststellen`, form),
    ]);
    expect(answers.map((answer) => answer.location)).toEqual(Array(2).fill(`/commissie/${assessmentId}`));
    expect((await client.get(`/commissie/${assessmentId}`)).text).not.toContain('Iemand anders was u voor');
    expect(await app.database.document.count({ where: { assessmentId } })).toBe(1);
  });

  it('lets one of two members decide and tells the other', async () => {
    const { assessmentId } = await assessed(app);
    const member = await seedMember(app.database, app.seed.schoolId, app.seed.slug, 'committee', 'tweede');
    const other = await committeeClient(app, member.membershipId);
    const [mine, theirs] = [
      await decisionForm(app, client, assessmentId),
      await decisionForm(app, other, assessmentId),
    ];
    await Promise.all([
      client.post(`/commissie/${assessmentId}/vaststellen`, mine),
      other.post(`/commissie/${assessmentId}/vaststellen`, theirs),
    ]);
    const pages = [await client.get(`/commissie/${assessmentId}`), await other.get(`/commissie/${assessmentId}`)];
    expect(pages.filter((page) => page.text.includes('De uitslag is vastgesteld.'))).toHaveLength(1);
    expect(pages.filter((page) => page.text.includes('Iemand anders was u voor'))).toHaveLength(1);
    expect(await app.database.document.count({ where: { assessmentId } })).toBe(1);
  });

  it('shows what changed while the member was looking', async () => {
    const { assessmentId, contactId, invitationId } = await assessed(app);
    const form = await decisionForm(app, client, assessmentId);
    const other = await committeeClient(app);
    await other.post(`/commissie/${assessmentId}/terug/${contactId}`, {
      onderdelen: SMALL_COMPONENTS[0],
      reason: 'Kijk nog eens naar het eerste criterium.',
    });
    await finish(app, { assessmentId, contactId, invitationId }, smallForm('G'));
    const answer = await client.post(`/commissie/${assessmentId}/vaststellen`, form);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Er is iets veranderd terwijl u keek.');
    expect(answer.text).toContain('Teruggestuurd naar Bo Praktijk');
    expect(await statusOf(assessmentId)).toBe('assessed');
    const again = { ...hiddenFields(answer.text), examenbureau: app.seed.officeAddressId };
    expect((await client.post(`/commissie/${assessmentId}/vaststellen`, again)).status).toBe(303);
    expect(await statusOf(assessmentId)).toBe('final');
  });

  it('names who is still busy', async () => {
    const { assessmentId } = await app.startAssessment();
    const page = await client.get(`/commissie/${assessmentId}/vaststellen`);
    expect(page.text).toContain('Nog niet klaar: Bo Praktijk.');
    const fields = { versie: '9', examenbureau: app.seed.officeAddressId };
    const answer = await client.post(`/commissie/${assessmentId}/vaststellen`, fields);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Nog niet klaar: Bo Praktijk.');
  });

  it('does not decide on a finish that the examiner disputes, and shows the way on', async () => {
    const { assessmentId, contactId } = await assessed(app);
    const form = await decisionForm(app, client, assessmentId);
    await app.apply(disputeFinish, { assessmentId, contactId }, { kind: 'examiner', id: contactId });
    const answer = await client.post(`/commissie/${assessmentId}/vaststellen`, form);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('zegt deze beoordeling niet te hebben afgerond');
    const dossier = await client.get(`/commissie/${assessmentId}`);
    expect(dossier.text).toContain(`href="/commissie/${assessmentId}/terug/${contactId}"`);
    expect(dossier.text).not.toContain(`href="/commissie/${assessmentId}/vaststellen"`);
    expect(await statusOf(assessmentId)).toBe('assessed');
  });

  it('asks whose scores stand where examiners differ, and shows the result of that choice first', async () => {
    const { assessmentId, first, second } = await differing(app);
    const path = `/commissie/${assessmentId}/vaststellen`;
    const question = await client.get(path);
    expect(question.text).toContain('Welke scores gelden?');
    const unanswered = await client.get(`${path}?gekozen=1`);
    expect(unanswered.status).toBe(422);
    const fields = SMALL_COMPONENTS.map((ref) => `scores-${ref.replaceAll('/', '-')}`);
    const check = await client.get(
      `${path}?gekozen=1&${fields.map((field) => `${field}=${first.contactId}`).join('&')}`,
    );
    expect(check.text).toContain('Voldoende, geslaagd');
    const hidden = hiddenFields(check.text);
    expect(hidden[fields[0] ?? '']).toBe(first.contactId);
    const withoutChoice = {
      versie: hidden.versie ?? '',
      besluit: hidden.besluit ?? '',
      examenbureau: app.seed.officeAddressId,
    };
    expect((await client.post(path, withoutChoice)).text).toContain('Welke scores gelden?');
    expect(await statusOf(assessmentId)).toBe('assessed');
    const failing = Object.fromEntries(fields.map((field) => [field, second.contactId]));
    await client.post(path, { ...withoutChoice, ...failing });
    expect(await app.database.assessment.findUniqueOrThrow({ where: { id: assessmentId } })).toMatchObject({
      status: 'final',
      score: 'O',
    });
  });

  it('refuses the choice of somebody who did not score', async () => {
    const { assessmentId } = await differing(app);
    const stranger = app.seed.studentId;
    const query = SMALL_COMPONENTS.map((ref) => `scores-${ref.replaceAll('/', '-')}=${stranger}`).join('&');
    expect((await client.get(`/commissie/${assessmentId}/vaststellen?gekozen=1&${query}`)).status).toBe(422);
  });
});

describe('typed address of the exam office', () => {
  it('is kept for this decision and not offered in the list', async () => {
    const { assessmentId } = await assessed(app);
    const form = {
      ...(await decisionForm(app, client, assessmentId)),
      examenbureau: 'anders',
      'ander-adres': 'Archief@Elders.example',
    };
    expect((await client.post(`/commissie/${assessmentId}/vaststellen`, form)).status).toBe(303);
    const document = await app.database.document.findFirstOrThrow({ where: { assessmentId } });
    const office = await app.database.officeAddress.findUniqueOrThrow({ where: { id: document.officeAddressId } });
    expect(office).toMatchObject({ email: 'Archief@elders.example', isListed: false, schoolId: app.seed.schoolId });
    const next = await assessed(app);
    expect((await client.get(`/commissie/${next.assessmentId}/vaststellen`)).text).not.toContain('Archief@elders');
  });

  it.each([
    ['a line break', 'bureau@school.example\r\nBcc: x@evil.example', 'Vul één e-mailadres in'],
    ['two addresses', 'a@school.example,b@school.example', 'Vul één e-mailadres in'],
    ['nothing', '', 'Vul het e-mailadres in'],
  ])('refuses %s and keeps what was filled in', async (_what, email, sentence) => {
    const { assessmentId } = await assessed(app);
    const form = { ...(await decisionForm(app, client, assessmentId)), examenbureau: 'anders', 'ander-adres': email };
    const answer = await client.post(`/commissie/${assessmentId}/vaststellen`, form);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(sentence);
    expect(answer.text).toContain('href="#ander-adres"');
    expect(answer.text).toContain('value="anders" checked');
    expect(await statusOf(assessmentId)).toBe('assessed');
  });

  it('refuses a domain that the school does not allow', async () => {
    const settings = (await app.database.school.findUniqueOrThrow({ where: { id: app.seed.schoolId } }))
      .settings as object;
    await app.database.school.update({
      where: { id: app.seed.schoolId },
      data: { settings: { ...settings, examOfficeDomains: ['zandkamp.example'] } },
    });
    const { assessmentId } = await assessed(app);
    const path = `/commissie/${assessmentId}/vaststellen`;
    const form = { ...(await decisionForm(app, client, assessmentId)), examenbureau: 'anders' };
    const refused = await client.post(path, { ...form, 'ander-adres': 'bureau@zandkamp.example.evil.example' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('Dit adres mag niet van uw school.');
    expect((await client.post(path, { ...form, 'ander-adres': 'ander@zandkamp.example' })).status).toBe(303);
    await app.database.school.update({ where: { id: app.seed.schoolId }, data: { settings } });
  });

  it('asks for a choice when nothing was chosen', async () => {
    const { assessmentId } = await assessed(app);
    const { versie = '', besluit = '' } = await decisionForm(app, client, assessmentId);
    const answer = await client.post(`/commissie/${assessmentId}/vaststellen`, { versie, besluit });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('href="#examenbureau"');
  });
});

describe('sending back', () => {
  it('reopens only the chosen components and mails the examiner', async () => {
    const { assessmentId, contactId } = await assessed(app);
    const answer = await client.post(`/commissie/${assessmentId}/terug/${contactId}`, {
      onderdelen: SMALL_COMPONENTS[1],
      reason: 'Welk criterium was onvoldoende?',
    });
    expect(answer.location).toBe(`/commissie/${assessmentId}`);
    const { state } = await app.database.stream.findUniqueOrThrow({ where: { id: assessmentId } });
    expect(state).toMatchObject({
      status: 'returned',
      examiners: { [contactId]: { form: 'returned', reopened: [SMALL_COMPONENTS[1]] } },
    });
    const dossier = await client.get(`/commissie/${assessmentId}`);
    expect(dossier.text).toContain('Welk criterium was onvoldoende?');
    expect(dossier.text).toContain('Wacht op Bo Praktijk sinds ');
    expect(
      await app.database.mail.count({
        where: { template: 'returned', reference: { path: ['contactId'], equals: contactId } },
      }),
    ).toBeGreaterThan(0);
  });

  it.each([
    ['no component', { reason: 'Een reden.' }, '#onderdelen'],
    ['only spaces as reason', { onderdelen: SMALL_COMPONENTS[0], reason: ' \u200b ' }, '#reason'],
    ['a reason that is too long', { onderdelen: SMALL_COMPONENTS[0], reason: 'a'.repeat(1001) }, '#reason'],
    ['a control character', { onderdelen: SMALL_COMPONENTS[0], reason: 'bel \u0007' }, '#reason'],
    ['an unknown component', { onderdelen: 'B9-K9-W9/product', reason: 'Een reden.' }, '#onderdelen'],
  ])('refuses %s', async (_what, fields, field) => {
    const { assessmentId, contactId } = await assessed(app);
    const answer = await client.post(`/commissie/${assessmentId}/terug/${contactId}`, fields);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`href="${field}"`);
    expect(await statusOf(assessmentId)).toBe('assessed');
  });

  it('says so when the form was sent back already', async () => {
    const { assessmentId, contactId } = await assessed(app);
    const fields = { onderdelen: [...SMALL_COMPONENTS], reason: 'Een reden.' };
    await client.post(`/commissie/${assessmentId}/terug/${contactId}`, fields);
    await client.get(`/commissie/${assessmentId}`);
    const again = await client.post(`/commissie/${assessmentId}/terug/${contactId}`, fields, { follows: true });
    expect(again.text).toContain('Terugsturen kan nu niet.');
  });

  it('can be undone until the examiner goes on, and the page says what happens then', async () => {
    const { assessmentId, contactId, formId } = await assessed(app);
    const back = `/commissie/${assessmentId}/terug/${contactId}`;
    expect((await client.get(`${back}/ongedaan`)).location).toBe(`/commissie/${assessmentId}`);
    await client.post(back, { onderdelen: [...SMALL_COMPONENTS], reason: 'Verkeerde student.' });
    expect((await client.get(`/commissie/${assessmentId}`)).text).toContain(`href="${back}/ongedaan"`);
    const page = await client.get(`${back}/ongedaan`);
    expect(page.text).toContain('Bo Praktijk heeft nog niets gewijzigd.');
    const fields = hiddenFields(page.text);
    const tooLong = await client.post(`${back}/ongedaan`, { ...fields, reden: 'x'.repeat(1001) });
    expect(tooLong.status).toBe(422);
    expect(tooLong.text).toContain('href="#reden"');
    const answers = await Promise.all([1, 2].map(() => client.post(`${back}/ongedaan`, { ...fields, reden: '' })));
    expect(answers.map(({ location }) => location)).toEqual([
      `/commissie/${assessmentId}`,
      `/commissie/${assessmentId}`,
    ]);
    expect(await statusOf(assessmentId)).toBe('assessed');
    const dossier = await client.get(`/commissie/${assessmentId}`);
    expect(dossier.text).toContain('Het terugsturen is ongedaan gemaakt.');
    expect(dossier.text).toContain('Terugsturen naar Bo Praktijk ongedaan gemaakt');
    expect(dossier.text).not.toContain(`href="${back}/ongedaan"`);
    expect(dossier.text).not.toContain('Teruggestuurd door');
    // Sent back anew, and begun.
    await client.post(back, { onderdelen: [...SMALL_COMPONENTS], reason: 'Toch.' });
    const again = hiddenFields((await client.get(`${back}/ongedaan`)).text);
    const savedAt = new Date(Date.now() + 1_000);
    await app.database.form.update({ where: { id: formId }, data: { savedAt } });
    expect((await client.get(`/commissie/${assessmentId}`)).text).not.toContain(`href="${back}/ongedaan"`);
    const late = await client.post(`${back}/ongedaan`, { ...again, reden: '' }, { follows: true });
    expect(late.text).toContain('is al verdergegaan met de beoordeling');
    expect(await statusOf(assessmentId)).toBe('returned');
  });

  it('is undone by nobody outside the committee of the school', async () => {
    const { assessmentId, contactId } = await assessed(app);
    const path = `/commissie/${assessmentId}/terug/${contactId}`;
    await client.post(path, { onderdelen: [...SMALL_COMPONENTS], reason: 'Verkeerde student.' });
    const teacher = await committeeClient(app, app.seed.teacher.membershipId);
    expect((await teacher.post(`${path}/ongedaan`, { formulierversie: '1' })).status).toBe(403);
    const other = await seedSchool(app.database, { slug: `vreemd-${assessmentId.slice(-6)}` });
    const stranger = await committeeClient(app, other.committee.membershipId);
    expect((await stranger.post(`${path}/ongedaan`, { formulierversie: '1' })).status).toBe(404);
    expect(await statusOf(assessmentId)).toBe('returned');
  });

  it('shows both examiners side by side with the difference marked', async () => {
    const { assessmentId } = await differing(app);
    const { text } = await client.get(`/commissie/${assessmentId}`);
    expect(text).toContain('data-label="Bo Praktijk"');
    expect(text).toContain('data-label="Sam Docent"');
    expect(text).toContain('Verschil');
  });

  it('waits for the second of two examiners', async () => {
    const { assessmentId, first } = await startWithTwo(app);
    await finish(app, first);
    expect((await client.get(`/commissie/${assessmentId}`)).text).toContain('Wacht op Sam Docent sinds ');
  });
});

describe('many decisions at once', () => {
  it('takes those that can be taken, holds back the others and is harmless twice', async () => {
    const [one, two] = [await assessed(app), await assessed(app, smallForm('G'))];
    const held = await differing(app);
    const query = [one, two, held].map(({ assessmentId }) => `afname=${assessmentId}`).join('&');
    const page = await client.get(`/commissie/vaststellen?${query}`);
    expect(page.text).toContain('2 uitslagen vaststellen');
    expect(page.text).toContain('Examinatoren verschillen: u kiest eerst welke scores gelden');
    const fields = {
      ...hiddenFields(page.text),
      afname: [one.assessmentId, two.assessmentId],
      examenbureau: app.seed.officeAddressId,
    };
    for (let time = 0; time < 2; time += 1) {
      const answer = await client.post('/commissie/vaststellen', fields, { follows: true });
      expect(answer.text).toContain('2 uitslagen zijn vastgesteld.');
    }
    expect(await statusOf(one.assessmentId)).toBe('final');
    expect(await statusOf(held.assessmentId)).toBe('assessed');
    expect(await app.database.document.count({ where: { assessmentId: two.assessmentId } })).toBe(1);
  });

  it('says how many were not decided because something changed', async () => {
    const { assessmentId } = await assessed(app);
    const page = await client.get(`/commissie/vaststellen?afname=${assessmentId}`);
    const fields = {
      ...hiddenFields(page.text),
      [`versie-${assessmentId}`]: '1',
      examenbureau: app.seed.officeAddressId,
    };
    const answer = await client.post('/commissie/vaststellen', fields, { follows: true });
    expect(answer.text).toContain('1 uitslag is niet vastgesteld');
    expect(await statusOf(assessmentId)).toBe('assessed');
  });
});
