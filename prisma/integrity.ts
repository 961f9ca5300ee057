/**
 * Whether the record is what its events say. Here: what can be wrong, one stream looked at event by event, and the quick look at
 * some streams that `doctor` takes. The walk through everything is in `integrity/walk.ts`.
 *
 * Contract
 * 1. Of each stream the first thing that does not fit is named, with the number of the event; what comes after it proves nothing.
 * 2. A finding holds ids and codes, no names and no words.
 */
import { type AssessmentEvent, type AssessmentState, evolveAssessment } from '../domain/assessment.ts';
import { type BatchEvent, type BatchState, evolveBatch } from '../domain/batch.ts';
import { evolveInvitation, type InvitationEvent, type InvitationState } from '../domain/invitation.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { type ChainedEvent, chainHash, GENESIS_HASH } from './chain.ts';
import type { Database } from './client.ts';

export const IntegrityProblem = {
  /** Events in between are gone, or one was put in. */
  Gap: 'GAP',
  /** An event does not follow the one before it: another was there. */
  LinkDiffers: 'LINK_DIFFERS',
  /** What an event says is not what was written. */
  HashDiffers: 'HASH_DIFFERS',
  /** The event stands under another school than its stream. */
  SchoolDiffers: 'SCHOOL_DIFFERS',
  /** The event cannot be read, or not after the ones before it. */
  Unreadable: 'UNREADABLE',
  /** There are fewer or more events than the stream was left with. */
  CountDiffers: 'COUNT_DIFFERS',
  /** The newest event is not the one that the stream was left with. */
  HeadDiffers: 'HEAD_DIFFERS',
  /** The state that decisions are based on is not what the events fold to. */
  StateDiffers: 'STATE_DIFFERS',
  /** The row that pages read has another status, result or publication than the events. */
  RowDiffers: 'ROW_DIFFERS',
  /** The row that pages read stands under another student, initiator, exam, part of it, attempt or school than was created. */
  RowMoved: 'ROW_MOVED',
  /** A chain whose row is gone: pages and lists do not know it any more. */
  RowMissing: 'ROW_MISSING',
  /** A row that pages read, behind which no chain stands and no event. */
  RowUnknown: 'ROW_UNKNOWN',
  /** Events without a stream. */
  StreamMissing: 'STREAM_MISSING',
  /** Words that an event speaks of are gone. */
  TextMissing: 'TEXT_MISSING',
  /** Words that an event speaks of are not those that were written. */
  TextDiffers: 'TEXT_DIFFERS',
  SubmissionMissing: 'SUBMISSION_MISSING',
  /** A finished form is not the one that was finished. */
  SubmissionDiffers: 'SUBMISSION_DIFFERS',
  /** A finished form that no event speaks of. */
  SubmissionUnknown: 'SUBMISSION_UNKNOWN',
  /** The row of a document has another hash than the event, or is gone. */
  DocumentDiffers: 'DOCUMENT_DIFFERS',
  /** What pages and lists tell of a decision is not what was decided. */
  DocumentDataDiffers: 'DOCUMENT_DATA_DIFFERS',
  /** What pages and lists tell of a decision is not what the stored document says. */
  SealedDiffers: 'SEALED_DIFFERS',
  /** A document that no event speaks of. */
  DocumentUnknown: 'DOCUMENT_UNKNOWN',
  /** The bytes of a document or of evidence are not there. */
  BytesMissing: 'BYTES_MISSING',
  /** The bytes of a document or of evidence are not those that were stored. */
  BytesDamaged: 'BYTES_DAMAGED',
  /** A head that was anchored is not on its chain any more: it was written anew, cut short, or removed. */
  AnchorDiffers: 'ANCHOR_DIFFERS',
  /** A chain that says to be older than the anchor, which does not know it. */
  AnchorUnknown: 'ANCHOR_UNKNOWN',
  /** The heads of that moment have another root than was anchored. */
  RootDiffers: 'ROOT_DIFFERS',
} as const;
export type IntegrityProblem = (typeof IntegrityProblem)[keyof typeof IntegrityProblem];

export interface IntegrityFinding {
  readonly streamId: string;
  readonly schoolId: string;
  readonly problem: IntegrityProblem;
  /** The first event that does not fit; null when it is not about one. */
  readonly seq: number | null;
  /** The text, form, document or hash that it is about. */
  readonly detail?: string;
}

export interface IntegrityReport {
  readonly streamCount: number;
  readonly findings: readonly IntegrityFinding[];
}

/** What is stored of an event. */
export interface StoredEvent extends ChainedEvent {
  readonly schoolId: string;
  readonly prevHash: string;
  readonly hash: string;
}

/** What is stored of a stream beside its events. */
export interface StreamHead {
  readonly id: string;
  readonly schoolId: string;
  readonly kind: string;
  readonly version: number;
  readonly headHash: string;
}

/** An event as it was read, with its type. */
export type ReadEvent = { readonly type: string } & Readonly<Record<string, unknown>>;

/** One stream, looked at event by event. */
export interface StreamCheck {
  /** Takes the next event. @returns the event when it fits, null when this stream is broken */
  take(event: StoredEvent): ReadEvent | null;
  /**
   * Ends the stream.
   * @param state as it was stored
   * @param row columns that pages read; absent: not looked at
   * @returns the one thing that does not fit, or null
   */
  end(state: unknown, row?: AssessmentColumns): IntegrityFinding | null;
}

/** What pages read of an assessment, and what must be what the events say. */
export interface AssessmentColumns {
  readonly status: string;
  readonly score: string | null;
  readonly gradeTenths: number | null;
  readonly publishedVersion: number;
  readonly rowSchoolId: string;
  readonly studentId: string;
  readonly initiatorId: string;
  readonly examVersionId: string;
  readonly attempt: number;
  readonly unitCodes: readonly string[];
}

export function createStreamCheck(head: StreamHead): StreamCheck {
  let count = 0;
  let previous = GENESIS_HASH;
  let state: unknown = null;
  let created: ReadEvent | null = null;
  let broken: IntegrityFinding | null = null;
  const fail = (problem: IntegrityProblem, seq: number | null): IntegrityFinding => ({
    streamId: head.id,
    schoolId: head.schoolId,
    problem,
    seq,
  });

  return {
    take(event) {
      if (broken !== null) return null;
      const problem = misfitOf(event, head, count + 1, previous);
      const read = problem === null ? readEvent(event) : null;
      const next = read === null ? null : fold(head.kind, state, read, event.at);
      if (problem !== null || read === null || next === null) {
        // What is missing is the one that was expected, not the one that came instead.
        broken = fail(problem ?? IntegrityProblem.Unreadable, count + 1);
        return null;
      }
      state = next.state;
      if (read.type === 'AssessmentCreated') created = read;
      previous = event.hash;
      count += 1;
      return read;
    },
    end(stored, row) {
      if (broken !== null) return broken;
      if (count !== head.version) return fail(IntegrityProblem.CountDiffers, Math.min(count, head.version) + 1);
      if (previous !== head.headHash) return fail(IntegrityProblem.HeadDiffers, count);
      if (!isSameJson(state, stored)) return fail(IntegrityProblem.StateDiffers, null);
      if (row === undefined) return null;
      if (!isSameRow(state as AssessmentState | null, row)) return fail(IntegrityProblem.RowDiffers, null);
      const moved = movedColumns(head, created, row);
      return moved.length === 0 ? null : { ...fail(IntegrityProblem.RowMoved, 1), detail: moved.join(', ') };
    },
  };
}

function misfitOf(event: StoredEvent, head: StreamHead, seq: number, previous: string): IntegrityProblem | null {
  if (event.seq !== seq) return IntegrityProblem.Gap;
  if (event.prevHash !== previous) return IntegrityProblem.LinkDiffers;
  if (chainHash(previous, event) !== event.hash) return IntegrityProblem.HashDiffers;
  return event.schoolId === head.schoolId ? null : IntegrityProblem.SchoolDiffers;
}

function readEvent({ type, body }: StoredEvent): ReadEvent | null {
  try {
    return { type, ...JSON.parse(body) };
  } catch {
    return null;
  }
}

/** An event that the rules cannot place makes them stumble: that is a finding too. */
function fold(kind: string, state: unknown, event: ReadEvent, at: string): { readonly state: unknown } | null {
  try {
    return { state: evolve(kind, state, event, at) };
  } catch {
    return null;
  }
}

function evolve(kind: string, state: unknown, event: unknown, at: string): unknown {
  if (kind === 'assessment') return evolveAssessment(state as AssessmentState | null, event as AssessmentEvent, at);
  if (kind === 'batch') return evolveBatch(state as BatchState | null, event as BatchEvent, at);
  return evolveInvitation(state as InvitationState | null, event as InvitationEvent, at);
}

/** Whether two values have the same canonical JSON, without writing it: a quarter of a whole walk went into that. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((each, index) => isSameJson(each, b[index]))
    );
  const [left, right] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>];
  // What is undefined is not written, so it is not there.
  const keys = Object.keys(left).filter((key) => left[key] !== undefined);
  return (
    keys.length === Object.keys(right).filter((key) => right[key] !== undefined).length &&
    keys.every((key) => Object.hasOwn(right, key) && isSameJson(left[key], right[key]))
  );
}

function isSameRow(state: AssessmentState | null, row: AssessmentColumns): boolean {
  return (
    state !== null &&
    row.status === state.status &&
    row.score === (state.result?.score ?? null) &&
    row.gradeTenths === (state.result?.gradeTenths ?? null) &&
    row.publishedVersion === (state.published?.version ?? 0)
  );
}

/** Columns that were given at the creation, and never change after it. */
function movedColumns(head: StreamHead, created: ReadEvent | null, row: AssessmentColumns): string[] {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['school_id', row.rowSchoolId, head.schoolId],
    ['student_id', row.studentId, created?.studentId],
    ['initiator_id', row.initiatorId, created?.initiatorId],
    ['exam_version_id', row.examVersionId, created?.examVersionId],
    ['attempt', row.attempt, created?.attempt],
    ['unit_codes', row.unitCodes, created?.unitCodes],
  ];
  return pairs.filter(([, is, was]) => !isSameJson(is, was)).map(([column]) => column);
}

const PAGE = 200;
const SAMPLE = 200;
const PAGE_MS = 60_000;

type StreamRow = Prisma.StreamGetPayload<{ include: { events: true } }>;

/** Looks at the chains of every stream, a page at a time. */
export async function verifyAllStreams(database: Database): Promise<IntegrityReport> {
  const findings: IntegrityFinding[] = [];
  let streamCount = 0;
  let after: string | undefined;
  for (;;) {
    const page = await readStreams(database, after === undefined ? {} : { id: { gt: after } });
    findings.push(...page.flatMap(verifyStream));
    streamCount += page.length;
    after = page.at(-1)?.id;
    if (page.length < PAGE || after === undefined) return { streamCount, findings };
  }
}

/** Looks at some streams, others each time. */
export async function verifySomeStreams(database: Database): Promise<IntegrityReport> {
  const rows = await database.$queryRaw<{ id: string }[]>`
    SELECT id FROM stream TABLESAMPLE SYSTEM (${Prisma.raw(await samplePercentage(database))}) LIMIT ${SAMPLE}`;
  const page = await readStreams(database, { id: { in: rows.map(({ id }) => id) } });
  return { streamCount: page.length, findings: page.flatMap(verifyStream) };
}

/** The sample takes whole blocks of the table; twice as many as needed, because the planner's count is an estimate. */
async function samplePercentage(database: Database): Promise<string> {
  const rows = await database.$queryRaw<{ count: number }[]>`
    SELECT reltuples::float8 AS count FROM pg_class WHERE oid = 'stream'::regclass`;
  const count = rows[0]?.count ?? 0;
  return Math.min(100, count > 0 ? (200 * SAMPLE) / count : 100).toFixed(4);
}

/** Streams and their events as of one moment: what is written in between would look like a head that differs. */
function readStreams(database: Database, where: Prisma.StreamWhereInput): Promise<StreamRow[]> {
  return database.$transaction(
    (tx) =>
      tx.stream.findMany({
        where,
        orderBy: { id: 'asc' },
        take: PAGE,
        include: { events: { orderBy: { seq: 'asc' } } },
      }),
    { isolationLevel: 'RepeatableRead', timeout: PAGE_MS },
  );
}

function verifyStream(stream: StreamRow): IntegrityFinding[] {
  const check = createStreamCheck(stream);
  for (const event of stream.events) check.take({ ...event, at: event.at.toISOString() });
  const finding = check.end(stream.state);
  return finding === null ? [] : [finding];
}
