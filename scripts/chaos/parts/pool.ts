/** Every database connection of a web process hangs in a slow transaction. */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { openDatabase } from '../../../prisma/client.ts';
import { paths } from '../../../web/paths.ts';
import { createTestDatabase } from '../../lib/throwaway-postgres.ts';
import { check, waitUntil } from '../checks.ts';
import type { ChaosContext, FaultReport, Scenario } from '../contract.ts';
import { checkTimes, equal } from './checks.ts';
import { withEvidence } from './evidence.ts';
import { formFields, wordsOf } from './examiners.ts';
import { type Answer, createVisitor, hiddenField, type Visitor, watchSlack } from './http.ts';
import { preparePrograms } from './installation.ts';
import { type ChaosSchool, type OpenForm, seedChaosSchool } from './school.ts';

const POOL_SIZE = 4;
/** Twice the pool: as many as there are connections hang in them, the others wait for one. */
const HELD = 8;
const OTHERS = 6;
const HEAL_LIMIT_MS = 15_000;
const READY_EVERY_MS = 300;
/** Four seconds from the moment something hangs, and one for what went well before: a session read, a form found. */
const ANSWER_LIMIT_MS = 5_000;

/** Somebody with the form on the screen, filled in. */
interface Writer {
  readonly form: OpenForm;
  readonly visitor: Visitor;
  readonly fields: Readonly<Record<string, string>>;
}

interface Ready {
  readonly isFree: boolean;
  readonly ms: number;
}

async function run(context: ChaosContext): Promise<FaultReport> {
  const testDatabase = await createTestDatabase();
  const programs = await preparePrograms(context, { databaseUrl: testDatabase.url, poolSize: POOL_SIZE });
  const database = openDatabase({ url: testDatabase.url, poolSize: 2 });
  const holder = new pg.Client({ connectionString: testDatabase.url });
  // The database is dropped with the connection open when the run is cut off.
  holder.on('error', () => undefined);
  await holder.connect();
  try {
    const school = await seedChaosSchool(database, programs.keyring.current);
    const forms = await school.invite(HELD + OTHERS);
    const web = await programs.startWeb();
    const writers = await Promise.all(forms.map((form) => open(web.url, school, form)));
    const held = writers.slice(0, HELD);
    const others = writers.slice(HELD);

    const holdMs = context.isShort ? 3_500 : 20_000;
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM form WHERE id = ANY($1) FOR UPDATE', [held.map(({ form }) => form.formId)]);
    context.say(`holding ${POOL_SIZE} connections for ${holdMs / 1000} s`);
    const slack = watchSlack(web.url);
    const end = performance.now() + holdMs;
    const [answers, readiness] = await Promise.all([
      collect(writers, end),
      watchReady(web.url, end),
      delay(holdMs).then(() => holder.query('COMMIT')),
    ]);
    slack.stop();
    const freedAt = performance.now();
    const isHealed = async () =>
      (await askReady(web.url)).isFree && (await Promise.all(others.map(save))).every(({ status }) => status === 303);
    const healed = await waitUntil(isHealed, HEAL_LIMIT_MS, 100);
    const recoveredMs = healed === null ? null : Math.round(performance.now() - freedAt);
    const last = await Promise.all(writers.map(save));

    const refused = answers.filter(({ answer }) => answer.status !== 303);
    const kept = refused.filter(({ answer, form }) => answer.text.includes(wordsOf(form))).length;
    const times = answers.map(({ answer }) => answer.ms);
    const odd = refused.filter(({ answer }) => answer.status !== 503).length;
    const told = readiness.filter(({ isFree }) => !isFree).length;
    const slowest = Math.max(...readiness.map(({ ms }) => ms));
    const saved = await withEvidence(testDatabase.url, async (ask) => {
      const rows = await ask<{ id: string }>('SELECT DISTINCT form_id AS id FROM form_revision');
      return rows.length;
    });
    return {
      done: `${POOL_SIZE} connections of a web process hung for ${holdMs / 1000} s in transactions that waited for a lock, with ${writers.length} people saving.`,
      lost: writers.length - saved,
      doubled: 0,
      recoveredMs,
      checks: [
        checkTimes(times, ANSWER_LIMIT_MS, slack.ms),
        check('what could not be done was answered with 503', odd === 0, `${refused.length} refused, ${odd} otherwise`),
        equal('refused saves that came back with the words', kept, refused.length),
        check('/ready told it', told > 0, `${told} of ${readiness.length} times, slowest answer ${slowest} ms`),
        check('/ready itself answered in time', slowest <= ANSWER_LIMIT_MS + slack.ms, `${slowest} ms`),
        check('it healed by itself', recoveredMs !== null && web.isRunning(), `${recoveredMs ?? 'no'} ms`),
        equal('everybody could save in the end', last.filter(({ status }) => status === 303).length, writers.length),
        equal('forms with their words in the record', saved, writers.length),
      ],
    };
  } finally {
    await programs.stop();
    await holder.end();
    await database.$disconnect();
    await testDatabase.drop();
  }
}

async function open(origin: string, school: ChaosSchool, form: OpenForm): Promise<Writer> {
  const visitor = createVisitor(origin, await school.createExaminerSession([form]));
  const page = await visitor.get(paths.form(form.formId, { weergave: 'alles' }));
  const writer = { revisie: hiddenField(page.text, 'revisie'), schrijver: hiddenField(page.text, 'schrijver') };
  return { form, visitor, fields: { ...formFields(school, wordsOf(form)), ...writer, weergave: 'alles' } };
}

function save({ visitor, form, fields }: Writer): Promise<Answer> {
  return visitor.post(paths.form(form.formId), fields);
}

/** Everybody presses, and presses again. */
async function collect(writers: readonly Writer[], end: number): Promise<{ form: OpenForm; answer: Answer }[]> {
  const answers: { form: OpenForm; answer: Answer }[] = [];
  const press = async (writer: Writer) => {
    while (performance.now() < end) {
      answers.push({ form: writer.form, answer: await save(writer) });
      await delay(200);
    }
  };
  await Promise.all(writers.map(press));
  return answers;
}

async function watchReady(origin: string, end: number): Promise<Ready[]> {
  const seen: Ready[] = [];
  while (performance.now() < end) {
    seen.push(await askReady(origin));
    await delay(READY_EVERY_MS);
  }
  return seen;
}

async function askReady(origin: string): Promise<Ready> {
  const startedAt = performance.now();
  const response = await fetch(`${origin}${paths.ready()}`);
  const { parts } = (await response.json()) as { parts: { database: { ok: boolean }; pool?: { ok: boolean } } };
  return { isFree: parts.database.ok && parts.pool?.ok !== false, ms: Math.round(performance.now() - startedAt) };
}

export const poolScenarios: readonly Scenario[] = [
  { id: 'pool-exhausted', title: 'All database connections are held by slow transactions', isInShort: true, run },
];
