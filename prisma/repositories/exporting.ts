/**
 * What leaves the school as a list: which results there are to fetch, the rows themselves piece by piece, the profiles, and who
 * fetched what before.
 *
 * Contract
 * 1. Only final results, each by the newest document of it, and only when that document is stored. What is left out for
 *    another reason than the choice itself is counted and named.
 * 2. A result that is being decided about anew is left out, whatever its former document says.
 * 3. Rows come by version of the exam, then by the moment of the decision; each piece begins where the one before it ended, so
 *    that no transaction stays open and the memory is that of one piece.
 * 4. What counts as fetched is what a run sent to its end. What a broken run sent is told of it, and is still to be fetched.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import type { DecidedResult, ExportFormat, ExportProfile } from '../../domain/exporting.ts';
import { fullName } from '../../domain/school.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import type { SchoolScope } from './index.ts';

/** Documents of one piece: unpacking its answer must not keep other requests waiting. */
const PIECE = 100;
/** More names than this nobody reads. */
export const MOST_NAMED = 20;
/** A run that has not said anything for so long is not at it any more. */
export const SILENT_MS = 120_000;

export interface ResultChoice {
  readonly examId: string;
  readonly versionId: string | null;
  readonly unitCode: string | null;
  /** Decided at or after. */
  readonly from: Date | null;
  /** Decided before. */
  readonly before: Date | null;
}

/** Results of a choice that are to be fetched. */
export interface FetchChoice extends ResultChoice {
  /** Leaves out what was fetched with this profile before; null: leaves out nothing. */
  readonly notFetchedWith: string | null;
}

export interface ResultCounts {
  /** Final, with a stored document. */
  readonly ready: number;
  /** Of those: the same document fetched before with this profile. */
  readonly fetched: number;
  /** Of those that were not: an earlier document of the same assessment was. */
  readonly changed: number;
  /** Final, document not made yet. */
  readonly waiting: number;
  /** Decided once, being decided about anew. */
  readonly reopened: number;
}

export interface LeftOut {
  readonly assessmentId: string;
  readonly studentName: string;
  readonly reason: 'reopened' | 'waiting';
}

export interface ExportExam {
  readonly id: string;
  readonly code: string;
  readonly title: string;
  readonly versions: readonly { readonly id: string; readonly version: string }[];
  /** Of all versions. */
  readonly units: readonly { readonly code: string; readonly title: string }[];
}

export interface SchoolProfile extends ExportProfile {
  readonly revision: number;
  readonly changedAt: Date;
}

export const ExportKind = { Results: 'results', Documents: 'documents' } as const;
export type ExportKind = (typeof ExportKind)[keyof typeof ExportKind];
/** `running` and `silent` are never written: a run without an outcome is either. */
export const ExportState = { Complete: 'complete', Broken: 'broken', Running: 'running', Silent: 'silent' } as const;
export type ExportState = (typeof ExportState)[keyof typeof ExportState];

export interface ListedRun {
  readonly id: string;
  readonly startedAt: Date;
  readonly byName: string;
  readonly filter: unknown;
  readonly examCode: string;
  readonly profileName: string;
  readonly state: ExportState;
  readonly rowCount: number;
  readonly documentCount: number;
  readonly missingCount: number;
  readonly bytes: number;
  readonly sha256: string | null;
  /** Of its documents: how many an earlier run of the same profile had sent to its end. */
  readonly againCount: number;
}

export type ExportingRepository = ReturnType<typeof createExportingRepository>;

export function createExportingRepository({ database, schoolId }: SchoolScope) {
  const school = Prisma.sql`${schoolId}::uuid`;

  function choiceSql(choice: ResultChoice): Prisma.Sql {
    const parts = [Prisma.sql`a.school_id = ${school}`];
    if (choice.unitCode !== null) parts.push(Prisma.sql`${choice.unitCode} = ANY(a.unit_codes)`);
    if (choice.from !== null) parts.push(Prisma.sql`a.decided_at >= ${choice.from}::timestamptz`);
    if (choice.before !== null) parts.push(Prisma.sql`a.decided_at < ${choice.before}::timestamptz`);
    return Prisma.join(parts, ' AND ');
  }

  /** Oldest first; the one version when one is chosen. */
  async function versionsOf({ examId, versionId }: ResultChoice): Promise<string[]> {
    const rows = await database.examVersion.findMany({
      where: { schoolId, examId, ...(versionId === null ? {} : { id: versionId }) },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  }

  return {
    /** Exams with what can be chosen of them; one, or all without their versions. */
    async listExams(): Promise<{ id: string; code: string; title: string }[]> {
      return database.exam.findMany({
        where: { schoolId },
        orderBy: [{ title: 'asc' }, { code: 'asc' }],
        select: { id: true, code: true, title: true },
      });
    },

    async findExam(examId: string): Promise<ExportExam | null> {
      const exam = await database.exam.findFirst({
        where: { schoolId, id: examId },
        include: { versions: { orderBy: { createdAt: 'desc' } } },
      });
      if (!exam) return null;
      const units = new Map<string, string>();
      for (const { definition } of exam.versions) {
        const { units: found } = definition as unknown as { units: { code: string; title: string }[] };
        for (const { code, title } of found) if (!units.has(code)) units.set(code, title);
      }
      return {
        id: exam.id,
        code: exam.code,
        title: exam.title,
        versions: exam.versions.map(({ id, version }) => ({ id, version })),
        units: [...units].map(([code, title]) => ({ code, title })),
      };
    },

    /** @param profileId what was fetched with it counts as fetched */
    async count(choice: ResultChoice, profileId: string): Promise<ResultCounts> {
      const versions = await versionsOf(choice);
      const [row] = await database.$queryRaw<ResultCounts[]>`
        SELECT count(*) FILTER (WHERE is_final AND is_stored)::int AS ready,
          count(*) FILTER (WHERE is_final AND is_stored AND is_fetched)::int AS fetched,
          count(*) FILTER (WHERE is_final AND is_stored AND NOT is_fetched AND was_fetched)::int AS changed,
          count(*) FILTER (WHERE is_final AND NOT is_stored)::int AS waiting,
          count(*) FILTER (WHERE NOT is_final)::int AS reopened
        FROM (
          SELECT a.status = 'final' AS is_final, d.sha256 IS NOT NULL AS is_stored, ${isFetched(Prisma.sql`d.id`, profileId)} AS is_fetched,
            d.version > 1 AND EXISTS (SELECT 1 FROM document older WHERE older.assessment_id = a.id
              AND older.version < d.version AND ${isFetched(Prisma.sql`older.id`, profileId)}) AS was_fetched
          FROM assessment a JOIN LATERAL (${NEWEST_DOCUMENT}) d ON true
          WHERE ${choiceSql(choice)} AND a.exam_version_id = ANY(${versions}::uuid[])
            AND (a.status = 'final' OR a.reopened_at IS NOT NULL)) found`;
      return row ?? { ready: 0, fetched: 0, changed: 0, waiting: 0, reopened: 0 };
    },

    /** The run of a profile that ended last, before what is new is counted: see `startExport`. */
    async findLastEnded(profileId: string): Promise<string | null> {
      const outcome = await database.exportOutcome.findFirst({
        where: { schoolId, run: { profileId } },
        orderBy: [{ endedAt: 'desc' }, { runId: 'desc' }],
        select: { runId: true },
      });
      return outcome?.runId ?? null;
    },

    /** Decided results that are not in the list, at most {@link MOST_NAMED}. */
    async findLeftOut(choice: ResultChoice): Promise<LeftOut[]> {
      const versions = await versionsOf(choice);
      const rows = await database.$queryRaw<(LeftOut & { givenName: string; infix: string; familyName: string })[]>`
        SELECT a.id AS "assessmentId", s.given_name AS "givenName", s.infix, s.family_name AS "familyName",
          CASE WHEN a.status = 'final' THEN 'waiting' ELSE 'reopened' END AS reason
        FROM assessment a JOIN student s ON s.id = a.student_id JOIN LATERAL (${NEWEST_DOCUMENT}) d ON true
        WHERE ${choiceSql(choice)} AND a.exam_version_id = ANY(${versions}::uuid[])
          AND ((a.status = 'final' AND d.sha256 IS NULL) OR (a.status <> 'final' AND a.reopened_at IS NOT NULL))
        ORDER BY s.family_name, s.given_name, a.id LIMIT ${MOST_NAMED}`;
      return rows.map(({ assessmentId, reason, ...name }) => ({ assessmentId, reason, studentName: fullName(name) }));
    },

    /**
     * The results themselves, piece by piece.
     * @param limit documents at most, for a preview
     */
    async *readResults(
      choice: FetchChoice,
      limit = Number.POSITIVE_INFINITY,
    ): AsyncGenerator<readonly DecidedResult[], void> {
      let left = limit;
      for (const version of await versionsOf(choice)) {
        let after: { at: Date; id: string } | null = null;
        while (left > 0) {
          const size = Math.min(PIECE, left);
          const rows: PieceRow[] = await readPiece(version, choice, after, size);
          const last = rows.at(-1);
          if (!last) break;
          left -= rows.length;
          yield rows.map(toResult);
          if (rows.length < size) break;
          after = { at: last.at, id: last.assessmentId };
          await breathe();
        }
      }
    },

    async listProfiles(): Promise<SchoolProfile[]> {
      const rows = await database.exportProfile.findMany({
        where: { schoolId, deletedAt: null },
        orderBy: { name: 'asc' },
      });
      return rows.map(toProfile);
    },

    async findProfile(id: string): Promise<SchoolProfile | null> {
      const row = await database.exportProfile.findFirst({ where: { schoolId, id, deletedAt: null } });
      return row ? toProfile(row) : null;
    },

    /** The newest runs, newest first. */
    async listRuns(kind: ExportKind, examId: string | null, limit: number): Promise<ListedRun[]> {
      const ofExam = examId === null ? Prisma.empty : Prisma.sql`AND r.exam_id = ${examId}::uuid`;
      const rows = await database.$queryRaw<RunRow[]>`
        SELECT r.id, r.started_at AS "startedAt", r.filter, r.profile_name AS "profileName", COALESCE(e.code, '') AS "examCode",
          c.given_name AS "givenName", c.infix, c.family_name AS "familyName",
          o.state, o.row_count AS "rowCount", o.document_count AS "documentCount", o.missing_count AS "missingCount", o.bytes,
          o.sha256, COALESCE(o.again_count, 0) AS "againCount",
          CASE WHEN o.run_id IS NULL THEN (SELECT count(*)::int FROM export_row x WHERE x.run_id = r.id) ELSE 0 END AS "sentCount",
          o.run_id IS NULL AND GREATEST(r.started_at, (SELECT max(x.at) FROM export_row x WHERE x.run_id = r.id))
            > now() - make_interval(secs => ${SILENT_MS / 1000}) AS "isAlive"
        FROM export_run r JOIN membership m ON m.id = r.started_by_id JOIN account c ON c.id = m.account_id
          LEFT JOIN exam e ON e.id = r.exam_id LEFT JOIN export_outcome o ON o.run_id = r.id
        WHERE r.school_id = ${school} AND r.kind = ${kind} ${ofExam}
        ORDER BY r.started_at DESC, r.id DESC LIMIT ${limit}`;
      return rows.map(toRun);
    },
  };

  function readPiece(version: string, choice: FetchChoice, after: { at: Date; id: string } | null, size: number) {
    const place =
      after === null
        ? Prisma.empty
        : Prisma.sql`AND (a.decided_at, a.id) > (${after.at}::timestamptz, ${after.id}::uuid)`;
    const isNew =
      choice.notFetchedWith === null
        ? Prisma.empty
        : Prisma.sql`AND NOT ${isFetched(Prisma.sql`d.id`, choice.notFetchedWith)}`;
    // The data of a document is large: unpacked once, and only for the documents of the piece.
    return database.$queryRaw<PieceRow[]>`
      SELECT found."assessmentId", found.at, found."documentId", found.number, found.version, found.sha256,
        content.student, content.exam, content."timeZone", content.attempt, content.result, content.decision->>'at' AS "decidedAt",
        content.units, COALESCE(found."studentNumber", content.student->>'number') AS "studentNumber",
        (SELECT jsonb_agg(jsonb_build_object('id', x->>'id', 'name', x->>'name', 'finishedAt', x->>'finishedAt'))
          FROM jsonb_array_elements(content.examiners) x) AS examiners,
        (SELECT jsonb_agg(jsonb_build_object('code', w->>'code', 'coreTask', k->>'code',
            'examinerIds', jsonb_path_query_array(w, '$.components[*].examinerIds[*]')))
          FROM jsonb_array_elements(content."coreTasks") k, jsonb_array_elements(k->'workProcesses') w) AS parts
      FROM (
        SELECT a.id AS "assessmentId", a.decided_at AS at, d.id AS "documentId", d.number, d.version, d.sha256, d.data,
          CASE WHEN d.data #>> '{student,number}' IS NULL THEN s.number END AS "studentNumber"
        FROM assessment a JOIN student s ON s.id = a.student_id JOIN LATERAL (${NEWEST_DOCUMENT}) d ON true
        WHERE ${choiceSql(choice)} AND a.exam_version_id = ${version}::uuid AND a.status = 'final' AND a.decided_at IS NOT NULL
          AND d.sha256 IS NOT NULL ${isNew} ${place}
        ORDER BY a.decided_at, a.id LIMIT ${size}::int) found
      CROSS JOIN LATERAL jsonb_to_record(found.data) AS content(student jsonb, exam jsonb, "timeZone" text, attempt int,
        result jsonb, decision jsonb, units jsonb, examiners jsonb, "coreTasks" jsonb)
      ORDER BY found.at, found."assessmentId"`;
  }
}

const NEWEST_DOCUMENT = Prisma.sql`
  SELECT x.id, x.number, x.version, x.sha256, x.data FROM document x
  WHERE x.school_id = a.school_id AND x.assessment_id = a.id ORDER BY x.version DESC LIMIT 1`;

function isFetched(documentId: Prisma.Sql, profileId: string): Prisma.Sql {
  return Prisma.sql`EXISTS (SELECT 1 FROM export_row sent JOIN export_run run ON run.id = sent.run_id
    JOIN export_outcome ended ON ended.run_id = run.id AND ended.state = ${ExportState.Complete}
    WHERE sent.document_id = ${documentId} AND run.profile_id = ${profileId}::uuid)`;
}

interface PieceRow {
  readonly assessmentId: string;
  readonly at: Date;
  readonly documentId: string;
  readonly number: string;
  readonly version: number;
  readonly sha256: string;
  readonly student: DecidedResult['student'];
  readonly exam: DecidedResult['exam'];
  readonly timeZone: string;
  readonly attempt: number;
  readonly result: DecidedResult['result'];
  readonly decidedAt: string;
  readonly units: readonly { readonly code: string }[];
  readonly studentNumber: string | null;
  readonly examiners: DecidedResult['examiners'] | null;
  readonly parts: DecidedResult['parts'] | null;
}

function toResult(row: PieceRow): DecidedResult {
  return {
    documentId: row.documentId,
    documentNumber: row.number,
    documentVersion: row.version,
    sha256: row.sha256,
    timeZone: row.timeZone,
    // Only a number that was not known at the decision is that of today.
    student: { name: row.student.name, number: row.studentNumber },
    exam: row.exam,
    unitCodes: row.units.map(({ code }) => code),
    attempt: row.attempt,
    result: row.result,
    parts: row.parts ?? [],
    examiners: row.examiners ?? [],
    decidedAt: row.decidedAt,
  };
}

interface RunRow {
  readonly id: string;
  readonly startedAt: Date;
  readonly filter: unknown;
  readonly profileName: string;
  readonly examCode: string;
  readonly givenName: string;
  readonly infix: string;
  readonly familyName: string;
  readonly state: ExportState | null;
  readonly rowCount: number | null;
  readonly documentCount: number | null;
  readonly missingCount: number | null;
  readonly bytes: bigint | null;
  readonly sha256: string | null;
  readonly sentCount: number;
  readonly isAlive: boolean;
  readonly againCount: number;
}

function toRun(row: RunRow): ListedRun {
  return {
    id: row.id,
    startedAt: row.startedAt,
    byName: fullName(row),
    filter: row.filter,
    examCode: row.examCode,
    profileName: row.profileName,
    state: row.state ?? (row.isAlive ? ExportState.Running : ExportState.Silent),
    rowCount: row.rowCount ?? 0,
    documentCount: row.documentCount ?? row.sentCount,
    missingCount: row.missingCount ?? 0,
    bytes: Number(row.bytes ?? 0),
    sha256: row.sha256,
    againCount: row.againCount,
  };
}

interface ProfileRow {
  readonly id: string;
  readonly name: string;
  readonly format: unknown;
  readonly revision: number;
  readonly changedAt: Date;
}

function toProfile({ id, name, format, revision, changedAt }: ProfileRow): SchoolProfile {
  return { id, name, format: format as ExportFormat, revision, changedAt };
}
