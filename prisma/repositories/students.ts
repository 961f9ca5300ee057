/** Students and their groups, as an initiator searches and chooses them. */
import { AssessmentStatus } from '../../domain/assessment.ts';
import { fullName, searchable } from '../../domain/school.ts';
import {
  canBeMistyped,
  intactParts,
  mistypedNumbers,
  mistypedPattern,
  rankMistyped,
  wordsIn,
} from '../../domain/typing-error.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import type { SchoolScope } from './index.ts';

export interface StudentRow {
  readonly id: string;
  readonly name: string;
  readonly number: string | null;
  /** False when only the student says that this is the number. */
  readonly isNumberVerified: boolean;
  readonly email: string;
  readonly groups: readonly string[];
}

export interface StudentSearch {
  /** As typed. Empty with a group: the whole group; both empty: nobody. */
  readonly query: string;
  readonly groupId: string | null;
  readonly limit: number;
}

export interface FoundStudents {
  readonly rows: readonly StudentRow[];
  /** How many there are in all; more than `rows` when the list was cut. */
  readonly total: number;
  /** Who would be found but for one typing error; only looked for when few are found. */
  readonly near: readonly StudentRow[];
}

/** An assessment of the same exam that is not over. */
export interface RunningAssessment {
  readonly assessmentId: string;
  readonly status: AssessmentStatus;
  readonly createdAt: Date;
  readonly initiatorId: string;
  readonly initiatorName: string;
}

/** What a student already has of an exam. */
export interface StudentAttempts {
  /** Number of the attempt that would come next. */
  readonly nextAttempt: number;
  /** Of the same units, the newest; null when all are over. */
  readonly running: RunningAssessment | null;
}

/** A student who was asked for the number and has answered. */
export interface AnsweredRequest {
  readonly studentId: string;
  readonly examVersionId: string | null;
  /** Empty: the whole exam. */
  readonly unitCode: string;
}

export interface GroupRow {
  readonly id: string;
  readonly name: string;
  readonly schoolYear: string;
  readonly studentCount: number;
  /** The initiator teaches it. */
  readonly isOwn: boolean;
}

const OVER: readonly string[] = [AssessmentStatus.Final, AssessmentStatus.Cancelled];
const NAME_ORDER = [{ familyName: 'asc' as const }, { givenName: 'asc' as const }, { id: 'asc' as const }];
const WITH_GROUPS = { groups: { include: { group: true } } } as const;

const MAX_WORDS = 8;
/** With fewer than this found, words with a typing error are looked for as well. */
const FEW = 5;
const MAX_NEAR = 8;
/** Read for `near`, whole words first; then looked at one by one. */
const MAX_CANDIDATES = 100;
/** Words of at most so many letters have too few trigrams for the index alone. */
const MAX_SHORT = 5;
const ONLY_DIGITS = /^\d+$/;
/** Words that are tried with an error, the longest first. */
const MAX_MISTYPED_WORDS = 3;

interface SearchRow {
  readonly id: string;
  readonly number: string | null;
  readonly isNumberVerified: boolean;
  readonly email: string;
  readonly givenName: string;
  readonly infix: string;
  readonly familyName: string;
  readonly searchText: string;
  readonly groups: readonly string[] | null;
  readonly total: bigint;
}

export function createStudentReads({ database, schoolId }: SchoolScope) {
  /** @param order what comes first, before the names */
  async function readStudents(
    condition: Prisma.Sql,
    order: Prisma.Sql,
    groupId: string | null,
    limit: number,
  ): Promise<SearchRow[]> {
    const inGroup =
      groupId === null
        ? Prisma.empty
        : Prisma.sql`AND EXISTS (SELECT 1 FROM group_student AS member WHERE member.student_id = student.id
            AND member.school_id = ${schoolId}::uuid AND member.group_id = ${groupId}::uuid)`;
    // What is counted and sorted is kept narrow: one letter finds nearly everybody.
    return database.$queryRaw<SearchRow[]>`
      SELECT student.id, student.number, student.is_number_verified AS "isNumberVerified", student.email,
        student.given_name AS "givenName", student.infix, student.family_name AS "familyName",
        student.search_text AS "searchText", found.total, (
          SELECT array_agg(student_group.name ORDER BY student_group.name)
          FROM group_student JOIN student_group ON student_group.id = group_student.group_id
          WHERE group_student.student_id = found.id AND group_student.school_id = ${schoolId}::uuid) AS groups
      FROM (
        SELECT id, family_name, given_name, count(*) OVER () AS total, ${order} AS place
        FROM student WHERE school_id = ${schoolId}::uuid AND ${condition} ${inGroup}
        ORDER BY place, family_name, given_name, id LIMIT ${limit}) AS found
      JOIN student ON student.id = found.id AND student.school_id = ${schoolId}::uuid
      ORDER BY found.place, found.family_name, found.given_name, found.id`;
  }

  /** Who has all words but one, and that one but for one typing error. */
  async function findMistyped(words: readonly string[], groupId: string | null): Promise<StudentRow[]> {
    const mistyped = words
      .filter(canBeMistyped)
      .sort((a, b) => b.length - a.length)
      .slice(0, MAX_MISTYPED_WORDS);
    if (mistyped.length === 0) return [];
    const conditions = mistyped.map((word) => {
      const others = words.filter((each) => each !== word).map(holds);
      return Prisma.sql`(${Prisma.join([...others, ...isMeantBy(word)], ' AND ')})`;
    });
    const whole = `(?:${mistyped.map((word) => mistypedPattern(word)).join('|')})\\M`;
    const rows = await readStudents(
      Prisma.sql`(${Prisma.join(conditions, ' OR ')})`,
      Prisma.sql`CASE WHEN search_text ~ ${whole} THEN 0 ELSE 1 END`,
      groupId,
      MAX_CANDIDATES,
    );
    return rows
      .flatMap((row) => {
        const rank = rankMistyped(words, row.searchText);
        return rank === null ? [] : [{ rank, student: toFound(row) }];
      })
      .sort((a, b) => a.rank - b.rank)
      .slice(0, MAX_NEAR)
      .map(({ student }) => student);
  }

  /** The students with these ids, by name; ids of nobody here are left out. */
  async function findStudents(ids: readonly string[]): Promise<StudentRow[]> {
    if (ids.length === 0) return [];
    const rows = await database.student.findMany({
      where: { schoolId, id: { in: [...ids] } },
      include: WITH_GROUPS,
      orderBy: NAME_ORDER,
    });
    return rows.map(toStudentRow);
  }

  return {
    /**
     * Students whose names, address and number together hold every word, whole beginnings first; when that are few, also who
     * would be found but for one typing error. Answered from the trigram index of `search_text`, except for words of one or
     * two letters.
     */
    async searchStudents({ query, groupId, limit }: StudentSearch): Promise<FoundStudents> {
      const text = searchable(query);
      const words = text.split(' ').filter(Boolean).slice(0, MAX_WORDS);
      if (words.length === 0 && groupId === null) return { rows: [], total: 0, near: [] };
      const condition = words.length === 0 ? Prisma.sql`true` : Prisma.join(words.map(holds), ' AND ');
      const place =
        words.length === 0
          ? Prisma.sql`0`
          : Prisma.sql`CASE WHEN ${Prisma.join(words.map(beginsWith), ' AND ')} THEN 0 ELSE 1 END`;
      const rows = await readStudents(condition, place, groupId, limit);
      const total = Number(rows[0]?.total ?? 0);
      // A number that is right needs no other; numbers are all one digit apart.
      const few = words.every((word) => ONLY_DIGITS.test(word)) ? 1 : FEW;
      const near = total < few ? await findMistyped(wordsIn(text).slice(0, MAX_WORDS), groupId) : [];
      return { rows: rows.map(toFound), total, near };
    },

    findStudents,

    /**
     * Everybody with one of these numbers or addresses, case aside.
     * @param keys lower case
     */
    async findByNumberOrEmail(keys: readonly string[]): Promise<StudentRow[]> {
      if (keys.length === 0) return [];
      const found = await database.$queryRaw<{ id: string }[]>`
        SELECT id FROM student
        WHERE school_id = ${schoolId}::uuid AND (lower(number) = ANY(${[...keys]}) OR lower(email) = ANY(${[...keys]}))`;
      return findStudents(found.map(({ id }) => id));
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
        select: {
          id: true,
          studentId: true,
          attempt: true,
          status: true,
          createdAt: true,
          initiator: { select: { id: true, account: { select: { givenName: true, infix: true, familyName: true } } } },
        },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      });
      const found = new Map<string, StudentAttempts>();
      for (const { id, studentId, attempt, status, createdAt, initiator } of rows) {
        const known = found.get(studentId);
        const running: RunningAssessment | null = OVER.includes(status)
          ? (known?.running ?? null)
          : {
              assessmentId: id,
              status: status as AssessmentStatus,
              createdAt,
              initiatorId: initiator.id,
              initiatorName: fullName(initiator.account),
            };
        found.set(studentId, { nextAttempt: Math.max(known?.nextAttempt ?? 1, attempt + 1), running });
      }
      return found;
    },

    /** What a member was starting when a student was asked for the number; null when the student has not answered. */
    async findAnsweredRequest(membershipId: string, id: string): Promise<AnsweredRequest | null> {
      const found = await database.studentRequest.findFirst({ where: { id, schoolId, membershipId } });
      if (!found || found.studentId === null) return null;
      const { studentId, examVersionId, unitCode } = found;
      return { studentId, examVersionId, unitCode };
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
      const rows = await database.groupStudent.findMany({ where: { schoolId, groupId }, select: { studentId: true } });
      return rows.map((row) => row.studentId);
    },
  };
}

/** `%` and `_` are letters here, not wildcards. */
function literal(word: string): string {
  return word.replace(/[\\%_]/g, '\\$&');
}

function holds(word: string): Prisma.Sql {
  return Prisma.sql`search_text LIKE ${`%${literal(word)}%`}`;
}

/** Conditions for who may be meant by a word, those that cost little first. */
function isMeantBy(word: string): Prisma.Sql[] {
  if (ONLY_DIGITS.test(word)) return [Prisma.sql`number = ANY(${mistypedNumbers(word)})`];
  const isMeant = Prisma.sql`search_text ~ ${mistypedPattern(word)}`;
  if (word.length > MAX_SHORT) return [isMeant];
  return [Prisma.sql`(${Prisma.join(intactParts(word).map(holds), ' OR ')})`, isMeant];
}

/** At the beginning, or after a space. */
function beginsWith(word: string): Prisma.Sql {
  const begin = literal(word);
  return Prisma.sql`(search_text LIKE ${`${begin}%`} OR search_text LIKE ${`% ${begin}%`})`;
}

type StudentWithGroups = Prisma.StudentGetPayload<{ include: typeof WITH_GROUPS }>;

function toStudentRow(row: StudentWithGroups): StudentRow {
  const { id, number, isNumberVerified, email } = row;
  const groups = row.groups.map(({ group }) => group.name).sort();
  return { id, name: fullName(row), number, isNumberVerified, email, groups };
}

function toFound(row: SearchRow): StudentRow {
  const { id, number, isNumberVerified, email, groups } = row;
  return { id, name: fullName(row), number, isNumberVerified, email, groups: groups ?? [] };
}
