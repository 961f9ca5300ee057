/** Real processes for a scenario: a database server that can be killed, web processes and a worker. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, loadStartSettings } from '../../../platform/config.ts';
import { generateKeyringText, type Keyring, parseKeyring } from '../../../platform/keys.ts';
import { ensureChromium } from '../../../platform/services/chromium.ts';
import { openHome } from '../../../platform/services/home.ts';
import { anyFreePort } from '../../../platform/services/ports.ts';
import {
  connectionUrl,
  POSTGRES_STOP,
  type RunningPostgres,
  startPostgres,
} from '../../../platform/services/postgres.ts';
import { APP_ROLE, ensureDatabase, OWNER_ROLE, prepareRoles } from '../../../platform/services/postgres-roles.ts';
import { markOf, sendSignal } from '../../../platform/services/process.ts';
import { migrate } from '../../../prisma/migrate.ts';
import { waitUntil } from '../checks.ts';
import type { ChaosContext } from '../contract.ts';
import { createProgram, type Program } from '../programs.ts';

const PASSWORD = 'only-on-loopback';
const DATABASE = 'chaos';
const KILL_LIMIT_MS = 5_000;

/** A server of this scenario alone, as durable as in production. */
export interface OwnPostgres {
  /** Connection of the application. */
  readonly url: string;
  /** In order, as an operator would (a fast shutdown). */
  stop(): Promise<void>;
  /** Every process of it at once, as a power cut would. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

export async function startOwnPostgres({ dir }: ChaosContext): Promise<OwnPostgres> {
  const home = openHome(join(dir, 'postgres-home'));
  const port = await anyFreePort();
  const start = () =>
    startPostgres({
      dataDir: home.postgresDir,
      port,
      password: PASSWORD,
      runDir: home.runDir,
      logFile: join(home.logDir, 'postgres.log'),
      say: () => undefined,
    });
  let server: RunningPostgres = await start();
  const urlOf = (role: string) => connectionUrl({ role, password: PASSWORD, port, database: DATABASE });
  await prepareRoles(server.url('postgres'), { owner: PASSWORD, app: PASSWORD });
  await ensureDatabase(server.url('postgres'), DATABASE);
  await migrate({ ownerUrl: urlOf(OWNER_ROLE), appRole: APP_ROLE, log: () => undefined });
  return {
    url: urlOf(APP_ROLE),
    async stop() {
      await server.child.stop(POSTGRES_STOP);
    },
    async kill() {
      const { pid } = server.child.mark;
      // Its children lead groups of their own, so each is killed by its number; a stopped parent starts no new ones.
      sendSignal(pid, 'SIGSTOP');
      const children = childrenOf(pid);
      for (const each of [...children, pid]) sendSignal(each, 'SIGKILL');
      await server.child.ended;
      await waitUntil(() => children.every((child) => markOf(child) === undefined), KILL_LIMIT_MS, 10);
    },
    async start() {
      server = await start();
    },
  };
}

/** Numbers of the processes whose parent this is. */
export function childrenOf(pid: number): number[] {
  return processes()
    .filter((each) => each.parent === pid)
    .map((each) => each.pid);
}

/** All processes that descend from this one. */
export function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

/** Processes that ended and that this process forgot to bury. */
export function zombiesOf(pid: number): number[] {
  return processes()
    .filter((each) => each.parent === pid && each.state === 'Z')
    .map((each) => each.pid);
}

function processes(): { pid: number; parent: number; state: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const [state = '', parent = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return [{ pid: Number(name), parent: Number(parent), state }];
      } catch {
        // It ended while the list was read.
        return [];
      }
    });
}

export interface Programs {
  readonly keyring: Keyring;
  readonly documentsDir: string;
  startWeb(): Promise<Program>;
  startWorker(): Promise<Program>;
  /** At once: what they did has been graded. */
  stop(): Promise<void>;
}

export interface ProgramOptions {
  readonly databaseUrl: string;
  readonly smtpUrl?: string;
  /** host:port; without it the worker finds no Temporal. */
  readonly temporalAddress?: string;
  readonly poolSize?: number;
}

/** Web processes and workers with these settings. */
export async function preparePrograms({ dir }: ChaosContext, options: ProgramOptions): Promise<Programs> {
  const settings = loadStartSettings();
  const home = openHome(join(dir, 'programs'));
  const keys = generateKeyringText();
  const nowhere = await anyFreePort();
  const environment: Environment = {
    ...ofThisMachine(settings.environment),
    NODE_ENV: 'test',
    PROEVE_HOME: home.dir,
    DATABASE_URL: options.databaseUrl,
    DATABASE_POOL_SIZE: String(options.poolSize ?? 10),
    SMTP_URL: options.smtpUrl ?? `smtp://127.0.0.1:${nowhere}`,
    TEMPORAL_ADDRESS: options.temporalAddress ?? `127.0.0.1:${nowhere}`,
    PROEVE_KEYS: keys,
    DOCUMENTS_DIR: home.documentsDir,
    CHROMIUM_PATH: await findChromium(),
    CHROMIUM_NO_SANDBOX: 'true',
  };
  const programs: Program[] = [];

  async function start(kind: 'web' | 'worker'): Promise<Program> {
    const port = await anyFreePort();
    const own = { ...environment, PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}` };
    const program = createProgram({ kind, name: `${kind}-${programs.length + 1}`, home, environment: own, port });
    programs.push(program);
    await program.start();
    return program;
  }

  return {
    keyring: parseKeyring(keys),
    documentsDir: home.documentsDir,
    startWeb: () => start('web'),
    startWorker: () => start('worker'),
    async stop() {
      await Promise.all(programs.map((program) => program.kill()));
    },
  };
}

/** Chromium as the worker uses it, unpacked when needed. */
export async function findChromium(): Promise<string> {
  const settings = loadStartSettings();
  return settings.chromiumPath ?? ensureChromium(join(settings.home, 'tools'), () => undefined);
}

/** Nothing of an installation that the caller runs beside this. */
function ofThisMachine(environment: Environment): Environment {
  const names = ['PATH', 'HOME', 'LANG', 'TMPDIR'];
  return Object.fromEntries(Object.entries(environment).filter(([name]) => names.includes(name)));
}
