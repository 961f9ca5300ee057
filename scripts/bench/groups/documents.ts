/** A committee decides on thousands of results at once, while examiners look at their forms: memory stays level, pages stay quick. */
import { withClient } from '../../../platform/services/postgres-roles.ts';
import { type BenchContext, type Figure, type Group, sized } from '../figure.ts';
import { inParallel, timed, waitUntil } from '../harness.ts';
import { memoryOf, memoryOfDescendants } from '../processes.ts';
import { EVERY_MS, p95, READERS, type Read, type Reader, readFor, seatReaders, startReading } from '../readers.ts';
import { openRig, type Rig } from '../rig.ts';
import { type BenchSchool, createActors, seedBenchSchool } from '../school.ts';
import { createVisitors } from '../visitor.ts';

const LIMIT_MS = 30 * 60_000;
const AT_ONCE = 4;
const SAMPLE_MS = 500;
const POLL_MS = 250;
/** Share of the documents after which all that is kept warm is warm. */
const WARM_SHARE = 0.1;

export const documents: Group = {
  id: 'documents',
  title: 'Many documents at once',
  figures: [
    'documents.seconds',
    'documents.perMinute',
    'documents.count',
    'documents.deciding',
    'documents.memoryLevel',
    'documents.workerMemory',
    'documents.chromiumMemory',
    'documents.pageP95',
    'documents.pagesRefused',
  ],
  async run(context) {
    const count = sized(context, 4, 100, 2_000);
    const rig = await openRig(context, { name: 'documents', poolSize: 6, needsChromium: true });
    const school = await seedBenchSchool(rig.database, count + READERS);
    await rig.startTemporal();
    await rig.startSink();
    await rig.startWeb();
    const visitors = createVisitors(rig.config.publicUrl, rig.config.keys);
    context.onEnd(async () => visitors.close());
    const readers = await seatReaders(rig, school, count, visitors);
    const assessmentIds = await assess(rig, school, count);
    const worker = await rig.startWorker();
    context.say(`  opening the workflows of ${count} assessments`);
    await waitUntil('all workflows', LIMIT_MS, async () => (await behind(rig)) === 0, context.signal, POLL_MS);
    const before = await readFor(readers, sized(context, 500, 5_000, 8_000));
    context.say(`  deciding on ${count} results`);
    const made = await decideAll({ context, rig, school, readers, assessmentIds, workerPid: worker.mark.pid });
    return [...describeMaking(count, made), ...describeMemory(count, made), ...describePages(before, made.meanwhile)];
  },
};

/** Forms that are finished and wait for the committee. */
async function assess(rig: Rig, school: BenchSchool, count: number): Promise<string[]> {
  const actors = createActors(rig.database, school, rig.config.keys.current);
  const sittings = await actors.seat(0, count);
  await inParallel(count, AT_ONCE, async (index) => {
    const sitting = sittings[index];
    if (sitting) await actors.finish(sitting);
  });
  return sittings.map(({ assessmentId }) => assessmentId);
}

/** Streams with events that their workflow has not been told. */
async function behind(rig: Rig): Promise<number> {
  return countOf(rig, 'SELECT count(*)::int AS count FROM stream WHERE relayed_seq < version');
}

async function stored(rig: Rig): Promise<number> {
  return countOf(rig, 'SELECT count(*)::int AS count FROM document WHERE stored_at IS NOT NULL');
}

async function countOf(rig: Rig, statement: string): Promise<number> {
  return withClient(
    rig.superUrl,
    async (client) => (await client.query<{ count: number }>(statement)).rows[0]?.count ?? 0,
  );
}

interface Memory {
  readonly worker: number;
  readonly chromium: number;
}

const NOTHING: Memory = { worker: 0, chromium: 0 };

function memoryNow(workerPid: number): Memory {
  return { worker: memoryOf(workerPid), chromium: memoryOfDescendants(workerPid) };
}

/** The most of each while something goes on, looked at every {@link SAMPLE_MS}. */
function startWatching(workerPid: number): () => Memory {
  let most = NOTHING;
  const look = () => {
    const { worker, chromium } = memoryNow(workerPid);
    most = { worker: Math.max(most.worker, worker), chromium: Math.max(most.chromium, chromium) };
  };
  const timer = setInterval(look, SAMPLE_MS);
  return () => {
    clearInterval(timer);
    look();
    return most;
  };
}

interface Deciding {
  readonly context: BenchContext;
  readonly rig: Rig;
  readonly school: BenchSchool;
  readonly readers: readonly Reader[];
  readonly assessmentIds: readonly string[];
  readonly workerPid: number;
}

interface Made {
  /** Milliseconds until the last decision was taken. */
  readonly deciding: number;
  /** Milliseconds until the last document was stored. */
  readonly all: number;
  readonly meanwhile: Read;
  readonly before: Memory;
  /** When {@link WARM_SHARE} of the documents was there. */
  readonly warm: Memory;
  readonly after: Memory;
  readonly most: Memory;
}

async function decideAll({ context, rig, school, readers, assessmentIds, workerPid }: Deciding): Promise<Made> {
  const actors = createActors(rig.database, school, rig.config.keys.current);
  const count = assessmentIds.length;
  const before = memoryNow(workerPid);
  const stopReading = startReading(readers);
  const stopWatching = startWatching(workerPid);
  const reach = (share: number) =>
    waitUntil('all documents', LIMIT_MS, async () => (await stored(rig)) >= share * count, context.signal, POLL_MS);
  let warm = NOTHING;
  let deciding = 0;
  const all = await timed(async () => {
    const decided = timed(() => inParallel(count, AT_ONCE, (index) => actors.finalise(assessmentIds[index] ?? '')));
    await reach(WARM_SHARE);
    warm = memoryNow(workerPid);
    deciding = await decided;
    await reach(1);
  });
  const after = memoryNow(workerPid);
  return { deciding, all, meanwhile: await stopReading(), before, warm, after, most: stopWatching() };
}

function describeMaking(count: number, { deciding, all }: Made): Figure[] {
  return [
    {
      name: 'documents.seconds',
      title: `${count} documents, from the first decision to the last one stored`,
      value: all / 1000,
      unit: 's',
      explanation: `Results on the largest exam of the demo, decided on ${AT_ONCE} at a time through the one door by the benchmark itself; sealed documents, made and stored by one real worker that also mails each to the exam office and goes on with its other work.`,
    },
    {
      name: 'documents.perMinute',
      title: 'Documents stored in one minute meanwhile',
      value: count / (all / 60_000),
      unit: 'perMinute',
      explanation: 'The same run.',
    },
    { name: 'documents.count', title: 'Number of documents in this run', value: count, unit: 'count', explanation: '' },
    {
      name: 'documents.deciding',
      title: `Until the last of ${count} decisions was taken`,
      value: deciding / 1000,
      unit: 's',
      explanation: 'A decision waits for no document: the documents follow.',
    },
  ];
}

function describeMemory(count: number, { before, warm, after, most }: Made): Figure[] {
  const sum = ({ worker, chromium }: Memory) => worker + chromium;
  const course = (key: keyof Memory) =>
    `${before[key].toFixed(0)} MB before, ${warm[key].toFixed(0)} MB after a tenth of them, ${after[key].toFixed(0)} MB after the last.`;
  return [
    {
      name: 'documents.memoryLevel',
      title: 'Worker and Chromium, memory after the last document ÷ after a tenth of them',
      value: sum(after) / sum(warm),
      unit: 'ratio',
      goal: { atMost: 1.5 },
      explanation: `Resident: ${sum(warm).toFixed(0)} MB and ${sum(after).toFixed(0)} MB, ${count} documents.`,
    },
    {
      name: 'documents.workerMemory',
      title: 'Worker, the most memory meanwhile',
      value: most.worker,
      unit: 'MB',
      explanation: course('worker'),
    },
    {
      name: 'documents.chromiumMemory',
      title: 'Chromium, the most memory meanwhile',
      value: most.chromium,
      unit: 'MB',
      explanation: `${course('chromium')} Pages that its processes share are counted for each of them; one that is replaced lives beside the next for a moment.`,
    },
  ];
}

function describePages(before: Read, meanwhile: Read): Figure[] {
  const [calm, busy] = [p95(before), p95(meanwhile)];
  return [
    {
      name: 'documents.pageP95',
      title: 'Form page meanwhile ÷ before (95th percentile)',
      value: busy / calm,
      unit: 'ratio',
      goal: { atMost: 2 },
      explanation: `A form page is asked for every ${EVERY_MS} ms, whether the one before was answered or not: ${calm.toFixed(0)} ms before, ${busy.toFixed(0)} ms from the first decision to the last document.`,
    },
    {
      name: 'documents.pagesRefused',
      title: 'Form pages that were refused meanwhile',
      value: meanwhile.refused,
      unit: 'count',
      goal: { atMost: 0 },
      explanation: `Of ${meanwhile.spent.length + meanwhile.refused}: the application answered that it was too busy.`,
    },
  ];
}
