/** How long a teacher waits for the first students while typing. */
import { withClient } from '../../../platform/services/postgres-roles.ts';
import { createRepositories } from '../../../prisma/repositories/index.ts';
import { paths } from '../../../web/paths.ts';
import { type BenchContext, type Figure, type Group, sized } from '../figure.ts';
import { quantile, summarise, timed } from '../harness.ts';
import { openRig, type Rig } from '../rig.ts';
import { type BenchSchool, openMemberSession, seedBenchSchool } from '../school.ts';
import { type BenchStudent, fillStudents, inventStudents } from '../student-rows.ts';
import { createVisitors } from '../visitor.ts';

const SCHOOLS = 5;
/** As many as the page asks for. */
const SHOWN = 60;
const FIRST_NUMBER = 2_000_000;

export const search: Group = {
  id: 'search',
  title: 'Searching students',
  figures: ['search.firstP50', 'search.firstP95', 'search.mistypedP50', 'search.mistypedP95', 'search.pageP95'],
  async run(context) {
    const count = sized(context, 200, 20_000, 20_000);
    const rig = await openRig(context, { name: 'search', postgresSettings: ['maintenance_work_mem=256MB'] });
    const school = await seedBenchSchool(rig.database, 10);
    const students = await fillSchools(rig, school, count);
    context.say(`  ${SCHOOLS} schools of ${count} students`);
    const rounds = sized(context, 1, 3, 6);
    const typed = students.filter((_, index) => index % Math.ceil(students.length / 40) === 0);
    const read = await measureReads(context, rig, school, typed, rounds);
    const page = await measurePage(context, rig, school, typed);
    return describe(count, read, page);
  },
};

/** @returns the students of the school that is searched */
async function fillSchools(rig: Rig, school: BenchSchool, count: number): Promise<BenchStudent[]> {
  const students = inventStudents(count, FIRST_NUMBER);
  await withClient(rig.superUrl, async (client) => {
    await fillStudents(client, school.schoolId, students);
    for (let other = 1; other < SCHOOLS; other += 1) {
      const schoolId = `00000000-0000-7000-8000-00000000000${other}`;
      await fillStudents(client, schoolId, inventStudents(count, FIRST_NUMBER + other * count));
    }
    await client.query('VACUUM ANALYZE student');
  });
  return students;
}

/** What a teacher types for a student: from one letter to the whole address. */
function queriesFor({ givenName, familyName, number, email }: BenchStudent): string[] {
  const family = familyName.toLowerCase();
  return [
    family.slice(0, 1),
    family.slice(0, 2),
    family.slice(0, 4),
    family,
    `${givenName} ${family.slice(0, 4)}`,
    `${family} ${givenName}`,
    number,
    number.slice(2),
    email,
  ];
}

/** The longest word of the name with a letter left out, another one, one too many, and two swapped. */
function mistypedFor({ familyName }: BenchStudent): string[] {
  const word = familyName.toLowerCase().split(' ').at(-1) ?? '';
  const middle = word.length >> 1;
  const [before, after] = [word.slice(0, middle), word.slice(middle)];
  return [
    before + after.slice(1),
    `${before}x${after.slice(1)}`,
    `${before}x${after}`,
    before + after.slice(1, 2) + after.slice(0, 1) + after.slice(2),
  ].filter((each) => each.length >= 4);
}

interface Reads {
  readonly first: readonly number[];
  readonly mistyped: readonly number[];
}

async function measureReads(
  context: BenchContext,
  rig: Rig,
  school: BenchSchool,
  typed: readonly BenchStudent[],
  rounds: number,
): Promise<Reads> {
  const { initiator } = createRepositories(rig.database).forSchool(school.schoolId);
  const measure = async (queries: readonly string[]) => {
    const spent: number[] = [];
    for (const query of queries) {
      context.signal.throwIfAborted();
      spent.push(await timed(() => initiator.searchStudents({ query, groupId: null, limit: SHOWN })));
    }
    return spent;
  };
  const [right, wrong] = [typed.flatMap(queriesFor), typed.flatMap(mistypedFor)];
  await measure([...right.slice(0, 30), ...wrong.slice(0, 10)]);
  const first: number[] = [];
  const mistyped: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    first.push(...(await measure(right)));
    mistyped.push(...(await measure(wrong)));
  }
  return { first, mistyped };
}

/** The whole answer to a letter typed: session, search, attempts, page. */
async function measurePage(
  context: BenchContext,
  rig: Rig,
  school: BenchSchool,
  typed: readonly BenchStudent[],
): Promise<readonly number[]> {
  await rig.startWeb();
  const visitors = createVisitors(rig.config.publicUrl, rig.config.keys);
  context.onEnd(async () => visitors.close());
  const queries = typed.map((student) => student.familyName.slice(0, 4));
  const spent: number[] = [];
  for (const [index, zoek] of queries.entries()) {
    // A limit per session counts posts, as it should.
    const visitor = visitors.visitor(await openMemberSession(rig.database, school.teacherId));
    const fields = { examen: school.examVersionId, eenheid: '', zoek, stap: 'zoeken' };
    const ms = await timed(() => visitor.post(paths.newAssessment(), fields, 200));
    if (index >= 3 || queries.length <= 3) spent.push(ms);
  }
  return spent;
}

function describe(count: number, { first, mistyped }: Reads, page: readonly number[]): Figure[] {
  const setting = `One school of ${count} students among ${SCHOOLS} of that size, ${first.length} searches by parts of names, numbers and addresses, from one letter to the whole.`;
  const errors = `As typed with one error: a letter left out, another one, one too many, two swapped (${mistyped.length} searches). First the exact search, then the one for words with an error.`;
  const p95 = (values: readonly number[]) => quantile(values, 0.95);
  return [
    {
      name: 'search.firstP50',
      title: `First students among ${count}, median`,
      value: summarise(first).median,
      unit: 'ms',
      spread: summarise(first),
      explanation: setting,
    },
    {
      name: 'search.firstP95',
      title: `First students among ${count}, 95 of 100 searches`,
      value: p95(first),
      unit: 'ms',
      goal: { atMost: 50 },
      explanation: `${setting} Read as the page reads it, groups included; answered from the trigram index.`,
    },
    {
      name: 'search.mistypedP50',
      title: `First students for a mistyped name among ${count}, median`,
      value: summarise(mistyped).median,
      unit: 'ms',
      spread: summarise(mistyped),
      explanation: errors,
    },
    {
      name: 'search.mistypedP95',
      title: `First students for a mistyped name among ${count}, 95 of 100 searches`,
      value: p95(mistyped),
      unit: 'ms',
      explanation: errors,
    },
    {
      name: 'search.pageP95',
      title: `The whole page while typing, 95 of 100`,
      value: p95(page),
      unit: 'ms',
      spread: summarise(page),
      explanation: `From the post of four letters to the last byte: session, search, what each student already has of the exam, the page (${page.length} posts, one at a time).`,
    },
  ];
}
