import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import type { Prisma } from '../../generated/prisma/client.ts';
import { type Database, openDatabase } from '../../prisma/client.ts';
import { createRepositories } from '../../prisma/repositories/index.ts';
import {
  NO_QUEUE_FILTER,
  QUEUE_MARKS,
  QUEUE_STAGES,
  QueueMark,
  QueueStage,
  QueueView,
} from '../../prisma/repositories/queue-filter.ts';
import { createQueuePages, type QueueRequest } from '../../prisma/repositories/queue-pages.ts';
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
  readonly flags?: Partial<Prisma.AssessmentUncheckedCreateInput>;
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
      // As the projection does it; whoever disputes a form is no remark about it.
      hasRemarks: flags !== undefined && flags.isDisputed !== true,
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
  ...NO_QUEUE_FILTER,
  view: QueueView.Assessed,
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

  it('finds letters that no index has, alone and beside a word, whichever way it is read', async () => {
    const zoe = await addRow({ hours: 1, searchText: 'zoë qx 100002' });
    const noor = await addRow({ hours: 2, searchText: 'noor de vries 100001' });
    const scope = { database, schoolId: school.schoolId };
    for (const few of [0, 100]) {
      const reader = createQueuePages(scope, { counted: 1_000, few, scanned: 100 });
      const find = async (search: string) => (await reader.readPlaces({ ...REQUEST, search })).ids;
      expect(await find('qx')).toEqual([zoe]);
      expect(await find('de')).toEqual([noor]);
      expect(await find('vries de')).toEqual([noor]);
      expect(await find('vries qx')).toEqual([]);
    }
  });

  it('suggests students only where an index finds some of the words', async () => {
    await addStudent('Bo Qx');
    await addStudent('Bo Vermeer');
    const named = async (search: string) => (await committee().findStudentsBy(search, 9)).map(({ name }) => name);
    expect(await named('vermeer bo')).toEqual(['Bo Vermeer']);
    expect(await named('vermeer qx')).toEqual([]);
    expect(await named('bo')).toEqual([]);
  });

  it('filters by group and by exam', async () => {
    const inGroup = await addRow();
    const elsewhere = await addRow({ studentId: await addStudent('Bo Elders') });
    expect(await idsOf({ groupId: school.groupId })).toEqual([inGroup]);
    expect(new Set(await idsOf({ examId: school.examId }))).toEqual(new Set([inGroup, elsewhere]));
    expect(await idsOf({ examId: uuidv7() })).toEqual([]);
  });
});

describe('every filter of the queue', () => {
  const MARKS: Partial<Prisma.AssessmentUncheckedCreateInput>[] = [
    {},
    { insufficientCount: 2 },
    { disagreementCount: 1 },
    { returnCount: 1 },
    { editCount: 1 },
    { isLate: true },
    { overrideCount: 1 },
  ];
  const STATUSES = ['invited', 'inProgress', 'assessed', 'returned', 'final', 'cancelled', 'draft'];

  /** Sixty assessments of two exams, with every mark in every status. */
  async function fill() {
    const otherVersion = uuidv7();
    const otherExam = uuidv7();
    await database.exam.create({
      data: { id: otherExam, schoolId: school.schoolId, code: 'X', crebo: '1', title: 'X', kind: 'basis', level: 2 },
    });
    const { definition } = await database.examVersion.findUniqueOrThrow({ where: { id: school.examVersionId } });
    await database.examVersion.create({
      data: {
        id: otherVersion,
        schoolId: school.schoolId,
        examId: otherExam,
        version: '1',
        definition: definition as Prisma.InputJsonValue,
        sha256: '0',
      },
    });
    const [contact] = school.contacts;
    for (let row = 0; row < 60; row += 1) {
      const status = STATUSES[row % STATUSES.length] ?? 'final';
      const flags = MARKS[Math.floor(row / 3) % MARKS.length] ?? {};
      const id = await addRow({
        status,
        hours: Math.floor(row / 2),
        searchText: row % 4 === 0 ? 'noor de vries' : 'sam bakker',
        flags: {
          ...flags,
          hasRemarks: Object.keys(flags).length > 0,
          examVersionId: row % 5 === 0 ? otherVersion : school.examVersionId,
          reopenedAt: status === 'assessed' && row % 2 === 0 ? new Date(BASE) : null,
          proposedById: status === 'assessed' && row % 3 === 0 ? school.committee.membershipId : null,
          awaitsPublication: status === 'final' && row % 2 === 0,
        },
      });
      if (row % 6 === 0) {
        await database.assessmentExaminer.create({
          data: {
            schoolId: school.schoolId,
            assessmentId: id,
            contactId: contact.id,
            formStatus: 'finished',
            components: [],
          },
        });
      }
    }
    return { otherExam, contactId: contact.id };
  }

  /** Ids in order, and the counts of the first page; page by page, wherever the search was cut off. */
  async function walkAll(reader: ReturnType<typeof createQueuePages>, request: QueueRequest) {
    const ids: string[] = [];
    const first = await reader.readPlaces(request);
    let page = first;
    for (let turn = 0; turn < 200; turn += 1) {
      ids.push(...page.ids);
      const last = ids.at(-1);
      if (!page.hasNext) return { ids, counts: first.counts };
      const row = last === undefined ? null : await database.assessment.findUniqueOrThrow({ where: { id: last } });
      const after = page.cutAt ?? (row && { since: row.statusSince, id: row.id });
      page = await reader.readPlaces({ ...request, after });
    }
    throw new Error('the queue does not end');
  }

  it('gives the same rows in the same order, whether it is answered from a few rows or passed along an index and cut off', async () => {
    const { otherExam, contactId } = await fill();
    const scope = { database, schoolId: school.schoolId };
    const whole = createQueuePages(scope);
    const cut = createQueuePages(scope, { counted: 1_000, few: 0, scanned: 8 });
    const filters: Partial<QueueRequest>[] = [
      {},
      { examId: school.examId },
      { examId: otherExam, marks: [QueueMark.Late] },
      { search: 'noor vries' },
      { examinerId: contactId },
      { initiatorId: school.teacher.membershipId, marks: [QueueMark.Changed] },
      { studentId: school.studentId, from: new Date(BASE + 5 * HOUR_MS), until: new Date(BASE + 20 * HOUR_MS) },
      { groupId: school.groupId, search: 'sam' },
      ...QUEUE_MARKS.map((mark) => ({ marks: [mark] })),
      ...QUEUE_STAGES.map((stage) => ({ stage })),
      { stage: QueueStage.Unpublished, marks: [QueueMark.Insufficient] },
    ];
    for (const filter of filters) {
      for (const view of [QueueView.All, QueueView.Assessed, QueueView.Remarked, QueueView.Final]) {
        for (const order of ['oldest', 'newest'] as const) {
          const request: QueueRequest = { ...REQUEST, ...filter, view, order };
          const expected = await whole.readPlaces({ ...request, limit: 60 });
          const told = JSON.stringify({ ...filter, view, order });
          const walked = await walkAll(cut, request);
          expect([told, walked.ids]).toEqual([told, expected.ids]);
          if (filter.search === undefined) expect([told, walked.counts]).toEqual([told, expected.counts]);
        }
      }
    }
  }, 60_000);

  it.each([
    [QueueMark.Insufficient, { insufficientCount: 1 }],
    [QueueMark.Differs, { disagreementCount: 1 }],
    [QueueMark.Changed, { returnCount: 1 }],
    [QueueMark.Changed, { editCount: 1 }],
    [QueueMark.Late, { isLate: true }],
    [QueueMark.Override, { overrideCount: 1 }],
  ])('finds %s by %j and by any remark, and no other', async (mark, flags) => {
    const marked = await addRow({ flags });
    await addRow();
    expect(await idsOf({ marks: [mark] })).toEqual([marked]);
    expect(await idsOf({ marks: [QueueMark.Any] })).toEqual([marked]);
    for (const other of QUEUE_MARKS.filter((each) => each !== mark && each !== QueueMark.Any)) {
      expect(await idsOf({ marks: [other] })).toEqual([]);
    }
  });

  it('finds one of several marks, through the index of all of them', async () => {
    const late = await addRow({ hours: 1, flags: { isLate: true } });
    const poor = await addRow({ hours: 2, flags: { insufficientCount: 1 } });
    await addRow({ hours: 3, flags: { overrideCount: 1 } });
    const marks = [QueueMark.Late, QueueMark.Insufficient];
    for (const asked of [{ marks }, { marks, examId: school.examId }, { marks, view: QueueView.Remarked }])
      expect(await idsOf(asked)).toEqual([late, poor]);
  });

  it('knows the rows around each row of a list, by whichever way it is read and in whichever order', async () => {
    const { contactId } = await fill();
    const scope = { database, schoolId: school.schoolId };
    const readers = [createQueuePages(scope), createQueuePages(scope, { counted: 1_000, few: 0, scanned: 100 })];
    const filters: Partial<QueueRequest>[] = [
      {},
      { view: QueueView.Final, marks: [QueueMark.Late] },
      { examinerId: contactId, view: QueueView.All },
      { search: 'noor vries', order: 'newest' },
      { groupId: school.groupId, order: 'name', view: QueueView.All },
    ];
    for (const reader of readers) {
      for (const filter of filters) {
        const request = { ...REQUEST, ...filter };
        const { ids } = await reader.readPlaces({ ...request, limit: 60 });
        for (const [at, id] of ids.entries()) {
          const found = await reader.findNeighbours({ ...request, id, place: null });
          expect(found).toMatchObject({ previous: ids[at - 1] ?? null, next: ids[at + 1] ?? null, place: { id } });
        }
      }
    }
  }, 60_000);

  it('goes on from where a row was that left the list, and knows nothing of one that never was in it', async () => {
    const ids: string[] = [];
    for (let hours = 0; hours < 3; hours += 1) ids.push(await addRow({ hours }));
    const [first = '', second = '', third = ''] = ids;
    const reader = createQueuePages({ database, schoolId: school.schoolId });
    const { place } = await reader.findNeighbours({ ...REQUEST, id: second, place: null });
    await database.assessment.update({ where: { id: second }, data: { status: 'final', statusSince: new Date() } });
    const left = await reader.findNeighbours({ ...REQUEST, id: second, place });
    expect(left).toEqual({ previous: first, next: third, place });
    const nowhere = { previous: null, next: null, place: null };
    expect(await reader.findNeighbours({ ...REQUEST, id: second, place: null })).toEqual(nowhere);
    expect(await reader.findNeighbours({ ...REQUEST, id: uuidv7(), place })).toEqual(nowhere);
  });

  it('sorts by name where a list is short enough, page by page, and says so where it is not', async () => {
    const ids: string[] = [];
    for (const name of ['Bo Zwart', 'Anna adema', 'Zoe Adema', 'Cas Mulder', 'Bo Adema']) {
      ids.push(await addRow({ studentId: await addStudent(name), searchText: name.toLowerCase() }));
    }
    await addRow({ status: 'final' });
    const [zwart, annaAdema, zoeAdema, mulder, boAdema] = ids;
    const sorted = [annaAdema, boAdema, zoeAdema, mulder, zwart];
    const reader = createQueuePages({ database, schoolId: school.schoolId }, { counted: 9, few: 5, scanned: 9 });
    const request: QueueRequest = { ...REQUEST, order: 'name' };
    expect((await walkAll(reader, request)).ids).toEqual(sorted);
    const place = { since: new Date(0), id: mulder ?? '' };
    const back = await reader.readPlaces({ ...request, before: place });
    expect(back).toMatchObject({ ids: [boAdema, zoeAdema], hasPrevious: true, hasNext: true, isUnsorted: false });
    expect(back.counts).toMatchObject({ assessed: 5, final: 1, all: 6 });
    expect(await reader.readPlaces({ ...request, view: QueueView.All })).toMatchObject({ isUnsorted: true });
    expect(await idsOf({ order: 'exam', search: 'adema' })).toHaveLength(3);
  });

  it('ends a period before the day after it', async () => {
    const inside = await addRow({ hours: 1 });
    await addRow({ hours: 2 });
    expect(await idsOf({ from: new Date(BASE), until: new Date(BASE + 2 * HOUR_MS) })).toEqual([inside]);
  });

  it('says that there are more than it counted, and counts no further', async () => {
    for (let row = 0; row < 5; row += 1) await addRow({ hours: row });
    const scope = { database, schoolId: school.schoolId };
    const reader = createQueuePages(scope, { counted: 3, few: 0, scanned: 100 });
    const { counts, more } = await reader.readPlaces(REQUEST);
    expect(counts).toMatchObject({ assessed: 3, all: 3, final: 0 });
    expect(more).toEqual([QueueView.Assessed, QueueView.All]);
  });

  it('takes the whole number of a student for that student, and no part of another number', async () => {
    const number = '7654321';
    const student = await addStudent('Ali Demir');
    await database.student.update({ where: { id: student }, data: { number } });
    const theirs = await addRow({ studentId: student, searchText: `ali demir ${number}` });
    await addRow({ searchText: `noor de vries ${number}0` });
    expect(await idsOf({ search: number })).toEqual([theirs]);
    expect(await idsOf({ search: `demir ${number}` })).toEqual([theirs]);
    expect(await idsOf({ search: `vries ${number}` })).toEqual([]);
  });

  it('finds nobody of another school, by id or by name', async () => {
    const other = await seedSchool(database, { slug: `vreemd${count}` });
    await addRow();
    expect(await idsOf({ studentId: other.studentId })).toEqual([]);
    expect(await idsOf({ initiatorId: other.teacher.membershipId })).toEqual([]);
    const theirs = createRepositories(database).forSchool(other.schoolId).committee;
    const ids = {
      studentId: school.studentId,
      initiatorId: school.teacher.membershipId,
      examinerId: school.contacts[0].id,
    };
    expect(await theirs.nameFilters(ids)).toEqual({ student: null, initiator: null, examiner: null });
    const [found] = await theirs.findStudentsBy('noor', 5);
    expect(found?.id).toBe(other.studentId);
  });
});
