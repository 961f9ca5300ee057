/** The examiner in a hallway: many at once on one process, and one on a slow phone. */
import { setTimeout as delay } from 'node:timers/promises';
import { justificationFieldName, scoreFieldName } from '../../../domain/form.ts';
import { withClient } from '../../../platform/services/postgres-roles.ts';
import { saveDraft } from '../../../prisma/commands/drafts.ts';
import { paths } from '../../../web/paths.ts';
import { type BenchContext, type Figure, type Group, sized } from '../figure.ts';
import { measurePairs, quantile, summarise, timed } from '../harness.ts';
import { openRig, type Rig } from '../rig.ts';
import {
  type BenchSchool,
  createActors,
  filledForm,
  openExaminerSession,
  type Sitting,
  seedBenchSchool,
} from '../school.ts';
import { createVisitors, type Visitor } from '../visitor.ts';
import { measurePhone } from './phone.ts';

const PAGES_A_SECOND = 100;
const OK = 200;

export const examiner: Group = {
  id: 'examiner',
  title: 'The examiner: many at once, and one on a slow phone',
  figures: [
    'examiner.pagesKept',
    'examiner.pagesP50',
    'examiner.pagesP95',
    'examiner.pagesP99',
    'examiner.pagesRefused',
    'examiner.autosaveP95',
    'examiner.autosaveP50',
    'examiner.firstVisit',
    'examiner.firstVisitWaited',
    'examiner.firstVisitScripts',
    'examiner.firstVisitFont',
    'examiner.laterVisit',
    'examiner.tapFirst',
    'examiner.tapLater',
  ],
  async run(context) {
    const visits = sized(context, 1, 3, 5);
    const readers = sized(context, 4, 40, 100);
    const rig = await openRig(context, { name: 'examiner' });
    const school = await seedBenchSchool(rig.database, readers + 2 * visits);
    const actors = createActors(rig.database, school, rig.config.keys.current);
    const sittings = await actors.seat(0, readers + 2 * visits);
    await rig.startWeb();
    const visitors = createVisitors(rig.config.publicUrl, rig.config.keys);
    context.onEnd(async () => visitors.close());
    const seats = await openSeats(rig, school, sittings.slice(0, readers), visitors);
    return [
      ...(await measureRate(context, seats)),
      ...(await measureSaves(context, rig, school, seats)),
      ...(await measurePhone(context, rig, sittings.slice(readers))),
    ];
  },
};

type Seat = Sitting & { readonly visitor: Visitor };

/** Examiners with everything filled in: the heaviest page, and a record that knows of first words. */
async function openSeats(
  { database }: Rig,
  school: BenchSchool,
  sittings: readonly Sitting[],
  visitors: ReturnType<typeof createVisitors>,
): Promise<Seat[]> {
  const seats: Seat[] = [];
  for (const sitting of sittings) {
    const { formId, contactId, linkId } = sitting;
    await saveDraft(database, { schoolId: school.schoolId, formId, contactId, basedOn: 0, patch: filledForm(school) });
    seats.push({ ...sitting, visitor: visitors.visitor(await openExaminerSession(database, linkId)) });
  }
  return seats;
}

// --- a hundred pages a second

interface Rate {
  /** Milliseconds of each page, from the moment at which it was due. */
  readonly spent: readonly number[];
  readonly refused: number;
  /** Pages that came while the rate was kept up, a second. */
  readonly kept: number;
}

/** Asks on time, whether the pages before came or not, so that waiting shows in the figures. */
async function askOnTime(seats: readonly Seat[], seconds: number, signal: AbortSignal): Promise<Rate> {
  const count = seconds * PAGES_A_SECOND;
  const started = performance.now();
  const spent: number[] = [];
  const running: Promise<void>[] = [];
  let refused = 0;
  let inTime = 0;
  const ask = async (index: number, due: number) => {
    const seat = seats[index % seats.length];
    const status = await seat?.visitor.look(paths.form(seat.formId));
    if (status !== OK) {
      refused += 1;
      return;
    }
    spent.push(performance.now() - due);
    if (performance.now() - started <= seconds * 1_000) inTime += 1;
  };
  for (let index = 0; index < count; index += 1) {
    signal.throwIfAborted();
    const due = started + (index * 1_000) / PAGES_A_SECOND;
    const wait = due - performance.now();
    if (wait > 0) await delay(wait);
    running.push(ask(index, due));
  }
  await Promise.all(running);
  return { spent, refused, kept: inTime / seconds };
}

async function measureRate(context: BenchContext, seats: readonly Seat[]): Promise<Figure[]> {
  // A process that serves all day has long been compiled.
  await askOnTime(seats, sized(context, 1, 3, 5), context.signal);
  const seconds = sized(context, 1, 10, 30);
  const { spent, refused, kept } = await askOnTime(seats, seconds, context.signal);
  const spread = { min: Math.min(...spent), max: Math.max(...spent), count: spent.length };
  const late = (name: string, share: number): Figure => ({
    name: `examiner.pages${name}`,
    title: `Form page at ${PAGES_A_SECOND} a second, ${Math.round(share * 100)} of 100`,
    value: quantile(spent, share),
    unit: 'ms',
    ...(share === 0.5 ? { spread } : {}),
    explanation: 'From the moment at which the page was due to its last byte, compressed as a browser asks for it.',
  });
  return [
    {
      name: 'examiner.pagesKept',
      title: `Form pages answered in a second, of ${PAGES_A_SECOND} that were asked for`,
      value: kept,
      unit: 'perSecond',
      goal: { atLeast: PAGES_A_SECOND * 0.99 },
      explanation: `Asked for every ${1_000 / PAGES_A_SECOND} ms for ${seconds} s by ${seats.length} examiners with full forms, whether the page before came or not; one web process, the load on the same machine.`,
    },
    late('P50', 0.5),
    late('P95', 0.95),
    late('P99', 0.99),
    {
      name: 'examiner.pagesRefused',
      title: 'Form pages that were refused meanwhile',
      value: refused,
      unit: 'count',
      goal: { atMost: 0 },
      explanation: '',
    },
  ];
}

// --- saving while somebody types

/** Saves of one round; each form is saved far less often than its limit allows. */
const ROUND = 30;

async function measureSaves(
  context: BenchContext,
  rig: Rig,
  school: BenchSchool,
  seats: readonly Seat[],
): Promise<Figure[]> {
  const save = createSaver(school, seats);
  // The first save of a form tells the record that it was begun; typing goes on after that.
  for (let index = 0; index < seats.length; index += 1) await save();
  const size = sized(context, 3, ROUND, ROUND);
  const saves: number[] = [];
  const commits: number[] = [];
  const found = await withClient(rig.superUrl, async (client) => {
    await client.query('CREATE TABLE bare_commit (id uuid PRIMARY KEY, word text NOT NULL)');
    const commit = () =>
      client.query('INSERT INTO bare_commit (id, word) VALUES (gen_random_uuid(), $1)', ['word']).then(() => undefined);
    return measurePairs(
      sized(context, 1, 9, 15),
      () => p95Of(size, save, saves),
      () => p95Of(size, commit, commits),
      context.signal,
    );
  });
  const ratio = summarise(found.ratios);
  return [
    {
      name: 'examiner.autosaveP95',
      title: 'Saving what was typed ÷ one bare commit, 95 of 100 of each',
      value: ratio.median,
      unit: 'ratio',
      spread: ratio,
      goal: { atMost: 3 },
      explanation: `The POST of the form's script over HTTP to its answer, one after the other (${summarise(found.a).median.toFixed(1)} ms), divided by a one-row INSERT that commits on the same PostgreSQL (${summarise(found.b).median.toFixed(2)} ms); the 95th percentile of ${size} on each side of a pair. A save is three round trips to PostgreSQL one after the other (who is it, how stands the form, write it), of which the last waits for the disk, and an HTTP exchange with JSON around them: on a disk that commits in a third of a millisecond, that and not the disk is what counts.`,
    },
    {
      name: 'examiner.autosaveP50',
      title: 'Saving what was typed, median',
      value: summarise(saves).median,
      unit: 'ms',
      spread: summarise(saves),
      explanation: 'One at a time, after the first save of each form.',
    },
  ];
}

async function p95Of(count: number, work: () => Promise<void>, all: number[]): Promise<number> {
  const spent: number[] = [];
  for (let done = 0; done < count; done += 1) spent.push(await timed(work));
  all.push(...spent);
  return quantile(spent, 0.95);
}

/** Goes from seat to seat; each save is based on the one before it, as the page's are. */
function createSaver(school: BenchSchool, seats: readonly Seat[]): () => Promise<void> {
  const [component] = school.exam.units.flatMap((unit) =>
    unit.coreTasks.flatMap((task) => task.workProcesses.flatMap((process) => process.components)),
  );
  if (!component) throw new Error('the exam has no component');
  const scores = Object.fromEntries(component.criteria.map(({ ref }) => [scoreFieldName(ref), 'G']));
  const revisions = new Map<string, number>();
  let count = 0;
  return async () => {
    const seat = seats[count % seats.length];
    count += 1;
    if (!seat) return;
    const answer = await seat.visitor.postJson(paths.formAutosave(seat.formId), {
      revisie: String(revisions.get(seat.formId) ?? 1),
      schrijver: '0123456789ab',
      weergave: 'stap',
      [justificationFieldName(component.ref)]: `Gezien op dag ${count} bij de wondzorg op kamer 4.`,
      ...scores,
    });
    revisions.set(seat.formId, Number(JSON.parse(answer.text).revision));
  };
}
