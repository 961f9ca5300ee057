/** In which order the queue is read, and from which place on. */
import { Prisma } from '../../generated/prisma/client.ts';
import { isSorted, type QueueOrder, type QueueView, usualOrder } from './queue-filter.ts';

/** Where a page begins or ends. */
export interface QueueCursor {
  readonly since: Date;
  readonly id: string;
}

export interface Reading {
  readonly isAscending: boolean;
  /** For `SELECT`, beside the columns of the row: what it is sorted by; and the tables that this is in. */
  readonly keys: Prisma.Sql;
  readonly joins: Prisma.Sql;
  /** For `ORDER BY`. */
  readonly order: Prisma.Sql;
  /** `AND …` for the rows beyond the place; empty without one. */
  readonly from: Prisma.Sql;
  /** For the rows at the place and on the near side of it. */
  readonly near: Prisma.Sql;
}

const STUDENT = Prisma.sql`JOIN student s ON s.id = a.student_id`;
const EXAM = Prisma.sql`JOIN exam_version v ON v.id = a.exam_version_id JOIN exam x ON x.id = v.exam_id`;
const SORTS = {
  name: { first: Prisma.sql`lower(s.family_name)`, second: Prisma.sql`lower(s.given_name)`, joins: STUDENT },
  exam: {
    first: Prisma.sql`lower(x.title)`,
    second: Prisma.sql`lower(s.family_name)`,
    joins: Prisma.sql`${STUDENT} ${EXAM}`,
  },
};

/**
 * @param isBack against the order, for the page before
 * @param schoolId of the row whose names are the place: no name stands in an address
 */
export function readingOf(
  { view, order }: { readonly view: QueueView; readonly order?: QueueOrder | null },
  cursor: QueueCursor | null,
  isBack: boolean,
  schoolId: string,
): Reading {
  const asked = order ?? usualOrder(view);
  const isAscending = isBack === (asked === 'newest');
  const direction = isAscending ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  const beyond = isAscending ? Prisma.sql`>` : Prisma.sql`<`;
  const sort = isSorted(asked) ? SORTS[asked] : null;
  const names = sort === null ? Prisma.empty : Prisma.sql`a.first_key, a.second_key,`;
  const columns = Prisma.sql`(${names} a.status_since, a.id)`;
  const place = cursor === null ? null : placeSql(cursor, sort, schoolId);
  return {
    isAscending,
    keys: sort === null ? Prisma.empty : Prisma.sql`, ${sort.first} AS first_key, ${sort.second} AS second_key`,
    joins: sort?.joins ?? Prisma.empty,
    order:
      sort === null
        ? Prisma.sql`a.status_since ${direction}, a.id ${direction}`
        : Prisma.sql`a.first_key ${direction}, a.second_key ${direction}, a.status_since ${direction}, a.id ${direction}`,
    from: place === null ? Prisma.empty : Prisma.sql`AND ${columns} ${beyond} ${place}`,
    near: place === null ? Prisma.sql`false` : Prisma.sql`NOT ${columns} ${beyond} ${place}`,
  };
}

function placeSql(
  { since, id }: QueueCursor,
  sort: (typeof SORTS)[keyof typeof SORTS] | null,
  schoolId: string,
): Prisma.Sql {
  if (sort === null) return Prisma.sql`(${since}::timestamptz, ${id}::uuid)`;
  return Prisma.sql`(SELECT ${sort.first}, ${sort.second}, a.status_since, a.id FROM assessment a ${sort.joins}
    WHERE a.id = ${id}::uuid AND a.school_id = ${schoolId}::uuid)`;
}
