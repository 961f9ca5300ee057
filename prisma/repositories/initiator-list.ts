/** The assessments that an initiator started, as a list that is filtered, sorted and followed. */
import type { AskKind, AssessmentState, AssessmentStatus } from '../../domain/assessment.ts';
import type { ExamDefinition } from '../../domain/exam.ts';
import { fullName, searchable } from '../../domain/school.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import type { SchoolScope } from './index.ts';
import { type AttentionKind, attentionSql } from './initiator-attention.ts';
import { type PlannedInvitations, plannedKey, readPlanned } from './initiator-planned.ts';

/** What a list says of one examiner of an assessment. */
export interface ListedExaminer {
  readonly contactId: string;
  readonly name: string;
  readonly kind: string;
  readonly formStatus: string;
  /** How many components were given; none: not invited, whatever happens. */
  readonly componentCount: number;
  readonly doneCount: number;
  readonly totalCount: number;
  readonly finishedAt: Date | null;
  readonly ask: AskKind | null;
  /** When an invitation is to leave that was left to go by itself; null when there is none. */
  readonly plannedAt: Date | null;
  /** Null before the invitation. */
  readonly invitation: {
    readonly status: string;
    readonly delivery: string;
    readonly deliveryAt: Date;
    readonly invitedAt: Date;
    readonly openedAt: Date | null;
    readonly nextReminderAt: Date | null;
  } | null;
}

export interface ListedAssessment {
  readonly id: string;
  readonly seriesId: string | null;
  readonly status: AssessmentStatus;
  readonly createdAt: Date;
  readonly statusSince: Date;
  readonly dueAt: Date | null;
  readonly isLate: boolean;
  readonly attempt: number;
  readonly student: { readonly name: string; readonly number: string | null; readonly groups: readonly string[] };
  readonly examVersionId: string;
  readonly examTitle: string;
  readonly examCode: string;
  readonly unitTitles: readonly string[];
  readonly isWholeExam: boolean;
  readonly score: string | null;
  readonly gradeTenths: number | null;
  readonly examiners: readonly ListedExaminer[];
  readonly state: AssessmentState;
}

/** An invitation, as far as it matters for a reminder by hand. */
export interface RemindableInvitation {
  readonly id: string;
  readonly status: string;
  readonly remindersSent: number;
  readonly lastReminderAt: Date | null;
}

export const LIST_SORTS = ['newest', 'due', 'since', 'name', 'exam'] as const;
/** `since`: what is longest in its status comes first. */
export type ListSort = (typeof LIST_SORTS)[number];

export interface ListFilter {
  readonly membershipId: string;
  readonly status?: AssessmentStatus;
  readonly examVersionId?: string;
  readonly groupId?: string;
  readonly seriesId?: string;
  readonly attention?: {
    readonly kind: AttentionKind;
    /** Before which moment the last sign of life of an examiner is too long ago. */
    readonly quietBefore: Date;
  };
  /** Deadline from and until; both inclusive. */
  readonly dueFrom?: Date;
  readonly dueUntil?: Date;
  /** Words of students, numbers, exams and examiners; all must be found. */
  readonly query: string;
  /** Default: the newest first. */
  readonly sort?: ListSort;
}

/** A page begins after or before a row. Its place is that of the row now, so that no name stands in an address. */
export interface ListPlace {
  readonly after?: string;
  readonly before?: string;
}

export interface ListPage {
  readonly rows: readonly ListedAssessment[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

interface Order {
  readonly joins: Prisma.Sql;
  readonly keys: readonly Prisma.Sql[];
  readonly isDescending: boolean;
}

const STUDENT = Prisma.sql`JOIN student s ON s.id = a.student_id`;
const EXAM = Prisma.sql`JOIN exam_version v ON v.id = a.exam_version_id JOIN exam x ON x.id = v.exam_id`;
const ID = Prisma.sql`a.id`;
const FAMILY = Prisma.sql`lower(s.family_name)`;
const GIVEN = Prisma.sql`lower(s.given_name)`;

const ORDERS: Readonly<Record<ListSort, Order>> = {
  newest: { joins: Prisma.empty, keys: [Prisma.sql`a.created_at`, ID], isDescending: true },
  since: { joins: Prisma.empty, keys: [Prisma.sql`a.status_since`, ID], isDescending: false },
  // What has no deadline comes last.
  due: {
    joins: Prisma.empty,
    keys: [Prisma.sql`COALESCE(a.due_at, 'infinity'::timestamptz)`, ID],
    isDescending: false,
  },
  name: { joins: STUDENT, keys: [FAMILY, GIVEN, ID], isDescending: false },
  exam: { joins: Prisma.sql`${STUDENT} ${EXAM}`, keys: [Prisma.sql`x.title`, FAMILY, GIVEN, ID], isDescending: false },
};

const MOST_WORDS = 8;

export function createListReads(scope: SchoolScope) {
  const { database, schoolId } = scope;
  function whereSql(filter: ListFilter): Prisma.Sql {
    const { membershipId } = filter;
    const parts = [Prisma.sql`a.school_id = ${schoolId}::uuid AND a.initiator_id = ${membershipId}::uuid`];
    if (filter.status !== undefined) parts.push(Prisma.sql`a.status = ${filter.status}`);
    if (filter.examVersionId !== undefined) parts.push(Prisma.sql`a.exam_version_id = ${filter.examVersionId}::uuid`);
    if (filter.seriesId !== undefined) parts.push(Prisma.sql`a.series_id = ${filter.seriesId}::uuid`);
    if (filter.groupId !== undefined) {
      parts.push(Prisma.sql`a.student_id IN (SELECT g.student_id FROM group_student g
        WHERE g.school_id = ${schoolId}::uuid AND g.group_id = ${filter.groupId}::uuid)`);
    }
    if (filter.dueFrom !== undefined) parts.push(Prisma.sql`a.due_at >= ${filter.dueFrom}::timestamptz`);
    if (filter.dueUntil !== undefined) parts.push(Prisma.sql`a.due_at <= ${filter.dueUntil}::timestamptz`);
    if (filter.attention !== undefined) {
      const { kind, quietBefore } = filter.attention;
      parts.push(attentionSql(schoolId, { membershipId, quietBefore }, kind));
    }
    for (const word of wordsOf(filter.query)) parts.push(wordSql(word));
    return Prisma.join(parts, ' AND ');
  }

  /** Ids in the order of the list, from a row on. */
  async function idsFrom(
    filter: ListFilter,
    place: { readonly id: string; readonly isBackwards: boolean } | null,
    limit: number,
  ): Promise<string[]> {
    const { joins, keys, isDescending } = ORDERS[filter.sort ?? 'newest'];
    const isBackwards = place?.isBackwards ?? false;
    const direction = isDescending !== isBackwards ? Prisma.sql`DESC` : Prisma.sql`ASC`;
    const beyond = isDescending !== isBackwards ? Prisma.sql`<` : Prisma.sql`>`;
    const from = place
      ? Prisma.sql`AND (${Prisma.join([...keys])}) ${beyond} (SELECT ${Prisma.join([...keys])} FROM assessment a ${joins}
          WHERE a.id = ${place.id}::uuid AND a.school_id = ${schoolId}::uuid AND a.initiator_id = ${filter.membershipId}::uuid)`
      : Prisma.empty;
    const order = Prisma.join(keys.map((key) => Prisma.sql`${key} ${direction}`));
    const rows = await database.$queryRaw<{ id: string }[]>`
      SELECT a.id FROM assessment a ${joins} WHERE ${whereSql(filter)} ${from} ORDER BY ${order} LIMIT ${limit}`;
    return rows.map(({ id }) => id);
  }

  async function pageIds(filter: ListFilter, { after, before }: ListPlace, limit: number) {
    if (before !== undefined) {
      const found = await idsFrom(filter, { id: before, isBackwards: true }, limit + 1);
      // Fewer than a page before this one: show the first page whole.
      if (found.length > limit) return { ids: found.slice(0, limit).reverse(), hasNext: true, hasPrevious: true };
    } else if (after !== undefined) {
      const found = await idsFrom(filter, { id: after, isBackwards: false }, limit + 1);
      // Nothing after it, because the last ones are gone from this list, or the row itself is not known.
      if (found.length > 0) return { ids: found.slice(0, limit), hasNext: found.length > limit, hasPrevious: true };
    }
    const found = await idsFrom(filter, null, limit + 1);
    return { ids: found.slice(0, limit), hasNext: found.length > limit, hasPrevious: false };
  }

  /** Rows with these ids, in their order; those of somebody else are left out. */
  async function readListed(membershipId: string, ids: readonly string[]): Promise<ListedAssessment[]> {
    if (ids.length === 0) return [];
    const where = { schoolId, id: { in: [...ids] } };
    const [rows, streams, planned] = await Promise.all([
      database.assessment.findMany({ where: { ...where, initiatorId: membershipId }, include: LISTED }),
      database.stream.findMany({ where, select: { id: true, state: true } }),
      readPlanned(scope, membershipId, ids),
    ]);
    const states = new Map(streams.map(({ id, state }) => [id, state as unknown as AssessmentState] as const));
    const found = new Map<string, ListedAssessment>();
    for (const row of rows) {
      const state = states.get(row.id);
      if (!state) throw new Error(`assessment ${row.id} has no stream`);
      found.set(row.id, toListed(row, state, planned));
    }
    return ids.flatMap((id) => found.get(id) ?? []);
  }

  async function stampRows(membershipId: string, ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const rows = await database.$queryRaw<{ id: string; stamp: string }[]>`
      SELECT a.id, concat_ws('|', s.version, (SELECT seen_seq FROM workflow_view WHERE stream_id = s.id),
        a.due_at <= now(),
        (SELECT string_agg(concat_ws(',', p.contact_id, i.id, ist.version, i.next_reminder_at, f.revision), ';' ORDER BY p.contact_id)
           FROM assessment_examiner p
           LEFT JOIN invitation i ON i.id = p.invitation_id
           LEFT JOIN stream ist ON ist.id = i.id
           LEFT JOIN form f ON f.id = p.form_id
          WHERE p.assessment_id = a.id),
        (SELECT string_agg(concat_ws(',', d.id, d.stored_at, d.mailed_at, d.last_error), ';' ORDER BY d.id)
           FROM document d WHERE d.assessment_id = a.id),
        (SELECT string_agg(concat_ws(',', r.contact_id, b.send_at), ';' ORDER BY r.batch_id, r.number)
           FROM batch b JOIN batch_row r ON r.batch_id = b.id
          WHERE b.school_id = a.school_id AND b.initiator_id = a.initiator_id AND b.status IN ('scheduled', 'sending')
            AND r.status = 'waiting' AND a.id = ANY(r.assessment_ids))) AS stamp
      FROM assessment a JOIN stream s ON s.id = a.id
      WHERE a.id = ANY(${[...ids]}::uuid[]) AND a.school_id = ${schoolId}::uuid AND a.initiator_id = ${membershipId}::uuid`;
    return new Map(rows.map(({ id, stamp }) => [id, stamp]));
  }

  return {
    readListed,

    /** One page of the initiator's assessments. */
    async list(filter: ListFilter, place: ListPlace, limit: number): Promise<ListPage> {
      const { ids, ...more } = await pageIds(filter, place, limit);
      return { rows: await readListed(filter.membershipId, ids), ...more };
    },

    /** How many there are of each status; the status in the filter is not looked at. */
    async countByStatus(filter: ListFilter): Promise<ReadonlyMap<AssessmentStatus, number>> {
      const { status: _status, ...others } = filter;
      const rows = await database.$queryRaw<{ status: AssessmentStatus; count: number }[]>`
        SELECT a.status, count(*)::int AS count FROM assessment a WHERE ${whereSql(others)} GROUP BY a.status`;
      return new Map(rows.map(({ status, count }) => [status, count]));
    },

    /** All of them, a part at a time, in the order of the list. @param most rows in all */
    async *readAll(filter: ListFilter, most: number, partSize = 200): AsyncGenerator<ListedAssessment[]> {
      let last: string | null = null;
      for (let left = most; left > 0; ) {
        const place: { id: string; isBackwards: boolean } | null =
          last === null ? null : { id: last, isBackwards: false };
        const ids: string[] = await idsFrom(filter, place, Math.min(partSize, left));
        if (ids.length > 0) yield await readListed(filter.membershipId, ids);
        last = ids.at(-1) ?? null;
        left -= ids.length;
        if (ids.length < partSize) return;
      }
    },

    /** For each row of a page a text that changes whenever the row does; under `counts` one for the numbers around it. */
    async listStamp(filter: ListFilter, place: ListPlace, limit: number): Promise<Map<string, string>> {
      const { ids, hasNext } = await pageIds(filter, place, limit);
      const [stamps, counts] = await Promise.all([stampRows(filter.membershipId, ids), this.countByStatus(filter)]);
      return stamps.set('counts', JSON.stringify([hasNext, ids, [...counts].sort(([a], [b]) => (a < b ? -1 : 1))]));
    },

    /** For each of these assessments a text that changes whenever a page about it would show something else. */
    stampRows,

    /** The invitations of these assessments, by `assessmentId|contactId`; those of somebody else are left out. */
    async findRemindable(membershipId: string, ids: readonly string[]): Promise<Map<string, RemindableInvitation>> {
      const pairs = await database.assessmentExaminer.findMany({
        where: { schoolId, assessmentId: { in: [...ids] }, assessment: { initiatorId: membershipId } },
        select: {
          assessmentId: true,
          contactId: true,
          invitation: { select: { id: true, status: true, remindersSent: true, lastReminderAt: true } },
        },
      });
      return new Map(
        pairs.flatMap(({ assessmentId, contactId, invitation }) =>
          invitation ? [[`${assessmentId}|${contactId}`, invitation] as const] : [],
        ),
      );
    },

    /** Exams and groups that there is something of, to choose from. */
    async listChoices(membershipId: string): Promise<{
      exams: { id: string; label: string }[];
      groups: { id: string; label: string }[];
    }> {
      const own = Prisma.sql`a.school_id = ${schoolId}::uuid AND a.initiator_id = ${membershipId}::uuid`;
      const [exams, groups] = await Promise.all([
        database.$queryRaw<{ id: string; label: string }[]>`
          SELECT v.id, concat(x.title, ' (', v.version, ')') AS label
          FROM (SELECT DISTINCT a.exam_version_id FROM assessment a WHERE ${own}) used
          JOIN exam_version v ON v.id = used.exam_version_id JOIN exam x ON x.id = v.exam_id
          ORDER BY x.title, v.version`,
        database.$queryRaw<{ id: string; label: string }[]>`
          SELECT g.id, concat(g.name, ' (', g.school_year, ')') AS label
          FROM student_group g
          WHERE g.school_id = ${schoolId}::uuid AND g.id IN (
            SELECT gs.group_id FROM group_student gs
            WHERE gs.student_id IN (SELECT DISTINCT a.student_id FROM assessment a WHERE ${own}))
          ORDER BY g.school_year DESC, g.name`,
      ]);
      return { exams, groups };
    },
  };
}

function wordsOf(query: string): string[] {
  return searchable(query).split(' ').filter(Boolean).slice(0, MOST_WORDS);
}

/** Who calls and asks for the mail is an examiner: those are found by name, address and organisation too. */
function wordSql(word: string): Prisma.Sql {
  const pattern = `%${word.replace(/[\\%_]/g, '\\$&')}%`;
  return Prisma.sql`(a.search_text LIKE ${pattern} OR EXISTS (
    SELECT 1 FROM assessment_examiner p JOIN contact c ON c.id = p.contact_id
    WHERE p.assessment_id = a.id AND c.search_text LIKE ${pattern}))`;
}

const LISTED = {
  student: { include: { groups: { include: { group: { select: { name: true } } } } } },
  examVersion: { select: { definition: true } },
  forms: { select: { id: true, doneCount: true, totalCount: true } },
  examiners: {
    include: {
      contact: { select: { name: true, kind: true } },
      invitation: {
        select: {
          status: true,
          delivery: true,
          deliveryAt: true,
          invitedAt: true,
          openedAt: true,
          nextReminderAt: true,
        },
      },
    },
  },
} as const satisfies Prisma.AssessmentInclude;

function toListed(
  row: Prisma.AssessmentGetPayload<{ include: typeof LISTED }>,
  state: AssessmentState,
  planned: PlannedInvitations,
): ListedAssessment {
  const exam = row.examVersion.definition as unknown as ExamDefinition;
  const units = exam.units.filter((unit) => row.unitCodes.includes(unit.code));
  return {
    id: row.id,
    seriesId: row.seriesId,
    status: row.status as AssessmentStatus,
    createdAt: row.createdAt,
    statusSince: row.statusSince,
    dueAt: row.dueAt,
    isLate: row.isLate,
    attempt: row.attempt,
    student: {
      name: fullName(row.student),
      number: row.student.number,
      groups: row.student.groups.map(({ group }) => group.name).sort(),
    },
    examVersionId: row.examVersionId,
    examTitle: exam.title,
    examCode: exam.code,
    unitTitles: units.map((unit) => unit.title),
    isWholeExam: units.length === exam.units.length,
    score: row.score,
    gradeTenths: row.gradeTenths,
    examiners: row.examiners
      .map((examiner): ListedExaminer => {
        const form = row.forms.find(({ id }) => id === examiner.formId);
        return {
          contactId: examiner.contactId,
          name: examiner.contact.name,
          kind: examiner.contact.kind,
          formStatus: examiner.formStatus,
          componentCount: examiner.components.length,
          doneCount: form?.doneCount ?? 0,
          totalCount: form?.totalCount ?? 0,
          finishedAt: examiner.finishedAt,
          ask: examiner.ask as AskKind | null,
          invitation: examiner.invitation,
          plannedAt: examiner.invitation ? null : (planned.get(plannedKey(row.id, examiner.contactId)) ?? null),
        };
      })
      .sort((a, b) => a.name.localeCompare(b.name, 'nl')),
    state,
  };
}
