import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AgreementPolicy } from '../../../domain/agreement.ts';
import type { AssessmentState } from '../../../domain/assessment.ts';
import { DEFAULT_SCHOOL_SETTINGS } from '../../../domain/school.ts';
import type { Score } from '../../../domain/score.ts';
import type { Prisma } from '../../../generated/prisma/client.ts';
import { abandonAgreement, confirmAgreement, proposeAgreement } from '../../../prisma/commands/agreement.ts';
import { createAssessments } from '../../../prisma/commands/assessments.ts';
import { finishForm, returnForm } from '../../../prisma/commands/forms.ts';
import { remindExaminer } from '../../../prisma/commands/inviting.ts';
import { inviteNow } from '../../../scripts/lib/invite-now.ts';
import { SMALL_COMPONENTS, SMALL_CRITERIA, smallForm } from '../../support/factories.ts';
import { type MailRoom, openMailRoom } from './mail-room.ts';

const [BEHAVIOUR] = SMALL_COMPONENTS;
const [LISTENS] = SMALL_CRITERIA;
const SECRETS = /\b[OVG]\b|Noor|Vries|onvoldoende|voldoende/;

let room: MailRoom;
beforeAll(async () => {
  room = await openMailRoom();
});
afterAll(() => room.close());
beforeEach(() => room.clear());

/** Two examiners who finished and gave another score on the first criterion; their mails about that have not left. */
async function differ(agreement: AgreementPolicy) {
  const { schoolId, examVersionId, studentId, teacher, contacts } = room.school;
  const settings = { ...DEFAULT_SCHOOL_SETTINGS, agreement } as unknown as Prisma.InputJsonValue;
  await room.database.school.update({ where: { id: schoolId }, data: { settings } });
  const contactIds = contacts.map(({ id }) => id);
  const { assessmentIds } = await room.apply(createAssessments, {
    examVersionId,
    unitCodes: ['EX1'],
    studentIds: [studentId],
    initiatorId: teacher.membershipId,
    assignments: contactIds.map((examinerId) => ({ examinerId, scope: { level: 'exam' as const } })),
    dueAt: '2026-11-20T22:59:00.000Z',
    closesAt: null,
  });
  const [assessmentId = ''] = assessmentIds;
  const work = { assessmentIds, contactIds, initiatorId: teacher.membershipId, remark: '', kid: '1' };
  await inviteNow({ door: room.door, database: room.database, schoolId }, work);
  const { state } = await room.database.stream.findUniqueOrThrow({ where: { id: assessmentId } });
  const { examiners } = state as unknown as AssessmentState;
  const invitationIds = contactIds.map((id) => examiners[id]?.invitationId ?? '');
  await room.pump().pumpOnce();
  for (const [index, score] of (['V', 'O'] as const satisfies Score[]).entries()) {
    const form = smallForm();
    const content = { ...form, scores: { ...form.scores, [LISTENS]: score } };
    const contactId = contactIds[index] ?? '';
    await room.apply(finishForm, { assessmentId, contactId, invitationId: invitationIds[index] ?? '', content });
  }
  room.server.received.length = 0;
  const [first = '', second = ''] = contactIds;
  return { assessmentId, first, second, invitationIds };
}

const propose = (assessmentId: string, contactId: string) =>
  room.apply(proposeAgreement, {
    assessmentId,
    contactId,
    component: BEHAVIOUR,
    scores: smallForm('V').scores,
    justification: 'Samen nagelopen.',
  });

async function sent(subject: RegExp) {
  await room.pump().pumpOnce();
  return room.server.received
    .filter(({ mail }) => subject.test(mail.subject ?? ''))
    .map(({ to, mail }) => ({ to: to.join(), subject: mail.subject ?? '', text: mail.text ?? '' }));
}

const addressOf = (index: 0 | 1) => room.school.contacts[index].email;

describe('the mails about one judgement', () => {
  it('ask both, name the other, bring a link, and say no score and no student in the subject', async () => {
    await differ('together');
    const mails = await sent(/één oordeel nodig|one judgement needed/);
    expect(mails.map(({ to }) => to).sort()).toEqual([addressOf(0), addressOf(1)].sort());
    const [dutch] = mails.filter(({ to }) => to === addressOf(0));
    expect(dutch?.text).toContain('U en Sam Docent hebben hetzelfde beoordeeld');
    expect(dutch?.text).toMatch(/\/b\/\w{67}/);
    expect(dutch?.text).toContain('B1-K1-W1 Gedragsobservatie');
    for (const { subject } of mails) expect(subject).not.toMatch(SECRETS);
  });

  it('tell the lead alone that they decide', async () => {
    await differ('lead');
    const mails = await sent(/één oordeel|one judgement|besluit|decision/);
    expect(mails.map(({ to, subject }) => [to, subject])).toEqual([
      [addressOf(1), expect.stringContaining('your decision needed')],
    ]);
  });

  it('ask the initiator for a third examiner, and nobody else', async () => {
    await differ('third');
    const mails = await sent(/derde examinator/);
    expect(mails.map(({ to }) => to)).toEqual([room.school.teacher.email]);
    expect(mails[0]?.subject).not.toMatch(SECRETS);
    expect(mails[0]?.text).toContain('Noor de Vries');
  });

  it('tell of a proposal who must confirm it, and of the end both', async () => {
    const { assessmentId, first, second } = await differ('together');
    await room.database.mail.deleteMany();
    const { proposalId } = await propose(assessmentId, first);
    const proposed = await sent(/voorstel|proposal/);
    expect(proposed.map(({ to }) => to)).toEqual([addressOf(1)]);
    expect(proposed[0]?.text).toContain('Bo Praktijk makes a proposal');
    await room.apply(confirmAgreement, { assessmentId, contactId: second, component: BEHAVIOUR, proposalId });
    const ended = await sent(/vastgelegd|recorded/);
    expect(ended.map(({ to }) => to).sort()).toEqual([addressOf(0), addressOf(1)].sort());
  });

  it('say why the committee decides', async () => {
    const { assessmentId } = await differ('together');
    await room.apply(abandonAgreement, { assessmentId, contactId: null, reason: 'Het duurt te lang.' });
    const [mail] = await sent(/examencommissie beslist/);
    expect(mail?.text).toContain('Het duurt te lang.');
  });

  it('are not sent any more when a form is open again', async () => {
    const { assessmentId, second } = await differ('together');
    await room.apply(returnForm, {
      assessmentId,
      contactId: second,
      components: [BEHAVIOUR],
      reason: 'Kijk nog eens.',
    });
    expect(await sent(/één oordeel nodig|one judgement needed/)).toEqual([]);
  });
});

describe('a reminder', () => {
  it('says that an agreement is waited for, and speaks of no deadline', async () => {
    const { invitationIds } = await differ('together');
    await room.database.mail.deleteMany();
    await room.apply(remindExaminer, { invitationId: invitationIds[0] ?? '', isManual: true });
    const [mail] = await sent(/Herinnering/);
    expect(mail?.subject).toContain('één oordeel nodig');
    expect(mail?.text).toContain('Op de pagina ziet u de scores naast elkaar');
    expect(mail?.text).not.toContain('inleverdatum is voorbij');
  });

  it('is not sent to who said all there is to say', async () => {
    const { assessmentId, first, invitationIds } = await differ('together');
    await room.apply(remindExaminer, { invitationId: invitationIds[0] ?? '', isManual: true });
    await propose(assessmentId, first);
    expect(await sent(/Herinnering/)).toEqual([]);
  });
});
