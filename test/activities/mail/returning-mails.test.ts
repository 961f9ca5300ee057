/** Mails about a finished form that is asked back, and about why an examiner declines. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { answerAsk, askInitiator, takeBackAsk } from '../../../prisma/commands/asks.ts';
import { finishForm, returnForm } from '../../../prisma/commands/forms.ts';
import { askReturn } from '../../../prisma/commands/returning.ts';
import { smallForm } from '../../support/factories.ts';
import { accepted, type Invited, type MailRoom, openMailRoom } from './mail-room.ts';

let room: MailRoom;
beforeAll(async () => {
  room = await openMailRoom();
});
afterAll(() => room.close());
beforeEach(() => room.clear());

const PART = 'B1-K1-W2/product';

/** What was sent since the last call, by address. */
async function sent() {
  room.server.received.length = 0;
  await room.pump().pumpOnce();
  return room.server.received.map(({ to, mail }) => ({
    to: to[0] ?? '',
    subject: mail.subject ?? '',
    text: mail.text ?? '',
  }));
}

/** A finished form that is asked back. */
async function askedBack(): Promise<Invited> {
  const invited = await room.invite(0);
  await room.apply(finishForm, { ...invited, content: smallForm() });
  await sent();
  const { assessmentId, contactId } = invited;
  const ask = { assessmentId, contactId, components: [PART], reason: 'Ik verwisselde twee studenten.' };
  await room.apply(askReturn, ask);
  return invited;
}

describe('a finished form that is asked back', () => {
  it('is told to initiator and committee, each with a way to the answer, and without the name of the student in the subject', async () => {
    const { assessmentId, contactId } = await askedBack();
    const mails = await sent();
    const { teacher, committee } = room.school;
    expect(mails.map(({ to }) => to).sort()).toEqual([teacher.email, committee.email].sort());
    for (const { to, subject, text } of mails) {
      expect(subject).toContain('wil een beoordeling terug');
      expect(subject).not.toContain('Noor');
      expect(text).toContain('Ik verwisselde twee studenten.');
      expect(text).toContain('B1-K1-W2 Productbeoordeling');
      expect(text).not.toContain('B1-K1-W1 Gedragsobservatie');
      const place = to === teacher.email ? 'afnames' : 'commissie';
      expect(text).toContain(`/${place}/${assessmentId}/terug/${contactId}`);
    }
  });

  it('is not told any more when the examiner took it back', async () => {
    const { assessmentId, contactId } = await askedBack();
    await room.apply(takeBackAsk, { assessmentIds: [assessmentId], contactId });
    expect(await sent()).toEqual([]);
  });

  it('comes back with the words of the examiner and a link', async () => {
    const { assessmentId, contactId } = await askedBack();
    await sent();
    const given = { assessmentId, contactId, components: [PART], reason: '' };
    await room.apply(returnForm, given);
    const [mail] = await sent();
    expect(mail?.subject).toContain('teruggegeven');
    expect(mail?.text).toContain('U vroeg om uw beoordeling terug');
    expect(mail?.text).toContain('Ik verwisselde twee studenten.');
    expect(mail?.text).toMatch(/\/b\/\w{67}/);
  });

  it('stays with the school for a reason, which the examiner reads', async () => {
    const { assessmentId, contactId } = await askedBack();
    await sent();
    const no = {
      assessmentIds: [assessmentId],
      contactId,
      isAgreed: false,
      reason: 'De scores kloppen.',
      replacement: null,
      createContact: null,
      remark: '',
      initiatorId: room.school.teacher.membershipId,
      kid: '1',
    };
    await room.apply(answerAsk, no);
    const [mail] = await sent();
    expect(mail?.text).toContain('geeft de beoordeling niet terug');
    expect(mail?.text).toContain('De scores kloppen.');
    expect(mail?.text).not.toContain('toch te beoordelen');
  });
});

describe('a decline with a chosen reason', () => {
  it('says it in the words of the pages, before what was typed', async () => {
    const { assessmentId, contactId, invitationId } = await room.invite(0);
    await sent();
    const ask = { assessmentIds: [assessmentId], contactId, invitationId, proposal: null, kind: 'decline' } as const;
    accepted(
      await room.door.apply(
        askInitiator,
        { ...ask, declineReason: 'leftEmployer', reason: 'Sinds mei.' },
        room.context(),
      ),
    );
    const [mail] = await sent();
    expect(mail?.text).toMatch(/Ik werk hier niet meer[\s>]+Sinds mei\./);
  });
});
