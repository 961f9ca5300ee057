import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AgreementPolicy } from '../../domain/agreement.ts';
import type { AssessmentState } from '../../domain/assessment.ts';
import type { InvitationState } from '../../domain/invitation.ts';
import type { ResultDocumentData } from '../../domain/result-document.ts';
import type { Score } from '../../domain/score.ts';
import { abandonAgreement, confirmAgreement, nameLead, proposeAgreement } from '../../prisma/commands/agreement.ts';
import { cancelAssessments, createAssessments, finaliseAssessment } from '../../prisma/commands/assessments.ts';
import { assignExaminers } from '../../prisma/commands/assigning.ts';
import { finishForm, returnForm } from '../../prisma/commands/forms.ts';
import { remindExaminer, reportDelivery, withdrawExaminer } from '../../prisma/commands/inviting.ts';
import { undoCancel, undoWithdraw } from '../../prisma/commands/undo.ts';
import { createAttentionReads } from '../../prisma/repositories/initiator-attention.ts';
import { inviteNow } from '../../scripts/lib/invite-now.ts';
import { SMALL_COMPONENTS, SMALL_CRITERIA, smallForm } from '../support/factories.ts';
import { type Case, codeOf, invitedCase, openRoom, type Room, unwrap } from './mending-support.ts';

const [BEHAVIOUR] = SMALL_COMPONENTS;
const [LISTENS, ASKS] = SMALL_CRITERIA;
const AGREED = { [LISTENS]: 'V', [ASKS]: 'G' } as Record<string, Score>;

let room: Room;
beforeAll(async () => {
  room = await openRoom();
});
afterAll(() => room.close());

interface Pair extends Case {
  readonly assessmentId: string;
  /** From practice and from the school, in the order of the invitation. */
  readonly examinerIds: readonly [string, string];
  readonly invitationIds: readonly [string, string];
  finish(examinerId: string, changes?: Record<string, Score>): Promise<string>;
  state(): Promise<AssessmentState>;
  invitationOf(examinerId: string): Promise<InvitationState>;
  invite(contactIds: readonly string[]): Promise<string[]>;
}

/** A school with this policy, and an assessment that two examiners score as a whole. */
async function pairCase(policy: AgreementPolicy): Promise<Pair> {
  const each = await invitedCase(room, { agreement: policy });
  const { school, contactId, otherId, apply } = each;
  const examinerIds = [contactId, otherId] as const;
  const created = unwrap(
    await apply(createAssessments, {
      examVersionId: school.examVersionId,
      unitCodes: ['EX1'],
      studentIds: [school.studentId],
      initiatorId: school.teacher.membershipId,
      assignments: examinerIds.map((examinerId) => ({ examinerId, scope: { level: 'exam' as const } })),
      dueAt: null,
      closesAt: null,
    }),
  );
  const [assessmentId = ''] = created.assessmentIds;
  const invite = async (contactIds: readonly string[]) => {
    const work = { assessmentIds: [assessmentId], contactIds, initiatorId: school.teacher.membershipId };
    const scope = { door: room.door, database: room.database, schoolId: school.schoolId };
    return (await inviteNow(scope, { ...work, remark: '', kid: '1' })).invitationIds;
  };
  await invite(examinerIds);
  const state = () => each.assessment(assessmentId);
  const invitationIdOf = async (examinerId: string) => (await state()).examiners[examinerId]?.invitationId ?? '';
  const invitationIds = [await invitationIdOf(contactId), await invitationIdOf(otherId)] as const;
  return {
    ...each,
    assessmentId,
    examinerIds,
    invitationIds,
    state,
    invite,
    invitationOf: async (examinerId) => each.invitation(await invitationIdOf(examinerId)),
    async finish(examinerId, changes = {}) {
      const form = smallForm();
      const content = { ...form, scores: { ...form.scores, ...changes } };
      const invitationId = await invitationIdOf(examinerId);
      return codeOf(await apply(finishForm, { assessmentId, contactId: examinerId, invitationId, content }));
    },
  };
}

/** Both have finished; the second gave an O. */
async function differing(policy: AgreementPolicy): Promise<Pair> {
  const pair = await pairCase(policy);
  const [first, second] = pair.examinerIds;
  expect(await pair.finish(first)).toBe('ok');
  expect(await pair.finish(second, { [LISTENS]: 'O' })).toBe('ok');
  return pair;
}

const propose = ({ assessmentId }: Pair, contactId: string, justification = 'Samen nog eens nagelopen.') => ({
  assessmentId,
  contactId,
  component: BEHAVIOUR,
  scores: AGREED,
  justification,
});
const confirm = ({ assessmentId }: Pair, contactId: string, proposalId: string) => ({
  assessmentId,
  contactId,
  component: BEHAVIOUR,
  proposalId,
});
const rowOf = ({ assessmentId }: Pair) => room.database.assessment.findUniqueOrThrow({ where: { id: assessmentId } });
const pairsOf = async (pair: Pair) =>
  Promise.all(pair.examinerIds.map(async (id) => (await pair.invitationOf(id)).pairs[pair.assessmentId]));
const eventsOf = async ({ assessmentId }: Pair) => {
  const rows = await room.database.event.findMany({ where: { streamId: assessmentId }, orderBy: { seq: 'asc' } });
  return rows.map(({ type }) => type);
};
const addressees = async (pair: Pair, template: string) =>
  (await pair.mails(template)).map(({ toAddress }) => toAddress).sort();
const attentionOf = async ({ school }: Pair) => {
  const reads = createAttentionReads({ database: room.database, schoolId: school.schoolId });
  const groups = await reads.readAttention({ membershipId: school.teacher.membershipId, quietBefore: new Date(0) });
  return new Map(groups.map(({ kind, rows }) => [kind, rows.map(({ assessmentIds }) => assessmentIds)]));
};
const addContact = async ({ school }: Pair) => {
  const id = crypto.randomUUID();
  const contact = { id, schoolId: school.schoolId, name: 'Lin Derde', email: `lin-${id}@praktijk.example` };
  await room.database.contact.create({
    data: { ...contact, kind: 'practice', lang: 'nl', jobTitle: '', organisation: '', searchText: '' },
  });
  return id;
};
const addressesOf = ({ school }: Pair) => school.contacts.map(({ email }) => email).sort();

describe('creating', () => {
  it('fixes the policy of the school in the assessment, and says nothing where the committee decides', async () => {
    expect((await (await pairCase('together')).state()).agreementPolicy).toBe('together');
    expect(await (await pairCase('committee')).state()).not.toHaveProperty('agreementPolicy');
  });
});

describe('differing together', () => {
  it('opens the assessment again for both and asks each in one mail', async () => {
    const pair = await differing('together');
    expect(await pairsOf(pair)).toEqual(['open', 'open']);
    expect(await addressees(pair, 'agreementAsked')).toEqual(addressesOf(pair));
    expect(await addressees(pair, 'allFinished')).toEqual([]);
    expect(await rowOf(pair)).toMatchObject({ status: 'inProgress', disagreementCount: 0 });
    expect((await rowOf(pair)).agreementSince).not.toBeNull();
    const [invitationId] = pair.invitationIds;
    expect(codeOf(await pair.apply(remindExaminer, { invitationId, isManual: true }))).toBe('ok');
  });

  it('keeps the link as long as it lived when a word is asked for', async () => {
    const pair = await pairCase('together');
    const [first, second] = pair.examinerIds;
    const before = (await pair.invitationOf(first)).linkExpiresAt;
    await pair.finish(first);
    await pair.finish(second, { [LISTENS]: 'O' });
    expect((await pair.invitationOf(first)).linkExpiresAt >= before).toBe(true);
  });

  it('closes it for who proposed, and tells the other', async () => {
    const pair = await differing('together');
    const [first] = pair.examinerIds;
    unwrap(await pair.apply(proposeAgreement, propose(pair, first)));
    expect(await pairsOf(pair)).toEqual(['finished', 'open']);
    expect(await addressees(pair, 'agreementProposed')).toEqual([pair.school.contacts[1].email]);
    const text = await room.database.textNote.findFirst({
      where: { kind: 'agreementJustification', streamId: pair.assessmentId },
    });
    expect(text?.body).toBe('Samen nog eens nagelopen.');
  });

  it('settles it once when two confirm at the same moment', async () => {
    const pair = await differing('together');
    const [first, second] = pair.examinerIds;
    const { proposalId } = unwrap(await pair.apply(proposeAgreement, propose(pair, first)));
    const outcomes = await Promise.all([
      pair.apply(confirmAgreement, confirm(pair, second, proposalId)),
      pair.apply(confirmAgreement, confirm(pair, second, proposalId)),
    ]);
    expect(outcomes.map(codeOf).sort()).toEqual(['NO_AGREEMENT', 'ok']);
    const events = await eventsOf(pair);
    expect(events.filter((type) => type === 'ComponentAgreed')).toHaveLength(1);
    expect(events.filter((type) => type === 'AssessmentAssessed')).toHaveLength(1);
    expect(await pairsOf(pair)).toEqual(['finished', 'finished']);
    expect(await rowOf(pair)).toMatchObject({ status: 'assessed', agreementSince: null, score: 'V' });
    expect(await addressees(pair, 'agreementEnded')).toEqual(addressesOf(pair));
    expect(await addressees(pair, 'allFinished')).toEqual([pair.school.teacher.email]);
  });

  it('lets one of two who propose at the same moment stand, and the other confirm that', async () => {
    const pair = await differing('together');
    const [first, second] = pair.examinerIds;
    const [one, two] = await Promise.all([
      pair.apply(proposeAgreement, propose(pair, first)),
      pair.apply(proposeAgreement, propose(pair, second)),
    ]);
    const standing = (await pair.state()).agreement?.proposals[BEHAVIOUR];
    const { proposalId: ofFirst } = unwrap(one);
    const { proposalId: ofSecond } = unwrap(two);
    const [stale, other] = standing?.by === first ? [ofSecond, second] : [ofFirst, first];
    expect(codeOf(await pair.apply(confirmAgreement, confirm(pair, other, stale)))).toBe('PROPOSAL_CHANGED');
    expect(codeOf(await pair.apply(confirmAgreement, confirm(pair, other, standing?.proposalId ?? '')))).toBe('ok');
    expect((await pair.state()).status).toBe('assessed');
  });

  it('lets only the first of two stand who propose on the same screen', async () => {
    const pair = await differing('together');
    const [first, second] = pair.examinerIds;
    const outcomes = await Promise.all(
      [first, second].map((id) => pair.apply(proposeAgreement, { ...propose(pair, id), instead: null })),
    );
    expect(outcomes.map(codeOf).sort()).toEqual(['PROPOSAL_CHANGED', 'ok']);
    const winner = outcomes[0]?.ok ? first : second;
    expect((await pair.state()).agreement?.proposals[BEHAVIOUR]?.by).toBe(winner);
  });

  it.each([
    ['JUSTIFICATION_REQUIRED', '  \u200B'],
    ['JUSTIFICATION_TOO_LONG', 'x'.repeat(2001)],
    ['TEXT_FORBIDDEN_CHARACTER', 'a\u0007b'],
  ])('refuses a proposal with %s', async (code, justification) => {
    const pair = await differing('together');
    expect(codeOf(await pair.apply(proposeAgreement, propose(pair, pair.contactId, justification)))).toBe(code);
    expect((await pair.state()).agreement?.proposals).toEqual({});
  });

  it('knows nothing of another school', async () => {
    const [pair, stranger] = [await differing('together'), await differing('together')];
    expect(codeOf(await stranger.apply(proposeAgreement, propose(pair, pair.contactId)))).toBe('ASSESSMENT_NOT_FOUND');
  });
});

describe('giving up', () => {
  it('goes to the committee, with the reason to both', async () => {
    const pair = await differing('together');
    const { assessmentId, contactId } = pair;
    expect(codeOf(await pair.apply(abandonAgreement, { assessmentId, contactId, reason: ' ' }))).toBe(
      'REASON_REQUIRED',
    );
    unwrap(await pair.apply(abandonAgreement, { assessmentId, contactId: null, reason: 'Het duurt te lang.' }));
    expect(await rowOf(pair)).toMatchObject({ status: 'assessed', disagreementCount: 1, agreementSince: null });
    expect(await pairsOf(pair)).toEqual(['finished', 'finished']);
    const mails = await pair.mails('agreementEnded');
    expect(mails.map(({ reference }) => reference)).toMatchObject([{ isAgreed: false }, { isAgreed: false }]);
  });
});

describe('the lead examiner', () => {
  it('is the one of the school, who alone is asked and alone settles it', async () => {
    const pair = await differing('lead');
    const [practice, lead] = pair.examinerIds;
    expect((await pair.state()).agreement?.components).toEqual({ [BEHAVIOUR]: [lead] });
    expect(await pairsOf(pair)).toEqual(['finished', 'open']);
    expect(await addressees(pair, 'agreementAsked')).toEqual([pair.school.contacts[1].email]);
    expect(codeOf(await pair.apply(proposeAgreement, propose(pair, practice)))).toBe('NOT_IN_AGREEMENT');
    unwrap(await pair.apply(proposeAgreement, propose(pair, lead)));
    expect((await pair.state()).agreed?.[BEHAVIOUR]).toMatchObject({ how: 'lead', by: [lead] });
  });

  it('is asked instead when named meanwhile', async () => {
    const pair = await differing('lead');
    const [practice] = pair.examinerIds;
    unwrap(await pair.apply(nameLead, { assessmentId: pair.assessmentId, contactId: practice }));
    expect(await pairsOf(pair)).toEqual(['open', 'finished']);
    expect(await addressees(pair, 'agreementAsked')).toEqual(addressesOf(pair));
  });
});

describe('a third examiner', () => {
  it('is asked of the initiator, and nobody else is', async () => {
    const pair = await differing('third');
    expect(await pairsOf(pair)).toEqual(['finished', 'finished']);
    expect(await addressees(pair, 'thirdNeeded')).toEqual([pair.school.teacher.email]);
    expect(await addressees(pair, 'agreementAsked')).toEqual([]);
  });

  it('scores only what the others differed on, beside them, and that set stands', async () => {
    const pair = await differing('third');
    const { assessmentId, examinerIds } = pair;
    const third = await addContact(pair);
    const whole = examinerIds.map((examinerId) => ({ examinerId, scope: { level: 'exam' as const } }));
    const assignments = [...whole, { examinerId: third, scope: { level: 'component' as const, ref: BEHAVIOUR } }];
    unwrap(await pair.apply(assignExaminers, { assignments: [{ assessmentId, assignments }] }));
    await pair.invite([third]);
    const state = await pair.state();
    expect(state.examiners[third]?.components).toEqual([BEHAVIOUR]);
    expect(state.agreement).toBeUndefined();
    expect(await pair.finish(third, { [LISTENS]: 'O' })).toBe('ok');
    expect(await pair.state()).toMatchObject({
      status: 'assessed',
      disagreements: [],
      agreed: { [BEHAVIOUR]: { how: 'third', by: [third] } },
      result: { passed: false },
    });
  });

  it('is what the initiator must attend to, and not an examiner to invite', async () => {
    const pair = await differing('third');
    const groups = await attentionOf(pair);
    expect(groups.get('third')).toEqual([[pair.assessmentId]]);
    expect(groups.get('unchosen')).toBeUndefined();
  });
});

describe('what the initiator must attend to', () => {
  it('is an examiner whose word is waited for and whose mail is lost, and nobody to invite', async () => {
    const pair = await differing('together');
    const [invitationId] = pair.invitationIds;
    expect((await attentionOf(pair)).get('unchosen')).toBeUndefined();
    const { mailId } = await room.database.invitation.findUniqueOrThrow({ where: { id: invitationId } });
    const problem = { reason: 'addressUnknown', isPermanent: true, status: '5.1.1' } as const;
    const news = { invitationId, mailId, delivery: 'bounced', smtpCode: null, problem } as const;
    unwrap(await pair.apply(reportDelivery, news));
    expect((await attentionOf(pair)).get('bounced')).toEqual([[pair.assessmentId]]);
  });
});

describe('the result document', () => {
  it('shows what each scored beside the one judgement, how it came about, and the words of it', async () => {
    const pair = await differing('together');
    const { assessmentId, school, examinerIds } = pair;
    const [first, second] = examinerIds;
    const { proposalId } = unwrap(await pair.apply(proposeAgreement, propose(pair, first)));
    unwrap(await pair.apply(confirmAgreement, confirm(pair, second, proposalId)));
    const { version } = await room.database.stream.findUniqueOrThrow({ where: { id: assessmentId } });
    const decision = { expectedVersion: version, membershipId: school.committee.membershipId, standing: {} };
    const command = { ...decision, assessmentId, officeAddressId: school.officeAddressId };
    const { documentId } = unwrap(await pair.apply(finaliseAssessment, command));
    const document = await room.database.document.findUniqueOrThrow({ where: { id: documentId } });
    const data = document.data as unknown as ResultDocumentData;
    const [component] = data.coreTasks[0]?.workProcesses[0]?.components ?? [];
    expect(component?.agreed).toEqual({
      how: 'together',
      by: [first, second],
      scores: AGREED,
      justification: 'Samen nog eens nagelopen.',
    });
    expect(component?.criteria[0]?.scores).toEqual({ [first]: 'V', [second]: 'O' });
    const lines = data.audit.map(({ type, name }) => `${type} ${name}`);
    expect(lines).toContain('AgreementProposed Bo Praktijk');
    expect(lines).toContain('ComponentAgreed Bo Praktijk, Sam Docent');
    expect(data.result.passed).toBe(true);
  });
});

describe('what ends or interrupts a search', () => {
  it('a return: the other need not say anything any more, and the form is open again', async () => {
    const pair = await differing('together');
    const [first, second] = pair.examinerIds;
    const { assessmentId } = pair;
    unwrap(
      await pair.apply(returnForm, {
        assessmentId,
        contactId: second,
        components: [BEHAVIOUR],
        reason: 'Kijk nog eens',
      }),
    );
    expect(await pairsOf(pair)).toEqual(['finished', 'open']);
    expect((await rowOf(pair)).agreementSince).toBeNull();
    expect(await pair.finish(second, { [LISTENS]: 'O' })).toBe('ok');
    expect(await pairsOf(pair)).toEqual(['open', 'open']);
    unwrap(await pair.apply(proposeAgreement, propose(pair, first)));
  });

  it('another examiner who is invited', async () => {
    const pair = await differing('together');
    const { assessmentId, contactId, otherId } = pair;
    const id = await addContact(pair);
    const assignments = [contactId, otherId, id].map((examinerId) => ({
      examinerId,
      scope: { level: 'exam' as const },
    }));
    unwrap(await pair.apply(assignExaminers, { assignments: [{ assessmentId, assignments }] }));
    expect(await pair.invite([id])).toHaveLength(1);
    expect(await pairsOf(pair)).toEqual(['finished', 'finished']);
    expect((await pair.state()).agreement).toBeUndefined();
    unwrap(await pair.apply(withdrawExaminer, { assessmentId, contactId: id, reason: '' }));
    expect(await pairsOf(pair)).toEqual(['open', 'open']);
    unwrap(await pair.apply(undoWithdraw, { assessmentId, contactId: id }));
    expect(await pairsOf(pair)).toEqual(['finished', 'finished']);
  });

  it('a cancellation, until that is taken back', async () => {
    const pair = await differing('together');
    const assessmentIds = [pair.assessmentId];
    unwrap(await pair.apply(cancelAssessments, { assessmentIds, reason: 'Ziek' }));
    expect(await pairsOf(pair)).toEqual(['finished', 'finished']);
    expect((await rowOf(pair)).agreementSince).toBeNull();
    unwrap(await pair.apply(undoCancel, { assessmentIds }));
    expect(await pairsOf(pair)).toEqual(['open', 'open']);
    expect((await rowOf(pair)).agreementSince).not.toBeNull();
  });
});
