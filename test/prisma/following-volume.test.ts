/** Two thousand assessments of one teacher among ten thousand of a school: whatever its pages ask is found by an index. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type Database, openDatabase } from '../../prisma/client.ts';
import { createRepositories } from '../../prisma/repositories/index.ts';
import { quietBefore } from '../../web/pages/initiator/following/quiet.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { addContact, invitedPair, openPair, startPair, startSeries } from '../web/following-support.ts';
import { addStudent } from '../web/initiator-support.ts';

const OWN = 2_000;
const OTHERS = 8_000;

let app: TestApp;
let statements: pg.Client;
let membershipId: string;
/** With a planner that reads a table from end to end only where no index serves: statistics come at moments of their own. */
let indexed: Database;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  membershipId = app.seed.teacher.membershipId;
  const url = new URL(app.databaseUrl);
  url.searchParams.set('options', '-c timezone=UTC -c enable_seqscan=off');
  indexed = openDatabase({ url: url.href, poolSize: 3 });
  statements = new pg.Client({ connectionString: app.databaseUrl });
  await statements.connect();
  const contact = await addContact(app, 'M. de Wit');
  const { ids, seriesId } = await startSeries(app, [await addStudent(app, 'Veel', 'Werk', '700001')], [contact]);
  const pair = await invitedPair(app, ids[0] ?? '', contact);
  await openPair(app, pair);
  await startPair(app, pair);
  await copy(pair.assessmentId, seriesId, OWN - 1, membershipId);
  await copy(pair.assessmentId, seriesId, OTHERS, app.seed.committee.membershipId);
}, 120_000);
afterAll(async () => {
  await indexed.$disconnect();
  await statements.end();
  await app.stop();
});

/** Copies an assessment with its examiner, invitation and form; one in twenty still runs, as in a school of some years. */
async function copy(assessmentId: string, seriesId: string, count: number, initiatorId: string): Promise<void> {
  await statements.query('BEGIN');
  await statements.query(
    `CREATE TEMP TABLE fresh ON COMMIT DROP AS
     SELECT gen_random_uuid() AS aid, gen_random_uuid() AS iid, gen_random_uuid() AS fid, n FROM generate_series(1, $1::int) n`,
    [count],
  );
  const columns = async (table: string) => {
    const found = await statements.query<{ column_name: string }>(
      `SELECT column_name FROM information_schema.columns WHERE table_name = $1 AND table_schema = current_schema()
       ORDER BY ordinal_position`,
      [table],
    );
    return found.rows.map(({ column_name }) => column_name);
  };
  const insert = async (table: string, where: string, changes: Readonly<Record<string, string>>) => {
    const names = await columns(table);
    const values = names.map((name) => changes[name] ?? `t.${name}`);
    await statements.query(
      `INSERT INTO ${table} (${names.join(', ')}) SELECT ${values.join(', ')} FROM ${table} t, fresh WHERE ${where}`,
    );
  };
  const id = `'${assessmentId}'::uuid`;
  const initiator = `'${initiatorId}'::uuid`;
  const days = `(fresh.n % 400) * interval '1 day'`;
  const invitation = `(SELECT invitation_id FROM assessment_examiner WHERE assessment_id = ${id})`;
  const status = `CASE WHEN fresh.n % 20 = 0 THEN 'inProgress' ELSE 'final' END`;
  await insert('assessment', `t.id = ${id}`, {
    id: 'fresh.aid',
    initiator_id: initiator,
    series_id: `CASE WHEN fresh.n % 30 = 0 THEN '${seriesId}'::uuid END`,
    created_at: `t.created_at - ${days}`,
    due_at: `t.due_at - ${days}`,
    status,
    score: `CASE WHEN fresh.n % 20 = 0 THEN NULL ELSE 'V' END`,
    grade_tenths: 'CASE WHEN fresh.n % 20 = 0 THEN NULL ELSE 65 END',
  });
  await insert('stream', `t.id = ${id}`, { id: 'fresh.aid' });
  await insert('stream', `t.id = ${invitation}`, { id: 'fresh.iid' });
  await insert('invitation', `t.id = ${invitation}`, {
    id: 'fresh.iid',
    initiator_id: initiator,
    status: `CASE WHEN fresh.n % 20 = 0 THEN 'active' ELSE 'completed' END`,
  });
  await insert('form', `t.assessment_id = ${id}`, { id: 'fresh.fid', assessment_id: 'fresh.aid' });
  await insert('assessment_examiner', `t.assessment_id = ${id}`, {
    assessment_id: 'fresh.aid',
    invitation_id: 'fresh.iid',
    form_id: 'fresh.fid',
    form_status: `CASE WHEN fresh.n % 20 = 0 THEN 'started' ELSE 'finished' END`,
  });
  await statements.query('COMMIT');
}

/** What the database did for a piece of work: tables that were read from end to end, with how many rows they have. */
async function wholeTablesRead(database: Database, work: () => Promise<unknown>): Promise<string[]> {
  const counts = async () => {
    const { rows } = await statements.query<{ name: string; scans: string }>(
      `SELECT relname AS name, seq_scan AS scans FROM pg_stat_user_tables
       WHERE relname IN ('assessment', 'assessment_examiner', 'invitation', 'form', 'stream', 'document')`,
    );
    return new Map(rows.map(({ name, scans }) => [name, Number(scans)]));
  };
  const settle = () => statements.query('SELECT pg_stat_clear_snapshot()');
  await database.$queryRaw`SELECT pg_stat_force_next_flush()::text`;
  await settle();
  const before = await counts();
  await work();
  // Statistics of a connection are written when it is asked to.
  await Promise.all(Array.from({ length: 5 }, () => database.$queryRaw`SELECT pg_stat_force_next_flush()::text`));
  await settle();
  const after = await counts();
  return [...after].filter(([name, scans]) => scans > (before.get(name) ?? 0)).map(([name]) => name);
}

describe('a teacher with two thousand assessments', () => {
  const initiator = () => createRepositories(indexed).forSchool(app.seed.schoolId).initiator;
  const quiet = quietBefore(new Date(), 'Europe/Amsterdam');
  const works: Record<string, () => Promise<unknown>> = {
    list: () => initiator().list({ membershipId, query: '' }, {}, 25),
    'list by deadline': () => initiator().list({ membershipId, query: '', sort: 'due' }, {}, 25),
    'list by name': () => initiator().list({ membershipId, query: '', sort: 'name' }, {}, 25),
    'list searched': () => initiator().list({ membershipId, query: 'wit werk' }, {}, 25),
    'list of the silent': () =>
      initiator().list({ membershipId, query: '', attention: { kind: 'silent', quietBefore: quiet } }, {}, 25),
    counts: () => initiator().countByStatus({ membershipId, query: '' }),
    attention: () => initiator().readAttention({ membershipId, quietBefore: quiet }),
    'stamp of the list': () => initiator().listStamp({ membershipId, query: '' }, {}, 25),
    'stamp of attention': () => initiator().attentionStamp({ membershipId, quietBefore: quiet }),
  };

  it.each(Object.keys(works))('%s reads by indexes alone', async (name) => {
    const work = works[name] ?? (async () => undefined);
    expect([name, await wholeTablesRead(indexed, work)]).toEqual([name, []]);
  });

  it('notices when a table is read from end to end', async () => {
    const work = () => indexed.assessment.count({ where: { attempt: 99 } });
    expect(await wholeTablesRead(indexed, work)).toEqual(['assessment']);
  });

  it('counts and shows what runs', async () => {
    const counts = await initiator().countByStatus({ membershipId, query: '' });
    expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(OWN);
    const groups = await initiator().readAttention({ membershipId, quietBefore: quiet });
    expect(groups.map(({ kind }) => kind)).toEqual(['late']);
  });
});
