import { resolve } from 'node:path';
import { z } from 'zod';
import {
  clamdAddress,
  databaseUrl,
  domainName,
  flag,
  imapUrl,
  isTimeZone,
  isUrl,
  mailFrom,
  parseAuthorities,
  parseKeysSetting,
  parseOidcSetting,
  parseTrustProxy,
  poolSize,
  port,
  publicUrl,
  required,
  smtpUrl,
  type TrustProxy,
} from './config-fields.ts';
import type { Keyring } from './keys.ts';
import { LOG_LEVELS, type LogLevel } from './logger.ts';
import type { MailOAuth } from './mail-oauth.ts';
import { mailOAuthSettings, readMailOAuth } from './mail-oauth-config.ts';
import type { OidcProvider } from './oidc-config.ts';
import { projectRoot } from './project-root.ts';
import type { SealConfig } from './seal/index.ts';
import type { ClamdAddress } from './virus-scanner.ts';

export { projectRoot } from './project-root.ts';

/** Settings as they come from outside: names and texts. */
export type Environment = Readonly<Record<string, string | undefined>>;

export type Mode = 'production' | 'development' | 'test';

/** What the web process and the worker need to know; made by {@link loadConfig}. */
export interface Config {
  readonly mode: Mode;
  /** Address people use, without a slash at the end: `https://examens.school.example`. */
  readonly publicUrl: string;
  /** Interface the web process listens on. */
  readonly host: string;
  readonly port: number;
  readonly trustProxy: TrustProxy;
  /** The application's plain role, which owns nothing. */
  readonly database: { readonly url: string; readonly poolSize: number };
  readonly temporal: TemporalConfig;
  readonly mail: {
    readonly smtpUrl: string;
    readonly from: string;
    readonly poolSize: number;
    /** Tokens for addresses of mail servers that name a user without a password; also for bounces. */
    readonly oauth: MailOAuth | undefined;
  };
  readonly bounces: BounceConfig;
  readonly metrics: MetricsConfig;
  /** Identity providers; empty: people sign in by a mailed link or code. */
  readonly oidc: readonly OidcProvider[];
  readonly keys: Keyring;
  /** Folder with stored documents and attachments. */
  readonly documentsDir: string;
  /** Where the daily anchors of the record go besides the schools' own addresses. */
  readonly anchors: { readonly address: string | undefined; readonly dir: string };
  /** What seals documents. */
  readonly seal: SealConfig;
  /** The virus scanner that looks at attachments; none: nobody does. */
  readonly clamd: ClamdAddress | undefined;
  readonly chromium: { readonly path: string; readonly noSandbox: boolean; readonly poolSize: number };
  readonly timeZone: string;
  readonly logLevel: LogLevel;
}

/** Where mail servers report what became of a mail. Without `domain` reports go to the sender, unseen by us. */
export interface BounceConfig {
  /** Domain of the return path, whose mail reaches us. */
  readonly domain: string | undefined;
  /** Interface and port of our own SMTP listener; no port: no listener. */
  readonly host: string;
  readonly port: number | undefined;
  /** A mailbox that collects them instead: `imaps://user:password@host/FOLDER`. */
  readonly imapUrl: string | undefined;
}

/** Who may read `/metrics`. Without a token nobody may. */
export interface MetricsConfig {
  readonly token: string | undefined;
  /** Port on which the worker answers `/metrics`, on `HOST`; none: it does not. */
  readonly workerPort: number | undefined;
}

/** How to reach Temporal; `environment` holds all TEMPORAL_ settings for Temporal's own reader of them. */
export interface TemporalConfig {
  readonly address: string;
  readonly namespace: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Settings that are missing or wrong, all of them, each as a plain sentence that begins with its name. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_INVALID';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`Proeve cannot start with these settings:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * The environment of this process without empty values: an empty string is a missing setting.
 * This is the only place of the program that reads it.
 */
export function processEnvironment(): Environment {
  return withoutEmpty(process.env);
}

/**
 * Adds settings to the environment of this process, for child processes of a test run.
 * @param values names and texts
 */
export function exportToChildren(values: Readonly<Record<string, string>>): void {
  Object.assign(process.env, values);
}

/**
 * Reads and checks all settings of the web process and the worker.
 * @param environment names and texts; this process's own when not given
 * @throws ConfigError with every problem at once
 */
export function loadConfig(environment: Environment = processEnvironment()): Config {
  const settings = withoutEmpty(environment);
  const mode = readMode(settings);
  const parsed = settingsSchema(mode).safeParse(settings);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(toSentence));
  const values = parsed.data;
  const mailOAuth = readMailOAuth(values, projectRoot);
  if (!mailOAuth.ok) throw new ConfigError(mailOAuth.problems);
  const address = values.PUBLIC_URL ?? `http://localhost:${values.PORT}`;
  return {
    mode,
    publicUrl: address,
    host: values.HOST,
    port: values.PORT,
    trustProxy: values.TRUST_PROXY,
    database: { url: values.DATABASE_URL, poolSize: values.DATABASE_POOL_SIZE },
    temporal: {
      address: values.TEMPORAL_ADDRESS,
      namespace: values.TEMPORAL_NAMESPACE,
      environment: temporalEnvironment(settings),
    },
    mail: { smtpUrl: values.SMTP_URL, from: values.MAIL_FROM, poolSize: values.SMTP_POOL_SIZE, oauth: mailOAuth.oauth },
    bounces: {
      domain: values.BOUNCE_DOMAIN,
      host: values.BOUNCE_HOST,
      port: values.BOUNCE_PORT,
      imapUrl: values.BOUNCE_IMAP_URL,
    },
    metrics: { token: values.METRICS_TOKEN, workerPort: values.WORKER_METRICS_PORT },
    oidc: values.OIDC_CONFIG,
    keys: values.PROEVE_KEYS,
    documentsDir: resolve(projectRoot, values.DOCUMENTS_DIR ?? `${homeOf(settings)}/documents`),
    anchors: {
      address: values.ANCHOR_ADDRESS,
      dir: resolve(projectRoot, values.ANCHOR_DIR ?? `${homeOf(settings)}/anchors`),
    },
    seal: {
      pkcs12: values.SEAL_P12 ? { file: resolve(projectRoot, values.SEAL_P12), password: values.SEAL_PASSWORD } : null,
      selfMadeFile: resolve(projectRoot, values.SEAL_FILE ?? `${homeOf(settings)}/seal.pem`),
      host: new URL(address).hostname,
      timestamp: values.TSA_URL ? { url: values.TSA_URL, authorities: values.TSA_CA } : null,
    },
    clamd: values.CLAMD_ADDRESS,
    chromium: {
      path: values.CHROMIUM_PATH,
      noSandbox: values.CHROMIUM_NO_SANDBOX,
      poolSize: values.CHROMIUM_POOL_SIZE,
    },
    timeZone: values.TIME_ZONE,
    logLevel: values.LOG_LEVEL,
  };
}

/** What the operator named for the parts that `npm start` otherwise brings itself. */
export interface StartSettings {
  readonly mode: Mode;
  /** Folder of all data and tools. */
  readonly home: string;
  readonly port: number | undefined;
  readonly mailboxPort: number | undefined;
  readonly databaseUrl: string | undefined;
  readonly databaseOwnerUrl: string | undefined;
  readonly temporalAddress: string | undefined;
  readonly smtpUrl: string | undefined;
  readonly chromiumPath: string | undefined;
  readonly keys: string | undefined;
  /** Folder with stored documents and attachments. */
  readonly documentsDir: string;
  /** The certificate that was made at the first start, where the operator gave none. */
  readonly sealFile: string;
  /** With which the keys in a backup are encrypted. */
  readonly backupPassphrase: string | undefined;
  /** Programs to use instead of installing them. */
  readonly temporalCli: string | undefined;
  readonly temporalTestServer: string | undefined;
  readonly path: string;
  /** Everything, to hand on to child processes. */
  readonly environment: Environment;
}

/**
 * Reads what `npm start` must know before it can decide which parts to start itself.
 * @param environment names and texts; this process's own when not given
 * @throws ConfigError when NODE_ENV, PORT or MAILBOX_PORT is wrong
 */
export function loadStartSettings(environment: Environment = processEnvironment()): StartSettings {
  const settings = withoutEmpty(environment);
  const mode = readMode(settings);
  const parsed = z.object({ PORT: port().optional(), MAILBOX_PORT: port().optional() }).safeParse(settings);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(toSentence));
  return {
    mode,
    home: homeOf(settings),
    port: parsed.data.PORT,
    mailboxPort: parsed.data.MAILBOX_PORT,
    databaseUrl: settings.DATABASE_URL,
    databaseOwnerUrl: settings.DATABASE_OWNER_URL,
    temporalAddress: settings.TEMPORAL_ADDRESS,
    smtpUrl: settings.SMTP_URL,
    chromiumPath: settings.CHROMIUM_PATH,
    keys: settings.PROEVE_KEYS,
    documentsDir: resolve(projectRoot, settings.DOCUMENTS_DIR ?? `${homeOf(settings)}/documents`),
    sealFile: resolve(projectRoot, settings.SEAL_FILE ?? `${homeOf(settings)}/seal.pem`),
    backupPassphrase: settings.BACKUP_PASSPHRASE,
    temporalCli: settings.TEMPORAL_CLI_PATH,
    temporalTestServer: settings.TEMPORAL_TEST_SERVER_PATH,
    path: settings.PATH ?? '',
    environment: settings,
  };
}

/** What applying migrations needs. */
export interface MigrateSettings {
  readonly ownerUrl: string;
  /** Role the application connects as; undefined when it is the owner itself, so that nothing has to be granted. */
  readonly appRole: string | undefined;
}

/**
 * Reads the settings of `npm run migrate`: the owner's connection, and the application's role from DATABASE_URL.
 * @throws ConfigError when neither DATABASE_OWNER_URL nor DATABASE_URL is given
 */
export function loadMigrateSettings(environment: Environment = processEnvironment()): MigrateSettings {
  const settings = withoutEmpty(environment);
  const schema = z.object({ DATABASE_URL: databaseUrl().optional(), DATABASE_OWNER_URL: databaseUrl().optional() });
  const parsed = schema.safeParse(settings);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(toSentence));
  const { DATABASE_URL: applicationUrl, DATABASE_OWNER_URL: ownerUrl } = parsed.data;
  const url = ownerUrl ?? applicationUrl;
  if (!url) {
    throw new ConfigError(['DATABASE_OWNER_URL is missing: the connection of the role that owns the tables.']);
  }
  return { ownerUrl: url, appRole: grantee(url, applicationUrl) };
}

function grantee(ownerUrl: string, applicationUrl: string | undefined): string | undefined {
  if (!applicationUrl) return undefined;
  const role = decodeURIComponent(new URL(applicationUrl).username);
  return role === decodeURIComponent(new URL(ownerUrl).username) ? undefined : role;
}

function withoutEmpty(environment: Environment): Record<string, string> {
  const present = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1]?.trim() !== '' && entry[1] !== undefined,
  );
  return Object.fromEntries(present);
}

function readMode(settings: Record<string, string>): Mode {
  const parsed = z.enum(['production', 'development', 'test']).default('development').safeParse(settings.NODE_ENV);
  if (parsed.success) return parsed.data;
  throw new ConfigError(['NODE_ENV must be production, development or test.']);
}

function homeOf(settings: Record<string, string>): string {
  return resolve(projectRoot, settings.PROEVE_HOME ?? '.proeve');
}

function temporalEnvironment(settings: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => name.startsWith('TEMPORAL_')));
}

/**
 * One schema for all settings. Production has no default where a wrong guess would send mail, links or data astray;
 * elsewhere the only defaults are harmless ones.
 */
function settingsSchema(mode: Mode) {
  const production = mode === 'production';
  return z.object({
    PUBLIC_URL: production ? publicUrl() : publicUrl().optional(),
    PORT: port().default(3000),
    HOST: z.string().default('127.0.0.1'),
    TRUST_PROXY: z.string().default('').transform(parseTrustProxy),
    DATABASE_URL: databaseUrl(),
    DATABASE_POOL_SIZE: poolSize(10),
    TEMPORAL_ADDRESS: required('host and port of the Temporal server, such as temporal.school.example:7233').regex(
      /^\S+:\d{1,5}$/,
      'must be host:port.',
    ),
    TEMPORAL_NAMESPACE: production ? required('the Temporal namespace to work in') : z.string().default('default'),
    SMTP_URL: smtpUrl(),
    SMTP_POOL_SIZE: poolSize(5),
    MAIL_FROM: production ? mailFrom() : mailFrom().default('Proeve <proeve@school.example>'),
    ...mailOAuthSettings,
    BOUNCE_DOMAIN: domainName().optional(),
    BOUNCE_HOST: z.string().default('127.0.0.1'),
    BOUNCE_PORT: port().optional(),
    BOUNCE_IMAP_URL: imapUrl().optional(),
    METRICS_TOKEN: z
      .string()
      .regex(/^[\x21-\x7e]{16,200}$/, 'must be at least 16 characters without spaces.')
      .optional(),
    WORKER_METRICS_PORT: port().optional(),
    OIDC_CONFIG: z.string().default('').transform(parseOidcSetting),
    PROEVE_KEYS: required(
      'the secret keys, as 1:<32 random bytes in base64>; make one with: openssl rand -base64 32',
    ).transform(parseKeysSetting),
    DOCUMENTS_DIR: production ? required('the folder for documents and attachments') : z.string().optional(),
    SEAL_P12: z.string().optional(),
    SEAL_PASSWORD: z.string().default(''),
    SEAL_FILE: z.string().optional(),
    TSA_URL: z
      .string()
      .refine((value) => isUrl(value, ['http:', 'https:']), 'must be an address such as https://tsa.example/rfc3161.')
      .optional(),
    TSA_CA: z.string().default('').transform(parseAuthorities),
    ANCHOR_ADDRESS: z.email('must be one e-mail address.').optional(),
    ANCHOR_DIR: z.string().optional(),
    CLAMD_ADDRESS: clamdAddress().optional(),
    CHROMIUM_PATH: required('the Chrome or Chromium program that makes the PDF documents'),
    CHROMIUM_NO_SANDBOX: flag(),
    CHROMIUM_POOL_SIZE: poolSize(2),
    TIME_ZONE: z
      .string()
      .default('Europe/Amsterdam')
      .refine(isTimeZone, 'must be an IANA time zone, such as Europe/Amsterdam.'),
    LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}.`).default('info'),
  });
}

function toSentence(issue: z.core.$ZodIssue): string {
  return `${issue.path.join('.')} ${issue.message}`;
}
