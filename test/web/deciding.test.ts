import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DecidingPolicy } from '../../domain/deciding.ts';
import { DEFAULT_SCHOOL_SETTINGS } from '../../domain/school.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import { publishResult } from '../../prisma/commands/deciding.ts';
import { recordDocumentMailed, storeDocument } from '../../prisma/commands/documents.ts';
import { returnForm } from '../../prisma/commands/forms.ts';
import { type Actor, SYSTEM_ACTOR } from '../../prisma/unit-of-work.ts';
import { startTestApp, type TestApp, type TestClient, type TestResponse } from '../support/app.ts';
import { type SeededMember, SMALL_COMPONENTS, seedMember, seedSchool } from '../support/factories.ts';
import { assessed, committeeClient, decisionForm, differing, finish, hiddenFields } from './committee-support.ts';

let app: TestApp;
/** Cor of the committee, and a second member. */
let cor: TestClient;
let eva: TestClient;
let second: SeededMember;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  second = await seedMember(app.database, app.seed.schoolId, app.seed.slug, 'committee', 'eva');
  cor = await committeeClient(app);
  eva = await committeeClient(app, second.membershipId);
}, 60_000);
afterAll(() => app?.stop());
beforeEach(() => decideAs({}));

const TWO: Partial<DecidingPolicy> = { fourEyes: { initiator: true, examiner: true, members: 2 } };

async function decideAs(deciding: Partial<DecidingPolicy>): Promise<void> {
  const settings = { ...DEFAULT_SCHOOL_SETTINGS, deciding } as unknown as Prisma.InputJsonValue;
  await app.database.school.update({ where: { id: app.seed.schoolId }, data: { settings } });
}

async function stateOf(assessmentId: string) {
  const { state } = await app.database.stream.findUniqueOrThrow({ where: { id: assessmentId } });
  return state as Record<string, unknown>;
}

async function finalise(client: TestClient, assessmentId: string): Promise<TestResponse> {
  return client.post(`/commissie/${assessmentId}/vaststellen`, await decisionForm(app, client, assessmentId), {
    follows: true,
  });
}

async function store(assessmentId: string, version = 1): Promise<void> {
  const sha256 = String(version).repeat(64);
  await app.apply(storeDocument, { assessmentId, version, sha256, size: 9 }, SYSTEM_ACTOR);
}

/** Decided by Cor, with its document. */
async function final(): Promise<string> {
  const { assessmentId } = await assessed(app);
  await finalise(cor, assessmentId);
  await store(assessmentId);
  return assessmentId;
}

/** Opens a page and posts its form with a reason. */
async function postReason(client: TestClient, path: string, reden: string): Promise<TestResponse> {
  const page = await client.get(path);
  return client.post(path, { ...hiddenFields(page.text), reden });
}

async function mails(template: string, assessmentId: string): Promise<string[]> {
  const found = await app.database.mail.findMany({
    where: { template, streamId: assessmentId },
    orderBy: { queuedAt: 'asc' },
  });
  return found.map(({ toAddress }) => toAddress);
}

describe('four eyes', () => {
  it('lets who started it see the dossier, and not decide', async () => {
    const { assessmentId } = await assessed(app);
    await app.database.membership.update({
      where: { id: app.seed.teacher.membershipId },
      data: { roles: ['teacher', 'committee'] },
    });
    const teacher = await committeeClient(app, app.seed.teacher.membershipId);
    const page = await teacher.get(`/commissie/${assessmentId}/vaststellen`);
    expect(page.text).toContain('U heeft deze afname zelf gestart.');
    const fields = await decisionForm(app, cor, assessmentId);
    const answer = await teacher.post(`/commissie/${assessmentId}/vaststellen`, fields);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('U heeft deze afname zelf gestart.');
    const bulk = await teacher.get(`/commissie/vaststellen?afname=${assessmentId}`);
    expect(bulk.text).toContain('U startte deze afname zelf: een ander lid beslist');
    expect(bulk.text).not.toContain('name="examenbureau"');
    expect(await stateOf(assessmentId)).toMatchObject({ status: 'assessed' });
  });

  it('knows a colleague without an account by name, and an address with a tag by its mailbox', async () => {
    const [practice] = app.seed.contacts;
    const { assessmentId } = await assessed(app);
    const isRefused = async (changes: Record<string, string | null>) => {
      await app.database.contact.update({ where: { id: practice.id }, data: changes });
      return (await cor.get(`/commissie/${assessmentId}/vaststellen`)).text.includes('zelf beoordeeld of');
    };
    const { givenName, infix, familyName, email } = await app.database.account.findUniqueOrThrow({
      where: { id: app.seed.committee.accountId },
    });
    const name = [givenName, infix, familyName].filter(Boolean).join('  ').toUpperCase();
    expect(await isRefused({ email: email.replace('@', '+examen@') })).toBe(true);
    expect(await isRefused({ email: practice.email, name })).toBe(false);
    expect(await isRefused({ kind: 'school' })).toBe(true);
    // Another account, so somebody else of that name.
    expect(await isRefused({ accountId: app.seed.teacher.accountId })).toBe(false);
    await isRefused({ accountId: null, kind: 'practice', name: practice.name });
  });

  it('knows an examiner by the mail address, by the account, and after contacts were merged', async () => {
    const [practice, school] = app.seed.contacts;
    const { assessmentId } = await assessed(app);
    const isRefused = async () =>
      (await cor.get(`/commissie/${assessmentId}/vaststellen`)).text.includes('zelf beoordeeld of');
    expect(await isRefused()).toBe(false);
    const { database } = app;
    const { accountId, email } = app.seed.committee;
    await database.contact.update({ where: { id: practice.id }, data: { email: email.toUpperCase() } });
    expect(await isRefused()).toBe(true);
    await database.contact.update({ where: { id: practice.id }, data: { email: practice.email, accountId } });
    expect(await isRefused()).toBe(true);
    await database.contact.update({ where: { id: practice.id }, data: { accountId: null, mergedIntoId: school.id } });
    await database.contact.update({ where: { id: school.id }, data: { accountId } });
    expect(await isRefused()).toBe(true);
    await database.contact.update({ where: { id: practice.id }, data: { mergedIntoId: null } });
    await database.contact.update({ where: { id: school.id }, data: { accountId: null } });
    expect(await isRefused()).toBe(false);
  });
});

describe('a result of one’s own', () => {
  const isHeldBack = async (assessmentId: string) =>
    (await cor.get(`/commissie/${assessmentId}/vaststellen`)).text.includes('Dit is uw eigen uitslag.');

  it('is decided by another member, whether known by account or by mail address', async () => {
    const { database, seed } = app;
    const { assessmentId } = await assessed(app);
    const where = { id: seed.studentId };
    const before = await database.student.findUniqueOrThrow({ where });
    expect(await isHeldBack(assessmentId)).toBe(false);
    const fields = await decisionForm(app, cor, assessmentId);
    await database.student.update({ where, data: { accountId: seed.committee.accountId } });
    expect(await isHeldBack(assessmentId)).toBe(true);
    expect((await cor.post(`/commissie/${assessmentId}/vaststellen`, fields)).status).toBe(403);
    expect((await cor.get(`/commissie/${assessmentId}`)).text).not.toContain('Onderbouwing van');
    const bulk = await cor.get(`/commissie/vaststellen?afname=${assessmentId}`);
    expect(bulk.text).toContain('Dit is uw eigen uitslag: een ander lid beslist');
    await database.student.update({ where, data: { accountId: null, email: seed.committee.email.toUpperCase() } });
    expect(await isHeldBack(assessmentId)).toBe(true);
    await database.student.update({ where, data: { email: before.email } });
    expect(await isHeldBack(assessmentId)).toBe(false);
    expect(await stateOf(assessmentId)).toMatchObject({ status: 'assessed' });
  });
});

describe('two members', () => {
  beforeEach(() => decideAs(TWO));

  it('makes the first one propose and lets the second one take exactly that', async () => {
    const { assessmentId } = await assessed(app);
    const first = await cor.get(`/commissie/${assessmentId}/vaststellen`);
    expect(first.text).toContain('Een ander lid van de examencommissie ziet uw voorstel');
    const proposed = await finalise(cor, assessmentId);
    expect(proposed.text).toContain('Uw voorstel is opgeslagen.');
    expect(await app.database.document.count({ where: { assessmentId } })).toBe(0);
    expect((await cor.get(`/commissie/${assessmentId}/vaststellen`)).text).toContain('Een ander lid van de');
    const page = await eva.get(`/commissie/${assessmentId}/vaststellen`);
    expect(page.text).toContain('U stelt vast, na het voorstel van Cor van Proef');
    expect(page.text).toContain(`bureau@${app.seed.slug}.example`);
    expect(page.text).not.toContain('name="examenbureau"');
    const { versie = '', besluit = '' } = hiddenFields(page.text);
    const done = await eva.post(`/commissie/${assessmentId}/vaststellen`, { versie, besluit }, { follows: true });
    expect(done.text).toContain('De uitslag is vastgesteld.');
    expect(await stateOf(assessmentId)).toMatchObject({
      status: 'final',
      decision: { decidedBy: second.membershipId, version: 1 },
    });
  });

  it('shows the proposal in the dossier: what, by whom, and what each member can do', async () => {
    const { assessmentId } = await assessed(app);
    await finalise(cor, assessmentId);
    const own = await cor.get(`/commissie/${assessmentId}`);
    expect(own.text).toContain('Uw voorstel wacht op een ander lid');
    const other = await eva.get(`/commissie/${assessmentId}`);
    expect(other.text).toContain('Voorstel van Cor van Proef');
    expect(other.text).toContain('U kunt dit besluit nemen.');
  });

  it('is one proposal when the button is pressed twice, and when two propose at the same moment', async () => {
    const { assessmentId } = await assessed(app);
    const fields = await decisionForm(app, cor, assessmentId);
    const others = await decisionForm(app, eva, assessmentId);
    const path = `/commissie/${assessmentId}/vaststellen`;
    const answers = await Promise.all([cor.post(path, fields), cor.post(path, fields), eva.post(path, others)]);
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 303).length).toBeGreaterThan(0);
    const events = await app.database.event.findMany({
      where: { streamId: assessmentId, type: 'FinalisationProposed' },
    });
    expect(events).toHaveLength(1);
    expect(await stateOf(assessmentId)).toMatchObject({ status: 'assessed' });
  });

  it('tells who proposes on an old screen that a colleague did, and takes nothing unseen', async () => {
    const { assessmentId } = await assessed(app);
    const old = await decisionForm(app, eva, assessmentId);
    await finalise(cor, assessmentId);
    const answer = await eva.post(`/commissie/${assessmentId}/vaststellen`, old);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Uitslag voorgesteld');
    expect(answer.text).toContain('U stelt vast, na het voorstel van Cor van Proef');
    expect(await stateOf(assessmentId)).toMatchObject({ status: 'assessed' });
  });

  it('is withdrawn by anybody of the committee, with the reason in the timeline, and once', async () => {
    const { assessmentId } = await assessed(app);
    await finalise(cor, assessmentId);
    const path = `/commissie/${assessmentId}/voorstel-intrekken`;
    const page = await eva.get(path);
    const fields = { ...hiddenFields(page.text), reden: 'De kantlijn klopt niet.' };
    const done = await eva.post(path, fields, { follows: true });
    expect(done.text).toContain('Het voorstel is ingetrokken.');
    expect(done.text).toContain('De kantlijn klopt niet.');
    expect(await stateOf(assessmentId)).not.toHaveProperty('proposal');
    const late = await cor.post(path, { ...fields, besluit: 'x' }, { follows: true });
    expect(late.text).toContain('Dit voorstel is er niet meer.');
  });

  it('is not withdrawn from an old screen when there is another proposal by now', async () => {
    const { assessmentId } = await assessed(app);
    await finalise(cor, assessmentId);
    const path = `/commissie/${assessmentId}/voorstel-intrekken`;
    const old = hiddenFields((await cor.get(path)).text);
    await postReason(eva, path, '');
    await finalise(eva, assessmentId);
    const answer = await cor.post(path, { ...old, reden: '' }, { follows: true });
    expect(answer.text).toContain('Dit voorstel is er niet meer.');
    expect(await stateOf(assessmentId)).toMatchObject({ proposal: { proposedBy: second.membershipId } });
  });

  it('sorts a pile by what the member can do with it: propose, take, or leave to another', async () => {
    const [fresh, ofCor, ofEva] = [await assessed(app), await assessed(app), await assessed(app)];
    const differ = await differing(app);
    await finalise(cor, ofCor.assessmentId);
    await finalise(eva, ofEva.assessmentId);
    const query = [fresh, ofCor, ofEva, differ].map(({ assessmentId }) => `afname=${assessmentId}`).join('&');
    const page = await eva.get(`/commissie/vaststellen?${query}`);
    expect(page.text).toContain('Deze uitslagen stelt u voor');
    expect(page.text).toContain('Deze voorstellen van een ander lid stelt u vast');
    expect(page.text).toContain('U stelde deze uitslag zelf voor: een ander lid beslist');
    expect(page.text).toContain('Examinatoren verschillen: u kiest eerst welke scores gelden');
    const fields = {
      ...hiddenFields(page.text),
      afname: [fresh.assessmentId, ofCor.assessmentId],
      examenbureau: app.seed.officeAddressId,
    };
    const done = await eva.post('/commissie/vaststellen', fields, { follows: true });
    expect(done.text).toContain('1 uitslag is vastgesteld.');
    expect(done.text).toContain('1 uitslag is voorgesteld en wacht op een ander lid.');
    expect(await stateOf(fresh.assessmentId)).toMatchObject({ proposal: { proposedBy: second.membershipId } });
    expect(await stateOf(ofCor.assessmentId)).toMatchObject({ status: 'final' });
    expect(await stateOf(ofEva.assessmentId)).toMatchObject({ status: 'assessed' });
  });
});

describe('publishing', () => {
  it('is with the decision, and the student is told without what the result is', async () => {
    const { assessmentId } = await assessed(app);
    const page = await cor.get(`/commissie/${assessmentId}/vaststellen`);
    expect(page.text).toContain('De student krijgt een mail en ziet de uitslag meteen.');
    await finalise(cor, assessmentId);
    expect(await mails('resultPublished', assessmentId)).toEqual([app.seed.studentEmail]);
    const row = await app.database.assessment.findUniqueOrThrow({ where: { id: assessmentId } });
    expect(row).toMatchObject({ publishedVersion: 1, awaitsPublication: false });
  });

  it('is by hand where the school says so: from the list, those that are ticked, once', async () => {
    await decideAs({ publication: { when: 'byHand' } });
    const [one, two] = [await final(), await final()];
    expect(await mails('resultPublished', one)).toEqual([]);
    const page = await cor.get('/commissie/publiceren');
    expect(page.text).toContain(`value="${one}"`);
    expect(page.text).toContain('als u het zegt');
    const fields = { ...hiddenFields(page.text), afname: [one] };
    const { getoond: _shown, ...ticked } = fields as Record<string, unknown>;
    const done = await cor.post('/commissie/publiceren', ticked as Record<string, string>, { follows: true });
    expect(done.text).toContain('1 uitslag is zichtbaar.');
    expect(done.text).not.toContain(`value="${one}"`);
    expect(done.text).toContain(`value="${two}"`);
    const again = await eva.post(
      '/commissie/publiceren',
      { ...(ticked as Record<string, string>), besluit: 'x' },
      { follows: true },
    );
    expect(again.text).toContain('1 uitslag was al zichtbaar');
    expect(await mails('resultPublished', one)).toEqual([app.seed.studentEmail]);
    const all = await cor.get(`/commissie/publiceren?afname=${two}`);
    const everything = { ...hiddenFields(all.text), getoond: [two], alles: '1' };
    expect((await cor.post('/commissie/publiceren', everything, { follows: true })).text).toContain(
      '1 uitslag is zichtbaar.',
    );
  });

  it('asks for a choice when nothing is ticked', async () => {
    const answer = await cor.post('/commissie/publiceren', {});
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Kies ten minste één uitslag.');
  });

  it('is earlier than its moment when a member says so in the dossier', async () => {
    await decideAs({ publication: { when: 'afterWorkingDays', workingDays: 3, at: '09:00' } });
    const assessmentId = await final();
    const dossier = await cor.get(`/commissie/${assessmentId}`);
    expect(dossier.text).toContain('De student ziet deze uitslag op ');
    const page = await cor.get(`/commissie/publiceren?afname=${assessmentId}&terug=dossier`);
    expect(page.text).toContain('Dat kunt u niet terugdraaien.');
    const fields = { ...hiddenFields(page.text), afname: assessmentId };
    const answer = await cor.post('/commissie/publiceren', fields);
    expect(answer.location).toBe(`/commissie/${assessmentId}`);
    expect((await cor.get(`/commissie/${assessmentId}`)).text).toContain('De student ziet deze uitslag sinds ');
  });

  it('is not done before its moment by the conductor, and is one event when it is tried twice', async () => {
    await decideAs({ publication: { when: 'afterWorkingDays', workingDays: 3, at: '09:00' } });
    const assessmentId = await final();
    const command = { assessmentId, version: 1, membershipId: null };
    await expect(app.apply(publishResult, command, SYSTEM_ACTOR)).rejects.toThrow('PUBLISH_NOT_YET');
    const member: Actor = { kind: 'member', id: app.seed.committee.membershipId };
    const given = { ...command, membershipId: member.id };
    const outcomes = await Promise.allSettled([
      app.apply(publishResult, given, member),
      app.apply(publishResult, given, member),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await mails('resultPublished', assessmentId)).toHaveLength(1);
  });
});

describe('reopening', () => {
  const path = (assessmentId: string) => `/commissie/${assessmentId}/heropenen`;

  it('tells the exam office, and the student who saw the result; the old document stays', async () => {
    const assessmentId = await final();
    const page = await eva.get(path(assessmentId));
    expect(page.text).toContain(`(bureau@${app.seed.slug}.example) krijgt een mail`);
    expect(page.text).toContain('De student krijgt daarover ook een mail');
    const answer = await postReason(eva, path(assessmentId), 'De scores van twee studenten zijn verwisseld.');
    expect(answer.location).toBe(`/commissie/${assessmentId}`);
    const dossier = await eva.get(`/commissie/${assessmentId}`);
    expect(dossier.text).toContain('Deze uitslag is heropend');
    expect(dossier.text).toContain('De scores van twee studenten zijn verwisseld.');
    expect((await mails('resultReopened', assessmentId)).sort()).toEqual(
      [`bureau@${app.seed.slug}.example`, app.seed.studentEmail].sort(),
    );
    expect(await app.database.assessment.findUniqueOrThrow({ where: { id: assessmentId } })).toMatchObject({
      status: 'assessed',
      publishedVersion: 1,
    });
  });

  it('leaves the student out who did not see the result yet', async () => {
    await decideAs({ publication: { when: 'byHand' } });
    const assessmentId = await final();
    await postReason(eva, path(assessmentId), 'Een tikfout in de naam.');
    expect(await mails('resultReopened', assessmentId)).toEqual([`bureau@${app.seed.slug}.example`]);
    expect((await cor.get('/commissie/publiceren')).text).not.toContain(`value="${assessmentId}"`);
  });

  it('keeps what was typed when it is not right, and wants a reason', async () => {
    const assessmentId = await final();
    const empty = await postReason(eva, path(assessmentId), ' \u200b ');
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('href="#reden"');
    const long = await postReason(eva, path(assessmentId), `begin ${'a'.repeat(1_100)}`);
    expect(long.status).toBe(422);
    expect(long.text).toContain('begin aaaa');
    expect(await stateOf(assessmentId)).toMatchObject({ status: 'final' });
  });

  it('is one reopening by two members at once, and by a button pressed twice', async () => {
    const assessmentId = await final();
    const forms = await Promise.all(
      [cor, eva].map(async (each) => hiddenFields((await each.get(path(assessmentId))).text)),
    );
    const fields = forms.map((form) => ({ ...form, reden: 'Nieuw bewijs.' }));
    await Promise.all([
      cor.post(path(assessmentId), fields[0] ?? {}),
      cor.post(path(assessmentId), fields[0] ?? {}),
      eva.post(path(assessmentId), fields[1] ?? {}),
    ]);
    expect(await app.database.event.count({ where: { streamId: assessmentId, type: 'AssessmentReopened' } })).toBe(1);
    expect(await mails('resultReopened', assessmentId)).toHaveLength(2);
  });

  it('gives a second version, which the student is told of; the first one stays', async () => {
    const started = await assessed(app);
    const { assessmentId, contactId } = started;
    await finalise(cor, assessmentId);
    await store(assessmentId);
    await postReason(eva, path(assessmentId), 'Nieuw bewijs.');
    const member: Actor = { kind: 'member', id: app.seed.committee.membershipId };
    await app.apply(
      returnForm,
      { assessmentId, contactId, components: [SMALL_COMPONENTS[0]], reason: 'Kijk nog eens.' },
      member,
    );
    await finish(app, started);
    const old = hiddenFields((await eva.get(path(assessmentId))).text);
    expect(old).not.toHaveProperty('uitslagversie');
    await finalise(cor, assessmentId);
    expect(await stateOf(assessmentId)).toMatchObject({
      status: 'final',
      decision: { version: 2 },
      published: { version: 2 },
    });
    const documents = await app.database.document.findMany({ where: { assessmentId }, orderBy: { version: 'asc' } });
    expect(documents.map(({ version, sha256 }) => [version, sha256])).toEqual([
      [1, '1'.repeat(64)],
      [2, null],
    ]);
    expect(await mails('resultPublished', assessmentId)).toHaveLength(2);
  });

  it('refuses an old screen that speaks of another decision', async () => {
    const assessmentId = await final();
    const form = hiddenFields((await eva.get(path(assessmentId))).text);
    await postReason(cor, path(assessmentId), 'Nieuw bewijs.');
    await finalise(cor, assessmentId);
    await store(assessmentId, 2);
    const answer = await eva.post(path(assessmentId), { ...form, reden: 'Nieuw bewijs.' }, { follows: true });
    expect(answer.text).toContain('Er is intussen een nieuw besluit genomen.');
    expect(await stateOf(assessmentId)).toMatchObject({ status: 'final', decision: { version: 2 } });
  });

  it('waits for the document of the decision', async () => {
    const { assessmentId } = await assessed(app);
    await finalise(cor, assessmentId);
    const answer = await postReason(eva, path(assessmentId), 'Nieuw bewijs.');
    expect(answer.location).toBe(`/commissie/${assessmentId}`);
    expect((await eva.get(`/commissie/${assessmentId}`)).text).toContain('Heropenen kan als de pdf er is.');
  });

  it('ends with the result standing, and whoever was told is told of that', async () => {
    const assessmentId = await final();
    await app.apply(
      recordDocumentMailed,
      { assessmentId, version: 1, mailId: second.accountId, isRepeat: false },
      SYSTEM_ACTOR,
    );
    await postReason(eva, path(assessmentId), 'Nieuw bewijs.');
    const answer = await postReason(cor, `${path(assessmentId)}/beeindigen`, 'Het bewijs verandert niets.');
    expect(answer.location).toBe(`/commissie/${assessmentId}`);
    expect(await stateOf(assessmentId)).toMatchObject({ status: 'final', decision: { version: 1 } });
    expect(await mails('resultReopened', assessmentId)).toHaveLength(4);
    const late = await postReason(eva, `${path(assessmentId)}/beeindigen`, 'Nog eens.');
    expect(late.status).toBe(303);
    expect(await mails('resultReopened', assessmentId)).toHaveLength(4);
  });
});

describe('another school', () => {
  it('has no such assessment, whatever is asked of it', async () => {
    await decideAs(TWO);
    const { assessmentId } = await assessed(app);
    await finalise(cor, assessmentId);
    const other = await seedSchool(app.database, { slug: 'duinkamp' });
    const stranger = await committeeClient(app, other.committee.membershipId);
    for (const page of ['vaststellen', 'voorstel-intrekken', 'heropenen', 'heropenen/beeindigen']) {
      const address = `/commissie/${assessmentId}/${page}`;
      expect((await stranger.get(address)).status).toBe(404);
      expect((await stranger.post(address, { reden: 'Een reden.' })).status).toBe(404);
    }
    const fields = { afname: assessmentId, [`uitslagversie-${assessmentId}`]: '1' };
    await stranger.post('/commissie/publiceren', fields);
    const bulk = await stranger.post('/commissie/vaststellen', {
      afname: assessmentId,
      examenbureau: other.officeAddressId,
    });
    expect(bulk.status).toBe(303);
    expect(await stateOf(assessmentId)).toMatchObject({ status: 'assessed' });
    expect(await app.database.event.count({ where: { streamId: assessmentId, type: 'ResultPublished' } })).toBe(0);
  });

  it('lets nobody in who is not of the committee', async () => {
    const administrator = await committeeClient(app, app.seed.administrator.membershipId);
    const { assessmentId } = await assessed(app);
    for (const address of ['/commissie/publiceren', `/commissie/${assessmentId}/heropenen`])
      expect((await administrator.get(address)).status).toBe(403);
  });
});
