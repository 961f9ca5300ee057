/**
 * The real programs of Proeve for one group of figures: PostgreSQL that waits for the disk, Temporal's development server,
 * a mail server, web process and worker as in production. All on the loopback interface, all in the folder of the run.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, loadConfig, loadStartSettings, processEnvironment, projectRoot } from '../../platform/config.ts';
import { generateKeyringText } from '../../platform/keys.ts';
import { ensureChromium } from '../../platform/services/chromium.ts';
import { anyFreePort } from '../../platform/services/ports.ts';
import { connectionUrl, POSTGRES_STOP, type RunningPostgres, startPostgres } from '../../platform/services/postgres.ts';
import {
  APP_ROLE,
  ensureDatabase,
  OWNER_ROLE,
  prepareRoles,
  withClient,
} from '../../platform/services/postgres-roles.ts';
import { type StopStep, spawnTracked, stopOrphans, type TrackedChild } from '../../platform/services/process.ts';
import { type RunningTemporal, startTemporal } from '../../platform/services/temporal.ts';
import { findTemporalTool } from '../../platform/services/temporal-tools.ts';
import { type Database, openDatabase } from '../../prisma/client.ts';
import { migrate } from '../../prisma/migrate.ts';
import { NODE_SETTINGS, nodeArgumentsFor } from '../lib/stack-programs.ts';
import type { BenchContext } from './figure.ts';
import { waitUntil } from './harness.ts';

/** For processes that are not the program itself. */
const NODE_ARGUMENTS = ['--disable-warning=ExperimentalWarning', '--disable-warning=DeprecationWarning'];
const QUICK_STOP: readonly StopStep[] = [
  ['SIGTERM', 8_000],
  ['SIGKILL', 3_000],
];
const START_MS = 30_000;

export interface Rig {
  readonly database: Database;
  /** Connection of the application's role. */
  readonly databaseUrl: string;
  /** Connection of the superuser to the same database. */
  readonly superUrl: string;
  readonly postgresPid: number;
  readonly config: Config;
  startTemporal(): Promise<RunningTemporal>;
  startSink(): Promise<Sink>;
  startWeb(): Promise<TrackedChild>;
  startWorker(): Promise<TrackedChild>;
}

export interface Sink {
  readonly child: TrackedChild;
  /** Mails taken so far. */
  taken(): Promise<number>;
}

export interface RigOptions {
  /** Folder and database. */
  readonly name: string;
  /** Connections of the database client of the benchmark itself. */
  readonly poolSize?: number;
  readonly needsChromium?: boolean;
  /** More server settings. */
  readonly postgresSettings?: readonly string[];
}

/** Starts PostgreSQL with an empty, migrated database; the rest when asked for. Everything ends with the group. */
export async function openRig(context: BenchContext, options: RigOptions): Promise<Rig> {
  const dir = join(context.dir, options.name);
  const runDir = join(dir, 'run');
  for (const folder of [runDir, join(dir, 'documents'), join(dir, 'temporal')]) mkdirSync(folder, { recursive: true });
  // As root the server runs as another user, which passes through.
  if (process.getuid?.() === 0) for (const folder of [context.dir, dir]) chmodSync(folder, 0o711);
  const passwords = { super: secret(), owner: secret(), app: secret() };
  const server = await startPostgres({
    dataDir: join(dir, 'postgres'),
    port: await anyFreePort(),
    password: passwords.super,
    runDir,
    logFile: join(dir, 'postgres.log'),
    settings: ['shared_preload_libraries=pg_stat_statements', 'max_wal_size=2GB', ...(options.postgresSettings ?? [])],
    say: context.say,
  });
  context.onEnd(async () => {
    await server.stop();
    await stopOrphans(runDir, (name) => (name === 'postgres' ? POSTGRES_STOP : QUICK_STOP));
  });
  const urls = await prepareDatabase(server, passwords);
  context.notePostgres(await versionOf(urls.super));
  const database = openDatabase({ url: urls.app, poolSize: options.poolSize ?? 5, statementTimeoutMs: 120_000 });
  context.onEnd(() => database.$disconnect());
  const environment = await settingsFor(context, options, dir, urls.app);
  const start = (name: 'web' | 'worker') => startProgram(name, dir, environment);
  const keep = async <T extends { readonly child: TrackedChild }>(part: T): Promise<T> => {
    context.onEnd(async () => {
      await part.child.stop(QUICK_STOP);
    });
    return part;
  };
  return {
    database,
    databaseUrl: urls.app,
    superUrl: urls.super,
    postgresPid: server.child.mark.pid,
    config: loadConfig(environment),
    async startTemporal() {
      const settings = loadStartSettings();
      const program = await findTemporalTool('cli', {
        toolsDir: join(settings.home, 'tools'),
        named: settings.temporalCli,
        path: settings.path,
        say: context.say,
      });
      const [port, httpPort, metricsPort] = await freePorts(Number(environment.TEMPORAL_ADDRESS?.split(':')[1]));
      return keep(
        await startTemporal({
          program,
          dataDir: join(dir, 'temporal'),
          port,
          httpPort,
          metricsPort,
          runDir,
          logFile: join(dir, 'temporal.log'),
        }),
      );
    },
    async startSink() {
      const sink = await keep(await startSink(dir, runDir));
      environment.SMTP_URL = `smtp://127.0.0.1:${sink.port}`;
      return sink;
    },
    async startWeb() {
      const { child } = await keep({ child: await start('web') });
      const health = new URL('/health', environment.PUBLIC_URL);
      const isUp = () =>
        fetch(health).then(
          (response) => response.ok,
          () => false,
        );
      const logFile = join(dir, 'web.log');
      await waitUntil('the web process', START_MS, isUp, context.signal).catch((error: unknown) => {
        throw new Error(`the web process does not answer: ${lastProblem(logFile)}`, { cause: error });
      });
      return child;
    },
    async startWorker() {
      const { child } = await keep({ child: await start('worker') });
      return child;
    },
  };
}

async function prepareDatabase(server: RunningPostgres, passwords: { super: string; owner: string; app: string }) {
  const name = 'bench';
  await prepareRoles(server.url('postgres'), passwords);
  await ensureDatabase(server.url('postgres'), name);
  const urlOf = (role: string, password: string) =>
    connectionUrl({ role, password, port: server.port, database: name });
  const owner = urlOf(OWNER_ROLE, passwords.owner);
  await migrate({ ownerUrl: owner, appRole: APP_ROLE, log: () => undefined });
  await withClient(server.url(name), (client) => client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements'));
  return { owner, app: urlOf(APP_ROLE, passwords.app), super: server.url(name) };
}

async function versionOf(url: string): Promise<string> {
  const found = await withClient(url, (client) => client.query<{ server_version: string }>('SHOW server_version'));
  return found.rows[0]?.server_version ?? '';
}

async function settingsFor(context: BenchContext, options: RigOptions, dir: string, databaseUrl: string) {
  const { PATH, HOME } = processEnvironment();
  const port = await anyFreePort();
  const temporal = await anyFreePort();
  const chromium = options.needsChromium ? await chromiumProgram(context.say) : process.execPath;
  const environment: Record<string, string> = {
    ...(PATH === undefined ? {} : { PATH }),
    ...(HOME === undefined ? {} : { HOME }),
    NODE_ENV: 'production',
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: `127.0.0.1:${temporal}`,
    TEMPORAL_NAMESPACE: 'default',
    SMTP_URL: 'smtp://127.0.0.1:9',
    MAIL_FROM: 'Examens <examens@school.example>',
    PROEVE_KEYS: generateKeyringText(),
    DOCUMENTS_DIR: join(dir, 'documents'),
    CHROMIUM_PATH: chromium,
    CHROMIUM_NO_SANDBOX: 'true',
  };
  return environment;
}

/** The program that makes PDFs, from the folder of tools that `npm start` uses too. */
export async function chromiumProgram(say: (line: string) => void): Promise<string> {
  const settings = loadStartSettings();
  return settings.chromiumPath ?? ensureChromium(join(settings.home, 'tools'), say);
}

async function freePorts(first: number): Promise<[number, number, number]> {
  const http = await anyFreePort();
  const metrics = await anyFreePort();
  return http === metrics ? freePorts(first) : [first, http, metrics];
}

async function startProgram(
  name: 'web' | 'worker',
  dir: string,
  environment: Readonly<Record<string, string>>,
): Promise<TrackedChild> {
  const logFile = join(dir, `${name}.log`);
  const log = openSync(logFile, 'a', 0o600);
  try {
    return await spawnTracked({
      name,
      command: process.execPath,
      args: [...nodeArgumentsFor(name), name === 'web' ? 'server.ts' : 'worker.ts'],
      runDir: join(dir, 'run'),
      logFile,
      spawn: { cwd: projectRoot, env: { ...NODE_SETTINGS, ...environment }, stdio: ['ignore', log, log, 'ipc'] },
    });
  } finally {
    closeSync(log);
  }
}

async function startSink(dir: string, runDir: string): Promise<Sink & { readonly port: number }> {
  const child = await spawnTracked({
    name: 'sink',
    command: process.execPath,
    args: [...NODE_ARGUMENTS, join(import.meta.dirname, 'sink.ts')],
    runDir,
    logFile: join(dir, 'sink.log'),
    spawn: { cwd: projectRoot, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  });
  const answer = () =>
    new Promise<{ port?: number; taken?: number }>((resolve, reject) => {
      child.process.once('message', resolve);
      void child.ended.then((how) => reject(new Error(`the mail server of the benchmark ended: ${how}`)));
    });
  const { port } = await answer();
  if (port === undefined) throw new Error('the mail server of the benchmark has no port');
  return {
    child,
    port,
    async taken() {
      const said = answer();
      child.process.send({ question: 'taken' });
      return (await said).taken ?? 0;
    },
  };
}

function lastProblem(file: string): string {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.findLast((line) => /Error|cannot/.test(line)) ?? lines.at(-1) ?? '';
}

function secret(): string {
  return randomBytes(24).toString('base64url');
}
