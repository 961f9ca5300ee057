import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { signInCode } from '../../platform/tokens.ts';
import { SESSION_COOKIE } from '../../web/middleware/cookies.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { seedSchool } from '../support/factories.ts';

const EMAIL = 'teacher@zandkamp.example';
let app: TestApp;
let accountId: string;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  const member = await app.database.membership.findUniqueOrThrow({ where: { id: app.seed.teacher.membershipId } });
  accountId = member.accountId;
});
afterAll(() => app.stop());
beforeEach(async () => {
  await app.database.membership.deleteMany({ where: { accountId, schoolId: { not: app.seed.schoolId } } });
  await app.database.membership.update({ where: { id: app.seed.teacher.membershipId }, data: { roles: ['teacher'] } });
  await app.database.account.update({ where: { id: accountId }, data: { lastSchoolId: null, lastRole: null } });
  await app.database.session.deleteMany({ where: { accountId } });
});

async function signIn(client: TestClient): Promise<string> {
  await client.post('/inloggen', { email: EMAIL });
  const id = client.cookies.get('__Host-proeve-signin') ?? '';
  const answer = await client.post('/inloggen/code', { code: signInCode(app.keyring, app.keyring.current, id) });
  expect(answer.location).toBe('/');
  return (await client.get('/')).location ?? '';
}

async function giveRoles(...roles: string[]): Promise<void> {
  await app.database.membership.update({ where: { id: app.seed.teacher.membershipId }, data: { roles } });
}

async function secondSchool(): Promise<string> {
  const other = await seedSchool(app.database, { slug: `second-${uuidv7().slice(-8)}` });
  await app.database.membership.create({
    data: { id: uuidv7(), schoolId: other.schoolId, accountId, roles: ['committee'] },
  });
  return other.schoolId;
}

describe('a person with one place', () => {
  it('is in it at once', async () => {
    const client = app.client();
    expect(await signIn(client)).not.toBe('/account/plek');
    expect((await client.get('/account')).text).not.toContain('Andere rol of school kiezen');
  });
});

describe('a person with several roles', () => {
  it('chooses the first time, works in that role only, and begins there the next time', async () => {
    await giveRoles('teacher', 'committee');
    const client = app.client();
    expect(await signIn(client)).toBe('/account/plek');
    // Nothing of the school before that.
    expect((await client.get('/commissie')).location).toBe('/account/plek');
    const page = await client.get('/account/plek');
    expect(page.text).toContain('Al mijn rollen samen');

    await client.post('/account/plek', { plek: `${app.seed.schoolId}|committee` });
    expect((await client.get('/commissie')).status).toBe(200);
    expect((await client.get('/afnames')).status).toBe(403);

    const next = app.client();
    expect(await signIn(next)).toBe('/commissie');
    await next.post('/account/plek', { plek: `${app.seed.schoolId}|alle` });
    expect([(await next.get('/commissie')).status, (await next.get('/afnames')).status]).toEqual([200, 200]);
    // The other browser goes on as it was.
    expect((await client.get('/afnames')).status).toBe(403);
  });

  it('keeps what is left when the chosen role is taken away', async () => {
    await giveRoles('teacher', 'committee');
    const client = app.client();
    await signIn(client);
    await client.post('/account/plek', { plek: `${app.seed.schoolId}|committee` });
    await giveRoles('teacher');
    expect((await client.get('/commissie')).status).toBe(403);
    expect((await client.get('/afnames')).status).toBe(200);
  });
});

describe('a person with several schools', () => {
  it('chooses, sees only that school, and can switch', async () => {
    const other = await secondSchool();
    const client = app.client();
    expect(await signIn(client)).toBe('/account/plek');
    await client.post('/account/plek', { plek: `${other}|committee` });
    expect((await client.get('/')).location).toBe('/commissie');
    expect((await client.get('/examens')).status).toBe(403);
    await client.post('/account/plek', { plek: `${app.seed.schoolId}|teacher` });
    expect((await client.get('/examens')).text).toContain('Zorgen in de wijk');
  });

  it.each([
    ['a school where they are no member', () => `${uuidv7()}|teacher`],
    ['a role that they do not have', () => `${app.seed.schoolId}|administrator`],
    ['nonsense', () => 'x|y'],
    ['nothing', () => ''],
  ])('cannot choose %s', async (_what, plek) => {
    await secondSchool();
    const client = app.client();
    await signIn(client);
    expect((await client.post('/account/plek', { plek: plek() })).location).toBe('/account/plek');
    expect((await client.get('/examens')).location).toBe('/account/plek');
  });

  it('loses a school at once when the membership ends', async () => {
    const other = await secondSchool();
    const client = app.client();
    await signIn(client);
    await client.post('/account/plek', { plek: `${other}|committee` });
    await app.database.membership.updateMany({
      where: { accountId, schoolId: other },
      data: { endedAt: new Date() },
    });
    expect((await client.get('/commissie')).location).toBe('/account/plek');
  });
});

describe('own sessions', () => {
  it('are listed, and one can be ended', async () => {
    const [here, there] = [app.client(), app.client()];
    await signIn(here);
    await signIn(there);
    const page = await here.get('/account');
    expect(page.text).toContain('dit apparaat');
    const id = /name="sessie" value="([0-9a-f]{64})"/.exec(page.text)?.[1] ?? '';
    await here.post('/account/sessies/beeindigen', { sessie: id });
    expect((await there.get('/examens')).location).toBe('/inloggen');
    expect((await here.get('/examens')).status).toBe(200);
  });

  it('are all ended at once, with the sign-in mails that were not used', async () => {
    const [here, there, waiting] = [app.client(), app.client(), app.client()];
    await signIn(here);
    await signIn(there);
    await waiting.post('/inloggen', { email: EMAIL });
    const answer = await here.post('/account/overal-uitloggen');
    expect(answer.location).toBe('/inloggen');
    for (const client of [here, there]) expect((await client.get('/examens')).location).toBe('/inloggen');
    const id = waiting.cookies.get('__Host-proeve-signin') ?? '';
    const late = await waiting.post('/inloggen/code', { code: signInCode(app.keyring, app.keyring.current, id) });
    expect([late.status, waiting.cookies.get(SESSION_COOKIE) ?? '']).toEqual([422, '']);
  });

  it('of somebody else cannot be ended', async () => {
    const [teacher, member] = [app.client(), app.client()];
    await signIn(teacher);
    await app.signInAs(member, app.seed.committee.membershipId);
    const { id } = await app.database.session.findFirstOrThrow({ where: { accountId } });
    await member.post('/account/sessies/beeindigen', { sessie: id });
    expect((await teacher.get('/examens')).status).toBe(200);
  });

  it('are ended by their names alone: any other text ends nothing and breaks nothing', async () => {
    const member = app.client();
    await app.signInAs(member, app.seed.teacher.membershipId);
    for (const sessie of ['a\0b', 'x', '']) {
      const answer = await member.post('/account/sessies/beeindigen', { sessie });
      expect([answer.status, answer.location]).toEqual([303, '/account']);
    }
    expect((await member.get('/account')).status).toBe(200);
  });

  it('are for those who are signed in', async () => {
    expect((await app.client().get('/account')).location).toBe('/inloggen');
    expect((await app.client().post('/account/overal-uitloggen')).status).toBe(403);
  });
});
