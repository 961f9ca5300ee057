import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createAnchorActivities } from '../../../activities/anchors.ts';
import { LinkPurpose, verifyLinkToken } from '../../../platform/tokens.ts';
import { answerAsk, askInitiator, takeBackAsk } from '../../../prisma/commands/asks.ts';
import { cancelAssessment, finaliseAssessment } from '../../../prisma/commands/assessments.ts';
import { moveDeadline } from '../../../prisma/commands/deadlines.ts';
import { correctAddress } from '../../../prisma/commands/delivery.ts';
import { storeDocument } from '../../../prisma/commands/documents.ts';
import { disputeFinish, finishForm, returnForm } from '../../../prisma/commands/forms.ts';
import { withdrawExaminer } from '../../../prisma/commands/inviting.ts';
import { undoWithdraw } from '../../../prisma/commands/undo.ts';
import { queueMails } from '../../../prisma/mail-ledger.ts';
import { smallForm } from '../../support/factories.ts';
import { silentLogger } from '../fakes.ts';
import { type Invited, keyring, type MailRoom, openMailRoom, PUBLIC_URL } from './mail-room.ts';

let room: MailRoom;
beforeAll(async () => {
  room = await openMailRoom();
});
afterAll(() => room.close());
beforeEach(() => room.clear());

/** Sends what waits and gives back the mail with these words in its subject. */
async function sendAndFind(subject: RegExp) {
  await room.pump().pumpOnce();
  const found = room.server.received.find((each) => subject.test(each.mail.subject ?? ''));
  if (!found) throw new Error(`not among: ${room.server.received.map((each) => each.mail.subject).join(' | ')}`);
  return { to: found.to, text: found.mail.text ?? '', mail: found.mail };
}

async function finish(invited: Invited): Promise<void> {
  const command = { ...invited, content: smallForm('G') };
  await room.apply(finishForm, command);
}

async function finalise(assessmentId: string) {
  const { committee, officeAddressId, schoolId } = room.school;
  const stream = await room.database.stream.findUniqueOrThrow({ where: { id: assessmentId } });
  const command = {
    assessmentId,
    expectedVersion: stream.version,
    membershipId: committee.membershipId,
    officeAddressId,
    standing: {},
  };
  const { documentId } = await room.apply(finaliseAssessment, command);
  const sha256 = room.putFile('%PDF-1.7 het resultaat');
  const stored = { assessmentId, version: 1, sha256, size: 22 };
  await room.apply(storeDocument, stored);
  return room.database.document.findFirstOrThrow({ where: { id: documentId, schoolId } });
}

describe('mails to examiners', () => {
  it('confirms a finish with its fingerprint, a link to look and a way to say "not me"', async () => {
    const invited = await room.invite(0);
    await finish(invited);
    const { text, to } = await sendAndFind(/afgerond op/);
    const submission = await room.database.formSubmission.findFirstOrThrow({ orderBy: { finishedAt: 'desc' } });
    expect(to).toEqual([room.school.contacts[0].email]);
    expect(text.replaceAll(' ', '')).toContain(submission.contentDigest.slice(0, 16));
    expect(text).toMatch(new RegExp(`/b/\\w{67}\\?niet-ik=${submission.formId}`));
  });

  it('tells a withdrawn examiner why, and that nothing is left to do', async () => {
    const invited = await room.invite(0);
    const command = { ...invited, reason: 'Noor stapt over.' };
    await room.apply(withdrawExaminer, command);
    await room.pump().pumpOnce();
    // It is held for a minute, in which it can be taken back.
    expect(room.server.received).toEqual([]);
    room.advance(60_000);
    const { text } = await sendAndFind(/niet meer te beoordelen/);
    expect(text).toContain('Noor stapt over.');
    expect(text).toContain('U hoeft niets meer te doen');
    // The invitation had not left yet, so it does not leave any more.
    expect(room.server.received).toHaveLength(1);
  });

  it('tells an examiner in English that an assessment is cancelled', async () => {
    const invited = await room.invite(1);
    const command = { assessmentId: invited.assessmentId, reason: 'Student is ill.' };
    await room.apply(cancelAssessment, command);
    room.advance(60_000);
    const { text } = await sendAndFind(/has been cancelled/);
    expect(text).toContain('Student is ill.');
  });

  it('says nothing of a withdrawal that was taken back', async () => {
    const invited = await room.invite(0);
    await room.pump().pumpOnce();
    room.server.received.length = 0;
    await room.apply(withdrawExaminer, { ...invited, reason: '' });
    await room.apply(undoWithdraw, invited);
    room.advance(120_000);
    await room.pump().pumpOnce();
    expect(room.server.received).toEqual([]);
    expect(await room.database.mail.count({ where: { state: 'recalled' } })).toBe(1);
  });

  it('tells the former address that the invitation moved, without the new one, a link or a student', async () => {
    const invited = await room.invite(0);
    await room.pump().pumpOnce();
    const { email } = room.school.contacts[0];
    const command = { invitationId: invited.invitationId, email: 'nieuw@zorg.example', kid: '1' };
    await room.apply(correctAddress, command);
    const { text, to } = await sendAndFind(/ander e-mailadres/);
    expect(to).toEqual([email]);
    expect(text).not.toContain('nieuw@zorg.example');
    expect(text).not.toContain('/b/');
    expect(text).not.toContain('Noor');
    await room.database.contact.update({ where: { id: invited.contactId }, data: { email } });
  });

  it('tells the other deadline once, and no more when it was moved again', async () => {
    const invited = await room.invite(0);
    await room.pump().pumpOnce();
    room.server.received.length = 0;
    for (const dueAt of ['2026-12-10T22:59:00.000Z', '2026-12-17T22:59:00.000Z']) {
      const command = { assessmentIds: [invited.assessmentId], dueAt, closesAt: null };
      await room.apply(moveDeadline, command);
    }
    const { text, mail } = await sendAndFind(/nieuwe inleverdatum/);
    expect(mail.subject).toContain('17 december 2026');
    expect(text).toMatch(/\/b\/\w{67}/);
    expect(room.server.received).toHaveLength(1);
  });

  it('asks the initiator with reason, proposal and a way to the answer, and brings the answer back', async () => {
    const invited = await room.invite(0);
    await room.pump().pumpOnce();
    const { assessmentId, contactId, invitationId } = invited;
    const proposal = { name: 'Lin Linde', email: 'lin@praktijk.example' };
    const ask = { assessmentIds: [assessmentId], contactId, invitationId, proposal, reason: 'Zij kent hem.' };
    await room.apply(askInitiator, { ...ask, kind: 'handOver' });
    const asked = await sendAndFind(/om een vervanger/);
    expect(asked.to).toEqual([room.school.teacher.email]);
    expect(asked.mail.subject).not.toContain('Noor');
    for (const part of ['Zij kent hem.', 'Lin Linde', 'lin@praktijk.example']) expect(asked.text).toContain(part);
    expect(asked.text).toContain(`/afnames/${assessmentId}/verzoek/${contactId}`);
    const answer = { replacement: null, createContact: null, remark: '', kid: '1' };
    const initiatorId = room.school.teacher.membershipId;
    const no = {
      ...answer,
      assessmentIds: [assessmentId],
      contactId,
      initiatorId,
      isAgreed: false,
      reason: 'Niemand anders.',
    };
    await room.apply(answerAsk, no);
    const answered = await sendAndFind(/antwoord op uw vraag/);
    expect(answered.text).toContain('Niemand anders.');
    expect(answered.text).toMatch(/\/b\/\w{67}/);
  });

  it('asks nothing any more when the examiner went on', async () => {
    const invited = await room.invite(0);
    await room.pump().pumpOnce();
    room.server.received.length = 0;
    const { assessmentId, contactId, invitationId } = invited;
    const ask = { assessmentIds: [assessmentId], contactId, invitationId, proposal: null, reason: 'Verlof.' };
    await room.apply(askInitiator, { ...ask, kind: 'decline' });
    await room.apply(takeBackAsk, { assessmentIds: [assessmentId], contactId });
    await room.pump().pumpOnce();
    expect(room.server.received).toEqual([]);
  });

  it('sends a returned form back with the reason, the reopened parts and a working link', async () => {
    const invited = await room.invite(0);
    await finish(invited);
    const command = { ...invited, components: ['B1-K1-W2/product'], reason: 'Geef een voorbeeld bij criterium 2.' };
    await room.apply(returnForm, command);
    const { text } = await sendAndFind(/teruggestuurd/);
    expect(text).toContain('Geef een voorbeeld bij criterium 2.');
    expect(text).toContain('B1-K1-W2 Productbeoordeling');
    expect(text).not.toContain('B1-K1-W1 Gedragsobservatie');
    const link = await room.database.link.findFirstOrThrow({ where: { invitationId: invited.invitationId } });
    const token = /\/b\/(\w+)/.exec(text)?.[1] ?? '';
    expect(verifyLinkToken(keyring, token, ['fill'])?.linkId).toBe(link.id);
  });

  it('does not ask again for a returned form that is finished again', async () => {
    const invited = await room.invite(0);
    await finish(invited);
    const command = { ...invited, components: ['B1-K1-W2/product'], reason: 'Voorbeeld.' };
    await room.apply(returnForm, command);
    await finish(invited);
    await room.pump().pumpOnce();
    const returned = await room.database.mail.findFirstOrThrow({ where: { template: 'returned' } });
    expect(returned.lastError).toBe('OBSOLETE');
  });
});

describe('mails to the school', () => {
  it('tells the initiator that all examiners are done, without scores', async () => {
    const invited = await room.invite(0);
    await finish(invited);
    const { to, text } = await sendAndFind(/klaar met/);
    expect(to).toEqual([room.school.teacher.email]);
    expect(text).toContain(`${PUBLIC_URL}/afnames/${invited.assessmentId}`);
    expect(text).toContain('Bo Praktijk');
  });

  it('alerts the committee when an examiner says "not me", and not any more after a return', async () => {
    const invited = await room.invite(0);
    await finish(invited);
    await room.apply(disputeFinish, invited);
    const { to, text } = await sendAndFind(/herkent een afgeronde beoordeling/);
    expect(to).toEqual([room.school.committee.email]);
    expect(text).toContain(`${PUBLIC_URL}/commissie/${invited.assessmentId}`);
    expect(text).toContain('Bo Praktijk');

    await room.database.mail.updateMany({ where: { template: 'finishDisputed' }, data: { state: 'queued' } });
    const command = { ...invited, components: ['B1-K1-W2/product'], reason: 'Opnieuw.' };
    await room.apply(returnForm, command);
    await room.pump().pumpOnce();
    const row = await room.database.mail.findFirstOrThrow({ where: { template: 'finishDisputed' } });
    expect(row.lastError).toBe('OBSOLETE');
  });

  it('counts for the digest what waits at the moment of sending', async () => {
    await finish(await room.invite(0));
    const waiting = await room.database.assessment.count({ where: { status: 'assessed' } });
    const { committee, schoolId } = room.school;
    const digest = {
      schoolId,
      streamId: null,
      template: 'committeeDigest' as const,
      lang: 'nl' as const,
      toAddress: committee.email,
      toName: 'Cor van Proef',
      reference: { membershipId: committee.membershipId, day: '2026-11-23' },
      cause: '2026-11-23',
      recipientId: committee.membershipId,
    };
    await room.database.$transaction((tx) => queueMails(tx, [digest], room.now.at));
    const { text } = await sendAndFind(/klaar om vast te stellen/);
    expect(text).toContain(`Zorgen in de wijk: ${waiting}`);
    expect(text).toContain(`${PUBLIC_URL}/commissie`);
    expect(text).not.toContain('Vries');
  });
});

describe('the result to the exam office', () => {
  it('carries the stored bytes, names no student, and is recorded with the document', async () => {
    const invited = await room.invite(0);
    await finish(invited);
    const document = await finalise(invited.assessmentId);
    const { mail, text, to } = await sendAndFind(/vastgesteld resultaat/);
    expect(to).toEqual(['bureau@zandkamp.example']);
    expect(mail.attachments[0]?.content.toString()).toBe('%PDF-1.7 het resultaat');
    expect(mail.attachments[0]).toMatchObject({ filename: `${document.number}.pdf`, contentType: 'application/pdf' });
    expect(text).not.toContain('Vries');
    expect(text).not.toContain('tweede verzending');
    const after = await room.database.document.findUniqueOrThrow({ where: { id: document.id } });
    expect(after.mailedAt).toEqual(room.now.at);
  });

  it('waits five minutes when nobody knows whether it was sent, and then says that it is a repeat', async () => {
    const invited = await room.invite(0);
    await finish(invited);
    const document = await finalise(invited.assessmentId);
    await room.database.mail.deleteMany({ where: { template: { not: 'resultToOffice' } } });
    room.server.misbehave.push('drop');
    const pump = room.pump();
    await pump.pumpOnce();
    expect(room.server.received).toHaveLength(1);
    room.advance(4 * 60_000);
    expect(await pump.pumpOnce()).toBe(0);
    room.advance(60_000);
    expect(await pump.pumpOnce()).toBe(1);
    expect(room.server.received[1]?.mail.text).toContain('tweede verzending');
    const event = await room.database.event.findFirstOrThrow({
      where: { streamId: invited.assessmentId, type: 'DocumentMailed' },
    });
    expect(JSON.parse(event.body)).toMatchObject({ isRepeat: true, version: document.version });
  });

  it('shows on the document that the office refused it', async () => {
    const invited = await room.invite(0);
    await finish(invited);
    const document = await finalise(invited.assessmentId);
    await room.database.mail.deleteMany({ where: { template: { not: 'resultToOffice' } } });
    room.server.misbehave.push({ at: 'RCPT', code: 550 });
    await room.pump().pumpOnce();
    const after = await room.database.document.findUniqueOrThrow({ where: { id: document.id } });
    expect(after).toMatchObject({ mailedAt: null, lastError: 'RECIPIENT_REFUSED' });
  });

  it('keeps which server took it, and its reply', async () => {
    const invited = await room.invite(0);
    await finish(invited);
    await finalise(invited.assessmentId);
    await room.pump().pumpOnce();
    const row = await room.database.mail.findFirstOrThrow({
      where: { template: 'resultToOffice', streamId: invited.assessmentId },
    });
    expect(row).toMatchObject({ state: 'accepted', smtpCode: '250', smtpServer: '127.0.0.1' });
    expect(row.smtpReply).toMatch(/^250 /);
  });

  it('brings a link in place of the document where the school wants that, under the subject of its archive', async () => {
    const deciding = {
      officeDelivery: 'link',
      officeSubject: 'EX-{crebo}-{examencode} {nummer} v{versie} {datum} {naam}',
    };
    await changeSettings({ deciding });
    try {
      const invited = await room.invite(0);
      await finish(invited);
      const { number } = await finalise(invited.assessmentId);
      const { mail, text } = await sendAndFind(/^EX-/);
      expect(mail.subject).toMatch(new RegExp(`^EX-\\S+ ${number} v1 \\d{4}-\\d{2}-\\d{2} \\{naam\\}$`));
      expect(mail.attachments).toEqual([]);
      const token = new RegExp(`${PUBLIC_URL}/examenbureau/(\\S+)`).exec(text)?.[1] ?? '';
      const row = await room.database.mail.findFirstOrThrow({
        where: { template: 'resultToOffice', streamId: invited.assessmentId },
      });
      expect(verifyLinkToken(keyring, token, [LinkPurpose.Office])?.linkId).toBe(row.id);
      expect(verifyLinkToken(keyring, token, [LinkPurpose.Fill, LinkPurpose.SignIn])).toBeNull();
    } finally {
      await changeSettings({});
    }
  });

  /** Over the settings that the school was seeded with. */
  async function changeSettings(settings: object): Promise<void> {
    const { schoolId: id } = room.school;
    const school = await room.database.school.findUniqueOrThrow({ where: { id } });
    const { deciding: _, ...kept } = school.settings as Record<string, unknown>;
    await room.database.school.update({ where: { id }, data: { settings: { ...kept, ...settings } as object } });
  }
});

describe('the mail with an anchor', () => {
  it('brings the root and the heads, and nothing about a person', async () => {
    const { database, school } = room;
    await room.invite(0);
    const { settings } = await database.school.findUniqueOrThrow({ where: { id: school.schoolId } });
    const deciding = { anchorAddress: 'archief@school.example' };
    await database.school.update({
      where: { id: school.schoolId },
      data: { settings: { ...(settings as object), deciding } },
    });
    const anHourLater = { now: async () => new Date('2026-11-23T10:00:00Z') };
    const dir = mkdtempSync(join(tmpdir(), 'anchors-'));
    const anchors = { address: undefined, dir };
    await createAnchorActivities({ database, logger: silentLogger, anchors }, anHourLater).anchorRecord();
    await database.mail.updateMany({ where: { template: 'anchor' }, data: { nextTryAt: new Date(0) } });
    const { text, to, mail } = await sendAndFind(/controlegetal/);
    const { root, streamCount } = await database.anchor.findFirstOrThrow({ where: { schoolId: school.schoolId } });
    expect(to).toEqual(['archief@school.example']);
    expect(text.replaceAll(/\s/g, '')).toContain(root);
    expect(mail.attachments).toHaveLength(1);
    const content = mail.attachments[0]?.content ?? Buffer.of();
    const lines = gunzipSync(content).toString().trim().split('\n');
    expect(lines).toHaveLength(streamCount + 1);
    expect(content.equals(readFileSync(join(dir, mail.attachments[0]?.filename ?? '')))).toBe(true);
    expect(`${text}${lines.join()}`).not.toMatch(/Noor|Vries|100001/);
    rmSync(dir, { recursive: true });
  });
});
