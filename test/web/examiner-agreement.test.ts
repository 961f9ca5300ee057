import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { scoreFieldName } from '../../domain/form.ts';
import { cancelAssessment } from '../../prisma/commands/assessments.ts';
import { returnForm } from '../../prisma/commands/forms.ts';
import { withdrawExaminer } from '../../prisma/commands/inviting.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { SMALL_CRITERIA, seedSchool } from '../support/factories.ts';
import {
  differ,
  FIRST_WORDS,
  formOf,
  OTHER,
  proposal,
  proposedId,
  SECOND_WORDS,
  SHARED,
  sitDownTogether,
  stateOf,
  type Table,
} from './agreement-support.ts';
import { finish } from './committee-support.ts';

let app: TestApp;
let at: Table;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true, seed: { settings: { agreement: 'together' } } });
  // Both read Dutch.
  await app.database.contact.updateMany({ data: { lang: 'nl' } });
});
beforeEach(async () => {
  at = await sitDownTogether(app);
});
afterAll(() => app.stop());

describe('before all have finished', () => {
  it('shows nothing of the other, and says so', async () => {
    await finish(app, at.second, formOf(['O', 'V', 'V', 'V'], SECOND_WORDS));
    const unfinished = await at.clients[0].get(at.pages[0]);
    expect(unfinished).toMatchObject({ status: 303, location: `/beoordeling/${at.first.formId}` });
    const page = await at.clients[1].get(at.pages[1]);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Nog niet iedereen is klaar');
    expect(page.text).not.toContain('Bo Praktijk');
  });

  it('takes no proposal, and gives back what was typed', async () => {
    await finish(app, at.second, formOf(['O', 'V', 'V', 'V'], SECOND_WORDS));
    const posted = await at.clients[1].post(at.pages[1], proposal(['V', 'V'], 'Wij kiezen V.'));
    expect(posted.status).toBe(409);
    expect(posted.text).toContain('Wij kiezen V.');
    expect((await stateOf(app, at.assessmentId)).agreement).toBeUndefined();
  });

  it('leaves whoever scores alone on the plain finished page', async () => {
    const alone = await app.startAssessment();
    const client = app.client();
    await app.openLink(client, alone.linkId);
    await finish(app, alone);
    const page = await client.get(`/beoordeling/${alone.formId}/overleg`);
    expect(page).toMatchObject({ status: 303, location: `/beoordeling/${alone.formId}` });
    expect((await client.get(`/beoordeling/${alone.formId}`)).text).not.toContain('/overleg');
  });
});

describe('who may look', () => {
  beforeEach(() => differ(app, at));

  it('has work for whoever opens or lost the link as long as a word is needed, and no longer', async () => {
    const { contactId, invitationId } = at.second;
    const { email } = await app.database.contact.findUniqueOrThrow({ where: { id: contactId } });
    const lost = async () => {
      const found = await app.repositories.access.findLostLinks(email.toLowerCase());
      return found.flatMap(({ invitationIds }) => invitationIds).includes(invitationId);
    };
    const landing = async () => (await app.client().get(await app.linkPath(at.second.linkId))).text;
    expect([await lost(), (await landing()).includes('U hebt alles afgerond')]).toEqual([true, false]);
    await at.clients[0].post(at.pages[0], proposal(['V', 'V'], 'Wij kiezen V.'));
    await at.clients[1].post(at.pages[1], {
      actie: 'akkoord',
      onderdeel: SHARED,
      voorstel: await proposedId(app, at.assessmentId),
      opdracht: uuidv7(),
    });
    expect((await stateOf(app, at.assessmentId)).status).toBe('assessed');
    expect([await lost(), (await landing()).includes('U hebt alles afgerond')]).toEqual([false, true]);
  });

  it('refuses a browser without the link, of another assessment, and of another school', async () => {
    const stranger = app.client();
    const answer = await stranger.get(at.pages[0]);
    expect(answer.status).toBe(403);
    const other = await app.startAssessment();
    const client = app.client();
    await app.openLink(client, other.linkId);
    for (const browser of [stranger, client]) {
      const page = await browser.get(at.pages[0]);
      expect(page.status).toBe(403);
      expect(page.text).not.toContain(SECOND_WORDS);
      expect((await browser.post(at.pages[0], proposal(['V', 'V'], 'x'))).status).toBe(403);
    }
    const school = await seedSchool(app.database, { slug: `ander-${at.assessmentId.slice(-6)}` });
    const reads = app.repositories.forSchool(school.schoolId).examinerAgreement;
    expect(await reads.findAgreement(at.first)).toEqual({ kind: 'none' });
  });

  it('does not let an examiner look at the page of the other', async () => {
    expect((await at.clients[0].get(at.pages[1])).status).toBe(403);
  });

  it('shows nothing to whoever was withdrawn', async () => {
    await app.apply(returnForm, { ...at.second, components: [SHARED], reason: 'Kijk nog eens.' });
    await app.apply(withdrawExaminer, { ...at.second, reason: 'Dubbel gevraagd' });
    const page = await at.clients[1].get(at.pages[1]);
    expect(page.status).toBe(410);
    expect(page.text).not.toContain(FIRST_WORDS);
    const reads = app.repositories.forSchool(app.seed.schoolId).examinerAgreement;
    expect(await reads.findAgreement(at.second)).toEqual({ kind: 'none' });
  });

  it('has nothing to agree about once it was cancelled, and gives back what was typed', async () => {
    await app.apply(cancelAssessment, { assessmentId: at.assessmentId, reason: 'Ziek' });
    expect((await at.clients[0].get(at.pages[0])).location).toBe(`/beoordeling/${at.first.formId}`);
    const posted = await at.clients[0].post(at.pages[0], proposal(['V', 'V'], 'Net getypt.'));
    expect([403, 409]).toContain(posted.status);
    expect(posted.text).toContain('Net getypt.');
    expect(posted.text).not.toContain(SECOND_WORDS);
  });

  it('shows nothing any more once a form came back', async () => {
    await app.apply(returnForm, { ...at.second, components: [SHARED], reason: 'Kijk nog eens.' });
    const page = await at.clients[0].get(at.pages[0]);
    expect(page.text).toContain('Nog niet iedereen is klaar');
    expect(page.text).not.toContain(SECOND_WORDS);
  });
});

describe('side by side', () => {
  beforeEach(() => differ(app, at));

  it('shows both sets, marks why the difference matters, and chooses nothing where they differ', async () => {
    const page = await at.clients[0].get(at.pages[0]);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Sam Docent');
    expect(page.text).toContain('Zorggroep De Voorbeelden');
    expect(page.text).not.toContain(app.seed.contacts[1].email);
    expect(page.text).toContain(FIRST_WORDS);
    expect(page.text).toContain(SECOND_WORDS);
    expect(page.text).toContain('Onvoldoende tegenover voldoende of goed');
    expect(page.text).toContain('De uitslag van het examen hangt hiervan af');
    const radios = (ref: string) =>
      [...page.text.matchAll(new RegExp(`<input[^>]*name="${scoreFieldName(ref)}"[^>]*>`, 'g'))].map(([tag]) => tag);
    expect(radios(SMALL_CRITERIA[0]).some((tag) => tag.includes('checked'))).toBe(false);
    expect(radios(SMALL_CRITERIA[1]).filter((tag) => tag.includes('checked'))).toEqual([
      expect.stringContaining('value="V"'),
    ]);
    // They gave the same at the other component, so it is not here.
    expect(page.text).not.toContain('Het plan is volledig');
  });

  it('is named in the work list and on the finished page', async () => {
    const list = await at.clients[0].get('/beoordelingen');
    expect(list.text).toContain('Overleg nodig');
    expect(list.text).toContain(at.pages[0]);
    for (const path of ['', '/klaar']) {
      const finished = await at.clients[0].get(`/beoordeling/${at.first.formId}${path}`);
      expect(finished.text).toContain('Overleg nodig');
      expect(finished.text).toContain(at.pages[0]);
    }
  });
});

describe('agreeing', () => {
  beforeEach(() => differ(app, at));

  it('asks for every score and for the justification that the policy wants', async () => {
    const empty = await at.clients[0].post(at.pages[0], proposal(['', 'V'], 'Wij kiezen.'));
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('Wij kiezen.');
    expect(empty.text).toContain(`href="#${scoreFieldName(SMALL_CRITERIA[0])}"`);
    const wordless = await at.clients[0].post(at.pages[0], proposal(['O', 'V'], '  '));
    expect(wordless.status).toBe(422);
    expect(wordless.text).toContain('U gaf 1× O');
    expect(await proposedId(app, at.assessmentId)).toBe('');
  });

  it('is a proposal of one and the yes of the other; then the committee gets it, the own scores kept', async () => {
    const posted = await at.clients[0].post(at.pages[0], proposal(['V', 'V'], 'Samen gezien: voldoende.'));
    expect(posted).toMatchObject({ status: 303, location: at.pages[0] });
    const own = await at.clients[0].get(at.pages[0]);
    expect(own.text).toContain('Wacht op Sam Docent');
    expect(own.text).toContain('Sam Docent is nog niet akkoord');
    const other = await at.clients[1].get(at.pages[1]);
    expect(other.text).toContain('Samen gezien: voldoende.');
    const yes = { actie: 'akkoord', onderdeel: SHARED, voorstel: await proposedId(app, at.assessmentId) };
    expect(await at.clients[1].post(at.pages[1], yes)).toMatchObject({ status: 303, location: at.pages[1] });
    // Once more, as from a slow phone.
    expect((await at.clients[1].post(at.pages[1], yes)).status).toBe(303);
    const state = await stateOf(app, at.assessmentId);
    expect(state.status).toBe('assessed');
    expect(state.agreed?.[SHARED]).toMatchObject({ how: 'together', scores: { [SMALL_CRITERIA[0]]: 'V' } });
    expect(state.examiners[at.second.contactId]?.scores[SMALL_CRITERIA[0]]).toBe('O');
    const settled = await at.clients[0].get(at.pages[0]);
    expect(settled.text).toContain('Afgesproken door u en Sam Docent');
    expect(settled.text).not.toContain('name="actie"');
    expect((await at.clients[0].get(`/beoordeling/${at.first.formId}`)).text).toContain(
      'Er is een afspraak over de scores',
    );
  });

  it('says that a colleague changed it, and keeps what was typed', async () => {
    await at.clients[1].post(at.pages[1], proposal(['O', 'V'], 'Het was onvoldoende.'));
    const stale = await at.clients[0].post(at.pages[0], proposal(['G', 'V'], 'Ik had dit al getypt.'));
    expect(stale.status).toBe(409);
    expect(stale.text).toContain('Sam Docent deed een ander voorstel');
    expect(stale.text).toContain('Ik had dit al getypt.');
    expect(stale.text).toContain('Het was onvoldoende.');
    const on = /name="voorstel" value="([^"]+)"/.exec(stale.text)?.[1] ?? '';
    expect(on).toBe(await proposedId(app, at.assessmentId));
    expect((await at.clients[0].post(at.pages[0], proposal(['G', 'V'], 'Ik had dit al getypt.', { on }))).status).toBe(
      303,
    );
    expect((await stateOf(app, at.assessmentId)).agreement?.proposals[SHARED]?.by).toBe(at.first.contactId);
  });

  it('does not agree with what changed since it was read', async () => {
    await at.clients[0].post(at.pages[0], proposal(['V', 'V'], 'Eerst dit.'));
    const read = await proposedId(app, at.assessmentId);
    await at.clients[0].post(at.pages[0], proposal(['G', 'V'], 'Toch een G.', { on: read }));
    const late = await at.clients[1].post(at.pages[1], { actie: 'akkoord', onderdeel: SHARED, voorstel: read });
    expect(late.status).toBe(409);
    expect(late.text).toContain('Het voorstel is veranderd');
    expect(late.text).toContain('Toch een G.');
    expect((await stateOf(app, at.assessmentId)).agreed).toBeUndefined();
  });

  it('takes the same press of the button once', async () => {
    const posted = proposal(['V', 'V'], 'Een keer.');
    const answers = await Promise.all([0, 1, 2].map(() => at.clients[0].post(at.pages[0], posted)));
    for (const answer of answers) expect(answer.status).toBe(303);
    const events = await app.database.event.count({
      where: { streamId: at.assessmentId, type: 'AgreementProposed' },
    });
    expect(events).toBe(1);
  });

  it.each([
    ['another component', { onderdeel: OTHER }],
    ['no component', { onderdeel: 'niets' }],
    ['nothing at all', { actie: '', onderdeel: '' }],
  ])('takes no proposal about %s', async (_what, fields) => {
    const posted = await at.clients[0].post(at.pages[0], { ...proposal(['V', 'V'], 'x'), ...fields });
    expect(posted.status).toBe(409);
    expect(await proposedId(app, at.assessmentId)).toBe('');
  });

  it('refuses a yes to a proposal that is none', async () => {
    for (const voorstel of ['', 'niets', uuidv7()]) {
      const posted = await at.clients[0].post(at.pages[0], { actie: 'akkoord', onderdeel: SHARED, voorstel });
      expect(posted.status).toBe(409);
    }
  });
});

describe('not agreeing', () => {
  beforeEach(() => differ(app, at));

  it('needs a reason, and then the committee decides; both can still read it', async () => {
    const empty = await at.clients[0].post(at.pages[0], { actie: 'commissie', reden: '  ' });
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('Schrijf waarom u er niet uit komt');
    const posted = await at.clients[0].post(at.pages[0], { actie: 'commissie', reden: 'Wij zagen iets anders.' });
    expect(posted).toMatchObject({ status: 303, location: at.pages[0] });
    expect(await stateOf(app, at.assessmentId)).toMatchObject({ status: 'assessed', disagreements: [SHARED] });
    const page = await at.clients[1].get(at.pages[1]);
    expect(page.text).toContain('Bo Praktijk vroeg de examencommissie om te beslissen');
    expect(page.text).toContain('Wij zagen iets anders.');
    const late = await at.clients[1].post(at.pages[1], proposal(['V', 'V'], 'Te laat.'));
    expect(late.status).toBe(409);
    expect(late.text).toContain('Te laat.');
  });
});
