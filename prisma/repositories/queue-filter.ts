/** What the queue of the committee can be asked for, and the conditions in SQL that come of it. */
import { AssessmentStatus } from '../../domain/assessment.ts';
import { searchable } from '../../domain/school.ts';
import { Prisma } from '../../generated/prisma/client.ts';

/** Parts of the queue. `remarked`: still open, and something about it asks for attention. */
export const QueueView = {
  Assessed: 'assessed',
  InProgress: 'inProgress',
  Invited: 'invited',
  Returned: 'returned',
  Remarked: 'remarked',
  Final: 'final',
  Cancelled: 'cancelled',
  All: 'all',
} as const;
export type QueueView = (typeof QueueView)[keyof typeof QueueView];
export const QUEUE_VIEWS: readonly QueueView[] = Object.values(QueueView);

/** Why somebody may want to look twice. */
export const QueueMark = {
  /** One of the others. */
  Any: 'any',
  /** An O that counts. */
  Insufficient: 'insufficient',
  /** Examiners who scored differently. */
  Differs: 'differs',
  /** A finished form that was returned, or corrected by the committee. */
  Changed: 'changed',
  Late: 'late',
  /** Somebody went on although a rule about examiners warned. */
  Override: 'override',
} as const;
export type QueueMark = (typeof QueueMark)[keyof typeof QueueMark];
export const QUEUE_MARKS: readonly QueueMark[] = Object.values(QueueMark);

/** Where in deciding something is. */
export const QueueStage = {
  /** One member proposed a decision; another must take it. */
  SecondMember: 'secondMember',
  /** Was final, and is decided about anew. */
  Reopened: 'reopened',
  /** Final, and the student does not see it yet. */
  Unpublished: 'unpublished',
} as const;
export type QueueStage = (typeof QueueStage)[keyof typeof QueueStage];
export const QUEUE_STAGES: readonly QueueStage[] = Object.values(QueueStage);

export interface QueueFilter {
  /** As typed; empty for none. Every word must occur. */
  readonly search: string;
  readonly examId: string | null;
  readonly groupId: string | null;
  readonly studentId: string | null;
  /** Membership that started it. */
  readonly initiatorId: string | null;
  /** Contact that scores or scored in it, or was chosen to. */
  readonly examinerId: string | null;
  /** One of these at least; empty: whatever is the case. */
  readonly marks: readonly QueueMark[];
  readonly stage: QueueStage | null;
  /** In its status since this moment or later, and since before that one. */
  readonly from: Date | null;
  readonly until: Date | null;
}

export const NO_QUEUE_FILTER: QueueFilter = {
  search: '',
  examId: null,
  groupId: null,
  studentId: null,
  initiatorId: null,
  examinerId: null,
  marks: [],
  stage: null,
  from: null,
  until: null,
};

export const QUEUE_ORDERS = ['oldest', 'newest', 'name', 'exam'] as const;
export type QueueOrder = (typeof QUEUE_ORDERS)[number];

/** By words, which no index has in order: only where few rows are left. */
export function isSorted(order: QueueOrder): order is 'name' | 'exam' {
  return order === 'name' || order === 'exam';
}

/** Views that run down show the oldest first, because those wait longest; what is over shows the newest first. */
export function usualOrder(view: QueueView): 'oldest' | 'newest' {
  return view === QueueView.Final || view === QueueView.Cancelled || view === QueueView.All ? 'newest' : 'oldest';
}

/** Every status that the queue shows: drafts are the initiator's own. */
export const QUEUE_STATUSES = [
  AssessmentStatus.Invited,
  AssessmentStatus.InProgress,
  AssessmentStatus.Assessed,
  AssessmentStatus.Returned,
  AssessmentStatus.Final,
  AssessmentStatus.Cancelled,
] as const;

/** Same words as the partial index `assessment_remarked`, so that it is used. */
export const REMARKED = Prisma.sql`a.status IN ('invited', 'inProgress', 'assessed', 'returned') AND (a.has_remarks OR a.is_disputed)`;

export function viewSql(view: QueueView): Prisma.Sql {
  if (view === QueueView.All) return Prisma.sql`a.status <> 'draft'`;
  if (view === QueueView.Remarked) return REMARKED;
  return Prisma.sql`a.status = ${view}`;
}

/** Same words as the partial indexes `assessment_mark_…`. */
const MARKS: Readonly<Record<QueueMark, Prisma.Sql>> = {
  any: Prisma.sql`a.has_remarks`,
  insufficient: Prisma.sql`a.insufficient_count > 0`,
  differs: Prisma.sql`a.disagreement_count > 0`,
  changed: Prisma.sql`(a.return_count > 0 OR a.edit_count > 0)`,
  late: Prisma.sql`a.is_late`,
  override: Prisma.sql`a.override_count > 0`,
};

/**
 * Conditions for one of some marks: those that an index has, and what is left to look at in each row that it gives. No index has
 * two marks, and whatever has one of them is in the index of all.
 */
export function markSql(marks: readonly QueueMark[]): {
  readonly indexed: readonly Prisma.Sql[];
  readonly rest: readonly Prisma.Sql[];
} {
  const [only, ...others] = marks;
  if (only === undefined) return { indexed: [], rest: [] };
  if (others.length === 0) return { indexed: [MARKS[only]], rest: [] };
  const either = Prisma.join(
    marks.map((mark) => MARKS[mark]),
    ' OR ',
  );
  return { indexed: [MARKS.any], rest: [Prisma.sql`(${either})`] };
}

/** Same words as the partial indexes `assessment_proposed`, `assessment_reopened`, `assessment_unpublished`. */
const STAGES: Readonly<Record<QueueStage, Prisma.Sql>> = {
  secondMember: Prisma.sql`a.proposed_by_id IS NOT NULL`,
  reopened: Prisma.sql`a.reopened_at IS NOT NULL`,
  unpublished: Prisma.sql`a.awaits_publication`,
};

export function stageSql(stage: QueueStage): Prisma.Sql {
  return STAGES[stage];
}

/** Bounds on the moment by which lists are ordered, so that the index ends where they do. */
export function periodSql({ from, until }: Pick<QueueFilter, 'from' | 'until'>): Prisma.Sql[] {
  return [
    ...(from === null ? [] : [Prisma.sql`a.status_since >= ${from}::timestamptz`]),
    ...(until === null ? [] : [Prisma.sql`a.status_since < ${until}::timestamptz`]),
  ];
}

/** A filter in which what must be looked up is looked up. */
export interface ReadyFilter extends QueueFilter {
  /** Words that are no known number of a student, and that an index finds; each must occur. */
  readonly words: readonly string[];
  /** Words that no index finds; each must occur too. */
  readonly shortWords: readonly string[];
  /** The student whose number is among the words. */
  readonly numberedId: string | null;
  /** Versions of the exam; null when there is no filter by exam. */
  readonly versionIds: readonly string[] | null;
}

/** Conditions that name people or words: usually a few assessments of all. */
export function peopleSql(schoolId: string, filter: ReadyFilter): Prisma.Sql[] {
  const { studentId, numberedId, groupId, initiatorId, examinerId, words } = filter;
  const parts: Prisma.Sql[] = [];
  if (studentId !== null) parts.push(Prisma.sql`a.student_id = ${studentId}::uuid`);
  if (numberedId !== null) parts.push(Prisma.sql`a.student_id = ${numberedId}::uuid`);
  if (groupId !== null) {
    parts.push(Prisma.sql`a.student_id IN
      (SELECT g.student_id FROM group_student g WHERE g.school_id = ${schoolId}::uuid AND g.group_id = ${groupId}::uuid)`);
  }
  if (initiatorId !== null) parts.push(Prisma.sql`a.initiator_id = ${initiatorId}::uuid`);
  if (examinerId !== null) {
    parts.push(Prisma.sql`a.id IN
      (SELECT p.assessment_id FROM assessment_examiner p WHERE p.school_id = ${schoolId}::uuid AND p.contact_id = ${examinerId}::uuid)`);
  }
  for (const word of words) parts.push(Prisma.sql`a.search_text LIKE ${likePattern(word)}`);
  return parts;
}

/** Conditions that are looked at row by row, after others left a bounded number of rows. */
export function shortWordsSql({ shortWords }: ReadyFilter): Prisma.Sql[] {
  return shortWords.map((word) => Prisma.sql`a.search_text LIKE ${likePattern(word)}`);
}

export function examSql({ versionIds }: ReadyFilter): Prisma.Sql[] {
  return versionIds === null ? [] : [Prisma.sql`a.exam_version_id = ANY(${[...versionIds]}::uuid[])`];
}

/** Longest search and most words that are looked for; more would only cost. */
const MAX_WORDS = 8;

export function searchWords(search: string): string[] {
  return searchable(search).split(' ').filter(Boolean).slice(0, MAX_WORDS);
}

/** An index by three letters or digits finds a part of a word; whatever has none of these it looks for in every row. */
const INDEXABLE = /[a-z0-9]{3}/;

/** Whether an index finds this part of a word, so that looking for it takes no time that grows with the school. */
export function isIndexable(word: string): boolean {
  return INDEXABLE.test(word);
}

/** Shorter ones are more often part of a year or of a code. */
const NUMBER = /^\d{5,}$/;

/** Words that may be the whole number of a student. */
export function numbersIn(words: readonly string[]): string[] {
  return words.filter((word) => NUMBER.test(word));
}

/** `%` and `_` are ordinary characters in what a person types. */
export function likePattern(word: string): string {
  return `%${word.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
}

export function allOf(parts: readonly Prisma.Sql[]): Prisma.Sql {
  return parts.length === 0 ? Prisma.sql`true` : Prisma.join([...parts], ' AND ');
}
