import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pino from 'pino';
import { v7 as uuidv7 } from 'uuid';
import { createDeliveryDesk, type DeliveryDesk } from '../../activities/mail/delivery-desk.ts';
import type { DeliveryReport } from '../../domain/delivery.ts';
import { storeDocument } from '../../prisma/commands/documents.ts';
import { SYSTEM_ACTOR } from '../../prisma/unit-of-work.ts';
import { type StartedAssessment, startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { seedMember } from '../support/factories.ts';
import { assessed, committeeClient, decisionForm, hiddenFields } from './committee-support.ts';
import { signedInTeacher } from './initiator-support.ts';

const GONE: DeliveryReport = { signal: 'bounced', reason: 'addressUnknown', isPermanent: true, status: '5.1.1' };
const FULL: DeliveryReport = { signal: 'bounced', reason: 'mailboxFull', isPermanent: false, status: '4.2.2' };

let app: TestApp;
let desk: DeliveryDesk;
let teacher: TestClient;
let address: string;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  desk = createDeliveryDesk({ database: app.database, logger: pino({ level: 'silent' }) });
  teacher = await signedInTeacher(app);
  address = app.seed.contacts[0].email;
});
afterAll(() => app.stop());
beforeEach(async () => {
  const { id, email } = app.seed.contacts[0];
  await app.database.contact.update({ where: { id }, data: { email, accountId: null } });
  await app.database.invitation.updateMany({ data: { delivery: 'delivered' } });
});

async function mailOf(started: StartedAssessment): Promise<string> {
  const { mailId } = await app.database.invitation.findUniqueOrThrow({ where: { id: started.invitationId } });
  return mailId;
}

async function heard(report: DeliveryReport): Promise<StartedAssessment> {
  const started = await app.startAssessment({});
  await desk.tell(await mailOf(started), report);
  return started;
}

const pageOf = async ({ assessmentId }: StartedAssessment) => (await teacher.get(`/afnames/${assessmentId}`)).text;
const mendPath = ({ assessmentId, contactId }: StartedAssessment) => `/afnames/${assessmentId}/adres/${contactId}`;

describe('the page of an assessment', () => {
  it('says why the mail came back, what to do, and leads there; the list asks for attention', async () => {
    const started = await heard(GONE);
    const text = await pageOf(started);
    expect(text).toContain(`Het adres ${address} bestaat niet.`);
    expect(text).toContain('Controleer de spelling of vraag het goede adres.');
    expect(text).toContain('Melding van de mailserver: 5.1.1.');
    expect(text).toContain(`href="${mendPath(started)}"`);
    expect(text).toContain('Wacht op u (de mail aan Bo Praktijk kwam niet aan) sinds ');
    expect((await teacher.get('/afnames')).text).toContain('u (de mail aan Bo Praktijk kwam niet aan)');
  });

  it.each<[string, DeliveryReport, string[], string[]]>([
    ['full', FULL, [`De mailbox van`, 'is vol.', 'Adres verbeteren en opnieuw sturen'], []],
    [
      'late',
      { signal: 'delayed', reason: 'unreachable', isPermanent: false, status: '4.4.1' },
      ['Vertraagd', 'De mailserver probeert het nog.', 'Adres verbeteren en opnieuw sturen'],
      ['Wacht op u'],
    ],
    [
      'an automatic answer',
      { signal: 'autoReply', reason: null, isPermanent: false, status: null },
      ['Aangekomen', 'stuurde een automatisch antwoord', 'Misschien is Bo Praktijk afwezig.'],
      ['Adres verbeteren', 'Wacht op u'],
    ],
    [
      'a challenge',
      { signal: 'challenge', reason: null, isPermanent: false, status: null },
      ['Mail kwam niet aan', 'wil eerst bewijs dat een mens de mail verstuurt'],
      [],
    ],
    [
      'delivered',
      { signal: 'delivered', reason: null, isPermanent: false, status: '2.0.0' },
      ['Aangekomen'],
      ['Adres verbeteren'],
    ],
  ])('%s', async (_name, report, present, absent) => {
    const text = await pageOf(await heard(report));
    for (const words of present) expect(text).toContain(words);
    for (const words of absent) expect(text).not.toContain(words);
  });

  it('changes its mark when a report comes, so that an open page hears of it', async () => {
    const started = await app.startAssessment({});
    const mark = (text: string) => /data-mark="([^"]+)"/.exec(text)?.[1];
    const before = mark(await pageOf(started));
    await desk.tell(await mailOf(started), GONE);
    expect(mark(await pageOf(started))).not.toBe(before);
  });
});

describe('correcting the address', () => {
  it('sends the invitation to the new address and clears the page', async () => {
    // All that is open with this examiner goes along.
    await app.database.invitation.updateMany({ data: { status: 'completed' } });
    const started = await heard(GONE);
    const form = await teacher.get(mendPath(started));
    expect(form.text).toContain(`value="${address}"`);
    expect(form.text).toContain('Adres van Bo Praktijk wijzigen');
    const answer = await teacher.post(mendPath(started), { email: 'bo@zorg.example' });
    expect(answer).toMatchObject({ status: 303, location: `/afnames/${started.assessmentId}` });
    const text = await pageOf(started);
    expect(text).toContain('De uitnodiging aan Bo Praktijk gaat opnieuw weg.');
    expect(text).toContain('Wordt verstuurd');
    expect(text).toContain('Adres van Bo Praktijk verbeterd');
    expect(text).not.toContain('bestaat niet.');
    const mail = await app.database.mail.findUniqueOrThrow({ where: { id: await mailOf(started) } });
    expect(mail).toMatchObject({ template: 'invitation', toAddress: 'bo@zorg.example', state: 'queued' });
    // Pressed twice: the mail is under way already.
    const again = await teacher.post(mendPath(started), { email: 'bo@zorg.example' });
    expect(again.status).toBe(303);
    expect(await app.database.mail.count({ where: { streamId: started.invitationId, template: 'invitation' } })).toBe(
      2,
    );
    expect((await teacher.get(mendPath(started))).status).toBe(200);
  });

  it.each([
    ['is no address', 'bo bij zorg', 'Vul een e-mailadres in zoals naam@school.example.'],
    ['has a line break', 'bo@zorg.example\r\nBcc: x@y.example', 'Vul een e-mailadres in zoals naam@school.example.'],
    ['is empty', '', 'Vul een e-mailadres in zoals naam@school.example.'],
  ])('keeps what was typed when it %s', async (_what, email, message) => {
    const started = await heard(GONE);
    const answer = await teacher.post(mendPath(started), { email });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(message);
    expect(answer.text).toContain('href="#email"');
    expect(answer.text).toContain('<title>Fout:');
  });

  it('says whose address it is when somebody else in the address book has it', async () => {
    const started = await heard(GONE);
    const other = app.seed.contacts[1];
    const answer = await teacher.post(mendPath(started), { email: other.email.toUpperCase() });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('trek deze uitnodiging in en nodig');
  });

  it('only sends again to an examiner who signs in with the address', async () => {
    const { accountId } = await seedMember(app.database, app.seed.schoolId, app.seed.slug, 'teacher', 'examinator');
    const started = await heard(FULL);
    await app.database.contact.update({ where: { id: started.contactId }, data: { accountId } });
    const form = await teacher.get(mendPath(started));
    expect(form.text).toContain('logt in met dit adres');
    expect(form.text).not.toContain('name="email"');
    expect((await teacher.post(mendPath(started), { email: 'x@zorg.example' })).status).toBe(303);
    const mail = await app.database.mail.findUniqueOrThrow({ where: { id: await mailOf(started) } });
    expect(mail).toMatchObject({ toAddress: address, state: 'queued' });
  });

  it('does not exist for another teacher', async () => {
    const started = await heard(GONE);
    const colleague = await seedMember(app.database, app.seed.schoolId, app.seed.slug, 'teacher', 'ander');
    const client = app.client();
    await app.signInAs(client, colleague.membershipId);
    expect((await client.get(mendPath(started))).status).toBe(404);
    expect((await client.post(mendPath(started), { email: 'x@zorg.example' })).status).toBe(404);
  });
});

describe('a result that does not reach the exam office', () => {
  let committee: TestClient;
  beforeAll(async () => {
    committee = await committeeClient(app);
  });

  async function mailed() {
    const { assessmentId } = await assessed(app);
    await committee.post(`/commissie/${assessmentId}/vaststellen`, await decisionForm(app, committee, assessmentId));
    const { sha256, size } = await app.documents.put(Buffer.from(`%PDF-1.7 ${assessmentId}`));
    await app.apply(storeDocument, { assessmentId, version: 1, sha256, size }, SYSTEM_ACTOR);
    const document = await app.database.document.findFirstOrThrow({ where: { assessmentId } });
    const mail = await app.database.mail.findFirstOrThrow({
      where: { streamId: assessmentId, template: 'resultToOffice' },
    });
    return { assessmentId, mailId: mail.id, path: `/commissie/${assessmentId}/opnieuw-versturen/${document.id}` };
  }

  it('is said in the dossier with the reason, and sent again from there once', async () => {
    const { assessmentId, mailId, path } = await mailed();
    expect((await committee.get(path)).status).toBe(303);
    await desk.tell(mailId, GONE);
    const dossier = await committee.get(`/commissie/${assessmentId}`);
    expect(dossier.text).toContain('maar de mail is teruggekomen');
    expect(dossier.text).toContain('bestaat niet.');
    expect(dossier.text).toContain(`href="${path}"`);
    expect(dossier.text).toContain('De mail naar het examenbureau kwam niet aan');

    const form = await committee.get(path);
    expect(form.text).toContain('Pdf opnieuw versturen');
    const { besluit = '' } = hiddenFields(form.text);
    const typed = { besluit, examenbureau: 'anders', 'ander-adres': 'geen adres' };
    expect((await committee.post(path, typed)).status).toBe(422);
    const fields = { ...typed, 'ander-adres': `bureau-${uuidv7()}@zandkamp.example` };
    expect((await committee.post(path, fields)).location).toBe(`/commissie/${assessmentId}`);
    expect((await committee.post(path, fields)).status).toBe(303);
    const mails = await app.database.mail.findMany({
      where: { streamId: assessmentId, template: 'resultToOffice' },
      orderBy: { queuedAt: 'asc' },
    });
    expect(mails.map(({ state, toAddress }) => [state, toAddress])).toEqual([
      ['bounced', 'bureau@zandkamp.example'],
      ['queued', fields['ander-adres']],
    ]);
    const after = (await committee.get(`/commissie/${assessmentId}`)).text;
    expect(after.slice(after.indexOf('nog een keer verstuurd'))).toContain(fields['ander-adres']);
  });

  it('cannot be sent again by a teacher', async () => {
    const { mailId, path } = await mailed();
    await desk.tell(mailId, FULL);
    expect((await teacher.get(path)).status).toBe(403);
  });
});
