/** Whether the lists stay level as the years go by. */

import { withClient } from '../../../platform/services/postgres-roles.ts';
import { createRepositories } from '../../../prisma/repositories/index.ts';
import { NO_QUEUE_FILTER, QueueMark, QueueStage, QueueView } from '../../../prisma/repositories/queue-filter.ts';
import type { QueueRequest } from '../../../prisma/repositories/queue-pages.ts';
import { type BenchContext, type Figure, type Group, sized } from '../figure.ts';
import { summarise, timed } from '../harness.ts';
import { FILTER_IDS, FIRST_TEACHER, fillQueue, OWN_ASSESSMENTS } from '../queue-rows.ts';
import { openRig, type Rig } from '../rig.ts';
import { type BenchSchool, seedBenchSchool } from '../school.ts';

const ROWS_OF_A_PAGE = 25;
/** A student's number, as it is in every size. */
const ONE_STUDENT = '5000077';
const ONE_NAME = 'noor proefstudent4321';

/** What members type for a student, whom the queue then suggests. */
const SUGGESTED_FOR = ['noor', 'qx', 'noor qx', '77'];

interface Reading {
  readonly name: string;
  read(): Promise<unknown>;
}

interface Times {
  /** Milliseconds in PostgreSQL for each reading. */
  readonly database: number;
  readonly whole: number;
}

/** What is read, in words for the report; `isOpen`: no goal for how it grows. */
const READINGS: Readonly<Record<string, { readonly title: string; readonly isOpen?: true }>> = {
  firstPage: { title: 'First page of the queue with its counts' },
  lastPage: { title: 'Last page of the queue with its counts' },
  allFirstPage: { title: 'First page of everything with its counts' },
  search: { title: 'Search for the number of one student in everything, with its counts' },
  nameSearch: { title: 'Search for the name of one student in everything, with its counts', isOpen: true },
  wideSearch: { title: 'Search that finds one row in ninety, with its counts', isOpen: true },
  ownList: { title: `The own list of an initiator with ${OWN_ASSESSMENTS} assessments, with its counts` },
};
const TIMED = ['firstPage', 'lastPage', 'search', 'ownList'];

export const queue: Group = {
  id: 'queue',
  title: 'Lists that grow',
  figures: [
    ...Object.keys(READINGS).map((name) => `queue.${name}`),
    ...TIMED.flatMap((name) => [`queue.${name}Database`, `queue.${name}Ms`]),
    'queue.filtersMost',
  ],
  async run(context) {
    const sizes = sized(context, [100, 200, 400], [10_000, 100_000, 1_000_000], [10_000, 100_000, 1_000_000]);
    const rig = await openRig(context, {
      name: 'queue',
      postgresSettings: [
        'maintenance_work_mem=512MB',
        'fsync=off',
        'synchronous_commit=off',
        'autovacuum=off',
        'max_parallel_maintenance_workers=2',
      ],
    });
    const school = await seedBenchSchool(rig.database, sized(context, 10, 1_000, 1_000));
    const found: Map<string, Times>[] = [];
    let filled = 0;
    for (const size of sizes) {
      const spent = await timed(() => withClient(rig.superUrl, (client) => fillQueue(client, school, filled, size)));
      context.say(`  ${size} assessments (${Math.round(spent / 1000)} s)`);
      filled = size;
      found.push(await readAll(context, rig, school));
    }
    return describe(sizes, found);
  },
};

async function readAll(context: BenchContext, rig: Rig, school: BenchSchool): Promise<Map<string, Times>> {
  const { committee, initiator } = createRepositories(rig.database).forSchool(school.schoolId);
  const request: QueueRequest = {
    ...NO_QUEUE_FILTER,
    view: QueueView.Assessed,
    after: null,
    before: null,
    limit: ROWS_OF_A_PAGE,
  };
  const last = await findLastCursor(rig, school);
  const readings: Reading[] = [
    { name: 'firstPage', read: () => committee.readQueue(request) },
    { name: 'lastPage', read: () => committee.readQueue({ ...request, after: last }) },
    {
      name: 'allFirstPage',
      read: () => committee.readQueue({ ...request, view: QueueView.All }),
    },
    { name: 'search', read: () => committee.readQueue({ ...request, view: QueueView.All, search: ONE_STUDENT }) },
    { name: 'nameSearch', read: () => committee.readQueue({ ...request, view: QueueView.All, search: ONE_NAME }) },
    { name: 'wideSearch', read: () => committee.readQueue({ ...request, search: 'proefstudent77 zorg' }) },
    {
      name: 'ownList',
      read: async () => {
        const filter = { membershipId: FIRST_TEACHER, query: '' };
        await Promise.all([initiator.list(filter, {}, ROWS_OF_A_PAGE), initiator.countByStatus(filter)]);
      },
    },
  ];
  const { examId } = await rig.database.examVersion.findUniqueOrThrow({ where: { id: school.examVersionId } });
  for (const [name, filter] of filtersOf(school, examId)) {
    readings.push({ name: `filter ${name}`, read: () => committee.readQueue({ ...request, ...filter }) });
  }
  for (const words of SUGGESTED_FOR)
    readings.push({ name: `filter students for “${words}”`, read: () => committee.findStudentsBy(words, 9) });
  const times = new Map<string, Times>();
  for (const { name, read } of readings) times.set(name, await measure(context, rig, read));
  return times;
}

/** Filters alone and together, those included that no index has both of and those that find nothing. */
function filtersOf(school: BenchSchool, examId: string): [string, Partial<QueueRequest>][] {
  const [examinerId = ''] = school.contactIds;
  const all = { view: QueueView.All };
  const final = { view: QueueView.Final };
  return [
    ['exam', { ...all, examId }],
    ['rare exam', { ...all, examId: FILTER_IDS.rareExam }],
    ['group', { ...all, groupId: FILTER_IDS.group }],
    ['initiator', { ...all, initiatorId: FIRST_TEACHER }],
    ['examiner', { ...all, examinerId }],
    ['any remark', { ...all, marks: [QueueMark.Any] }],
    ['an O', { ...final, marks: [QueueMark.Insufficient] }],
    ['overridden', { ...all, marks: [QueueMark.Override] }],
    ['exam, late', { ...all, examId, marks: [QueueMark.Late] }],
    ['rare exam, late', { ...all, examId: FILTER_IDS.rareExam, marks: [QueueMark.Late] }],
    ['second member', { stage: QueueStage.SecondMember }],
    ['unpublished, an O', { ...final, stage: QueueStage.Unpublished, marks: [QueueMark.Insufficient] }],
    ['period', { ...final, from: new Date('2020-01-02T00:00:00Z'), until: new Date('2020-01-05T00:00:00Z') }],
    ['examiner, exam, changed', { ...all, examinerId, examId, marks: [QueueMark.Changed] }],
    ['a word that all have', { ...final, search: 'noor', marks: [QueueMark.Differs] }],
    ['a word that all have, elsewhere', { view: QueueView.Returned, search: 'noor', marks: [QueueMark.Insufficient] }],
    ['one of two remarks', { ...all, marks: [QueueMark.Late, QueueMark.Override] }],
    ['letters that no index finds', { ...all, search: 'qx' }],
    ['letters that no index finds, beside a word that all have', { ...all, search: 'noor qx' }],
  ];
}

/** The row before the last page of the assessments that wait for a decision; null when one page holds all. */
async function findLastCursor(rig: Rig, school: BenchSchool) {
  const row = await rig.database.assessment.findFirst({
    where: { schoolId: school.schoolId, status: QueueView.Assessed },
    orderBy: [{ statusSince: 'desc' }, { id: 'desc' }],
    skip: ROWS_OF_A_PAGE,
  });
  return row ? { since: row.statusSince, id: row.id } : null;
}

async function measure(context: BenchContext, rig: Rig, read: () => Promise<unknown>): Promise<Times> {
  for (let done = 0; done < 3; done += 1) await read();
  const count = sized(context, 2, 15, 25);
  return withClient(rig.superUrl, async (client) => {
    await client.query('SELECT pg_stat_statements_reset()');
    const whole: number[] = [];
    for (let done = 0; done < count; done += 1) whole.push(await timed(read));
    const spent = await client.query<{ ms: number }>(
      "SELECT sum(total_exec_time)::float8 AS ms FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat_statements%'",
    );
    return { database: (spent.rows[0]?.ms ?? 0) / count, whole: summarise(whole).median };
  });
}

function describe(sizes: readonly number[], found: readonly Map<string, Times>[]): Figure[] {
  const [small, , large] = sizes;
  const shownOf = (times: readonly number[]) =>
    times.map((ms, index) => `${sizes[index]}: ${ms.toFixed(2)} ms`).join(', ');
  const figures = Object.entries(READINGS).flatMap(([name, { title, isOpen }]): Figure[] => {
    const times = found.map((each) => each.get(name)?.database ?? Number.NaN);
    const [least = Number.NaN, , most = Number.NaN] = times;
    const ratio: Figure = {
      name: `queue.${name}`,
      title: `${title}, ${large} ÷ ${small} assessments`,
      value: most / least,
      unit: 'ratio',
      ...(isOpen ? {} : { goal: { atMost: 1.5 } }),
      explanation: `Time in PostgreSQL for one reading, by pg_stat_statements (${shownOf(times)}).`,
    };
    if (!TIMED.includes(name)) return [ratio];
    return [
      ratio,
      {
        name: `queue.${name}Database`,
        title: `${title}, at ${large} assessments, in PostgreSQL`,
        value: most,
        unit: 'ms',
        goal: { atMost: 10 },
        explanation: 'Time in PostgreSQL for one reading, by pg_stat_statements.',
      },
      {
        name: `queue.${name}Ms`,
        title: `${title}, at ${large} assessments`,
        value: found.at(-1)?.get(name)?.whole ?? Number.NaN,
        unit: 'ms',
        explanation: 'The whole reading as the page does it, our own work with the rows included.',
      },
    ];
  });
  return [...figures, filtersFigure(found, large, shownOf)];
}

function filtersFigure(
  found: readonly Map<string, Times>[],
  large: number | undefined,
  shownOf: (times: readonly number[]) => string,
): Figure {
  const names = [...(found.at(-1)?.keys() ?? [])].filter((name) => name.startsWith('filter '));
  const rows = names.map((name) => ({ name, times: found.map((each) => each.get(name)?.database ?? Number.NaN) }));
  const told = rows.map(({ name, times }) => `${name.slice('filter '.length)} (${shownOf(times)})`).join('; ');
  return {
    name: 'queue.filtersMost',
    title: `The slowest of ${rows.length} filters with its counts, at ${large} assessments, in PostgreSQL`,
    value: Math.max(...rows.map(({ times }) => times.at(-1) ?? Number.NaN)),
    unit: 'ms',
    goal: { atMost: 50 },
    explanation: `Whatever the filters, one reading looks at a bounded number of rows: ${told}.`,
  };
}
