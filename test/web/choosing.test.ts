/** Choosing examiners on the real application: for all, per student, from the address book, with the rules about who may. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import type { AssessmentState } from '../../domain/assessment.ts';
import { type Assignment, scopeKey } from '../../domain/assignment.ts';
import { searchable } from '../../domain/school.ts';
import { assignExaminers } from '../../prisma/commands/assigning.ts';
import { readConflictFacts } from '../../prisma/conflict-facts.ts';
import { startTestApp, type TestApp, type TestClient, type TestResponse } from '../support/app.ts';
import { seedSchool } from '../support/factories.ts';
import { addStudent, fieldOf, postStudents, seriesIn, signedInTeacher } from './initiator-support.ts';

let app: TestApp;
let teacher: TestClient;
let noor: string;
let zoe: string;
let finn: string;
let yara: string;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  noor = app.seed.studentId;
  zoe = await addStudent(app, 'Zoë', 'Çelik', '100002');
  finn = await addStudent(app, 'Finn', 'Aalders', '100003');
  yara = await addContact('Yara Velde', 'Stichting Dé Linde');
});
afterAll(() => app.stop());
beforeEach(async () => {
  teacher = await signedInTeacher(app);
});

async function addContact(name: string, organisation: string, more: Record<string, unknown> = {}): Promise<string> {
  const id = uuidv7();
  const email = `${searchable(name).replace(/\W+/g, '.')}.${id.slice(-6)}@bedrijf.example`;
  const searchText = searchable(name, email, organisation);
  const { schoolId } = app.seed;
  await app.database.contact.create({
    data: { id, schoolId, name, email, organisation, kind: 'practice', searchText, ...more },
  });
  return id;
}

async function startSeries(studentIds: readonly string[]) {
  const { seriesId, ids } = await seriesIn(app, (await postStudents(app, teacher, { studentIds })).location);
  return { ids, path: `/series/${seriesId}/examinatoren`, idOf: (studentId: string) => ofStudent(ids, studentId) };
}

async function ofStudent(ids: readonly string[], studentId: string): Promise<string> {
  return (await app.database.assessment.findFirstOrThrow({ where: { id: { in: [...ids] }, studentId } })).id;
}

/** What a page says, without its tags: readable when a test fails. */
function textOf(page: TestResponse): string {
  const main = /<main[\s\S]*<\/main>/.exec(page.text)?.[0] ?? page.text;
  return main.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
}

/** The fields of a page as a browser would post them. */
function fieldsOf(page: TestResponse): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  const form = /<form[^>]*id="examinatoren"[\s\S]*?<\/form>/.exec(page.text)?.[0] ?? '';
  const decoded = (text: string) => text.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&');
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    const attribute = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1];
    if (/type="checkbox"/.test(tag) && !/ checked/.test(tag)) continue;
    const [name, value] = [attribute('name'), attribute('value') ?? ''];
    if (name === undefined || name === '_csrf' || / disabled/.test(tag)) continue;
    fields[name] = [...(fields[name] ?? []), decoded(value)];
  }
  return fields;
}

/** Presses a button of a page, with some fields changed. */
function press(page: TestResponse, path: string, stap: string, more: Record<string, string | readonly string[]> = {}) {
  return teacher.post(path, { ...fieldsOf(page), ...more, stap });
}

async function keptChoice(assessmentId: string): Promise<string[]> {
  const { state } = await app.database.stream.findUniqueOrThrow({ where: { id: assessmentId } });
  return (state as unknown as AssessmentState).assignments.map(
    ({ examinerId, scope }) => `${scopeKey(scope)}|${examinerId}`,
  );
}

const practice = () => app.seed.contacts[0].id;
const school = () => app.seed.contacts[1].id;
const whole = (examinerId: string): Assignment => ({ examinerId, scope: { level: 'exam' } });

describe('a class with examiners in different companies', () => {
  it('gets the same examiner of the school and each its own from practice, by one save and without a script', async () => {
    const { path, idOf } = await startSeries([noor, zoe]);
    const start = await teacher.get(path);
    const shared = await press(start, path, 'bijwerken', { erbij: school() });
    expect(textOf(shared)).toContain('Sam Docent: alles');
    const typed = await press(shared, path, 'bijwerken', {
      [`wie.${await idOf(noor)}`]: 'praktijk bo',
      [`wie.${await idOf(zoe)}`]: 'yara',
    });
    expect(textOf(typed)).toContain('Yara Velde: alles');
    expect(await keptChoice(await idOf(noor))).toEqual([]);
    const saved = await press(typed, path, 'opslaan');
    expect([saved.status, saved.location]).toEqual([303, path.replace('examinatoren', 'uitnodigen')]);
    expect(await keptChoice(await idOf(noor))).toEqual([`exam|${school()}`, `exam|${practice()}`]);
    expect(await keptChoice(await idOf(zoe))).toEqual([`exam|${school()}`, `exam|${yara}`]);
  });

  it('shows the kept choice again: what is common once, the rest with each student', async () => {
    const { path, ids, idOf } = await startSeries([noor, zoe]);
    await app.apply(assignExaminers, {
      assignments: [
        { assessmentId: await idOf(noor), assignments: [whole(school()), whole(practice())] },
        { assessmentId: await idOf(zoe), assignments: [whole(school())] },
      ],
    });
    const page = await teacher.get(path);
    expect(page.text.match(new RegExp(`value="exam\\|${school()}"[^>]*checked`, 'g'))).toHaveLength(1);
    expect(page.text).not.toContain(`value="exam|${practice()}"`);
    expect(textOf(page)).toContain('Bo Praktijk: alles');
    const opened = await teacher.get(`${path}?student=${await idOf(noor)}`);
    expect(opened.text).toMatch(new RegExp(`name="van"[^>]*value="exam\\|${practice()}"[^>]*checked`));
    expect(ids).toHaveLength(2);
  });

  it('copies the choice of one student to all, and to those that are ticked', async () => {
    const { path, idOf } = await startSeries([noor, zoe, finn]);
    const [first, second, third] = [await idOf(noor), await idOf(zoe), await idOf(finn)];
    await app.apply(assignExaminers, { assignments: [{ assessmentId: first, assignments: [whole(yara)] }] });
    const opened = await teacher.get(`${path}?student=${first}`);
    const ticked = await press(opened, path, `aangevinkt:${first}`, { aan: third });
    expect(textOf(ticked)).toContain('gekopieerd naar 1 student.');
    await press(ticked, path, 'opslaan');
    expect([await keptChoice(second), await keptChoice(third)]).toEqual([[], [`exam|${yara}`]]);
    const all = await press(await teacher.get(`${path}?student=${first}`), path, `allen:${first}`);
    await press(all, path, 'opslaan');
    expect(await keptChoice(second)).toEqual([`exam|${yara}`]);
  });

  it('is filled in from the training companies: one contact is taken, several are asked, none is said', async () => {
    const linde = { trainingCompany: 'DE LINDE' };
    await app.database.student.update({ where: { id: noor }, data: linde });
    await app.database.student.update({ where: { id: zoe }, data: { trainingCompany: 'Zorg Hofrand B.V.' } });
    await app.database.student.update({ where: { id: finn }, data: { trainingCompany: 'Onbekend Huis' } });
    const [daan] = [await addContact('Daan Hof', 'Zorg Hofrand'), await addContact('Mila Hof', 'Zorg Hofrand')];
    await addContact('Weg Hof', 'Onbekend Huis', { archivedAt: new Date() });
    const { path, idOf } = await startSeries([noor, zoe, finn]);
    const page = await press(await teacher.get(path), path, 'aanvullen');
    expect(textOf(page)).toContain('1 student is aangevuld.');
    expect(textOf(page)).toContain('Yara Velde: alles');
    expect(textOf(page)).toContain('Kies bij Zorg Hofrand B.V.');
    expect(textOf(page)).toContain('Niemand van Onbekend Huis staat in het adresboek.');
    const chosen = await press(page, path, 'bijwerken', { [`kies.${await idOf(zoe)}`]: daan ?? '' });
    await press(chosen, path, 'opslaan');
    expect(await keptChoice(await idOf(zoe))).toEqual([`exam|${daan}`]);
    expect(await keptChoice(await idOf(noor))).toEqual([`exam|${yara}`]);
    for (const id of [noor, zoe, finn])
      await app.database.student.update({ where: { id }, data: { trainingCompany: '' } });
  });

  it('gives who is added to a student only the part that was chosen for that', async () => {
    const { path, idOf } = await startSeries([noor, zoe]);
    const page = await press(await teacher.get(path), path, 'bijwerken', {
      onderdeel: 'workProcess:B1-K1-W2',
      [`wie.${await idOf(noor)}`]: 'yara',
    });
    await press(page, path, 'opslaan');
    expect(await keptChoice(await idOf(noor))).toEqual([`workProcess:B1-K1-W2|${yara}`]);
  });
});

describe('a name that does not lead to one person', () => {
  it('is said at that student, and everything typed stays', async () => {
    const { path, idOf } = await startSeries([noor, zoe]);
    const id = await idOf(noor);
    const page = await press(await teacher.get(path), path, 'bijwerken', { [`wie.${id}`]: 'qqqq' });
    expect(page.status).toBe(422);
    expect(textOf(page)).toContain('Noor de Vries: niemand gevonden voor “qqqq”.');
    expect(fieldOf(page, `wie.${id}`)).toBe('qqqq');
  });

  it('is asked for again when it is saved and fits several', async () => {
    await addContact('Anna Dubbel', 'Een');
    await addContact('Bart Dubbel', 'Twee');
    const { path, idOf } = await startSeries([noor, zoe]);
    const id = await idOf(noor);
    const page = await press(await teacher.get(path), path, 'opslaan', { [`wie.${id}`]: 'dubbel' });
    expect(page.status).toBe(422);
    expect(textOf(page)).toContain('er zijn 2 personen gevonden voor “dubbel”');
    expect(await keptChoice(id)).toEqual([]);
  });

  it('takes % as a letter, and finds by organisation without diacritics', async () => {
    const { path } = await startSeries([noor]);
    const find = async (zoek: string) =>
      JSON.parse((await teacher.post(`${path}/zoeken`, { zoek })).text).people.length;
    expect([await find('%'), await find('de linde'), await find('DÉ LINDE'), await find('')]).toEqual([0, 1, 1, 0]);
  });
});

describe('what may not be chosen', () => {
  it('is a contact of another school', async () => {
    const other = await seedSchool(app.database, { slug: `ander-${uuidv7().slice(-8)}` });
    const { path, ids } = await startSeries([noor, zoe]);
    const stranger = other.contacts[0].id;
    const page = await teacher.post(path, { keuze: stranger, deel: `exam|${stranger}`, stap: 'opslaan' });
    expect(page.status).toBe(422);
    const outcome = await app.door.apply(
      assignExaminers,
      { assignments: ids.map((assessmentId) => ({ assessmentId, assignments: [whole(stranger)] })) },
      {
        schoolId: app.seed.schoolId,
        actor: { kind: 'member', id: app.seed.teacher.membershipId },
        commandId: uuidv7(),
      },
    );
    expect(outcome).toMatchObject({ ok: false, code: 'EXAMINER_UNKNOWN' });
    expect(await keptChoice(ids[0] ?? '')).toEqual([]);
  });

  it('is somebody who was taken out of the address book, unless invited before', async () => {
    const gone = await addContact('Gijs Weg', 'Elders', { archivedAt: new Date() });
    const { path, ids } = await startSeries([noor, zoe]);
    const page = await teacher.post(path, { keuze: gone, deel: `exam|${gone}`, stap: 'opslaan' });
    expect([page.status, page.text.includes('Gijs Weg is uit het adresboek gehaald')]).toEqual([422, true]);
    expect(await keptChoice(ids[0] ?? '')).toEqual([]);

    const { assessmentId, contactId } = await app.startAssessment({ studentId: zoe });
    await app.database.contact.update({ where: { id: contactId }, data: { archivedAt: new Date() } });
    await app.apply(assignExaminers, {
      assignments: [{ assessmentId, assignments: [whole(contactId), whole(yara)] }],
    });
    expect(await keptChoice(assessmentId)).toEqual([`exam|${contactId}`, `exam|${yara}`]);
    await app.database.contact.update({ where: { id: contactId }, data: { archivedAt: null } });
  });

  it('is another part for who was invited: the boxes are locked, and a choice that would change it is refused', async () => {
    const { assessmentId, contactId } = await app.startAssessment({ studentId: zoe });
    const path = `/afnames/${assessmentId}/examinatoren`;
    const page = await teacher.get(path);
    expect(page.text).toMatch(new RegExp(`value="exam\\|${contactId}"[^>]*checked disabled`));
    const taken = await teacher.post(path, { keuze: [yara], deel: `workProcess:B1-K1-W1|${yara}`, stap: 'opslaan' });
    expect(taken.status).toBe(422);
    expect(textOf(taken)).toContain('Bo Praktijk is al uitgenodigd en zou door deze keuze iets anders beoordelen.');
    expect(await keptChoice(assessmentId)).toEqual([`exam|${contactId}`]);
  });
});

describe('two who choose at once', () => {
  it('is refused with both choices in words, and settled by hand', async () => {
    const { path, idOf } = await startSeries([noor, zoe]);
    const [first, second] = [await idOf(noor), await idOf(zoe)];
    const mine = await press(await teacher.get(path), path, 'bijwerken', { [`wie.${first}`]: 'yara' });
    await app.apply(assignExaminers, {
      assignments: [first, second].map((assessmentId) => ({ assessmentId, assignments: [whole(school())] })),
    });
    const refused = await press(mine, path, 'opslaan');
    expect(refused.status).toBe(422);
    expect(textOf(refused)).toContain('Noor de Vries: de keuze is intussen gewijzigd.');
    expect(textOf(refused)).toContain('Nu opgeslagen: Sam Docent (alles)');
    expect(textOf(refused)).toContain('Uw keuze: Yara Velde (alles)');
    expect(textOf(refused)).not.toContain('Zoë Çelik: de keuze');
    expect(await keptChoice(first)).toEqual([`exam|${school()}`]);
    const settled = await press(refused, path, `mijn:${first}`);
    expect(textOf(settled)).not.toContain('Intussen gewijzigd');
    expect((await press(settled, path, 'opslaan')).status).toBe(303);
    expect([await keptChoice(first), await keptChoice(second)]).toEqual([[`exam|${yara}`], [`exam|${school()}`]]);
  });

  it('is refused by the command too, and not for what else happened to the assessment', async () => {
    const { ids } = await startSeries([noor]);
    const [assessmentId = ''] = ids;
    const { version } = await app.database.stream.findUniqueOrThrow({ where: { id: assessmentId } });
    const choose = (examinerId: string, expected: number) =>
      app.door.apply(
        assignExaminers,
        { assignments: [{ assessmentId, assignments: [whole(examinerId)] }], expected: { [assessmentId]: expected } },
        {
          schoolId: app.seed.schoolId,
          actor: { kind: 'member', id: app.seed.teacher.membershipId },
          commandId: uuidv7(),
        },
      );
    expect(await choose(yara, version)).toMatchObject({ ok: true });
    expect(await choose(school(), version)).toMatchObject({
      ok: false,
      code: 'CHANGED_MEANWHILE',
      params: { assessmentIds: [assessmentId] },
    });
    // The same again is no change, whatever version it was based on.
    expect(await choose(yara, version)).toMatchObject({ ok: true });
    const due = new Date(Date.now() + 30 * 86_400_000).toISOString();
    await app.apply(
      {
        type: 'moveDue',
        streams: () => [assessmentId],
        run: async (unit) => {
          await unit.onAssessment(assessmentId, { type: 'moveDeadline', dueAt: due, closesAt: null });
          return null;
        },
      },
      {},
    );
    expect(await choose(school(), version + 1)).toMatchObject({ ok: true });
  });
});

describe('the rules about who may examine', () => {
  async function coachedBy(membershipId: string | null): Promise<void> {
    await app.database.student.update({ where: { id: noor }, data: { coachId: membershipId } });
  }

  it('name the student, the examiner, the rule and what it means; saving goes on', async () => {
    const { committee, schoolId } = app.seed;
    await coachedBy(committee.membershipId);
    const { accountId } = await app.database.membership.findUniqueOrThrow({ where: { id: committee.membershipId } });
    const coach = await addContact('Cor Coach', 'ROC', { kind: 'school', accountId });
    const { path, idOf } = await startSeries([noor, zoe]);
    const page = await press(await teacher.get(path), path, 'bijwerken', { erbij: coach });
    expect(textOf(page)).toContain('Cor Coach is de eigen coach van de student.');
    expect(textOf(page)).toContain('Student: Noor de Vries.');
    expect(textOf(page)).toContain('Bij het uitnodigen schrijft u waarom');
    expect((await press(page, path, 'opslaan')).status).toBe(303);
    const facts = await readConflictFacts(app.database, schoolId, [await idOf(noor), await idOf(zoe)]);
    expect(
      facts.map(({ student, examiners }) => [student.coach?.membershipId ?? null, examiners[0]?.membershipId]),
    ).toEqual([
      [committee.membershipId, committee.membershipId],
      [null, committee.membershipId],
    ]);
    await coachedBy(null);
  });

  it('always stop a student and an initiator from examining, also by an address with a tag', async () => {
    const self = await addContact('Noor Zelf', 'X', { email: 'Student+werk@Student-zandkamp.example' });
    await app.database.student.update({ where: { id: noor }, data: { email: 'student@student-zandkamp.example' } });
    const me = await addContact('Toos Zelf', 'X', { email: 'teacher+examen@zandkamp.example' });
    const { path } = await startSeries([noor, zoe]);
    const page = await press(await teacher.get(path), path, 'bijwerken', { erbij: [self, me] });
    expect(textOf(page)).toContain('Noor Zelf heeft het e-mailadres van de student zelf.');
    expect(textOf(page)).toContain('Toos Zelf bent u zelf.');
    expect(textOf(page)).toContain('niet uitnodigen zolang dit zo is');
  });

  it('only look at who scores something', async () => {
    const me = await addContact('Toos Dubbel', 'X', { email: 'teacher+twee@zandkamp.example' });
    const { path, ids } = await startSeries([noor]);
    const replaced: Assignment[] = ['B1-K1-W1', 'B1-K1-W2'].map((code) => ({
      examinerId: yara,
      scope: { level: 'workProcess', code },
    }));
    await app.apply(assignExaminers, {
      assignments: [{ assessmentId: ids[0] ?? '', assignments: [whole(me), ...replaced] }],
    });
    const page = await teacher.get(path);
    expect(textOf(page)).not.toContain('Toos Dubbel bent u zelf.');
    expect(textOf(page)).toContain('Toos Dubbel beoordeelt nu niets');
  });
});

describe('somebody new', () => {
  const person = (email: string) => ({
    'nieuw-naam': 'Nel Nieuw',
    'nieuw-email': email,
    'nieuw-functie': 'Teamleider',
    'nieuw-organisatie': 'Huize Nieuw',
    'nieuw-soort': 'practice',
  });

  it('is added to the address book and chosen, without leaving what was chosen before', async () => {
    const { path, idOf } = await startSeries([noor, zoe]);
    const id = await idOf(noor);
    const page = await press(await teacher.get(path), path, 'bijwerken', { [`wie.${id}`]: 'yara' });
    const added = await press(page, path, 'nieuw', person('nel@nieuw.example'));
    expect(added.status).toBe(200);
    expect(textOf(added)).toContain('Nel Nieuw staat nu in het adresboek en is hier gekozen.');
    expect(textOf(added)).toContain('Yara Velde: alles');
    const { id: nel } = await app.database.contact.findFirstOrThrow({ where: { email: 'nel@nieuw.example' } });
    await press(added, path, 'opslaan');
    expect((await keptChoice(id)).sort()).toEqual([`exam|${nel}`, `exam|${yara}`].sort());
  });

  it.each([
    ['no address', 'geen adres', 'Vul een heel e-mailadres in'],
    ['an address that is there', 'practice@examinator-zandkamp.example', 'staat al in het adresboek, bij Bo Praktijk'],
    ['the own address', 'Teacher+x@zandkamp.example', 'Dit is uw eigen adres'],
  ])('is refused at the field, which keeps what was typed: %s', async (_what, email, sentence) => {
    const { path } = await startSeries([noor, zoe]);
    const page = await press(await teacher.get(path), path, 'nieuw', person(email));
    expect(page.status).toBe(422);
    expect(page.text).toContain(sentence);
    expect(fieldOf(page, 'nieuw-naam')).toBe('Nel Nieuw');
  });
});

describe('the largest series', () => {
  it('stays a light page: a hundred students, twenty examiners each', async () => {
    const students: string[] = [];
    for (let number = 0; number < 100; number += 1)
      students.push(await addStudent(app, `Voornaam${number}`, `Achternaam${number}`, String(400_000 + number)));
    const people: string[] = [];
    for (let number = 0; number < 20; number += 1)
      people.push(await addContact(`Persoon ${number}`, `Bedrijf ${number}`));
    const { path, ids } = await startSeries(students);
    await app.apply(assignExaminers, {
      assignments: ids.map((assessmentId, index) => ({
        assessmentId,
        assignments: people.filter((_, person) => person < 3 || (person + index) % 9 === 0).map(whole),
      })),
    });
    const page = await teacher.get(path);
    expect(page.text.length).toBeLessThan(300_000);
    expect(page.text.match(/class="choosing-student"/g)).toHaveLength(100);
    const saved = await press(page, path, 'opslaan', { [`wie.${ids[0]}`]: 'yara' });
    expect(saved.status).toBe(303);
    expect(await keptChoice(ids[0] ?? '')).toContain(`exam|${yara}`);
  });
});
