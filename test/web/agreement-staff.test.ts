import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { AgreementPolicy } from '../../domain/agreement.ts';
import { assignExaminers } from '../../prisma/commands/assigning.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { SMALL_CRITERIA } from '../support/factories.ts';
import {
  differ,
  FIRST_WORDS,
  formOf,
  proposal,
  proposedId,
  readDutch,
  SECOND_WORDS,
  SHARED,
  setPolicy,
  sitDownTogether,
  stateOf,
  type Table,
} from './agreement-support.ts';
import { committeeClient, decisionForm, EXAM_LEVEL, finish, hiddenFields } from './committee-support.ts';

let app: TestApp;
let committee: TestClient;
let teacher: TestClient;
let at: Table;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  await readDutch(app);
  committee = await committeeClient(app);
  teacher = await committeeClient(app, app.seed.teacher.membershipId);
});
afterAll(() => app.stop());

async function sit(policy: AgreementPolicy): Promise<void> {
  await setPolicy(app, policy);
  at = await sitDownTogether(app);
  await differ(app, at);
}

const dossier = () => committee.get(`/commissie/${at.assessmentId}`);
const followed = () => teacher.get(`/afnames/${at.assessmentId}`);

describe('examiners who agree together', () => {
  beforeEach(() => sit(AgreementPolicy.Together));

  it('shows the committee both sets, what matters, and who must still say something', async () => {
    const page = await dossier();
    expect(page.status).toBe(200);
    expect(page.text).toContain('Overleg tussen examinatoren');
    expect(page.text).toContain('Nog nodig: Bo Praktijk en Sam Docent');
    expect(page.text).toContain('Onvoldoende tegenover voldoende of goed');
    expect(page.text).toContain(FIRST_WORDS);
    expect(page.text).toContain(SECOND_WORDS);
    expect(page.text).toContain('nog geen voorstel');
    await at.clients[0].post(at.pages[0], proposal(['V', 'V'], 'Samen gezien: voldoende.'));
    const proposed = await dossier();
    expect(proposed.text).toContain('Voorstel van Bo Praktijk');
    expect(proposed.text).toContain('Samen gezien: voldoende.');
    expect(proposed.text).toContain('Nog nodig: Sam Docent');
    expect(proposed.text).toContain('Bo Praktijk deed een voorstel voor B1-K1-W1');
  });

  it('cannot be decided while they do, and the page says who it waits for', async () => {
    const page = await committee.get(`/commissie/${at.assessmentId}/vaststellen`);
    expect(page.text).toContain('De examinatoren overleggen nog. Nog nodig: Bo Praktijk en Sam Docent.');
  });

  it('tells the initiator who must still say something, and no score or word of it', async () => {
    await at.clients[0].post(at.pages[0], proposal(['V', 'V'], 'Samen gezien: voldoende.'));
    const page = await followed();
    expect(page.status).toBe(200);
    expect(page.text).toContain('Overleg tussen examinatoren sinds');
    expect(page.text).toContain('Nog aan zet: Sam Docent.');
    expect(page.text).toContain('Bo Praktijk deed een voorstel voor B1-K1-W1');
    for (const word of ['proeve-score--', FIRST_WORDS, SECOND_WORDS, 'Samen gezien', '/hoofdexaminator'])
      expect(page.text).not.toContain(word);
    expect((await teacher.get('/aandacht')).text).not.toContain(`/afnames/${at.assessmentId}/examinatoren`);
  });

  it('asks for nothing but the decision once they agree, and names the agreement', async () => {
    await at.clients[0].post(at.pages[0], proposal(['V', 'V'], 'Samen gezien: voldoende.'));
    const voorstel = await proposedId(app, at.assessmentId);
    await at.clients[1].post(at.pages[1], { actie: 'akkoord', onderdeel: SHARED, voorstel });
    const page = await dossier();
    expect(page.text).toContain('Afgesproken door Bo Praktijk en Sam Docent');
    expect(page.text).toContain('Samen gezien: voldoende.');
    const decision = await committee.get(`/commissie/${at.assessmentId}/vaststellen`);
    expect(decision.text).not.toContain('Welke scores gelden?');
    expect(decision.text).toContain('Afgesproken door Bo Praktijk en Sam Docent');
    const form = await decisionForm(app, committee, at.assessmentId);
    expect((await committee.post(`/commissie/${at.assessmentId}/vaststellen`, form)).status).toBe(303);
    expect(await stateOf(app, at.assessmentId)).toMatchObject({ status: 'final', result: { score: 'V' } });
  });

  it('lets the committee take over with a reason, and then it names whose scores stand', async () => {
    const path = `/commissie/${at.assessmentId}/overnemen`;
    const asked = await committee.get(path);
    expect(asked.text).toContain('De commissie neemt het overleg over');
    const { besluit = '' } = hiddenFields(asked.text);
    const empty = await committee.post(path, { besluit, reden: ' ' });
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('De examinatoren moeten weten waarom');
    const reden = 'De datum van de diplomering komt eraan.';
    expect((await committee.post(path, { besluit, reden })).location).toBe(`/commissie/${at.assessmentId}`);
    const page = await dossier();
    expect(page.text).toContain('De commissie nam het overleg over');
    expect(page.text).toContain(reden);
    expect((await committee.get(`/commissie/${at.assessmentId}/vaststellen`)).text).toContain('Welke scores gelden?');
    expect((await at.clients[0].get(at.pages[0])).text).toContain('De examencommissie nam het over.');
    // The reason may tell about scores.
    expect((await followed()).text).not.toContain(reden);
    expect((await committee.get(path)).location).toBe(`/commissie/${at.assessmentId}`);
  });

  it('keeps the page to take over for the committee of this school', async () => {
    const path = `/commissie/${at.assessmentId}/overnemen`;
    expect((await teacher.get(path)).status).toBe(403);
    expect((await teacher.post(path, { reden: 'x' })).status).toBe(403);
    expect((await committee.get(`/commissie/${uuidv7()}/overnemen`)).status).toBe(404);
  });
});

describe('a lead examiner who decides', () => {
  beforeEach(() => sit(AgreementPolicy.Lead));

  it('asks the lead alone, and shows the other what was decided', async () => {
    const [practice, school] = at.clients;
    expect((await practice.get(at.pages[0])).text).toContain('Sam Docent is hoofdexaminator en beslist');
    expect((await practice.get(at.pages[0])).text).not.toContain('name="actie"');
    expect((await practice.get(`/beoordeling/${at.first.formId}`)).text).toContain('De hoofdexaminator beslist');
    expect((await practice.post(at.pages[0], proposal(['V', 'V'], 'x'))).status).toBe(409);
    const lead = await school.get(at.pages[1]);
    expect(lead.text).toContain('U bent hoofdexaminator en beslist');
    expect(lead.text).toContain('Zo besluiten');
    expect((await school.post(at.pages[1], proposal(['V', 'V'], 'Ik kies V.'))).status).toBe(303);
    expect(await stateOf(app, at.assessmentId)).toMatchObject({
      status: 'assessed',
      agreed: { [SHARED]: { how: 'lead', by: [at.second.contactId] } },
    });
    const decided = await practice.get(at.pages[0]);
    expect(decided.text).toContain('Besloten door Sam Docent');
    expect(decided.text).toContain('Ik kies V.');
    expect((await dossier()).text).toContain('Besloten door hoofdexaminator Sam Docent');
  });

  it('is named by the initiator, also while the decision is waited for', async () => {
    const page = await followed();
    expect(page.text).toContain('Hoofdexaminator: Sam Docent');
    const path = `/afnames/${at.assessmentId}/hoofdexaminator`;
    expect(page.text).toContain(path);
    const { formulier = '' } = hiddenFields((await teacher.get(path)).text);
    expect((await teacher.post(path, { formulier, hoofdexaminator: '' })).status).toBe(422);
    expect((await teacher.post(path, { formulier, hoofdexaminator: uuidv7() })).status).toBe(422);
    const named = await teacher.post(path, { formulier, hoofdexaminator: at.first.contactId });
    expect(named.location).toBe(`/afnames/${at.assessmentId}`);
    expect((await followed()).text).toContain('Hoofdexaminator: Bo Praktijk');
    expect((await at.clients[0].get(at.pages[0])).text).toContain('U bent hoofdexaminator en beslist');
    expect((await at.clients[1].get(at.pages[1])).text).toContain('Bo Praktijk is hoofdexaminator en beslist');
    expect((await committee.get(path)).status).toBe(403);
  });
});

describe('a third examiner', () => {
  beforeEach(() => sit(AgreementPolicy.Third));

  async function inviteThird() {
    const id = uuidv7();
    const { schoolId } = app.seed;
    const person = { name: 'Kim Derde', kind: 'school', lang: 'nl', jobTitle: 'Docent', organisation: 'ROC' };
    const email = `kim-${id.slice(-6)}@zandkamp.example`;
    await app.database.contact.create({ data: { id, schoolId, ...person, email, searchText: 'kim' } });
    const { assessmentId } = at;
    const { assignments } = await stateOf(app, assessmentId);
    const all = [...assignments, { examinerId: id, scope: EXAM_LEVEL }];
    await app.apply(assignExaminers, { assignments: [{ assessmentId, assignments: all }] });
    await app.invite({ assessmentIds: [assessmentId], contactIds: [id] });
    const pair = await app.database.assessmentExaminer.findFirstOrThrow({
      where: { assessmentId, contactId: id },
      include: { invitation: true },
    });
    const third = {
      assessmentId,
      contactId: id,
      invitationId: pair.invitationId ?? '',
      formId: pair.formId ?? '',
      linkId: pair.invitation?.linkId ?? '',
    };
    const client = app.client();
    await app.openLink(client, third.linkId);
    return { third, client };
  }

  it('must be chosen by the initiator, who is told so on the page and under what needs attention', async () => {
    const page = await followed();
    expect(page.text).toContain('Er is een derde examinator nodig');
    expect(page.text).toContain('Derde examinator kiezen');
    expect(page.text).not.toContain('proeve-score--');
    const attention = await teacher.get('/aandacht');
    expect(attention.text).toContain('Derde examinator nodig');
    expect(attention.text).toContain(`/afnames/${at.assessmentId}/examinatoren`);
    expect((await dossier()).text).toContain('De docent kiest een derde examinator');
  });

  it('is blind, and nobody else sees anything of others until then', async () => {
    for (const index of [0, 1] as const) {
      const page = await at.clients[index].get(at.pages[index]);
      expect(page.text).toContain('Een derde examinator beoordeelt');
      for (const word of [FIRST_WORDS, SECOND_WORDS].filter((_, own) => own !== index))
        expect(page.text).not.toContain(word);
    }
    const { third, client } = await inviteThird();
    const own = `/beoordeling/${third.formId}/overleg`;
    expect((await client.get(own)).location).toBe(`/beoordeling/${third.formId}`);
    const form = await client.get(`/beoordeling/${third.formId}`);
    for (const word of [FIRST_WORDS, SECOND_WORDS, 'Bo Praktijk', 'Sam Docent', 'derde examinator'])
      expect(form.text).not.toContain(word);
    expect((await at.clients[0].get(at.pages[0])).text).toContain('Een derde examinator beoordeelt');
    await finish(app, third, formOf(['G', 'V', 'V', 'V'], 'Ik zag het zelf.'));
    expect(await stateOf(app, at.assessmentId)).toMatchObject({
      status: 'assessed',
      agreed: { [SHARED]: { how: 'third', by: [third.contactId], scores: { [SMALL_CRITERIA[0]]: 'G' } } },
    });
    const settled = await at.clients[0].get(at.pages[0]);
    expect(settled.text).toContain('De scores van de derde examinator gelden');
    expect((await dossier()).text).toContain('De scores van derde examinator Kim Derde gelden');
  });
});

describe('a committee that decides by itself', () => {
  it('gives examiners nothing to look at: the plain finished page', async () => {
    await sit(AgreementPolicy.Committee);
    for (const index of [0, 1] as const) {
      const { location } = await at.clients[index].get(at.pages[index]);
      const { formId } = index === 0 ? at.first : at.second;
      expect(location).toBe(`/beoordeling/${formId}`);
      expect((await at.clients[index].get(location ?? '')).text).not.toContain('/overleg');
    }
    const page = await dossier();
    expect(page.text).toContain('Onvoldoende tegenover voldoende of goed');
    expect(page.text).not.toContain('/overnemen');
  });
});
