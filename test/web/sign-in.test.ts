import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLinkToken, LinkPurpose, signInCode } from '../../platform/tokens.ts';
import { SESSION_COOKIE } from '../../web/middleware/cookies.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { fingerprintDatabase } from '../support/fingerprint.ts';

const REQUEST_COOKIE = '__Host-proeve-signin';
const KNOWN = 'teacher@zandkamp.example';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
});
afterAll(() => app.stop());

/** Asks for a mail and answers with the id of the request, as the browser holds it. */
async function ask(client: TestClient, email = KNOWN): Promise<string> {
  const answer = await client.post('/inloggen', { email });
  expect(answer.status).toBe(303);
  return client.cookies.get(REQUEST_COOKIE) ?? '';
}

const codeOf = (id: string): string => signInCode(app.keyring, app.keyring.current, id);
const wrongCodeOf = (id: string): string => String((Number(codeOf(id)) + 1) % 1_000_000).padStart(6, '0');
const tokenOf = (id: string): string =>
  createLinkToken(app.keyring, { linkId: id, kid: app.keyring.current, purpose: LinkPurpose.SignIn });

describe('asking for a mail', () => {
  it('gives a known and an unknown address the same answer, in about the same time', async () => {
    const answers = [];
    for (const email of [KNOWN, 'niemand@zandkamp.example']) {
      const client = app.client();
      await client.get('/inloggen');
      const startedAt = performance.now();
      const answer = await client.post('/inloggen', { email });
      const ms = performance.now() - startedAt;
      expect(ms).toBeGreaterThan(240);
      const page = await client.get('/inloggen/code');
      answers.push({
        status: answer.status,
        location: answer.location,
        cookies: answer.headers.getSetCookie().map((line) => line.replace(/=[0-9a-f-]{36};/, '=<id>;')),
        text: page.text.replace(/name="_csrf" value="[^"]*"/g, ''),
      });
    }
    expect(answers[1]).toEqual(answers[0]);
  });

  it('queues a mail for a known address only, whatever its case', async () => {
    const before = await app.database.mail.count({ where: { template: 'signIn' } });
    await ask(app.client(), 'Teacher@ZANDKAMP.example ');
    await ask(app.client(), 'iemand@elders.example');
    expect(await app.database.mail.count({ where: { template: 'signIn' } })).toBe(before + 1);
  });

  it.each(['', 'geen adres', 'a@b', 'x@y.example\r\nBcc: z@y.example', `${'a'.repeat(300)}@y.example`])(
    'answers %j with the page, the words kept and the error named',
    async (email) => {
      const page = await app.client().post('/inloggen', { email });
      expect(page.status).toBe(422);
      expect(page.text).toContain('<title>Fout: ');
      expect(page.text).toContain('href="#email"');
    },
  );

  it('gives back what was typed as text and not as markup', async () => {
    const page = await app.client().post('/inloggen', { email: '"><script>x</script>' });
    expect(page.text).not.toContain('<script>x');
    expect(page.text).toContain('&lt;script&gt;x');
  });
});

describe('the code', () => {
  it('signs in, once, and leads home', async () => {
    const client = app.client();
    const id = await ask(client);
    const typed = codeOf(id).replace(/^(...)/, '$1 ');
    const answer = await client.post('/inloggen/code', { code: typed });
    expect(answer.location).toBe('/');
    expect((await client.get('/')).location).toBe('/aandacht');
    expect(client.cookies.has(REQUEST_COOKIE)).toBe(false);

    const second = app.client();
    second.cookies.set(REQUEST_COOKIE, id);
    expect((await second.post('/inloggen/code', { code: codeOf(id) })).status).toBe(422);
    expect(second.cookies.has(SESSION_COOKIE)).toBe(false);
  });

  it('counts only in the browser that asked', async () => {
    const id = await ask(app.client());
    const other = app.client();
    expect((await other.post('/inloggen/code', { code: codeOf(id) })).location).toBe('/inloggen');
    other.cookies.set(REQUEST_COOKIE, 'x');
    expect((await other.get('/inloggen/code')).location).toBe('/inloggen');
  });

  it('asks again for what is no code, without taking a try', async () => {
    const client = app.client();
    const id = await ask(client);
    for (const code of ['', '12345', '1234567', 'abcdef', '１２３４５６']) {
      expect((await client.post('/inloggen/code', { code })).status).toBe(422);
    }
    expect((await app.database.signIn.findUniqueOrThrow({ where: { id } })).codeTries).toBe(0);
  });

  it('is of no use after five wrong ones, not even when it is right', async () => {
    const client = app.client();
    const id = await ask(client);
    for (let count = 0; count < 5; count += 1) {
      expect((await client.post('/inloggen/code', { code: wrongCodeOf(id) })).text).toContain('klopt niet');
    }
    expect((await client.post('/inloggen/code', { code: codeOf(id) })).status).toBe(422);
    expect(client.cookies.has(SESSION_COOKIE)).toBe(false);
  });

  it('is of no use when it is too old', async () => {
    const client = app.client();
    const id = await ask(client);
    const past = new Date(Date.now() - 3_600_000);
    await app.database.signIn.update({
      where: { id },
      data: { createdAt: past, expiresAt: new Date(past.getTime() + 900_000) },
    });
    expect((await client.post('/inloggen/code', { code: codeOf(id) })).status).toBe(422);
  });

  it('lets two tries at once count as two', async () => {
    const client = app.client();
    const id = await ask(client);
    await client.csrfToken();
    await Promise.all([1, 2, 3, 4, 5, 6, 7].map(() => client.post('/inloggen/code', { code: wrongCodeOf(id) })));
    expect((await app.database.signIn.findUniqueOrThrow({ where: { id } })).codeTries).toBe(5);
  });
});

describe('the code with the limits of production', () => {
  it('ends after five tries with a way on, for a request that exists and for one that does not', async () => {
    const strict = await startTestApp();
    const endings = [];
    for (const email of [KNOWN, 'niemand@zandkamp.example']) {
      const client = strict.client();
      await client.post('/inloggen', { email });
      const answers = [];
      for (let count = 0; count < 6; count += 1) answers.push(await client.post('/inloggen/code', { code: '000000' }));
      endings.push(answers.map((answer) => [answer.status, answer.text.replace(/name="_csrf" value="[^"]*"/g, '')]));
    }
    await strict.stop();
    expect(endings[1]).toEqual(endings[0]);
    expect(endings[0]?.[5]?.[1]).toContain('Vraag een nieuwe code aan');
  });

  it('stops asking for mails after five in an hour, with the time to wait', async () => {
    const strict = await startTestApp();
    const client = strict.client();
    const statuses = [];
    let last = null;
    for (let count = 0; count < 6; count += 1) {
      last = await client.post('/inloggen', { email: 'wie@zandkamp.example' });
      statuses.push(last.status);
    }
    const other = await client.post('/inloggen', { email: 'ander@zandkamp.example' });
    await strict.stop();
    expect(statuses).toEqual([303, 303, 303, 303, 303, 429]);
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(3_000);
    expect(last?.text).toMatch(/over \d+ minuten/);
    expect(other.status).toBe(303);
  });
});

describe('the link in the mail', () => {
  it('changes nothing when it is opened, and signs in by its button', async () => {
    const id = await ask(app.client());
    const client = app.client();
    const before = await fingerprintDatabase(app.databaseUrl);
    const page = await client.get(`/inloggen/${tokenOf(id)}`);
    await client.head(`/inloggen/${tokenOf(id)}`);
    expect(await fingerprintDatabase(app.databaseUrl)).toEqual(before);
    expect(page.text).toContain('action="/inloggen/openen"');
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");

    const answer = await client.post('/inloggen/openen', { token: tokenOf(id) });
    expect(answer.location).toBe('/');
    expect((await client.get('/')).location).toBe('/aandacht');
  });

  it('works once; pressing twice in one browser does no harm', async () => {
    const client = app.client();
    const id = await ask(client);
    await client.post('/inloggen/openen', { token: tokenOf(id) });
    expect((await client.post('/inloggen/openen', { token: tokenOf(id) })).location).toBe('/');

    const other = await app.client().post('/inloggen/openen', { token: tokenOf(id) });
    expect(other.status).toBe(410);
    expect(other.text).toContain('Deze link werkt niet meer');
    expect((await app.client().get(`/inloggen/${tokenOf(id)}`)).status).toBe(410);
  });

  it('opens one session when it is used twice at once', async () => {
    const id = await ask(app.client());
    const answers = await Promise.all(
      [1, 2, 3].map(() => app.client().post('/inloggen/openen', { token: tokenOf(id) })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([303, 410, 410]);
  });

  it('is not the link of an examiner, nor the other way round', async () => {
    const { linkId } = await app.startAssessment();
    const fill = createLinkToken(app.keyring, { linkId, kid: app.keyring.current, purpose: LinkPurpose.Fill });
    expect((await app.client().get(`/inloggen/${fill}`)).status).toBe(404);
    const id = await ask(app.client());
    expect((await app.client().get(`/b/${tokenOf(id)}`)).status).toBe(404);
  });
});

describe('the session', () => {
  it('gets a new cookie at sign-in and keeps what the browser was granted as an examiner', async () => {
    const client = app.client();
    const { linkId, contactId } = await app.startAssessment({ contact: 1 });
    const { accountId } = app.seed.teacher;
    await app.database.contact.update({ where: { id: contactId }, data: { accountId } });
    await app.openLink(client, linkId);
    const former = client.cookies.get(SESSION_COOKIE) ?? '';
    const id = await ask(client);
    await client.post('/inloggen/code', { code: codeOf(id) });
    const cookie = client.cookies.get(SESSION_COOKIE) ?? '';
    expect(cookie).not.toBe(former);
    expect(await app.repositories.access.findSession(former)).toBeNull();
    const session = await app.repositories.access.findSession(cookie);
    expect(session?.member?.email).toBe(KNOWN);
    expect(session?.grants.map((grant) => grant.linkId)).toEqual([linkId]);
  });

  it('is stored only as a hash', async () => {
    const client = app.client();
    await app.signInAs(client, app.seed.teacher.membershipId);
    const ids = (await app.database.session.findMany()).map((session) => session.id);
    expect(ids.every((each) => /^[0-9a-f]{64}$/.test(each))).toBe(true);
    expect(ids).not.toContain(client.cookies.get(SESSION_COOKIE));
  });

  it('ends at sign-out, on the server too', async () => {
    const client = app.client();
    await app.signInAs(client, app.seed.teacher.membershipId);
    const cookie = client.cookies.get(SESSION_COOKIE) ?? '';
    const page = await client.post('/uitloggen', {}, { follows: true });
    expect(page.path).toBe('/inloggen');
    expect(page.text).toContain('U bent uitgelogd.');
    expect(client.cookies.has(SESSION_COOKIE)).toBe(false);
    client.cookies.set(SESSION_COOKIE, cookie);
    expect((await client.get('/')).location).toBe('/inloggen');
  });

  it('ends after twelve hours without a request, and after seven days in any case', async () => {
    const client = app.client();
    for (const change of [
      { lastSeenAt: new Date(Date.now() - 13 * 3_600_000) },
      { createdAt: new Date(Date.now() - 8 * 86_400_000), expiresAt: new Date(Date.now() - 1_000) },
    ]) {
      await app.signInAs(client, app.seed.teacher.membershipId);
      await app.database.session.updateMany({ data: change });
      expect((await client.get('/')).location).toBe('/inloggen');
    }
  });
});
