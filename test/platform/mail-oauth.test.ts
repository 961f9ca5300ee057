import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { classifySendError } from '../../activities/mail/smtp-error.ts';
import { createTransport, type MailTransport, type OutgoingMail } from '../../activities/mail/transport.ts';
import { createLogger, type Logger } from '../../platform/logger.ts';
import { createMailTokens, isTokenLogin, type MailOAuth } from '../../platform/mail-oauth.ts';
import { readMailOAuth } from '../../platform/mail-oauth-config.ts';
import { startTokenEndpoint, type TokenEndpoint } from '../support/mail-tokens.ts';

const MINUTE = 60_000;
const NOTHING = {
  MAIL_OAUTH_TOKEN_URL: undefined,
  MAIL_OAUTH_CLIENT_ID: undefined,
  MAIL_OAUTH_CLIENT_SECRET: undefined,
};

let endpoint: TokenEndpoint;
let now: number;
let logged: string[];

beforeAll(async () => {
  endpoint = await startTokenEndpoint();
});
afterAll(() => endpoint.stop());
beforeEach(() => {
  now = Date.now();
  logged = [];
});

function listeningLogger(): Logger {
  const silent = createLogger({ name: 'test', level: 'silent', format: 'json' });
  const keep = (details: unknown, message?: string) => {
    logged.push(`${message ?? details} ${JSON.stringify(details)}`);
  };
  return Object.assign(silent, { error: keep, warn: keep, info: keep });
}

const tokensOf = (changes: Partial<MailOAuth> = {}) =>
  createMailTokens({
    oauth: { ...endpoint.oauth, ...changes },
    logger: listeningLogger(),
    servers: ['smtp://examens%40school.example@127.0.0.1'],
    now: () => now,
  });

describe('createMailTokens', () => {
  it('asks once for all who wait, and again a minute before the token ends', async () => {
    const tokens = tokensOf();
    const before = endpoint.asked();
    const [first, second] = await Promise.all([tokens.token(), tokens.token()]);
    expect(second).toBe(first);
    expect(await endpoint.isOurs(first ?? '')).toBe(true);
    now += 58 * MINUTE;
    expect(await tokens.token()).toBe(first);
    expect(endpoint.asked()).toBe(before + 1);
    now += 2 * MINUTE;
    expect(await tokens.token()).not.toBe(first);
  });

  it('replaces one that was refused, but asks no flood of them', async () => {
    const tokens = tokensOf();
    const first = await tokens.token();
    expect(await tokens.token(true)).toBe(first);
    now += 11_000;
    expect(await tokens.token(true)).not.toBe(first);
  });

  it.each<[string, Partial<MailOAuth>, string, string]>([
    ['another secret', { clientSecret: 'not-this-one' }, 'MAIL_TOKEN_REFUSED', 'MAIL_OAUTH_CLIENT_ID or its secret'],
    ['a scope that is not given', { scope: 'openid' }, 'MAIL_TOKEN_REFUSED', 'MAIL_OAUTH_SCOPE'],
    ['nobody there', { tokenUrl: 'http://127.0.0.1:1/token' }, 'MAIL_TOKEN_UNREACHABLE', 'MAIL_OAUTH_TOKEN_URL'],
  ])('says at the start what is wrong, once and without the secret: %s', async (_, changes, code, named) => {
    const tokens = tokensOf(changes);
    await tokens.check();
    await expect(tokens.token()).rejects.toMatchObject({ code });
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain(named);
    expect(logged[0]).not.toMatch(/not-this-one|a-secret/);
  });
});

describe('check', () => {
  it('says so when all mail servers are named with a password, and asks nobody', async () => {
    const servers = ['smtps://user:password@mail.school.example:465', undefined];
    const before = endpoint.asked();
    await createMailTokens({ oauth: endpoint.oauth, logger: listeningLogger(), servers }).check();
    expect(logged).toEqual([expect.stringContaining('MAIL_OAUTH_TOKEN_URL is not used')]);
    expect(endpoint.asked()).toBe(before);
  });
});

describe('a mail server that takes tokens only', () => {
  let server: SMTPServer;
  let transport: MailTransport | undefined;
  let received: { user: unknown; content: string }[];
  /** Tokens that the mail server does not like any more. */
  let revoked: Set<string>;

  beforeEach(async () => {
    received = [];
    revoked = new Set();
    server = new SMTPServer({
      authMethods: ['XOAUTH2'],
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth({ accessToken = '', username = '' }, _session, done) {
        endpoint.isOurs(accessToken).then((isOurs) => {
          if (isOurs && !revoked.has(accessToken)) done(null, { user: username });
          else done(null, { data: { status: '401', schemes: 'bearer' } });
        }, done);
      },
      onData(stream, { user }, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          received.push({ user, content: Buffer.concat(chunks).toString() });
          done();
        });
      },
    });
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve());
    });
  });
  afterEach(async () => {
    transport?.close();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
  });

  const open = (tokens: ReturnType<typeof tokensOf>) => {
    const { port } = server.server.address() as AddressInfo;
    transport = createTransport({ smtpUrl: `smtp://examens%40school.example@127.0.0.1:${port}`, tokens, poolSize: 1 });
    return transport;
  };
  const send = (by: MailTransport) => by.send(MAIL, AbortSignal.timeout(5_000));

  it('takes mail of the user in the address', async () => {
    expect(await send(open(tokensOf()))).toMatch(/^250/);
    expect(received).toEqual([{ user: 'examens@school.example', content: expect.stringContaining('Subject: Proef') }]);
  });

  it('gets another token when it does not take the one that was kept', async () => {
    const tokens = tokensOf();
    revoked.add(await tokens.token());
    now += MINUTE;
    await send(open(tokens));
    expect(received).toHaveLength(1);
  });

  it('costs delay only while no token is given or none is taken', async () => {
    const failures = [
      await send(open(tokensOf({ clientSecret: 'not-this-one' }))).catch(classifySendError),
      await open(tokensOf({ tokenUrl: 'http://127.0.0.1:1/token' }))
        .verify()
        .catch(classifySendError),
    ];
    const tokens = tokensOf();
    revoked.add(await tokens.token());
    failures.push(await send(open(tokens)).catch(classifySendError));
    for (const failure of failures) expect(failure).toMatchObject({ outcome: 'retry', isServerTrouble: true });
    expect(received).toEqual([]);
  });
});

const MAIL: OutgoingMail = {
  messageId: '<1@school.example>',
  from: { name: '', address: 'examens@school.example' },
  to: { name: '', address: 'iemand@examinator.example' },
  returnPath: 'examens@school.example',
  subject: 'Proef',
  html: '<p>Dag</p>',
  text: 'Dag',
  attachments: [],
  date: new Date('2026-11-24T10:00:00Z'),
  envelopeId: '1',
  notify: 'never',
};

describe('readMailOAuth', () => {
  const BY_PASSWORD = 'smtps://user:password@mail.school.example:465';
  const BY_TOKEN = 'smtp://examens%40school.example@smtp.office365.com:587';
  const complete = {
    MAIL_OAUTH_TOKEN_URL: 'https://login.example/token',
    MAIL_OAUTH_CLIENT_ID: 'proeve',
    MAIL_OAUTH_CLIENT_SECRET: 'geheim',
    MAIL_OAUTH_SCOPE: 'https://outlook.office365.com/.default',
    SMTP_URL: BY_TOKEN,
  };
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'mail-oauth-'));
    writeFileSync(join(dir, 'geheim.txt'), 'geheim uit een bestand\n');
    writeFileSync(join(dir, 'leeg.txt'), '\n');
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it.each([
    [BY_PASSWORD, false],
    [BY_TOKEN, true],
    ['smtp://mail.school.example', false],
  ])('of %s: by token %s', (url, isToken) => {
    expect(isTokenLogin(url)).toBe(isToken);
  });

  it('reads how tokens are had, with the secret from a setting or a file', () => {
    expect(readMailOAuth(complete, dir)).toMatchObject({ ok: true, oauth: { clientSecret: 'geheim' } });
    const { MAIL_OAUTH_CLIENT_SECRET: _typed, ...rest } = complete;
    const fromFile = readMailOAuth({ ...rest, MAIL_OAUTH_CLIENT_SECRET_FILE: 'geheim.txt' }, dir);
    expect(fromFile).toMatchObject({ ok: true, oauth: { clientSecret: 'geheim uit een bestand' } });
    const bounces = {
      SMTP_URL: BY_PASSWORD,
      BOUNCE_IMAP_URL: 'imaps://bounces%40school.example@outlook.office365.com/INBOX',
    };
    expect(readMailOAuth({ ...complete, ...bounces }, dir).ok).toBe(true);
  });

  it('is not there for passwords', () => {
    const { MAIL_OAUTH_SCOPE } = complete;
    expect(readMailOAuth({ MAIL_OAUTH_SCOPE, SMTP_URL: BY_PASSWORD }, dir)).toEqual({ ok: true, oauth: undefined });
  });

  it.each<[string, Record<string, string | undefined>, readonly RegExp[]]>([
    ['nothing but a user', { ...NOTHING, SMTP_URL: BY_TOKEN }, [/^SMTP_URL names a user without a password/]],
    ['no client', { MAIL_OAUTH_CLIENT_ID: undefined }, [/^MAIL_OAUTH_CLIENT_ID is missing/]],
    [
      'only a client',
      { ...NOTHING, MAIL_OAUTH_CLIENT_ID: 'proeve' },
      [/^MAIL_OAUTH_TOKEN_URL is missing/, /^MAIL_OAUTH_CLIENT_SECRET is missing/],
    ],
    ['two secrets', { MAIL_OAUTH_CLIENT_SECRET_FILE: 'geheim.txt' }, [/must not be given beside/]],
    [
      'a file that is not there',
      { MAIL_OAUTH_CLIENT_SECRET: undefined, MAIL_OAUTH_CLIENT_SECRET_FILE: 'nergens' },
      [/cannot be read/],
    ],
    [
      'an empty file',
      { MAIL_OAUTH_CLIENT_SECRET: undefined, MAIL_OAUTH_CLIENT_SECRET_FILE: 'leeg.txt' },
      [/empty file/],
    ],
  ])('names what is wrong: %s', (_, changes, expected) => {
    const reading = readMailOAuth({ ...complete, ...changes } as typeof complete, dir);
    const problems = reading.ok ? [] : reading.problems;
    expect(problems).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
    expect(problems.join()).not.toContain('geheim uit');
  });
});
