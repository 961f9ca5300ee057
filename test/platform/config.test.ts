import { describe, expect, it } from '@jest/globals';
import {
  ConfigError,
  type Environment,
  loadConfig,
  loadMigrateSettings,
  loadStartSettings,
} from '../../platform/config.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');

const complete: Environment = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://examens.school.example/',
  DATABASE_URL: 'postgresql://app:secret@db.school.example:5432/proeve',
  TEMPORAL_ADDRESS: 'temporal.school.example:7233',
  TEMPORAL_NAMESPACE: 'proeve',
  TEMPORAL_API_KEY: 'key-of-the-school',
  SMTP_URL: 'smtps://user:pass@mail.school.example:465',
  MAIL_FROM: 'Examens <examens@school.example>',
  PROEVE_KEYS: `1:${KEY}`,
  DOCUMENTS_DIR: '/srv/proeve/documents',
  CHROMIUM_PATH: '/usr/bin/chromium',
};

function problemsOf(environment: Environment): readonly string[] {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  it('reads a complete production environment', () => {
    const config = loadConfig(complete);
    expect(config).toMatchObject({
      mode: 'production',
      publicUrl: 'https://examens.school.example',
      host: '127.0.0.1',
      port: 3000,
      trustProxy: false,
      timeZone: 'Europe/Amsterdam',
      logLevel: 'info',
      documentsDir: '/srv/proeve/documents',
    });
    expect(config.keys.current).toBe('1');
    expect(config.temporal.environment).toEqual({
      TEMPORAL_ADDRESS: 'temporal.school.example:7233',
      TEMPORAL_NAMESPACE: 'proeve',
      TEMPORAL_API_KEY: 'key-of-the-school',
    });
  });

  it('refuses production with a list of all that is missing', () => {
    const problems = problemsOf({ NODE_ENV: 'production' });
    const named = problems.map((problem) => problem.split(' ')[0]);
    expect(named.sort()).toEqual([
      'CHROMIUM_PATH',
      'DATABASE_URL',
      'DOCUMENTS_DIR',
      'MAIL_FROM',
      'PROEVE_KEYS',
      'PUBLIC_URL',
      'SMTP_URL',
      'TEMPORAL_ADDRESS',
      'TEMPORAL_NAMESPACE',
    ]);
    for (const problem of problems) expect(problem).toMatch(/is missing: .+\.$/);
  });

  it('names what is missing and what is wrong in one list', () => {
    const problems = problemsOf({ ...complete, PORT: '99999', SMTP_URL: undefined, TIME_ZONE: 'Europe/Delft' });
    expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual(['PORT', 'SMTP_URL', 'TIME_ZONE']);
  });

  it('takes an empty string for a missing setting', () => {
    expect(problemsOf({ ...complete, PROEVE_KEYS: '', MAIL_FROM: '  ' })).toHaveLength(2);
  });

  it('never shows a secret in a problem', () => {
    const problems = problemsOf({ ...complete, PROEVE_KEYS: '1:hunter2', DATABASE_URL: 'mysql://u:hunter2@h/d' });
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toContain('hunter2');
  });

  it.each([
    ['http://examens.school.example', false],
    ['http://localhost:3000', true],
    ['http://127.0.0.1:3000', true],
    ['http://localhost.school.example', false],
    ['https://examens.school.example/proeve', false],
    ['https://user@examens.school.example', false],
    ['examens.school.example', false],
  ])('judges the public address %s', (url, isAccepted) => {
    expect(problemsOf({ ...complete, PUBLIC_URL: url }).length === 0).toBe(isAccepted);
  });

  it.each([
    ['', false],
    ['2', 2],
    ['10.0.0.0/8, loopback', ['10.0.0.0/8', 'loopback']],
  ])('reads the proxies %j', (text, expected) => {
    expect(loadConfig({ ...complete, TRUST_PROXY: text }).trustProxy).toEqual(expected);
  });

  it.each(['true', '*', '10.0.0.0/8,everybody'])('refuses to trust %s', (text) => {
    expect(problemsOf({ ...complete, TRUST_PROXY: text })).toHaveLength(1);
  });

  it.each(['examens@school.example\r\nBcc: x@y.example', 'no address', 'a@b.example, c@d.example'])(
    'refuses the sender %j',
    (text) => {
      expect(problemsOf({ ...complete, MAIL_FROM: text })).toHaveLength(1);
    },
  );

  it.each([
    ['tcp://clamd:3310', { kind: 'tcp', host: 'clamd', port: 3310 }],
    ['unix:/run/clamav/clamd.ctl', { kind: 'unix', path: '/run/clamav/clamd.ctl' }],
    ['', undefined],
  ])('reads the virus scanner %j', (text, expected) => {
    expect(loadConfig({ ...complete, CLAMD_ADDRESS: text }).clamd).toEqual(expected);
  });

  it('refuses a virus scanner at no address', () => {
    expect(problemsOf({ ...complete, CLAMD_ADDRESS: 'clamd:3310' })).toEqual([
      'CLAMD_ADDRESS must be tcp://host:port or unix:/path of a clamd.',
    ]);
  });

  it('logs in at mail servers by a token when it is told how', () => {
    const oauth = {
      MAIL_OAUTH_TOKEN_URL: 'https://login.microsoftonline.com/school.example/oauth2/v2.0/token',
      MAIL_OAUTH_CLIENT_ID: 'proeve',
      MAIL_OAUTH_CLIENT_SECRET: 'geheim-van-de-school',
    };
    const SMTP_URL = 'smtp://examens%40school.example@smtp.office365.com:587';
    expect(loadConfig(complete).mail.oauth).toBeUndefined();
    expect(loadConfig({ ...complete, ...oauth, SMTP_URL }).mail.oauth).toEqual({
      tokenUrl: oauth.MAIL_OAUTH_TOKEN_URL,
      clientId: 'proeve',
      clientSecret: 'geheim-van-de-school',
      scope: 'https://outlook.office365.com/.default',
    });
    expect(problemsOf({ ...complete, SMTP_URL }).join()).toContain('SMTP_URL names a user without a password');
    const plain = { ...oauth, MAIL_OAUTH_TOKEN_URL: 'http://login.school.example/token' };
    const problems = problemsOf({ ...complete, ...plain, SMTP_URL });
    expect(problems).toEqual(['MAIL_OAUTH_TOKEN_URL must be an https address (http only on this machine).']);
    expect(problems.join()).not.toContain('geheim');
  });

  it('sends anchors nowhere unless told, and refuses what is no address', () => {
    const { anchors } = loadConfig({ ...complete, PROEVE_HOME: '/srv/proeve' });
    expect(anchors).toEqual({ address: undefined, dir: '/srv/proeve/anchors' });
    const named = { ANCHOR_ADDRESS: 'archief@school.example', ANCHOR_DIR: '/srv/anchors' };
    expect(loadConfig({ ...complete, ...named }).anchors).toEqual({
      address: named.ANCHOR_ADDRESS,
      dir: named.ANCHOR_DIR,
    });
    expect(problemsOf({ ...complete, ANCHOR_ADDRESS: 'geen adres' })).toEqual([
      'ANCHOR_ADDRESS must be one e-mail address.',
    ]);
  });

  it('needs no public address outside production', () => {
    const { PUBLIC_URL: _unused, ...rest } = complete;
    expect(loadConfig({ ...rest, NODE_ENV: 'development', PORT: '3210' }).publicUrl).toBe('http://localhost:3210');
  });
});

describe('loadStartSettings', () => {
  it('knows nothing named in an empty environment', () => {
    expect(loadStartSettings({})).toMatchObject({
      mode: 'development',
      port: undefined,
      databaseUrl: undefined,
      smtpUrl: undefined,
    });
  });

  it('refuses an unknown mode', () => {
    expect(() => loadStartSettings({ NODE_ENV: 'prod' })).toThrow(/NODE_ENV must be/);
  });
});

describe('loadMigrateSettings', () => {
  it('grants to the role of the application', () => {
    const settings = loadMigrateSettings({
      DATABASE_URL: 'postgresql://app:a@h/d',
      DATABASE_OWNER_URL: 'postgresql://owner:o@h/d',
    });
    expect(settings).toEqual({ ownerUrl: 'postgresql://owner:o@h/d', appRole: 'app' });
  });

  it('grants nothing when the application is the owner itself', () => {
    expect(loadMigrateSettings({ DATABASE_URL: 'postgresql://app:a@h/d' }).appRole).toBeUndefined();
  });

  it('says what is missing', () => {
    expect(() => loadMigrateSettings({})).toThrow(/DATABASE_OWNER_URL is missing/);
  });
});

describe('seal of documents', () => {
  const sealOf = (more: Environment) => loadConfig({ ...complete, PROEVE_HOME: '/srv/proeve', ...more }).seal;

  it('is self-made in the home folder when nothing is named', () => {
    expect(sealOf({})).toEqual({
      pkcs12: null,
      selfMadeFile: '/srv/proeve/seal.pem',
      host: 'examens.school.example',
      timestamp: null,
    });
  });

  it('takes the certificate of the school, its password and an authority of time', () => {
    expect(sealOf({ SEAL_P12: '/etc/seal.p12', SEAL_PASSWORD: 'x', TSA_URL: 'https://tsa.example/' })).toMatchObject({
      pkcs12: { file: '/etc/seal.p12', password: 'x' },
      timestamp: { url: 'https://tsa.example/', authorities: [] },
    });
  });

  it('refuses what is no address of an authority, and a file without certificates', () => {
    expect(problemsOf({ ...complete, TSA_URL: 'ftp://tsa.example' })).toEqual([
      'TSA_URL must be an address such as https://tsa.example/rfc3161.',
    ]);
    expect(problemsOf({ ...complete, TSA_CA: 'package.json' })).toEqual([
      'TSA_CA must be a file with certificates (PEM).',
    ]);
  });
});
