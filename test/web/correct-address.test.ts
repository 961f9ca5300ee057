/** Whoever starts an assessment can never use a link of its examiners, also not by correcting an address. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pino from 'pino';
import { createDeliveryDesk, type DeliveryDesk } from '../../activities/mail/delivery-desk.ts';
import type { DeliveryReport } from '../../domain/delivery.ts';
import { remindExaminer } from '../../prisma/commands/inviting.ts';
import { SYSTEM_ACTOR } from '../../prisma/unit-of-work.ts';
import { type StartedAssessment, startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { type SeededMember, seedMember, seedSchool } from '../support/factories.ts';
import { committeeClient } from './committee-support.ts';
import { signedInTeacher } from './initiator-support.ts';

const GONE: DeliveryReport = { signal: 'bounced', reason: 'addressUnknown', isPermanent: true, status: '5.1.1' };

let app: TestApp;
let desk: DeliveryDesk;
let teacher: TestClient;
let colleague: SeededMember;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  desk = createDeliveryDesk({ database: app.database, logger: pino({ level: 'silent' }) });
  teacher = await signedInTeacher(app);
  colleague = await seedMember(app.database, app.seed.schoolId, app.seed.slug, 'teacher', 'collega');
});
afterAll(() => app.stop());
beforeEach(async () => {
  for (const { id, email, name } of app.seed.contacts) {
    await app.database.contact.update({ where: { id }, data: { email, name } });
  }
  await app.database.invitation.updateMany({ data: { delivery: 'delivered' } });
});

/** Mail to one of the two examiners came back. */
async function lost(contact: 0 | 1 = 0): Promise<StartedAssessment> {
  const started = await app.startAssessment({ contact });
  const { mailId } = await app.database.invitation.findUniqueOrThrow({ where: { id: started.invitationId } });
  await desk.tell(mailId, GONE);
  return started;
}

const correct = ({ assessmentId, contactId }: StartedAssessment, email: string) =>
  teacher.post(`/afnames/${assessmentId}/adres/${contactId}`, { email });

const mailCount = ({ invitationId }: StartedAssessment) =>
  app.database.mail.count({ where: { streamId: invitationId } });

describe('the corrected address of an examiner', () => {
  it.each([
    ['the own address', () => app.seed.teacher.email, 'Dit is uw eigen adres.'],
    ['the own address in capitals', () => app.seed.teacher.email.toUpperCase(), 'Dit is uw eigen adres.'],
    ['the own mailbox by a tag', () => app.seed.teacher.email.replace('@', '+bo@'), 'Dit is uw eigen adres.'],
    ['the address of a colleague', () => colleague.email, 'Dit is het adres van Toos van Proef, van uw school.'],
    ['the address of the committee', () => app.seed.committee.email, 'Dit is het adres van Cor van Proef'],
    [
      'the address of the student',
      () => app.seed.studentEmail.replace('@', '+x@'),
      'Dit is het adres van een student.',
    ],
  ])('cannot be %s', async (_what, emailOf, message) => {
    const started = await lost();
    const answer = await correct(started, emailOf());
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(message);
    expect(await mailCount(started)).toBe(1);
    const { email } = await app.database.contact.findUniqueOrThrow({ where: { id: started.contactId } });
    expect(email).toBe(app.seed.contacts[0].email);
  });

  it('cannot be that of a colleague who has left', async () => {
    const { membershipId, email } = await seedMember(app.database, app.seed.schoolId, app.seed.slug, 'teacher', 'weg');
    await app.database.membership.update({ where: { id: membershipId }, data: { endedAt: new Date() } });
    expect((await correct(await lost(), email)).status).toBe(422);
  });

  it('can be the account of an examiner of the school by the same name, unless that is an initiator', async () => {
    const { id } = app.seed.contacts[1];
    await app.database.contact.update({ where: { id }, data: { name: 'Toos van Proef' } });
    const started = await lost(1);
    expect((await correct(started, app.seed.teacher.email)).status).toBe(422);
    expect((await correct(started, colleague.email)).status).toBe(303);
    expect(await mailCount(started)).toBe(2);
  });

  it('can be that of somebody at another school', async () => {
    const other = await seedSchool(app.database, { slug: 'elders' });
    expect((await correct(await lost(), other.teacher.email)).status).toBe(303);
  });

  it('stands in the record with the former one, for the committee and the initiator', async () => {
    const started = await lost();
    const { email } = app.seed.contacts[0];
    expect((await correct(started, 'bo@zorg.example')).status).toBe(303);
    const words = `Van ${email} naar bo@zorg.example`;
    expect((await teacher.get(`/afnames/${started.assessmentId}`)).text).toContain(words);
    const committee = await committeeClient(app);
    expect((await committee.get(`/commissie/${started.assessmentId}`)).text).toContain(words);
  });

  it('shows in the record of a colleague too, whose reminder goes there', async () => {
    const other = await app.startAssessment();
    const started = await lost();
    expect((await correct(started, 'bo@zorg.example')).status).toBe(303);
    await app.apply(remindExaminer, { invitationId: other.invitationId, isManual: false }, SYSTEM_ACTOR);
    const committee = await committeeClient(app);
    expect((await committee.get(`/commissie/${other.assessmentId}`)).text).toContain(
      `Van ${app.seed.contacts[0].email} naar bo@zorg.example`,
    );
  });

  it('ends what the former link had opened', async () => {
    const started = await app.startAssessment();
    const stranger = app.client();
    await app.openLink(stranger, started.linkId);
    const form = `/beoordeling/${started.formId}`;
    expect((await stranger.get(form)).status).toBe(200);
    const { mailId } = await app.database.invitation.findUniqueOrThrow({ where: { id: started.invitationId } });
    await desk.tell(mailId, GONE);
    expect((await correct(started, 'bo@zorg.example')).status).toBe(303);
    expect((await stranger.get(form)).status).not.toBe(200);
  });

  it('can be changed at any time: the draft stays, the former link ends, and the former address is told', async () => {
    const started = await app.startAssessment();
    const examiner = app.client();
    await app.openLink(examiner, started.linkId);
    const page = await teacher.get(`/afnames/${started.assessmentId}/adres/${started.contactId}`);
    expect(page.text).toContain('Op het oude adres komt een bericht dat de uitnodiging is verplaatst.');
    expect((await correct(started, 'elders@zorg.example')).status).toBe(303);
    const mails = await app.database.mail.findMany({
      where: { streamId: started.invitationId, template: 'invitation' },
    });
    expect(mails.map(({ toAddress }) => toAddress)).toContain('elders@zorg.example');
    expect((await examiner.get(`/beoordeling/${started.formId}`)).status).not.toBe(200);
    const form = await app.database.form.findUniqueOrThrow({ where: { id: started.formId } });
    expect(form.contactId).toBe(started.contactId);
  });

  it('must be another one when mail did not come back', async () => {
    const started = await app.startAssessment();
    const { email } = app.seed.contacts[0];
    const path = `/afnames/${started.assessmentId}/adres/${started.contactId}`;
    const same = await teacher.post(path, { email, was: email });
    expect([same.status, same.text.includes('Vul een ander adres in.')]).toEqual([422, true]);
    expect(await mailCount(started)).toBe(1);
  });
});
