/**
 * Anchors: where all chains of a school stood at a moment, small enough to be kept outside, enough to prove a rewrite.
 *
 * Contract
 * 1. An anchor covers the events up to a moment some minutes back, when every transaction that wrote earlier ones has ended. So what it
 *    covers can be read again at any later time, as long as the record is whole.
 * 2. A head is the id of a stream, the number of its newest event and that event's hash. The root is a Merkle root over the heads in
 *    the order of the ids. Neither holds anything about a person.
 * 3. The file is JSON lines: the header, then one line for each head. Without the heads a file proves that something was rewritten, with
 *    them it says which stream.
 */

import type { LocalDate } from '../../domain/calendar.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import { type IntegrityFinding, IntegrityProblem } from '../integrity.ts';
import { createMerkleTree } from './merkle.ts';
import type { RecordReader } from './reader.ts';

export interface Head {
  readonly streamId: string;
  /** Number of its newest event. */
  readonly version: number;
  /** Hex. */
  readonly hash: string;
}

export interface AnchorHeader {
  readonly kind: 'proeve-anchor';
  readonly v: 1;
  readonly schoolId: string;
  /** Slug of the school. */
  readonly school: string;
  readonly day: LocalDate;
  /** ISO instant up to which events are covered. */
  readonly asOf: string;
  readonly streamCount: number;
  readonly eventCount: number;
  /** Merkle root, hex. */
  readonly root: string;
}

/** What keeps a school from being anchored; pages and `doctor` show it. */
export const AnchorProblem = {
  /** Its folder may not be written in, or is none. */
  FileRefused: 'ANCHOR_FILE_REFUSED',
  DiskFull: 'ANCHOR_DISK_FULL',
  /** The record is not any more what was anchored. */
  RecordDiffers: 'ANCHOR_RECORD_DIFFERS',
  Failed: 'ANCHOR_FAILED',
  /** Nobody tried for two days. */
  Overdue: 'ANCHOR_OVERDUE',
} as const;
export type AnchorProblem = (typeof AnchorProblem)[keyof typeof AnchorProblem];

/** Counts and root of some heads. */
export type HeadsSummary = Pick<AnchorHeader, 'streamCount' | 'eventCount' | 'root'>;

/** Runs a query, by Prisma or over a connection of one's own. */
export type RunQuery = <Row extends object>(query: Prisma.Sql) => Promise<Row[]>;

/** @returns a {@link RunQuery} over a connection of its own */
export function queryBy(reader: RecordReader): RunQuery {
  return (query) => reader.rows(query.text, query.values);
}

const PAGE_HEADS = 2_000;

/** Where each chain of a school stood at a moment, in the order of the ids, a page at a time. */
export async function* headsAsOf(run: RunQuery, schoolId: string, asOf: Date): AsyncGenerator<Head[]> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const heads = await run<Head>(Prisma.sql`
      SELECT stream.id AS "streamId", newest.seq AS version, newest.hash
      FROM stream JOIN LATERAL (
        SELECT seq, hash FROM event
        WHERE event.stream_id = stream.id AND event.at <= ${asOf}::timestamptz
        ORDER BY seq DESC LIMIT 1) AS newest ON true
      WHERE stream.school_id = ${schoolId}::uuid AND stream.id > ${after}::uuid
      ORDER BY stream.id LIMIT ${PAGE_HEADS}::int`);
    const last = heads.at(-1);
    if (last === undefined) return;
    yield heads;
    after = last.streamId;
  }
}

export async function summarise(pages: AsyncIterable<readonly Head[]>): Promise<HeadsSummary> {
  const tree = createMerkleTree();
  let streamCount = 0;
  let eventCount = 0;
  for await (const heads of pages) {
    for (const head of heads) tree.add(leafOf(head));
    streamCount += heads.length;
    eventCount += heads.reduce((sum, { version }) => sum + version, 0);
  }
  return { streamCount, eventCount, root: tree.root() };
}

/** Passes heads on, and knows their root once they have all gone by. */
export function watchRoot(pages: AsyncIterable<readonly Head[]>) {
  const tree = createMerkleTree();
  return {
    async *pages(): AsyncGenerator<readonly Head[]> {
      for await (const heads of pages) {
        for (const head of heads) tree.add(leafOf(head));
        yield heads;
      }
    },
    root: () => tree.root(),
  };
}

function leafOf({ streamId, version, hash }: Head): string {
  return `${streamId} ${version} ${hash}`;
}

/** The lines of the file, each with its end. */
export async function* anchorLines(
  header: AnchorHeader,
  pages: AsyncIterable<readonly Head[]>,
): AsyncGenerator<string> {
  yield `${JSON.stringify(header)}\n`;
  for await (const heads of pages)
    yield heads.map(({ streamId, version, hash }) => `${JSON.stringify([streamId, version, hash])}\n`).join('');
}

/** An anchor that was kept, as it was read. */
export interface KeptAnchor {
  readonly header: AnchorHeader;
  /** Reads the heads from the beginning; none when only the header was kept. */
  readonly heads: () => AsyncIterable<readonly Head[]>;
  readonly hasHeads: boolean;
}

/**
 * Compares the record with an anchor that was kept. That the events before an anchored head are the same follows from the
 * chain, which the walk has looked at.
 * @returns what differs: each stream by name when the heads were kept, else that something does
 */
export async function compareWithAnchor(run: RunQuery, anchor: KeptAnchor, most = 1_000): Promise<IntegrityFinding[]> {
  const { header } = anchor;
  const findings = anchor.hasHeads ? await compareHeads(run, anchor, most) : [];
  const recorded = () => headsAsOf(run, header.schoolId, new Date(header.asOf));
  const { root } = await summarise(recorded());
  if (root === header.root) return findings;
  const unknown = anchor.hasHeads ? await findUnknown(anchor, recorded(), most - findings.length) : [];
  const all = [...findings, ...unknown];
  return all.length > 0 ? all : [finding(header, IntegrityProblem.RootDiffers, NO_STREAM, null)];
}

const NO_STREAM = '-';

function finding(
  { schoolId, day }: AnchorHeader,
  problem: IntegrityProblem,
  streamId: string,
  seq: number | null,
): IntegrityFinding {
  return { streamId, schoolId, problem, seq, detail: `anchor of ${day}` };
}

/** Every head that was anchored must still be an event of its chain; events after it are no matter. */
async function compareHeads(run: RunQuery, anchor: KeptAnchor, most: number): Promise<IntegrityFinding[]> {
  const findings: IntegrityFinding[] = [];
  for await (const heads of anchor.heads()) {
    const found = await run<Head>(Prisma.sql`
      SELECT event.stream_id AS "streamId", event.seq AS version, event.hash
      FROM jsonb_to_recordset(${JSON.stringify(heads)}::jsonb) AS head("streamId" uuid, version int)
      JOIN event ON event.stream_id = head."streamId" AND event.seq = head.version
        AND event.school_id = ${anchor.header.schoolId}::uuid`);
    const hashOf = new Map(found.map(({ streamId, hash }) => [streamId, hash]));
    const differing = heads.filter(({ streamId, hash }) => hashOf.get(streamId) !== hash);
    const more = differing.map(({ streamId, version }) =>
      finding(anchor.header, IntegrityProblem.AnchorDiffers, streamId, version),
    );
    findings.push(...more.slice(0, most - findings.length));
  }
  return findings;
}

/** Chains with events of before the anchor that it does not know. Both sides come in the order of the ids. */
async function findUnknown(
  anchor: KeptAnchor,
  recorded: AsyncIterable<readonly Head[]>,
  most: number,
): Promise<IntegrityFinding[]> {
  const findings: IntegrityFinding[] = [];
  const anchored = flatten(anchor.heads())[Symbol.asyncIterator]();
  let known = await anchored.next();
  for await (const { streamId } of flatten(recorded)) {
    while (known.done !== true && known.value.streamId < streamId) known = await anchored.next();
    const isKnown = known.done !== true && known.value.streamId === streamId;
    if (!isKnown && findings.length < most)
      findings.push(finding(anchor.header, IntegrityProblem.AnchorUnknown, streamId, null));
  }
  return findings;
}

async function* flatten(pages: AsyncIterable<readonly Head[]>): AsyncGenerator<Head> {
  for await (const heads of pages) yield* heads;
}
