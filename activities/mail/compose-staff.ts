/** Composers of the mails to members of the school, to the exam office, and of the code to sign in. */
import { AssessmentStatus, FormStatus } from '../../domain/assessment.ts';
import { BounceReason } from '../../domain/delivery.ts';
import { isLost, PairStatus } from '../../domain/invitation.ts';
import type { ResultDocumentData } from '../../domain/result-document.ts';
import { fullName } from '../../domain/school.ts';
import { signInCode } from '../../platform/tokens.ts';
import type { MailTemplate } from '../../prisma/mail-ledger.ts';
import type { Composer, ComposeTools } from './compose.ts';
import {
  allFinishedMailData,
  bouncedMailData,
  committeeDigestMailData,
  finishDisputedMailData,
  officeBouncedMailData,
  resultToOfficeMailData,
  type StaffMailInput,
  signInMailData,
  type WaitingExam,
} from './data/staff.ts';
import {
  present,
  readAssessment,
  readAssessmentState,
  readContent,
  readInvitation,
  readInvitationState,
  readSchool,
} from './read.ts';
import { MailNotSendable, type MailRow } from './types.ts';

type StaffTemplate = Extract<
  MailTemplate,
  'allFinished' | 'finishDisputed' | 'committeeDigest' | 'resultToOffice' | 'bounced' | 'officeBounced' | 'signIn'
>;

const allFinished: Composer = async (tools, row) => {
  const assessment = await readAssessment(tools.database, row.schoolId, row.reference.assessmentId);
  const isDone = assessment.status === AssessmentStatus.Assessed || assessment.status === AssessmentStatus.Final;
  if (!isDone) throw new MailNotSendable('the assessment is open again');
  return {
    template: 'allFinished',
    data: allFinishedMailData({
      ...(await staffInput(tools, row)),
      initiatorName: fullName(assessment.initiator.account),
      studentName: fullName(assessment.student),
      examTitle: assessment.examVersion.exam.title,
      examiners: assessment.examiners.map((examiner) => ({
        name: examiner.contact.name,
        finishedAt: (examiner.finishedAt ?? assessment.statusSince).toISOString(),
      })),
      linkUrl: tools.urls.assessment(assessment.id),
    }),
  };
};

const finishDisputed: Composer = async (tools, row) => {
  const assessment = await readAssessment(tools.database, row.schoolId, row.reference.assessmentId);
  const state = await readAssessmentState(tools.database, row.schoolId, assessment.id);
  const contactId = present(row.reference.contactId, 'the id of the examiner');
  const disputedAt = state.examiners[contactId]?.disputedAt ?? null;
  if (disputedAt === null) throw new MailNotSendable('the form is not disputed any more');
  const contact = await tools.database.contact.findFirst({ where: { id: contactId, schoolId: row.schoolId } });
  return {
    template: 'finishDisputed',
    data: finishDisputedMailData({
      ...(await staffInput(tools, row)),
      memberName: row.toName,
      examinerName: present(contact, 'the examiner').name,
      studentName: fullName(assessment.student),
      examTitle: assessment.examVersion.exam.title,
      disputedAt,
      linkUrl: tools.urls.dossier(assessment.id),
    }),
  };
};

/** Counts what waits at the moment of sending, not of queueing. */
const committeeDigest: Composer = async (tools, row) => {
  const member = await tools.database.membership.findFirst({
    where: { id: present(row.reference.membershipId, 'the id of the member'), schoolId: row.schoolId, endedAt: null },
    select: { id: true },
  });
  present(member, 'the membership');
  const waiting = await readWaiting(tools, row.schoolId);
  if (waiting.length === 0) throw new MailNotSendable('nothing waits for the committee');
  return {
    template: 'committeeDigest',
    data: committeeDigestMailData({ ...(await staffInput(tools, row)), waiting, linkUrl: tools.urls.queue() }),
  };
};

async function readWaiting(tools: ComposeTools, schoolId: string): Promise<WaitingExam[]> {
  const groups = await tools.database.assessment.groupBy({
    by: ['examVersionId'],
    where: { schoolId, status: AssessmentStatus.Assessed },
    _count: { _all: true },
    _min: { statusSince: true },
  });
  const versions = await tools.database.examVersion.findMany({
    where: { schoolId, id: { in: groups.map((group) => group.examVersionId) } },
    select: { id: true, exam: { select: { title: true } } },
  });
  const titles = new Map(versions.map((version) => [version.id, version.exam.title]));
  return groups.map((group) => ({
    title: titles.get(group.examVersionId) ?? '',
    count: group._count._all,
    oldestSince: (group._min.statusSince ?? tools.now).toISOString(),
  }));
}

/** The document goes as it was stored: the bytes whose hash stands in the record. */
const resultToOffice: Composer = async (tools, row) => {
  const found = await tools.database.document.findFirst({
    where: { id: present(row.reference.documentId, 'the id of the document'), schoolId: row.schoolId },
    include: { assessment: { select: { initiator: { select: { account: { select: { email: true } } } } } } },
  });
  const document = present(found, 'the document');
  const data = document.data as unknown as ResultDocumentData;
  const content = await readContent(tools.store, present(document.sha256, 'the stored document'));
  const filename = `${document.number}.pdf`;
  const school = await readSchool(tools.database, row.schoolId);
  return {
    template: 'resultToOffice',
    attachments: [{ filename, contentType: 'application/pdf', content }],
    data: resultToOfficeMailData({
      school,
      contactEmail: document.assessment.initiator.account.email,
      document: data,
      attachmentName: filename,
      isRepeat: row.isRepeat,
    }),
  };
};

/** Says why as the record knows it now; not sent when mail arrives again, or when nothing is left to do. */
const bounced: Composer = async (tools, row) => {
  const { database } = tools;
  const { schoolId, reference } = row;
  const invitation = await readInvitation(database, schoolId, reference.invitationId);
  const state = await readInvitationState(database, schoolId, invitation.id);
  if (!isLost(state.delivery)) throw new MailNotSendable('mail to the examiner arrives again');
  const open = Object.keys(state.pairs).filter((id) => state.pairs[id] === PairStatus.Open);
  const assessment = await readAssessment(database, schoolId, open[0]);
  const lost = await database.mail.findFirst({ where: { id: present(reference.mailId, 'the mail'), schoolId } });
  const studentCount = await countStudents(tools, schoolId, invitation.contactId, invitation.initiatorId);
  return {
    template: 'bounced',
    data: bouncedMailData({
      ...(await staffInput(tools, row)),
      initiatorName: row.toName,
      examinerName: invitation.contact.name,
      // Where the mail went, which may not be where the next one goes.
      examinerEmail: lost?.toAddress ?? invitation.contact.email,
      examTitle: assessment.examVersion.exam.title,
      studentCount,
      problem: state.problem,
      linkUrl: tools.urls.assessment(assessment.id),
    }),
  };
};

/** Students of this initiator for whom mail to this examiner is lost: over all invitations, because the address is one. */
async function countStudents(
  tools: ComposeTools,
  schoolId: string,
  contactId: string,
  initiatorId: string,
): Promise<number> {
  return tools.database.assessmentExaminer.count({
    where: {
      schoolId,
      contactId,
      formStatus: { in: [FormStatus.Open, FormStatus.Started, FormStatus.Returned] },
      invitation: { initiatorId, delivery: { in: ['bounced', 'failed'] } },
    },
  });
}

/** Not sent when the document was sent again or arrived after all. */
const officeBounced: Composer = async (tools, row) => {
  const { schoolId, reference } = row;
  const { database } = tools;
  const document = present(
    await database.document.findFirst({
      where: { id: present(reference.documentId, 'the id of the document'), schoolId },
      include: { assessment: { select: { examVersion: { select: { exam: { select: { title: true } } } } } } },
    }),
    'the document',
  );
  const where = {
    schoolId,
    streamId: document.assessmentId,
    template: 'resultToOffice',
    reference: { path: ['documentId'], equals: document.id },
  };
  const newest = await database.mail.findFirst({ where, orderBy: { queuedAt: 'desc' } });
  if (newest?.id !== reference.mailId || newest?.state === 'delivered')
    throw new MailNotSendable('the document was sent again or arrived');
  const reason = Object.values(BounceReason).find((each) => each === newest?.deliveryReason);
  return {
    template: 'officeBounced',
    data: officeBouncedMailData({
      ...(await staffInput(tools, row)),
      memberName: row.toName,
      officeEmail: newest?.toAddress ?? '',
      examTitle: document.assessment.examVersion.exam.title,
      documentNumber: document.number,
      problem: reason && { reason, status: newest?.deliveryStatus ?? null },
      linkUrl: tools.urls.dossier(document.assessmentId),
    }),
  };
};

const signIn: Composer = async (tools, row) => {
  const found = await tools.database.signIn.findUnique({
    where: { id: present(row.reference.signInId, 'the id of the request') },
    include: { account: true },
  });
  const request = present(found, 'the request to sign in');
  if (request.usedAt !== null) throw new MailNotSendable('the code is used');
  if (request.expiresAt <= tools.now) throw new MailNotSendable('the code has expired');
  // First, because it is what tells that the key is gone.
  const linkUrl = tools.urls.signIn(request);
  return {
    template: 'signIn',
    data: signInMailData({
      ...(await staffInput(tools, row)),
      name: fullName(request.account),
      code: signInCode(tools.keyring, request.kid, request.id),
      linkUrl,
      createdAt: request.createdAt,
      expiresAt: request.expiresAt,
    }),
  };
};

export const staffComposers: Readonly<Record<StaffTemplate, Composer>> = {
  allFinished,
  finishDisputed,
  committeeDigest,
  resultToOffice,
  bounced,
  officeBounced,
  signIn,
};

async function staffInput(tools: ComposeTools, row: MailRow): Promise<StaffMailInput> {
  const school = await readSchool(tools.database, row.schoolId);
  return { school, contactEmail: school.officeEmail ?? tools.senderAddress };
}
