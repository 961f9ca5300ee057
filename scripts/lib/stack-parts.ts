import { join } from 'node:path';
import { type Environment, loadMigrateSettings, type StartSettings } from '../../platform/config.ts';
import { MAIL_OAUTH_NAMES } from '../../platform/mail-oauth-config.ts';
import { ensureChromium } from '../../platform/services/chromium.ts';
import { type Home, readOrCreateSecrets } from '../../platform/services/home.ts';
import {
  anyFreePort,
  choosePorts,
  DEFAULT_PORTS,
  type PortName,
  requireFreePort,
} from '../../platform/services/ports.ts';
import { connectionUrl, type RunningPostgres, startPostgres } from '../../platform/services/postgres.ts';
import { APP_ROLE, ensureDatabase, OWNER_ROLE, prepareRoles } from '../../platform/services/postgres-roles.ts';
import { errorCode, errorMessage, ServiceProblem } from '../../platform/services/problem.ts';
import { startTemporal } from '../../platform/services/temporal.ts';
import { findTemporalTool } from '../../platform/services/temporal-tools.ts';
import { migrate } from '../../prisma/migrate.ts';
import { startMailbox } from '../mailbox/mailbox.ts';
import { keepRunning } from './keep-running.ts';

export const DATABASE_NAME = 'proeve';
const SANDBOX_PROBE_MS = 10_000;
/** Return paths of mails that the local mailbox gets; it is the only one that sends anything there. */
const LOCAL_BOUNCE_DOMAIN = 'bounces.proeve.test';

export interface PartContext {
  readonly settings: StartSettings;
  readonly home: Home;
  readonly toolsDir: string;
  readonly ports: Readonly<Record<PortName, number>>;
  readonly say: (line: string) => void;
  /** Remembers what must be stopped later. */
  readonly keep: (part: { readonly name: string; stop(): Promise<void> }) => void;
}

/** Settings that a started part adds for web and worker. */
interface StartedPart {
  readonly environment: Environment;
}

/**
 * Chooses the ports of all parts that start here.
 * @throws ServiceProblem PORT_TAKEN when one the operator named is in use
 */
export async function chooseStackPorts(
  settings: StartSettings,
  home: Home,
  say: (line: string) => void,
): Promise<Record<PortName, number>> {
  const host = settings.environment.HOST;
  const named: Partial<Record<PortName, number>> = {};
  if (settings.port !== undefined) named.web = await requireFreePort('PORT', settings.port, host);
  if (settings.mailboxPort !== undefined) named.mailbox = await requireFreePort('MAILBOX_PORT', settings.mailboxPort);
  if (settings.mode === 'production') {
    return { ...DEFAULT_PORTS, ...named, web: named.web ?? (await requireFreePort('PORT', DEFAULT_PORTS.web, host)) };
  }
  const open = (Object.keys(DEFAULT_PORTS) as PortName[]).filter((name) => named[name] === undefined);
  const chosen = { ...(await choosePorts(home, open)), ...named };
  if (named.web === undefined && chosen.web !== DEFAULT_PORTS.web) {
    say(`Web port: ${chosen.web} (${DEFAULT_PORTS.web} was in use at the first start); set PORT to choose another.`);
  }
  return chosen;
}

/** Database, with its migrations applied. `ownerUrl` is undefined when only the application's connection is known. */
export async function startDatabase(context: PartContext): Promise<StartedPart & { ownerUrl: string | undefined }> {
  const { settings, say } = context;
  if (settings.databaseUrl) return useNamedDatabase(context);
  const secrets = readOrCreateSecrets(context.home);
  let server: RunningPostgres | undefined;
  const start = async () => {
    server = await startPostgres({
      dataDir: context.home.postgresDir,
      port: context.ports.postgres,
      password: secrets.postgresPassword,
      runDir: context.home.runDir,
      logFile: join(context.home.logDir, 'postgres.log'),
      say,
    });
    return server;
  };
  context.keep(await keepRunning({ name: 'postgres', start, say }));
  const superUrl = server?.url('postgres') ?? '';
  await prepareRoles(superUrl, { owner: secrets.ownerPassword, app: secrets.appPassword });
  await ensureDatabase(superUrl, DATABASE_NAME);
  say(`PostgreSQL runs on port ${context.ports.postgres}.`);
  const urlOf = (role: string, password: string) =>
    connectionUrl({ role, password, port: context.ports.postgres, database: DATABASE_NAME });
  const ownerUrl = urlOf(OWNER_ROLE, secrets.ownerPassword);
  await migrate({ ownerUrl, appRole: APP_ROLE, log: say });
  const keys = settings.keys ?? secrets.keys;
  return { ownerUrl, environment: { DATABASE_URL: urlOf(APP_ROLE, secrets.appPassword), PROEVE_KEYS: keys } };
}

async function useNamedDatabase({
  settings,
  home,
  say,
}: PartContext): Promise<StartedPart & { ownerUrl: string | undefined }> {
  const environment =
    settings.keys || settings.mode === 'production' ? {} : { PROEVE_KEYS: readOrCreateSecrets(home).keys };
  if (settings.mode === 'production' && !settings.databaseOwnerUrl) {
    say('DATABASE_OWNER_URL is not set, so migrations are left to npm run migrate.');
    return { ownerUrl: undefined, environment };
  }
  const { ownerUrl, appRole } = loadMigrateSettings(settings.environment);
  try {
    await migrate({ ownerUrl, appRole, log: say });
  } catch (error) {
    throw explainConnection(error, ownerUrl);
  }
  return { ownerUrl, environment };
}

function explainConnection(error: unknown, url: string): unknown {
  const code = errorCode(error);
  // Class 28 and 3D: wrong role, password or database.
  const isConnection = /^(ECONN|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|EHOST|28|3D)/.test(code);
  if (!isConnection) return error;
  const reason = errorMessage(error) || code;
  return new ServiceProblem('START_FAILED', `PostgreSQL at ${new URL(url).host} cannot be used: ${reason}.`, {
    cause: error,
  });
}

/** Temporal's development server, unless the operator named a server. */
export async function startTemporalServer(context: PartContext): Promise<StartedPart> {
  const { settings, home, say } = context;
  if (settings.temporalAddress || settings.mode === 'production') return { environment: {} };
  const program = await findTemporalTool('cli', {
    toolsDir: context.toolsDir,
    named: settings.temporalCli,
    path: settings.path,
    say,
  });
  const start = async () =>
    startTemporal({
      program,
      dataDir: home.temporalDir,
      port: context.ports.temporal,
      httpPort: await anyFreePort(),
      metricsPort: await anyFreePort(),
      runDir: home.runDir,
      logFile: join(home.logDir, 'temporal.log'),
    });
  context.keep(await keepRunning({ name: 'temporal', start, say }));
  say(`Temporal runs on port ${context.ports.temporal}.`);
  return { environment: { TEMPORAL_ADDRESS: `127.0.0.1:${context.ports.temporal}`, TEMPORAL_NAMESPACE: 'default' } };
}

/** The local mailbox, unless the operator named a mail server. It reports to the worker what a mail server would. */
export async function startLocalMailbox(context: PartContext): Promise<StartedPart & { webUrl: string | undefined }> {
  const { settings, ports, say } = context;
  if (settings.smtpUrl || settings.mode === 'production') return { environment: {}, webUrl: undefined };
  const mailbox = await startMailbox({
    dir: context.home.mailboxDir,
    smtpPort: ports.smtp,
    webPort: ports.mailbox,
    bouncePort: ports.bounces,
  });
  context.keep({ name: 'mailbox', stop: () => mailbox.stop() });
  say(`The mailbox runs on port ${ports.mailbox}.`);
  const environment = {
    SMTP_URL: mailbox.smtpUrl,
    BOUNCE_DOMAIN: LOCAL_BOUNCE_DOMAIN,
    BOUNCE_HOST: '127.0.0.1',
    BOUNCE_PORT: String(ports.bounces),
    BOUNCE_IMAP_URL: undefined,
    ...Object.fromEntries(MAIL_OAUTH_NAMES.map((name) => [name, undefined])),
  };
  return { environment, webUrl: mailbox.webUrl };
}

/** Chromium from our own folder, unless the operator named one. */
export async function useChromium(context: PartContext): Promise<StartedPart> {
  const { settings, say } = context;
  if (settings.mode === 'production') return { environment: {} };
  const program = settings.chromiumPath ?? (await ensureChromium(context.toolsDir, say));
  const environment = { CHROMIUM_PATH: program };
  if (settings.environment.CHROMIUM_NO_SANDBOX !== undefined) return { environment };
  const canSandbox = process.getuid?.() !== 0 && (await startsInSandbox(program));
  return { environment: canSandbox ? environment : { ...environment, CHROMIUM_NO_SANDBOX: 'true' } };
}

/** Some machines forbid the user namespaces that Chromium's sandbox is made of; root cannot use it at all. */
async function startsInSandbox(program: string): Promise<boolean> {
  const { default: puppeteer } = await import('puppeteer-core');
  return puppeteer.launch({ executablePath: program, headless: 'shell', timeout: SANDBOX_PROBE_MS }).then(
    async (browser) => {
      await browser.close();
      return true;
    },
    () => false,
  );
}
