/** The whole process, from creation to archive, with one worker. */
import { withClient } from '../../../platform/services/postgres-roles.ts';
import { type Figure, type Group, sized } from '../figure.ts';
import { inParallel, timed, waitUntil } from '../harness.ts';
import { cpuOf, cpuOfFamily, memoryOf, memoryOfDescendants } from '../processes.ts';
import { openRig, type Rig } from '../rig.ts';
import { createActors, findSittings, seedBenchSchool } from '../school.ts';

const LIMIT_MS = 8 * 60_000;
const AT_ONCE = 4;

interface Memory {
  readonly web: number;
  readonly worker: number;
  readonly chromium: number;
}

export const assessments: Group = {
  id: 'assessments',
  title: 'The whole process with one worker',
  figures: [
    'assessments.perMinute',
    'assessments.count',
    'assessments.workerCpu',
    'assessments.databaseCpu',
    'assessments.temporalCpu',
    'assessments.webMemory',
    'assessments.workerMemory',
    'assessments.chromiumMemory',
  ],
  async run(context) {
    const count = sized(context, 2, 60, 300);
    const warm = 3;
    const rig = await openRig(context, { name: 'assessments', poolSize: 6, needsChromium: true });
    const school = await seedBenchSchool(rig.database, count + warm);
    const temporal = await rig.startTemporal();
    await rig.startSink();
    const web = await rig.startWeb();
    const worker = await rig.startWorker();
    const actors = createActors(rig.database, school, rig.config.keys.current);
    const play = async (index: number) => {
      const ids = await actors.create(index, 1);
      await actors.invite(ids, school.contactIds.slice(index, index + 1));
      const [sitting] = await findSittings(rig.database, ids);
      if (!sitting) throw new Error('nobody was invited');
      await actors.finish(sitting);
      await actors.finalise(sitting.assessmentId);
    };
    const playAll = async (from: number, number: number) => {
      await inParallel(number, AT_ONCE, (index) => play(from + index));
      const isDone = async () => (await archived(rig)) >= from + number;
      await waitUntil(`${number} assessments in the archive`, LIMIT_MS, isDone, context.signal);
    };
    const memory = (): Memory => ({
      web: memoryOf(web.mark.pid),
      worker: memoryOf(worker.mark.pid),
      chromium: memoryOfDescendants(worker.mark.pid),
    });
    const used = () => ({
      worker: cpuOf(worker.mark.pid),
      chromium: cpuOfFamily(worker.mark.pid) - cpuOf(worker.mark.pid),
      postgres: cpuOfFamily(rig.postgresPid),
      temporal: cpuOf(temporal.child.mark.pid),
    });
    await playAll(0, warm);
    const memoryBefore = memory();
    const before = used();
    const spent = await timed(() => playAll(warm, count));
    const after = used();
    const each = (name: keyof typeof after) => (after[name] - before[name]) / count;
    return [
      {
        name: 'assessments.perMinute',
        title: 'Assessments from creation to archive in one minute',
        value: count / (spent / 60_000),
        unit: 'perMinute',
        goal: { atLeast: 200 },
        explanation: `${count} assessments of the largest exam of the demo, ${AT_ONCE} at a time: created, invited, finished and finalised through the one door by the benchmark itself; the document made and stored, the mails accepted and the case archived by one real worker with Temporal's development server and Chromium. The clock stops when the last one is in the archive.`,
      },
      {
        name: 'assessments.count',
        title: 'Number of assessments in this run',
        value: count,
        unit: 'count',
        explanation: '',
      },
      {
        name: 'assessments.workerCpu',
        title: 'Processor time of the worker and Chromium for one assessment',
        value: each('worker') + each('chromium'),
        unit: 'ms',
        explanation: `${each('worker').toFixed(0)} ms in Node, ${each('chromium').toFixed(0)} ms in Chromium. Documenso: 1,240 ms from finishing to the sealed PDF and its mails.`,
      },
      {
        name: 'assessments.databaseCpu',
        title: 'Processor time of PostgreSQL for one assessment',
        value: each('postgres'),
        unit: 'ms',
        explanation: 'The commands of the benchmark included.',
      },
      {
        name: 'assessments.temporalCpu',
        title: "Processor time of Temporal's development server for one assessment",
        value: each('temporal'),
        unit: 'ms',
        explanation: 'Two workflows: one of the assessment and one of the invitation.',
      },
      ...memoryFigures(memoryBefore, memory(), count),
    ];
  },
};

function memoryFigures(before: Memory, after: Memory, count: number): Figure[] {
  const titles = {
    web: ['webMemory', 'Memory of the web process', { atMost: 250 }],
    worker: ['workerMemory', 'Memory of the worker', { atMost: 500 }],
    chromium: ['chromiumMemory', 'Memory of Chromium', undefined],
  } as const;
  return (Object.keys(titles) as (keyof Memory)[]).map((key) => {
    const [name, title, goal] = titles[key];
    const shared = key === 'chromium' ? ' Pages that its processes share are counted for each of them.' : '';
    return {
      name: `assessments.${name}`,
      title: `${title} after ${count} assessments`,
      value: after[key],
      unit: 'MB',
      ...(goal ? { goal } : {}),
      explanation: `Resident; ${before[key].toFixed(0)} MB before.${shared}`,
    };
  });
}

async function archived(rig: Rig): Promise<number> {
  return withClient(rig.superUrl, async (client) => {
    const found = await client.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM event WHERE type = 'AssessmentArchived'",
    );
    return found.rows[0]?.count ?? 0;
  });
}
