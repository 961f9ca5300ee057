/** Where the rows of the queue are read from: the narrowest filter, or the index that has a list in order. Contract: see queue-pages.ts. */
import { Prisma } from '../../generated/prisma/client.ts';
import {
  allOf,
  examSql,
  markSql,
  peopleSql,
  periodSql,
  QUEUE_STATUSES,
  QueueView,
  REMARKED,
  type ReadyFilter,
  shortWordsSql,
  stageSql,
  viewSql,
} from './queue-filter.ts';

export interface QueueLimits {
  /** Beyond it a count of a long list says "more than". */
  readonly counted: number;
  /** Filters that leave no more rows than this are answered from those rows. */
  readonly few: number;
  /** Rows that are looked at for one page of a long list. */
  readonly scanned: number;
}

/** Rows to look at, at most one more than `most`, and the conditions that are still to be looked at in each. */
export interface FewSource {
  readonly source: Prisma.Sql;
  readonly rest: Prisma.Sql;
  readonly most: number;
}

/** A part of a long list whose order an index has. */
export interface Branches {
  readonly parts: readonly Prisma.Sql[];
  /** What is left to look at in each row; null: nothing. */
  readonly rest: Prisma.Sql | null;
}

/** What conditions on a row look at. */
const FEW_COLUMNS = Prisma.sql`a.id, a.status, a.status_since, a.exam_version_id, a.student_id, a.has_remarks, a.is_disputed, a.insufficient_count,
  a.disagreement_count, a.return_count, a.edit_count, a.is_late, a.override_count, a.proposed_by_id, a.reopened_at,
  a.awaits_publication, a.search_text`;

const NO_ROWS = Prisma.sql`SELECT ${FEW_COLUMNS} FROM assessment a WHERE false`;

/** The SQL of one school. */
export function createQueueSources(schoolId: string, limits: QueueLimits) {
  const ofSchool = Prisma.sql`a.school_id = ${schoolId}::uuid`;

  /** The rows of one list. */
  function listOf(filter: ReadyFilter, view: QueueView): FewSource {
    const { parts, rest } = branchesOf(filter, view);
    const most = limits.few;
    const rows = parts.map(
      (part) => Prisma.sql`(SELECT ${FEW_COLUMNS} FROM assessment a WHERE ${part} LIMIT ${most + 1})`,
    );
    return { source: rows.length === 0 ? NO_ROWS : Prisma.join(rows, ' UNION ALL '), rest: rest ?? allOf([]), most };
  }

  /** The rows that the narrowest filter leaves. */
  function fewOf(filter: ReadyFilter): FewSource {
    const people = peopleSql(schoolId, filter);
    const { indexed, rest: marks } = markSql(filter.marks);
    const stages = filter.stage === null ? [] : [stageSql(filter.stage)];
    const others = [...indexed, ...marks, ...periodSql(filter)];
    const short = shortWordsSql(filter);
    const rows = (conditions: readonly Prisma.Sql[], end: Prisma.Sql) =>
      Prisma.sql`SELECT ${FEW_COLUMNS} FROM assessment a WHERE ${allOf([ofSchool, ...conditions])} AND a.status <> 'draft' ${end}`;
    const most = limits.few;
    const end = Prisma.sql`LIMIT ${most + 1}`;
    if (people.length > 0)
      return {
        source: rows(people, end),
        rest: allOf([...short, ...stages, ...examSql(filter), ...others]),
        most,
      };
    if (filter.stage !== null)
      return { source: rows(stages, end), rest: allOf([...short, ...examSql(filter), ...others]), most };
    // Ordered as the index is: how many there are of an exam is what the planner guesses worst.
    const fewer = Math.floor(most / 4);
    const ordered = Prisma.sql`ORDER BY a.status, a.status_since, a.id LIMIT ${fewer + 1}`;
    const versions = (filter.versionIds ?? []).map(
      (id) => Prisma.sql`(${rows([Prisma.sql`a.exam_version_id = ${id}::uuid`], ordered)})`,
    );
    const source = versions.length === 0 ? NO_ROWS : Prisma.join(versions, ' UNION ALL ');
    return { source, rest: allOf([...short, ...others]), most: fewer };
  }

  /** The parts of a long list, each by the index that has its order, and the conditions that no index of it has. */
  function branchesOf(filter: ReadyFilter, view: QueueView): Branches {
    const { stage, versionIds } = filter;
    const people = [...peopleSql(schoolId, filter), ...shortWordsSql(filter)];
    const marks = markSql(filter.marks);
    const period = [ofSchool, ...periodSql(filter)];
    const part = (...conditions: Prisma.Sql[]) => allOf([...period, ...conditions]);
    const rest = (...conditions: Prisma.Sql[]) => (conditions.length === 0 ? null : allOf(conditions));
    if (view === QueueView.Remarked) {
      const stages = stage === null ? [] : [stageSql(stage)];
      return {
        parts: [part(REMARKED)],
        rest: rest(...people, ...examSql(filter), ...marks.indexed, ...marks.rest, ...stages),
      };
    }
    const statuses = view === QueueView.All ? QUEUE_STATUSES : [view];
    const byStatus = (condition: Prisma.Sql) =>
      statuses.map((status) => part(Prisma.sql`a.status = ${status}`, condition));
    if (stage !== null)
      return {
        parts: byStatus(stageSql(stage)),
        rest: rest(...people, ...examSql(filter), ...marks.indexed, ...marks.rest),
      };
    if (filter.marks.length > 0)
      return { parts: byStatus(allOf(marks.indexed)), rest: rest(...people, ...examSql(filter), ...marks.rest) };
    if (versionIds !== null) {
      const parts = versionIds.flatMap((id) => byStatus(Prisma.sql`a.exam_version_id = ${id}::uuid`));
      return { parts, rest: rest(...people) };
    }
    return { parts: [part(viewSql(view))], rest: rest(...people) };
  }

  return { listOf, fewOf, branchesOf };
}

/** Whether what is asked for usually leaves few rows: people, words, what waits for something, or two that no index has both of. */
export function leavesFew(filter: ReadyFilter): boolean {
  const { studentId, numberedId, groupId, initiatorId, examinerId, words, stage, marks, versionIds } = filter;
  const people = [studentId, numberedId, groupId, initiatorId, examinerId];
  const isAboutPeople = people.some((id) => id !== null) || words.length > 0;
  return isAboutPeople || stage !== null || (marks.length > 0 && versionIds !== null);
}
