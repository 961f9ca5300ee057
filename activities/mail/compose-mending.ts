/** Composers of the mails to initiators about their examiners' questions and addresses. */
import { AskKind } from '../../domain/assessment.ts';
import { PairStatus } from '../../domain/invitation.ts';
import { fullName } from '../../domain/school.ts';
import { mailItem } from '../../emails/invitation-data.ts';
import type { MailTemplate } from '../../prisma/mail-ledger.ts';
import type { Composer, ComposeTools } from './compose.ts';
import { staffInput } from './compose-staff.ts';
import { askedMailData, contactChangedMailData } from './data/staff.ts';
import { present, readAssessment, readAssessmentState, readInvitation, readInvitationState, readText } from './read.ts';
import { MailNotSendable, type MailRow } from './types.ts';

type MendingTemplate = Extract<MailTemplate, 'asked' | 'contactChanged'>;

/** Names what is still asked; not sent when the examiner went on, or was answered. */
const asked: Composer = async (tools, row) => {
  const { database, language } = tools;
  const { schoolId, reference } = row;
  const facts = await tools.facts(row);
  const isAsked = (id: string) => facts.pairs.some((pair) => pair.assessmentId === id && pair.ask !== null);
  const ids = (reference.assessmentIds ?? []).filter(isAsked);
  const assessments = ids.flatMap((id) => facts.assessments.get(id) ?? []);
  const [first] = assessments;
  if (first === undefined) throw new MailNotSendable('nothing is asked any more');
  const { examiners } = await readAssessmentState(database, schoolId, first.id);
  const ask = present(examiners[facts.contactId]?.ask, 'the question');
  const isReturn = ask.kind === AskKind.Return;
  const isForCommittee = isReturn && !(await isInitiator(tools, row, first.id));
  const narrowed = isReturn && ask.components ? { componentRefs: ask.components } : {};
  const proposal = await readText(database, schoolId, ask.proposal?.textId);
  return {
    template: 'asked',
    data: askedMailData({
      ...(await staffInput(tools, row)),
      initiatorName: row.toName,
      examinerName: facts.contactName,
      items: assessments.map((assessment) => mailItem({ ...assessment, ...narrowed }, language)),
      isHandOver: ask.kind === AskKind.HandOver,
      isReturn,
      isForCommittee,
      reason: await readText(database, schoolId, ask.reason?.textId),
      declineReason: ask.declineReason,
      proposal: proposal === '' ? null : JSON.parse(proposal),
      linkUrl: answerUrl(tools, { assessmentId: first.id, contactId: facts.contactId, isReturn, isForCommittee }),
    }),
  };
};

async function isInitiator({ database }: ComposeTools, row: MailRow, assessmentId: string): Promise<boolean> {
  const { initiatorId } = await readAssessment(database, row.schoolId, assessmentId);
  return initiatorId === row.reference.membershipId;
}

interface Answering {
  readonly assessmentId: string;
  readonly contactId: string;
  readonly isReturn: boolean;
  readonly isForCommittee: boolean;
}

function answerUrl({ urls }: ComposeTools, { assessmentId, contactId, isReturn, isForCommittee }: Answering): string {
  if (!isReturn) return urls.answer(assessmentId, contactId);
  return isForCommittee
    ? urls.returnByCommittee(assessmentId, contactId)
    : urls.returnByInitiator(assessmentId, contactId);
}

/** Not sent when nothing is open any more. */
const contactChanged: Composer = async (tools, row) => {
  const { database } = tools;
  const { schoolId, reference } = row;
  const invitation = await readInvitation(database, schoolId, reference.invitationId);
  const { pairs } = await readInvitationState(database, schoolId, invitation.id);
  const open = Object.keys(pairs).filter((id) => pairs[id] === PairStatus.Open);
  if (open.length === 0) throw new MailNotSendable('nothing is open any more');
  const assessment = await readAssessment(database, schoolId, open[0]);
  const changedBy =
    reference.changedBy === undefined
      ? null
      : await database.membership.findFirst({
          where: { id: reference.changedBy, schoolId },
          include: { account: true },
        });
  return {
    template: 'contactChanged',
    data: contactChangedMailData({
      ...(await staffInput(tools, row)),
      initiatorName: row.toName,
      changedByName: changedBy === null ? '' : fullName(changedBy.account),
      examinerName: invitation.contact.name,
      examinerEmail: invitation.contact.email,
      examTitle: assessment.examVersion.exam.title,
      linkUrl: tools.urls.assessment(assessment.id),
    }),
  };
};

export const mendingComposers: Readonly<Record<MendingTemplate, Composer>> = { asked, contactChanged };
