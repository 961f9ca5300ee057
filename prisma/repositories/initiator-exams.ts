/** The catalogue of exams: which there are, which somebody keeps at hand, and the assessments of one exam. */
import { AssessmentStatus, FormStatus } from '../../domain/assessment.ts';
import type { ExamDefinition, ExamKind } from '../../domain/exam.ts';
import { fullName } from '../../domain/school.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { SchoolScope } from './index.ts';
import type { ListCursor } from './initiator-assessments.ts';

export interface ExamTile {
  readonly examId: string;
  /** The newest version. */
  readonly examVersionId: string;
  readonly code: string;
  readonly crebo: string;
  readonly title: string;
  readonly kind: ExamKind;
  readonly level: number;
  readonly version: string;
  readonly units: readonly { readonly code: string; readonly title: string }[];
  /** The member put it at the top. */
  readonly isFavourite: boolean;
  /** Assessments of any version that this initiator started and that are not over. */
  readonly runningCount: number;
}

export interface ExamDetails {
  readonly examVersionId: string;
  readonly examId: string;
  readonly exam: ExamDefinition;
}

/** Beside what the exam is: what it is to this member. */
export interface ExamStanding {
  readonly isFavourite: boolean;
  /** The newest version of the same exam; often the one that was asked about. */
  readonly newest: { readonly examVersionId: string; readonly version: string };
}

/** An assessment in the list of its exam. */
export interface ExamAssessment {
  readonly id: string;
  readonly status: AssessmentStatus;
  readonly createdAt: Date;
  readonly dueAt: Date | null;
  readonly isLate: boolean;
  readonly attempt: number;
  readonly student: { readonly name: string; readonly number: string | null };
  readonly version: string;
  readonly unitTitles: readonly string[];
  readonly isWholeExam: boolean;
  /** Null until it is final. */
  readonly result: { readonly score: string | null; readonly gradeTenths: number | null } | null;
  /** The newest document that lies in the archive, or null. */
  readonly documentId: string | null;
  /** By name; those who were withdrawn are left out. */
  readonly examiners: readonly { readonly name: string; readonly isFinished: boolean }[];
}

export interface ExamListFilter {
  readonly membershipId: string;
  readonly examId: string;
  /** Absent: of any part of the exam. */
  readonly unitCode?: string;
  /** Absent: both. */
  readonly isOver?: boolean;
}

export interface ExamListPage {
  readonly rows: readonly ExamAssessment[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

const OVER: string[] = [AssessmentStatus.Final, AssessmentStatus.Cancelled];

interface TileRow extends Omit<ExamTile, 'kind' | 'units'> {
  readonly kind: string;
  readonly units: { readonly code: string; readonly title: string }[];
}

export function createExamReads({ database, schoolId }: SchoolScope) {
  function whereOf({ membershipId, examId, unitCode, isOver }: ExamListFilter): Prisma.AssessmentWhereInput {
    return {
      schoolId,
      initiatorId: membershipId,
      examVersion: { schoolId, examId },
      ...(unitCode === undefined ? {} : { unitCodes: { has: unitCode } }),
      ...(isOver === undefined ? {} : { status: isOver ? { in: OVER } : { notIn: OVER } }),
    };
  }

  return {
    /** The newest version of every exam: what the member put at the top first, then by title. */
    async listExams(membershipId: string): Promise<ExamTile[]> {
      // Only codes and titles of the units leave the database: with all criteria a catalogue weighs megabytes.
      const rows = await database.$queryRaw<TileRow[]>`
        SELECT exam.id AS "examId", newest.id AS "examVersionId", exam.code, exam.crebo, exam.title, exam.kind,
          exam.level, newest.version,
          (SELECT coalesce(jsonb_agg(jsonb_build_object('code', unit ->> 'code', 'title', unit ->> 'title') ORDER BY place), '[]')
             FROM jsonb_array_elements(newest.definition -> 'units') WITH ORDINALITY AS units (unit, place)) AS units,
          favourite.exam_id IS NOT NULL AS "isFavourite",
          coalesce(running.count, 0)::int AS "runningCount"
        FROM exam
        JOIN LATERAL (
          SELECT id, version, definition FROM exam_version
          WHERE exam_id = exam.id AND school_id = exam.school_id
          ORDER BY created_at DESC, id DESC LIMIT 1) AS newest ON true
        LEFT JOIN exam_favourite AS favourite
          ON favourite.exam_id = exam.id AND favourite.school_id = exam.school_id
          AND favourite.membership_id = ${membershipId}::uuid
        LEFT JOIN (
          SELECT version.exam_id, count(*) FROM assessment
          JOIN exam_version AS version ON version.id = assessment.exam_version_id
          WHERE assessment.school_id = ${schoolId}::uuid AND assessment.initiator_id = ${membershipId}::uuid
            AND assessment.status <> ALL (${OVER})
          GROUP BY version.exam_id) AS running ON running.exam_id = exam.id
        WHERE exam.school_id = ${schoolId}::uuid
        ORDER BY favourite.exam_id IS NULL, exam.title, exam.id`;
      return rows.map((row) => ({ ...row, kind: row.kind as ExamKind }));
    },

    async findExam(examVersionId: string): Promise<ExamDetails | null> {
      const row = await database.examVersion.findFirst({ where: { id: examVersionId, schoolId } });
      return row && { examVersionId, examId: row.examId, exam: row.definition as unknown as ExamDefinition };
    },

    async findExamStanding(membershipId: string, { examId, examVersionId, exam }: ExamDetails): Promise<ExamStanding> {
      const [favourite, newest] = await Promise.all([
        database.examFavourite.findFirst({ where: { schoolId, membershipId, examId }, select: { examId: true } }),
        database.examVersion.findFirst({
          where: { schoolId, examId },
          orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
          select: { id: true, version: true },
        }),
      ]);
      return {
        isFavourite: favourite !== null,
        newest: newest
          ? { examVersionId: newest.id, version: newest.version }
          : { examVersionId, version: exam.version },
      };
    },

    /** Puts an exam at the top, or takes it from there. Twice the same changes nothing. */
    async saveFavourite(membershipId: string, examId: string, isFavourite: boolean): Promise<void> {
      const row = { schoolId, membershipId, examId };
      if (isFavourite) await database.examFavourite.createMany({ data: [row], skipDuplicates: true });
      else await database.examFavourite.deleteMany({ where: row });
    },

    /** One page of the initiator's assessments of an exam, whatever its version, newest first. */
    async listOfExam(
      filter: ExamListFilter,
      cursor: { after?: ListCursor; before?: ListCursor },
      limit: number,
    ): Promise<ExamListPage> {
      const { after, before } = cursor;
      const isBackwards = before !== undefined;
      const edge = before ?? after;
      const rows = await database.assessment.findMany({
        where: { ...whereOf(filter), ...(edge === undefined ? {} : { OR: beyond(edge, isBackwards) }) },
        include: LISTED,
        orderBy: isBackwards ? [{ createdAt: 'asc' }, { id: 'asc' }] : [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
      });
      const page = rows.slice(0, limit);
      if (isBackwards) page.reverse();
      const hasMore = rows.length > limit;
      return {
        rows: page.map(toExamAssessment),
        hasNext: isBackwards || hasMore,
        hasPrevious: isBackwards ? hasMore : after !== undefined,
      };
    },

    /** How many are running and how many are over; `isOver` of the filter is not looked at. */
    async countOfExam({ isOver: _isOver, ...filter }: ExamListFilter): Promise<{ running: number; over: number }> {
      const rows = await database.assessment.groupBy({ by: ['status'], where: whereOf(filter), _count: true });
      const sum = (isWanted: (status: string) => boolean) =>
        rows.filter((row) => isWanted(row.status)).reduce((total, row) => total + row._count, 0);
      return { running: sum((status) => !OVER.includes(status)), over: sum((status) => OVER.includes(status)) };
    },

    /** How many assessments of each unit of an exam are running and how many are over, by code of the unit. */
    async countByUnit(
      membershipId: string,
      examId: string,
    ): Promise<ReadonlyMap<string, { readonly running: number; readonly over: number }>> {
      const rows = await database.$queryRaw<{ code: string; running: number; over: number }[]>`
        SELECT code, count(*) FILTER (WHERE status <> ALL (${OVER}))::int AS running,
          count(*) FILTER (WHERE status = ANY (${OVER}))::int AS over
        FROM assessment
        JOIN exam_version AS version ON version.id = assessment.exam_version_id, unnest(assessment.unit_codes) AS code
        WHERE assessment.school_id = ${schoolId}::uuid AND assessment.initiator_id = ${membershipId}::uuid
          AND version.exam_id = ${examId}::uuid
        GROUP BY code`;
      return new Map(rows.map(({ code, running, over }) => [code, { running, over }]));
    },
  };
}

const LISTED = {
  student: true,
  examVersion: { select: { definition: true, version: true } },
  examiners: { select: { formStatus: true, contact: { select: { name: true } } } },
  documents: { where: { storedAt: { not: null } }, orderBy: { version: 'desc' }, take: 1, select: { id: true } },
} as const satisfies Prisma.AssessmentInclude;

/** Rows strictly beyond an edge in the order of the list. */
function beyond(edge: ListCursor, isNewer: boolean): Prisma.AssessmentWhereInput[] {
  return isNewer
    ? [{ createdAt: { gt: edge.since } }, { createdAt: edge.since, id: { gt: edge.id } }]
    : [{ createdAt: { lt: edge.since } }, { createdAt: edge.since, id: { lt: edge.id } }];
}

function toExamAssessment(row: Prisma.AssessmentGetPayload<{ include: typeof LISTED }>): ExamAssessment {
  const { units } = row.examVersion.definition as unknown as ExamDefinition;
  const chosen = units.filter((unit) => row.unitCodes.includes(unit.code));
  const isFinal = row.status === AssessmentStatus.Final;
  return {
    id: row.id,
    status: row.status as AssessmentStatus,
    createdAt: row.createdAt,
    dueAt: row.dueAt,
    isLate: row.isLate && !OVER.includes(row.status),
    attempt: row.attempt,
    student: { name: fullName(row.student), number: row.student.number },
    version: row.examVersion.version,
    unitTitles: chosen.map((unit) => unit.title),
    isWholeExam: chosen.length === units.length,
    result: isFinal ? { score: row.score, gradeTenths: row.gradeTenths } : null,
    documentId: isFinal ? (row.documents[0]?.id ?? null) : null,
    examiners: row.examiners
      .filter(({ formStatus }) => formStatus !== FormStatus.Withdrawn)
      .map(({ contact, formStatus }) => ({ name: contact.name, isFinished: formStatus === FormStatus.Finished }))
      .sort((a, b) => a.name.localeCompare(b.name, 'nl')),
  };
}
