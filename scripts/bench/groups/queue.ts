/** Whether the lists stay level as the years go by. */

import { withClient } from '../../../platform/services/postgres-roles.ts';
import type { QueueRequest } from '../../../prisma/repositories/committee.ts';
import { QueueView } from '../../../prisma/repositories/committee.ts';
import { createRepositories } from '../../../prisma/repositories/index.ts';
import { type BenchContext, type Figure, type Group, sized } from '../figure.ts';
import { summarise, timed } from '../harness.ts';
import { FIRST_TEACHER, fillQueue, OWN_ASSESSMENTS } from '../queue-rows.ts';
import { openRig, type Rig } from '../rig.ts';
import { type BenchSchool, seedBenchSchool } from '../school.ts';

const ROWS_OF_A_PAGE = 25;
/** A student's number, as it is in every size. */
const ONE_STUDENT = '5000077';

interface Reading {
  readonly name: string;
  read(): Promise<unknown>;
}

interface Times {
  /** Milliseconds in PostgreSQL for each reading. */
  readonly database: number;
  readonly whole: number;
}

export const queue: Group = {
  id: 'queue',
  title: 'Lists that grow',
  figures: [
    'queue.firstPage',
    'queue.lastPage',
    'queue.allFirstPage',
    'queue.search',
    'queue.wideSearch',
    'queue.ownList',
    'queue.firstPageMs',
    'queue.lastPageMs',
    'queue.searchMs',
    'queue.ownListMs',
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
    view: QueueView.Assessed,
    after: null,
    before: null,
    limit: ROWS_OF_A_PAGE,
    search: '',
    examId: null,
    groupId: null,
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
    { name: 'wideSearch', read: () => committee.readQueue({ ...request, search: 'proefstudent77 zorg' }) },
    {
      name: 'ownList',
      read: async () => {
        const filter = { membershipId: FIRST_TEACHER, query: '' };
        await Promise.all([initiator.list(filter, {}, ROWS_OF_A_PAGE), initiator.countByStatus(filter)]);
      },
    },
  ];
  const times = new Map<string, Times>();
  for (const { name, read } of readings) times.set(name, await measure(context, rig, read));
  return times;
}

/** The row before the last page of the assessments that wait for a decision. */
async function findLastCursor(rig: Rig, school: BenchSchool) {
  const row = await rig.database.assessment.findFirstOrThrow({
    where: { schoolId: school.schoolId, status: QueueView.Assessed },
    orderBy: [{ statusSince: 'desc' }, { id: 'desc' }],
    skip: ROWS_OF_A_PAGE,
  });
  return { since: row.statusSince, id: row.id };
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
  const names: Readonly<Record<string, string>> = {
    firstPage: 'First page of the queue with its counts',
    lastPage: 'Last page of the queue with its counts',
    allFirstPage: 'First page of everything with its counts',
    search: 'Search for one student in everything, with its counts',
    wideSearch: 'Search that finds one row in ninety, with its counts',
    ownList: `The own list of an initiator with ${OWN_ASSESSMENTS} assessments, with its counts`,
  };
  const [small, , large] = sizes;
  return Object.entries(names).flatMap(([name, title]): Figure[] => {
    const times = found.map((each) => each.get(name)?.database ?? Number.NaN);
    const [least = Number.NaN, , most = Number.NaN] = times;
    const whole = found.at(-1)?.get(name)?.whole ?? Number.NaN;
    const shown = times.map((ms, index) => `${sizes[index]}: ${ms.toFixed(2)} ms`).join(', ');
    const ratio: Figure = {
      name: `queue.${name}`,
      title: `${title}, ${large} ÷ ${small} assessments`,
      value: most / least,
      unit: 'ratio',
      ...(name === 'wideSearch' ? {} : { goal: { atMost: 1.5 } }),
      explanation: `Time in PostgreSQL for one reading, by pg_stat_statements (${shown}).`,
    };
    if (name === 'allFirstPage' || name === 'wideSearch') return [ratio];
    return [
      ratio,
      {
        name: `queue.${name}Ms`,
        title: `${title}, at ${large} assessments`,
        value: whole,
        unit: 'ms',
        explanation: 'The whole reading as the page does it, our own work with the rows included.',
      },
    ];
  });
}
