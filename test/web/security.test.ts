import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CSRF_COOKIE, SESSION_COOKIE } from '../../web/middleware/cookies.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { fingerprintDatabase } from '../support/fingerprint.ts';

const WORDS = 'Zij luisterde goed & vroeg <b>door</b>.';

let app: TestApp;
const lines: string[] = [];

beforeAll(async () => {
  app = await startTestApp({ isLenient: true, onLog: (line) => lines.push(line) });
});
afterAll(() => app.stop());

describe('headers (ASVS 3.4)', () => {
  it.each(['/inloggen', '/privacy', '/bestaat-niet', '/b/onbekend', '/health'])('of %s are strict', async (address) => {
    const { headers } = await app.client().get(address);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('etag')).toBeNull();
  });

  it('ask for https for two years where the address is https, and only there', async () => {
    expect((await app.client().get('/')).headers.get('strict-transport-security')).toBeNull();
    const secure = await startTestApp({ publicUrl: 'https://examens.school.example' });
    const page = await secure.client().get('/inloggen');
    await secure.stop();
    expect(page.headers.get('strict-transport-security')).toBe('max-age=63072000');
  });

  it('leave no inline script, style or handler on a page, nor anything from elsewhere', async () => {
    for (const address of ['/inloggen', '/hulp', '/stijlgids', '/b/x']) {
      const { text } = await app.client().get(address);
      expect(text).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|(?:src|href)="(?:https?:)?\/\//);
    }
  });
});

describe('a POST', () => {
  it('without, with a wrong or with a foreign CSRF token is refused and changes nothing', async () => {
    const client = app.client();
    await app.signInAs(client, app.seed.teacher.membershipId);
    await client.get('/privacy');
    const foreign = await app.client().csrfToken();
    const before = await fingerprintDatabase(app.databaseUrl);
    for (const csrfToken of [null, '', 'x', foreign]) {
      expect((await client.post('/uitloggen', {}, { csrfToken })).status).toBe(403);
    }
    expect(await fingerprintDatabase(app.databaseUrl)).toEqual(before);
  });

  it('with the token but without its cookie is refused', async () => {
    const client = app.client();
    const csrfToken = await client.csrfToken();
    client.cookies.delete(CSRF_COOKIE);
    expect((await client.post('/taal', { lang: 'en' }, { csrfToken })).status).toBe(403);
  });

  it.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('from elsewhere (%j) is refused, token or not, and handed back nothing to try again', async (headers) => {
    const client = app.client();
    await client.csrfToken();
    const page = await client.post('/beoordeling/x', { 'justification-a': WORDS }, { headers });
    expect(page.status).toBe(403);
    expect(page.text).not.toContain('luisterde');
  });

  it('from our own pages goes through', async () => {
    for (const headers of [{ origin: app.url }, { 'sec-fetch-site': 'same-origin', origin: app.url }]) {
      expect((await app.client().post('/taal', { lang: 'nl', returnTo: '/hulp' }, { headers })).location).toBe('/hulp');
    }
  });

  it('as multipart does not get around the CSRF check', async () => {
    const client = app.client();
    await app.signInAs(client, app.seed.teacher.membershipId);
    expect((await client.post('/uitloggen', new FormData())).status).toBe(403);
    expect((await client.get('/')).location).toBe('/aandacht');
  });

  it('of more than a megabyte, or of thousands of fields, is refused in plain words', async () => {
    const client = app.client();
    const big = await client.post('/inloggen', { email: 'x'.repeat(1_100_000) });
    expect(big.status).toBe(413);
    expect(big.text).toContain('te groot');
    const many = await client.post(
      '/inloggen',
      Object.fromEntries(Array.from({ length: 2_100 }, (_, index) => [`f${index}`, '1'])),
    );
    expect(many.status).toBe(413);
  });

  it('of a form as large as the largest exam comes through', async () => {
    const client = app.client();
    const fields = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`justification-${index}`, 'é'.repeat(2_000)]),
    );
    expect((await client.post('/bestaat-niet', fields)).status).toBe(404);
  });

  it('with broken JSON, a broken address or twice the same field is no failure of ours', async () => {
    const client = app.client();
    const csrfToken = await client.csrfToken();
    const broken = await fetch(`${app.url}/inloggen`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': csrfToken },
      body: '{',
    });
    expect(broken.status).toBe(400);
    expect((await client.get('/b/%E0%A4%A')).status).toBe(400);
    expect((await client.post('/inloggen', { email: ['a@b.example', 'c@d.example'] })).status).toBe(422);
  });
});

describe('words that somebody typed', () => {
  it('come back, escaped, when the CSRF cookie is gone, and can be sent again', async () => {
    const client = app.client();
    await client.csrfToken();
    client.cookies.clear();
    const page = await client.post(
      '/beoordeling/x',
      { 'justification-a': WORDS, 'score-b': 'O' },
      { csrfToken: 'gone' },
    );
    expect(page.status).toBe(403);
    expect(page.text).toContain('Zij luisterde goed &amp; vroeg &lt;b&gt;door&lt;/b&gt;.');
    expect(page.text).toContain('name="score-b" value="O"');
    expect(page.text).toContain('action="/beoordeling/x"');
    expect((await client.post('/taal', { lang: 'nl' })).status).toBe(303);
  });

  it('come back when the database is away, and can be sent again when it is there', async () => {
    const client = app.client();
    await app.signInAs(client, app.seed.teacher.membershipId);
    await client.csrfToken();
    await app.loseDatabase();
    const page = await client.post('/beoordeling/x', { 'justification-a': WORDS });
    const other = await client.get('/inloggen');
    await app.restoreDatabase();
    expect(page.status).toBe(503);
    expect(page.headers.get('retry-after')).toBe('10');
    expect(page.text).toContain('vroeg &lt;b&gt;door');
    expect(other.status).toBe(503);
    expect((await client.post('/taal', { lang: 'nl' })).status).toBe(303);
  });

  it('come back when too much is posted', async () => {
    const strict = await startTestApp();
    const client = strict.client();
    await client.csrfToken();
    await strict.database.rateLimit.create({
      data: { key: 'post:127.0.0.1', points: 301, expire: BigInt(Date.now() + 60_000) },
    });
    const page = await client.post('/beoordeling/x', { 'justification-a': WORDS });
    const other = await client.post('/taal', { lang: 'nl' });
    await strict.stop();
    expect(page.status).toBe(429);
    expect(page.text).toContain('vroeg &lt;b&gt;door');
    expect(other.status).toBe(429);
    expect(other.text).toContain('te vaak');
  });
});

describe('cookies (ASVS 3.3)', () => {
  it('are all for this host only, out of reach of scripts and of http', async () => {
    const client = app.client();
    const cookies = [
      await client.get('/inloggen'),
      await client.post('/inloggen', { email: 'teacher@zandkamp.example' }),
      await client.post('/taal', { lang: 'nl' }),
      await client.post('/uitloggen'),
    ].flatMap((answer) => answer.headers.getSetCookie());
    expect(cookies.length).toBeGreaterThan(4);
    for (const cookie of cookies)
      expect(cookie).toMatch(/^__Host-[\w-]+=[^;]*;(?: Max-Age=\d+;)? Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  });

  it('that we did not make are no session and no failure', async () => {
    for (const value of ['x', '"', '%', 'a'.repeat(4_000)]) {
      const client = app.client();
      client.cookies.set(SESSION_COOKIE, value);
      client.cookies.set(CSRF_COOKIE, value);
      client.cookies.set('__Host-proeve-flash', value);
      expect((await client.get('/inloggen')).status).toBe(200);
    }
  });
});

describe('the log (ASVS 16.2)', () => {
  it('holds no token, address or word', async () => {
    const client = app.client();
    const { linkId } = await app.startAssessment();
    const path = await app.linkPath(linkId);
    await client.get(path);
    await app.openLink(client, linkId);
    await client.post('/inloggen', { email: 'iemand.geheim@zandkamp.example' });
    await client.post('/beoordeling/x', { 'justification-a': WORDS });
    const log = lines.join('');
    expect(log).toContain('/b/[link]');
    for (const secret of [path.slice(3), 'geheim', 'luisterde']) expect(log).not.toContain(secret);
  });
});

describe('a failure of ours', () => {
  it('shows a number to ask about and nothing internal', async () => {
    const broken = await startTestApp();
    const failing = broken.repositories.access as { findSession: unknown };
    failing.findSession = () => Promise.reject(new Error('secret detail of the inside'));
    const client = broken.client();
    client.cookies.set(SESSION_COOKIE, 'x');
    const page = await client.get('/inloggen');
    await broken.stop();
    expect(page.status).toBe(500);
    expect(page.text).toMatch(/[0-9a-f]{8}/);
    expect(page.text).not.toMatch(/secret detail|\.ts:|node_modules/);
  });
});
