import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { MAX_LOGO_BYTES } from '../../platform/logo/remake.ts';
import { chooseColour, putLogo, removeLogo } from '../../prisma/commands/branding.ts';
import { importSchool } from '../../prisma/importer.ts';
import type { Actor } from '../../prisma/unit-of-work.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { seedSchool } from '../support/factories.ts';

const LOGO =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 80"><rect x="10" y="10" width="180" height="60" fill="#7a2b00"/><script>alert(1)</script></svg>';
const OTHER_LOGO = LOGO.replace('#7a2b00', '#00447a');
const PAGE = '/beheer/huisstijl';

let app: TestApp;
let client: TestClient;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  client = await signedIn(app.seed.administrator.membershipId);
});
afterAll(() => app.stop());

async function signedIn(membershipId: string): Promise<TestClient> {
  const browser = app.client();
  await app.signInAs(browser, membershipId);
  return browser;
}

/** Value of a hidden field of the page, the first of that name. */
function hidden(html: string, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';
}

async function fieldsOf(browser: TestClient): Promise<{ formulier: string; versie: string }> {
  const { text } = await browser.get(PAGE);
  return { formulier: hidden(text, 'formulier'), versie: hidden(text, 'versie') };
}

async function sendLogo(bytes: string | Buffer, more: Record<string, string> = {}, browser = client) {
  const form = new FormData();
  const fields = { ...(await fieldsOf(browser)), ...more };
  for (const [key, value] of Object.entries(fields)) form.append(key, value);
  if (bytes.length > 0) form.append('bestand', new Blob([bytes]), 'logo.svg');
  return browser.post(`${PAGE}/logo`, form);
}

async function sendColour(kleur: string, more: Record<string, string> = {}, browser = client) {
  return browser.post(`${PAGE}/kleur`, { ...(await fieldsOf(browser)), kleur, ...more });
}

const brandingOf = async (schoolId = app.seed.schoolId) =>
  (await app.database.school.findUniqueOrThrow({ where: { id: schoolId } })).branding;
const looks = () =>
  app.database.schoolLook.findMany({ where: { schoolId: app.seed.schoolId }, orderBy: { revision: 'asc' } });
const logoHref = (html: string) => /src="(\/assets\/logo\/[^"]+)"/.exec(html)?.[1] ?? '';

describe('who may choose how a school looks', () => {
  it('lets its administrator see the page, as a tab of administration', async () => {
    const { status, text } = await client.get(PAGE);
    expect(status).toBe(200);
    expect(text).toMatch(/aria-current="page"[^>]*>.*Huisstijl|href="\/beheer\/huisstijl" aria-current="page"/s);
    expect((await client.get('/beheer')).text).toContain('href="/beheer/huisstijl"');
  });

  it.each(['teacher', 'committee'] as const)('refuses a %s, for reading and for each change', async (role) => {
    const other = await signedIn(app.seed[role].membershipId);
    expect((await other.get(PAGE)).status).toBe(403);
    for (const [path, fields] of [
      ['kleur', { kleur: '#102030', versie: '0' }],
      ['logo/weghalen', { versie: '0' }],
    ] as const)
      expect((await other.post(`${PAGE}/${path}`, fields)).status).toBe(403);
    const form = new FormData();
    form.append('bestand', new Blob([LOGO]), 'logo.svg');
    expect((await other.post(`${PAGE}/logo`, form)).status).toBe(403);
    expect(await looks()).toEqual([]);
  });

  it('sends a visitor to sign-in, and takes no logo without the token of the page', async () => {
    expect((await app.client().get(PAGE)).location).toBe('/inloggen');
    const form = new FormData();
    form.append('versie', '0');
    form.append('bestand', new Blob([LOGO]), 'logo.svg');
    expect((await client.post(`${PAGE}/logo`, form, { csrfToken: 'verzonnen' })).status).toBe(403);
    expect(await looks()).toEqual([]);
  });
});

describe('the colour of a school', () => {
  it('shows a colour without choosing it', async () => {
    const answer = await sendColour('B45309', { actie: 'voorbeeld' });
    expect(answer).toMatchObject({ status: 303, location: `${PAGE}?kleur=b45309` });
    const { text } = await client.get(answer.location ?? '');
    expect(text).toContain('href="/assets/school/b45309-voorbeeld.css"');
    expect(text).toContain('nog niet opgeslagen');
    expect(text).toContain('href="/assets/school/123e6b.css"');
    expect(await looks()).toEqual([]);
    expect((await client.get('/assets/school/b45309-voorbeeld.css')).text).toContain('.branding-sample--dark{');
  });

  it.each([
    ['#ffd700', 'contrast is 1,4\u00A0:\u00A01', '#7a6700'],
    ['rood', 'zes cijfers', ''],
    ['', 'zes cijfers', ''],
    ['#0a5a56;}', 'zes cijfers', ''],
  ])('refuses %p, says why, and keeps what was typed', async (kleur, reason, suggestion) => {
    const { status, text } = await sendColour(kleur);
    expect(status).toBe(422);
    expect(text).toContain(reason);
    expect(text).toContain(suggestion);
    expect(text).toContain('data-error-summary');
    expect(hidden(text, 'kleur') || /name="kleur"[^>]*value="([^"]*)"/.exec(text)?.[1] || '').toBe(kleur);
    expect(await looks()).toEqual([]);
  });

  it('ignores a colour in the address that the school could not have', async () => {
    expect((await client.get(`${PAGE}?kleur=ffffff`)).text).toContain('href="/assets/school/123e6b-voorbeeld.css"');
    expect((await client.get(`${PAGE}?kleur=%22%3E%3Cscript%3E`)).status).toBe(200);
  });

  it('is the colour of every page from then on, and the page tells who chose it', async () => {
    expect((await sendColour('#7A2B00')).location).toBe(PAGE);
    const { text } = await client.get(PAGE);
    expect(text).toContain('href="/assets/school/7a2b00.css"');
    expect(text).toContain('Kleur gekozen: #7a2b00');
    expect(text).toContain('Ada van Proef');
    expect(await brandingOf()).toEqual({ primaryColor: '#7a2b00', shortName: app.seed.slug });
    expect(await looks()).toMatchObject([
      { kind: 'colour', revision: 1, primaryColor: '#7a2b00', changedById: app.seed.administrator.membershipId },
    ]);
  });

  it('is chosen once when the button is pressed twice, and not again when it is chosen already', async () => {
    const fields = await fieldsOf(client);
    const press = () => client.post(`${PAGE}/kleur`, { ...fields, kleur: '#123e6b' });
    expect((await Promise.all([press(), press()])).map(({ status }) => status)).toEqual([303, 303]);
    expect((await sendColour('#123E6B')).status).toBe(303);
    expect(await looks()).toHaveLength(2);
  });

  it('is not overwritten by a page from before somebody else chose', async () => {
    const stale = await fieldsOf(client);
    expect((await sendColour('#00447a')).status).toBe(303);
    const late = await client.post(`${PAGE}/kleur`, { ...stale, kleur: '#7a2b00' });
    expect(late.status).toBe(422);
    expect(late.text).toContain('Iemand anders heeft de huisstijl zojuist veranderd');
    expect(await brandingOf()).toMatchObject({ primaryColor: '#00447a' });
    // The page now has the revision of now: pressing again is a choice.
    const again = { formulier: hidden(late.text, 'formulier'), versie: hidden(late.text, 'versie'), kleur: '#7a2b00' };
    expect((await client.post(`${PAGE}/kleur`, again)).status).toBe(303);
  });
});

describe('the logo of a school', () => {
  it.each([
    ['no file', '', 'Kies een bestand'],
    ['words', 'geen plaatje', 'geen PNG, JPEG of SVG'],
    ['a page of HTML', '<html><svg/></html>', 'geen PNG, JPEG of SVG'],
    ['entities', '<!DOCTYPE svg [<!ENTITY a "b">]><svg/>', 'ENTITY'],
    ['a file beyond the limit', 'x'.repeat(MAX_LOGO_BYTES + 1), 'te groot'],
    ['a broken SVG', '<svg viewBox="0 0 9 9"><rect', 'niet te lezen'],
  ])('says of %s what is wrong, and changes nothing', async (_, file, reason) => {
    const before = (await looks()).length;
    const { status, text } = await sendLogo(file);
    expect(status).toBe(422);
    expect(text).toContain(reason);
    expect(await looks()).toHaveLength(before);
    expect(await app.database.schoolLogo.count()).toBe(0);
  });

  it('is on the pages of staff and examiners, a picture of our own at an address to keep for ever', async () => {
    expect((await sendLogo(LOGO)).location).toBe(PAGE);
    const { linkId, formId } = await app.startAssessment();
    const examiner = app.client();
    const landing = await examiner.get(await app.linkPath(linkId));
    await app.openLink(examiner, linkId);
    const pages = [await client.get('/beheer'), landing, await examiner.get(`/beoordeling/${formId}`)];
    const [href = ''] = pages.map(({ text }) => logoHref(text));
    expect(href).toMatch(/^\/assets\/logo\/[0-9a-f-]{36}\/[0-9a-f]{64}\.png$/);
    expect(pages.map(({ text }) => logoHref(text))).toEqual([href, href, href]);
    // The name stands beside it, so it is not said twice.
    expect(pages[0]?.text).toMatch(/proeve-brand__picture"[^>]* alt=""/);
    const answer = await app.client().get(href);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('image/png');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(answer.body.subarray(1, 4).toString()).toBe('PNG');
    const stored = await app.database.schoolLogo.findFirst({ where: { schoolId: app.seed.schoolId } });
    expect(stored).toMatchObject({ width: 1000, height: 400, sha256: href.slice(-68, -4) });
    // A small one for pages, the whole one for documents.
    expect(answer.body.length).toBeLessThan(stored?.png.length ?? 0);
  });

  it('stands without the name beside it when the name is in it', async () => {
    const answer = await sendLogo('', { 'naam-in-logo': 'on' });
    expect(answer.status).toBe(303);
    const { text } = await client.get('/beheer');
    expect(text).toMatch(new RegExp(`proeve-brand__picture--named"[^>]* alt="ROC ${app.seed.slug}"`));
    expect(text).not.toContain('class="proeve-brand__name"');
    // Nothing new to say.
    expect((await sendLogo('', { 'naam-in-logo': 'on' })).status).toBe(422);
  });

  it('gives way to another one, whose former address is gone', async () => {
    const former = logoHref((await client.get('/beheer')).text);
    expect((await sendLogo(OTHER_LOGO)).status).toBe(303);
    const now = logoHref((await client.get('/beheer')).text);
    expect(now).not.toBe(former);
    expect((await app.client().get(former)).status).toBe(404);
    expect((await app.client().get(now)).status).toBe(200);
  });

  it('is of one school only', async () => {
    const other = await seedSchool(app.database, { slug: 'verderop' });
    const stranger = await signedIn(other.administrator.membershipId);
    const href = logoHref((await client.get('/beheer')).text);
    expect(logoHref((await stranger.get(PAGE)).text)).toBe('');
    expect((await stranger.get(PAGE)).text).not.toContain('Logo gekozen');
    expect((await app.client().get(href.replace(app.seed.schoolId, other.schoolId))).status).toBe(404);
    expect(await app.database.schoolLogo.count({ where: { schoolId: other.schoolId } })).toBe(0);
    // The same file is of each school by itself.
    expect((await sendLogo(OTHER_LOGO, {}, stranger)).status).toBe(303);
    expect(await app.database.schoolLogo.count({ where: { sha256: href.slice(-68, -4) } })).toBe(2);
  });

  it.each(['/assets/logo/x/y.png', `/assets/logo/${uuidv7()}/${'0'.repeat(64)}.png`, '/assets/logo/%27/..%2f.png'])(
    'answers 404 to %s',
    async (path) => expect((await app.client().get(path)).status).toBe(404),
  );

  it('keeps nobody waiting when the database says nothing', async () => {
    const href = logoHref((await client.get('/beheer')).text);
    app.silenceDatabase();
    const asked = performance.now();
    const answer = app.client().get(href);
    try {
      expect((await answer).status).toBe(503);
      expect(performance.now() - asked).toBeLessThan(3_900);
    } finally {
      app.wakeDatabase();
    }
    expect((await app.client().get(href)).status).toBe(200);
  });

  it('is taken away, once, and comes back with the same file', async () => {
    const fields = await fieldsOf(client);
    const href = logoHref((await client.get('/beheer')).text);
    const press = () => client.post(`${PAGE}/logo/weghalen`, fields);
    expect([(await press()).status, (await press()).status]).toEqual([303, 303]);
    expect(logoHref((await client.get('/beheer')).text)).toBe('');
    expect(await brandingOf()).not.toHaveProperty('logo');
    expect((await app.client().get(href)).status).toBe(404);
    expect((await sendLogo(OTHER_LOGO)).status).toBe(303);
    expect(logoHref((await client.get('/beheer')).text)).toBe(href);
    const { text } = await client.get(PAGE);
    for (const line of ['Logo gekozen', 'Logo weggehaald', 'Gezegd dat de naam in het logo staat'])
      expect(text).toContain(line);
  });
});

describe('the record of how a school looked', () => {
  it('is neither changed nor taken away by the application', async () => {
    const [first] = await looks();
    const id = first?.id ?? '';
    await expect(app.appDatabase.schoolLook.update({ where: { id }, data: { kind: 'logo' } })).rejects.toThrow();
    await expect(app.appDatabase.schoolLook.delete({ where: { id } })).rejects.toThrow();
    await expect(app.appDatabase.schoolLogo.deleteMany({})).rejects.toThrow();
  });

  it('has one choice for each number when two choose at once', async () => {
    const actor: Actor = { kind: 'member', id: app.seed.administrator.membershipId };
    const revision = Math.max(...(await looks()).map((each) => each.revision));
    const context = () => ({ schoolId: app.seed.schoolId, actor, commandId: uuidv7() });
    const outcomes = await Promise.all([
      app.door.apply(chooseColour, { colour: '#0a5a56', revision }, context()),
      app.door.apply(removeLogo, { revision }, context()),
    ]);
    expect(outcomes.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect(outcomes.find(({ ok }) => !ok)).toMatchObject({ code: 'LOOK_CHANGED' });
    expect((await looks()).map((each) => each.revision)).toEqual(
      Array.from({ length: revision + 1 }, (_, index) => index + 1),
    );
  });

  it('takes no bytes under the hash of others', async () => {
    const logo = {
      png: Buffer.from('iets'),
      small: Buffer.from('iets'),
      width: 10,
      height: 10,
      sha256: '0'.repeat(64),
    };
    const actor: Actor = { kind: 'member', id: app.seed.administrator.membershipId };
    await expect(
      app.door.apply(
        putLogo,
        { logo, hasName: false, revision: 0 },
        { schoolId: app.seed.schoolId, actor, commandId: uuidv7() },
      ),
    ).rejects.toThrow('not the bytes');
  });

  it('stands when the file of the school is read again, until then the file decides', async () => {
    const school = {
      slug: 'uit-bestand',
      name: 'ROC Bestand',
      branding: { primaryColor: '#0a5a56', shortName: 'Bestand' },
      settings: (await app.database.school.findUniqueOrThrow({ where: { id: app.seed.schoolId } })).settings as never,
      examOffices: [],
    };
    const { remakeLogo } = await import('../../platform/logo/remake.ts');
    const made = await remakeLogo(Buffer.from(LOGO));
    if (!made.ok) throw new Error(made.problem);
    const read = (more: object) => app.database.$transaction((tx) => importSchool(tx, { ...school, ...more }));
    const logo = { ...made, hasName: true };
    const schoolId = await read({ logo });
    await read({ logo });
    expect(await app.database.schoolLook.findMany({ where: { schoolId } })).toMatchObject([
      { kind: 'logo', changedById: null, isNameInLogo: true },
    ]);
    await read({ branding: { primaryColor: '#00447a', shortName: 'Bestand' } });
    expect(await brandingOf(schoolId)).toMatchObject({ primaryColor: '#00447a', logo: { sha256: made.sha256 } });
    const membershipId = uuidv7();
    const { accountId } = app.seed.administrator;
    await app.database.membership.create({ data: { id: membershipId, schoolId, accountId, roles: ['administrator'] } });
    const by = { schoolId, actor: { kind: 'member', id: membershipId } as const, commandId: uuidv7() };
    expect((await app.door.apply(removeLogo, { revision: 1 }, by)).ok).toBe(true);
    await read({ logo });
    expect(await brandingOf(schoolId)).toEqual({ primaryColor: '#00447a', shortName: 'Bestand' });
    await app.database.membership.update({ where: { id: membershipId }, data: { endedAt: new Date() } });
  });
});
