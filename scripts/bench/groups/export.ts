/** A list of a great many results, and what the web process pays for it. */
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { SHIPPED_PROFILES } from '../../../domain/exporting.ts';
import { withClient } from '../../../platform/services/postgres-roles.ts';
import { paths } from '../../../web/paths.ts';
import { type BenchContext, type Figure, type Group, sized } from '../figure.ts';
import { type Measured, quantile, summarise, timed } from '../harness.ts';
import { memoryOf } from '../processes.ts';
import { openRig, type Rig } from '../rig.ts';
import { type BenchSchool, createActors, openMemberSession, seedBenchSchool } from '../school.ts';
import { createVisitors, type Visitor } from '../visitor.ts';

const LOOK_MS = 40;
const PAGE_MS = 50;
const QUIET_MS = 3_000;
/** Students and examiners that the results are spread over. */
const PEOPLE = 20;
const MEMORY_GOAL = 150;

export const exporting: Group = {
  id: 'export',
  title: 'Results for other systems',
  figures: [
    'export.rowsPerSecond',
    'export.rows',
    'export.memory',
    'export.memoryWhole',
    'export.pageP95',
    'export.preview',
  ],
  async run(context) {
    const wanted = sized(context, 60, 200_000, 200_000);
    const rig = await openRig(context, {
      name: 'export',
      postgresSettings: ['fsync=off', 'synchronous_commit=off', 'autovacuum=off', 'maintenance_work_mem=256MB'],
    });
    const school = await seedBenchSchool(rig.database, PEOPLE);
    const template = await decideOne(rig, school);
    const parts = await countParts(rig, template);
    const count = Math.ceil(wanted / parts);
    await withClient(rig.superUrl, (client) => copyDecided(client, template, count));
    context.say(`  ${count} results of ${parts} work processes`);
    const web = await rig.startWeb();
    const visitors = createVisitors(rig.config.publicUrl, rig.config.keys);
    context.onEnd(async () => visitors.close());
    const visitor = visitors.visitor(await openMemberSession(rig.database, school.committeeId));
    const examId = await examOf(rig, school);
    return describe(await measure(context, { visitor, examId, pid: web.mark.pid }), count * parts);
  },
};

/** One real decision, whose document is then there a great many times. @returns its assessment */
async function decideOne(rig: Rig, school: BenchSchool): Promise<string> {
  const actors = createActors(rig.database, school, rig.config.keys.current);
  const [sitting] = await actors.seat(0, 1);
  if (!sitting) throw new Error('nobody was invited');
  await actors.finish(sitting);
  await actors.finalise(sitting.assessmentId);
  return sitting.assessmentId;
}

async function countParts(rig: Rig, assessmentId: string): Promise<number> {
  const document = await rig.database.document.findFirstOrThrow({ where: { assessmentId } });
  return (document.data as unknown as { result: { workProcesses: unknown[] } }).result.workProcesses.length;
}

async function examOf(rig: Rig, school: BenchSchool): Promise<string> {
  const version = await rig.database.examVersion.findUniqueOrThrow({ where: { id: school.examVersionId } });
  return version.examId;
}

/** Final, stored, decided one second after the other; the same students come back. */
async function copyDecided(client: pg.Client, assessmentId: string, count: number): Promise<void> {
  const range = [assessmentId, count];
  await client.query('BEGIN');
  await client.query("SET LOCAL session_replication_role = 'replica'");
  await client.query(
    `INSERT INTO assessment SELECT copy.* FROM assessment a, generate_series(2, $2::int) n, LATERAL jsonb_populate_record(a,
       jsonb_build_object('id', md5('assessment' || n)::uuid, 'decided_at', a.decided_at - n * interval '1 second')) copy
     WHERE a.id = $1::uuid`,
    range,
  );
  await client.query(
    `INSERT INTO document (id, school_id, assessment_id, version, number, data, office_address_id, sha256, size, stored_at)
     SELECT md5('document' || n)::uuid, d.school_id, md5('assessment' || n)::uuid, 1, 'B' || n, d.data, d.office_address_id,
       md5('a' || n) || md5('b' || n), 200000, now()
     FROM document d, generate_series(2, $2::int) n WHERE d.assessment_id = $1::uuid`,
    range,
  );
  await client.query(
    "UPDATE document SET sha256 = repeat('0', 64), size = 200000, stored_at = now() WHERE sha256 IS NULL",
  );
  await client.query('COMMIT');
  await client.query('VACUUM ANALYZE assessment');
  await client.query('VACUUM ANALYZE document');
}

interface Setting {
  readonly visitor: Visitor;
  readonly examId: string;
  readonly pid: number;
}

interface Found {
  /** Milliseconds of each file. */
  readonly spent: Measured;
  /** Megabytes before the first file, and the most during any. */
  readonly before: number;
  readonly most: number;
  /** Milliseconds of a page of the same process, while nothing else happens and during a file. */
  readonly quiet: readonly number[];
  readonly meanwhile: readonly number[];
  /** Milliseconds of the page that counts and shows the first rows. */
  readonly preview: Measured;
}

async function measure(context: BenchContext, { visitor, examId, pid }: Setting): Promise<Found> {
  const rounds = sized(context, 1, 3, 3);
  const fetchFile = () =>
    visitor.post(paths.exportFile(), { examen: examId, welke: 'alles', profiel: SHIPPED_PROFILES.excel.id }, 200);
  const readPage = () => timed(() => visitor.get(paths.exportProfiles()));
  for (let done = 0; done < 10; done += 1) await readPage();
  const reading = startReading(readPage);
  await delay(sized(context, 200, QUIET_MS, QUIET_MS));
  const quiet = await reading();
  const before = memoryOf(pid);
  let most = before;
  const look = setInterval(() => {
    most = Math.max(most, memoryOf(pid));
  }, LOOK_MS);
  const stopReading = startReading(readPage);
  const spent: number[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      context.signal.throwIfAborted();
      spent.push(await timed(fetchFile));
    }
  } finally {
    clearInterval(look);
  }
  const meanwhile = await stopReading();
  const preview: number[] = [];
  for (let round = 0; round < rounds; round += 1)
    preview.push(await timed(() => visitor.get(paths.exportPreview({ examen: examId, welke: 'alles' }))));
  return { spent: summarise(spent), before, most, quiet, meanwhile, preview: summarise(preview) };
}

/** A page every {@link PAGE_MS}, whether the one before was answered or not. @returns what ends it and gives the times */
function startReading(readPage: () => Promise<number>): () => Promise<number[]> {
  const times: Promise<number>[] = [];
  const timer = setInterval(() => times.push(readPage()), PAGE_MS);
  return () => {
    clearInterval(timer);
    return Promise.all(times);
  };
}

function describe({ spent, before, most, quiet, meanwhile, preview }: Found, rows: number): Figure[] {
  const perSecond = (milliseconds: number) => (rows * 1000) / milliseconds;
  const [slowQuiet, slowMeanwhile] = [quantile(quiet, 0.95), quantile(meanwhile, 0.95)];
  return [
    {
      name: 'export.rowsPerSecond',
      title: 'Rows of a list of results',
      value: perSecond(spent.median),
      unit: 'perSecond',
      spread: { min: perSecond(spent.max), max: perSecond(spent.min), count: spent.count },
      explanation: `From the click to the last byte over HTTP, a row for each work process, with the columns and the format for Dutch Excel; what was sent is written down meanwhile. ${(spent.median / 1000).toFixed(1)} s for the whole list.`,
    },
    { name: 'export.rows', title: 'Number of rows in this run', value: rows, unit: 'count', explanation: '' },
    {
      name: 'export.memory',
      title: `Memory that the web process takes for a list of ${rows} rows`,
      value: most - before,
      unit: 'MB',
      goal: { atMost: MEMORY_GOAL },
      explanation: `The most that was resident during ${spent.count} files (${most.toFixed(0)} MB) less what was resident before the first (${before.toFixed(0)} MB), read every ${LOOK_MS} ms.`,
    },
    {
      name: 'export.memoryWhole',
      title: 'Memory of the web process meanwhile, all of it',
      value: most,
      unit: 'MB',
      explanation: 'Resident, with the whole application in it.',
    },
    {
      name: 'export.pageP95',
      title: 'Another page meanwhile ÷ before (95th percentile)',
      value: slowMeanwhile / slowQuiet,
      unit: 'ratio',
      explanation: `A page of the same web process every ${PAGE_MS} ms: ${slowQuiet.toFixed(1)} ms before, ${slowMeanwhile.toFixed(1)} ms while the list is sent.`,
    },
    {
      name: 'export.preview',
      title: 'Preview of that list, with what was fetched before',
      value: preview.median,
      unit: 'ms',
      spread: preview,
      explanation: 'The whole page: how many are final, new or decided again, who is left out, and the first rows.',
    },
  ];
}
