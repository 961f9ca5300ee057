import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import type { AssessmentState } from '../../domain/assessment.ts';
import type { CommitteeEdits, DecidingPolicy } from '../../domain/deciding.ts';
import { justificationFieldName, scoreFieldName } from '../../domain/form.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { SMALL_COMPONENTS, SMALL_CRITERIA, seedMember, seedSchool, smallForm } from '../support/factories.ts';
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
let colleague: TestClient;

const [FIRST, SECOND] = SMALL_COMPONENTS;
const WORDS = justificationFieldName(FIRST);
const OTHER_WORDS = justificationFieldName(SECOND);
const SCORE = scoreFieldName(SMALL_CRITERIA[0]);
const WAS = 'Gezien bij de wondzorg op kamer 4.';
const REASON = 'De kamer klopte niet.';

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  client = await committeeClient(app);
  const member = await seedMember(app.database, app.seed.schoolId, app.seed.slug, 'committee', 'collega');
  colleague = await committeeClient(app, member.membershipId);
});
afterAll(() => app.stop());
beforeEach(() => setPolicy({}));

async function setPolicy(deciding: Partial<DecidingPolicy>): Promise<void> {
  const { schoolId } = app.seed;
  const { settings } = await app.database.school.findUniqueOrThrow({ where: { id: schoolId } });
  const data = { settings: { ...(settings as object), deciding } as never };
  await app.database.school.update({ where: { id: schoolId }, data });
}

const allow = (committeeEdits: CommitteeEdits) => setPolicy({ committeeEdits });

async function stateOf(assessmentId: string): Promise<AssessmentState> {
  const { state } = await app.database.stream.findUniqueOrThrow({ where: { id: assessmentId } });
  return state as unknown as AssessmentState;
}

const versionsOf = (formId: string) =>
  app.database.formSubmission.findMany({ where: { formId }, orderBy: { formVersion: 'asc' } });

interface Of {
  readonly assessmentId: string;
  readonly contactId: string;
}

const pageOf = ({ assessmentId, contactId }: Of) => `/commissie/${assessmentId}/bewerken/${contactId}`;

/** What a browser would send of the page as it is now, with these changes. */
async function fields(by: TestClient, of: Of, changes: Record<string, string> = {}): Promise<Record<string, string>> {
  const { text } = await by.get(pageOf(of));
  const { versie = '', besluit = '' } = hiddenFields(text);
  return { versie, besluit, [WORDS]: WAS, [OTHER_WORDS]: WAS, reden: REASON, ...changes };
}

/** With the signs in addresses as they are meant. */
const plain = (html: string) => html.replaceAll('&#x3D;', '=');

describe('correcting words', () => {
  it('makes another version of the form and leaves the first as it was', async () => {
    const one = await assessed(app);
    const [before] = await versionsOf(one.formId);
    const words = 'Gezien bij de wondzorg op kamer 5.';
    const answer = await client.post(pageOf(one), await fields(client, one, { [WORDS]: words }));
    expect(answer.location).toBe(`/commissie/${one.assessmentId}`);
    const [first, second, ...others] = await versionsOf(one.formId);
    expect(others).toEqual([]);
    expect(first).toEqual(before);
    expect(second).toMatchObject({
      formVersion: 2,
      editedById: app.seed.committee.membershipId,
      content: { ...smallForm('V'), justifications: { ...smallForm('V').justifications, [FIRST]: words } },
    });
    const note = await app.database.textNote.findUniqueOrThrow({ where: { id: second?.editReasonId ?? '' } });
    expect(note).toMatchObject({ body: REASON, streamId: one.assessmentId });
    const event = await app.database.event.findFirstOrThrow({
      where: { streamId: one.assessmentId, type: 'FormCorrected' },
    });
    expect(JSON.parse(event.body)).toMatchObject({
      components: [FIRST],
      rescored: [],
      formVersion: 2,
      contentDigest: second?.contentDigest,
      submissionId: second?.id,
    });
    expect(event.body).not.toContain('kamer');
    expect(event.actorId).toBe(app.seed.committee.membershipId);
  });

  it('tells the examiner that it happened, and keeps the link to what it says now', async () => {
    const one = await assessed(app);
    await client.post(pageOf(one), await fields(client, one, { [WORDS]: 'Gezien op kamer 5.' }));
    const mail = await app.database.mail.findFirstOrThrow({
      where: { template: 'formCorrected', streamId: one.invitationId },
    });
    const contact = await app.database.contact.findUniqueOrThrow({ where: { id: one.contactId } });
    expect(mail.toAddress).toBe(contact.email);
    const examiner = app.client();
    await app.openLink(examiner, one.linkId);
    const form = await examiner.get(`/beoordeling/${one.formId}`);
    expect(form.text).toContain('De examencommissie heeft iets verbeterd');
    expect(form.text).toContain(REASON);
    expect(form.text).toContain('Gezien op kamer 5.');
    const versions = await examiner.get(`/beoordeling/${one.formId}/versies`);
    expect(versions.text).toContain('Verbeterd door de examencommissie op ');
    expect(versions.text).toContain('<del class="proeve-diff');
  });

  it('shows who, when, what it said, what it says and why in the history', async () => {
    const one = await assessed(app);
    const empty = await client.get(`/commissie/${one.assessmentId}/bewerkhistorie`);
    expect(empty.text).toContain('Er is nog niets bewerkt');
    await client.post(pageOf(one), await fields(client, one, { [WORDS]: 'Gezien bij de wondzorg op kamer 5.' }));
    const { text } = await client.get(`/commissie/${one.assessmentId}/bewerkhistorie`);
    expect(text).toContain('Cor van Proef');
    expect(text).toContain(REASON);
    expect(text).toMatch(/<del[^>]*>.*weggehaald:.*4.*<\/del>/);
    expect(text).toMatch(/<ins[^>]*>.*nieuw:.*5.*<\/ins>/);
    const dossier = await client.get(`/commissie/${one.assessmentId}`);
    expect(dossier.text).toContain(`href="/commissie/${one.assessmentId}/bewerkhistorie"`);
    expect(dossier.text).toContain('Versie 2 is verbeterd door Cor van Proef');
    expect(dossier.text).toContain('Onderbouwing van Bo Praktijk, verbeterd door Cor van Proef, examencommissie');
    expect(dossier.text).toContain('Formulier van Bo Praktijk verbeterd door de examencommissie');
  });

  it('keeps one version when the button is pressed twice', async () => {
    const one = await assessed(app);
    const posted = await fields(client, one, { [WORDS]: 'Op kamer 5.' });
    const answers = await Promise.all([client.post(pageOf(one), posted), client.post(pageOf(one), posted)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 303]);
    expect(await versionsOf(one.formId)).toHaveLength(2);
  });

  it.each([
    ['no reason', { [WORDS]: 'Anders.', reden: ' \u200b ' }, '#reden', 'Vul in waarom u dit verbetert.'],
    ['a reason that is too long', { [WORDS]: 'Anders.', reden: 'a'.repeat(1001) }, '#reden', '1001'],
    ['nothing changed', {}, '#main', 'U hebt nog niets gewijzigd.'],
    ['only other spaces', { [WORDS]: `  ${WAS}  ` }, '#main', 'U hebt nog niets gewijzigd.'],
    ['20,000 characters', { [WORDS]: 'a'.repeat(20_000) }, `#${WORDS}`, '20.000'],
    ['a control character', { [WORDS]: 'bel \u0007' }, `#${WORDS}`, 'U+0007'],
  ])('refuses %s and keeps what was typed', async (_what, changes, field, sentence) => {
    const one = await assessed(app);
    const answer = await client.post(pageOf(one), await fields(client, one, changes));
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`href="${field}"`);
    expect(answer.text).toContain(sentence);
    if (WORDS in changes) expect(answer.text).toContain(String(changes[WORDS]).trim().replace('\u0007', ''));
    expect(await versionsOf(one.formId)).toHaveLength(1);
  });

  it('takes no justification away that is required', async () => {
    const one = await assessed(app, smallForm('G'));
    const answer = await client.post(pageOf(one), await fields(client, one, { [WORDS]: '' }));
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`href="#${WORDS}"`);
    expect(await versionsOf(one.formId)).toHaveLength(1);
  });
});

describe('a justification that is not there', () => {
  it('is for the examiner to write where only words may be corrected, and to take away', async () => {
    const form = smallForm('V');
    const one = await assessed(app, { ...form, justifications: { [SECOND]: WAS } });
    const page = await client.get(pageOf(one));
    expect(page.text).not.toContain(`name="${WORDS}"`);
    expect(page.text).toContain('Hier is geen onderbouwing geschreven');
    for (const changes of [{ [WORDS]: 'Door de commissie bedacht.' }, { [WORDS]: '', [OTHER_WORDS]: '' }]) {
      const answer = await client.post(pageOf(one), await fields(client, one, changes));
      expect(answer.status).toBe(422);
      expect(answer.text).toContain('Dit mag de commissie bij uw school niet zelf wijzigen.');
    }
    expect(await versionsOf(one.formId)).toHaveLength(1);
  });
});

describe('scores, by the policy of the school', () => {
  it('offers no scores and refuses posted ones where only words may be corrected', async () => {
    const one = await assessed(app);
    expect((await client.get(pageOf(one))).text).not.toContain(`name="${SCORE}"`);
    const answer = await client.post(pageOf(one), await fields(client, one, { [SCORE]: 'G' }));
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Dit mag de commissie bij uw school niet zelf wijzigen.');
    expect(await versionsOf(one.formId)).toHaveLength(1);
  });

  it('calculates the result anew where scores may be corrected', async () => {
    await allow('scores');
    const one = await assessed(app);
    expect((await stateOf(one.assessmentId)).result).toMatchObject({ score: 'V' });
    const answer = await client.post(pageOf(one), await fields(client, one, { [SCORE]: 'O' }));
    expect(answer.status).toBe(303);
    const { result, examiners, status } = await stateOf(one.assessmentId);
    expect({ status, score: result?.score }).toEqual({ status: 'assessed', score: 'O' });
    expect(examiners[one.contactId]).toMatchObject({ formVersion: 2, scores: { [SMALL_CRITERIA[0]]: 'O' } });
    const row = await app.database.assessment.findUniqueOrThrow({ where: { id: one.assessmentId } });
    expect(row).toMatchObject({ score: 'O', editCount: 1, hasRemarks: true });
    expect((await client.get(`/commissie/${one.assessmentId}/bewerkhistorie`)).text).toContain('proeve-score--O');
  });

  it('asks whose scores stand when a correction makes examiners differ', async () => {
    await allow('scores');
    const { assessmentId, first, second } = await startWithTwo(app);
    await finish(app, first, smallForm('V'));
    await finish(app, second, smallForm('V'));
    await client.post(pageOf(first), await fields(client, first, { [SCORE]: 'G' }));
    expect(await stateOf(assessmentId)).toMatchObject({ disagreements: [FIRST], result: null });
  });

  it('lets nothing be corrected where the school says so, and shows the way back to the examiner', async () => {
    const one = await assessed(app);
    const posted = await fields(client, one, { [WORDS]: 'Anders.' });
    await allow('off');
    expect((await client.get(pageOf(one))).location).toBe(`/commissie/${one.assessmentId}`);
    expect((await client.post(pageOf(one), posted)).status).toBe(422);
    const dossier = await client.get(`/commissie/${one.assessmentId}?bewerken=aan`);
    expect(dossier.text).toContain('Uw school laat de commissie niets zelf wijzigen.');
    expect(dossier.text).not.toContain(`href="${pageOf(one)}`);
    expect(plain(dossier.text)).toContain(`/terug/${one.contactId}?onderdeel=`);
    expect(await versionsOf(one.formId)).toHaveLength(1);
  });
});

describe('several people, late and early', () => {
  it('lets one of two members correct the same words, and shows the other what changed', async () => {
    const one = await assessed(app);
    const mine = await fields(client, one, { [WORDS]: 'Op kamer 5.' });
    const theirs = await fields(colleague, one, { [WORDS]: 'Op kamer 6.' });
    const answers = await Promise.all([client.post(pageOf(one), mine), colleague.post(pageOf(one), theirs)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422]);
    const late = answers.find(({ status }) => status === 422);
    expect(late?.text).toContain('Iemand anders heeft dit formulier intussen gewijzigd');
    expect(late?.text).toContain('Intussen gewijzigd door Cor van Proef.');
    expect(late?.text).toContain('Op kamer 5.');
    expect(late?.text).toContain('Op kamer 6.');
    expect(await versionsOf(one.formId)).toHaveLength(2);
  });

  it('does not undo what a colleague corrected elsewhere in the form', async () => {
    const one = await assessed(app);
    const late = await fields(colleague, one, { [OTHER_WORDS]: 'Het plan was af.' });
    await client.post(pageOf(one), await fields(client, one, { [WORDS]: 'Op kamer 5.' }));
    const answer = await colleague.post(pageOf(one), late);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Op kamer 5.');
    const { versie = '', besluit = '' } = hiddenFields(answer.text);
    expect(versie).toBe('2');
    const again = { ...late, versie, besluit, [WORDS]: 'Op kamer 5.' };
    expect((await colleague.post(pageOf(one), again)).status).toBe(303);
    const newest = (await versionsOf(one.formId)).at(-1);
    expect(newest).toMatchObject({
      formVersion: 3,
      content: { justifications: { [FIRST]: 'Op kamer 5.', [SECOND]: 'Het plan was af.' } },
    });
  });

  it('lets either a correction or the decision be first, never both on one look', async () => {
    const one = await assessed(app);
    const correction = await fields(client, one, { [WORDS]: 'Op kamer 5.' });
    const decision = await decisionForm(app, colleague, one.assessmentId);
    await Promise.all([
      client.post(pageOf(one), correction),
      colleague.post(`/commissie/${one.assessmentId}/vaststellen`, decision),
    ]);
    const versions = await versionsOf(one.formId);
    const { status } = await stateOf(one.assessmentId);
    expect([versions.length, status]).toEqual(versions.length === 1 ? [1, 'final'] : [2, 'assessed']);
  });

  it('stays whole when one corrects, one sends back and one decides at the same moment', async () => {
    const one = await assessed(app);
    const correction = await fields(client, one, { [WORDS]: 'Op kamer 5.' });
    const decision = await decisionForm(app, colleague, one.assessmentId);
    const third = await committeeClient(app);
    const answers = await Promise.all([
      client.post(pageOf(one), correction),
      colleague.post(`/commissie/${one.assessmentId}/vaststellen`, decision),
      third.post(`/commissie/${one.assessmentId}/terug/${one.contactId}`, { onderdelen: FIRST, reason: 'Kijk na.' }),
    ]);
    expect(answers.every(({ status }) => status === 303 || status === 422)).toBe(true);
    const { status, examiners } = await stateOf(one.assessmentId);
    const documents = await app.database.document.count({ where: { assessmentId: one.assessmentId } });
    expect([status, documents]).toEqual(status === 'final' ? ['final', 1] : ['returned', 0]);
    const versions = await versionsOf(one.formId);
    expect(examiners[one.contactId]?.formVersion).toBe(versions.length);
  });

  it('corrects nothing in a final result', async () => {
    const one = await assessed(app);
    const posted = await fields(client, one, { [WORDS]: 'Op kamer 5.' });
    await client.post(`/commissie/${one.assessmentId}/vaststellen`, await decisionForm(app, client, one.assessmentId));
    const answer = await client.post(pageOf(one), posted);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('De uitslag is vastgesteld.');
    expect(answer.text).toContain('Op kamer 5.');
    expect(await versionsOf(one.formId)).toHaveLength(1);
    expect((await client.get(`/commissie/${one.assessmentId}?bewerken=aan`)).text).not.toContain('role="switch"');
  });

  it('corrects nothing in a form that is not finished, or is back with the examiner', async () => {
    const { first, second, assessmentId } = await startWithTwo(app);
    await finish(app, first);
    expect((await client.get(pageOf(second))).location).toBe(`/commissie/${assessmentId}`);
    const answer = await client.post(pageOf(first), {
      versie: '1',
      [WORDS]: 'Anders.',
      [OTHER_WORDS]: WAS,
      reden: REASON,
    });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Nog niet elke examinator is klaar.');
    expect(await versionsOf(first.formId)).toHaveLength(1);
  });

  it('gives the examiner the corrected words when the form goes back', async () => {
    const one = await assessed(app);
    await client.post(pageOf(one), await fields(client, one, { [WORDS]: 'Op kamer 5.' }));
    await client.post(`/commissie/${one.assessmentId}/terug/${one.contactId}`, {
      onderdelen: SECOND,
      reason: 'Vul aan.',
    });
    const examiner = app.client();
    await app.openLink(examiner, one.linkId);
    expect((await examiner.get(`/beoordeling/${one.formId}?weergave=alles`)).text).toContain('Op kamer 5.');
    await finish(app, one, { ...smallForm('G'), justifications: { [FIRST]: 'Oud.', [SECOND]: 'Aangevuld.' } });
    const newest = (await versionsOf(one.formId)).at(-1);
    expect(newest).toMatchObject({
      formVersion: 3,
      editedById: null,
      content: { justifications: { [FIRST]: 'Op kamer 5.', [SECOND]: 'Aangevuld.' } },
    });
  });
});

describe('who may correct', () => {
  it('refuses a member who scored in it', async () => {
    const one = await assessed(app);
    const { accountId } = app.seed.committee;
    const posted = await fields(client, one, { [WORDS]: 'Op kamer 5.' });
    await app.database.contact.update({ where: { id: one.contactId }, data: { accountId } });
    const answer = await client.post(pageOf(one), posted);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('U hebt hierin zelf beoordeeld.');
    expect((await client.get(pageOf(one))).location).toBe(`/commissie/${one.assessmentId}`);
    expect(await versionsOf(one.formId)).toHaveLength(1);
    expect((await colleague.post(pageOf(one), { ...posted })).status).toBe(303);
    await app.database.contact.update({ where: { id: one.contactId }, data: { accountId: null } });
  });

  it('tells another school nothing, and refuses a teacher', async () => {
    const one = await assessed(app);
    const other = await seedSchool(app.database, { slug: `ander-${one.assessmentId.slice(-6)}` });
    const stranger = await committeeClient(app, other.committee.membershipId);
    const history = `/commissie/${one.assessmentId}/bewerkhistorie`;
    expect((await stranger.get(pageOf(one))).status).toBe(404);
    expect((await stranger.post(pageOf(one), { versie: '1', [WORDS]: 'Anders.', reden: REASON })).status).toBe(404);
    expect((await stranger.get(history)).status).toBe(404);
    const teacher = await committeeClient(app, app.seed.teacher.membershipId);
    expect((await teacher.get(pageOf(one))).status).toBe(403);
    expect((await teacher.get(history)).status).toBe(403);
    expect((await client.get(`/commissie/${one.assessmentId}/bewerken/${app.seed.studentId}`)).status).toBe(404);
    expect((await client.get(`/commissie/${one.assessmentId}/bewerken/niets`)).status).toBe(404);
    expect(await versionsOf(one.formId)).toHaveLength(1);
  });
});

describe('the switch on the dossier', () => {
  it('offers at each component what can be done about it', async () => {
    const { assessmentId, first, second } = await differing(app);
    const off = await client.get(`/commissie/${assessmentId}`);
    expect(off.text).toContain('role="switch" aria-checked="false"');
    expect(off.text).not.toContain(`/bewerken/${first.contactId}`);
    const on = plain((await client.get(`/commissie/${assessmentId}?bewerken=aan`)).text);
    expect(on).toContain('role="switch" aria-checked="true"');
    for (const { contactId } of [first, second]) {
      expect(on).toContain(`/commissie/${assessmentId}/bewerken/${contactId}#onderdeel-`);
      expect(on).toContain(`/commissie/${assessmentId}/terug/${contactId}?onderdeel=`);
    }
  });

  it('shows what stands out and every mail', async () => {
    const one = await assessed(app, smallForm('G'));
    const { text } = await client.get(`/commissie/${one.assessmentId}`);
    expect(text).toContain('Bo Praktijk: dezelfde onderbouwing bij elk onderdeel');
    expect(text).toContain('Bo Praktijk: overal een G');
    expect(text).toContain('2 onderbouwingen korter dan 40 tekens');
    expect(text).toContain('Bevestiging van afronden');
    expect(text).toContain('Wacht op versturen');
  });
});

describe('a file that went along with the invitation', () => {
  it('is downloaded from the dossier, and from no other', async () => {
    const one = await assessed(app);
    const other = await assessed(app);
    const { schoolId } = app.seed;
    const { sha256 } = await app.documents.put(Buffer.from('%PDF-1.7 opdracht'));
    const id = uuidv7();
    const file = { id, schoolId, name: 'Opdracht.pdf', mediaType: 'application/pdf', size: 17, sha256 };
    await app.database.attachment.create({
      data: { ...file, createdAt: new Date(), createdBy: app.seed.teacher.membershipId },
    });
    await app.database.invitationAttachment.create({
      data: { schoolId, invitationId: one.invitationId, attachmentId: id },
    });
    const path = `/commissie/${one.assessmentId}/bijlage/${id}`;
    expect((await client.get(`/commissie/${one.assessmentId}`)).text).toContain(`href="${path}"`);
    const answer = await client.get(path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-disposition')).toContain('attachment; filename="Opdracht.pdf"');
    expect(answer.text).toBe('%PDF-1.7 opdracht');
    expect((await client.get(`/commissie/${other.assessmentId}/bijlage/${id}`)).status).toBe(404);
    expect((await client.get(`/commissie/${one.assessmentId}/bijlage/onzin`)).status).toBe(404);
    const school = await seedSchool(app.database, { slug: `elders-${id.slice(-6)}` });
    expect((await (await committeeClient(app, school.committee.membershipId)).get(path)).status).toBe(404);
  });
});

describe('sending back with a reason for each component', () => {
  const path = ({ assessmentId, contactId }: Of) => `/commissie/${assessmentId}/terug/${contactId}`;
  const own = (ref: string) => `reason-${ref.replaceAll('/', '-')}`;

  it('keeps the reason of each, and shows them to the examiner and in the dossier', async () => {
    const one = await assessed(app);
    const page = await client.get(`${path(one)}?onderdeel=${encodeURIComponent(SECOND)}`);
    expect(page.text).toMatch(new RegExp(`value="${SECOND}" checked`));
    const answer = await client.post(path(one), {
      onderdelen: [FIRST, SECOND],
      [own(FIRST)]: 'Welke kamer was het?',
      [own(SECOND)]: 'Het plan ontbreekt.',
      reason: '',
    });
    expect(answer.status).toBe(303);
    const { text } = await client.get(`/commissie/${one.assessmentId}`);
    expect(text).toContain('Welke kamer was het?');
    expect(text).toContain('Het plan ontbreekt.');
    const examiner = app.client();
    await app.openLink(examiner, one.linkId);
    const form = await examiner.get(`/beoordeling/${one.formId}`);
    expect(form.text).toContain('Welke kamer was het?');
    expect(form.text).toContain('Het plan ontbreekt.');
  });

  it('names the component that has no reason, when the others have', async () => {
    const one = await assessed(app);
    const answer = await client.post(path(one), {
      onderdelen: [FIRST, SECOND],
      [own(FIRST)]: 'Welke kamer?',
      reason: '',
    });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`href="#${own(SECOND)}"`);
    expect(answer.text).toContain('Welke kamer?');
  });

  it('takes one reason for all, with one of its own for some', async () => {
    const one = await assessed(app);
    const posted = { onderdelen: [FIRST, SECOND], [own(FIRST)]: 'Welke kamer?', reason: 'Kijk alles na.' };
    expect((await client.post(path(one), posted)).status).toBe(303);
    const event = await app.database.event.findFirstOrThrow({
      where: { streamId: one.assessmentId, type: 'FormReturned' },
    });
    expect(Object.keys(JSON.parse(event.body).reasons)).toEqual([FIRST]);
    expect((await client.get(`/commissie/${one.assessmentId}`)).text).toContain('Kijk alles na.');
  });

  it('refuses a reason that is too long at its component', async () => {
    const one = await assessed(app);
    const answer = await client.post(path(one), { onderdelen: FIRST, [own(FIRST)]: 'a'.repeat(1001) });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`href="#${own(FIRST)}"`);
  });
});
