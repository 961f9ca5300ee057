/** Composers of the mails about decisions: to the student, and to the exam office when a result is decided about anew. */
import type { AssessmentState } from '../../domain/assessment.ts';
import { fullName } from '../../domain/school.ts';
import { commonMailData } from '../../emails/invitation-data.ts';
import type { MailTemplate } from '../../prisma/mail-ledger.ts';
import type { Composer, ComposeTools } from './compose.ts';
import { staffInput } from './compose-staff.ts';
import { present, readAssessment, readAssessmentState } from './read.ts';
import { MailNotSendable, type MailRow } from './types.ts';

type DecidingTemplate = Extract<MailTemplate, 'resultPublished' | 'resultReopened'>;

async function readDecided(tools: ComposeTools, row: MailRow) {
  const assessment = await readAssessment(tools.database, row.schoolId, row.reference.assessmentId);
  const state = await readAssessmentState(tools.database, row.schoolId, assessment.id);
  const version = present(row.reference.number, 'the version of the decision');
  const { school, contactEmail } = await staffInput(tools, row);
  const office = await findOffice(tools, row, assessment.id, version);
  return { assessment, state, version, common: commonMailData(school, office ?? contactEmail) };
}

/** A school may have more than one exam office: the one that got the document of this decision answers for it. */
async function findOffice({ database }: ComposeTools, { schoolId }: MailRow, assessmentId: string, version: number) {
  const document = await database.document.findFirst({ where: { schoolId, assessmentId, version } });
  if (!document) return null;
  const office = await database.officeAddress.findFirst({ where: { schoolId, id: document.officeAddressId } });
  return office?.email ?? null;
}

/** Says nothing of the result, and so it is right whatever happened since; of a later version there is a mail of its own. */
const resultPublished: Composer = async (tools, row) => {
  const { assessment, state, version, common } = await readDecided(tools, row);
  if ((state.published?.version ?? 0) !== version) throw new MailNotSendable('a later result is told of');
  return {
    template: 'resultPublished',
    data: {
      ...common,
      studentName: fullName(assessment.student),
      examTitle: assessment.examVersion.exam.title,
      isAgain: await wasPublishedBefore(tools, row, version),
      linkUrl: tools.urls.myExams(),
    },
  };
};

/** A first version that nobody saw makes the second one no news of a change. */
async function wasPublishedBefore({ database }: ComposeTools, row: MailRow, version: number): Promise<boolean> {
  if (version === 1) return false;
  const found = await database.event.count({
    where: { schoolId: row.schoolId, streamId: row.streamId ?? '', type: 'ResultPublished' },
  });
  return found > 1;
}

/** Not sent when there is another decision by now: the mails about that one say it. */
const resultReopened: Composer = async (tools, row) => {
  const { assessment, state, version, common } = await readDecided(tools, row);
  if (isDecidedAnew(state, version)) throw new MailNotSendable('there is another decision');
  const isEnded = row.reference.isEnded === true;
  const examTitle = assessment.examVersion.exam.title;
  const { documentId } = row.reference;
  if (documentId === undefined) {
    const student = { name: fullName(assessment.student), linkUrl: tools.urls.myExams() };
    return { template: 'resultReopened', data: { ...common, examTitle, isEnded, student, document: null } };
  }
  const found = await tools.database.document.findFirst({
    where: { id: documentId, schoolId: row.schoolId },
    select: { number: true, version: true },
  });
  return {
    template: 'resultReopened',
    data: {
      ...common,
      // As in the mail with the document: a school may have more than one exam office, and none answers for another.
      school: { ...common.school, contactEmail: assessment.initiator.account.email },
      examTitle,
      isEnded,
      student: null,
      document: present(found, 'the document'),
    },
  };
};

function isDecidedAnew({ decision }: AssessmentState, version: number): boolean {
  return (decision?.version ?? 0) > version;
}

export const decidingComposers: Readonly<Record<DecidingTemplate, Composer>> = { resultPublished, resultReopened };
