/**
 * What the committee reads of its school: the queue, the choices of its filters, the dossier, the exam offices.
 *
 * Contract of the queue
 * 1. Pages follow each other by (statusSince, id), never by a count of rows: what happens between two pages makes no row
 *    come twice or fall out, unless the row itself moved.
 * 2. Drafts are the initiator's own and are not in the queue.
 */
import { AskKind, type AssessmentState, AssessmentStatus, standingScores } from '../../domain/assessment.ts';
import type { ExamDefinition } from '../../domain/exam.ts';
import { componentOf } from '../../domain/exam-structure.ts';
import { type SchoolSettings, searchable } from '../../domain/school.ts';
import { Score } from '../../domain/score.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import { databaseClock } from '../client.ts';
import { createDossierReader, describeUnits, type StudentName, studentName } from './committee-dossier.ts';
import type { SchoolScope } from './index.ts';

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

/** Where a page begins or ends. */
export interface QueueCursor {
  readonly since: Date;
  readonly id: string;
}

export interface QueueFilter {
  /** As typed; empty for none. Every word must occur. */
  readonly search: string;
  readonly examId: string | null;
  readonly groupId: string | null;
}

export interface QueueRequest extends QueueFilter {
  readonly view: QueueView;
  /** Rows after this one. */
  readonly after: QueueCursor | null;
  /** Rows before this one; not together with `after`. */
  readonly before: QueueCursor | null;
  readonly limit: number;
}

export interface QueueRow {
  readonly id: string;
  readonly status: AssessmentStatus;
  readonly since: Date;
  readonly student: StudentName;
  /** Titles of the units, or of the exam when all of it is assessed. */
  readonly examTitle: string;
  readonly examCode: string;
  readonly attempt: number;
  readonly examinerCount: number;
  readonly finishedCount: number;
  readonly score: Score | null;
  readonly gradeTenths: number | null;
  readonly insufficientCount: number;
  /** Component refs with the number of O's that count; only where there is an O. */
  readonly insufficientAt: readonly { readonly ref: string; readonly count: number }[];
  readonly disagreementCount: number;
  readonly returnCount: number;
  readonly isLate: boolean;
  readonly isDisputed: boolean;
  /** An examiner asks to have a finished form back, and has no answer. */
  readonly isReturnAsked: boolean;
}

export interface QueuePage {
  readonly rows: readonly QueueRow[];
  readonly hasPrevious: boolean;
  readonly hasNext: boolean;
  /** Number of rows per view, under the same filter; at most {@link MOST_COUNTED}. */
  readonly counts: Readonly<Record<QueueView, number>>;
  /** Views that have more rows than were counted. */
  readonly more: readonly QueueView[];
  readonly asOf: Date;
}

/** Beyond it a count says "more than". */
export const MOST_COUNTED = 1_000;

/** `total`: of all lists together, where it was counted. */
type ViewCounts = { readonly total: number } & { readonly [V in QueueView]?: number };

function nameOf(view: QueueView): Prisma.Sql {
  return Prisma.raw(`"${view}"`);
}

export type CommitteeRepository = ReturnType<typeof createCommitteeRepository>;

/** Views that run down show the oldest first, because those wait longest; what is over shows the newest first. */
export function isNewestFirst(view: QueueView): boolean {
  return view === QueueView.Final || view === QueueView.Cancelled || view === QueueView.All;
}

/** Same words as the partial index `assessment_remarked`, so that it is used. */
const REMARKED = Prisma.sql`a.status IN ('invited', 'inProgress', 'assessed', 'returned')
  AND (a.insufficient_count > 0 OR a.disagreement_count > 0 OR a.return_count > 0 OR a.is_late OR a.is_disputed)`;

export function createCommitteeRepository(scope: SchoolScope) {
  const { database, schoolId } = scope;
  const dossiers = createDossierReader(scope);

  function filterSql(filter: QueueFilter): Prisma.Sql {
    const parts = [Prisma.sql`a.school_id = ${schoolId}::uuid`];
    for (const word of searchWords(filter.search)) parts.push(Prisma.sql`a.search_text LIKE ${likePattern(word)}`);
    if (filter.examId !== null) {
      parts.push(Prisma.sql`a.exam_version_id IN
        (SELECT v.id FROM exam_version v WHERE v.school_id = ${schoolId}::uuid AND v.exam_id = ${filter.examId}::uuid)`);
    }
    if (filter.groupId !== null) {
      parts.push(Prisma.sql`a.student_id IN
        (SELECT g.student_id FROM group_student g WHERE g.school_id = ${schoolId}::uuid AND g.group_id = ${filter.groupId}::uuid)`);
    }
    return Prisma.join(parts, ' AND ');
  }

  /** Ids in reading order from a cursor on, at most `limit`. */
  async function idsFrom(request: QueueRequest, cursor: QueueCursor | null, isForward: boolean, limit: number) {
    const isAscending = isForward !== isNewestFirst(request.view);
    const beyond = isAscending ? Prisma.sql`>` : Prisma.sql`<`;
    const order = isAscending ? Prisma.sql`a.status_since, a.id` : Prisma.sql`a.status_since DESC, a.id DESC`;
    const from = cursor
      ? Prisma.sql`AND (a.status_since, a.id) ${beyond} (${cursor.since}::timestamptz, ${cursor.id}::uuid)`
      : Prisma.empty;
    return database.$queryRaw<{ id: string; since: Date }[]>`
      SELECT a.id, a.status_since AS since FROM assessment a
      WHERE ${filterSql(request)} AND ${viewSql(request.view)} ${from}
      ORDER BY ${order} LIMIT ${limit}`;
  }

  async function readPageIds(request: QueueRequest) {
    if (request.before) {
      const found = await idsFrom(request, request.before, false, request.limit + 1);
      // Fewer than a page before this one: show the first page whole.
      if (found.length <= request.limit) return readPageIds({ ...request, before: null, after: null });
      const page = found.slice(0, request.limit).reverse();
      const last = page.at(-1);
      const hasNext = last !== undefined && (await idsFrom(request, last, true, 1)).length > 0;
      return { page, hasPrevious: true, hasNext };
    }
    const found = await idsFrom(request, request.after, true, request.limit + 1);
    const first = found[0] ?? request.after;
    const hasPrevious =
      request.after !== null && first !== null && (await idsFrom(request, first, false, 1)).length > 0;
    return { page: found.slice(0, request.limit), hasPrevious, hasNext: found.length > request.limit };
  }

  /** Counts no further than anybody reads: a school's archive grows for ever, and every page of the queue shows the counts. */
  async function countViews(filter: QueueFilter): Promise<Pick<QueuePage, 'counts' | 'more'>> {
    const isSearch = searchWords(filter.search).length > 0;
    const [row] = await (isSearch ? countFound(filter) : countEach(filter));
    const found = row ?? { total: 0 };
    const isCut = (view: QueueView) => (isSearch ? found.total > MOST_COUNTED : (found[view] ?? 0) > MOST_COUNTED);
    const count = (view: QueueView) => Math.min(found[view] ?? 0, MOST_COUNTED);
    return {
      counts: Object.fromEntries(QUEUE_VIEWS.map((view) => [view, count(view)])) as Record<QueueView, number>,
      more: QUEUE_VIEWS.filter(isCut),
    };
  }

  /** Each list by its own index. */
  function countEach(filter: QueueFilter): Promise<ViewCounts[]> {
    const where = filterSql(filter);
    const columns = QUEUE_VIEWS.map(
      (view) => Prisma.sql`(SELECT count(*)::int FROM (
        SELECT 1 FROM assessment a WHERE ${where} AND ${viewSql(view)} LIMIT ${MOST_COUNTED + 1}) seen) AS ${nameOf(view)}`,
    );
    return database.$queryRaw<ViewCounts[]>`SELECT 0 AS total, ${Prisma.join(columns)}`;
  }

  /** Searches once; when more is found than is counted, each count is a lower bound. */
  function countFound(filter: QueueFilter): Promise<ViewCounts[]> {
    const columns = QUEUE_VIEWS.map(
      (view) => Prisma.sql`count(*) FILTER (WHERE ${viewSql(view)})::int AS ${nameOf(view)}`,
    );
    return database.$queryRaw<ViewCounts[]>`
      WITH found AS MATERIALIZED (
        SELECT a.status, a.insufficient_count, a.disagreement_count, a.return_count, a.is_late, a.is_disputed
        FROM assessment a WHERE ${filterSql(filter)} AND ${viewSql(QueueView.All)} LIMIT ${MOST_COUNTED + 1})
      SELECT count(*)::int AS total, ${Prisma.join(columns)} FROM found a`;
  }

  /** Rows with these ids, in their order. */
  async function readRows(ids: readonly string[]): Promise<QueueRow[]> {
    if (ids.length === 0) return [];
    const found = await database.assessment.findMany({
      where: { schoolId, id: { in: [...ids] } },
      include: {
        student: { include: { groups: { include: { group: true } } } },
        examiners: { select: { formStatus: true, ask: true } },
      },
    });
    const exams = await readExams(found.map((row) => row.examVersionId));
    const insufficient = await readInsufficient(found.filter((row) => row.insufficientCount > 0).map((row) => row.id));
    const byId = new Map(found.map((row) => [row.id, row]));
    return ids.flatMap((id) => {
      const row = byId.get(id);
      const exam = row && exams.get(row.examVersionId);
      if (!row || !exam) return [];
      const active = row.examiners.filter((examiner) => examiner.formStatus !== 'withdrawn');
      return {
        id,
        status: row.status as AssessmentStatus,
        since: row.statusSince,
        student: studentName(row.student),
        examTitle: describeUnits(exam, row.unitCodes),
        examCode: exam.code,
        attempt: row.attempt,
        examinerCount: active.length,
        finishedCount: active.filter((examiner) => examiner.formStatus === 'finished').length,
        score: row.score as Score | null,
        gradeTenths: row.gradeTenths,
        insufficientCount: row.insufficientCount,
        insufficientAt: insufficient.get(id) ?? [],
        disagreementCount: row.disagreementCount,
        returnCount: row.returnCount,
        isLate: row.isLate,
        isDisputed: row.isDisputed,
        isReturnAsked: row.examiners.some(({ ask }) => ask === AskKind.Return),
      };
    });
  }

  async function readExams(versionIds: readonly string[]): Promise<Map<string, ExamDefinition>> {
    const versions = await database.examVersion.findMany({
      where: { schoolId, id: { in: [...new Set(versionIds)] } },
      select: { id: true, definition: true },
    });
    return new Map(versions.map((version) => [version.id, version.definition as unknown as ExamDefinition]));
  }

  async function readInsufficient(ids: readonly string[]): Promise<Map<string, QueueRow['insufficientAt']>> {
    if (ids.length === 0) return new Map();
    const streams = await database.stream.findMany({
      where: { schoolId, id: { in: [...ids] } },
      select: { id: true, state: true },
    });
    return new Map(
      streams.map((stream) => [stream.id, insufficientComponents(stream.state as unknown as AssessmentState)]),
    );
  }

  return {
    ...dossiers,

    /** One page of the queue with the counts of all views. */
    async readQueue(request: QueueRequest): Promise<QueuePage> {
      const [{ page, hasPrevious, hasNext }, counted, asOf] = await Promise.all([
        readPageIds(request),
        countViews(request),
        databaseClock.now(database),
      ]);
      return { rows: await readRows(page.map((row) => row.id)), hasPrevious, hasNext, ...counted, asOf };
    },

    /** These assessments with the version of their stream, oldest first; drafts and unknown ids are left out. */
    async readChosen(ids: readonly string[]): Promise<(QueueRow & { readonly version: number })[]> {
      const streams = await database.stream.findMany({
        where: { schoolId, id: { in: [...ids] } },
        select: { id: true, version: true },
      });
      const versions = new Map(streams.map((stream) => [stream.id, stream.version]));
      const rows = await readRows([...versions.keys()]);
      return rows
        .filter((row) => row.status !== AssessmentStatus.Draft)
        .sort((a, b) => a.since.getTime() - b.since.getTime())
        .map((row) => ({ ...row, version: versions.get(row.id) ?? 0 }));
    },

    /** What the filters offer. */
    async readFilterOptions() {
      const [exams, groups] = await Promise.all([
        database.exam.findMany({ where: { schoolId }, orderBy: [{ title: 'asc' }, { code: 'asc' }] }),
        database.group.findMany({ where: { schoolId }, orderBy: [{ schoolYear: 'desc' }, { name: 'asc' }] }),
      ]);
      return {
        exams: exams.map(({ id, code, title }) => ({ id, code, title })),
        groups: groups.map(({ id, name, schoolYear }) => ({ id, name, schoolYear })),
      };
    },

    /** Exam-office addresses to choose from, and the domains a typed one may have (empty: any). */
    async readOffices() {
      const [offices, school] = await Promise.all([
        database.officeAddress.findMany({ where: { schoolId, isListed: true }, orderBy: { label: 'asc' } }),
        database.school.findUniqueOrThrow({ where: { id: schoolId }, select: { settings: true } }),
      ]);
      return {
        offices: offices.map(({ id, label, email }) => ({ id, label, email })),
        domains: (school.settings as unknown as SchoolSettings).examOfficeDomains,
      };
    },

    /**
     * The document with this id when the member may see it: a member of the committee, or the initiator.
     * @returns null also for a document of another school
     */
    async findDocumentFor(
      documentId: string,
      reader: { readonly membershipId: string; readonly isCommittee: boolean },
    ) {
      return database.document.findFirst({
        where: {
          schoolId,
          id: documentId,
          ...(reader.isCommittee ? {} : { assessment: { initiatorId: reader.membershipId } }),
        },
        select: { id: true, number: true, version: true, sha256: true, size: true, assessmentId: true },
      });
    },
  };
}

function viewSql(view: QueueView): Prisma.Sql {
  if (view === QueueView.All) return Prisma.sql`a.status <> 'draft'`;
  if (view === QueueView.Remarked) return REMARKED;
  return Prisma.sql`a.status = ${view}`;
}

/** Longest search and most words that are looked for; more would only cost. */
const MAX_WORDS = 8;

function searchWords(search: string): string[] {
  return searchable(search).split(' ').filter(Boolean).slice(0, MAX_WORDS);
}

/** `%` and `_` are ordinary characters in what a person types. */
function likePattern(word: string): string {
  return `%${word.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
}

/** Number of O's that count, by component, in the order of the exam. */
function insufficientComponents(state: AssessmentState): { ref: string; count: number }[] {
  const scores = standingScores(state, state.decision?.standing ?? {});
  const counts = new Map<string, number>();
  for (const [criterion, score] of Object.entries(scores)) {
    if (score !== Score.O) continue;
    const ref = componentOf(criterion);
    counts.set(ref, (counts.get(ref) ?? 0) + 1);
  }
  return [...counts].map(([ref, count]) => ({ ref, count }));
}
