import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MailLedger } from '../../activities/mail/ledger.ts';
import { answerAsk, askInitiator } from '../../prisma/commands/asks.ts';
import { cancelAssessments } from '../../prisma/commands/assessments.ts';
import { finishForm } from '../../prisma/commands/forms.ts';
import { withdrawExaminer } from '../../prisma/commands/inviting.ts';
import { undoCancel, undoWithdraw } from '../../prisma/commands/undo.ts';
import { createUndoReads } from '../../prisma/repositories/initiator-undo.ts';
import { smallForm } from '../support/factories.ts';
import { type Case, codeOf, invitedCase, openRoom, type Room, unwrap } from './mending-support.ts';

let room: Room;
beforeAll(async () => {
  room = await openRoom();
});
afterAll(() => room.close());

const pair = ({ assessmentIds: [assessmentId], contactId }: Case) => ({ assessmentId, contactId });
const cancel = ({ assessmentIds }: Case) => ({ assessmentIds, reason: 'De stage gaat niet door.' });

function linkOf(each: Case) {
  return room.database.link.findFirstOrThrow({ where: { invitationId: each.invitationId } });
}

/** As the pump does a moment later. */
function claimAll() {
  return new MailLedger(room.database, 'test').claim(50, new Date(room.now().getTime() + 61_000));
}

describe('withdrawExaminer', () => {
  it('holds the mail for a minute, and says until when', async () => {
    const each = await invitedCase(room);
    const value = unwrap(await each.apply(withdrawExaminer, { ...pair(each), reason: 'Dubbel' }));
    const until = new Date(room.now().getTime() + 60_000);
    expect(value.undoableUntil).toBe(until.toISOString());
    const [mail] = await each.mails('withdrawn');
    expect(mail).toMatchObject({ id: value.mailIds[0], state: 'queued', nextTryAt: until });
    const early = await new MailLedger(room.database, 'test').claim(50, room.now());
    expect(early.map(({ id }) => id)).not.toContain(mail?.id);
  });

  it('cleans the reason, and refuses one that is too long', async () => {
    const each = await invitedCase(room);
    expect(codeOf(await each.apply(withdrawExaminer, { ...pair(each), reason: 'x'.repeat(1001) }))).toBe(
      'REASON_TOO_LONG',
    );
    unwrap(await each.apply(withdrawExaminer, { ...pair(each), reason: ' \u200B ' }));
    expect((await each.mails('withdrawn'))[0]?.reference).not.toHaveProperty('textId');
  });
});

describe('undoWithdraw', () => {
  it('recalls the mail and gives everything back: the form, the question, the pause and the link', async () => {
    const each = await invitedCase(room);
    const { assessmentIds, contactId, invitationId } = each;
    const ask = { assessmentIds, contactId, invitationId, kind: 'decline' as const, reason: 'Verlof', proposal: null };
    unwrap(await each.apply(askInitiator, ask));
    const before = {
      assessment: await each.assessment(),
      invitation: await each.invitation(),
      link: await linkOf(each),
    };
    for (const assessmentId of assessmentIds) {
      unwrap(await each.apply(withdrawExaminer, { assessmentId, contactId, reason: '' }));
    }
    expect((await linkOf(each)).revokedAt).not.toBeNull();
    for (const assessmentId of assessmentIds) unwrap(await each.apply(undoWithdraw, { assessmentId, contactId }));
    expect(await each.assessment()).toEqual(before.assessment);
    const invitation = await each.invitation();
    expect(invitation).toEqual({ ...before.invitation, paused: invitation.paused });
    expect(Object.keys(invitation.paused ?? {}).sort()).toEqual([...assessmentIds].sort());
    expect(await linkOf(each)).toEqual(before.link);
    expect((await each.mails('withdrawn')).map(({ state }) => state)).toEqual(['recalled', 'recalled']);
    const claimed = await claimAll();
    expect(claimed.filter((mail) => mail.template === 'withdrawn' && mail.streamId === invitationId)).toEqual([]);
  });

  it('is refused when the mail was taken to be sent', async () => {
    const each = await invitedCase(room);
    unwrap(await each.apply(withdrawExaminer, { ...pair(each), reason: '' }));
    await claimAll();
    expect(codeOf(await each.apply(undoWithdraw, pair(each)))).toBe('TOO_LATE');
    expect((await each.assessment()).examiners[each.contactId]?.form).toBe('withdrawn');
  });

  it('never both recalls a mail and lets it be sent, when the pump comes at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const each = await invitedCase(room);
      unwrap(await each.apply(withdrawExaminer, { ...pair(each), reason: '' }));
      const [outcome, claimed] = await Promise.all([each.apply(undoWithdraw, pair(each)), claimAll()]);
      const isTaken = claimed.some(
        ({ template, streamId }) => template === 'withdrawn' && streamId === each.invitationId,
      );
      expect(outcome.ok).toBe(!isTaken);
    }
  });

  it('is refused for somebody who was excused or is at work, for a second time, and to another school', async () => {
    const [each, stranger] = [await invitedCase(room), await invitedCase(room)];
    const { assessmentIds, contactId, invitationId } = each;
    expect(codeOf(await each.apply(undoWithdraw, pair(each)))).toBe('EXAMINER_NOT_WITHDRAWN');
    unwrap(await each.apply(withdrawExaminer, { ...pair(each), reason: '' }));
    expect(codeOf(await stranger.apply(undoWithdraw, pair(each)))).toBe('ASSESSMENT_NOT_FOUND');
    unwrap(await each.apply(undoWithdraw, pair(each)));
    expect(codeOf(await each.apply(undoWithdraw, pair(each)))).toBe('EXAMINER_NOT_WITHDRAWN');
    unwrap(
      await each.apply(askInitiator, {
        assessmentIds,
        contactId,
        invitationId,
        kind: 'decline',
        reason: 'Verlof',
        proposal: null,
      }),
    );
    const answer = {
      replacement: null,
      createContact: null,
      remark: '',
      initiatorId: each.school.teacher.membershipId,
      kid: '1',
    };
    unwrap(await each.apply(answerAsk, { ...answer, assessmentIds, contactId, isAgreed: true, reason: '' }));
    expect(codeOf(await each.apply(undoWithdraw, pair(each)))).toBe('TOO_LATE');
  });

  it('may come again after a second withdrawal: each has its own mail', async () => {
    const each = await invitedCase(room);
    for (let round = 0; round < 2; round += 1) {
      unwrap(await each.apply(withdrawExaminer, { ...pair(each), reason: '' }));
      unwrap(await each.apply(undoWithdraw, pair(each)));
    }
    expect((await each.mails('withdrawn')).map(({ state }) => state)).toEqual(['recalled', 'recalled']);
  });
});

describe('cancelAssessments', () => {
  it('tells each examiner of everything in one mail', async () => {
    const each = await invitedCase(room);
    const value = unwrap(await each.apply(cancelAssessments, cancel(each)));
    const mails = await each.mails('cancelled');
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatchObject({ id: value.mailIds[0], reference: { assessmentIds: each.assessmentIds } });
    expect((await each.invitation()).status).toBe('withdrawn');
  });

  it('does nothing when one of them cannot be cancelled, and says which', async () => {
    const each = await invitedCase(room);
    const [first, second] = each.assessmentIds;
    unwrap(await each.apply(cancelAssessments, { assessmentIds: [second], reason: 'Ziek' }));
    expect(await each.apply(cancelAssessments, cancel(each))).toMatchObject({
      ok: false,
      code: 'ALREADY_DONE',
      params: { assessmentId: second },
    });
    expect((await each.assessment(first)).status).toBe('invited');
    expect(codeOf(await each.apply(cancelAssessments, { ...cancel(each), reason: ' ' }))).toBe('REASON_REQUIRED');
    expect(codeOf(await each.apply(cancelAssessments, { assessmentIds: [], reason: 'x' }))).toBe(
      'ASSESSMENT_NOT_FOUND',
    );
  });

  it('tells who has finished too, and leaves their work as it is', async () => {
    const each = await invitedCase(room);
    const [first, second] = each.assessmentIds;
    const { contactId, invitationId } = each;
    unwrap(await each.apply(finishForm, { assessmentId: first, contactId, invitationId, content: smallForm() }));
    unwrap(await each.apply(cancelAssessments, cancel(each)));
    expect((await each.mails('cancelled'))[0]?.reference).toMatchObject({ assessmentIds: each.assessmentIds });
    expect((await each.invitation()).pairs).toEqual({ [first]: 'finished', [second]: 'withdrawn' });
  });
});

describe('undoCancel', () => {
  it('gives everything back and tells nobody', async () => {
    const each = await invitedCase(room);
    const before = { assessment: await each.assessment(), link: await linkOf(each) };
    unwrap(await each.apply(cancelAssessments, cancel(each)));
    unwrap(await each.apply(undoCancel, { assessmentIds: each.assessmentIds }));
    expect(await each.assessment()).toEqual(before.assessment);
    expect(await each.invitation()).toMatchObject({ status: 'active' });
    expect(await linkOf(each)).toEqual(before.link);
    expect((await each.mails('cancelled')).map(({ state }) => state)).toEqual(['recalled']);
  });

  it('takes one of several back: the mail goes on about the others', async () => {
    const each = await invitedCase(room);
    const [first, second] = each.assessmentIds;
    unwrap(await each.apply(cancelAssessments, cancel(each)));
    unwrap(await each.apply(undoCancel, { assessmentIds: [first] }));
    expect(await each.mails('cancelled')).toMatchObject([{ state: 'queued', reference: { assessmentIds: [second] } }]);
    unwrap(await each.apply(undoCancel, { assessmentIds: [second] }));
    expect((await each.mails('cancelled')).map(({ state }) => state)).toEqual(['recalled']);
  });

  it('takes back what was cancelled in several commands', async () => {
    const each = await invitedCase(room);
    for (const id of each.assessmentIds)
      unwrap(await each.apply(cancelAssessments, { assessmentIds: [id], reason: 'Ziek' }));
    unwrap(await each.apply(undoCancel, { assessmentIds: each.assessmentIds }));
    expect((await each.mails('cancelled')).map(({ state }) => state)).toEqual(['recalled', 'recalled']);
  });

  it('is refused whole when an examiner is being told, and where nobody is to be told after the minute', async () => {
    const each = await invitedCase(room);
    unwrap(await each.apply(cancelAssessments, cancel(each)));
    await claimAll();
    expect(codeOf(await each.apply(undoCancel, { assessmentIds: each.assessmentIds }))).toBe('TOO_LATE');
    expect((await each.assessment()).status).toBe('cancelled');
    const alone = await invitedCase(room);
    const { contactId } = alone;
    for (const assessmentId of alone.assessmentIds) {
      unwrap(await alone.apply(withdrawExaminer, { assessmentId, contactId, reason: '' }));
    }
    unwrap(await alone.apply(cancelAssessments, cancel(alone)));
    room.later(61);
    expect(codeOf(await alone.apply(undoCancel, { assessmentIds: alone.assessmentIds }))).toBe('TOO_LATE');
  });

  it('is refused for what was never cancelled, and to another school', async () => {
    const [each, stranger] = [await invitedCase(room), await invitedCase(room)];
    const { assessmentIds } = each;
    expect(codeOf(await each.apply(undoCancel, { assessmentIds }))).toBe('ASSESSMENT_NOT_CANCELLED');
    unwrap(await each.apply(cancelAssessments, cancel(each)));
    expect(codeOf(await stranger.apply(undoCancel, { assessmentIds }))).toBe('ASSESSMENT_NOT_FOUND');
  });
});

describe('what can be undone', () => {
  it('is told with the moment at which the mail leaves, until it was taken', async () => {
    const each = await invitedCase(room);
    const reader = createUndoReads({ database: room.database, schoolId: each.school.schoolId });
    const [first, second] = each.assessmentIds;
    unwrap(await each.apply(withdrawExaminer, { ...pair(each), reason: '' }));
    unwrap(await each.apply(cancelAssessments, { assessmentIds: [second], reason: 'Ziek' }));
    const until = new Date(room.now().getTime() + 60_000);
    expect(await reader.findUndoable(each.assessmentIds)).toEqual([
      { kind: 'withdraw', assessmentId: first, contactId: each.contactId, until },
      { kind: 'cancel', assessmentId: second, contactId: each.contactId, until },
    ]);
    await claimAll();
    expect(await reader.findUndoable(each.assessmentIds)).toEqual([]);
  });
});
