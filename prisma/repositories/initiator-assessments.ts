/** The assessments that an initiator started: to work on several at once, and as a list. */
import type { AssessmentState, AssessmentStatus } from '../../domain/assessment.ts';
import type { ExamDefinition } from '../../domain/exam.ts';
import type { MailReach } from '../../domain/invitation.ts';
import { fullName, searchable } from '../../domain/school.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { SchoolScope } from './index.ts';

/** An assessment as the steps of inviting need it. */
export interface OwnAssessment {
  readonly id: string;
  readonly examVersionId: string;
  readonly exam: ExamDefinition;
  readonly unitCodes: readonly string[];
  readonly attempt: number;
  readonly student: { readonly id: string; readonly name: string; readonly number: string | null };
  readonly state: AssessmentState;
}

/** What a list says of one examiner of an assessment. */
export interface ListedExaminer {
  readonly contactId: string;
  readonly name: string;
  readonly formStatus: string;
  /** Null before the invitation. */
  readonly invitation: MailReach | null;
}

export interface ListedAssessment {
  readonly id: string;
  readonly status: AssessmentStatus;
  readonly createdAt: Date;
  readonly dueAt: Date | null;
  readonly isLate: boolean;
  readonly attempt: number;
  readonly student: { readonly name: string; readonly number: string | null };
  readonly examTitle: string;
  readonly examCode: string;
  readonly unitTitles: readonly string[];
  readonly isWholeExam: boolean;
  readonly score: string | null;
  readonly gradeTenths: number | null;
  readonly examiners: readonly ListedExaminer[];
  readonly state: AssessmentState;
}

export interface ListFilter {
  readonly membershipId: string;
  readonly status?: AssessmentStatus;
  readonly examVersionId?: string;
  readonly query: string;
}

/** Where a page of a list begins: after or before this row, newest first. */
export interface ListCursor {
  readonly since: Date;
  readonly id: string;
}

export interface ListPage {
  readonly rows: readonly ListedAssessment[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

export function createAssessmentReads({ database, schoolId }: SchoolScope) {
  function whereOf(filter: ListFilter): Prisma.AssessmentWhereInput {
    const words = searchable(filter.query).split(' ').filter(Boolean).slice(0, 8);
    return {
      schoolId,
      initiatorId: filter.membershipId,
      ...(filter.status === undefined ? {} : { status: filter.status }),
      ...(filter.examVersionId === undefined ? {} : { examVersionId: filter.examVersionId }),
      AND: words.map((word) => ({ searchText: { contains: word.replace(/[\\%_]/g, '\\$&') } })),
    };
  }

  async function readStates(ids: readonly string[]): Promise<(id: string) => AssessmentState> {
    const streams = await database.stream.findMany({
      where: { schoolId, id: { in: [...ids] } },
      select: { id: true, state: true },
    });
    const states = new Map(streams.map(({ id, state }) => [id, state as unknown as AssessmentState]));
    return (id) => {
      const state = states.get(id);
      if (!state) throw new Error(`assessment ${id} has no stream`);
      return state;
    };
  }

  return {
    /** The named assessments, in that order; null when one of them is not this initiator's. */
    async findOwn(membershipId: string, ids: readonly string[]): Promise<OwnAssessment[] | null> {
      const wanted = [...new Set(ids)];
      const rows = await database.assessment.findMany({
        where: { schoolId, initiatorId: membershipId, id: { in: wanted } },
        include: { student: true, examVersion: { select: { definition: true } } },
      });
      if (wanted.length === 0 || rows.length !== wanted.length) return null;
      const stateOf = await readStates(wanted);
      const found = new Map<string, OwnAssessment>();
      for (const row of rows) {
        found.set(row.id, {
          id: row.id,
          examVersionId: row.examVersionId,
          exam: row.examVersion.definition as unknown as ExamDefinition,
          unitCodes: row.unitCodes,
          attempt: row.attempt,
          student: { id: row.studentId, name: fullName(row.student), number: row.student.number },
          state: stateOf(row.id),
        });
      }
      return wanted.flatMap((id) => found.get(id) ?? []);
    },

    /** All assessments of a series that are not cancelled, by name of the student; null when it is not this initiator's. */
    async findSeries(membershipId: string, seriesId: string): Promise<OwnAssessment[] | null> {
      const rows = await database.assessment.findMany({
        where: { schoolId, seriesId, initiatorId: membershipId, status: { not: 'cancelled' } },
        orderBy: [{ student: { familyName: 'asc' } }, { student: { givenName: 'asc' } }, { id: 'asc' }],
        select: { id: true },
      });
      return this.findOwn(
        membershipId,
        rows.map(({ id }) => id),
      );
    },

    /** One page of the initiator's assessments, newest first. */
    async list(
      filter: ListFilter,
      cursor: { after?: ListCursor; before?: ListCursor },
      limit: number,
    ): Promise<ListPage> {
      const { after, before } = cursor;
      const isBackwards = before !== undefined;
      const edge = before ?? after;
      const rows = await database.assessment.findMany({
        where: {
          ...whereOf(filter),
          ...(edge === undefined ? {} : { OR: beyond(edge, isBackwards) }),
        },
        include: LISTED,
        orderBy: isBackwards ? [{ createdAt: 'asc' }, { id: 'asc' }] : [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
      });
      const page = rows.slice(0, limit);
      if (isBackwards) page.reverse();
      const hasMore = rows.length > limit;
      const stateOf = await readStates(page.map(({ id }) => id));
      return {
        rows: page.map((row) => toListed(row, stateOf(row.id))),
        hasNext: isBackwards || hasMore,
        hasPrevious: isBackwards ? hasMore : after !== undefined,
      };
    },

    /** How many there are of each status; the status in the filter is not looked at. */
    async countByStatus(filter: ListFilter): Promise<ReadonlyMap<string, number>> {
      const { status: _status, ...others } = filter;
      const rows = await database.assessment.groupBy({ by: ['status'], where: whereOf(others), _count: true });
      return new Map(rows.map((row) => [row.status, row._count]));
    },

    /** Keeps the record of an uploaded file, once for an id; its bytes lie in the document store already. */
    async createAttachment(file: {
      readonly id: string;
      readonly name: string;
      readonly mediaType: string;
      readonly size: number;
      readonly sha256: string;
      readonly membershipId: string;
    }): Promise<void> {
      const { membershipId, ...rest } = file;
      await database.attachment.createMany({
        data: [{ ...rest, schoolId, createdBy: membershipId }],
        skipDuplicates: true,
      });
    },

    /** Files that this initiator uploaded; others are left out. */
    async findAttachments(
      membershipId: string,
      ids: readonly string[],
    ): Promise<{ id: string; name: string; size: number }[]> {
      if (ids.length === 0) return [];
      const rows = await database.attachment.findMany({
        where: { schoolId, createdBy: membershipId, id: { in: [...ids] } },
        select: { id: true, name: true, size: true },
      });
      return ids.flatMap((id) => rows.find((row) => row.id === id) ?? []);
    },
  };
}

const LISTED = {
  student: true,
  examVersion: { select: { definition: true } },
  examiners: {
    include: {
      contact: { select: { name: true } },
      invitation: { select: { delivery: true, deliveryAt: true, openedAt: true } },
    },
  },
} as const satisfies Prisma.AssessmentInclude;

/** Rows strictly beyond an edge in the order of the list. */
function beyond(edge: ListCursor, isNewer: boolean): Prisma.AssessmentWhereInput[] {
  return isNewer
    ? [{ createdAt: { gt: edge.since } }, { createdAt: edge.since, id: { gt: edge.id } }]
    : [{ createdAt: { lt: edge.since } }, { createdAt: edge.since, id: { lt: edge.id } }];
}

function toListed(
  row: Prisma.AssessmentGetPayload<{ include: typeof LISTED }>,
  state: AssessmentState,
): ListedAssessment {
  const exam = row.examVersion.definition as unknown as ExamDefinition;
  const units = exam.units.filter((unit) => row.unitCodes.includes(unit.code));
  return {
    id: row.id,
    status: row.status as AssessmentStatus,
    createdAt: row.createdAt,
    dueAt: row.dueAt,
    isLate: row.isLate,
    attempt: row.attempt,
    student: { name: fullName(row.student), number: row.student.number },
    examTitle: exam.title,
    examCode: exam.code,
    unitTitles: units.map((unit) => unit.title),
    isWholeExam: units.length === exam.units.length,
    score: row.score,
    gradeTenths: row.gradeTenths,
    examiners: row.examiners.map((examiner) => ({
      contactId: examiner.contactId,
      name: examiner.contact.name,
      formStatus: examiner.formStatus,
      invitation: examiner.invitation,
    })),
    state,
  };
}
