import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { importStudents } from '../../prisma/importer.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { seedSchool } from '../support/factories.ts';
import { DOMAIN, importedStudent, registered, save, signedIn } from './student-support.ts';

let app: TestApp;
let count = 0;
let email: string;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true, seed: { settings: { studentDomains: [DOMAIN] } } });
});
afterAll(() => app.stop());
beforeEach(() => {
  count += 1;
  email = `stud${count}@${DOMAIN}`;
});

const recordOf = (address: string) =>
  app.database.student.findFirst({ where: { schoolId: app.seed.schoolId, email: address } });

describe('the own data, before anything else', () => {
  it.each(['/mijn-examens', '/mijn-examens/toevoegen', '/mijn-examens/018f0000-0000-7000-8000-000000000000'])(
    'come before %s',
    async (path) => {
      const client = await registered(app, email);
      expect((await client.get(path)).location).toBe('/mijn-gegevens');
      const added = await client.post('/mijn-examens/toevoegen', { examen: app.seed.examId });
      expect(added.location).toBe('/mijn-gegevens');
      expect(await app.database.studentExam.count({ where: { student: { email } } })).toBe(0);
    },
  );

  it('are asked of who registered, and the number counts as unchecked', async () => {
    const client = await registered(app, email);
    const page = await client.get('/mijn-gegevens');
    expect(page.text).toContain('Vul je gegevens aan');
    expect(page.text).toContain('Een studentnummer heeft hier 4 tot 12 cijfers');
    expect(page.text).not.toMatch(/id="voornaam"[^>]*value="[^"]/);
    const answer = await save(client, { nummer: ` 40010${count} `, taal: 'en' });
    expect([answer.status, answer.location]).toEqual([303, '/mijn-examens']);
    expect(await recordOf(email)).toMatchObject({
      number: `40010${count}`,
      givenName: 'Sjöfn',
      infix: 'van der',
      familyName: 'Wilg',
      isNumberVerified: false,
    });
    const exams = await client.get('/mijn-examens');
    expect(exams.text).toContain('Sjöfn van der Wilg');
    expect(exams.text).toContain('lang="en"');
    const account = await app.database.account.findUnique({ where: { email } });
    expect(account).toMatchObject({ familyName: 'Wilg', lang: 'en' });
  });

  it('name no exam office as long as it is not known which of several will decide', async () => {
    const { database, seed } = app;
    await importedStudent(app, seed.schoolId, email, `40090${count}`);
    const client = await signedIn(app, email);
    const isNamed = async () => (await client.get('/mijn-gegevens')).text.includes('mailto:');
    expect(await isNamed()).toBe(true);
    const other = await database.officeAddress.create({
      data: { id: uuidv7(), schoolId: seed.schoolId, label: 'Ander bureau', email: 'ander@zandkamp.example' },
    });
    expect(await isNamed()).toBe(false);
    await database.officeAddress.delete({ where: { id: other.id } });
  });

  it('are shown to whom the school imported, who may change the language alone', async () => {
    await importedStudent(app, app.seed.schoolId, email, `40020${count}`);
    const client = await signedIn(app, email);
    const page = await client.get('/mijn-gegevens');
    for (const said of [
      'Klopt dit?',
      'Roos de Wit',
      `40020${count}`,
      email,
      'gecontroleerd door',
      'bureau@zandkamp.example',
    ])
      expect(page.text).toContain(said);
    expect(page.text).not.toContain('id="nummer"');
    const answer = await save(client, { nummer: '999999', voornaam: 'Iemand', taal: 'nl' });
    expect(answer.location).toBe('/mijn-examens');
    expect(await recordOf(email)).toMatchObject({ number: `40020${count}`, givenName: 'Roos', isNumberVerified: true });
    expect((await client.get('/mijn-gegevens')).text).toContain('komen uit de administratie');
  });

  it('ask only the number of who has none', async () => {
    const id = await importedStudent(app, app.seed.schoolId, email, null);
    const client = await signedIn(app, email);
    const page = await client.get('/mijn-gegevens');
    expect([page.text.includes('id="voornaam"'), page.text.includes('id="nummer"')]).toEqual([false, true]);
    await save(client, { nummer: `40030${count}`, voornaam: 'Iemand' });
    expect(await app.database.student.findUnique({ where: { id } })).toMatchObject({
      number: `40030${count}`,
      givenName: 'Roos',
      isNumberVerified: false,
    });
  });

  it.each([
    ['no number', { nummer: ' ' }, 'Vul je studentnummer in.'],
    ['letters', { nummer: 'AB1234' }, '4 tot 12 cijfers'],
    ['too few digits', { nummer: '123' }, '4 tot 12 cijfers'],
    ['no name', { voornaam: '', achternaam: ' ' }, 'Vul je achternaam in.'],
    ['a control character in a name', { achternaam: 'Wi\u0007lg' }, 'een teken dat niet kan'],
    ['a name that is too long', { achternaam: 'W'.repeat(121) }, 'langer dan 120 tekens'],
  ])('refuse %s and keep what was typed', async (_what, typed, said) => {
    const client = await registered(app, email);
    const answer = await save(client, typed);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(said);
    expect(answer.text).toMatch(/id="tussenvoegsel"[^>]*value="van der"/);
    expect(await recordOf(email)).toBeNull();
  });

  it('follow the number format of the school', async () => {
    const school = await app.database.school.findUniqueOrThrow({ where: { id: app.seed.schoolId } });
    const deciding = { studentNumber: { minLength: 6, maxLength: 6, isDigitsOnly: false } };
    const settings = { ...(school.settings as object), deciding };
    await app.database.school.update({ where: { id: school.id }, data: { settings } });
    const client = await registered(app, email);
    const refused = await save(client, { nummer: '400' });
    const taken = await save(client, { nummer: `S4004${count % 10}` });
    await app.database.school.update({ where: { id: school.id }, data: { settings: school.settings as object } });
    expect(refused.text).toContain('Een studentnummer heeft hier 6 letters of cijfers');
    expect(taken.status).toBe(303);
  });
});

describe('a number of somebody else', () => {
  it('is explained without telling whose it is, with a way on', async () => {
    const client = await registered(app, email);
    const answer = await save(client, { nummer: '100001' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('al bij iemand');
    expect(answer.text).toContain('log in met dat adres');
    expect(answer.text).toMatch(/href="mailto:bureau@zandkamp.example\?subject&#x3D;Mijn%20studentnummer/);
    for (const personal of ['Noor', 'Vries', app.seed.studentEmail]) expect(answer.text).not.toContain(personal);
    expect(answer.text).toMatch(/id="nummer"[^>]*value="100001"/);
    expect((await client.get('/mijn-examens')).location).toBe('/mijn-gegevens');
  });

  it('of another school is no clash', async () => {
    const other = await seedSchool(app.database, { slug: `buur${count}` });
    await importedStudent(app, other.schoolId, 'iemand@buur.example', `40050${count}`);
    expect((await save(await registered(app, email), { nummer: `40050${count}` })).status).toBe(303);
  });

  it('goes to one of two who say it at the same moment', async () => {
    const clients = [await registered(app, email), await registered(app, `tweede-${email}`)];
    const answers = await Promise.all(clients.map((client) => save(client, { nummer: `40060${count}` })));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422]);
    expect(await app.database.student.count({ where: { number: `40060${count}` } })).toBe(1);
  });

  it('can be tried so often, and then not for a while', async () => {
    const strict = await startTestApp({ seed: { settings: { studentDomains: [DOMAIN] } } });
    const client = await registered(strict, email);
    for (let tries = 0; tries < 20; tries += 1) await save(client, { nummer: '100001' });
    const last = await save(client, { nummer: '400700' });
    await strict.stop();
    expect(last.status).toBe(429);
  });

  it('goes to whom the school imports with it; the other is asked again', async () => {
    const client = await registered(app, email);
    await save(client, { nummer: `40080${count}` });
    const record = {
      givenName: 'Echt',
      infix: '',
      familyName: 'Zuilen',
      birthDate: null,
      group: 'A',
      schoolYear: '2026-2027',
    };
    await app.database.$transaction((tx) =>
      importStudents(tx, app.seed.schoolId, [{ ...record, number: `40080${count}`, email: 'echt@prive.example' }]),
    );
    expect((await client.get('/mijn-examens')).location).toBe('/mijn-gegevens');
    const again = await save(client, { nummer: `40080${count}` });
    expect(again.status).toBe(422);
    expect(again.text).not.toContain('Zuilen');
  });
});

describe('the profile', () => {
  it('can be changed until the school has checked it', async () => {
    const client = await registered(app, email);
    await save(client, { nummer: `40090${count}` });
    const changed = await save(client, { nummer: `40091${count}`, achternaam: 'Beuk' });
    expect(changed.location).toBe('/mijn-gegevens');
    expect(await recordOf(email)).toMatchObject({ number: `40091${count}`, familyName: 'Beuk' });
    await app.database.student.updateMany({ where: { email }, data: { isNumberVerified: true } });
    await save(client, { nummer: '999991', achternaam: 'Eik' });
    expect(await recordOf(email)).toMatchObject({ number: `40091${count}`, familyName: 'Beuk' });
  });

  it('can no longer be changed when something was started, and says so', async () => {
    const client = await registered(app, email);
    await save(client, { nummer: `40100${count}` });
    await app.startAssessment({ studentId: (await recordOf(email))?.id ?? '' });
    const page = await client.get('/mijn-gegevens');
    expect(page.text).toContain('Er is een examen van je gestart');
    expect(page.text).toContain('door jou ingevuld');
    await save(client, { nummer: '999992', achternaam: 'Eik' });
    expect(await recordOf(email)).toMatchObject({ number: `40100${count}`, familyName: 'Wilg' });
  });

  it('is bound to a record that was imported after registering, before the data were filled in', async () => {
    const client = await registered(app, email);
    const id = await importedStudent(app, app.seed.schoolId, email, `40110${count}`);
    expect((await client.get('/mijn-gegevens')).text).toContain('Klopt dit?');
    await save(client, { nummer: '999993' });
    const { accountId, number } = await app.database.student.findUniqueOrThrow({ where: { id } });
    expect([accountId === null, number]).toEqual([false, `40110${count}`]);
  });

  it('shows the menu of a student, and nothing of staff', async () => {
    const client = await registered(app, email);
    await save(client, { nummer: `40120${count}` });
    const page = await client.get('/mijn-examens');
    expect(page.text).toContain('href="/mijn-gegevens"');
    for (const path of ['/commissie', '/examens', '/afnames', '/adresboek', '/aandacht', '/beheer'])
      expect([403, 404]).toContain((await client.get(path)).status);
    expect((await client.get('/account')).status).toBe(200);
    expect((await client.get('/account')).text).toContain('Student');
  });
});
