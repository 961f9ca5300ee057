/** How long it takes to prove that years of events are what was written. */
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { withClient } from '../../../platform/services/postgres-roles.ts';
import { type ChainedEvent, chainHash, GENESIS_HASH } from '../../../prisma/chain.ts';
import type { Database } from '../../../prisma/client.ts';
import { headsAsOf, queryBy, summarise as summariseHeads } from '../../../prisma/integrity/anchors.ts';
import { readAsOfNow } from '../../../prisma/integrity/reader.ts';
import { walkRecord } from '../../../prisma/integrity/walk.ts';
import { type BenchContext, type Figure, type Group, sized } from '../figure.ts';
import { measurePairs, summarise, timed } from '../harness.ts';
import { openRig, type Rig } from '../rig.ts';
import { type BenchSchool, createActors, seedBenchSchool } from '../school.ts';

/** Played through the door; the others are copies of them under ids and hashes of their own. */
const PLAYED = 20;
const AT_ONCE = 500;

export const audit: Group = {
  id: 'audit',
  title: 'Verifying the record',
  figures: ['audit.eventsPerSecond', 'audit.ratio', 'audit.memory', 'audit.anchorPerSecond'],
  async run(context) {
    const streamCount = sized(context, 50, 20_000, 100_000);
    const rig = await openRig(context, { name: 'audit', postgresSettings: ['maintenance_work_mem=256MB'] });
    const school = await seedBenchSchool(rig.database, PLAYED);
    await play(rig.database, school);
    await copyStreams(context, rig, school, streamCount);
    const events = await rig.database.event.count();
    context.say(`  ${events} events`);
    return describe(events, await rig.database.stream.count(), await measure(context, rig, school));
  },
};

async function play(database: Database, school: BenchSchool): Promise<void> {
  const actors = createActors(database, school, '1');
  for (const sitting of await actors.seat(0, PLAYED)) {
    await actors.finish(sitting);
    await actors.finalise(sitting.assessmentId);
  }
}

async function copyStreams(context: BenchContext, rig: Rig, school: BenchSchool, count: number): Promise<void> {
  const originals = await rig.database.stream.findMany({
    where: { kind: 'assessment' },
    include: { events: { orderBy: { seq: 'asc' } } },
  });
  await withClient(rig.superUrl, async (client) => {
    for (let start = 0; start < count; start += AT_ONCE) {
      context.signal.throwIfAborted();
      const copies = Array.from({ length: Math.min(AT_ONCE, count - start) }, (_, index) => {
        const original = originals[(start + index) % originals.length];
        if (original === undefined) throw new Error('no assessment was played');
        const id = uuidv7();
        const events = rechain(id, original.events);
        const headHash = events.at(-1)?.hash ?? GENESIS_HASH;
        return {
          stream: { id, originalId: original.id, version: events.length, headHash, state: original.state },
          events,
        };
      });
      await client.query(
        `INSERT INTO stream (id, school_id, kind, version, head_hash, relayed_seq, state)
         SELECT id, $1::uuid, 'assessment', version, "headHash", version, state
         FROM jsonb_to_recordset($2::jsonb) AS given(id uuid, version int, "headHash" text, state jsonb)`,
        [school.schoolId, JSON.stringify(copies.map(({ stream }) => stream))],
      );
      await client.query(
        `INSERT INTO event (stream_id, seq, school_id, type, body, actor_kind, actor_id, at, command_id, prev_hash, hash)
         SELECT "streamId", seq, $1::uuid, type, body, "actorKind", "actorId", at, "commandId", "prevHash", hash
         FROM jsonb_to_recordset($2::jsonb) AS given("streamId" uuid, seq int, type text, body text, "actorKind" text,
           "actorId" uuid, at timestamptz, "commandId" uuid, "prevHash" text, hash text)`,
        [school.schoolId, JSON.stringify(copies.flatMap(({ events }) => events))],
      );
      await copyRows(client, copies);
    }
    await client.query('VACUUM ANALYZE stream, event, assessment, document');
  });
}

/** What pages read of a copy. Numbers and codes of documents are unique. */
async function copyRows(
  client: pg.Client,
  copies: readonly { readonly stream: { readonly id: string; readonly originalId: string } }[],
): Promise<void> {
  const given = JSON.stringify(copies.map(({ stream: { id, originalId } }) => ({ id, originalId })));
  const givenSql = 'jsonb_to_recordset($1::jsonb) AS given(id uuid, "originalId" uuid)';
  await client.query(
    `INSERT INTO assessment SELECT made.* FROM ${givenSql} JOIN assessment a ON a.id = given."originalId",
       jsonb_populate_record(a, jsonb_build_object('id', given.id)) AS made`,
    [given],
  );
  await client.query(
    `INSERT INTO document SELECT made.* FROM ${givenSql} JOIN document d ON d.assessment_id = given."originalId",
       jsonb_populate_record(d, jsonb_build_object('id', gen_random_uuid(), 'assessment_id', given.id, 'check_code', NULL,
         'number', given.id::text,
         'data', jsonb_set(d.data, '{document,number}', to_jsonb(given.id::text)) #- '{document,checkCode}')) AS made`,
    [given],
  );
}

function rechain(streamId: string, events: readonly (Omit<ChainedEvent, 'at'> & { readonly at: Date })[]) {
  let hash = GENESIS_HASH;
  return events.map(({ seq, type, body, actorKind, actorId, at, commandId }) => {
    const event = { streamId, seq, type, body, actorKind, actorId, at: at.toISOString(), commandId };
    const prevHash = hash;
    hash = chainHash(prevHash, event);
    return { ...event, prevHash, hash };
  });
}

interface Measured {
  readonly walk: readonly number[];
  readonly ratios: readonly number[];
  /** Megabytes that this process grew by during a walk, at most. */
  readonly memory: number;
  readonly anchor: readonly number[];
}

async function measure(context: BenchContext, rig: Rig, school: BenchSchool): Promise<Measured> {
  const rounds = sized(context, 1, 5, 5);
  let memory = 0;
  const walk = () => {
    const before = process.memoryUsage().rss;
    const onProgress = () => {
      memory = Math.max(memory, (process.memoryUsage().rss - before) / 2 ** 20);
    };
    return timed(async () => {
      const report = await readAsOfNow(rig.databaseUrl, (reader) => walkRecord(reader, { onProgress }));
      if (report.findingCount > 0) throw new Error('the record of the benchmark is not whole');
    });
  };
  const { a, ratios } = await measurePairs(rounds, walk, () => timed(() => readOnly(rig)), context.signal);
  const anchor: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const query = (url: string) =>
      readAsOfNow(url, (reader) => summariseHeads(headsAsOf(queryBy(reader), school.schoolId, new Date())));
    const ms = await timed(() => query(rig.databaseUrl));
    if (round > 0) anchor.push(ms);
  }
  return { walk: a, ratios, memory, anchor };
}

/** The same rows in the same order and pages, and nothing done with them. */
function readOnly(rig: Rig): Promise<void> {
  return readAsOfNow(rig.databaseUrl, async (reader) => {
    const sql = `SELECT s.*, e.* FROM stream s LEFT JOIN event e ON e.stream_id = s.id ORDER BY s.id, e.seq`;
    for await (const page of reader.pages(sql.replace('s.*', 's.id, s.version, s.head_hash'), [], 1_000)) void page;
  });
}

function describe(events: number, streams: number, { walk, ratios, memory, anchor }: Measured): Figure[] {
  const perSecond = (count: number, each: readonly number[]) => summarise(each.map((ms) => (count * 1_000) / ms));
  const setting = `${streams} chains with ${events} events of decided assessments`;
  const [walked, anchored, ratio] = [perSecond(events, walk), perSecond(streams, anchor), summarise(ratios)];
  return [
    {
      name: 'audit.eventsPerSecond',
      title: 'Events verified each second',
      value: walked.median,
      unit: 'perSecond',
      spread: walked,
      goal: { atLeast: 10_000 },
      explanation: `${setting}: hashes, order, heads, folded state, words and finished forms, as \`npm run audit:verify\` does, in one process. Documents are not read.`,
    },
    {
      name: 'audit.ratio',
      title: 'Verifying against only reading',
      value: ratio.median,
      unit: 'ratio',
      spread: ratio,
      explanation:
        'The walk, divided by fetching the same rows in the same order and pages and doing nothing with them.',
    },
    {
      name: 'audit.memory',
      title: 'Memory that a walk takes',
      value: memory,
      unit: 'MB',
      goal: { atMost: 150 },
      explanation: `Growth of the process at most, while walking ${setting}.`,
    },
    {
      name: 'audit.anchorPerSecond',
      title: 'Heads anchored each second',
      value: anchored.median,
      unit: 'perSecond',
      spread: anchored,
      explanation: `Finding where each of ${streams} chains stood at a moment, and making the Merkle root over them.`,
    },
  ];
}
