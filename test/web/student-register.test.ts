import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createLinkToken, LinkPurpose } from '../../platform/tokens.ts';
import { importStudents } from '../../prisma/importer.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { seedMember, seedSchool } from '../support/factories.ts';
import { fingerprintDatabase } from '../support/fingerprint.ts';
import {
  DOMAIN,
  importedStudent,
  mailed,
  newestMail,
  register,
  registered,
  save,
  signedIn,
} from './student-support.ts';

let app: TestApp;
let count = 0;
let email: string;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true, seed: { settings: { studentDomains: ['Student.Example'] } } });
});
afterAll(() => app.stop());
beforeEach(() => {
  count += 1;
  email = `nieuw${count}@${DOMAIN}`;
});

const accountOf = (address: string) =>
  app.database.account.findUnique({ where: { email: address }, include: { memberships: true } });

describe('registering with an address of the school', () => {
  it('is offered on the page to sign in', async () => {
    expect((await app.client().get('/inloggen')).text).toContain('href="/registreren"');
  });

  it('makes an account with the role of a student by the button of the mail, and asks for the data', async () => {
    const client = app.client();
    expect((await register(client, ` ${email.toUpperCase()} `)).location).toBe('/registreren/code');
    expect(await accountOf(email)).toBeNull();
    const mail = await mailed(app, email);
    expect(mail.template).toBe('registration');
    expect((await client.get(mail.path)).text).toContain('Account maken');
    const opened = await client.post(mail.openPath, { token: mail.token });
    expect([opened.status, opened.location]).toEqual([303, '/']);
    expect((await accountOf(email))?.memberships).toMatchObject([{ schoolId: app.seed.schoolId, roles: ['student'] }]);
    expect((await client.get('/', { follows: true })).path).toBe('/mijn-gegevens');
  });

  it('works by the code of the mail too', async () => {
    const client = app.client();
    await register(client, email);
    const { code } = await mailed(app, email);
    const wrong = await client.post('/registreren/code', { code: code === '000000' ? '111111' : '000000' });
    expect([wrong.status, wrong.text.includes('Gebruik de code uit de nieuwste mail')]).toEqual([422, true]);
    expect((await client.post('/registreren/code', { code })).location).toBe('/');
  });

  it('answers the same for every address, and writes nothing for one of no school', async () => {
    const pages: string[] = [];
    const before = await app.database.mail.count();
    for (const address of [`iemand@elders.example`, `iemand@niet${DOMAIN}`]) {
      const client = app.client();
      const answer = await register(client, address);
      expect(answer.location).toBe('/registreren/code');
      pages.push((await client.get('/registreren/code')).text);
    }
    expect(await app.database.mail.count()).toBe(before);
    const client = app.client();
    await register(client, email);
    pages.push((await client.get('/registreren/code')).text);
    const withoutToken = pages.map((page) => page.replace(/name="_csrf" value="[^"]*"/g, ''));
    expect(new Set(withoutToken).size).toBe(1);
  });

  it('refuses what is no address, and keeps it', async () => {
    const answer = await register(app.client(), 'geen adres');
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('value="geen adres"');
  });

  it('changes nothing when a scanner opens the link, and leaves the button working', async () => {
    const client = app.client();
    await register(client, email);
    const { path, openPath, token } = await mailed(app, email);
    const before = await fingerprintDatabase(app.databaseUrl);
    for (const scanner of [app.client(), app.client()]) {
      expect((await scanner.get(path)).status).toBe(200);
      expect((await scanner.head(path)).status).toBe(200);
    }
    expect(await fingerprintDatabase(app.databaseUrl)).toEqual(before);
    expect((await client.post(openPath, { token })).location).toBe('/');
  });

  it('works once: pressed again it leads home here, and says so elsewhere', async () => {
    const client = await registered(app, email);
    const { path, openPath, token } = await mailed(app, email);
    expect((await client.post(openPath, { token })).location).toBe('/');
    const other = app.client();
    const again = await other.post(openPath, { token });
    expect([again.status, again.text.includes('Deze link werkt niet meer')]).toEqual([410, true]);
    expect((await other.get(path)).status).toBe(410);
    expect((await other.get('/mijn-examens')).location).toBe('/inloggen');
  });

  it('knows no token of another kind, and no expired one', async () => {
    await register(app.client(), email);
    const { signInId, path } = await mailed(app, email);
    const signIn = createLinkToken(app.keyring, {
      linkId: signInId,
      kid: app.keyring.current,
      purpose: LinkPurpose.SignIn,
    });
    expect((await app.client().get(`/registreren/${signIn}`)).status).toBe(404);
    await app.database.signIn.update({ where: { id: signInId }, data: { expiresAt: new Date(Date.now() - 1000) } });
    expect((await app.client().get(path)).status).toBe(410);
  });

  it('makes one account of two requests that are used at once', async () => {
    await Promise.all([register(app.client(), email), register(app.client(), email)]);
    const requests = await app.database.signIn.findMany({ where: { email } });
    const token = (linkId: string) =>
      createLinkToken(app.keyring, { linkId, kid: app.keyring.current, purpose: LinkPurpose.Register });
    const answers = await Promise.all(
      requests.map(({ id }) => app.client().post('/registreren/openen', { token: token(id) })),
    );
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect((await accountOf(email))?.memberships).toHaveLength(1);
  });

  it('lets staff of the school sign in, and makes no student of them', async () => {
    const account = await accountOf(app.seed.teacher.email);
    await app.database.account.update({ where: { id: account?.id ?? '' }, data: { email } });
    await register(app.client(), email);
    const { template, token, openPath } = await mailed(app, email);
    const client = app.client();
    await client.post(openPath, { token });
    await app.database.account.update({ where: { id: account?.id ?? '' }, data: { email: app.seed.teacher.email } });
    expect(template).toBe('signIn');
    expect((await accountOf(app.seed.teacher.email))?.memberships).toMatchObject([{ roles: ['teacher'] }]);
    expect((await client.get('/mijn-examens')).status).toBe(404);
  });

  it('adds a place to who is staff at another school', async () => {
    const other = await seedSchool(app.database, { slug: `elders${count}` });
    const staff = await seedMember(app.database, other.schoolId, other.slug, 'teacher', `collega${count}`);
    await app.database.account.update({ where: { id: staff.accountId }, data: { email } });
    const client = await registered(app, email);
    const { memberships = [] } = (await accountOf(email)) ?? {};
    expect(memberships.map(({ roles }) => roles).sort()).toEqual([['student'], ['teacher']]);
    expect((await client.get('/')).location).toBe('/account/plek');
    await client.get('/account/plek');
    await client.post('/account/plek', { plek: `${app.seed.schoolId}|student` });
    expect((await client.get('/', { follows: true })).path).toBe('/mijn-gegevens');
    await save(client, { nummer: `41000${count}` });
    // The account stays called as the member of staff is.
    expect((await accountOf(email))?.givenName).toBe('Toos');
  });

  it('mails nobody whose membership the school ended', async () => {
    await registered(app, email);
    await app.database.membership.updateMany({ where: { account: { email } }, data: { endedAt: new Date() } });
    const before = await app.database.mail.count();
    await register(app.client(), email);
    expect(await app.database.mail.count()).toBe(before);
  });

  it('counts requests for one address, whoever asks', async () => {
    const strict = await startTestApp({ seed: { settings: { studentDomains: [DOMAIN] } } });
    const statuses: number[] = [];
    for (let index = 0; index < 6; index += 1) statuses.push((await register(strict.client(), email)).status);
    await strict.stop();
    expect(statuses).toEqual([303, 303, 303, 303, 303, 429]);
  });
});

describe('a student whom the school imported', () => {
  it('signs in by the ordinary page, and is bound to the record', async () => {
    const address = `Rood${count}@prive.example`;
    const studentId = await importedStudent(app, app.seed.schoolId, address, `50000${count}`);
    const client = app.client();
    await client.post('/inloggen', { email: address });
    const before = await accountOf(address.toLowerCase());
    const { template, token, openPath } = await mailed(app, address.toLowerCase());
    expect([before, template]).toEqual([null, 'signIn']);
    await client.post(openPath, { token });
    const account = await accountOf(address.toLowerCase());
    expect(account).toMatchObject({
      givenName: 'Roos',
      infix: 'de',
      familyName: 'Wit',
      memberships: [{ roles: ['student'] }],
    });
    const student = await app.database.student.findUniqueOrThrow({ where: { id: studentId } });
    expect(student.accountId).toBe(account?.id);
    expect((await client.get('/', { follows: true })).path).toBe('/mijn-gegevens');
  });

  it('is bound by registering too', async () => {
    const studentId = await importedStudent(app, app.seed.schoolId, email, `51000${count}`);
    await registered(app, email);
    const student = await app.database.student.findUniqueOrThrow({ where: { id: studentId } });
    expect(student.accountId).toBe((await accountOf(email))?.id);
  });

  it('keeps the other role when the school has it as staff and as student', async () => {
    const staff = await seedMember(app.database, app.seed.schoolId, app.seed.slug, 'teacher', `beide${count}`);
    await importedStudent(app, app.seed.schoolId, staff.email, `52000${count}`);
    const client = await signedIn(app, staff.email);
    expect((await accountOf(staff.email))?.memberships[0]?.roles).toEqual(['teacher', 'student']);
    expect((await client.get('/')).location).toBe('/account/plek');
  });

  it('is nobody here any more when the school gives the record another address', async () => {
    const record = {
      number: `53000${count}`,
      givenName: 'Bo',
      infix: '',
      familyName: 'Wit',
      birthDate: null,
      group: 'A',
      schoolYear: '2026-2027',
    };
    const importAs = (address: string) =>
      app.database.$transaction((tx) => importStudents(tx, app.seed.schoolId, [{ ...record, email: address }]));
    await importAs('verkeerd@prive.example');
    const stranger = await signedIn(app, 'verkeerd@prive.example');
    await save(stranger);
    expect((await stranger.get('/mijn-examens')).status).toBe(200);
    await importAs('goed@prive.example');
    expect((await stranger.get('/mijn-examens')).location).toBe('/mijn-gegevens');
    const refused = await stranger.get('/mijn-gegevens');
    expect([refused.status, refused.text.includes('We kennen je hier niet als student')]).toEqual([403, true]);
    expect((await save(stranger, { nummer: '999999' })).status).toBe(403);
    const owner = await signedIn(app, 'goed@prive.example');
    expect((await owner.get('/mijn-gegevens')).text).toContain(record.number);
  });

  it('gets no mail when the school is not active', async () => {
    const closed = await seedSchool(app.database, { slug: `dicht${count}` });
    await app.database.school.update({ where: { id: closed.schoolId }, data: { isActive: false } });
    await app.client().post('/inloggen', { email: closed.studentEmail });
    expect(await newestMail(app, closed.studentEmail)).toBeNull();
  });
});
