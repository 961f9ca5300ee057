import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { type Database, openDatabase } from '../../prisma/client.ts';
import { type QueueRequest, QueueView } from '../../prisma/repositories/committee.ts';
import { createRepositories } from '../../prisma/repositories/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type SeededSchool, seedSchool } from '../support/factories.ts';

let testDatabase: TestDatabase;
let database: Database;
let school: SeededSchool;
let count = 0;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, poolSize: 3 });
});
afterAll(async () => {
  await database.$disconnect();
  await testDatabase.drop();
});
beforeEach(async () => {
  count += 1;
  school = await seedSchool(database, { slug: `rij${count}` });
});

const BASE = Date.parse('2026-11-02T08:00:00Z');
const HOUR_MS = 3_600_000;

interface RowOptions {
  readonly status?: string;
  /** Hours after the first of November's Mondays. */
  readonly hours?: number;
  readonly searchText?: string;
  readonly studentId?: string;
  readonly flags?: { isLate?: boolean; isDisputed?: boolean; returnCount?: number; insufficientCount?: number };
}

async function addRow({
  status = 'assessed',
  hours = 0,
  searchText = 'noor de vries 100001',
  studentId,
  flags,
}: RowOptions = {}) {
  const id = uuidv7();
  await database.assessment.create({
    data: {
      id,
      schoolId: school.schoolId,
      examVersionId: school.examVersionId,
      gradingSchemeId: school.gradingSchemeId,
      unitCodes: ['EX1'],
      studentId: studentId ?? school.studentId,
      initiatorId: school.teacher.membershipId,
      attempt: 1,
      status,
      statusSince: new Date(BASE + hours * HOUR_MS),
      createdAt: new Date(BASE),
      score: 'V',
      gradeTenths: 64,
      searchText,
      ...flags,
    },
  });
  return id;
}

async function addStudent(name: string): Promise<string> {
  const id = uuidv7();
  const email = `${id}@student.example`;
  const [givenName = '', familyName = ''] = name.split(' ');
  await database.student.create({
    data: { id, schoolId: school.schoolId, email, givenName, familyName, searchText: name.toLowerCase() },
  });
  return id;
}

const committee = () => createRepositories(database).forSchool(school.schoolId).committee;

const REQUEST: QueueRequest = {
  view: QueueView.Assessed,
  search: '',
  examId: null,
  groupId: null,
  after: null,
  before: null,
  limit: 2,
};

async function idsOf(request: Partial<QueueRequest> = {}): Promise<string[]> {
  const { rows } = await committee().readQueue({ ...REQUEST, limit: 50, ...request });
  return rows.map((row) => row.id);
}

/** All pages from the first, with what happens in between. */
async function walk(
  request: Partial<QueueRequest> = {},
  between: (page: number) => Promise<void> = async () => undefined,
) {
  const seen: string[] = [];
  let after: QueueRequest['after'] = null;
  for (let page = 1; page < 20; page += 1) {
    const { rows, hasNext } = await committee().readQueue({ ...REQUEST, ...request, after });
    seen.push(...rows.map((row) => row.id));
    const last = rows.at(-1);
    if (!hasNext || !last) return seen;
    after = { since: last.since, id: last.id };
    await between(page);
  }
  throw new Error('the queue does not end');
}

describe('queue page', () => {
  it('shows who waits longest first, and what is over newest first', async () => {
    const [late, early] = [await addRow({ hours: 5 }), await addRow({ hours: 1 })];
    expect(await idsOf()).toEqual([early, late]);
    const [old, fresh] = [await addRow({ status: 'final', hours: 1 }), await addRow({ status: 'final', hours: 9 })];
    expect(await idsOf({ view: QueueView.Final })).toEqual([fresh, old]);
  });

  it('passes each row once, also where many have the same moment', async () => {
    const ids = [];
    for (let row = 0; row < 7; row += 1) ids.push(await addRow({ hours: 3 }));
    const seen = await walk();
    expect(seen).toHaveLength(7);
    expect(new Set(seen)).toEqual(new Set(ids));
  });

  it.each([QueueView.Assessed, QueueView.All])(
    'loses no row and shows none twice when rows change between pages of %s',
    async (view) => {
      const ids: string[] = [];
      for (let row = 0; row < 6; row += 1) ids.push(await addRow({ hours: row }));
      const seen = await walk({ view }, async (page) => {
        if (page !== 1) return;
        // One that was shown leaves the list, and one comes in before the place that was reached.
        const first = view === QueueView.All ? ids.at(-1) : ids[0];
        await database.assessment.update({ where: { id: first ?? '' }, data: { status: 'draft' } });
        await addRow({ hours: view === QueueView.All ? 99 : -99 });
      });
      expect(seen).toEqual(view === QueueView.All ? [...ids].reverse() : ids);
    },
  );

  it('goes back the way it came', async () => {
    const ids: string[] = [];
    for (let row = 0; row < 5; row += 1) ids.push(await addRow({ hours: row }));
    const place = (index: number) => ({ since: new Date(BASE + index * HOUR_MS), id: ids[index] ?? '' });
    const back = await committee().readQueue({ ...REQUEST, before: place(4) });
    expect(back.rows.map((row) => row.id)).toEqual([ids[2], ids[3]]);
    expect(back).toMatchObject({ hasPrevious: true, hasNext: true });
    const top = await committee().readQueue({ ...REQUEST, before: place(1) });
    expect(top.rows.map((row) => row.id)).toEqual([ids[0], ids[1]]);
    expect(top).toMatchObject({ hasPrevious: false, hasNext: true });
  });

  it('says that there is something before a page whose rows are gone', async () => {
    const first = await addRow();
    const page = await committee().readQueue({ ...REQUEST, after: { since: new Date(BASE + HOUR_MS), id: first } });
    expect(page).toMatchObject({ rows: [], hasPrevious: true, hasNext: false });
  });

  it('keeps drafts of initiators out', async () => {
    await addRow({ status: 'draft' });
    expect(await idsOf({ view: QueueView.All })).toEqual([]);
  });

  it('shows nothing of another school', async () => {
    await addRow();
    const other = await seedSchool(database, { slug: `ander${count}` });
    const theirs = createRepositories(database).forSchool(other.schoolId).committee;
    const page = await theirs.readQueue({ ...REQUEST, view: QueueView.All });
    expect(page.rows).toEqual([]);
    expect(page.counts.all).toBe(0);
  });
});

describe('filters of the queue', () => {
  it('counts every list under the same filter', async () => {
    await addRow();
    await addRow({ status: 'invited', flags: { isLate: true } });
    await addRow({ status: 'final', flags: { insufficientCount: 1 } });
    await addRow({ status: 'draft' });
    const { counts, more } = await committee().readQueue(REQUEST);
    expect(more).toEqual([]);
    expect(counts).toEqual({
      assessed: 1,
      inProgress: 0,
      invited: 1,
      returned: 0,
      remarked: 1,
      final: 1,
      cancelled: 0,
      all: 3,
    });
  });

  it('counts every list under a search', async () => {
    await addRow({ searchText: 'renee 2301' });
    await addRow({ searchText: 'renee 2302', status: 'final' });
    await addRow({ searchText: 'rene 2303' });
    const { counts, more } = await committee().readQueue({ ...REQUEST, search: 'renee' });
    expect({ ...counts, more }).toMatchObject({ assessed: 1, final: 1, all: 2, more: [] });
  });

  it.each([{ isLate: true }, { isDisputed: true }, { returnCount: 1 }, { insufficientCount: 1 }])(
    'lists an open assessment with %j under the remarks',
    async (flags) => {
      const marked = await addRow({ flags });
      await addRow();
      await addRow({ status: 'final', flags });
      expect(await idsOf({ view: QueueView.Remarked })).toEqual([marked]);
    },
  );

  it('finds rows that hold every word, whatever the case and the accents', async () => {
    const renee = await addRow({ searchText: 'renee van den berg 2301 zorgen in de wijk' });
    await addRow({ searchText: 'rene de boer 2302' });
    expect(await idsOf({ search: ' Renée   BERG ' })).toEqual([renee]);
    expect(await idsOf({ search: 'renee boer' })).toEqual([]);
  });

  it.each(['100%', 'a_b', "o'neil", '\\', '"x"', "'; drop table assessment; --"])(
    'takes %s as ordinary characters',
    async (text) => {
      const match = await addRow({ searchText: `wie ${text} hier` });
      await addRow({ searchText: 'wie 1000 axb oneil x drop' });
      expect(await idsOf({ search: text })).toEqual([match]);
    },
  );

  it('filters by group and by exam', async () => {
    const inGroup = await addRow();
    const elsewhere = await addRow({ studentId: await addStudent('Bo Elders') });
    expect(await idsOf({ groupId: school.groupId })).toEqual([inGroup]);
    expect(new Set(await idsOf({ examId: school.examId }))).toEqual(new Set([inGroup, elsewhere]));
    expect(await idsOf({ examId: uuidv7() })).toEqual([]);
  });
});
