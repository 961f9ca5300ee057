/** Whether streams are what their events say: the chain of hashes, the head, the folded state. */
import { type AssessmentEvent, type AssessmentState, evolveAssessment } from '../domain/assessment.ts';
import { type BatchEvent, type BatchState, evolveBatch } from '../domain/batch.ts';
import { evolveInvitation, type InvitationEvent, type InvitationState } from '../domain/invitation.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { canonicalJson, findBrokenLink, GENESIS_HASH } from './chain.ts';
import type { Database } from './client.ts';

export const IntegrityProblem = {
  /** An event was changed, taken out or put in. */
  ChainBroken: 'CHAIN_BROKEN',
  /** The newest events are not those that the stream was left with. */
  HeadDiffers: 'HEAD_DIFFERS',
  /** The state that decisions are based on is not what the events fold to. */
  StateDiffers: 'STATE_DIFFERS',
} as const;
export type IntegrityProblem = (typeof IntegrityProblem)[keyof typeof IntegrityProblem];

export interface IntegrityFinding {
  readonly streamId: string;
  readonly schoolId: string;
  readonly problem: IntegrityProblem;
  /** The first event that does not fit; null when it is not about one. */
  readonly seq: number | null;
}

export interface IntegrityReport {
  readonly streamCount: number;
  readonly findings: readonly IntegrityFinding[];
}

const PAGE = 200;
const SAMPLE = 200;

type StreamRow = Prisma.StreamGetPayload<{ include: { events: true } }>;

/** Looks at every stream, a page at a time. */
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

function readStreams(database: Database, where: Prisma.StreamWhereInput): Promise<StreamRow[]> {
  return database.stream.findMany({
    where,
    orderBy: { id: 'asc' },
    take: PAGE,
    include: { events: { orderBy: { seq: 'asc' } } },
  });
}

function verifyStream(stream: StreamRow): IntegrityFinding[] {
  const finding = (problem: IntegrityProblem, seq: number | null): IntegrityFinding[] => [
    { streamId: stream.id, schoolId: stream.schoolId, problem, seq },
  ];
  const events = stream.events.map((event) => ({ ...event, at: event.at.toISOString() }));
  const broken = findBrokenLink(events);
  if (broken !== null) return finding(IntegrityProblem.ChainBroken, broken);
  const isHead = events.length === stream.version && (events.at(-1)?.hash ?? GENESIS_HASH) === stream.headHash;
  if (!isHead) return finding(IntegrityProblem.HeadDiffers, events.length);
  return canonicalJson(foldOf(stream.kind, events)) === canonicalJson(stream.state)
    ? []
    : finding(IntegrityProblem.StateDiffers, null);
}

function foldOf(kind: string, events: readonly { type: string; body: string; at: string }[]): unknown {
  let state: unknown = null;
  for (const { type, body, at } of events) {
    const event = { type, ...JSON.parse(body) };
    state = evolve(kind, state, event, at);
  }
  return state;
}

function evolve(kind: string, state: unknown, event: unknown, at: string): unknown {
  if (kind === 'assessment') return evolveAssessment(state as AssessmentState | null, event as AssessmentEvent, at);
  if (kind === 'batch') return evolveBatch(state as BatchState | null, event as BatchEvent, at);
  return evolveInvitation(state as InvitationState | null, event as InvitationEvent, at);
}
