/** One teacher invites for thousands of students, while examiners fill in their forms; and the workflows that this opens. */
import { setTimeout as delay } from 'node:timers/promises';
import type { TrackedChild } from '../../../platform/services/process.ts';
import { type BenchContext, type Figure, type Group, sized } from '../figure.ts';
import { inParallel, timed, waitUntil } from '../harness.ts';
import { memoryOf, peakMemoryOf } from '../processes.ts';
import { EVERY_MS, p95, READERS, type Read, type Reader, readFor, seatReaders, startReading } from '../readers.ts';
import { openRig, type Rig, type Sink } from '../rig.ts';
import { type BenchSchool, createActors, ROWS_WHILE_WAITING, seedBenchSchool } from '../school.ts';
import { createVisitors } from '../visitor.ts';

const LIMIT_MS = 10 * 60_000;
const TIMER_AHEAD_MS = 20_000;

export const invitations: Group = {
  id: 'invitations',
  title: 'Many invitations at once, and the workflows they open',
  figures: [
    'invitations.seconds',
    'invitations.perSecond',
    'invitations.count',
    'invitations.click',
    'invitations.pageP95',
    'invitations.pagesRefused',
    'invitations.openWorkflows',
    'invitations.openSeconds',
    'invitations.workerMemory',
    'invitations.restart',
  ],
  async run(context) {
    const count = sized(context, 10, 1_000, 5_000);
    const rig = await openRig(context, { name: 'invitations', poolSize: 6 });
    const school = await seedBenchSchool(rig.database, count + READERS + 1);
    await rig.startTemporal();
    const sink = await rig.startSink();
    await rig.startWeb();
    const visitors = createVisitors(rig.config.publicUrl, rig.config.keys);
    context.onEnd(async () => visitors.close());
    const readers = await seatReaders(rig, school, count, visitors);
    const assessmentIds = await createMany(rig, school, count);
    const worker = await rig.startWorker();
    await waitUntil('the first mails', LIMIT_MS, async () => (await accepted(rig)) >= READERS, context.signal);
    const before = await readFor(readers, sized(context, 500, 5_000, 8_000));
    context.say(`  inviting ${count} examiners`);
    const sent = await inviteAll({ context, rig, school, sink, readers, assessmentIds });
    return [...describeSending(count, sent, before), ...(await measureWorkflows(context, rig, school, count, worker))];
  },
};

/** Each with an examiner of its own. */
async function createMany(rig: Rig, school: BenchSchool, count: number): Promise<string[]> {
  const actors = createActors(rig.database, school, rig.config.keys.current);
  const ids: string[] = [];
  await inParallel(count, 4, async (index) => {
    [ids[index] = ''] = await actors.create(index, 1);
  });
  return ids;
}

async function accepted(rig: Rig): Promise<number> {
  return rig.database.mail.count({ where: { template: 'invitation', state: 'accepted' } });
}

interface Sending {
  readonly context: BenchContext;
  readonly rig: Rig;
  readonly school: BenchSchool;
  readonly sink: Sink;
  readonly readers: readonly Reader[];
  readonly assessmentIds: readonly string[];
}

interface Sent {
  /** Milliseconds until the click was answered. */
  readonly click: number;
  /** Milliseconds from the click until the mail server had all. */
  readonly all: number;
  readonly meanwhile: Read;
}

async function inviteAll({ context, rig, school, sink, readers, assessmentIds }: Sending): Promise<Sent> {
  const stopReading = startReading(readers);
  const actors = createActors(rig.database, school, rig.config.keys.current);
  const total = assessmentIds.length + READERS;
  let click = 0;
  const all = await timed(async () => {
    click = await timed(() => actors.click(assessmentIds, school.contactIds.slice(0, assessmentIds.length)));
    const isDone = async () => (await accepted(rig)) >= total;
    await waitUntil('all invitations', LIMIT_MS, isDone, context.signal);
  });
  const taken = await sink.taken();
  if (taken !== total) throw new Error(`${total} invitations were accepted, and the mail server took ${taken} mails`);
  return { click, all, meanwhile: await stopReading() };
}

function describeSending(count: number, { click, all, meanwhile }: Sent, before: Read): Figure[] {
  const seconds = all / 1000;
  const [calm, busy] = [p95(before), p95(meanwhile)];
  return [
    {
      name: 'invitations.seconds',
      title: `${count} invitations, from the click to the last one accepted`,
      value: seconds,
      unit: 's',
      goal: { atMost: (60 * count) / 5_000 },
      explanation: `One click for ${count} examiners with one student each: a batch, of which ${ROWS_WHILE_WAITING} rows are sent before the click is answered, and the others by the conductor. A real worker with the usual settings does that, hands the mails to a mail server in another process, writes down that it took them, and starts the workflows meanwhile. The goal of 60 s is for 5,000 and is scaled to the number.`,
    },
    {
      name: 'invitations.perSecond',
      title: 'Invitations accepted in one second',
      value: count / seconds,
      unit: 'perSecond',
      explanation: 'The same run.',
    },
    {
      name: 'invitations.count',
      title: 'Number of invitations in this run',
      value: count,
      unit: 'count',
      explanation: '',
    },
    {
      name: 'invitations.click',
      title: `The click that invites ${count} examiners`,
      value: click,
      unit: 'ms',
      explanation: `Until it is answered: the batch is planned in one transaction, and ${ROWS_WHILE_WAITING} invitations are sent in another.`,
    },
    {
      name: 'invitations.pageP95',
      title: 'Form page meanwhile ÷ before (95th percentile)',
      value: busy / calm,
      unit: 'ratio',
      goal: { atMost: 2 },
      explanation: `A form page is asked for every ${EVERY_MS} ms, whether the one before was answered or not: ${calm.toFixed(0)} ms before, ${busy.toFixed(0)} ms from the click to the last mail.`,
    },
    {
      name: 'invitations.pagesRefused',
      title: 'Form pages that were refused meanwhile',
      value: meanwhile.refused,
      unit: 'count',
      goal: { atMost: 0 },
      explanation: `Of ${meanwhile.spent.length + meanwhile.refused}: the application answered that it was too busy.`,
    },
  ];
}

async function measureWorkflows(
  context: BenchContext,
  rig: Rig,
  school: BenchSchool,
  count: number,
  worker: TrackedChild,
): Promise<Figure[]> {
  const expected = 2 * (count + READERS);
  const open = () => rig.database.workflowView.count({ where: { isClosed: false, seenSeq: { gt: 0 } } });
  const started = await waitUntil(
    'all workflows',
    LIMIT_MS,
    async () => (await open()) >= expected,
    context.signal,
    500,
  );
  const memory = memoryOf(worker.mark.pid);
  const peak = peakMemoryOf(worker.mark.pid);
  const restart = await measureRestart(context, rig, school, worker);
  return [
    {
      name: 'invitations.openWorkflows',
      title: 'Open workflows after that',
      value: expected,
      unit: 'count',
      explanation: '',
    },
    {
      name: 'invitations.openSeconds',
      title: 'From the last mail until every workflow has begun to wait',
      value: started / 1000,
      unit: 's',
      explanation: "Temporal's development server keeps its store in SQLite; a production server is quicker.",
    },
    {
      name: 'invitations.workerMemory',
      title: `Memory of the worker with ${expected} open workflows`,
      value: memory,
      unit: 'MB',
      goal: { atMost: 500 },
      explanation: `Resident; ${peak.toFixed(0)} MB at most since it started, all mails included.`,
    },
    {
      name: 'invitations.restart',
      title: `From the start of the worker to the first timer, with ${expected} open workflows`,
      value: restart / 1000,
      unit: 's',
      explanation:
        'A deadline passes while no worker runs. The clock runs from the start of the process until the record says that the assessment is late.',
    },
  ];
}

async function measureRestart(
  context: BenchContext,
  rig: Rig,
  school: BenchSchool,
  worker: TrackedChild,
): Promise<number> {
  const actors = createActors(rig.database, school, rig.config.keys.current);
  const last = school.contactIds.length - 1;
  const dueAt = new Date(Date.now() + TIMER_AHEAD_MS);
  const id = await actors.createDue(last, dueAt);
  await actors.invite([id], school.contactIds.slice(last));
  const hasTimer = async () =>
    (await rig.database.workflowView.findUnique({ where: { streamId: id } }))?.nextAt != null;
  await waitUntil('the timer', TIMER_AHEAD_MS, hasTimer, context.signal);
  await worker.stop();
  await delay(Math.max(0, dueAt.getTime() - Date.now()) + 1_000);
  const started = performance.now();
  await rig.startWorker();
  const isLate = async () => (await rig.database.assessment.findUniqueOrThrow({ where: { id } })).isLate;
  await waitUntil('the first timer', LIMIT_MS, isLate, context.signal);
  return performance.now() - started;
}
