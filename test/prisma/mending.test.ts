import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cancelAssessments } from '../../prisma/commands/assessments.ts';
import { moveDeadline } from '../../prisma/commands/deadlines.ts';
import { correctAddress } from '../../prisma/commands/delivery.ts';
import { passDeadline } from '../../prisma/commands/documents.ts';
import { saveDraft } from '../../prisma/commands/drafts.ts';
import { finishForm, startForm } from '../../prisma/commands/forms.ts';
import { reportDelivery, resendInvitation, withdrawExaminer } from '../../prisma/commands/inviting.ts';
import { type ReplaceExaminer, replaceExaminer } from '../../prisma/commands/replacing.ts';
import { undoWithdraw } from '../../prisma/commands/undo.ts';
import { readAddressChanges } from '../../prisma/repositories/address-changes.ts';
import { inviteNow } from '../../scripts/lib/invite-now.ts';
import { SMALL_CRITERIA } from '../support/factories.ts';
import { type Case, codeOf, finish, invitedCase, openRoom, type Room, unwrap } from './mending-support.ts';

let room: Room;
beforeAll(async () => {
  room = await openRoom();
});
afterAll(() => room.close());

const replace = ({ assessmentIds, contactId, otherId, school }: Case, changes: Partial<ReplaceExaminer> = {}) => ({
  assessmentIds,
  fromContactId: contactId,
  toContactId: otherId,
  reason: 'Is met verlof.',
  remark: '',
  initiatorId: school.teacher.membershipId,
  kid: '1',
  ...changes,
});

describe('replaceExaminer', () => {
  it('takes the first out, keeps what the first wrote, and gives the second an empty form of their own', async () => {
    const each = await invitedCase(room);
    const [first] = each.assessmentIds;
    const { formId = '' } = (await each.assessment()).examiners[each.contactId] ?? {};
    const saved = await saveDraft(room.database, {
      schoolId: each.school.schoolId,
      formId,
      contactId: each.contactId,
      basedOn: 0,
      patch: { scores: { [SMALL_CRITERIA[0]]: 'O' }, justifications: {} },
    });
    expect(saved.kind).toBe('saved');
    unwrap(await each.apply(startForm, { assessmentId: first, contactId: each.contactId }));
    const { invitationIds } = unwrap(await each.apply(replaceExaminer, replace(each)));
    const state = await each.assessment();
    expect(state.examiners[each.contactId]?.form).toBe('withdrawn');
    const second = state.examiners[each.otherId];
    expect(second).toMatchObject({ form: 'open', invitationId: invitationIds[0], scores: {} });
    const forms = await room.database.form.findMany({ where: { assessmentId: first }, include: { revisions: true } });
    expect(forms.find(({ id }) => id === formId)?.revisions).toHaveLength(1);
    expect(forms.find(({ id }) => id === second?.formId)).toMatchObject({ revision: 0, doneCount: 0, revisions: [] });
    expect(await each.mails('withdrawn')).toMatchObject([{ reference: { assessmentIds: each.assessmentIds } }]);
    expect(await each.mails('invitation')).toHaveLength(2);
  });

  it('is not taken back by an undo of the withdrawal: the first was told at once', async () => {
    const each = await invitedCase(room);
    const [assessmentId] = each.assessmentIds;
    unwrap(await each.apply(replaceExaminer, replace(each)));
    expect(codeOf(await each.apply(undoWithdraw, { assessmentId, contactId: each.contactId }))).toBe(
      'ASSIGNMENTS_CHANGED',
    );
  });

  it('refuses the second when at work there, the same, unknown, deleted or of another school', async () => {
    const [each, stranger] = [await invitedCase(room), await invitedCase(room)];
    expect(codeOf(await each.apply(replaceExaminer, replace(each, { toContactId: each.contactId })))).toBe(
      'EXAMINER_SAME',
    );
    expect(codeOf(await each.apply(replaceExaminer, replace(each, { toContactId: stranger.otherId })))).toBe(
      'EXAMINER_UNKNOWN',
    );
    expect(codeOf(await stranger.apply(replaceExaminer, replace(each)))).toBe('EXAMINER_UNKNOWN');
    unwrap(await each.apply(replaceExaminer, replace(each)));
    expect(
      codeOf(
        await each.apply(replaceExaminer, replace(each, { fromContactId: each.otherId, toContactId: each.contactId })),
      ),
    ).toBe('ok');
    await room.database.contact.update({ where: { id: each.otherId }, data: { archivedAt: room.now() } });
    expect(codeOf(await each.apply(replaceExaminer, replace(each)))).toBe('EXAMINER_UNKNOWN');
  });

  it('refuses whole when one form is finished, and says which', async () => {
    const each = await invitedCase(room);
    const [first, second] = each.assessmentIds;
    unwrap(await each.apply(finishForm, finish(each, second)));
    expect(await each.apply(replaceExaminer, replace(each))).toMatchObject({
      ok: false,
      code: 'FORM_ALREADY_FINISHED',
      params: { assessmentId: second },
    });
    expect((await each.assessment(first)).examiners[each.contactId]?.form).toBe('open');
  });

  it('refuses the initiator and the student themselves, and asks a reason where a rule warns', async () => {
    const each = await invitedCase(room);
    const { contact, student } = room.database;
    const give = (email: string) => contact.update({ where: { id: each.otherId }, data: { email } });
    await give(each.school.teacher.email);
    expect(codeOf(await each.apply(replaceExaminer, replace(each)))).toBe('EXAMINER_IS_INITIATOR');
    await give(each.school.studentEmail);
    expect(codeOf(await each.apply(replaceExaminer, replace(each)))).toBe('EXAMINER_IS_STUDENT');
    await give(each.colleague.email);
    await student.update({ where: { id: each.school.studentId }, data: { coachId: each.colleague.membershipId } });
    expect(await each.apply(replaceExaminer, replace(each))).toMatchObject({
      ok: false,
      code: 'CONFLICT_REASON_REQUIRED',
      params: { rule: 'ownCoach', examinerIds: [each.otherId] },
    });
    expect((await each.assessment()).examiners[each.contactId]?.form).toBe('open');
    const overrides = [{ rule: 'ownCoach' as const, reason: 'Er is niemand anders.' }];
    unwrap(await each.apply(replaceExaminer, replace(each, { overrides })));
    const [first] = each.assessmentIds;
    expect(await room.database.assessment.findUniqueOrThrow({ where: { id: first } })).toMatchObject({
      overrideCount: 1,
    });
  });

  it('happens once when two people replace at the same moment', async () => {
    const each = await invitedCase(room);
    const outcomes = await Promise.all([
      each.apply(replaceExaminer, replace(each)),
      each.apply(replaceExaminer, replace(each)),
    ]);
    expect(outcomes.map(codeOf).filter((code) => code !== 'ok')).toEqual(['FORM_WITHDRAWN']);
    expect(await each.mails('withdrawn')).toHaveLength(1);
    expect(await each.mails('invitation')).toHaveLength(2);
  });

  it('is refused for what is cancelled', async () => {
    const each = await invitedCase(room);
    unwrap(await each.apply(cancelAssessments, { assessmentIds: each.assessmentIds, reason: 'Ziek' }));
    expect(codeOf(await each.apply(replaceExaminer, replace(each)))).toBe('ASSESSMENT_CANCELLED');
  });
});

describe('resendInvitation', () => {
  it('sends the same link again in the same thread, once in ten minutes', async () => {
    const each = await invitedCase(room);
    const { invitationId } = each;
    const { linkId } = await each.invitation();
    expect(codeOf(await each.apply(resendInvitation, { invitationId }))).toBe('SENT_RECENTLY');
    room.later(600);
    unwrap(await each.apply(resendInvitation, { invitationId }));
    expect(await each.apply(resendInvitation, { invitationId })).toMatchObject({
      code: 'SENT_RECENTLY',
      params: { at: room.now().toISOString() },
    });
    const mails = await each.mails('invitation');
    expect(mails.map(({ isThreadRoot, reference }) => [isThreadRoot, reference])).toMatchObject([
      [true, { linkId }],
      [false, { linkId }],
    ]);
    expect(await each.invitation()).toMatchObject({ linkId, resentAt: room.now().toISOString(), delivery: 'queued' });
  });

  it('may be sooner when the mail came back, and is refused when the work is over', async () => {
    const each = await invitedCase(room);
    const { invitationId } = each;
    const { mailId } = await each.invitation();
    const news = { invitationId, mailId, delivery: 'bounced' as const, smtpCode: null };
    unwrap(await each.apply(reportDelivery, news));
    unwrap(await each.apply(resendInvitation, { invitationId }));
    for (const assessmentId of each.assessmentIds) unwrap(await each.apply(finishForm, finish(each, assessmentId)));
    expect(codeOf(await each.apply(resendInvitation, { invitationId }))).toBe('INVITATION_COMPLETED');
  });
});

describe('moveDeadline', () => {
  const LATER = '2026-12-18T22:59:00.000Z';

  it('moves assessments, invitation and link, takes the mark away, and tells each examiner once', async () => {
    const each = await invitedCase(room);
    const [first] = each.assessmentIds;
    const late = new Date('2026-12-05T10:00:00.000Z');
    room.later((late.getTime() - room.now().getTime()) / 1_000);
    unwrap(await each.apply(passDeadline, { assessmentId: first }));
    const command = { assessmentIds: each.assessmentIds, dueAt: LATER, closesAt: null };
    expect(unwrap(await each.apply(moveDeadline, command))).toEqual({ toldCount: 1 });
    expect(await each.assessment()).toMatchObject({ dueAt: LATER, isLate: false });
    expect(await each.invitation()).toMatchObject({ dueAt: LATER, linkExpiresAt: '2027-01-01T22:59:00.000Z' });
    const link = await room.database.link.findFirstOrThrow({ where: { invitationId: each.invitationId } });
    expect(link.expiresAt.toISOString()).toBe('2027-01-01T22:59:00.000Z');
    expect(await each.mails('dueMoved')).toMatchObject([
      { reference: { assessmentIds: each.assessmentIds, dueAt: LATER } },
    ]);
    expect(unwrap(await each.apply(moveDeadline, command))).toEqual({ toldCount: 0 });
  });

  it('leaves the invitation due when the last of its assessments is', async () => {
    const each = await invitedCase(room);
    const [first, second] = each.assessmentIds;
    unwrap(await each.apply(moveDeadline, { assessmentIds: [first], dueAt: LATER, closesAt: LATER }));
    expect(await each.invitation()).toMatchObject({ dueAt: LATER });
    const sooner = '2026-12-11T22:59:00.000Z';
    unwrap(await each.apply(moveDeadline, { assessmentIds: [second], dueAt: sooner, closesAt: null }));
    expect(await each.invitation()).toMatchObject({ dueAt: LATER });
    expect((await each.assessment(second)).dueAt).toBe(sooner);
  });

  it('does not tell who has finished', async () => {
    const each = await invitedCase(room);
    for (const assessmentId of each.assessmentIds) unwrap(await each.apply(finishForm, finish(each, assessmentId)));
    const command = { assessmentIds: each.assessmentIds, dueAt: LATER, closesAt: null };
    expect(unwrap(await each.apply(moveDeadline, command))).toEqual({ toldCount: 0 });
  });

  it.each([
    ['DEADLINE_INVALID', { dueAt: '2026-12-18' }],
    ['DEADLINE_IN_PAST', { dueAt: '2020-01-01T00:00:00.000Z' }],
    ['CLOSES_BEFORE_DUE', { closesAt: '2026-12-17T22:59:00.000Z' }],
    ['ASSESSMENT_NOT_FOUND', { assessmentIds: [] }],
  ])('refuses with %s', async (code, changes) => {
    const each = await invitedCase(room);
    const command = { assessmentIds: each.assessmentIds, dueAt: LATER, closesAt: null, ...changes };
    expect(codeOf(await each.apply(moveDeadline, command))).toBe(code);
  });

  it('does nothing when one of them is over, and nothing for another school', async () => {
    const [each, stranger] = [await invitedCase(room), await invitedCase(room)];
    const [first, second] = each.assessmentIds;
    const command = { assessmentIds: each.assessmentIds, dueAt: LATER, closesAt: null };
    expect(codeOf(await stranger.apply(moveDeadline, command))).toBe('ASSESSMENT_NOT_FOUND');
    unwrap(await each.apply(cancelAssessments, { assessmentIds: [second], reason: 'Ziek' }));
    expect(codeOf(await each.apply(moveDeadline, command))).toBe('ASSESSMENT_CANCELLED');
    expect((await each.assessment(first)).dueAt).not.toBe(LATER);
  });
});

describe('correctAddress', () => {
  const NEW = 'nieuw@praktijk.example';
  const member = ({ school }: Case) => ({ kind: 'member' as const, id: school.teacher.membershipId });

  /** As when the invitation was taken by a server. */
  async function accepted(each: Case) {
    await room.database.mail.updateMany({
      where: { streamId: each.invitationId },
      data: { state: 'accepted', acceptedAt: room.now() },
    });
  }

  /** The same examiner, asked by a colleague as well. */
  async function invitedByColleague(each: Case) {
    const [assessmentId] = each.assessmentIds;
    unwrap(await each.apply(withdrawExaminer, { assessmentId, contactId: each.contactId, reason: '' }));
    const { invitationIds } = await inviteNow(
      { door: room.door, database: room.database, schoolId: each.school.schoolId },
      {
        assessmentIds: [assessmentId],
        contactIds: [each.contactId],
        initiatorId: each.colleague.membershipId,
        kid: '1',
      },
    );
    return invitationIds[0] ?? '';
  }

  it('moves the invitation at any time: the draft stays, the link ends, and the former address hears it', async () => {
    const each = await invitedCase(room);
    await accepted(each);
    room.later(1);
    const before = await each.invitation();
    const { invitationId } = each;
    unwrap(await each.apply(correctAddress, { invitationId, email: NEW, kid: '1' }, member(each)));
    const after = await each.invitation();
    expect(after.linkId).not.toBe(before.linkId);
    const old = await room.database.link.findUniqueOrThrow({ where: { id: before.linkId } });
    expect(old).toMatchObject({ revokeReason: 'moved', supersededBy: after.linkId });
    expect((await each.mails('invitation')).map(({ toAddress }) => toAddress)).toEqual([
      each.school.contacts[0].email,
      NEW,
    ]);
    const [told, ...others] = await each.mails('addressChanged');
    expect(others).toEqual([]);
    expect(told).toMatchObject({ toAddress: each.school.contacts[0].email });
    expect(JSON.stringify(told?.reference)).not.toContain(NEW);
    const [first] = each.assessmentIds;
    expect((await each.assessment(first)).examiners[each.contactId]?.form).toBe('open');
  });

  it('shows the committee one change of address, from the former to the new one', async () => {
    const each = await invitedCase(room);
    await accepted(each);
    room.later(60);
    const { invitationId } = each;
    unwrap(await each.apply(correctAddress, { invitationId, email: NEW, kid: '1' }, member(each)));
    const rows = await room.database.event.findMany({ where: { streamId: invitationId }, orderBy: { seq: 'asc' } });
    const scope = { database: room.database, schoolId: each.school.schoolId };
    const changes = await readAddressChanges(scope, rows, [invitationId]);
    expect([...changes.values()]).toEqual([{ from: each.school.contacts[0].email, to: NEW }]);
  });

  it('tells nobody at an address where mail never came, or never left', async () => {
    const lost = await invitedCase(room);
    const { invitationId } = lost;
    await accepted(lost);
    const { mailId } = await lost.invitation();
    const problem = { reason: 'addressUnknown' as const, isPermanent: true, status: '5.1.1' };
    unwrap(await lost.apply(reportDelivery, { invitationId, mailId, delivery: 'bounced', smtpCode: null, problem }));
    unwrap(await lost.apply(correctAddress, { invitationId, email: NEW, kid: '1' }, member(lost)));
    expect(await lost.mails('addressChanged')).toEqual([]);
    const fresh = await invitedCase(room);
    const command = { invitationId: fresh.invitationId, email: NEW, kid: '1' };
    unwrap(await fresh.apply(correctAddress, command, member(fresh)));
    expect(await fresh.mails('addressChanged')).toEqual([]);
  });

  it('tells a colleague who waits for the same examiner, and leaves what arrived where it is', async () => {
    const each = await invitedCase(room);
    const theirs = await invitedByColleague(each);
    await room.database.mail.updateMany({
      where: { streamId: theirs },
      data: { state: 'accepted', acceptedAt: room.now() },
    });
    const { linkId } = await each.invitation(theirs);
    const command = { invitationId: each.invitationId, email: NEW, kid: '1' };
    expect(unwrap(await each.apply(correctAddress, command, member(each)))).toEqual({ sentCount: 1 });
    expect((await each.invitation(theirs)).linkId).toBe(linkId);
    const mails = await each.mails('contactChanged');
    expect(mails).toMatchObject([
      { toAddress: each.colleague.email, reference: { changedBy: each.school.teacher.membershipId } },
    ]);
  });

  it('refuses the same address while mail arrives, and mailboxes of the school', async () => {
    const each = await invitedCase(room);
    const { invitationId } = each;
    const correct = (email: string) => each.apply(correctAddress, { invitationId, email, kid: '1' }, member(each));
    expect(codeOf(await correct(each.school.contacts[0].email))).toBe('MAIL_NOT_LOST');
    expect(codeOf(await correct(each.school.teacher.email))).toBe('ADDRESS_YOURS');
    expect(codeOf(await correct(each.colleague.email))).toBe('ADDRESS_OF_STAFF');
    expect(codeOf(await correct(each.school.studentEmail))).toBe('ADDRESS_OF_STUDENT');
    expect(codeOf(await correct('niets'))).toBe('ADDRESS_INVALID');
    for (const assessmentId of each.assessmentIds) unwrap(await each.apply(finishForm, finish(each, assessmentId)));
    expect(codeOf(await correct(NEW))).toBe('INVITATION_COMPLETED');
  });
});
