import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Config, type Environment, loadConfig, projectRoot, type StartSettings } from '../../platform/config.ts';
import { createSeal, sealSentence } from '../../platform/seal/index.ts';
import { type Home, openHome } from '../../platform/services/home.ts';
import { type FolderLock, lockHome } from '../../platform/services/lock.ts';
import { POSTGRES_STOP } from '../../platform/services/postgres.ts';
import { explain } from '../../platform/services/problem.ts';
import { POLITE_STOP, type StopStep, stopOrphans, WORKER_STOP } from '../../platform/services/process.ts';
import { type KeptPart, keepRunning } from './keep-running.ts';
import { chooseStackPorts, startDatabase, startLocalMailbox, startTemporalServer, useChromium } from './stack-parts.ts';
import { startProgram, waitForHealth } from './stack-programs.ts';

export interface StackOptions {
  readonly settings: StartSettings;
  /** Folder of the data; that of the settings when not given. */
  readonly homeDir?: string;
  /** Folder of installed programs; `tools` in the settings' home when not given, so that several homes share it. */
  readonly toolsDir?: string;
  /** Tells a person what happens. */
  readonly say: (line: string) => void;
}

/** Everything of Proeve, running. */
export interface Stack {
  readonly publicUrl: string;
  /** Where the mails can be read; undefined with a mail server of the operator's own. */
  readonly mailboxUrl: string | undefined;
  readonly home: Home;
  /** Settings of the web process and the worker. */
  readonly config: Config;
  readonly databaseOwnerUrl: string | undefined;
  /** Lines of the demo school: who can sign in as what. */
  readonly demoLines: readonly string[];
  readonly processIds: Readonly<Record<string, number>>;
  /** Stops everything in order: web, worker, mailbox, Temporal, PostgreSQL. */
  stop(): Promise<void>;
}

/** What `scripts/seed.ts` is given. It fills an empty database, leaves a filled one alone, and always says who can sign in. */
export interface SeedContext {
  readonly config: Config;
  readonly databaseOwnerUrl: string;
  readonly mailboxUrl: string | undefined;
  readonly say: (line: string) => void;
}

export type Seed = (context: SeedContext) => Promise<{ readonly lines: readonly string[] }>;

interface Part {
  readonly name: string;
  stop(): Promise<void>;
}

const STOPPING_HOLDER_WAIT_MS = 2_000;
/** Later ones depend on earlier ones; stopping goes the other way. */
const START_ORDER = ['postgres', 'temporal', 'mailbox', 'worker', 'web'];

/**
 * Starts every part the operator did not name, applies the migrations, fills an empty database, and starts web and worker.
 * When something fails, what had started is stopped again.
 * @throws ServiceProblem, ConfigError or MigrationError, whose messages are for people
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { settings, say } = options;
  if (settings.mode === 'production') loadConfig(settings.environment);
  const home = openHome(options.homeDir ?? settings.home);
  const lock = await lockHome(home.lockFile, home.dir, STOPPING_HOLDER_WAIT_MS);
  const parts: Part[] = [];
  try {
    await mendAfterKill(home, say);
    return await startAll(options, home, lock, parts);
  } catch (error) {
    await stopAll(parts);
    lock.release();
    throw explain(error, home.dir);
  }
}

/** A supervisor that was killed leaves its children running. */
async function mendAfterKill(home: Home, say: (line: string) => void): Promise<void> {
  const stopped = await stopOrphans(home.runDir, stopStepsOf);
  if (stopped.length > 0) say(`The last run was cut off; stopped what it had left running: ${stopped.join(', ')}.`);
}

function stopStepsOf(name: string): readonly StopStep[] {
  if (name === 'postgres') return POSTGRES_STOP;
  return name === 'worker' ? WORKER_STOP : POLITE_STOP;
}

async function startAll(options: StackOptions, home: Home, lock: FolderLock, parts: Part[]): Promise<Stack> {
  const { settings, say } = options;
  const toolsDir = options.toolsDir ?? join(settings.home, 'tools');
  const ports = await chooseStackPorts(settings, home, say);
  const context = { settings, home, toolsDir, ports, say, keep: (part: Part) => parts.push(part) };
  const [database, temporal, mailbox, chromium] = await allOrFirstProblem([
    startDatabase(context),
    startTemporalServer(context),
    startLocalMailbox(context),
    useChromium(context),
  ] as const);

  const environment: Environment = {
    ...settings.environment,
    NODE_ENV: settings.mode,
    PROEVE_HOME: settings.home,
    PORT: String(ports.web),
    DATABASE_OWNER_URL: undefined,
    ...database.environment,
    ...temporal.environment,
    ...mailbox.environment,
    ...chromium.environment,
    ...(settings.mode === 'production'
      ? {}
      : {
          DOCUMENTS_DIR: settings.environment.DOCUMENTS_DIR ?? home.documentsDir,
          SEAL_FILE: settings.environment.SEAL_FILE ?? join(home.dir, 'seal.pem'),
        }),
  };
  const config = loadConfig(environment);
  const sealed = sealSentence(await createSeal(config.seal).status(), new Date());
  if (sealed !== null) say(sealed);
  const demoLines = await seedWhenPresent({
    config,
    databaseOwnerUrl: database.ownerUrl,
    mailboxUrl: mailbox.webUrl,
    say,
  });
  const programs = await startPrograms(home, environment, config, say, parts);
  return {
    publicUrl: config.publicUrl,
    mailboxUrl: mailbox.webUrl,
    home,
    config,
    databaseOwnerUrl: database.ownerUrl,
    demoLines,
    processIds: Object.fromEntries(programs.map((part) => [part.name, part.pid()])),
    stop: async () => {
      await stopAll(parts);
      lock.release();
    },
  };
}

/** Waits for all, so that nothing is still starting when the first problem is reported. */
async function allOrFirstProblem<T extends readonly Promise<unknown>[]>(
  promises: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(promises);
  return (await Promise.all(promises)) as { -readonly [K in keyof T]: Awaited<T[K]> };
}

async function seedWhenPresent(
  context: Omit<SeedContext, 'databaseOwnerUrl'> & { databaseOwnerUrl: string | undefined },
) {
  const file = join(projectRoot, 'scripts', 'seed.ts');
  if (context.config.mode === 'production' || context.databaseOwnerUrl === undefined || !existsSync(file)) return [];
  const { seed }: { seed: Seed } = await import(pathToFileURL(file).href);
  const { lines } = await seed({ ...context, databaseOwnerUrl: context.databaseOwnerUrl });
  return lines;
}

async function startPrograms(
  home: Home,
  environment: Environment,
  config: Config,
  say: (line: string) => void,
  parts: Part[],
) {
  const programs: KeptPart[] = [];
  for (const name of ['worker', 'web'] as const) {
    const file = join(projectRoot, name === 'web' ? 'server.ts' : 'worker.ts');
    if (!existsSync(file)) {
      say(`This version has no ${name} program yet; leaving it out.`);
      continue;
    }
    const start = () => startProgram({ name, file, home, environment });
    const part = await keepRunning({ name, start, say });
    parts.push(part);
    programs.push(part);
  }
  const web = programs.find((part) => part.name === 'web');
  if (web) await waitForHealth(config, home);
  return programs;
}

async function stopAll(parts: readonly Part[]): Promise<void> {
  const inOrder = [...parts].sort((a, b) => START_ORDER.indexOf(b.name) - START_ORDER.indexOf(a.name));
  for (const part of inOrder) await part.stop();
}
