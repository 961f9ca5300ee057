import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pino from 'pino';
import { v7 as uuidv7 } from 'uuid';
import { createDeliveryDesk } from '../../../activities/mail/delivery-desk.ts';
import { BounceReason, DeliverySignal } from '../../../domain/delivery.ts';
import { verifyLinkToken } from '../../../platform/tokens.ts';
import { evidenceMark } from '../../../prisma/commands/evidence.ts';
import { askExaminerCode, ExaminerCodePurpose, finishSubject } from '../../../prisma/commands/examiner-codes.ts';
import { remindExaminer, withdrawExaminer } from '../../../prisma/commands/inviting.ts';
import { sendLinks } from '../../../prisma/commands/links.ts';
import { SYSTEM_ACTOR } from '../../../prisma/unit-of-work.ts';
import { accepted, type Invited, keyring, type MailRoom, openMailRoom, PUBLIC_URL } from './mail-room.ts';

const HOUR = 3_600_000;
const MONDAY = new Date('2026-11-23T09:00:00.000Z');
/** Three working days after {@link MONDAY}, at nine in Amsterdam. */
const THURSDAY = '2026-11-26T08:00:00.000Z';

let room: MailRoom;
beforeAll(async () => {
  room = await openMailRoom();
});
afterAll(() => room.close());
beforeEach(async () => {
  await room.database.invitation.updateMany({ data: { nextReminderAt: null } });
  await room.database.mail.deleteMany();
  room.now.at = MONDAY;
});

const context = () => ({ schoolId: room.school.schoolId, actor: SYSTEM_ACTOR, commandId: uuidv7() });

/** An invitation whose mail was sent and whose reminder the conductor has planned. */
async function invited(contact: 0 | 1 = 0): Promise<Invited> {
  const made = await room.invite(contact);
  await room.pump().pumpOnce();
  await room.database.invitation.update({ where: { id: made.invitationId }, data: { nextReminderAt: THURSDAY } });
  return made;
}

function remind({ invitationId }: Invited, plannedAt = THURSDAY) {
  return room.door.apply(remindExaminer, { invitationId, isManual: false, plannedAt }, context());
}

const reminders = ({ invitationId }: Invited) =>
  room.database.event.findMany({ where: { streamId: invitationId, type: 'ReminderQueued' } });

async function received() {
  room.server.received.length = 0;
  await room.pump().pumpOnce();
  return room.server.received;
}

describe('reminders of one examiner that fall due about now', () => {
  it('are one mail with a link for each, and stand in the record of each', async () => {
    const [one, two, other] = [await invited(), await invited(), await invited(1)];
    room.now.at = new Date(THURSDAY);
    const { mailId } = accepted(await remind(one));
    for (const each of [one, two]) {
      const events = await reminders(each);
      expect(events.map(({ body }) => JSON.parse(body))).toEqual([{ number: 1, mailId, isManual: false }]);
    }
    expect(await reminders(other)).toEqual([]);
    expect(await room.database.mail.count({ where: { template: 'reminder' } })).toBe(1);
    const [mail, ...more] = await received();
    expect(more).toEqual([]);
    expect(mail?.to).toEqual([room.school.contacts[0].email]);
    expect(mail?.mail.subject).toContain('nog 2 studenten beoordelen');
    const tokens = [...(mail?.mail.text ?? '').matchAll(new RegExp(`${PUBLIC_URL}/b/(\\w{67})`, 'g'))].map(
      ([, token]) => verifyLinkToken(keyring, token ?? '', ['fill'])?.linkId,
    );
    const links = await room.database.invitation.findMany({
      where: { id: { in: [one.invitationId, two.invitationId] } },
      select: { linkId: true },
    });
    expect([...new Set(tokens)].sort()).toEqual(links.map(({ linkId }) => linkId).sort());
  });

  it('are not sent once more when the timer of the other one goes off', async () => {
    const [one, two] = [await invited(), await invited()];
    room.now.at = new Date(THURSDAY);
    accepted(await remind(one));
    expect(await remind(two)).toMatchObject({ ok: false, code: 'REMINDER_ALREADY_QUEUED' });
    expect(await room.database.mail.count({ where: { template: 'reminder' } })).toBe(1);
  });

  it('go on by themselves the next time', async () => {
    const [one, two] = [await invited(), await invited()];
    room.now.at = new Date(THURSDAY);
    accepted(await remind(one));
    const next = '2026-12-01T08:00:00.000Z';
    room.now.at = new Date(next);
    accepted(await remind(two, next));
    expect((await reminders(one)).length + (await reminders(two)).length).toBe(4);
    expect(await room.database.mail.count({ where: { template: 'reminder' } })).toBe(2);
  });

  it('leave out what is not due yet, is finished, or is reminded by hand', async () => {
    const early = await invited();
    room.now.at = new Date(MONDAY.getTime() + 48 * HOUR);
    const late = await invited();
    room.now.at = new Date(THURSDAY);
    accepted(await remind(early));
    expect(await reminders(late)).toEqual([]);
    accepted(await room.door.apply(remindExaminer, { invitationId: early.invitationId, isManual: true }, context()));
    expect(await reminders(late)).toEqual([]);
  });

  it('still go when the invitation that the mail began with is over by then', async () => {
    const [one, two] = [await invited(), await invited()];
    room.now.at = new Date(THURSDAY);
    accepted(await remind(one));
    accepted(await room.door.apply(withdrawExaminer, { ...one, reason: '' }, context()));
    const mails = await received();
    const [mail] = mails.filter(({ mail: { subject } }) => subject?.includes('Herinnering'));
    const { linkId } = await room.database.invitation.findUniqueOrThrow({ where: { id: two.invitationId } });
    const [, token = ''] = /\/b\/(\w{67})/.exec(mail?.mail.text ?? '') ?? [];
    expect(verifyLinkToken(keyring, token, ['fill'])?.linkId).toBe(linkId);
    expect(mail?.mail.subject).toContain('nog 1 student beoordelen');
  });

  it('tell of each that the address does not work when the mail comes back', async () => {
    const [one, two] = [await invited(), await invited()];
    room.now.at = new Date(THURSDAY);
    const { mailId } = accepted(await remind(one));
    await received();
    const clock = { now: async () => room.now.at };
    const desk = createDeliveryDesk({ database: room.database, logger: pino({ level: 'silent' }), clock });
    const reason = BounceReason.AddressUnknown;
    await desk.tell(mailId, { signal: DeliverySignal.Bounced, reason, status: '5.1.1', isPermanent: true });
    for (const { invitationId } of [one, two]) {
      const row = await room.database.invitation.findUniqueOrThrow({ where: { id: invitationId } });
      expect(row.delivery).toBe('bounced');
    }
    expect(await room.database.mail.count({ where: { template: 'bounced' } })).toBe(1);
  });
});

describe('links that an examiner asks for', () => {
  const linkIdsIn = (text = '') =>
    new Set(
      [...text.matchAll(new RegExp(`${PUBLIC_URL}/b/(\\w{67})`, 'g'))].map(
        ([, token = '']) => verifyLinkToken(keyring, token, ['fill'])?.linkId,
      ),
    );
  const linkIdOf = async ({ invitationId }: Invited) =>
    (await room.database.invitation.findUniqueOrThrow({ where: { id: invitationId } })).linkId;
  const ask = async (...asked: Invited[]) => {
    const invitationIds = asked.map(({ invitationId }) => invitationId);
    return room.door.apply(sendLinks, { invitationIds, kid: keyring.current }, context());
  };

  it('come in one mail that names all of them', async () => {
    const [one, two] = [await invited(), await invited()];
    accepted(await ask(one, two));
    const [mail, ...more] = await received();
    expect(more).toEqual([]);
    expect(mail?.mail.subject).toContain('uw 2 links om 2 studenten te beoordelen');
    expect(linkIdsIn(mail?.mail.text)).toEqual(new Set([await linkIdOf(one), await linkIdOf(two)]));
    expect(mail?.mail.text).toContain('Elke uitnodiging heeft een eigen link.');
  });

  it('are those that are left when something changed before the mail went', async () => {
    const [one, two, three] = [await invited(), await invited(), await invited()];
    accepted(await ask(one, two, three));
    accepted(await room.door.apply(withdrawExaminer, { ...one, reason: '' }, context()));
    const mails = await received();
    const [mail] = mails.filter(({ mail: { subject } }) => subject?.includes('links'));
    expect(linkIdsIn(mail?.mail.text)).toEqual(new Set([await linkIdOf(two), await linkIdOf(three)]));
  });

  it('are not mailed when all of it was taken back', async () => {
    const one = await invited();
    accepted(await room.door.apply(withdrawExaminer, { ...one, reason: '' }, context()));
    expect(await ask(one)).toMatchObject({ ok: false, code: 'INVITATION_WITHDRAWN' });
  });

  it('tell of each new link whether it arrived', async () => {
    const [one, two] = [await invited(), await invited()];
    const { expiresAt } = await room.database.link.findUniqueOrThrow({ where: { id: await linkIdOf(one) } });
    room.now.at = new Date(expiresAt.getTime() - HOUR);
    accepted(await ask(one, two));
    await received();
    for (const { invitationId } of [one, two]) {
      const row = await room.database.invitation.findUniqueOrThrow({ where: { id: invitationId } });
      const mail = await room.database.mail.findUniqueOrThrow({ where: { id: row.mailId } });
      expect([mail.template, mail.state, mail.lastError, row.delivery]).toEqual([
        'newLink',
        'accepted',
        null,
        'accepted',
      ]);
    }
  });
});

describe('the mail with a code', () => {
  it('goes first, says what it is for and warns whoever did not ask', async () => {
    const { assessmentId, contactId } = await room.invite(0);
    await room.database.mail.deleteMany();
    const form = await room.database.form.findFirstOrThrow({ where: { assessmentId, contactId } });
    const use = { contactId, sessionId: 'sessie', purpose: ExaminerCodePurpose.Finish };
    const command = { ...use, subject: finishSubject(form.id, 3, evidenceMark([])), kid: '1', isAgain: false };
    accepted(await room.door.apply(askExaminerCode, command, context()));
    const row = await room.database.mail.findFirstOrThrow();
    expect(row).toMatchObject({ priority: 0, template: 'examinerCode', toAddress: room.school.contacts[0].email });
    expect(JSON.stringify(row.reference)).not.toMatch(/@|Noor/);
    const [mail] = await received();
    expect(mail?.mail.subject).toMatch(/code om uw beoordeling voor Zorgen in de wijk af te ronden/);
    expect(mail?.mail.text).toMatch(/\d{3}\s\d{3}/);
    expect(mail?.mail.text).toContain('Heeft u dit niet gevraagd?');
    expect(mail?.mail.text).toContain('Dan heeft iemand anders uw link.');
  });

  it('is not sent any more when the code has expired', async () => {
    const { contactId } = await room.invite(0);
    await room.database.mail.deleteMany();
    const command = { contactId, sessionId: 'sessie', purpose: ExaminerCodePurpose.WorkList, subject: '' };
    accepted(await room.door.apply(askExaminerCode, { ...command, kid: '1', isAgain: false }, context()));
    room.now.at = new Date(room.now.at.getTime() + HOUR);
    expect(await received()).toEqual([]);
  });
});
