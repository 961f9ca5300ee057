/** A finished form asked back, and a draft that goes along when work is handed over. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { type AnswerAsk, answerAsk, askInitiator, takeBackAsk } from '../../prisma/commands/asks.ts';
import { finaliseAssessment } from '../../prisma/commands/assessments.ts';
import { saveDraft } from '../../prisma/commands/drafts.ts';
import { finishForm, returnForm, startForm } from '../../prisma/commands/forms.ts';
import { replaceExaminer } from '../../prisma/commands/replacing.ts';
import { askReturn, type TakeBackReturn, takeBackReturn } from '../../prisma/commands/returning.ts';
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

describe('a return that the committee takes back', () => {
  const returnIt = async (each: Case) =>
    unwrap(
      await each.apply(returnForm, {
        assessmentId: each.assessmentIds[0],
        contactId: each.contactId,
        components: [FIRST],
        reason: 'Geef een voorbeeld.',
      }),
    );
  const takeBack = (each: Case, changes: Partial<TakeBackReturn> = {}) =>
    each.apply(takeBackReturn, {
      assessmentId: each.assessmentIds[0],
      contactId: each.contactId,
      membershipId: each.school.committee.membershipId,
      formVersion: 1,
      reason: '',
      ...changes,
    });
  const rowOf = (each: Case) => room.database.assessment.findUniqueOrThrow({ where: { id: each.assessmentIds[0] } });
  const formOf = (each: Case) =>
    room.database.form.findFirstOrThrow({ where: { assessmentId: each.assessmentIds[0] } });

  it('leaves everything as it was, and the mail unsent that had not left', async () => {
    const each = await finishedCase();
    const [before, invitation] = [await each.assessment(), await each.invitation()];
    await returnIt(each);
    expect(await rowOf(each)).toMatchObject({ status: 'returned', returnCount: 1, hasRemarks: true });
    unwrap(await takeBack(each));
    expect(await each.assessment()).toEqual(before);
    expect((await each.invitation()).pairs).toEqual(invitation.pairs);
    expect(await rowOf(each)).toMatchObject({ status: 'assessed', returnCount: 0, hasRemarks: false, score: 'V' });
    expect(await each.mails('returned')).toMatchObject([{ state: 'recalled' }]);
    expect(await each.mails('returnTakenBack')).toEqual([]);
    expect(codeOf(await finalise(each))).toBe('ok');
  });

  it('can be sent back and taken back again, and no save that was under way is stored as if the form were open', async () => {
    const each = await finishedCase();
    for (const _ of [1, 2]) {
      await returnIt(each);
      const { revision, savedAt } = await formOf(each);
      unwrap(await takeBack(each));
      expect(await formOf(each)).toMatchObject({ revision: revision + 1, savedAt });
    }
    const rows = await room.database.formRevision.findMany({
      where: { form: { assessmentId: each.assessmentIds[0] } },
      orderBy: { revision: 'asc' },
    });
    expect(rows.at(-1)?.content).toEqual(rows.at(-3)?.content);
  });

  it('says so to an examiner who was told, with the reason', async () => {
    const each = await finishedCase();
    unwrap(await ask(each));
    await returnIt(each);
    await room.database.mail.updateMany({
      where: { streamId: each.invitationId, template: 'returned' },
      data: { state: 'accepted' },
    });
    unwrap(await takeBack(each, { reason: 'Wij bedoelden een andere student.' }));
    const [mail] = await each.mails('returnTakenBack');
    expect(mail?.reference).toMatchObject({ assessmentIds: [each.assessmentIds[0]], isReturn: true });
    const { textId = '' } = (mail?.reference ?? {}) as { textId?: string };
    const note = await room.database.textNote.findUniqueOrThrow({ where: { id: textId } });
    expect(note.body).toBe('Wij bedoelden een andere student.');
    // The question is there again, and stops the decision as before.
    expect(codeOf(await finalise(each))).toBe('RETURN_ASKED');
  });

  it('is too late once the examiner wrote a word or added evidence', async () => {
    const each = await finishedCase();
    await returnIt(each);
    const { id: formId, savedAt } = await formOf(each);
    const later = new Date((savedAt?.getTime() ?? 0) + 1);
    await room.database.form.update({ where: { id: formId }, data: { savedAt: later } });
    expect(codeOf(await takeBack(each))).toBe('FORM_BEGUN');
    await room.database.form.update({ where: { id: formId }, data: { savedAt } });
    const { schoolId } = each.school;
    const file = { id: uuidv7(), schoolId, name: 'foto.jpg', mediaType: 'image/jpeg', size: 1, sha256: 'f'.repeat(64) };
    await room.database.attachment.create({
      data: { ...file, createdAt: later, createdBy: each.contactId, scan: 'clean' },
    });
    const piece = {
      id: uuidv7(),
      schoolId,
      formId,
      contactId: each.contactId,
      componentRef: FIRST,
      attachmentId: file.id,
    };
    await room.database.evidence.create({ data: { ...piece, createdAt: later } });
    expect(codeOf(await takeBack(each))).toBe('FORM_BEGUN');
    expect(await rowOf(each)).toMatchObject({ status: 'returned', returnCount: 1 });
  });

  it('is one, whoever else does it at the same moment, and none where nothing was sent back', async () => {
    const each = await finishedCase();
    expect(codeOf(await takeBack(each))).toBe('FORM_NOT_RETURNED');
    await returnIt(each);
    expect(codeOf(await takeBack(each, { formVersion: 0 }))).toBe('CHANGED_MEANWHILE');
    expect(codeOf(await takeBack(each, { contactId: each.otherId }))).toBe('EXAMINER_UNKNOWN');
    const codes = (await Promise.all([takeBack(each), takeBack(each)])).map(codeOf);
    expect(codes.sort()).toEqual(['FORM_NOT_RETURNED', 'ok']);
    expect(await rowOf(each)).toMatchObject({ status: 'assessed', returnCount: 0 });
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
