/** Whom and what findings are about, for a page: read in a few queries for all rows together. */
import type { ExamDefinition } from '../../domain/exam.ts';
import { fullName } from '../../domain/school.ts';
import type { Database } from '../client.ts';
import type { Finding } from './health.ts';

export interface FindingSubject {
  /** Null where a finding is about no assessment, such as a mail to sign in. */
  readonly assessment: {
    readonly id: string;
    readonly studentName: string;
    readonly studentNumber: string | null;
    readonly examTitle: string;
    readonly examCode: string;
    readonly initiatorName: string;
  } | null;
  /** How many assessments besides that one: an invitation can cover several. */
  readonly otherCount: number;
  readonly examinerName: string | null;
  /** Invitations that were sent with one click; null for anything else. */
  readonly batch: { readonly initiatorName: string; readonly rowCount: number } | null;
}

/** @returns by the id of the finding; one that names nothing of this school is left out */
export async function describeFindings(
  database: Database,
  schoolId: string,
  findings: readonly Finding[],
): Promise<Map<string, FindingSubject>> {
  const pairs = await readInvitations(database, schoolId, idsOf(findings, 'invitationId'));
  const assessmentIds = [
    ...idsOf(findings, 'assessmentId'),
    ...[...pairs.values()].flatMap((each) => each.assessmentIds),
  ];
  const assessments = await readAssessments(database, schoolId, [...new Set(assessmentIds)]);
  const batches = await readBatches(database, schoolId, idsOf(findings, 'batchId'));
  return new Map(
    findings.map((finding) => {
      const invitation = finding.invitationId === null ? undefined : pairs.get(finding.invitationId);
      const known = [finding.assessmentId, ...(invitation?.assessmentIds ?? [])].flatMap(
        (id) => assessments.get(id ?? '') ?? [],
      );
      const [assessment = null] = known;
      const others = new Set(known.map(({ id }) => id));
      const examinerName = invitation?.examinerName ?? null;
      const batch = batches.get(finding.batchId ?? '') ?? null;
      return [finding.id, { assessment, otherCount: Math.max(0, others.size - 1), examinerName, batch }];
    }),
  );
}

function idsOf(findings: readonly Finding[], key: 'assessmentId' | 'invitationId' | 'batchId'): string[] {
  return [...new Set(findings.flatMap((finding) => finding[key] ?? []))];
}

async function readInvitations(database: Database, schoolId: string, ids: readonly string[]) {
  const rows = await database.invitation.findMany({
    where: { schoolId, id: { in: [...ids] } },
    select: { id: true, contact: { select: { name: true } }, pairs: { select: { assessmentId: true } } },
  });
  return new Map(
    rows.map(({ id, contact, pairs }) => [
      id,
      { examinerName: contact.name, assessmentIds: pairs.map(({ assessmentId }) => assessmentId).sort() },
    ]),
  );
}

async function readBatches(database: Database, schoolId: string, ids: readonly string[]) {
  if (ids.length === 0) return new Map();
  const rows = await database.batch.findMany({
    where: { schoolId, id: { in: [...ids] } },
    select: { id: true, rowCount: true, initiator: { select: { account: true } } },
  });
  return new Map(
    rows.map(({ id, rowCount, initiator }) => [id, { initiatorName: fullName(initiator.account), rowCount }]),
  );
}

async function readAssessments(database: Database, schoolId: string, ids: readonly string[]) {
  const rows = await database.assessment.findMany({
    where: { schoolId, id: { in: [...ids] } },
    select: {
      id: true,
      examVersionId: true,
      student: { select: { number: true, givenName: true, infix: true, familyName: true } },
      initiator: { select: { account: true } },
    },
  });
  const versions = await database.examVersion.findMany({
    where: { schoolId, id: { in: [...new Set(rows.map((row) => row.examVersionId))] } },
    select: { id: true, definition: true },
  });
  const exams = new Map(versions.map(({ id, definition }) => [id, definition as unknown as ExamDefinition]));
  return new Map(
    rows.map(({ id, examVersionId, student, initiator }) => [
      id,
      {
        id,
        studentName: fullName(student),
        studentNumber: student.number,
        examTitle: exams.get(examVersionId)?.title ?? '',
        examCode: exams.get(examVersionId)?.code ?? '',
        initiatorName: fullName(initiator.account),
      },
    ]),
  );
}
