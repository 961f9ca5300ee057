import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createLinkToken, LinkPurpose } from '../../platform/tokens.ts';
import { importStudents } from '../../prisma/importer.ts';
import { startTestApp, type TestApp, type TestClient, type TestResponse } from '../support/app.ts';
import { fingerprintDatabase } from '../support/fingerprint.ts';
import { addStudent, signedInTeacher } from './initiator-support.ts';

const DAY_MS = 86_400_000;
const UNKNOWN = 'Deze link kennen we niet';

let app: TestApp;
let teacher: TestClient;
let count = 0;
/** A new address for each test, because the same one is mailed twice a day at most. */
let email: string;

beforeAll(async () => {
  app = await startTestApp({ seed: { settings: { studentDomains: ['student.example', 'Studenten.Example'] } } });
  await app.database.rateLimit.deleteMany();
});
beforeEach(async () => {
  count += 1;
  email = `nieuw${count}@student.example`;
  teacher = await signedInTeacher(app);
  await app.database.rateLimit.deleteMany();
});
afterAll(() => app.stop());

function ask(vraagmail: string, stap = 'vraag', zoek = 'wieisdat'): Promise<TestResponse> {
  return teacher.post('/afnames/nieuw', { examen: app.seed.examVersionId, eenheid: 'EX1', zoek, vraagmail, stap });
}

const newestRequest = () => app.database.studentRequest.findFirstOrThrow({ orderBy: { createdAt: 'desc' } });

function tokenFor(linkId: string, purpose: LinkPurpose = LinkPurpose.StudentNumber): string {
  return createLinkToken(app.keyring, { linkId, kid: app.keyring.current, purpose });
}

/** Asks a new student; gives the token of the mail. */
async function askedToken(address = email): Promise<string> {
  const page = await ask(address);
  if (page.status !== 200) throw new Error(`not asked: ${page.status}`);
  return tokenFor((await newestRequest()).id);
}

const ANSWER = { voornaam: 'Sjöfn', tussenvoegsel: 'van der', achternaam: 'Wilg' };
const save = (token: string, more: Record<string, string> = {}) =>
  app.client().post('/studentnummer/opslaan', { token, ...ANSWER, nummer: `40000${count}`, ...more });
const studentWith = (address: string) =>
  app.database.student.findFirst({ where: { schoolId: app.seed.schoolId, email: address } });

describe('asking a student for the number', () => {
  it('is offered when nobody is found, and mails the student', async () => {
    const offer = await ask('', 'zoeken', email);
    expect(offer.text).toContain('studentnummer waarschijnlijk nog niet ingevuld');
    expect(offer.text).toMatch(new RegExp(`id="vraagmail"[^>]*value="${email}"`));
    const page = await ask(email);
    expect(page.text).toContain(`Er gaat een mail naar ${email}`);
    const request = await newestRequest();
    expect(request).toMatchObject({ email, unitCode: 'EX1', examVersionId: app.seed.examVersionId, usedAt: null });
    expect(request.expiresAt.getTime() - request.createdAt.getTime()).toBe(14 * DAY_MS);
    const mails = await app.database.mail.findMany({ where: { template: 'studentNumber', toAddress: email } });
    expect(mails).toHaveLength(1);
    expect(mails[0]?.reference).toEqual({ studentRequestId: request.id });
  });

  it.each([
    ['no address', 'niks', 'Vul een e-mailadres in zoals'],
    ['two addresses', 'a@student.example,b@student.example', 'Vul een e-mailadres in zoals'],
    ['a header', 'a@student.example\r\nBcc: b@evil.example', 'Vul een e-mailadres in zoals'],
    ['another domain', 'a@elders.example', 'eindigt op @student.example of @Studenten.Example'],
    ['a domain that only ends so', 'a@nietstudent.example', 'eindigt op'],
    ['a student with a number', 'rood.nummer@student.example', 'staat al in de lijst'],
  ])('refuses %s, keeps what was typed and mails nobody', async (_what, typed, said) => {
    if (typed.startsWith('rood')) await addStudent(app, 'Rood', 'Nummer', '400999');
    const before = await app.database.mail.count();
    const page = await ask(typed);
    expect(page.status).toBe(422);
    expect(page.text).toContain(said);
    expect(await app.database.mail.count()).toBe(before);
  });

  it('mails an address twice a day at most, whoever asks', async () => {
    expect((await ask(email)).status).toBe(200);
    expect((await ask(email.toUpperCase())).status).toBe(200);
    const third = await ask(email);
    expect(third.status).toBe(422);
    expect(third.text).toContain('Aan dit adres is vandaag al gemaild');
    expect(await app.database.mail.count({ where: { template: 'studentNumber', toAddress: email } })).toBeLessThan(3);
  });

  it('counts addresses that come to one mailbox as one', async () => {
    const tagged = (tag: string) => email.replace('@', `+${tag}@`);
    expect([(await ask(tagged('a'))).status, (await ask(tagged('b'))).status]).toEqual([200, 200]);
    expect((await ask(tagged('c'))).status).toBe(422);
  });

  it('is replaced by a sentence when the school names no domains', async () => {
    const { settings } = await app.database.school.findUniqueOrThrow({ where: { id: app.seed.schoolId } });
    await app.database.school.update({
      where: { id: app.seed.schoolId },
      data: { settings: { ...(settings as object), studentDomains: [] } },
    });
    const page = await ask(email, 'zoeken');
    const refused = await ask(email);
    await app.database.school.update({ where: { id: app.seed.schoolId }, data: { settings: settings as object } });
    expect(page.text).toContain('vraag de beheerder van uw school om de e-maildomeinen');
    expect(page.text).not.toContain('vraagmail');
    expect(refused.status).toBe(422);
    expect(await studentWith(email)).toBeNull();
  });

  it('is offered for a student of the school without a number', async () => {
    const id = await addStudent(app, 'Geen', 'Nummer', null);
    const found = await ask('', 'zoeken', 'geen nummer');
    expect(found.text).toContain(`value="vraag:${id}"`);
    const page = await ask('', `vraag:${id}`);
    expect(page.text).toContain('Er gaat een mail naar geen.nummer@student.example');
    const form = await app.client().get(`/studentnummer/${tokenFor((await newestRequest()).id)}`);
    expect(form.text).not.toContain('voornaam');
    for (const personal of ['Geen', 'geen.nummer']) expect(form.text).not.toContain(personal);
    await save(tokenFor((await newestRequest()).id), { voornaam: 'Iemand', nummer: '400888' });
    expect(await studentWith('geen.nummer@student.example')).toMatchObject({
      id,
      number: '400888',
      givenName: 'Geen',
      isNumberVerified: false,
    });
  });
});

describe('the page behind the link', () => {
  it('changes nothing by GET or HEAD, and has no script in its way', async () => {
    const token = await askedToken();
    const before = await fingerprintDatabase(app.databaseUrl);
    const client = app.client();
    const page = await client.get(`/studentnummer/${token}`);
    await client.head(`/studentnummer/${token}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Vul je studentnummer in');
    expect(page.text).toContain('Toos van Proef van ROC zandkamp');
    expect(page.text).not.toContain(email);
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    expect(page.headers.get('referrer-policy')).toBe('same-origin');
    expect(await fingerprintDatabase(app.databaseUrl)).toEqual(before);
  });

  it('makes the student, unchecked, and tells who asked with the way on', async () => {
    const token = await askedToken();
    const answer = await save(token);
    expect(answer.status).toBe(303);
    expect((await app.client().get(answer.location ?? '')).text).toContain('Je studentnummer is opgeslagen');
    const student = await studentWith(email);
    expect(student).toMatchObject({
      givenName: 'Sjöfn',
      infix: 'van der',
      familyName: 'Wilg',
      isNumberVerified: false,
    });
    const mail = await app.database.mail.findFirstOrThrow({
      where: { template: 'studentAdded' },
      orderBy: { queuedAt: 'desc' },
    });
    expect(mail.toAddress).toBe(app.seed.teacher.email);
    const { id } = await newestRequest();
    const resumed = await teacher.get(`/afnames/nieuw/student/${id}`, { follows: true });
    expect(resumed.text).toContain('Sjöfn van der Wilg');
    expect(resumed.text).toContain('1 student gekozen');
    const colleague = app.client();
    await app.signInAs(colleague, app.seed.committee.membershipId);
    expect((await colleague.get(`/afnames/nieuw/student/${id}`)).status).toBe(403);
    const found = await ask('', 'zoeken', 'sjofn wilg');
    expect(found.text).toContain('nummer door de student zelf ingevuld');
  });

  it('works once, also when pressed twice at the same time', async () => {
    const token = await askedToken();
    const both = await Promise.all([save(token), save(token)]);
    expect(both.map(({ status }) => status)).toEqual([303, 303]);
    expect(await app.database.student.count({ where: { email } })).toBe(1);
    const again = await save(token, { nummer: '777777' });
    expect(again.status).toBe(200);
    expect(again.text).toContain('Je studentnummer is opgeslagen');
    expect(await studentWith(email)).toMatchObject({ number: `40000${count}` });
    const mails = await app.database.mail.count({
      where: {
        template: 'studentAdded',
        reference: { path: ['studentRequestId'], equals: (await newestRequest()).id },
      },
    });
    expect(mails).toBe(1);
  });

  it('makes one student of two requests to one address that are answered at once', async () => {
    const tokens = [await askedToken(), await askedToken()];
    const both = await Promise.all(tokens.map((token, index) => save(token, { nummer: `41${count}00${index}` })));
    expect(both.map(({ status }) => status)).toEqual([303, 303]);
    expect(await app.database.student.count({ where: { email } })).toBe(1);
  });

  it('does not tell of number after number whether it is taken, and keeps no class waiting behind one address', async () => {
    const [token, other] = [await askedToken(), await askedToken(`ander.${email}`)];
    await addStudent(app, 'Heeft', `Nummer${count}`, `42000${count}`);
    for (let tries = 0; tries < 20; tries += 1) {
      expect((await save(token, { nummer: `42000${count}` })).status).toBe(422);
    }
    expect((await save(token, { nummer: `42000${count}` })).status).toBe(429);
    expect((await save(other)).status).toBe(303);
  });

  it('does not open after two weeks', async () => {
    const token = await askedToken();
    const { id } = await newestRequest();
    await app.database.studentRequest.update({ where: { id }, data: { expiresAt: new Date(Date.now() - DAY_MS) } });
    expect((await app.client().get(`/studentnummer/${token}`)).status).toBe(410);
    expect((await save(token)).status).toBe(410);
    expect(await studentWith(email)).toBeNull();
  });

  it('knows no other token: forged, cut, of another purpose or request', async () => {
    const token = await askedToken();
    const { id } = await newestRequest();
    const tokens = [
      token.slice(0, -1) + (token.endsWith('x') ? 'y' : 'x'),
      token.slice(0, 40),
      tokenFor(id, LinkPurpose.Fill),
      tokenFor(id, LinkPurpose.SignIn),
      tokenFor(app.seed.studentId),
      'voorbeeld',
    ];
    for (const each of tokens) {
      const page = await app.client().get(`/studentnummer/${each}`);
      expect([page.status, page.text.includes(UNKNOWN)]).toEqual([404, true]);
      expect((await save(each)).status).toBe(404);
    }
    expect(await studentWith(email)).toBeNull();
    expect((await app.client().get(`/b/${token}`)).status).toBe(404);
    expect((await app.client().get(`/inloggen/${token}`)).text).not.toContain('Inloggen als');
  });

  it.each([
    ['no given name', { voornaam: ' \u200B ' }, 'Vul je voornaam in'],
    ['no family name', { achternaam: '' }, 'Vul je achternaam in'],
    ['a family name that is too long', { achternaam: 'a'.repeat(121) }, 'langer dan 120 tekens'],
    ['a control character', { voornaam: 'Bo\u0007' }, 'een teken dat niet kan'],
    ['a NUL', { voornaam: 'Bo\u0000' }, 'een teken dat niet kan'],
    ['no number', { nummer: '' }, 'Vul je studentnummer in.'],
    ['a number with spaces', { nummer: '40 00 01' }, '4 tot 12 cijfers'],
    ['a number that is too short', { nummer: '12' }, '4 tot 12 cijfers'],
    ['the number of somebody else', { nummer: '100001' }, 'al van iemand anders'],
  ])('refuses %s and keeps what was typed', async (_what, more, said) => {
    const token = await askedToken();
    const page = await save(token, { tussenvoegsel: 'van het', ...more });
    expect(page.status).toBe(422);
    expect(page.text).toContain(said);
    expect(page.text).toContain('value="van het"');
    expect(page.text).not.toContain('Noor');
    expect(await studentWith(email)).toBeNull();
    expect((await save(token)).status).toBe(303);
  });

  it('takes no direction overrides into a name', async () => {
    await save(await askedToken(), { achternaam: '\u202EgliW' });
    expect(await studentWith(email)).toMatchObject({ familyName: 'gliW' });
  });

  it('asks for the CSRF token', async () => {
    const token = await askedToken();
    const answer = await app
      .client()
      .post('/studentnummer/opslaan', { token, ...ANSWER, nummer: '400444' }, { csrfToken: null });
    expect(answer.status).toBe(403);
    expect(await studentWith(email)).toBeNull();
  });

  it('gives way to the file of the school, which checks and doubles nobody', async () => {
    await save(await askedToken(), { nummer: '401111' });
    const before = await studentWith(email);
    await app.database.$transaction((tx) =>
      importStudents(tx, app.seed.schoolId, [
        {
          number: '401112',
          givenName: 'Sjöfn',
          infix: '',
          familyName: 'Wilg',
          email: email.toUpperCase(),
          birthDate: null,
          group: 'VIG-3A',
          schoolYear: '2026-2027',
        },
      ]),
    );
    expect(await studentWith(email)).toMatchObject({ id: before?.id, number: '401112', isNumberVerified: true });
  });
});
