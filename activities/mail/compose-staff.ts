/** Composers of the mails to members of the school and to students, and of the code to sign in. */
import { AssessmentStatus, FormStatus } from '../../domain/assessment.ts';
import { BatchRowStatus, BatchStatus } from '../../domain/batch.ts';
import { isLost, PairStatus } from '../../domain/invitation.ts';
import { fullName } from '../../domain/school.ts';
import { signInCode } from '../../platform/tokens.ts';
import type { MailTemplate } from '../../prisma/mail-ledger.ts';
import type { Composer, ComposeTools } from './compose.ts';
import {
  allFinishedMailData,
  batchReportMailData,
  bouncedMailData,
  committeeDigestMailData,
  finishDisputedMailData,
  type StaffMailInput,
  signInMailData,
  studentAddedMailData,
  studentNumberMailData,
  type WaitingExam,
} from './data/staff.ts';
import {
  present,
  readAssessment,
  readAssessmentState,
  readInvitation,
  readInvitationState,
  readSchool,
} from './read.ts';
import { MailNotSendable, type MailRow } from './types.ts';

type StaffTemplate = Extract<
  MailTemplate,
  | 'allFinished'
  | 'finishDisputed'
  | 'committeeDigest'
  | 'bounced'
  | 'batchReport'
  | 'signIn'
  | 'studentNumber'
  | 'studentAdded'
>;

/** Far more than the mail shows. */
const REPORTED_ROWS = 20;

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
  const { id: memberId } = present(member, 'the membership');
  const waiting = await readWaiting(tools, row.schoolId);
  if (waiting.length === 0) throw new MailNotSendable('nothing waits for the committee');
  return {
    template: 'committeeDigest',
    data: committeeDigestMailData({
      ...(await staffInput(tools, row)),
      waiting,
      // Whoever proposed cannot take it.
      proposedCount: await tools.database.assessment.count({
        where: {
          schoolId: row.schoolId,
          status: AssessmentStatus.Assessed,
          AND: [{ proposedById: { not: null } }, { proposedById: { not: memberId } }],
        },
      }),
      linkUrl: tools.urls.queue(),
    }),
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

/** What became of the rows as it stands now; not sent when it is tried again meanwhile. */
const batchReport: Composer = async (tools, row) => {
  const { database } = tools;
  const { schoolId, reference } = row;
  const batchId = present(reference.batchId, 'the id of the batch');
  const batch = present(await database.batch.findFirst({ where: { id: batchId, schoolId } }), 'the batch');
  if (batch.status !== BatchStatus.Finished) throw new MailNotSendable('the batch is tried again');
  const failed = await database.batchRow.findMany({
    where: { schoolId, batchId, status: BatchRowStatus.Failed },
    orderBy: { number: 'asc' },
    take: REPORTED_ROWS,
  });
  const contactIds = failed.map(({ contactId }) => contactId);
  const contacts = await database.contact.findMany({
    where: { schoolId, id: { in: contactIds } },
    select: { id: true, name: true },
  });
  const nameOf = new Map(contacts.map(({ id, name }) => [id, name]));
  const first = await database.batchRow.findFirst({ where: { schoolId, batchId }, orderBy: { number: 'asc' } });
  const assessment = await readAssessment(database, schoolId, first?.assessmentIds[0]);
  return {
    template: 'batchReport',
    data: batchReportMailData({
      ...(await staffInput(tools, row)),
      initiatorName: row.toName,
      examTitle: assessment.examVersion.exam.title,
      sentCount: batch.doneCount,
      failedCount: batch.failedCount,
      failed: failed.map(({ contactId, error }) => ({ name: nameOf.get(contactId) ?? '–', code: error ?? '' })),
      sentAt: batch.sendAt.toISOString(),
      linkUrl: tools.urls.batch(batch.id),
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
      // A student whom the school knows gets an account by using it; the row has the name.
      name: request.account ? fullName(request.account) : row.toName,
      code: signInCode(tools.keyring, request.kid, request.id),
      linkUrl,
      createdAt: request.createdAt,
      expiresAt: request.expiresAt,
    }),
  };
};

async function readStudentRequest({ database }: ComposeTools, row: MailRow) {
  const found = await database.studentRequest.findFirst({
    where: { id: present(row.reference.studentRequestId, 'the id of the request'), schoolId: row.schoolId },
  });
  const request = present(found, 'the request');
  const member = await database.membership.findFirst({
    where: { id: request.membershipId, schoolId: row.schoolId, endedAt: null },
    include: { account: true },
  });
  return { request, member: present(member, 'the member who asked').account };
}

/** Questions of the student go to who asked. */
const studentNumber: Composer = async (tools, row) => {
  const { request, member } = await readStudentRequest(tools, row);
  if (request.usedAt !== null) throw new MailNotSendable('the student has answered');
  if (request.expiresAt <= tools.now) throw new MailNotSendable('the link has expired');
  return {
    template: 'studentNumber',
    replyTo: { name: fullName(member), address: member.email },
    data: studentNumberMailData({
      school: await readSchool(tools.database, row.schoolId),
      contactEmail: member.email,
      memberName: fullName(member),
      memberEmail: member.email,
      linkUrl: tools.urls.studentNumber(request),
      linkExpiresDate: request.expiresAt.toISOString(),
    }),
  };
};

const studentAdded: Composer = async (tools, row) => {
  const { request, member } = await readStudentRequest(tools, row);
  const studentId = present(request.studentId, 'the student');
  const student = present(
    await tools.database.student.findFirst({ where: { id: studentId, schoolId: row.schoolId } }),
    'the student',
  );
  return {
    template: 'studentAdded',
    data: studentAddedMailData({
      ...(await staffInput(tools, row)),
      memberName: fullName(member),
      studentName: fullName(student),
      studentNumber: present(student.number, 'the number of the student'),
      linkUrl: tools.urls.studentRequest(request.id),
    }),
  };
};

export const staffComposers: Readonly<Record<StaffTemplate, Composer>> = {
  allFinished,
  finishDisputed,
  committeeDigest,
  bounced,
  batchReport,
  signIn,
  studentNumber,
  studentAdded,
};

export async function staffInput(tools: ComposeTools, row: MailRow): Promise<StaffMailInput> {
  const school = await readSchool(tools.database, row.schoolId);
  return { school, contactEmail: school.officeEmail ?? tools.senderAddress };
}
