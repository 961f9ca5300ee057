import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { searchable } from '../../domain/school.ts';
import { type Database, openDatabase } from '../../prisma/client.ts';
import { importStudents, type StudentRecord } from '../../prisma/importer.ts';
import { createStudentReads } from '../../prisma/repositories/students.ts';
import { type SeededSchool, seedSchool } from '../support/factories.ts';
import { createTestDatabase, type TestDatabase } from '../support/services.ts';

let testDatabase: TestDatabase;
let database: Database;
let school: SeededSchool;
let other: SeededSchool;
let ids: ReadonlyMap<string, string>;

const STUDENTS = [
  ['200001', 'Ömer', 'Jansen'],
  ['200002', 'Marjan', 'Bakker'],
  ['200003', 'Jan', 'van der Jagt'],
  ['200004', 'Lotte', 'Jannsen'],
  ['200005', 'Zoë', 'Procent%_'],
  [null, 'Tess', 'Zondernummer'],
] as const;

async function addStudent(schoolId: string, number: string | null, givenName: string, familyName: string) {
  const id = uuidv7();
  const email = `${searchable(givenName, familyName).replace(/\W/g, '.')}@student.example`;
  const searchText = searchable(givenName, familyName, number, email);
  await database.student.create({
    data: { id, schoolId, number, email, givenName, infix: '', familyName, searchText },
  });
  return id;
}

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, poolSize: 3 });
  school = await seedSchool(database);
  other = await seedSchool(database, { slug: 'elders' });
  const added: [string, string][] = [];
  for (const [number, given, family] of STUDENTS)
    added.push([given, await addStudent(school.schoolId, number, given, family)]);
  ids = new Map(added);
  await addStudent(other.schoolId, '200001', 'Vreemde', 'Jansen');
});
afterAll(async () => {
  await database?.$disconnect();
  await testDatabase?.drop();
});

const reads = () => createStudentReads({ database, schoolId: school.schoolId });
const search = async (query: string, groupId: string | null = null) => {
  const { rows, total, near } = await reads().searchStudents({ query, groupId, limit: 60 });
  return { names: rows.map(({ name }) => name), total, near: near.map(({ name }) => name) };
};

describe('searchStudents', () => {
  it.each([
    ['part of a name', 'akke', ['Marjan Bakker']],
    ['several words in any order', 'jansen omer', ['Ömer Jansen']],
    ['letters without their marks', 'ÖMER', ['Ömer Jansen']],
    ['part of the number', '0002', ['Marjan Bakker']],
    ['part of the address', 'zoe.procent', ['Zoë Procent%_']],
    ['a percent sign as a letter', '%', ['Zoë Procent%_']],
    ['an underscore as a letter', '%_', ['Zoë Procent%_']],
    ['a backslash as a letter', '\\', []],
    ['a quote as a letter', "'; DROP TABLE student; --", []],
  ])('finds by %s', async (_what, query, names) => {
    expect((await search(query)).names).toEqual(names);
  });

  it('gives words that begin so first', async () => {
    expect((await search('jan')).names).toEqual(['Lotte Jannsen', 'Ömer Jansen', 'Jan van der Jagt', 'Marjan Bakker']);
  });

  it.each([
    ['another letter', 'bakkar', ['Marjan Bakker']],
    ['a letter too few', 'baker', ['Marjan Bakker']],
    ['a letter too many', 'bakkker', ['Marjan Bakker']],
    ['two letters swapped', 'bakekr', ['Marjan Bakker']],
    ['an error in the first letter', 'pakker', ['Marjan Bakker']],
    ['an error in one of two words', 'marjan bakekr', ['Marjan Bakker']],
    ['two digits of the number swapped', '020002', ['Marjan Bakker']],
    ['a digit too many', '2000022', ['Marjan Bakker']],
    ['a word that is not typed to its end', 'zonfernum', ['Tess Zondernummer']],
  ])('means by %s', async (_what, query, near) => {
    const found = await search(query);
    expect(found.names).toEqual([]);
    expect(found.near).toEqual(expect.arrayContaining([...near]));
    if (near.length > 0) expect(found.near).toEqual(near);
  });

  it('tells beside who was found who may be meant', async () => {
    expect(await search('jansen')).toEqual({ names: ['Ömer Jansen'], total: 1, near: ['Lotte Jannsen'] });
  });

  it.each([['jan jagd xx'], ['zzzz'], ['bakekr marjam'], ['abc']])('finds nobody for %s', async (query) => {
    expect(await search(query)).toEqual({ names: [], total: 0, near: [] });
  });

  it('finds nobody of another school, exactly or nearly', async () => {
    expect(await search('vreemde')).toEqual({ names: [], total: 0, near: [] });
    expect((await search('vreende')).near).toEqual([]);
  });

  it('looks within a group, for near matches too', async () => {
    expect((await search('noor', school.groupId)).names).toEqual(['Noor de Vries']);
    expect((await search('bakkar', school.groupId)).near).toEqual([]);
    expect((await search('', school.groupId)).names).toEqual(['Noor de Vries']);
    expect((await search('', other.groupId)).names).toEqual([]);
  });

  it('counts all and gives as many as asked for', async () => {
    const { rows, total } = await reads().searchStudents({ query: 'student', groupId: null, limit: 2 });
    expect([rows.length, total]).toEqual([2, 7]);
  });
});

describe('the trigram index', () => {
  it('answers among the students of several large schools', async () => {
    const own = openDatabase({ url: testDatabase.url, poolSize: 1 });
    const used = async () => {
      await own.$executeRaw`SELECT pg_stat_force_next_flush()`;
      const [row] = await own.$queryRaw<{ scans: bigint }[]>`
        SELECT idx_scan AS scans FROM pg_stat_user_indexes WHERE indexrelname = 'student_search_words'`;
      return Number(row?.scans ?? 0);
    };
    await own.$executeRaw`
      INSERT INTO student (id, school_id, number, email, given_name, family_name, search_text)
      SELECT gen_random_uuid(), school.id, (700000 + n)::text, 'groot' || n || '@student.example', 'Noor', md5(n::text),
        'noor ' || md5(n::text) || ' ' || (700000 + n) || ' groot' || n || '@student.example'
      FROM school, generate_series(1, 5000) AS n`;
    const owner = openDatabase({ url: testDatabase.ownerUrl, poolSize: 1 });
    await owner.$executeRaw`VACUUM ANALYZE student`;
    await owner.$disconnect();
    const found = createStudentReads({ database: own, schoolId: school.schoolId });
    for (const query of ['omer', 'bakker marjan', '200002', 'marjan.bakker@student.example', 'zondernunmer']) {
      const before = await used();
      const { rows, near } = await found.searchStudents({ query, groupId: null, limit: 60 });
      expect([query, rows.length + near.length]).toEqual([query, 1]);
      expect([query, (await used()) > before]).toEqual([query, true]);
    }
    await own.$executeRaw`DELETE FROM student WHERE email LIKE 'groot%'`;
    await own.$disconnect();
  });
});

describe('findByNumberOrEmail', () => {
  it('finds by number and by address in any case, in this school alone', async () => {
    const found = await reads().findByNumberOrEmail([
      '200001',
      'marjan.bakker@student.example',
      'vreemde.jansen@student.example',
    ]);
    expect(found.map(({ name }) => name)).toEqual(['Marjan Bakker', 'Ömer Jansen']);
  });
});

describe('importStudents', () => {
  const record = (change: Partial<StudentRecord>): StudentRecord => ({
    number: '300001',
    givenName: 'Tess',
    infix: '',
    familyName: 'Zondernummer',
    email: 'tess.zondernummer@student.example',
    birthDate: null,
    group: 'VIG-3A',
    schoolYear: '2026-2027',
    ...change,
  });
  const run = (...records: StudentRecord[]) =>
    database.$transaction((tx) => importStudents(tx, school.schoolId, records));
  const byEmail = (email: string) =>
    database.student.findUniqueOrThrow({ where: { schoolId_email: { schoolId: school.schoolId, email } } });

  it('fills in and checks who is known by address, and doubles nobody', async () => {
    const before = await database.student.count();
    await database.student.update({
      where: { id: ids.get('Tess') ?? '' },
      data: { number: '3000', isNumberVerified: false },
    });
    await run(record({ trainingCompany: 'Zorghuis De Wilg', coach: school.teacher.email.toUpperCase() }));
    expect(await byEmail('tess.zondernummer@student.example')).toMatchObject({
      id: ids.get('Tess'),
      number: '300001',
      isNumberVerified: true,
      trainingCompany: 'Zorghuis De Wilg',
      coachId: school.teacher.membershipId,
    });
    expect(await database.student.count()).toBe(before);
  });

  it('leaves company and coach as they are when the file does not say', async () => {
    await run(record({}));
    expect(await byEmail('tess.zondernummer@student.example')).toMatchObject({
      trainingCompany: 'Zorghuis De Wilg',
      coachId: school.teacher.membershipId,
    });
  });

  it('takes a number back from who filled in that of somebody else', async () => {
    const claimId = await addStudent(school.schoolId, '300777', 'Klaas', 'Claim');
    await database.student.update({ where: { id: claimId }, data: { isNumberVerified: false } });
    await run(record({ number: '300777', givenName: 'Rik', familyName: 'Recht', email: 'rik@student.example' }));
    expect(await database.student.findUniqueOrThrow({ where: { id: claimId } })).toMatchObject({ number: null });
    expect(await byEmail('rik@student.example')).toMatchObject({ number: '300777', isNumberVerified: true });
    expect((await search('300777')).names).toEqual(['Rik Recht']);
  });

  it('refuses a number and an address of two students whom the school both knows', async () => {
    await expect(run(record({ number: '200002' }))).rejects.toThrow('200002');
  });

  it('refuses a coach who is no member', async () => {
    await expect(run(record({ coach: 'niemand@elders.example' }))).rejects.toThrow('niemand@elders.example');
  });
});
