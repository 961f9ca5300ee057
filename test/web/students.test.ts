import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { Role } from '../../domain/school.ts';
import { createAssessments } from '../../prisma/commands/assessments.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { seedMember, seedSchool } from '../support/factories.ts';
import { addStudent, postStudents, seriesIn, signedInTeacher } from './initiator-support.ts';

let app: TestApp;
let teacher: TestClient;
let noor: string;
let zoe: string;
let strangerId: string;
let strangerGroupId: string;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true, seed: { settings: { studentDomains: ['student.example'] } } });
  const { database, seed } = app;
  noor = seed.studentId;
  zoe = await addStudent(app, 'Zoë', 'Çelik', '100002');
  const other = await seedSchool(database, { slug: 'elders' });
  strangerId = other.studentId;
  await database.student.update({
    where: { id: strangerId },
    data: { familyName: 'Elders', searchText: 'elders 900001' },
  });
  strangerGroupId = other.groupId;
  await database.groupTeacher.create({
    data: { schoolId: seed.schoolId, groupId: seed.groupId, membershipId: seed.teacher.membershipId },
  });
});
beforeEach(async () => {
  teacher = await signedInTeacher(app);
});
afterAll(() => app.stop());

const fields = (more: Record<string, string | readonly string[]>) => ({
  examen: app.seed.examVersionId,
  eenheid: '',
  ...more,
});
const press = (stap: string, more: Record<string, string | readonly string[]> = {}) =>
  teacher.post('/afnames/nieuw', fields({ stap, ...more }));
const chosenIn = (page: { text: string }) =>
  [...page.text.matchAll(/type="hidden" name="student" value="([0-9a-f-]{36})"/g)].map(([, id]) => id);

describe('searching for students', () => {
  it('never finds a student of another school, by name, number, group or id', async () => {
    for (const zoek of ['elders', '900001', 'eldersx']) {
      expect((await press('zoeken', { zoek })).text).not.toContain('Elders');
    }
    expect(chosenIn(await press('groep', { groep: strangerGroupId }))).toEqual([]);
    expect(chosenIn(await press(`groep:${strangerGroupId}`))).toEqual([]);
    expect(chosenIn(await press(`erbij:${strangerId}`))).toEqual([]);
    expect((await press('plakken', { plak: '900001' })).text).toContain('Niemand gevonden. Controleer');
  });

  it('asks whether somebody else was meant', async () => {
    const page = await press('zoeken', { zoek: 'celki' });
    expect(page.text).toContain('Bedoelde u');
    expect(page.text).toContain('Zoë Çelik');
  });

  it.each(['\u0000', '%', '_', '\\', "'", '\u202Enoor', 'נור', '🙂', 'a'.repeat(5000)])('bears %j', async (zoek) => {
    expect((await press('zoeken', { zoek })).status).toBe(200);
  });
});

describe('choosing students', () => {
  it('adds a group of one’s own with one button, and removes one and all', async () => {
    const first = await teacher.get(`/afnames/nieuw?examen=${app.seed.examVersionId}`);
    expect(first.text).toContain('VIG-3A toevoegen (1)');
    const added = await press(`groep:${app.seed.groupId}`, { student: zoe });
    expect(chosenIn(added).sort()).toEqual([noor, zoe].sort());
    expect(chosenIn(await press(`weg:${noor}`, { student: [noor, zoe] }))).toEqual([zoe]);
    expect(chosenIn(await press('leeg', { student: [noor, zoe] }))).toEqual([]);
  });

  it('begins with the student that the address names', async () => {
    const page = await teacher.get(`/afnames/nieuw?examen=${app.seed.examVersionId}&student=${zoe}`);
    expect(chosenIn(page)).toEqual([zoe]);
  });

  it('takes at most 250 at once', async () => {
    const ids = Array.from({ length: 251 }, (_, index) => `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`);
    const page = await postStudents(app, teacher, { studentIds: ids, confirmedIds: [] });
    expect(page.status).toBe(422);
    expect(page.text).toContain('Kies ten hoogste 250 studenten tegelijk. U koos er 251.');
  });
});

describe('a pasted list', () => {
  it('is answered line by line, added with one button, and what is wrong stays', async () => {
    const plak = '100001\r\nZoe.Celik@student.example\n100001\n999999\nzomaar iets\n';
    const answer = await press('plakken', { plak, student: zoe });
    for (const said of [
      'Noor de Vries',
      'Zoë Çelik is al gekozen',
      'staat hoger in deze lijst',
      'Niemand gevonden',
      'geen studentnummer',
    ])
      expect(answer.text).toContain(said);
    expect(chosenIn(answer)).toEqual([zoe]);
    const added = await press('plak-erbij', { plak, student: zoe });
    expect(chosenIn(added).sort()).toEqual([noor, zoe].sort());
    expect(/<textarea[^>]*id="plak"[^>]*>\n?([^<]*)</.exec(added.text)?.[1]?.trim()).toBe('999999\nzomaar iets');
    expect(added.text).toContain('2 regels zijn niet gevonden');
  });

  it('of 300 lines is looked up, of 301 is not', async () => {
    const lines = (count: number) => Array.from({ length: count }, (_, index) => String(500_000 + index)).join('\n');
    expect((await press('plakken', { plak: lines(300) })).status).toBe(200);
    const page = await press('plakken', { plak: lines(301) });
    expect(page.status).toBe(422);
    expect(page.text).toContain('Deze lijst heeft er 301');
    expect(page.text).toContain('500300');
  });

  it.each(['', ' \n\t;,', '\u0000\u0000'])('of nothing is asked for again: %j', async (plak) => {
    const page = await press('plakken', { plak });
    expect(page.status).toBe(422);
    expect(page.text).toContain('Plak eerst een lijst');
  });

  it.each(['<script>alert(1)</script>', '\u202E100001', "100001'; DROP TABLE student", '100%', '\uD800'])(
    'with %j does no harm',
    async (plak) => {
      const page = await press('plakken', { plak });
      expect(page.status).toBe(200);
      expect(page.text).not.toContain('<script>alert');
    },
  );
});

describe('a running assessment of the same exam', () => {
  it('is named with its initiator and needs a tick for each student', async () => {
    const { database, seed } = app;
    const colleague = await seedMember(database, seed.schoolId, 'zandkamp', Role.Teacher, 'collega');
    await database.account.update({ where: { id: colleague.accountId }, data: { givenName: 'Wim' } });
    await app.apply(
      createAssessments,
      {
        examVersionId: seed.examVersionId,
        unitCodes: ['EX1'],
        studentIds: [zoe],
        initiatorId: colleague.membershipId,
        assignments: [],
        dueAt: null,
        closesAt: null,
      },
      { kind: 'member', id: colleague.membershipId },
    );
    const refused = await postStudents(app, teacher, { studentIds: [noor, zoe], confirmedIds: [] });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('concept, gestart door Wim van Proef op');
    expect(refused.text).toContain('Zoë Çelik heeft al een lopende afname');
    expect(refused.text).toContain('Toch starten, als poging 2');
    expect(refused.text).toMatch(/href="#toch-0"/);
    expect(refused.text).toContain('id="toch-0"');
    // A colleague's assessment is not for the teacher to look at.
    expect(refused.text).not.toContain('Die afname bekijken');
    expect(chosenIn(await press('zonder-lopende', { student: [noor, zoe] }))).toEqual([noor]);
    const started = await postStudents(app, teacher, { studentIds: [noor, zoe], confirmedIds: [zoe] });
    expect(started.status).toBe(303);
    const { ids } = await seriesIn(app, started.location);
    const attempts = await database.assessment.findMany({
      where: { id: { in: ids } },
      select: { studentId: true, attempt: true },
    });
    expect(new Map(attempts.map(({ studentId, attempt }) => [studentId, attempt]))).toEqual(
      new Map([
        [noor, 1],
        [zoe, 2],
      ]),
    );
  });

  it('that is over makes the next one a resit', async () => {
    await app.database.assessment.updateMany({
      where: { studentId: noor },
      data: { status: 'final', score: 'V', gradeTenths: 70 },
    });
    const page = await press('zoeken', { zoek: 'noor' });
    expect(page.text).toContain('herkansing: poging 2');
    expect((await postStudents(app, teacher, { studentIds: [noor], confirmedIds: [] })).status).toBe(303);
  });
});

describe('starting', () => {
  const many = async (count: number, from: number) => {
    const rows = Array.from({ length: count }, (_, index) => ({
      id: uuidv7(),
      schoolId: app.seed.schoolId,
      number: String(from + index),
      email: `veel${from + index}@student.example`,
      givenName: 'Veel',
      familyName: `Student${index}`,
      searchText: `veel student${index} ${from + index}`,
    }));
    await app.database.student.createMany({ data: rows });
    return rows.map(({ id }) => id);
  };

  it('for 250 students at once makes one series', async () => {
    const studentIds = await many(250, 800_000);
    const started = await postStudents(app, teacher, { studentIds });
    expect(started.status).toBe(303);
    expect((await seriesIn(app, started.location)).ids).toHaveLength(250);
  });

  it('twice at the same time for one student gives two attempts', async () => {
    const studentIds = await many(1, 810_000);
    const colleague = await signedInTeacher(app);
    await Promise.all([postStudents(app, teacher, { studentIds }), postStudents(app, colleague, { studentIds })]);
    const rows = await app.database.assessment.findMany({
      where: { studentId: studentIds[0] ?? '' },
      orderBy: { attempt: 'asc' },
      select: { attempt: true },
    });
    expect(rows.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });
});

describe('the deadline', () => {
  it('on a day off offers the working day after it, which a button takes', async () => {
    const page = await press('zoeken', { inleveren: '2027-03-29' });
    expect(page.text).toContain('Ma 29 maart 2027 is geen werkdag.');
    expect(page.text).toContain('Neem di 30 maart 2027');
    const moved = await press('werkdag', { inleveren: '2027-03-29' });
    expect(moved.text).toMatch(/id="inleveren"[^>]*value="2027-03-30"/);
  });

  it.each([
    ['2020-01-06', 'vanaf morgen'],
    ['2999-01-06', 'binnen een jaar'],
    ['31-12-2026', 'zoals 24-11-2026'],
    ['', 'zoals 24-11-2026'],
  ])('%j is refused', async (due, said) => {
    const page = await press('verder', { student: noor, toch: noor, inleveren: due });
    expect(page.status).toBe(422);
    expect(page.text).toContain(said);
  });
});
