import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createI18n } from '../../platform/i18n/index.ts';
import { createAssets } from '../../web/assets.ts';
import { visitorKey } from '../../web/middleware/limits.ts';
import { HELP_ITEMS, helpModel, textPageModel } from '../../web/pages/system/about.model.ts';
import { homeFor } from '../../web/pages/system/home.ts';
import { ownPath } from '../../web/pages/system/language.ts';
import { readinessOf } from '../../web/pages/system/liveness.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { seedMember } from '../support/factories.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

/** Without fetch, which unpacks what it gets. */
function rawGet(
  address: string,
  headers: Record<string, string>,
): Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }> {
  return new Promise((resolve, reject) => {
    request(new URL(address, app.url), { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    })
      .on('error', reject)
      .end();
  });
}

describe('assets', () => {
  const address = createAssets().url('app.css');

  it('go compressed to who can unpack, for ever, and need no cookie', async () => {
    const { status, headers, body } = await rawGet(address, { 'accept-encoding': 'gzip, br' });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-encoding': 'br',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'Accept-Encoding',
      'content-type': 'text/css; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['set-cookie']).toBeUndefined();
    expect(brotliDecompressSync(body).toString()).toContain('.proeve-card');
  });

  it('go as they are to who cannot, and not at all to who has them', async () => {
    const plain = await rawGet(address, { 'accept-encoding': 'br;q=0' });
    expect(plain.headers['content-encoding']).toBeUndefined();
    const known = await rawGet(address, { 'accept-encoding': 'gzip', 'if-none-match': '"x"' });
    const again = await rawGet(address, { 'accept-encoding': 'gzip', 'if-none-match': String(known.headers.etag) });
    expect(known.headers.etag).not.toBe(plain.headers.etag);
    expect(again.status).toBe(304);
    expect(again.body.length).toBe(0);
  });

  it('that do not exist are not found, also outside the folder', async () => {
    for (const each of [
      '/assets/none.css',
      '/assets/../server.ts',
      '/assets/%2e%2e/server.ts',
      '/assets/school/zzzzzz.css',
    ]) {
      expect((await rawGet(each, {})).status).toBe(404);
    }
  });

  it('come with an icon and with a word to robots', async () => {
    expect((await app.client().get('/favicon.ico')).headers.get('content-type')).toBe('image/svg+xml');
    expect((await app.client().get('/robots.txt')).text).toContain('Disallow: /b/');
  });
});

describe('/health and /ready', () => {
  const beat = async (secondsAgo: number, changes: { temporalOk?: boolean; smtpOk?: boolean } = {}) => {
    const data = {
      kind: 'worker',
      seenAt: new Date(Date.now() - secondsAgo * 1_000),
      temporalOk: true,
      smtpOk: true,
      detail: {},
      ...changes,
    };
    await app.database.heartbeat.upsert({ where: { id: 'w' }, create: { id: 'w', ...data }, update: data });
    return app.client().get('/ready');
  };

  it('is not ready before a worker was seen, and says so', async () => {
    const page = await app.client().get('/ready');
    expect(page.status).toBe(503);
    expect(JSON.parse(page.text)).toMatchObject({
      ready: false,
      parts: { database: { ok: true }, worker: { ok: false } },
    });
  });

  it('is ready with a fresh heartbeat, and not with an old one or a part that is away', async () => {
    expect((await beat(2)).status).toBe(200);
    expect((await beat(30)).status).toBe(503);
    const page = await beat(1, { smtpOk: false });
    expect(page.status).toBe(503);
    expect(JSON.parse(page.text)).toMatchObject({
      parts: { worker: { ok: true }, temporal: { ok: true }, mail: { ok: false } },
    });
  });

  it('is alive but not ready without its database', async () => {
    await app.loseDatabase();
    const [health, ready] = [await app.client().get('/health'), await app.client().get('/ready')];
    await app.restoreDatabase();
    expect(health.status).toBe(200);
    expect(ready.status).toBe(503);
    expect(JSON.parse(ready.text)).toMatchObject({ parts: { database: { ok: false } } });
  });

  it('trusts what the worker saw only as long as the worker itself', () => {
    const seen = { seenAt: new Date(0), temporalOk: true, smtpOk: true };
    expect(readinessOf({ ...seen, ageMs: 19_999 }).ready).toBe(true);
    expect(readinessOf({ ...seen, ageMs: 20_000 }).parts).toMatchObject({
      worker: { ok: false },
      temporal: { ok: false },
      mail: { ok: false },
    });
  });
});

describe('home', () => {
  it.each([
    [null, false, '/inloggen'],
    [null, true, '/beoordelingen'],
    [['teacher', 'committee'], true, '/aandacht'],
    [['committee'], true, '/commissie'],
    [['administrator'], true, '/beheer'],
    [['committee', 'administrator'], false, '/commissie'],
    [['supervisor'], true, '/beoordelingen'],
    [['supervisor'], false, null],
  ] as const)('of roles %j with grants %j is %j', (roles, hasGrants, place) => {
    expect(homeFor(roles, hasGrants)).toBe(place);
  });

  it('says to a member without a room that there is nothing yet', async () => {
    const client = app.client();
    const supervisor = await seedMember(app.database, app.seed.schoolId, app.seed.slug, 'supervisor');
    await app.signInAs(client, supervisor.membershipId);
    const page = await client.get('/');
    expect(page.status).toBe(200);
    expect(page.text).toContain('Welkom, Sjef van Proef');
  });
});

describe('language', () => {
  it('is remembered in the browser and for the person, and comes back to the page', async () => {
    const client = app.client();
    await app.signInAs(client, app.seed.teacher.membershipId);
    const answer = await client.post('/taal', { lang: 'en', returnTo: '/hulp?x=1' });
    expect(answer.location).toBe('/hulp?x=1');
    expect((await client.get('/hulp')).text).toContain('<html lang="en">');
    expect(await app.database.account.findUnique({ where: { id: app.seed.teacher.accountId } })).toMatchObject({
      lang: 'en',
    });
  });

  it('follows the browser of a new visitor', async () => {
    expect((await app.client().get('/privacy', { headers: { 'accept-language': 'en-GB,en;q=0.9' } })).text).toContain(
      'lang="en"',
    );
    expect((await app.client().get('/privacy', { headers: { 'accept-language': 'fr' } })).text).toContain('lang="nl"');
  });

  it('ignores a language that we do not speak', async () => {
    const client = app.client();
    expect((await client.post('/taal', { lang: 'de', returnTo: '/privacy' })).location).toBe('/privacy');
    expect((await client.get('/privacy')).text).toContain('lang="nl"');
  });

  it.each([
    'https://evil.example/',
    '//evil.example',
    '/..//evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    '/%2e%2e//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '\\\\evil.example',
    'javascript:alert(1)',
    '/%0d%0aSet-Cookie:x\r\nx',
    '',
    undefined,
    ['/a', '/b'],
  ])('never leads to %j', (value) => {
    expect(ownPath(value, 'https://examens.school.example')).toBe('/');
  });

  it.each(['/', '/hulp', '/commissie?status=assessed&q=No%C3%ABl', '/b/b1x'])('leads back to %s', (value) => {
    expect(ownPath(value, 'https://examens.school.example')).toBe(value);
  });
});

describe('pages about the product', () => {
  it.each(['/privacy', '/toegankelijkheid', '/hulp', '/stijlgids'])('%s is there for everybody', async (address) => {
    expect((await app.client().get(address)).status).toBe(200);
  });

  it('keep the style guide out of production', async () => {
    const production = await startTestApp({ isProduction: true });
    const page = await production.client().get('/stijlgids');
    await production.stop();
    expect(page.status).toBe(404);
  });

  it('have all their texts in both languages, and no anchor twice', () => {
    for (const lang of ['nl', 'en'] as const) {
      const translator = createI18n().forLanguage(lang);
      const ids = helpModel(translator).groups.flatMap((group) => [group.id, ...group.items.map((item) => item.id)]);
      expect(new Set(ids).size).toBe(ids.length);
      expect(textPageModel(translator, 'privacy').sections.length).toBeGreaterThan(5);
      expect(textPageModel(translator, 'accessibility').sections.length).toBeGreaterThan(3);
    }
  });

  it('have a paragraph for every page that asks for help', () => {
    const pages = path.join(import.meta.dirname, '..', '..', 'web', 'pages');
    const sources = readdirSync(pages, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const asked = sources.flatMap((file) =>
      [...readFileSync(path.join(pages, file), 'utf8').matchAll(/helpKey: '([^']+)'/g)].map((match) => match[1]),
    );
    const known: readonly string[] = Object.values(HELP_ITEMS).flat();
    expect(asked.filter((key) => !known.includes(key ?? ''))).toEqual([]);
  });
});

describe('visitorKey', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2ff:aaaa::1', '2001:db8:1:200'],
    ['2001:db8:1:2aa::9', '2001:db8:1:200'],
    ['::1', '0:0:0:0'],
    [undefined, 'unknown'],
  ])('counts %s as %s', (ip, key) => {
    expect(visitorKey(ip)).toBe(key);
  });
});
