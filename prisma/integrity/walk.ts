/**
 * Walks the whole record: every chain, what it folds to, and what it speaks of.
 *
 * Contract
 * 1. All of it is as of one moment (one transaction that only reads), so it may run beside everything else.
 * 2. Memory is that of one page of events, one stream's state and the findings, of which at most {@link MOST_FINDINGS} are kept.
 * 3. Findings come in the order of the streams, of each stream the first thing only; those about words and files may be several.
 */
import {
  type AssessmentColumns,
  createStreamCheck,
  type IntegrityFinding,
  IntegrityProblem,
  type StoredEvent,
  type StreamCheck,
  type StreamHead,
} from '../integrity.ts';
import { type ContentCheck, type ContentCounts, createContentCheck } from './contents.ts';
import type { Bytes, CompareSealed } from './documents.ts';
import type { RecordReader } from './reader.ts';

/** More say nothing new, and must not fill the memory. */
export const MOST_FINDINGS = 1_000;
/** Rows in memory at once. */
const PAGE_ROWS = 1_000;

export interface WalkOptions {
  /** Only this school; absent: all. */
  readonly schoolId?: string | undefined;
  /** Reads the bytes of documents and evidence too. */
  readonly bytes?: Bytes | undefined;
  /** Compares what those documents say with what pages read; absent: they are only read. */
  readonly compareSealed?: CompareSealed | undefined;
  /** Told now and then how many events were seen. */
  readonly onProgress?: (eventCount: number) => void;
}

export interface WalkReport extends ContentCounts {
  readonly streamCount: number;
  readonly eventCount: number;
  /** All of them; `findings` holds the first. */
  readonly findingCount: number;
  readonly findings: readonly IntegrityFinding[];
}

interface WalkRow extends AssessmentColumns {
  readonly id: string;
  readonly schoolId: string;
  readonly kind: string;
  readonly version: number;
  readonly headHash: string;
  /** With the event that the stream was left with, or with the only row of a stream without events. */
  readonly state: unknown;
  readonly seq: number | null;
  readonly eventSchoolId: string;
  readonly type: string;
  readonly body: string;
  readonly actorKind: string;
  readonly actorId: string | null;
  readonly at: Date;
  readonly commandId: string;
  readonly prevHash: string;
  readonly hash: string;
  readonly hasRow: boolean;
}

/** Both sides come from their primary keys in the order in which they are wanted: nothing is sorted. */
const WALK_SQL = `
  SELECT s.id, s.school_id AS "schoolId", s.kind, s.version, s.head_hash AS "headHash",
    CASE WHEN e.seq IS NULL OR e.seq = s.version THEN s.state END AS state,
    e.seq, e.school_id AS "eventSchoolId", e.type, e.body, e.actor_kind AS "actorKind", e.actor_id AS "actorId", e.at,
    e.command_id AS "commandId", e.prev_hash AS "prevHash", e.hash,
    a.id IS NOT NULL AS "hasRow", a.status, a.score, a.grade_tenths AS "gradeTenths",
    a.published_version AS "publishedVersion", a.school_id AS "rowSchoolId", a.student_id AS "studentId",
    a.initiator_id AS "initiatorId", a.exam_version_id AS "examVersionId", a.attempt, a.unit_codes AS "unitCodes"
  FROM stream s LEFT JOIN event e ON e.stream_id = s.id
    LEFT JOIN assessment a ON a.id = s.id AND e.seq = s.version AND s.kind = 'assessment'
  WHERE $1::uuid IS NULL OR s.school_id = $1::uuid
  ORDER BY s.id, e.seq`;

/** What pages read has the id of its chain, in a table for each kind. */
const KINDS = ['assessment', 'invitation', 'batch'];

function eachKind(sqlOf: (kind: string) => string): string {
  return `${KINDS.map(sqlOf).join(' UNION ALL ')} ORDER BY 1 LIMIT ${MOST_FINDINGS}`;
}

/** What stands beside the chains without any event, put there by somebody else; and what should stand there and does not. */
const STRAYS: readonly { readonly problem: IntegrityProblem; readonly sql: string }[] = [
  {
    problem: IntegrityProblem.StreamMissing,
    sql: `SELECT DISTINCT e.stream_id AS "streamId", e.school_id AS "schoolId", NULL AS detail FROM event e
      WHERE NOT EXISTS (SELECT FROM stream s WHERE s.id = e.stream_id) AND ($1::uuid IS NULL OR e.school_id = $1::uuid)
      ORDER BY 1 LIMIT ${MOST_FINDINGS}`,
  },
  {
    problem: IntegrityProblem.RowMissing,
    sql: eachKind(
      (kind) => `SELECT s.id AS "streamId", s.school_id AS "schoolId", s.kind AS detail FROM stream s
      WHERE s.kind = '${kind}' AND ($1::uuid IS NULL OR s.school_id = $1::uuid)
        AND NOT EXISTS (SELECT FROM ${kind} r WHERE r.id = s.id)`,
    ),
  },
  {
    problem: IntegrityProblem.RowUnknown,
    sql: eachKind(
      (kind) => `SELECT r.id AS "streamId", r.school_id AS "schoolId", '${kind}' AS detail FROM ${kind} r
      WHERE ($1::uuid IS NULL OR r.school_id = $1::uuid) AND NOT EXISTS (SELECT FROM event e WHERE e.stream_id = r.id)
        AND NOT EXISTS (SELECT FROM stream s WHERE s.id = r.id AND s.kind = '${kind}')`,
    ),
  },
  {
    problem: IntegrityProblem.DocumentUnknown,
    sql: `SELECT d.assessment_id AS "streamId", d.school_id AS "schoolId", 'version ' || d.version AS detail FROM document d
      WHERE d.sha256 IS NOT NULL AND ($1::uuid IS NULL OR d.school_id = $1::uuid) AND NOT EXISTS (
        SELECT FROM event e WHERE e.stream_id = d.assessment_id AND e.type = 'DocumentStored'
          AND e.body::jsonb -> 'version' = to_jsonb(d.version))
      ORDER BY d.assessment_id, d.version LIMIT ${MOST_FINDINGS}`,
  },
  {
    problem: IntegrityProblem.SubmissionUnknown,
    sql: `SELECT f.assessment_id AS "streamId", s.school_id AS "schoolId", s.id::text AS detail
      FROM form_submission s JOIN form f ON f.id = s.form_id
      WHERE ($1::uuid IS NULL OR s.school_id = $1::uuid) AND NOT EXISTS (
        SELECT FROM event e WHERE e.stream_id = f.assessment_id AND e.type IN ('FormFinished', 'FormCorrected')
          AND e.body::jsonb ->> 'submissionId' = s.id::text)
      ORDER BY f.assessment_id, s.id LIMIT ${MOST_FINDINGS}`,
  },
];

export async function walkRecord(reader: RecordReader, options: WalkOptions = {}): Promise<WalkReport> {
  const schoolId = options.schoolId ?? null;
  const contents = createContentCheck(reader, options.bytes, options.compareSealed);
  const found = createFindings();
  const walk = createWalk(contents, found.add);
  for await (const page of reader.pages<WalkRow>(WALK_SQL, [schoolId], PAGE_ROWS)) {
    for (const row of page) walk.take(row);
    found.add(...(await contents.settle()));
    options.onProgress?.(walk.eventCount());
  }
  walk.end();
  for (const { problem, sql } of STRAYS) {
    const rows = await reader.rows<Pick<IntegrityFinding, 'streamId' | 'schoolId'> & { detail: string | null }>(sql, [
      schoolId,
    ]);
    found.add(...rows.map(({ detail, ...ids }) => ({ ...ids, problem, seq: null, ...(detail ? { detail } : {}) })));
  }
  return { ...contents.counts, streamCount: walk.streamCount(), eventCount: walk.eventCount(), ...found.all() };
}

function createFindings() {
  const findings: IntegrityFinding[] = [];
  let findingCount = 0;
  return {
    add(...more: readonly IntegrityFinding[]) {
      findingCount += more.length;
      findings.push(...more.slice(0, MOST_FINDINGS - findings.length));
    },
    all: () => ({ findings, findingCount }),
  };
}

interface Current {
  readonly head: StreamHead;
  readonly check: StreamCheck;
  state: unknown;
  row: AssessmentColumns | undefined;
}

function createWalk(contents: ContentCheck, add: (finding: IntegrityFinding) => void) {
  let current: Current | undefined;
  let streams = 0;
  let events = 0;

  function end(): void {
    const finding = current?.check.end(current.state, current.row) ?? null;
    if (finding !== null) add(finding);
    current = undefined;
  }

  function begin(row: WalkRow): Current {
    end();
    streams += 1;
    const { id, schoolId, kind, version, headHash } = row;
    const head = { id, schoolId, kind, version, headHash };
    return { head, check: createStreamCheck(head), state: null, row: undefined };
  }

  return {
    end,
    streamCount: () => streams,
    eventCount: () => events,
    take(row: WalkRow) {
      const stream = current?.head.id === row.id ? current : begin(row);
      current = stream;
      if (row.state !== null) stream.state = row.state;
      if (row.hasRow) stream.row = row;
      if (row.seq === null) return;
      events += 1;
      const read = stream.check.take(eventOf(row, row.seq));
      if (read !== null) contents.note({ streamId: row.id, schoolId: row.schoolId, seq: row.seq }, read);
    },
  };
}

function eventOf(row: WalkRow, seq: number): StoredEvent {
  const { id, eventSchoolId, type, body, actorKind, actorId, at, commandId, prevHash, hash } = row;
  return {
    streamId: id,
    schoolId: eventSchoolId,
    seq,
    type,
    body,
    actorKind,
    actorId,
    at: at.toISOString(),
    commandId,
    prevHash,
    hash,
  };
}
