import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import type { OidcProvider } from '../../platform/oidc-config.ts';
import { SESSION_COOKIE } from '../../web/middleware/cookies.ts';
import { startTestApp, type TestApp, type TestClient, type TestResponse } from '../support/app.ts';
import { CANCELS, startTestProvider, type TestProvider } from '../support/oidc.ts';

let app: TestApp;
let provider: TestProvider;
const START = '/inloggen/via/school';

beforeAll(async () => {
  // The provider says of its own defaults that they are for tests.
  jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  jest.spyOn(console, 'info').mockImplementation(() => undefined);
  app = await startTestApp({
    isLenient: true,
    async providers(url) {
      provider = await startTestProvider(['school', 'other'].map((id) => `${url}/inloggen/via/${id}/terug`));
      return [configured('school', 'zandkamp.example', 'zandkamp'), configured('other', 'other.example', 'other')];
    },
  });
});
afterAll(async () => {
  await app.stop();
  await provider.stop();
});
beforeEach(() => {
  provider.person = { sub: 'subject-of-teacher', claims: claimsOf('teacher@zandkamp.example') };
});

function configured(id: string, domain: string, school: string): OidcProvider {
  const { issuer, clientId, clientSecret } = provider;
  return {
    id,
    label: `Provider ${id}`,
    issuer,
    clientId,
    clientSecret,
    scope: 'openid email profile',
    emailDomains: [domain],
    needsVerifiedEmail: true,
    schools: [
      {
        school,
        roles: [
          { role: 'teacher', when: { claim: 'affiliation', anyOf: ['employee', 'faculty'] } },
          { role: 'administrator', when: { claim: 'affiliation', anyOf: ['exam-admin'] } },
          { role: 'student', when: { claim: 'affiliation', anyOf: ['leerling'] } },
        ],
        isOpen: true,
      },
    ],
  };
}

function claimsOf(email: string, more: Record<string, unknown> = {}) {
  return { email, email_verified: true, given_name: 'Tess', family_name: 'Proef', ...more };
}

/** What a browser does at the provider: follows every redirect with the provider's own cookies, until one leads back here. */
async function throughProvider(location: string | null): Promise<string> {
  const jar = new Map<string, string>();
  let url = location ?? '';
  for (let step = 0; step < 10; step += 1) {
    if (url.startsWith(`${app.url}/`)) return url.slice(app.url.length);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    url = new URL(answer.headers.get('location') ?? '', url).href;
  }
  throw new Error('the provider leads nowhere');
}

async function signIn(client: TestClient, start = START): Promise<TestResponse> {
  const away = await client.get(start);
  expect(away.status).toBe(303);
  return client.get(await throughProvider(away.location));
}

const sessionsOf = (email: string) => app.database.session.findMany({ where: { account: { email } } });

describe('signing in by an identity provider', () => {
  it('is offered beside the mailed link', async () => {
    const page = await app.client().get('/inloggen');
    expect(page.text).toContain('Inloggen met Provider school');
    expect(page.text).toContain(`href="${START}"`);
  });

  it('lets in whom the school knows by address, and knows them by subject from then on', async () => {
    const client = app.client();
    const back = await signIn(client);
    expect([back.status, back.location]).toEqual([303, '/']);
    expect((await client.get('/account')).text).toContain('met Provider school');
    const identity = await app.database.identity.findFirstOrThrow({ include: { account: true } });
    expect([identity.subject, identity.account.email]).toEqual(['subject-of-teacher', 'teacher@zandkamp.example']);

    // The address there changed; the person did not.
    provider.person = { sub: 'subject-of-teacher', claims: claimsOf('tess.new@zandkamp.example') };
    const again = app.client();
    expect((await signIn(again)).location).toBe('/');
    expect((await again.get('/account')).text).toContain('teacher@zandkamp.example');
    expect(await app.database.identity.count()).toBe(1);
  });

  it('keeps no token or address in the address bar, and takes the sealed cookie away', async () => {
    const client = app.client();
    const away = await client.get(START);
    expect(client.cookies.get('__Host-proeve-oidc')).toBeTruthy();
    expect(away.location).toContain('code_challenge_method=S256');
    const back = await client.get(await throughProvider(away.location));
    expect(back.location).toBe('/');
    expect(client.cookies.get('__Host-proeve-oidc') ?? '').toBe('');
  });

  it('makes a member of somebody new where the configuration opens the school, with the roles of their claims', async () => {
    provider.person = {
      sub: 'subject-of-new',
      claims: claimsOf('new.person@zandkamp.example', { affiliation: ['member', 'faculty'] }),
    };
    const client = app.client();
    expect((await signIn(client)).location).toBe('/');
    const account = await app.database.account.findUniqueOrThrow({
      where: { email: 'new.person@zandkamp.example' },
      include: { memberships: true },
    });
    expect(account.memberships.map(({ schoolId, roles }) => [schoolId, roles])).toEqual([
      [app.seed.schoolId, ['teacher']],
    ]);
    expect((await client.get('/')).location).not.toBe('/inloggen');
    // A teacher may examine: they stand in the address book.
    const contact = await app.database.contact.findFirstOrThrow({ where: { accountId: account.id } });
    expect([contact.kind, contact.email]).toEqual(['school', 'new.person@zandkamp.example']);
  });

  it('makes one of a new member and the contact with the same address, in whatever case somebody typed it', async () => {
    const { schoolId } = app.seed;
    const typed = { name: 'Kim Nieuw', email: 'Kim.Nieuw@zandkamp.example', kind: 'school' };
    const { id } = await app.database.contact.create({ data: { id: uuidv7(), schoolId, ...typed } });
    provider.person = {
      sub: 'subject-of-kim',
      claims: claimsOf('kim.nieuw@zandkamp.example', { affiliation: ['faculty'] }),
    };
    expect((await signIn(app.client())).location).toBe('/');
    const found = await app.database.contact.findMany({
      where: { schoolId, email: { equals: typed.email, mode: 'insensitive' } },
    });
    expect(found.map((contact) => [contact.id, contact.accountId !== null])).toEqual([[id, true]]);
  });

  it('leaves the roles that an administrator gave, and a membership that was ended', async () => {
    const { accountId, roles } = await app.database.membership.findUniqueOrThrow({
      where: { id: app.seed.teacher.membershipId },
    });
    provider.person = {
      sub: 'subject-of-teacher',
      claims: claimsOf('teacher@zandkamp.example', { affiliation: ['exam-admin'] }),
    };
    await signIn(app.client());
    const after = await app.database.membership.findMany({ where: { accountId } });
    expect(after.map((each) => each.roles)).toEqual([roles]);
  });
});

describe('who is not let in', () => {
  async function refusal(claims: Record<string, unknown>, sub: string = uuidv7()): Promise<TestResponse> {
    provider.person = { sub, claims };
    const client = app.client();
    const page = await signIn(client);
    expect(client.cookies.get(SESSION_COOKIE) ?? '').toBe('');
    return page;
  }

  it.each([
    ['an address that was not verified', { ...claimsOf('teacher@zandkamp.example'), email_verified: false }],
    ['an address of a domain that the provider does not vouch for', claimsOf('director@other.example')],
    ['no address', { given_name: 'Tess' }],
    ['nobody that the school knows, without a role', claimsOf('stranger@zandkamp.example', { affiliation: 'student' })],
    ['an address with a trick', claimsOf('teacher@zandkamp.example@other.example')],
    ['claims of another shape', { email: ['teacher@zandkamp.example'], email_verified: true, affiliation: { a: 1 } }],
  ])('%s', async (_what, claims) => {
    const page = await refusal(claims);
    expect(page.status).toBe(403);
    expect(page.text).toContain('U hebt hier nog geen toegang');
  });

  it('somebody who has no place there, of whom nothing is kept that could keep out who the account is of', async () => {
    const email = 'guest@zandkamp.example';
    await app.database.account.create({ data: { id: uuidv7(), email, givenName: 'Gast', familyName: 'Elders' } });
    const page = await refusal(claimsOf(email), 'subject-of-no-place');
    expect(page.status).toBe(403);
    expect(await app.database.identity.count({ where: { subject: 'subject-of-no-place' } })).toBe(0);
  });

  it('somebody who was given the mailbox of a member that signed in before', async () => {
    await signIn(app.client());
    const page = await refusal(claimsOf('teacher@zandkamp.example'), 'subject-of-successor');
    expect(page.status).toBe(403);
  });
});

describe('places of a session that a provider opened', () => {
  it('are those of the schools of that provider only', async () => {
    provider.person = { sub: 'subject-of-teacher', claims: claimsOf('teacher@zandkamp.example') };
    const client = app.client();
    const page = await signIn(client, '/inloggen/via/other');
    expect(page.status).toBe(403);
    expect(await sessionsOf('teacher@zandkamp.example')).not.toContainEqual(
      expect.objectContaining({ provider: 'other' }),
    );
  });
});

describe('coming back wrongly', () => {
  it('says so when the person pressed cancel', async () => {
    provider.person = { sub: CANCELS, claims: {} };
    const page = await signIn(app.client());
    expect([page.status, page.text.includes('U bent niet ingelogd')]).toEqual([403, true]);
  });

  it('refuses a way back that another browser went out by', async () => {
    const away = await app.client().get(START);
    const back = await throughProvider(away.location);
    const other = app.client();
    const page = await other.get(back);
    expect([page.status, other.cookies.get(SESSION_COOKIE) ?? '']).toEqual([410, '']);
    const mixed = app.client();
    await mixed.get(START);
    expect((await mixed.get(back)).status).toBe(410);
  });

  it('refuses a code a second time', async () => {
    const client = app.client();
    const away = await client.get(START);
    const cookie = client.cookies.get('__Host-proeve-oidc') ?? '';
    const back = await throughProvider(away.location);
    expect((await client.get(back)).status).toBe(303);
    const thief = app.client();
    thief.cookies.set('__Host-proeve-oidc', cookie);
    const page = await thief.get(back);
    expect([page.status, thief.cookies.get(SESSION_COOKIE) ?? '']).toEqual([410, '']);
  });

  it.each([
    `${START}/terug`,
    `${START}/terug?code=x&state=y`,
    `${START}/terug?error=server_error&state=y`,
    `${START}/terug?code=a&code=b&state=c&state=d`,
  ])('answers %s with one way on', async (path) => {
    const page = await app.client().get(path);
    expect(page.status).toBe(410);
    expect(page.text).toContain('href="/inloggen"');
  });

  it('does not take the sealed cookie of another provider, a changed or a foreign one', async () => {
    const client = app.client();
    await client.get('/inloggen/via/other');
    const cookie = client.cookies.get('__Host-proeve-oidc') ?? '';
    for (const value of [cookie, `${cookie.slice(0, -2)}xx`, 'x.y.z', 'eyJhbGciOiJub25lIn0..x']) {
      client.cookies.set('__Host-proeve-oidc', value);
      expect((await client.get(`${START}/terug?code=x&state=y`)).status).toBe(410);
    }
  });

  it('has no page for a provider that does not exist', async () => {
    expect((await app.client().get('/inloggen/via/nobody')).status).toBe(404);
    expect((await app.client().get('/inloggen/via/nobody/terug')).status).toBe(404);
  });
});

describe('a provider that does not answer', () => {
  it('costs its own button only', async () => {
    const away = await startTestApp({
      isLenient: true,
      providers: async () => [
        { ...configured('school', 'zandkamp.example', 'zandkamp'), issuer: 'http://127.0.0.1:1' },
      ],
    });
    const client = away.client();
    const page = await client.get(START);
    expect([page.status, page.text.includes('nu niet te bereiken')]).toEqual([502, true]);
    expect((await client.get('/inloggen')).status).toBe(200);
    await away.stop();
  });
});

describe('a student who comes by a provider', () => {
  const student = (name: string, more: Record<string, unknown> = {}) => {
    const email = `${name}@zandkamp.example`;
    provider.person = { sub: `subject-of-${name}`, claims: claimsOf(email, more) };
    return email;
  };

  it('becomes one by a claim, and is asked for the own data, with the name that the provider gave', async () => {
    const email = student('leerling', { affiliation: ['leerling'] });
    const client = app.client();
    expect((await signIn(client)).location).toBe('/');
    const page = await client.get('/', { follows: true });
    expect(page.path).toBe('/mijn-gegevens');
    expect(page.text).toMatch(/id="voornaam"[^>]*value="Tess"/);
    const saved = await client.post('/mijn-gegevens', { voornaam: 'Tess', achternaam: 'Proef', nummer: '700001' });
    expect(saved.location).toBe('/mijn-examens');
    expect(await app.database.student.findFirst({ where: { email } })).toMatchObject({ isNumberVerified: false });
  });

  it('is bound to the record that the school imported under the vouched address', async () => {
    const email = student('bekend');
    const id = uuidv7();
    await app.database.student.create({
      data: {
        id,
        schoolId: app.seed.schoolId,
        email,
        number: '700002',
        givenName: 'Bo',
        familyName: 'Kend',
        searchText: 'bo kend',
      },
    });
    const client = app.client();
    expect((await signIn(client)).location).toBe('/');
    expect((await client.get('/mijn-gegevens')).text).toContain('700002');
    expect((await app.database.student.findUniqueOrThrow({ where: { id } })).accountId).not.toBeNull();
  });

  it('is bound to nothing of a school that the provider does not count for', async () => {
    const email = student('elders');
    const other = await app.database.school.create({
      data: { id: uuidv7(), slug: 'vreemd', name: 'ROC vreemd', branding: {}, settings: {} },
    });
    const id = uuidv7();
    const names = { givenName: 'El', familyName: 'Ders', searchText: 'el ders' };
    await app.database.student.create({ data: { id, schoolId: other.id, email, number: '700003', ...names } });
    expect((await signIn(app.client())).status).toBe(403);
    expect((await app.database.student.findUniqueOrThrow({ where: { id } })).accountId).toBeNull();
  });
});
