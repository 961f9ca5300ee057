import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AnswerAsk, type AskInitiator, answerAsk, askInitiator, takeBackAsk } from '../../prisma/commands/asks.ts';
import { cancelAssessments, finaliseAssessment } from '../../prisma/commands/assessments.ts';
import { finishForm } from '../../prisma/commands/forms.ts';
import { remindExaminer, withdrawExaminer } from '../../prisma/commands/inviting.ts';
import { undoCancel } from '../../prisma/commands/undo.ts';
import { type Case, codeOf, finish, invitedCase, openRoom, type Room, unwrap } from './mending-support.ts';

let room: Room;
beforeAll(async () => {
  room = await openRoom();
});
afterAll(() => room.close());

const decline = (
  { assessmentIds, contactId, invitationId }: Case,
  changes: Partial<AskInitiator> = {},
): AskInitiator => ({
  assessmentIds,
  contactId,
  invitationId,
  kind: 'decline',
  reason: 'Ik ben die week met verlof.',
  proposal: null,
  ...changes,
});

const answer = ({ assessmentIds, contactId, school }: Case, changes: Partial<AnswerAsk> = {}): AnswerAsk => ({
  assessmentIds,
  contactId,
  isAgreed: true,
  reason: '',
  replacement: null,
  createContact: null,
  remark: '',
  initiatorId: school.teacher.membershipId,
  kid: '1',
  ...changes,
});

describe('askInitiator', () => {
  it('pauses what is asked about and tells the initiator once', async () => {
    const each = await invitedCase(room);
    const asked = unwrap(await each.apply(askInitiator, decline(each)));
    expect(asked.assessmentIds).toEqual(each.assessmentIds);
    expect(Object.keys((await each.invitation()).paused ?? {}).sort()).toEqual([...each.assessmentIds].sort());
    const mails = await each.mails('asked');
    expect(mails.map(({ toAddress }) => toAddress)).toEqual([each.school.teacher.email]);
    expect(codeOf(await each.apply(remindExaminer, { invitationId: each.invitationId, isManual: true }))).toBe(
      'INVITATION_PAUSED',
    );
    const rows = await room.database.assessmentExaminer.findMany({ where: { invitationId: each.invitationId } });
    expect(rows.map(({ ask }) => ask)).toEqual(['decline', 'decline']);
  });

  it('is the same question when it is sent twice', async () => {
    const each = await invitedCase(room);
    const id = crypto.randomUUID();
    const once = await each.apply(askInitiator, decline(each), undefined, id);
    const twice = await each.apply(askInitiator, decline(each), undefined, id);
    expect([once, twice]).toMatchObject([
      { ok: true, isRepeat: false },
      { ok: true, isRepeat: true },
    ]);
    expect(await each.mails('asked')).toHaveLength(1);
  });

  it('leaves out what was finished meanwhile, and is refused when nothing is left', async () => {
    const each = await invitedCase(room);
    const [first, second] = each.assessmentIds;
    unwrap(await each.apply(finishForm, finish(each, first)));
    expect(unwrap(await each.apply(askInitiator, decline(each))).assessmentIds).toEqual([second]);
    expect(codeOf(await each.apply(askInitiator, decline(each)))).toBe('FORM_ALREADY_FINISHED');
    expect(codeOf(await each.apply(askInitiator, decline(each, { assessmentIds: [second] })))).toBe('ASKED_ALREADY');
  });

  it.each([
    ['REASON_REQUIRED', { reason: ' \u200B\n' }],
    ['REASON_TOO_LONG', { reason: 'x'.repeat(1001) }],
    ['TEXT_FORBIDDEN_CHARACTER', { reason: 'a\u0007b' }],
    ['PROPOSAL_REQUIRED', { kind: 'handOver' as const }],
    ['PROPOSAL_NAME_REQUIRED', { kind: 'handOver' as const, proposal: { name: ' ', email: 'x@praktijk.example' } }],
    [
      'PROPOSAL_NAME_TOO_LONG',
      { kind: 'handOver' as const, proposal: { name: 'x'.repeat(500), email: 'x@praktijk.example' } },
    ],
    ['PROPOSAL_ADDRESS_INVALID', { kind: 'handOver' as const, proposal: { name: 'Lin', email: 'lin@' } }],
  ])('refuses with %s', async (code, changes) => {
    const each = await invitedCase(room);
    expect(codeOf(await each.apply(askInitiator, decline(each, changes)))).toBe(code);
    expect(await each.mails('asked')).toEqual([]);
    expect(await each.invitation()).not.toHaveProperty('paused');
  });

  it('refuses a proposal of the examiner, the initiator or a student, also behind a tag', async () => {
    const each = await invitedCase(room);
    const propose = (email: string) =>
      each.apply(askInitiator, decline(each, { kind: 'handOver', proposal: { name: 'Lin', email } }));
    expect(codeOf(await propose(each.school.contacts[0].email.toUpperCase()))).toBe('PROPOSAL_YOURSELF');
    expect(codeOf(await propose(each.school.teacher.email.replace('@', '+x@')))).toBe('PROPOSAL_OF_INITIATOR');
    expect(codeOf(await propose(each.school.studentEmail))).toBe('PROPOSAL_OF_STUDENT');
    expect(codeOf(await propose(each.colleague.email))).toBe('ok');
  });

  it('knows nothing of another school, of another examiner, or of another invitation', async () => {
    const [each, stranger] = [await invitedCase(room), await invitedCase(room)];
    expect(codeOf(await stranger.apply(askInitiator, decline(each)))).toBe('INVITATION_NOT_FOUND');
    expect(codeOf(await each.apply(askInitiator, decline(each, { contactId: each.otherId })))).toBe('EXAMINER_UNKNOWN');
    expect(codeOf(await each.apply(askInitiator, decline(each, { invitationId: stranger.invitationId })))).toBe(
      'INVITATION_NOT_FOUND',
    );
  });

  it('is refused for what was withdrawn or cancelled', async () => {
    const each = await invitedCase(room);
    const [first, second] = each.assessmentIds;
    unwrap(await each.apply(withdrawExaminer, { assessmentId: first, contactId: each.contactId, reason: '' }));
    unwrap(await each.apply(cancelAssessments, { assessmentIds: [second], reason: 'Ziek' }));
    expect(codeOf(await each.apply(askInitiator, decline(each, { assessmentIds: [first] })))).toBe('FORM_WITHDRAWN');
    expect(codeOf(await each.apply(askInitiator, decline(each, { assessmentIds: [second] })))).toBe(
      'ASSESSMENT_CANCELLED',
    );
  });
});

describe('the end of a question', () => {
  it('comes when the examiner takes it back: reminders go on', async () => {
    const each = await invitedCase(room);
    unwrap(await each.apply(askInitiator, decline(each)));
    unwrap(await each.apply(takeBackAsk, { assessmentIds: each.assessmentIds, contactId: each.contactId }));
    expect(await each.invitation()).not.toHaveProperty('paused');
    expect(
      codeOf(await each.apply(takeBackAsk, { assessmentIds: each.assessmentIds, contactId: each.contactId })),
    ).toBe('NOTHING_ASKED');
  });

  it('comes when the examiner finishes the form, and the answer is then refused', async () => {
    const each = await invitedCase(room);
    const [first] = each.assessmentIds;
    unwrap(await each.apply(askInitiator, decline(each)));
    unwrap(await each.apply(finishForm, finish(each, first)));
    expect((await each.assessment()).examiners[each.contactId]).not.toHaveProperty('ask');
    const refused = await each.apply(answerAsk, answer(each, { assessmentIds: [first] }));
    expect(refused).toMatchObject({ ok: false, code: 'FORM_ALREADY_FINISHED', params: { assessmentId: first } });
  });

  it('is one when answer and finish come at the same moment', async () => {
    const each = await invitedCase(room);
    const [first] = each.assessmentIds;
    unwrap(await each.apply(askInitiator, decline(each, { assessmentIds: [first] })));
    const outcomes = await Promise.all([
      each.apply(answerAsk, answer(each, { assessmentIds: [first] })),
      each.apply(finishForm, finish(each, first)),
    ]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(['withdrawn', 'finished']).toContain((await each.assessment()).examiners[each.contactId]?.form);
  });
});

describe('a cancellation', () => {
  it('leaves nothing to answer, and brings the question back when it is undone', async () => {
    const each = await invitedCase(room);
    const rows = async () =>
      (await room.database.assessmentExaminer.findMany({ where: { invitationId: each.invitationId } })).map(
        ({ ask }) => ask,
      );
    unwrap(await each.apply(askInitiator, decline(each)));
    unwrap(await each.apply(cancelAssessments, { assessmentIds: each.assessmentIds, reason: 'Ziek' }));
    expect(await rows()).toEqual([null, null]);
    unwrap(await each.apply(undoCancel, { assessmentIds: each.assessmentIds }));
    expect(await rows()).toEqual(['decline', 'decline']);
    expect(Object.keys((await each.invitation()).paused ?? {})).toHaveLength(2);
  });
});

describe('answerAsk', () => {
  it('tells a no with its reason, and lets reminders go on', async () => {
    const each = await invitedCase(room);
    unwrap(await each.apply(askInitiator, decline(each)));
    expect(codeOf(await each.apply(answerAsk, answer(each, { isAgreed: false })))).toBe('REASON_REQUIRED');
    unwrap(await each.apply(answerAsk, answer(each, { isAgreed: false, reason: 'Er is niemand anders.' })));
    expect(await each.invitation()).not.toHaveProperty('paused');
    const [mail, ...others] = await each.mails('askAnswered');
    expect(others).toEqual([]);
    expect(mail?.reference).toMatchObject({ isAgreed: false, assessmentIds: each.assessmentIds });
    expect((await each.assessment()).examiners[each.contactId]?.form).toBe('open');
  });

  it('excuses the examiner with a yes, who hears it once', async () => {
    const each = await invitedCase(room);
    unwrap(await each.apply(askInitiator, decline(each)));
    unwrap(await each.apply(answerAsk, answer(each)));
    expect((await each.invitation()).status).toBe('withdrawn');
    expect(await each.mails('askAnswered')).toHaveLength(1);
    expect(await each.mails('withdrawn')).toEqual([]);
  });

  it('invites somebody from the address book instead, with an empty form of their own', async () => {
    const each = await invitedCase(room);
    unwrap(await each.apply(askInitiator, decline(each)));
    const { invitationIds } = unwrap(await each.apply(answerAsk, answer(each, { replacement: each.otherId })));
    expect(invitationIds).toHaveLength(1);
    const state = await each.assessment();
    expect(state.assignments).toEqual([{ examinerId: each.otherId, scope: { level: 'exam' } }]);
    expect(state.examiners).toMatchObject({
      [each.contactId]: { form: 'withdrawn' },
      [each.otherId]: { form: 'open', invitationId: invitationIds[0] },
    });
    const invited = (await each.mails('invitation')).map(({ toAddress }) => toAddress);
    expect(invited.sort()).toEqual(each.school.contacts.map(({ email }) => email).sort());
  });

  it('adds the person whom a hand-over proposes, and requires one', async () => {
    const each = await invitedCase(room);
    const proposal = { name: 'Lin Linde', email: 'l.linde@praktijk.example' };
    unwrap(await each.apply(askInitiator, decline(each, { kind: 'handOver', proposal })));
    expect(codeOf(await each.apply(answerAsk, answer(each)))).toBe('REPLACEMENT_REQUIRED');
    const { replacementId } = unwrap(await each.apply(answerAsk, answer(each, { createContact: proposal })));
    const contact = await room.database.contact.findUniqueOrThrow({ where: { id: replacementId ?? '' } });
    expect(contact).toMatchObject({ name: 'Lin Linde', email: proposal.email, kind: 'practice', archivedAt: null });
  });

  it('takes the contact who is known by that address, in whatever case, and puts back one that was deleted', async () => {
    const each = await invitedCase(room);
    await room.database.contact.update({ where: { id: each.otherId }, data: { archivedAt: room.now() } });
    unwrap(await each.apply(askInitiator, decline(each)));
    const createContact = { name: 'Anders', email: each.school.contacts[1].email.toUpperCase() };
    const { replacementId } = unwrap(await each.apply(answerAsk, answer(each, { createContact })));
    expect(replacementId).toBe(each.otherId);
    const contact = await room.database.contact.findUniqueOrThrow({ where: { id: each.otherId } });
    expect(contact.archivedAt).toBeNull();
  });

  it('adds a proposed person once when two answers name the same', async () => {
    const each = await invitedCase(room);
    const [first, second] = each.assessmentIds;
    const createContact = { name: 'Lin Linde', email: 'samen@praktijk.example' };
    unwrap(await each.apply(askInitiator, decline(each)));
    const outcomes = await Promise.all(
      [first, second].map((id) => each.apply(answerAsk, answer(each, { assessmentIds: [id], createContact }))),
    );
    expect(outcomes.map(codeOf)).toEqual(['ok', 'ok']);
    const { schoolId } = each.school;
    expect(await room.database.contact.count({ where: { schoolId, email: createContact.email } })).toBe(1);
  });

  it('is refused whole when one of the assessments needs no answer any more', async () => {
    const each = await invitedCase(room);
    const [first, second] = each.assessmentIds;
    unwrap(await each.apply(askInitiator, decline(each)));
    unwrap(await each.apply(takeBackAsk, { assessmentIds: [second], contactId: each.contactId }));
    expect(await each.apply(answerAsk, answer(each))).toMatchObject({
      ok: false,
      code: 'NOTHING_ASKED',
      params: { assessmentId: second },
    });
    expect((await each.assessment(first)).examiners[each.contactId]).toHaveProperty('ask');
    expect(await each.mails('askAnswered')).toEqual([]);
  });

  it('is given once when two people answer at the same moment', async () => {
    const each = await invitedCase(room);
    unwrap(await each.apply(askInitiator, decline(each)));
    const outcomes = await Promise.all([
      each.apply(answerAsk, answer(each)),
      each.apply(answerAsk, answer(each, { isAgreed: false, reason: 'Nee.' })),
    ]);
    expect(outcomes.map(codeOf).filter((code) => code !== 'ok')).toEqual(['NOTHING_ASKED']);
    expect(await each.mails('askAnswered')).toHaveLength(1);
  });

  it('is refused to another school, and for a result that stands', async () => {
    const [each, stranger] = [await invitedCase(room), await invitedCase(room)];
    unwrap(await each.apply(askInitiator, decline(each)));
    expect(codeOf(await stranger.apply(answerAsk, answer(each)))).toBe('ASSESSMENT_NOT_FOUND');
    const [first] = stranger.assessmentIds;
    unwrap(await stranger.apply(finishForm, finish(stranger, first)));
    const { version } = await room.database.stream.findUniqueOrThrow({ where: { id: first } });
    unwrap(
      await stranger.apply(finaliseAssessment, {
        assessmentId: first,
        expectedVersion: version,
        membershipId: stranger.school.committee.membershipId,
        officeAddressId: stranger.school.officeAddressId,
        standing: {},
      }),
    );
    expect(codeOf(await stranger.apply(askInitiator, decline(stranger, { assessmentIds: [first] })))).toBe(
      'FORM_ALREADY_FINISHED',
    );
  });
});
