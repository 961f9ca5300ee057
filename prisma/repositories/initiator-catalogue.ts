/** Exams, students, groups and contacts that an initiator chooses from. */

import { AssessmentStatus } from '../../domain/assessment.ts';
import type { ExamDefinition, ExamKind } from '../../domain/exam.ts';
import { fullName, type SchoolSettings, searchable } from '../../domain/school.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import { databaseClock } from '../client.ts';
import type { SchoolScope } from './index.ts';

export interface ExamTile {
  readonly examVersionId: string;
  readonly code: string;
  readonly crebo: string;
  readonly title: string;
  readonly kind: ExamKind;
  readonly level: number;
  readonly version: string;
  readonly units: readonly { readonly code: string; readonly title: string }[];
}

export interface ExamDetails {
  readonly examVersionId: string;
  readonly examId: string;
  readonly exam: ExamDefinition;
}

export interface StudentRow {
  readonly id: string;
  readonly name: string;
  readonly number: string | null;
  readonly email: string;
  readonly groups: readonly string[];
}

/** What a student already has of an exam. */
export interface StudentAttempts {
  /** Number of the attempt that would come next. */
  readonly nextAttempt: number;
  /** Status of an assessment of the same units that is not over, or null. */
  readonly running: AssessmentStatus | null;
}

export interface GroupRow {
  readonly id: string;
  readonly name: string;
  readonly schoolYear: string;
  readonly studentCount: number;
  /** The initiator teaches it. */
  readonly isOwn: boolean;
}

export type ContactKind = 'school' | 'practice';

export interface ContactRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly jobTitle: string;
  readonly organisation: string;
  readonly kind: ContactKind;
  readonly lang: 'nl' | 'en';
}

export interface Found<Row> {
  readonly rows: readonly Row[];
  /** How many there are in all; more than `rows` when the list was cut. */
  readonly total: number;
}

const OVER: readonly string[] = [AssessmentStatus.Final, AssessmentStatus.Cancelled];
const NAME_ORDER = [{ familyName: 'asc' as const }, { givenName: 'asc' as const }, { id: 'asc' as const }];

/** Every word must occur; `%` and `_` are letters here, not wildcards. */
function wordsOf(query: string): string[] {
  return searchable(query)
    .split(' ')
    .filter((word) => word !== '')
    .slice(0, 8)
    .map((word) => word.replace(/[\\%_]/g, '\\$&'));
}

export function createCatalogueReads({ database, schoolId }: SchoolScope) {
  return {
    /** The newest version of every exam, by title. */
    async listExams(): Promise<ExamTile[]> {
      const exams = await database.exam.findMany({
        where: { schoolId },
        include: { versions: { orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: 1 } },
        orderBy: [{ title: 'asc' }, { id: 'asc' }],
      });
      return exams.flatMap((exam) => {
        const version = exam.versions[0];
        if (!version) return [];
        const definition = version.definition as unknown as ExamDefinition;
        return [
          {
            examVersionId: version.id,
            code: exam.code,
            crebo: exam.crebo,
            title: exam.title,
            kind: exam.kind as ExamKind,
            level: exam.level,
            version: version.version,
            units: definition.units.map(({ code, title }) => ({ code, title })),
          },
        ];
      });
    },

    async findExam(examVersionId: string): Promise<ExamDetails | null> {
      const row = await database.examVersion.findFirst({ where: { id: examVersionId, schoolId } });
      return row && { examVersionId, examId: row.examId, exam: row.definition as unknown as ExamDefinition };
    },

    /**
     * Students whose name, address or number holds every word.
     * @param search an empty query with a group: the whole group; both empty: nobody
     */
    async searchStudents(search: { query: string; groupId: string | null; limit: number }): Promise<Found<StudentRow>> {
      const words = wordsOf(search.query);
      if (words.length === 0 && search.groupId === null) return { rows: [], total: 0 };
      const where: Prisma.StudentWhereInput = {
        schoolId,
        AND: words.map((word) => ({ searchText: { contains: word } })),
        ...(search.groupId === null ? {} : { groups: { some: { schoolId, groupId: search.groupId } } }),
      };
      const [rows, total] = await Promise.all([
        database.student.findMany({
          where,
          include: { groups: { include: { group: true } } },
          orderBy: NAME_ORDER,
          take: search.limit,
        }),
        database.student.count({ where }),
      ]);
      return { rows: rows.map(toStudentRow), total };
    },

    /** The students with these ids, by name; ids of nobody here are left out. */
    async findStudents(ids: readonly string[]): Promise<StudentRow[]> {
      if (ids.length === 0) return [];
      const rows = await database.student.findMany({
        where: { schoolId, id: { in: [...ids] } },
        include: { groups: { include: { group: true } } },
        orderBy: NAME_ORDER,
      });
      return rows.map(toStudentRow);
    },

    /** What each student already has of these units, whatever the version of the exam. */
    async findAttempts(
      examId: string,
      unitCodes: readonly string[],
      studentIds: readonly string[],
    ): Promise<ReadonlyMap<string, StudentAttempts>> {
      if (studentIds.length === 0) return new Map();
      const rows = await database.assessment.findMany({
        where: {
          schoolId,
          studentId: { in: [...studentIds] },
          status: { not: AssessmentStatus.Cancelled },
          examVersion: { schoolId, examId },
          unitCodes: { hasSome: [...unitCodes] },
        },
        select: { studentId: true, attempt: true, status: true },
      });
      const found = new Map<string, StudentAttempts>();
      for (const row of rows) {
        const known = found.get(row.studentId);
        found.set(row.studentId, {
          nextAttempt: Math.max(known?.nextAttempt ?? 1, row.attempt + 1),
          running: OVER.includes(row.status) ? (known?.running ?? null) : (row.status as AssessmentStatus),
        });
      }
      return found;
    },

    /** Groups of the school, the initiator's own first. */
    async listGroups(membershipId: string): Promise<GroupRow[]> {
      const groups = await database.group.findMany({
        where: { schoolId },
        include: { teachers: { where: { schoolId, membershipId } }, _count: { select: { students: true } } },
        orderBy: [{ schoolYear: 'desc' }, { name: 'asc' }],
      });
      return groups
        .map((group) => ({
          id: group.id,
          name: group.name,
          schoolYear: group.schoolYear,
          studentCount: group._count.students,
          isOwn: group.teachers.length > 0,
        }))
        .sort((a, b) => Number(b.isOwn) - Number(a.isOwn));
    },

    async listGroupStudentIds(groupId: string): Promise<string[]> {
      const rows = await database.groupStudent.findMany({
        where: { schoolId, groupId },
        select: { studentId: true },
      });
      return rows.map((row) => row.studentId);
    },

    /** The address book, all of it for an empty query; archived contacts are left out. */
    async searchContacts(query: string, limit: number): Promise<Found<ContactRow>> {
      const rows = await database.contact.findMany({
        where: { schoolId, archivedAt: null },
        orderBy: [{ name: 'asc' }, { id: 'asc' }],
      });
      const words = searchable(query).split(' ').filter(Boolean);
      const found = rows.filter((row) => {
        const text = searchable(row.name, row.email, row.organisation, row.jobTitle);
        return words.every((word) => text.includes(word));
      });
      return { rows: found.slice(0, limit).map(toContactRow), total: found.length };
    },

    /** Contacts with these ids, in the order asked for; archived ones too, because they may be chosen already. */
    async findContacts(ids: readonly string[]): Promise<ContactRow[]> {
      if (ids.length === 0) return [];
      const rows = await database.contact.findMany({ where: { schoolId, id: { in: [...ids] } } });
      const byId = new Map(rows.map((row) => [row.id, toContactRow(row)]));
      return ids.flatMap((id) => byId.get(id) ?? []);
    },

    async settings(): Promise<SchoolSettings> {
      const school = await database.school.findUniqueOrThrow({ where: { id: schoolId }, select: { settings: true } });
      return school.settings as unknown as SchoolSettings;
    },

    /** The database's clock: the one clock for deadlines. */
    async now(): Promise<Date> {
      return databaseClock.now(database);
    },
  };
}

type StudentWithGroups = Prisma.StudentGetPayload<{ include: { groups: { include: { group: true } } } }>;

function toStudentRow(row: StudentWithGroups): StudentRow {
  const { id, number, email } = row;
  return { id, name: fullName(row), number, email, groups: row.groups.map(({ group }) => group.name).sort() };
}

function toContactRow(row: Prisma.ContactGetPayload<object>): ContactRow {
  const { id, name, email, jobTitle, organisation } = row;
  return {
    id,
    name,
    email,
    jobTitle,
    organisation,
    kind: row.kind as ContactKind,
    lang: row.lang === 'en' ? 'en' : 'nl',
  };
}
