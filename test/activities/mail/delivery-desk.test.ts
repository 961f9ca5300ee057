import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pino from 'pino';
import { v7 as uuidv7 } from 'uuid';
import { createDeliveryDesk, type DeliveryDesk } from '../../../activities/mail/delivery-desk.ts';
import type { DeliveryReport } from '../../../domain/delivery.ts';
import type { InvitationState } from '../../../domain/invitation.ts';
import type { Mail } from '../../../generated/prisma/client.ts';
import { openDatabase } from '../../../prisma/client.ts';
import { finaliseAssessment } from '../../../prisma/commands/assessments.ts';
import { correctAddress, resendDocument } from '../../../prisma/commands/delivery.ts';
import { storeDocument } from '../../../prisma/commands/documents.ts';
import { finishForm } from '../../../prisma/commands/forms.ts';
import { reissueLink, remindExaminer } from '../../../prisma/commands/inviting.ts';
import { resendMail } from '../../../prisma/commands/mending.ts';
import { smallForm } from '../../support/factories.ts';
import { accepted, type Invited, type MailRoom, openMailRoom } from './mail-room.ts';

const logger = pino({ level: 'silent' });
const MINUTE = 60_000;

let room: MailRoom;
let desk: DeliveryDesk;
beforeAll(async () => {
  room = await openMailRoom();
  desk = createDeliveryDesk({ database: room.database, logger, clock: { now: async () => room.now.at } });
});
afterAll(() => room.close());
beforeEach(async () => {
  await room.database.mail.deleteMany();
  room.server.received.length = 0;
  room.server.misbehave.length = 0;
  // What other tests lost does not go along when an address is corrected.
  await room.database.invitation.updateMany({ data: { delivery: 'delivered' } });
  // Invitations that come back within ten minutes are one mail: each test has its own.
  room.advance(15 * MINUTE);
});

const report = (signal: DeliveryReport['signal'], more: Partial<DeliveryReport> = {}): DeliveryReport => ({
  signal,
  reason: null,
  isPermanent: false,
  status: null,
  ...more,
});
const GONE = report('bounced', { reason: 'addressUnknown', isPermanent: true, status: '5.1.1' });
const FULL = report('bounced', { reason: 'mailboxFull', isPermanent: false, status: '4.2.2' });
const CAME = report('delivered', { status: '2.1.5' });

async function mailOf(template: string, streamId?: string): Promise<Mail> {
  const where = { template, ...(streamId === undefined ? {} : { streamId }) };
  return room.database.mail.findFirstOrThrow({ where, orderBy: { queuedAt: 'desc' } });
}

async function stateOf(invitationId: string): Promise<InvitationState> {
  const stream = await room.database.stream.findUniqueOrThrow({ where: { id: invitationId } });
  return stream.state as unknown as InvitationState;
}

async function eventsOf(streamId: string, type: string): Promise<Record<string, unknown>[]> {
  const events = await room.database.event.findMany({ where: { streamId, type }, orderBy: { seq: 'asc' } });
  return events.map((event) => JSON.parse(event.body) as Record<string, unknown>);
}

/** Invited and sent. */
async function sent(): Promise<Invited & { readonly mailId: string }> {
  const invited = await room.invite(0);
  await room.pump().pumpOnce();
  return { ...invited, mailId: (await mailOf('invitation', invited.invitationId)).id };
}

describe('a report about an invitation', () => {
  it('cannot fill the record: who says again and again that a mail came, and did not, is heard once of each', async () => {
    const { invitationId, mailId } = await sent();
    for (const detail of [1, 2, 3, 4, 5]) {
      await desk.tell(mailId, { ...GONE, status: `5.1.${detail}` });
      await desk.tell(mailId, { ...CAME, status: `2.1.${detail}` });
    }
    const reported = await eventsOf(invitationId, 'DeliveryReported');
    expect(reported.map(({ delivery }) => delivery)).toEqual(['accepted', 'bounced', 'delivered']);
  });

  it('is heard of again when the mail was sent again', async () => {
    const { invitationId } = await sent();
    const { mailId } = await room.apply(remindExaminer, { invitationId, isManual: true });
    await room.pump().pumpOnce();
    await desk.tell(mailId, FULL);
    await room.apply(resendMail, { mailId });
    await room.pump().pumpOnce();
    expect((await mailOf('reminder')).state).toBe('accepted');
    await desk.tell(mailId, FULL);
    expect((await mailOf('reminder')).state).toBe('bounced');
  });

  it('stands on the mail and in the record, and the initiator gets one mail with the reason', async () => {
    const { invitationId, mailId } = await sent();
    await desk.tell(mailId, GONE);
    expect(await mailOf('invitation')).toMatchObject({
      state: 'bounced',
      deliverySignal: 'bounced',
      deliveryReason: 'addressUnknown',
      deliveryStatus: '5.1.1',
      deliveryAt: room.now.at,
    });
    expect(await stateOf(invitationId)).toMatchObject({
      delivery: 'bounced',
      problem: { reason: 'addressUnknown', isPermanent: true, status: '5.1.1' },
    });
    await room.pump().pumpOnce();
    const told = room.server.received.filter(({ to }) => to.includes(room.school.teacher.email));
    expect(told).toHaveLength(1);
    const text = told[0]?.mail.text ?? '';
    expect(text).toContain(`Het adres ${room.school.contacts[0].email} bestaat niet.`);
    expect(text).toContain('/afnames/');
    expect(told[0]?.mail.subject).not.toContain('Vries');
    expect(text).not.toContain('Vries');
  });

  it('has one effect however often it comes', async () => {
    const { invitationId, mailId } = await sent();
    await Promise.all([desk.tell(mailId, GONE), desk.tell(mailId, GONE)]);
    await desk.tell(mailId, { ...GONE, status: '5.1.10' });
    expect(await eventsOf(invitationId, 'DeliveryReported')).toHaveLength(2);
    expect(await room.database.mail.count({ where: { template: 'bounced' } })).toBe(1);
  });

  it('that comes before the pump wrote that the server took the mail is kept', async () => {
    const { invitationId } = await room.invite(0);
    const { id } = await mailOf('invitation');
    const { transport, release, handedOver } = heldTransport();
    const pumping = room.pump({ transport }).pumpOnce();
    await handedOver;
    await desk.tell(id, GONE);
    release();
    await pumping;
    expect(await mailOf('invitation')).toMatchObject({ state: 'bounced', deliveryReason: 'addressUnknown' });
    expect((await stateOf(invitationId)).delivery).toBe('bounced');
    expect(await room.pump().pumpOnce()).toBe(0);
  });

  it('that it arrived ends the tries of a mail of which nobody knew', async () => {
    const { invitationId } = await room.invite(0);
    room.server.misbehave.push('drop');
    await room.pump().pumpOnce();
    const unknown = await mailOf('invitation');
    expect(unknown.state).toBe('unknown');
    await desk.tell(unknown.id, CAME);
    room.advance(20 * MINUTE);
    expect(await room.pump().pumpOnce()).toBe(0);
    expect((await stateOf(invitationId)).delivery).toBe('delivered');
  });

  it('that comes after a bounce clears it, and a mail to the initiator that has not left stays here', async () => {
    const { invitationId, mailId } = await sent();
    await desk.tell(mailId, FULL);
    await desk.tell(mailId, CAME);
    expect(await stateOf(invitationId)).not.toHaveProperty('problem');
    expect((await stateOf(invitationId)).delivery).toBe('delivered');
    await room.pump().pumpOnce();
    expect(await mailOf('bounced')).toMatchObject({ state: 'failed', lastError: 'OBSOLETE' });
  });

  it('of delay keeps the mail as it is, and says nothing of one that arrived', async () => {
    const { invitationId, mailId } = await sent();
    await desk.tell(mailId, report('delayed', { reason: 'unreachable', status: '4.4.1' }));
    expect(await mailOf('invitation')).toMatchObject({ state: 'accepted', deliverySignal: 'delayed' });
    expect(await stateOf(invitationId)).toMatchObject({ delivery: 'delayed', problem: { reason: 'unreachable' } });
    await desk.tell(mailId, CAME);
    await desk.tell(mailId, report('delayed', { reason: 'unreachable', status: '4.4.2' }));
    expect(await mailOf('invitation')).toMatchObject({ state: 'delivered', deliverySignal: 'delivered' });
    expect((await stateOf(invitationId)).delivery).toBe('delivered');
    expect(await room.database.mail.count({ where: { template: 'bounced' } })).toBe(0);
  });

  it('of an automatic answer means that it arrived, and when the answer came', async () => {
    const { invitationId, mailId } = await sent();
    await desk.tell(mailId, report('autoReply'));
    expect(await mailOf('invitation')).toMatchObject({ state: 'delivered', autoReplyAt: room.now.at });
    expect(await stateOf(invitationId)).toMatchObject({
      delivery: 'delivered',
      autoReplyAt: room.now.at.toISOString(),
    });
  });

  it('of a challenge means that it did not', async () => {
    const { invitationId, mailId } = await sent();
    await desk.tell(mailId, report('challenge'));
    expect(await mailOf('invitation')).toMatchObject({ state: 'bounced', deliveryReason: 'challengeAsked' });
    expect(await stateOf(invitationId)).toMatchObject({
      delivery: 'bounced',
      problem: { reason: 'challengeAsked', isPermanent: false },
    });
  });
});

/** Hands a mail over at once, and says so only when it is let go. */
function heldTransport() {
  let release: () => void = () => undefined;
  let arrive: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const handedOver = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  let isFirst = true;
  const transport = {
    async send() {
      if (isFirst) {
        isFirst = false;
        arrive();
        await released;
      }
      return '250';
    },
    verify: async () => undefined,
    close: () => undefined,
  };
  return { transport, release: () => release(), handedOver };
}

describe('a report about another mail', () => {
  it('a reminder that bounces tells that the address stopped working, and one that arrives clears it', async () => {
    const { invitationId, mailId } = await sent();
    await desk.tell(mailId, CAME);
    const first = await room.apply(remindExaminer, { invitationId, isManual: true });
    await room.pump().pumpOnce();
    await desk.tell(first.mailId, GONE);
    expect((await stateOf(invitationId)).delivery).toBe('bounced');
    expect(await room.database.mail.count({ where: { template: 'bounced' } })).toBe(1);
    const second = await room.apply(remindExaminer, { invitationId, isManual: true });
    await room.pump().pumpOnce();
    await desk.tell(second.mailId, CAME);
    expect((await stateOf(invitationId)).delivery).toBe('delivered');
  });

  it('of before a new link to the same address counts when the address is wrong, not when a mailbox was full', async () => {
    const full = await sent();
    room.advance(MINUTE);
    await room.door.apply(reissueLink, { invitationId: full.invitationId, kid: '1' }, room.context());
    await desk.tell(full.mailId, FULL);
    expect((await stateOf(full.invitationId)).delivery).toBe('queued');
    const gone = await sent();
    room.advance(MINUTE);
    await room.door.apply(reissueLink, { invitationId: gone.invitationId, kid: '1' }, room.context());
    await desk.tell(gone.mailId, GONE);
    expect((await stateOf(gone.invitationId)).delivery).toBe('bounced');
  });

  it('leaves aside what it does not know', async () => {
    const before = await room.database.command.count();
    await desk.tell(uuidv7(), GONE);
    await desk.tell('not an id', GONE);
    expect(await room.database.command.count()).toBe(before);
  });

  it('fails when the database is away, so that the report is told again', async () => {
    const away = openDatabase({ url: 'postgresql://x:x@127.0.0.1:1/x', poolSize: 1, connectTimeoutMs: 200 });
    await expect(createDeliveryDesk({ database: away, logger }).tell(uuidv7(), GONE)).rejects.toThrow();
    await away.$disconnect();
  });
});

describe('correcting the address', () => {
  const correct = (invitationId: string, email: string) =>
    room.door.apply(correctAddress, { invitationId, email, kid: '1' }, room.context());

  /** What other tests left open. */
  async function over(): Promise<void> {
    await room.database.invitation.updateMany({ data: { status: 'completed' } });
  }

  async function restore(contactId: string): Promise<void> {
    const { email } = room.school.contacts[0];
    await room.database.contact.update({ where: { id: contactId }, data: { email } });
  }

  it('sends everything that is open to the new address, with links that work; old ones do not', async () => {
    await over();
    const one = await sent();
    const two = await sent();
    const fine = await sent();
    await desk.tell(one.mailId, GONE);
    await desk.tell(two.mailId, GONE);
    // Twice lost, told once: mending the address mends both.
    expect(await room.database.mail.count({ where: { template: 'bounced' } })).toBe(1);
    const before = await room.database.link.findFirstOrThrow({ where: { invitationId: one.invitationId } });
    room.advance(MINUTE);

    expect(accepted(await correct(one.invitationId, ' nieuw.adres@zorg.example '))).toEqual({ sentCount: 3 });
    expect(await room.database.link.findUniqueOrThrow({ where: { id: before.id } })).toMatchObject({
      revokeReason: 'moved',
    });
    expect(await stateOf(one.invitationId)).toMatchObject({ delivery: 'queued' });
    // What arrived at the former address goes along: the examiner is not there.
    expect(await stateOf(fine.invitationId)).toMatchObject({ delivery: 'queued' });
    expect(await eventsOf(one.invitationId, 'AddressCorrected')).toEqual([{ examinerId: one.contactId }]);
    room.server.received.length = 0;
    await room.pump().pumpOnce();
    const again = room.server.received.filter(({ to }) => to.includes('nieuw.adres@zorg.example'));
    expect(again).toHaveLength(3);
    expect(again[0]?.mail.subject).toContain('beoordelen voor');
    // The first mail went elsewhere: what is heard of it now says nothing.
    await desk.tell(one.mailId, { ...GONE, status: '5.7.1', reason: 'refusedByPolicy' });
    expect((await stateOf(one.invitationId)).delivery).toBe('accepted');
    await restore(one.contactId);
  });

  it('takes the same address again, and says nothing of a correction', async () => {
    const { invitationId, mailId } = await sent();
    await desk.tell(mailId, FULL);
    room.advance(MINUTE);
    const before = (await eventsOf(invitationId, 'AddressCorrected')).length;
    accepted(await correct(invitationId, room.school.contacts[0].email));
    expect(await eventsOf(invitationId, 'AddressCorrected')).toHaveLength(before);
    expect((await stateOf(invitationId)).delivery).toBe('queued');
  });

  it('refuses what is no address, another contact’s, an account’s, and the same one while mail arrives', async () => {
    const { invitationId, mailId, contactId } = await sent();
    const { email } = room.school.contacts[0];
    expect(await correct(invitationId, email)).toMatchObject({ code: 'MAIL_NOT_LOST' });
    await desk.tell(mailId, GONE);
    expect(await correct(invitationId, 'geen adres')).toMatchObject({ code: 'ADDRESS_INVALID' });
    const other = room.school.contacts[1];
    expect(await correct(invitationId, other.email.toUpperCase())).toMatchObject({ code: 'ADDRESS_TAKEN' });
    const accountId = room.school.teacher.accountId;
    await room.database.contact.update({ where: { id: contactId }, data: { accountId } });
    expect(await correct(invitationId, 'a@zorg.example')).toMatchObject({ code: 'ADDRESS_OF_ACCOUNT' });
    await room.database.contact.update({ where: { id: contactId }, data: { accountId: null } });
    expect((await stateOf(invitationId)).delivery).toBe('bounced');
  });
});

describe('the mail to the exam office', () => {
  async function decided() {
    const invited = await room.invite(0);
    await room.apply(finishForm, { ...invited, content: smallForm('G') });
    const { committee, officeAddressId } = room.school;
    const { version } = await room.database.stream.findUniqueOrThrow({ where: { id: invited.assessmentId } });
    const decision = {
      assessmentId: invited.assessmentId,
      expectedVersion: version,
      membershipId: committee.membershipId,
      officeAddressId,
      standing: {},
    };
    const { documentId } = await room.apply(finaliseAssessment, decision);
    const sha256 = room.putFile('%PDF-1.7 het resultaat');
    const stored = { assessmentId: invited.assessmentId, version: 1, sha256, size: 22 };
    await room.apply(storeDocument, stored);
    await room.database.mail.deleteMany({ where: { template: { not: 'resultToOffice' } } });
    return { assessmentId: invited.assessmentId, documentId };
  }

  it('that comes back reaches the committee, which sends it again to another address', async () => {
    const { assessmentId, documentId } = await decided();
    await room.pump().pumpOnce();
    const first = await mailOf('resultToOffice');
    await desk.tell(first.id, GONE);
    await desk.tell(first.id, { ...GONE, status: '5.1.0' });
    await room.pump().pumpOnce();
    const told = room.server.received.filter(({ to }) => to.includes(room.school.committee.email));
    expect(told).toHaveLength(1);
    expect(told[0]?.mail.text).toContain('Het adres bureau@zandkamp.example bestaat niet.');
    expect(await eventsOf(assessmentId, 'DocumentMailLost')).toMatchObject([{ mailId: first.id, version: 1 }]);

    room.advance(MINUTE);
    const office = {
      id: uuidv7(),
      schoolId: room.school.schoolId,
      label: 'Bureau 2',
      email: 'bureau2@zandkamp.example',
    };
    await room.database.officeAddress.create({ data: office });
    const again = { assessmentId, documentId, officeAddressId: office.id };
    await room.apply(resendDocument, again);
    expect(await room.door.apply(resendDocument, again, room.context())).toMatchObject({ code: 'MAIL_NOT_LOST' });
    await room.pump().pumpOnce();
    expect(room.server.received.at(-1)?.to).toEqual(['bureau2@zandkamp.example']);
    const mailed = await eventsOf(assessmentId, 'DocumentMailed');
    expect(mailed.map((event) => event.isRepeat)).toEqual([false, true]);
    expect((await eventsOf(assessmentId, 'DocumentResent')).length).toBe(1);
  });

  it('that is refused at the door reaches the committee too', async () => {
    const { documentId } = await decided();
    room.server.misbehave.push({ at: 'RCPT', code: 550 });
    await room.pump().pumpOnce();
    expect(await mailOf('officeBounced')).toMatchObject({ state: 'accepted' });
    const document = await room.database.document.findUniqueOrThrow({ where: { id: documentId } });
    expect(document).toMatchObject({ mailedAt: null, lastError: 'RECIPIENT_REFUSED' });
    expect(await mailOf('resultToOffice')).toMatchObject({ state: 'failed', deliveryReason: 'addressUnknown' });
  });

  it('counts as mailed when a report comes before the worker could say so', async () => {
    const { assessmentId, documentId } = await decided();
    const { id } = await mailOf('resultToOffice');
    await room.database.mail.update({ where: { id }, data: { state: 'claimed', tries: 1, claimedAt: room.now.at } });
    await desk.tell(id, CAME);
    const document = await room.database.document.findUniqueOrThrow({ where: { id: documentId } });
    expect(document.mailedAt).toEqual(room.now.at);
    expect(await eventsOf(assessmentId, 'DocumentMailed')).toHaveLength(1);
  });
});
