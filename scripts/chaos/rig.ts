/**
 * A whole installation of its own for one fault: PostgreSQL, Temporal, web processes and workers as real processes on the
 * loopback interface, and outside of them a mail server that records what arrives.
 *
 * Contract
 * 1. Everything lies in the folder it is given and listens on ports that were free; nothing of another installation is used
 *    but the programs.
 * 2. `stop` ends every process it started, also what those left behind. What a run that was cut off left, the next run ends.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SchoolSettings } from '../../domain/school.ts';
import { type Config, type Environment, loadConfig, loadStartSettings } from '../../platform/config.ts';
import { type Home, openHome, readOrCreateSecrets } from '../../platform/services/home.ts';
import { anyFreePort } from '../../platform/services/ports.ts';
import { connectionUrl, type RunningPostgres, startPostgres } from '../../platform/services/postgres.ts';
import { APP_ROLE, ensureDatabase, OWNER_ROLE, prepareRoles } from '../../platform/services/postgres-roles.ts';
import { isAlive, sendSignal, stopProcess } from '../../platform/services/process.ts';
import { type RunningTemporal, startTemporal } from '../../platform/services/temporal.ts';
import { findTemporalTool } from '../../platform/services/temporal-tools.ts';
import { type CommandDoor, createCommandDoor } from '../../prisma/apply-command.ts';
import { type Database, openDatabase } from '../../prisma/client.ts';
import { migrate } from '../../prisma/migrate.ts';
import { type PartContext, useChromium } from '../lib/stack-parts.ts';
import type { ChaosContext } from './contract.ts';
import { type MailSink, startMailSink } from './mail-sink.ts';
import { createProgram, type Program, processesWith, temporaryDir } from './programs.ts';
import { type ChaosSchool, fillSchool } from './school.ts';

export interface RigOptions {
  /** Web processes, started. */
  readonly webs: number;
  /** Workers, made; started unless told otherwise. */
  readonly workers: number;
  /** Students of the school, each with an examiner of their own. */
  readonly students: number;
  readonly startsWorkers?: boolean;
  /** Settings of the school that replace the demo school's. */
  readonly settings?: Partial<SchoolSettings>;
  /** More settings for web processes and workers. */
  readonly environment?: Environment;
  /** Arguments of Node for one program, by its name. */
  readonly nodeArguments?: Readonly<Record<string, readonly string[]>>;
  /** More settings of the database server. */
  readonly postgresSettings?: readonly string[];
}

/** The database server and Temporal, as a fault wants them. */
export interface Service {
  isRunning(): boolean;
  start(): Promise<void>;
  /** In order. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

export interface Rig {
  readonly home: Home;
  readonly config: Config;
  readonly sink: MailSink;
  /** Connection of the run itself, as the application's role. */
  readonly database: Database;
  readonly door: CommandDoor;
  readonly school: ChaosSchool;
  readonly webs: readonly Program[];
  readonly workers: readonly Program[];
  readonly postgres: Service;
  readonly temporal: Service & {
    /** Forgets everything; only while it is stopped. */
    wipe(): void;
  };
  /** Folder in which programs make temporary files, such as the profiles of browsers. */
  readonly tmpDir: string;
  /** Browsers that run now, also those without a worker. */
  browsers(): number[];
  stop(): Promise<void>;
}

const DATABASE_NAME = 'proeve';
const KEEP_POOL = 6;
const WORKER_PATIENCE_MS = 45_000;

/** What must be stopped, in the order it was started. */
type Stops = (() => Promise<void>)[];

/**
 * Starts it.
 * @throws when a part does not start; what had started is stopped again
 */
export async function startRig(context: ChaosContext, options: RigOptions): Promise<Rig> {
  const stops: Stops = [];
  try {
    return await startParts(context, options, stops);
  } catch (error) {
    await stopAll(stops);
    throw error;
  }
}

/** Starts a rig, does something with it, and stops it whatever happens. */
export async function withRig<T>(
  context: ChaosContext,
  options: RigOptions,
  work: (rig: Rig) => Promise<T>,
): Promise<T> {
  const rig = await startRig(context, options);
  try {
    return await orAbort(work(rig), context.signal);
  } finally {
    await rig.stop();
  }
}

/** Work that fails as soon as the run is aborted. */
export function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

async function startParts(context: ChaosContext, options: RigOptions, stops: Stops): Promise<Rig> {
  const settings = loadStartSettings();
  const toolsDir = join(settings.home, 'tools');
  const home = openHome(context.dir);
  const say = () => undefined;
  const sink = await startMailSink();
  stops.push(() => sink.stop());
  const parts: PartContext = {
    settings: { ...settings, mode: 'test' },
    home,
    toolsDir,
    ports: { web: 0, mailbox: 0, smtp: 0, postgres: 0, temporal: 0, bounces: 0 },
    say,
    keep: () => undefined,
  };
  const [postgres, temporal, chromium] = await Promise.all([
    startDatabaseServer(home, options.postgresSettings ?? [], stops),
    startTemporalServer(
      home,
      await findTemporalTool('cli', { toolsDir, named: settings.temporalCli, path: settings.path, say }),
      stops,
    ),
    useChromium(parts),
  ]);
  const webPorts: number[] = [];
  while (webPorts.length < options.webs) webPorts.push(await portBeside(webPorts));
  const tmpDir = temporaryDir(home);
  const environment: Environment = {
    ...withoutOurs(settings.environment),
    NODE_ENV: 'test',
    PROEVE_HOME: home.dir,
    HOST: '127.0.0.1',
    PORT: String(webPorts[0] ?? 3000),
    PUBLIC_URL: `http://localhost:${webPorts[0] ?? 3000}`,
    TRUST_PROXY: '1',
    DATABASE_URL: postgres.url,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: 'default',
    SMTP_URL: sink.url,
    DOCUMENTS_DIR: home.documentsDir,
    PROEVE_KEYS: postgres.keys,
    TMPDIR: tmpDir,
    LOG_LEVEL: 'debug',
    ...chromium.environment,
    ...options.environment,
  };
  const config = loadConfig(environment);
  const database = openDatabase({ url: config.database.url, poolSize: KEEP_POOL });
  stops.push(() => database.$disconnect());
  const school = await fillSchool(database, options.students, options.settings);

  const make = (kind: 'web' | 'worker', index: number): Program => {
    const name = `${kind}-${index + 1}`;
    const port = webPorts[index] ?? 0;
    const nodeArguments = options.nodeArguments?.[name] ?? [];
    const own = kind === 'web' ? { ...environment, PORT: String(port) } : environment;
    const program = createProgram({ kind, name, home, environment: own, port, nodeArguments });
    stops.push(async () => {
      await program.terminate(kind === 'worker' ? WORKER_PATIENCE_MS : 5_000);
    });
    return program;
  };
  const webs = webPorts.map((_, index) => make('web', index));
  const workers = Array.from({ length: options.workers }, (_, index) => make('worker', index));
  const browsers = () => processesWith(tmpDir);
  await Promise.all([
    ...webs.map((web) => web.start()),
    ...(options.startsWorkers === false ? [] : workers.map((worker) => worker.start())),
  ]);

  return {
    home,
    config,
    sink,
    database,
    door: createCommandDoor(database),
    school,
    webs,
    workers,
    postgres: postgres.service,
    temporal: temporal.service,
    tmpDir,
    browsers,
    async stop() {
      // Nothing here is worth a graceful end any more: the report has been made.
      await Promise.all([...webs, ...workers].map((program) => program.kill()));
      await stopAll(stops);
      for (const pid of browsers()) sendSignal(pid, 'SIGKILL');
    },
  };
}

async function stopAll(stops: Stops): Promise<void> {
  for (const stop of stops.reverse()) await stop().catch(() => undefined);
}

/** Settings of an operator's own installation must not reach this one. */
function withoutOurs(environment: Environment): Environment {
  const isTheirs =
    /^(DATABASE_|TEMPORAL_|SMTP_|BOUNCE_|METRICS_|WORKER_METRICS_|PROEVE_|PUBLIC_URL|PORT|HOST|MAIL|DOCUMENTS_DIR|TIME_ZONE)/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isTheirs.test(name)));
}

async function portBeside(taken: readonly number[]): Promise<number> {
  const port = await anyFreePort();
  return taken.includes(port) ? portBeside(taken) : port;
}

async function startDatabaseServer(home: Home, settings: readonly string[], stops: Stops) {
  const secrets = readOrCreateSecrets(home);
  const port = await anyFreePort();
  let running: RunningPostgres | undefined;
  const service: Service = {
    isRunning: () => running !== undefined && isAlive(running.child.mark),
    async start() {
      running = await startPostgres({
        dataDir: home.postgresDir,
        port,
        password: secrets.postgresPassword,
        runDir: home.runDir,
        logFile: join(home.logDir, 'postgres.log'),
        settings,
        say: () => undefined,
      });
    },
    stop: async () => {
      await running?.stop();
    },
    kill: async () => {
      if (running) await stopProcess(running.child.mark, [['SIGKILL', 5_000]]);
    },
  };
  stops.push(() => service.stop());
  await service.start();
  const superUrl = running?.url('postgres') ?? '';
  await prepareRoles(superUrl, { owner: secrets.ownerPassword, app: secrets.appPassword });
  await ensureDatabase(superUrl, DATABASE_NAME);
  const urlOf = (role: string, password: string) => connectionUrl({ role, password, port, database: DATABASE_NAME });
  await migrate({ ownerUrl: urlOf(OWNER_ROLE, secrets.ownerPassword), appRole: APP_ROLE, log: () => undefined });
  return { service, url: urlOf(APP_ROLE, secrets.appPassword), keys: secrets.keys };
}

async function startTemporalServer(home: Home, program: string, stops: Stops) {
  const port = await anyFreePort();
  let running: RunningTemporal | undefined;
  const service = {
    isRunning: () => running !== undefined && isAlive(running.child.mark),
    async start() {
      running = await startTemporal({
        program,
        dataDir: home.temporalDir,
        port,
        httpPort: await anyFreePort(),
        metricsPort: await anyFreePort(),
        runDir: home.runDir,
        logFile: join(home.logDir, 'temporal.log'),
      });
    },
    stop: async () => {
      await running?.stop();
    },
    kill: async () => {
      if (running) await stopProcess(running.child.mark, [['SIGKILL', 5_000]]);
    },
    wipe: () => rmSync(home.temporalDir, { recursive: true, force: true }),
  };
  stops.push(() => service.stop());
  await service.start();
  return { service, address: `127.0.0.1:${port}` };
}
