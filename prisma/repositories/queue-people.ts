/** Who a filter of the queue is about: found by name, and named by id. */
import { fullName, searchable } from '../../domain/school.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import type { SchoolScope } from './index.ts';
import { allOf, isIndexable, likePattern, numbersIn, searchWords } from './queue-filter.ts';

export interface FoundPerson {
  readonly id: string;
  readonly name: string;
  /** What tells two of the same name apart: a number, an organisation, an address. */
  readonly detail: string;
}

/** What the ids of an address stand for; null where the school has nobody with it. */
export interface QueueNames {
  readonly student: string | null;
  readonly initiator: string | null;
  readonly examiner: string | null;
}

/** Reads on people of one school. */
export function createQueuePeople({ database, schoolId }: SchoolScope) {
  /** Everybody of the school who may start assessments: some hundreds. */
  async function readStaff(): Promise<(FoundPerson & { readonly text: string })[]> {
    const rows = await database.membership.findMany({
      where: { schoolId, NOT: { roles: { equals: ['student'] } } },
      select: { id: true, account: { select: { givenName: true, infix: true, familyName: true, email: true } } },
    });
    return rows.map(({ id, account }) => {
      const name = fullName(account);
      return { id, name, detail: account.email, text: searchable(name, account.email) };
    });
  }

  /** Looks for words row by row only among a bounded number of rows. */
  async function readStudents(condition: Prisma.Sql, words: readonly string[], limit: number): Promise<FoundPerson[]> {
    const most = words.length === 0 ? limit : MOST_LOOKED_THROUGH;
    const rows = await database.$queryRaw<(StudentRow & { looked: number })[]>`
      WITH looked AS MATERIALIZED (SELECT s.id, s.number, s.given_name, s.infix, s.family_name, s.search_text FROM student s
        WHERE s.school_id = ${schoolId}::uuid AND ${condition} LIMIT ${most + 1})
      SELECT s.id, s.number, s.given_name AS "givenName", s.infix, s.family_name AS "familyName",
        (SELECT count(*)::int FROM looked) AS looked
      FROM looked s WHERE ${allOf(words.map(hasWord))} LIMIT ${limit}`;
    if (words.length > 0 && rows.some(({ looked }) => looked > most)) return [];
    return rows.map((row) => ({ id: row.id, name: fullName(row), detail: row.number ?? '' })).sort(byName);
  }

  return {
    /**
     * At most `limit` students of whom every word is in the name, number or address; one whose number it is, alone. Nobody where no
     * index finds any of the words, or where those that one finds leave too many to look through for the others.
     */
    async findStudentsBy(search: string, limit: number): Promise<FoundPerson[]> {
      const words = searchWords(search);
      const numbers = numbersIn(words);
      const numbered =
        numbers.length === 0 ? [] : await readStudents(Prisma.sql`s.number = ANY(${numbers})`, words, limit);
      if (numbered.length > 0) return numbered;
      const indexed = words.filter(isIndexable);
      if (indexed.length === 0) return [];
      const others = words.filter((word) => !isIndexable(word));
      return readStudents(allOf(indexed.map(hasWord)), others, limit);
    },

    async findInitiatorsBy(search: string, limit: number): Promise<FoundPerson[]> {
      const words = searchWords(search);
      if (words.length === 0) return [];
      const staff = await readStaff();
      return staff
        .filter(({ text }) => words.every((word) => text.includes(word)))
        .sort(byName)
        .slice(0, limit)
        .map(({ id, name, detail }) => ({ id, name, detail }));
    },

    /** Also those who are in the address book no longer: they scored what they scored. */
    async findExaminersBy(search: string, limit: number): Promise<FoundPerson[]> {
      const words = searchWords(search);
      if (words.length === 0) return [];
      const conditions = words.map((word) => Prisma.sql`c.search_text LIKE ${likePattern(word)}`);
      const rows = await database.$queryRaw<{ id: string; name: string; email: string; organisation: string }[]>`
        SELECT c.id, c.name, c.email, c.organisation FROM contact c
        WHERE c.school_id = ${schoolId}::uuid AND c.merged_into_id IS NULL AND ${allOf(conditions)} LIMIT ${limit}`;
      return rows
        .map(({ id, name, email, organisation }) => ({ id, name, detail: organisation || email }))
        .sort(byName);
    },

    async nameFilters(ids: {
      readonly studentId: string | null;
      readonly initiatorId: string | null;
      readonly examinerId: string | null;
    }): Promise<QueueNames> {
      const [student, member, contact] = await Promise.all([
        ids.studentId === null ? null : database.student.findFirst({ where: { schoolId, id: ids.studentId } }),
        ids.initiatorId === null
          ? null
          : database.membership.findFirst({ where: { schoolId, id: ids.initiatorId }, include: { account: true } }),
        ids.examinerId === null ? null : database.contact.findFirst({ where: { schoolId, id: ids.examinerId } }),
      ]);
      return {
        student: student ? fullName(student) : null,
        initiator: member ? fullName(member.account) : null,
        examiner: contact?.name ?? null,
      };
    },
  };
}

/** More rows than this are not looked through for words that no index finds. */
const MOST_LOOKED_THROUGH = 4_000;

function hasWord(word: string): Prisma.Sql {
  return Prisma.sql`s.search_text LIKE ${likePattern(word)}`;
}

interface StudentRow {
  readonly id: string;
  readonly number: string | null;
  readonly givenName: string;
  readonly infix: string;
  readonly familyName: string;
}

function byName(a: FoundPerson, b: FoundPerson): number {
  return a.name.localeCompare(b.name, 'nl', { sensitivity: 'base' });
}
