/** A finished form asked back, and a draft that goes along when work is handed over. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { type AnswerAsk, answerAsk, askInitiator, takeBackAsk } from '../../prisma/commands/asks.ts';
import { finaliseAssessment } from '../../prisma/commands/assessments.ts';
import { saveDraft } from '../../prisma/commands/drafts.ts';
import { finishForm, returnForm, startForm } from '../../prisma/commands/forms.ts';
import { replaceExaminer } from '../../prisma/commands/replacing.ts';
import { askReturn } from '../../prisma/commands/returning.ts';
import { SMALL_COMPONENTS, SMALL_CRITERIA, smallForm } from '../support/factories.ts';
import { type Case, codeOf, invitedCase, openRoom, type Room, unwrap } from './mending-support.ts';

let room: Room;
beforeAll(async () => {
  room = await openRoom();
});
afterAll(() => room.close());

const [FIRST, SECOND] = SMALL_COMPONENTS;
const WORDS = 'Zij vroeg steeds of het zo goed was.';

/** The first of the two students is finished. */
async function finishedCase(): Promise<Case> {
  const each = await invitedCase(room);
  const { contactId, invitationId, assessmentIds } = each;
  unwrap(
    await each.apply(finishForm, { assessmentId: assessmentIds[0], contactId, invitationId, content: smallForm() }),
  );
  return each;
}

const ask = (each: Case, changes = {}) =>
  each.apply(askReturn, {
    assessmentId: each.assessmentIds[0],
    contactId: each.contactId,
    components: [FIRST],
    reason: 'Ik verwisselde twee studenten.',
    ...changes,
  });

const answer = (each: Case, changes: Partial<AnswerAsk> = {}) =>
  each.apply(answerAsk, {
    assessmentIds: [each.assessmentIds[0]],
    contactId: each.contactId,
    isAgreed: false,
    reason: 'De scores kloppen.',
    replacement: null,
    createContact: null,
    remark: '',
    initiatorId: each.school.teacher.membershipId,
    kid: '1',
    ...changes,
  });

async function finalise(each: Case) {
  const [id] = each.assessmentIds;
  const { version } = await room.database.stream.findUniqueOrThrow({ where: { id } });
  return each.apply(finaliseAssessment, {
    assessmentId: id,
    expectedVersion: version,
    membershipId: each.school.committee.membershipId,
    officeAddressId: each.school.officeAddressId,
    standing: {},
  });
}

describe('askReturn', () => {
  it('tells initiator and committee once the assessment is complete, and stops the decision', async () => {
    const each = await finishedCase();
    unwrap(await ask(each));
    const { teacher, committee } = each.school;
    const told = (await each.mails('asked')).map(({ toAddress }) => toAddress);
    expect(told.sort()).toEqual([committee.email, teacher.email].sort());
    expect(codeOf(await finalise(each))).toBe('RETURN_ASKED');
    const row = await room.database.assessmentExaminer.findFirstOrThrow({
      where: { assessmentId: each.assessmentIds[0], contactId: each.contactId },
    });
    expect(row).toMatchObject({ ask: 'return', formStatus: 'finished' });
    // The other student of the invitation goes on, with reminders.
    expect(await each.invitation()).not.toHaveProperty('paused');
  });

  it.each([
    ['COMPONENTS_REQUIRED', { components: [] }],
    ['NOTHING_TO_RETURN', { components: ['elders'] }],
    ['REASON_REQUIRED', { reason: ' \n' }],
    ['REASON_TOO_LONG', { reason: 'x'.repeat(1001) }],
  ])('refuses with %s', async (code, changes) => {
    const each = await finishedCase();
    expect(codeOf(await ask(each, changes))).toBe(code);
    expect(await each.mails('asked')).toEqual([]);
  });

  it('is refused for a form that is not finished, and for a result that stands', async () => {
    const each = await finishedCase();
    expect(codeOf(await ask(each, { assessmentId: each.assessmentIds[1] }))).toBe('FORM_NOT_FINISHED');
    unwrap(await finalise(each));
    expect(codeOf(await ask(each))).toBe('ASSESSMENT_FINAL');
  });

  it('can be taken back', async () => {
    const each = await finishedCase();
    unwrap(await ask(each));
    unwrap(await each.apply(takeBackAsk, { assessmentIds: [each.assessmentIds[0]], contactId: each.contactId }));
    expect(codeOf(await finalise(each))).toBe('ok');
  });
});

describe('the answer to who wants a form back', () => {
  it('is a no with a reason, which the examiner hears once', async () => {
    const each = await finishedCase();
    unwrap(await ask(each));
    expect(codeOf(await answer(each, { reason: '' }))).toBe('REASON_REQUIRED');
    unwrap(await answer(each));
    expect((await each.mails('askAnswered')).map(({ reference }) => reference)).toMatchObject([
      { isAgreed: false, isReturn: true },
    ]);
    expect(codeOf(await finalise(each))).toBe('ok');
  });

  it('cannot be a yes that leaves the form closed', async () => {
    const each = await finishedCase();
    unwrap(await ask(each));
    expect(codeOf(await answer(each, { isAgreed: true }))).toBe('RETURN_ASKED');
  });

  it('is nothing more than was asked, when the initiator answers', async () => {
    const each = await finishedCase();
    const { contactId } = each;
    const [assessmentId] = each.assessmentIds;
    unwrap(await ask(each));
    const more = { assessmentId, contactId, components: [FIRST, SECOND], reason: '' };
    expect(codeOf(await each.apply(returnForm, { ...more, isByInitiator: true }))).toBe('NOTHING_ASKED');
    unwrap(await each.apply(returnForm, more));
    expect((await each.assessment()).examiners[contactId]?.reopened).toEqual([FIRST, SECOND]);
  });

  it('is giving back, with what the examiner wrote for a reason where nobody adds a word', async () => {
    const each = await finishedCase();
    const { contactId } = each;
    const [assessmentId] = each.assessmentIds;
    const given = { assessmentId, contactId, components: [FIRST], reason: ' ', isByInitiator: true } as const;
    expect(codeOf(await each.apply(returnForm, given))).toBe('NOTHING_ASKED');
    unwrap(await ask(each));
    unwrap(await each.apply(returnForm, given));
    expect((await each.assessment()).examiners[contactId]).toMatchObject({ form: 'returned', reopened: [FIRST] });
    const [mail] = await each.mails('returned');
    expect(mail?.reference).toMatchObject({ isAgreed: true });
    const { textId = '' } = (mail?.reference ?? {}) as { textId?: string };
    const note = await room.database.textNote.findFirstOrThrow({ where: { id: textId } });
    expect(note.body).toBe('Ik verwisselde twee studenten.');
    expect(codeOf(await answer(each))).toBe('NOTHING_ASKED');
  });

  it('leads to a second version, and the first stays', async () => {
    const each = await finishedCase();
    const { contactId, invitationId } = each;
    const [assessmentId] = each.assessmentIds;
    unwrap(await ask(each));
    unwrap(await each.apply(returnForm, { assessmentId, contactId, components: [FIRST], reason: '' }));
    const changed = smallForm('G');
    unwrap(await each.apply(finishForm, { assessmentId, contactId, invitationId, content: changed }));
    const form = { assessmentId, contactId };
    const versions = await room.database.formSubmission.findMany({ where: { form }, orderBy: { formVersion: 'asc' } });
    expect(versions.map(({ formVersion }) => formVersion)).toEqual([1, 2]);
    const { scores } = (versions[1]?.content ?? smallForm()) as unknown as ReturnType<typeof smallForm>;
    const ofFirst = SMALL_CRITERIA.filter((ref) => ref.startsWith(FIRST));
    expect(ofFirst.map((ref) => scores[ref])).toEqual(ofFirst.map(() => 'G'));
    expect(SMALL_CRITERIA.filter((ref) => ref.startsWith(SECOND)).map((ref) => scores[ref])).not.toContain('G');
  });
});

describe('handing over', () => {
  async function handedOver(isDraftShared: boolean) {
    const each = await invitedCase(room);
    const { contactId, invitationId } = each;
    const [assessmentId] = each.assessmentIds;
    const { schoolId } = each.school;
    const formId = (await each.assessment()).examiners[contactId]?.formId ?? '';
    const patch = { scores: smallForm().scores, justifications: { [FIRST]: WORDS } };
    await saveDraft(room.database, { schoolId, formId, contactId, basedOn: 0, patch });
    unwrap(await each.apply(startForm, { assessmentId, contactId }));
    await room.database.examinerNote.create({
      data: {
        id: uuidv7(),
        schoolId,
        formId,
        contactId,
        body: 'Alleen voor mij.',
        writtenAt: room.now(),
        createdAt: room.now(),
        updatedAt: room.now(),
      },
    });
    const proposal = { name: 'Lin Linde', email: `lin.${invitationId}@praktijk.example` };
    const asking = { assessmentIds: [assessmentId], contactId, invitationId, reason: 'Zij kent hem.', proposal };
    unwrap(await each.apply(askInitiator, { ...asking, kind: 'handOver', isDraftShared }));
    const answered = await answer(each, { isAgreed: true, reason: '', createContact: proposal });
    const toId = unwrap(answered).replacementId ?? '';
    const taken = (await each.assessment()).examiners[toId];
    const form = await room.database.form.findUniqueOrThrow({
      where: { id: taken?.formId ?? '' },
      include: { revisions: true, notes: true },
    });
    return { each, formId, toId, taken, form };
  }

  it('lets the draft go along when the examiner said so, and keeps both names', async () => {
    const { each, formId, taken, form } = await handedOver(true);
    expect(taken).toMatchObject({ handedFrom: each.contactId, form: 'open' });
    expect(form).toMatchObject({ handedFromId: formId, revision: 1, doneCount: SMALL_CRITERIA.length });
    expect(form.revisions).toMatchObject([
      { revision: 1, basedOn: 0, content: { justifications: { [FIRST]: WORDS } } },
    ]);
    expect((await each.assessment()).examiners[each.contactId]?.form).toBe('withdrawn');
  });

  it('gives neither draft nor notes without that', async () => {
    const { each, taken, form } = await handedOver(false);
    expect(taken).toMatchObject({ handedFrom: each.contactId });
    expect(form).toMatchObject({ handedFromId: null, revision: 0, doneCount: 0, revisions: [], notes: [] });
  });

  it('never takes notes along', async () => {
    const { form } = await handedOver(true);
    expect(form.notes).toEqual([]);
  });

  it('lets the second finish what the first began as their own', async () => {
    const { each, toId, taken, form } = await handedOver(true);
    const content = form.revisions[0]?.content as unknown as ReturnType<typeof smallForm>;
    const [assessmentId] = each.assessmentIds;
    const invitationId = taken?.invitationId ?? '';
    unwrap(await each.apply(finishForm, { assessmentId, contactId: toId, invitationId, content, revision: 1 }));
    expect((await each.assessment()).status).toBe('assessed');
  });

  it('is not what an initiator does who replaces somebody', async () => {
    const each = await invitedCase(room);
    const [assessmentId] = each.assessmentIds;
    unwrap(
      await each.apply(replaceExaminer, {
        assessmentIds: [assessmentId],
        fromContactId: each.contactId,
        toContactId: each.otherId,
        reason: '',
        remark: '',
        initiatorId: each.school.teacher.membershipId,
        kid: '1',
      }),
    );
    expect((await each.assessment()).examiners[each.otherId]).not.toHaveProperty('handedFrom');
  });
});

describe('a decline with a chosen reason', () => {
  const decline = (each: Case, changes = {}) =>
    each.apply(askInitiator, {
      assessmentIds: each.assessmentIds,
      contactId: each.contactId,
      invitationId: each.invitationId,
      kind: 'decline',
      reason: '',
      proposal: null,
      ...changes,
    });

  it('needs no words, and the record holds the choice', async () => {
    const each = await invitedCase(room);
    unwrap(await decline(each, { declineReason: 'leftEmployer' }));
    const { ask: asked } = (await each.assessment()).examiners[each.contactId] ?? {};
    expect(asked).toMatchObject({ declineReason: 'leftEmployer', reason: null });
    expect((await each.mails('asked'))[0]?.reference).not.toHaveProperty('textId');
  });

  it.each([
    ['DECLINE_REASON_REQUIRED', { declineReason: null, reason: 'Ik kan niet.' }],
    ['REASON_REQUIRED', { declineReason: 'other' }],
    ['REASON_REQUIRED', {}],
  ])('is refused with %s for %j', async (code, changes) => {
    const each = await invitedCase(room);
    expect(codeOf(await decline(each, changes))).toBe(code);
  });
});
