import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { createReturnPath } from '../../../activities/mail/addressing.ts';
import { createTransport } from '../../../activities/mail/transport.ts';
import { verifyLinkToken } from '../../../platform/tokens.ts';
import { finishForm } from '../../../prisma/commands/forms.ts';
import { reissueLink, remindExaminer } from '../../../prisma/commands/inviting.ts';
import { queueMails } from '../../../prisma/mail-ledger.ts';
import { SYSTEM_ACTOR } from '../../../prisma/unit-of-work.ts';
import { smallForm } from '../../support/factories.ts';
import { accepted, keyring, type MailRoom, openMailRoom, PUBLIC_URL } from './mail-room.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let room: MailRoom;
beforeAll(async () => {
  room = await openMailRoom();
});
afterAll(() => room.close());
beforeEach(async () => {
  await room.database.mail.deleteMany();
  room.server.received.length = 0;
  room.server.misbehave.length = 0;
  room.logged.length = 0;
});

const context = () => ({ schoolId: room.school.schoolId, actor: SYSTEM_ACTOR, commandId: uuidv7() });
const mails = () => room.database.mail.findMany({ orderBy: [{ queuedAt: 'asc' }, { template: 'asc' }] });
const onlyMail = async () => (await mails())[0];
const received = () => room.server.received;

async function deliveryOf(invitationId: string): Promise<string> {
  return (await room.database.invitation.findUniqueOrThrow({ where: { id: invitationId } })).delivery;
}

/** As if a worker had claimed the mail and then gone. */
async function leaveClaimed(): Promise<void> {
  await room.database.mail.updateMany({
    data: { state: 'claimed', claimedAt: room.now.at, claimedBy: 'gone', tries: 1 },
  });
}

async function queueSignIn(lifeMs: number): Promise<string> {
  const id = uuidv7();
  const { accountId, email } = room.school.teacher;
  const expiresAt = new Date(room.now.at.getTime() + lifeMs);
  await room.database.signIn.create({ data: { id, accountId, kid: '1', createdAt: room.now.at, expiresAt } });
  const mail = {
    schoolId: room.school.schoolId,
    streamId: null,
    template: 'signIn' as const,
    lang: 'nl' as const,
    toAddress: email,
    toName: 'Toos van Proef',
    reference: { accountId, signInId: id },
    cause: id,
    recipientId: accountId,
    notAfter: expiresAt,
  };
  await room.database.$transaction((tx) => queueMails(tx, [mail], room.now.at));
  return id;
}

describe('the mail pump', () => {
  it('sends a queued invitation with a link that verifies, and tells the invitation', async () => {
    const invited = await room.invite(0, { remark: 'Graag voor vrijdag.' });
    expect(await room.pump().pumpOnce()).toBe(1);

    const [sent] = received();
    expect(sent?.to).toEqual([room.school.contacts[0].email]);
    const token = /https:\/\/proeve\.example\/b\/(\w+)/.exec(sent?.mail.text ?? '')?.[1] ?? '';
    const link = await room.database.link.findFirstOrThrow({ where: { invitationId: invited.invitationId } });
    expect(verifyLinkToken(keyring, token, ['fill'])?.linkId).toBe(link.id);
    expect(sent?.mail.html).toContain(`${PUBLIC_URL}/b/${token}`);
    expect(sent?.mail.text).toContain('Graag voor vrijdag.');
    expect(sent?.mail.text).toContain('Noor de Vries');
    expect(sent?.mail.subject).not.toContain('Vries');

    expect(await onlyMail()).toMatchObject({ state: 'accepted', tries: 1, smtpCode: '250', lastError: null });
    expect(await deliveryOf(invited.invitationId)).toBe('accepted');
  });

  it('addresses the mail so that machines do not answer, people reach the initiator, and copies can be told apart', async () => {
    await room.invite(0);
    const row = await onlyMail();
    await room.pump({ returnPath: createReturnPath(keyring, 'bounces.example') }).pumpOnce();
    const [sent] = received();
    expect(sent?.mail.messageId).toBe(`<${row?.id}@post.example>`);
    expect(sent?.mail.headers.get('auto-submitted')).toBe('auto-generated');
    expect(sent?.mail.replyTo?.value[0]?.address).toBe(room.school.teacher.email);
    expect(sent?.mail.from?.value[0]).toMatchObject({ name: 'Examens', address: 'examens@post.example' });
    expect(createReturnPath(keyring, 'bounces.example').read(sent?.from ?? '')).toBe(row?.id);
  });

  it('writes in the language of the receiver', async () => {
    await room.invite(1, { isPartial: true });
    await room.pump().pumpOnce();
    expect(received()[0]?.mail.text).toContain('Dear Sam Docent');
    expect(received()[0]?.mail.text).toContain('B1-K1-W1');
  });

  it('sends the attachments of an invitation as they are stored', async () => {
    const id = uuidv7();
    const sha256 = room.putFile('%PDF praktijkopdracht');
    const { schoolId, teacher } = room.school;
    const name = 'Opdracht één.pdf';
    await room.database.attachment.create({
      data: { id, schoolId, name, mediaType: 'application/pdf', size: 21, sha256, createdBy: teacher.membershipId },
    });
    await room.invite(0, { attachmentIds: [id] });
    await room.pump().pumpOnce();
    const attachment = received()[0]?.mail.attachments[0];
    expect(attachment).toMatchObject({ filename: name, contentType: 'application/pdf' });
    expect(attachment?.content.toString()).toBe('%PDF praktijkopdracht');
  });

  it('sends once when two pumps run at once', async () => {
    for (let index = 0; index < 6; index += 1) await room.invite(index % 2 === 0 ? 0 : 1);
    const counts = await Promise.all([room.pump().pumpOnce(), room.pump().pumpOnce()]);
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(6);
    expect(new Set(received().map((each) => each.mail.messageId)).size).toBe(6);
    expect(received()).toHaveLength(6);
  });

  it('sends again under the same Message-ID when a worker was gone after sending', async () => {
    await room.invite(0);
    const pump = room.pump();
    await pump.pumpOnce();
    await room.database.mail.updateMany({ data: { state: 'claimed', acceptedAt: null, claimedAt: room.now.at } });
    expect(await pump.pumpOnce()).toBe(0);
    room.advance(MINUTE);
    expect(await pump.pumpOnce()).toBe(1);
    expect(received()).toHaveLength(2);
    expect(received()[1]?.mail.messageId).toBe(received()[0]?.mail.messageId);
    expect(await onlyMail()).toMatchObject({ state: 'accepted', tries: 2, isRepeat: true });
  });

  it('only tells the news again when a worker was gone after the mail was taken', async () => {
    const invited = await room.invite(0);
    await leaveClaimed();
    await room.database.mail.updateMany({ data: { acceptedAt: room.now.at, smtpCode: '250' } });
    room.advance(MINUTE);
    await room.pump().pumpOnce();
    expect(received()).toHaveLength(0);
    expect(await deliveryOf(invited.invitationId)).toBe('accepted');
    expect((await onlyMail())?.state).toBe('accepted');
  });

  it('waits and tries again after "try later"', async () => {
    const invited = await room.invite(0);
    room.server.misbehave.push({ at: 'RCPT', code: 451 });
    const pump = room.pump();
    await pump.pumpOnce();
    expect(await onlyMail()).toMatchObject({ state: 'queued', lastError: 'DEFERRED', tries: 1 });
    expect(await pump.pumpOnce()).toBe(0);
    room.advance(15_000);
    expect(await pump.pumpOnce()).toBe(1);
    expect(await deliveryOf(invited.invitationId)).toBe('accepted');
    expect(pump.isHealthy()).toBe(true);
  });

  it('sends again when the connection broke before the answer, because nobody knows', async () => {
    await room.invite(0);
    room.server.misbehave.push('drop');
    const pump = room.pump();
    await pump.pumpOnce();
    expect(await onlyMail()).toMatchObject({ state: 'unknown', lastError: 'OUTCOME_UNKNOWN', isRepeat: true });
    room.advance(MINUTE);
    await pump.pumpOnce();
    expect(received().map((each) => each.mail.messageId)).toEqual(
      Array(2).fill(`<${(await onlyMail())?.id}@post.example>`),
    );
  });

  it('does not send again when the database was away at the moment of writing down', async () => {
    const invited = await room.invite(0);
    let isAway = false;
    const transport = createTransport({ smtpUrl: room.server.url, poolSize: 1 });
    const clock = {
      now: async () => {
        if (isAway) throw new Error('the database is away');
        return room.now.at;
      },
    };
    const pump = room.pump({
      clock,
      transport: {
        ...transport,
        async send(mail, signal) {
          const code = await transport.send(mail, signal);
          isAway = true;
          return code;
        },
      },
    });
    await expect(pump.pumpOnce()).rejects.toThrow('away');
    expect((await onlyMail())?.state).toBe('claimed');
    isAway = false;
    room.advance(2 * MINUTE);
    await pump.pumpOnce();
    expect(received()).toHaveLength(1);
    expect(await deliveryOf(invited.invitationId)).toBe('accepted');
    await pump.stop();
  });

  it('goes on as soon as the database is back when it was away before sending, and calls nothing a repeat', async () => {
    await room.invite(0);
    let answersLeft = 2;
    const clock = {
      now: async () => {
        answersLeft -= 1;
        if (answersLeft < 0) throw new Error('the database is away');
        return room.now.at;
      },
    };
    const pump = room.pump({ clock });
    await expect(pump.pumpOnce()).rejects.toThrow('away');
    expect((await onlyMail())?.state).toBe('claimed');
    answersLeft = 100;
    await pump.pumpOnce();
    expect(received()).toHaveLength(1);
    expect(await onlyMail()).toMatchObject({ state: 'accepted', isRepeat: false, tries: 2 });
  });

  it('gives back what it claimed when the answer of the database got lost', async () => {
    await room.invite(0);
    let isLosing = true;
    const database = new Proxy(room.database, {
      get(target, property) {
        const value = Reflect.get(target, property);
        if (property !== '$queryRaw' || !isLosing) return value;
        return async (...args: Parameters<typeof target.$queryRaw>) => {
          const isClaim = [...(args[0] as TemplateStringsArray)].join('').includes("IN ('queued', 'unknown')");
          const rows = await target.$queryRaw(...args);
          if (isClaim) throw new Error('the connection broke');
          return rows;
        };
      },
    });
    const pump = room.pump({ database });
    await expect(pump.pumpOnce()).rejects.toThrow('broke');
    expect((await onlyMail())?.state).toBe('claimed');
    isLosing = false;
    await pump.pumpOnce();
    expect(received()).toHaveLength(1);
    expect(await onlyMail()).toMatchObject({ state: 'accepted', isRepeat: false });
  });

  it.each(['bounced', 'delivered'])(
    'leaves a mail alone that was reported as %s before it could write',
    async (state) => {
      await room.invite(0);
      const transport = createTransport({ smtpUrl: room.server.url, poolSize: 1 });
      const pump = room.pump({
        transport: {
          ...transport,
          async send(mail, signal) {
            const code = await transport.send(mail, signal);
            await room.database.mail.updateMany({ data: { state, acceptedAt: room.now.at, claimedBy: null } });
            return code;
          },
        },
      });
      await pump.pumpOnce();
      room.advance(HOUR);
      await pump.pumpOnce();
      expect(received()).toHaveLength(1);
      expect((await onlyMail())?.state).toBe(state);
    },
  );

  it('tries a mail that cannot be written again, says so, and gives up at last', async () => {
    await room.invite(0);
    const composer = { compose: () => Promise.reject(new Error('broken template')) };
    const pump = room.pump({ composer });
    for (let round = 0; round < 12; round += 1) {
      await pump.pumpOnce();
      room.advance(15 * MINUTE);
    }
    expect(await onlyMail()).toMatchObject({ state: 'failed', lastError: 'COMPOSE_FAILED', tries: 12 });
    expect(pump.isHealthy()).toBe(true);
  });

  it('gives up at once on a refused recipient, and tells the invitation', async () => {
    const invited = await room.invite(0);
    room.server.misbehave.push({ at: 'RCPT', code: 550 });
    const pump = room.pump();
    await pump.pumpOnce();
    const [toInitiator, refused] = await mails();
    expect(refused).toMatchObject({ state: 'failed', lastError: 'RECIPIENT_REFUSED', smtpCode: '550 5.1.1' });
    expect(await deliveryOf(invited.invitationId)).toBe('failed');
    expect(toInitiator).toMatchObject({ template: 'bounced', toAddress: room.school.teacher.email, state: 'accepted' });
    expect(received()[0]?.mail.text).toContain('bestaat niet.');
    room.advance(24 * HOUR);
    expect(await pump.pumpOnce()).toBe(0);
  });

  it('does not blame the recipient when the server wants another login or sender', async () => {
    const invited = await room.invite(0);
    room.server.misbehave.push({ at: 'MAIL', code: 530 });
    const pump = room.pump();
    await pump.pumpOnce();
    expect(await onlyMail()).toMatchObject({ state: 'queued', lastError: 'SERVER_TROUBLE' });
    expect(await deliveryOf(invited.invitationId)).toBe('queued');
    expect(pump.isHealthy()).toBe(false);
    room.advance(MINUTE);
    await pump.pumpOnce();
    expect(await deliveryOf(invited.invitationId)).toBe('accepted');
    expect(pump.isHealthy()).toBe(true);
  });

  it('keeps all mail through days without a mail server, and tries only one at a time', async () => {
    for (let index = 0; index < 5; index += 1) await room.invite(0);
    const dead = room.pump({ transport: createTransport({ smtpUrl: 'smtp://127.0.0.1:1', poolSize: 3 }) });
    await dead.pumpOnce();
    for (let round = 0; round < 5; round += 1) {
      room.advance(HOUR);
      await dead.pumpOnce();
    }
    expect(dead.isHealthy()).toBe(false);
    const rows = await mails();
    expect(rows.map((row) => row.state)).toEqual(Array(5).fill('queued'));
    expect(rows.reduce((sum, row) => sum + row.tries, 0)).toBe(3 + 5);
    room.advance(4 * 24 * HOUR);
    await room.pump().pumpOnce();
    expect(received()).toHaveLength(5);
  });

  it('gives up after three days of "try later"', async () => {
    const invited = await room.invite(0);
    await room.database.mail.updateMany({ data: { tries: 20 } });
    room.advance(72 * HOUR);
    room.server.misbehave.push({ at: 'DATA', code: 451 });
    await room.pump().pumpOnce();
    expect((await mails()).find((mail) => mail.template === 'invitation')?.state).toBe('failed');
    expect(await deliveryOf(invited.invitationId)).toBe('failed');
  });

  it('sends codes before everything else, with a link and a code that belong to the request', async () => {
    await room.invite(0);
    const id = await queueSignIn(15 * MINUTE);
    await room.pump({ concurrency: 1 }).pumpOnce();
    const [first] = received();
    expect(first?.to).toEqual([room.school.teacher.email]);
    const token = /\/inloggen\/(\w+)/.exec(first?.mail.text ?? '')?.[1] ?? '';
    expect(verifyLinkToken(keyring, token, ['signin'])?.linkId).toBe(id);
    expect(first?.mail.text).toMatch(/\b\d{3} \d{3}\b/);
  });

  it('does not send a code that is too old', async () => {
    await queueSignIn(10 * MINUTE);
    room.advance(10 * MINUTE);
    await room.pump().pumpOnce();
    expect(received()).toHaveLength(0);
    expect(await onlyMail()).toMatchObject({ state: 'failed', lastError: 'TOO_LATE' });
  });

  it('does not send a reminder when the work is finished, nor an invitation whose link is replaced', async () => {
    const invited = await room.invite(0);
    const { invitationId, assessmentId, contactId } = invited;
    accepted(await room.door.apply(reissueLink, { invitationId, kid: '1' }, context()));
    accepted(await room.door.apply(remindExaminer, { invitationId, isManual: true }, context()));
    accepted(
      await room.door.apply(finishForm, { invitationId, assessmentId, contactId, content: smallForm() }, context()),
    );
    await room.pump().pumpOnce();
    const states = Object.fromEntries((await mails()).map((row) => [row.template, row.lastError ?? row.state]));
    expect(states).toMatchObject({
      invitation: 'OBSOLETE',
      reminder: 'OBSOLETE',
      newLink: 'accepted',
      confirmation: 'accepted',
    });
    expect(await deliveryOf(invitationId)).toBe('accepted');
  });

  it('threads what follows under the invitation, with the same link', async () => {
    const { invitationId } = await room.invite(0);
    const pump = room.pump();
    await pump.pumpOnce();
    room.advance(HOUR);
    accepted(await room.door.apply(remindExaminer, { invitationId, isManual: true }, context()));
    await pump.pumpOnce();
    const [first, second] = received().map((each) => each.mail);
    expect(second?.inReplyTo).toBe(first?.messageId);
    expect(second?.references).toBe(first?.messageId);
    const linkOf = (text = '') => /https:\/\/proeve\.example\/b\/\w+/.exec(text)?.[0];
    expect(linkOf(second?.text)).toBe(linkOf(first?.text));
  });

  it('starts and stops: woken by a commit, it sends', async () => {
    const pump = room.pump();
    const arrival = room.server.nextMail();
    pump.start();
    const { invitationId } = await room.invite(0);
    await arrival;
    await pump.stop();
    expect(await deliveryOf(invitationId)).toBe('accepted');
  });

  it('logs no address, name, link or answer of the mail server', async () => {
    await room.invite(0);
    await room.invite(1);
    room.server.misbehave.push({ at: 'RCPT', code: 550 });
    await queueSignIn(10 * MINUTE);
    await room.pump({ concurrency: 1 }).pumpOnce();
    const log = room.logged.join('');
    expect(log).toContain('RECIPIENT_REFUSED');
    expect(log).not.toMatch(/@|\/b\/|\bb1[0-9a-z]{40}|Praktijk|Vries|Proef/);
  });
});
