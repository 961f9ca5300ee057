import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { exportToChildren, loadStartSettings, processEnvironment, projectRoot } from '../../platform/config.ts';
import {
  type Home,
  type HomeSecrets,
  openHome,
  readJson,
  readOrCreateSecrets,
  writeJson,
} from '../../platform/services/home.ts';
import { withLock } from '../../platform/services/lock.ts';
import { anyFreePort } from '../../platform/services/ports.ts';
import { connectionUrl, POSTGRES_STOP, startPostgres } from '../../platform/services/postgres.ts';
import { APP_ROLE, OWNER_ROLE, prepareRoles, withClient } from '../../platform/services/postgres-roles.ts';
import { ServiceProblem } from '../../platform/services/problem.ts';
import { isAlive, markOf, readMark, stopProcess } from '../../platform/services/process.ts';
import { migrate, readMigrations } from '../../prisma/migrate.ts';

/**
 * One PostgreSQL server for tests and for writing migrations, shared by all runs at the same time on this machine and folder:
 * the first that needs it starts it, the last one stops it. Its data are worth nothing, so it does not wait for the disk.
 */

/** A database of one test, complete with tables and rights. */
export interface TestDatabase {
  /** Connection of the application's role. */
  readonly url: string;
  /** Connection of the role that owns the tables. */
  readonly ownerUrl: string;
  /** Removes it, open connections included. */
  drop(): Promise<void>;
}

const OWNER_VARIABLE = 'PROEVE_TEST_RUN_PID';
const NO_DURABILITY = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=200',
  'max_wal_size=512MB',
];
const serverSchema = z.object({ pid: z.number(), startedAt: z.string(), port: z.number() });

interface Server {
  readonly port: number;
  readonly secrets: HomeSecrets;
}

/** Folder of the test server; removed at will. */
export function testHomeDir(): string {
  return join(loadStartSettings().home, 'test');
}

/**
 * Says that this process and its children use the server, until {@link releaseTestServer}.
 * @returns nothing is started yet: a run that needs no database pays nothing
 */
export function claimTestServer(): void {
  registerUser();
  exportToChildren({ [OWNER_VARIABLE]: String(process.pid) });
}

/** Ends this process's use; the last user stops the server. */
export async function releaseTestServer(): Promise<void> {
  const dir = testHomeDir();
  await withLock(join(dir, 'server.lock'), async () => {
    rmSync(join(dir, 'users', `${process.pid}.json`), { force: true });
    const server = readServer(dir);
    if (!server || liveUsers(dir) > 0) return;
    await stopProcess(server, POSTGRES_STOP);
    rmSync(serverFile(dir), { force: true });
  });
}

/**
 * Makes a database with all migrations applied, as a copy of a template, so it takes some hundredths of a second.
 * @throws ServiceProblem when the server cannot start, MigrationError when a migration fails
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = await useTestServer();
  const template = await ensureTemplate(server);
  return createFrom(server, template);
}

/** Makes a database without any table, for trying migrations. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return createFrom(await useTestServer(), 'template0');
}

async function createFrom(server: Server, template: string): Promise<TestDatabase> {
  const name = `test_${process.pid}_${randomBytes(6).toString('hex')}`;
  const admin = superUrl(server);
  await withClient(admin, (client) => client.query(`CREATE DATABASE ${name} OWNER ${OWNER_ROLE} TEMPLATE ${template}`));
  return {
    url: urlOf(server, APP_ROLE, server.secrets.appPassword, name),
    ownerUrl: urlOf(server, OWNER_ROLE, server.secrets.ownerPassword, name),
    drop: async () => {
      await withClient(admin, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

function urlOf(server: Server, role: string, password: string, database: string): string {
  return connectionUrl({ role, password, port: server.port, database });
}

function superUrl(server: Server): string {
  return urlOf(server, 'postgres', server.secrets.postgresPassword, 'postgres');
}

let inUse: Promise<Server> | undefined;

function useTestServer(): Promise<Server> {
  inUse ??= startOrReuse();
  return inUse;
}

async function startOrReuse(): Promise<Server> {
  if (processEnvironment()[OWNER_VARIABLE] === undefined) registerUser();
  const dir = testHomeDir();
  const home = openHome(dir);
  return withLock(join(dir, 'server.lock'), async () => {
    const secrets = readOrCreateSecrets(home);
    const running = readServer(dir);
    if (running && isAlive(running)) return { port: running.port, secrets };
    return startServer(home, secrets);
  });
}

async function startServer(home: Home, secrets: HomeSecrets): Promise<Server> {
  const port = await anyFreePort();
  const options = {
    dataDir: home.postgresDir,
    port,
    password: secrets.postgresPassword,
    runDir: home.runDir,
    logFile: join(home.logDir, 'postgres.log'),
    settings: NO_DURABILITY,
    say: () => undefined,
  };
  const started = await startPostgres(options).catch((error: unknown) => {
    if (!(error instanceof ServiceProblem) || error.code !== 'START_FAILED') throw error;
    // Without durability a power cut may have spoilt it; nothing in it is worth keeping.
    rmSync(home.postgresDir, { recursive: true, force: true });
    return startPostgres(options);
  });
  // The server outlives this process when others still use it.
  started.child.process.unref();
  writeJson(serverFile(home.dir), { ...started.child.mark, port });
  const server = { port, secrets };
  await prepareRoles(superUrl(server), { owner: secrets.ownerPassword, app: secrets.appPassword });
  await dropLeftOvers(server);
  return server;
}

/** Databases of runs that were cut off; at a fresh start nobody uses them. */
async function dropLeftOvers(server: Server): Promise<void> {
  const current = templateName();
  await withClient(superUrl(server), async (client) => {
    const found = await client.query<{ datname: string }>(
      "SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%' OR (datname LIKE 'schema\\_%' AND datname <> $1)",
      [current],
    );
    for (const { datname } of found.rows) await client.query(`DROP DATABASE ${client.escapeIdentifier(datname)}`);
  });
}

function templateName(): string {
  const folder = join(projectRoot, 'prisma');
  const hash = createHash('sha256');
  for (const { name, checksum } of readMigrations(folder)) hash.update(`${name}\0${checksum}\0`);
  const grants = join(folder, 'grants.sql');
  if (existsSync(grants)) hash.update(readFileSync(grants));
  return `schema_${hash.digest('hex').slice(0, 16)}`;
}

/** The template is built under another name, so that a build that was cut off is never copied. */
async function ensureTemplate(server: Server): Promise<string> {
  const name = templateName();
  if (await hasDatabase(server, name)) return name;
  await withLock(join(testHomeDir(), 'template.lock'), async () => {
    if (await hasDatabase(server, name)) return;
    const building = `${name}_building`;
    await withClient(superUrl(server), async (client) => {
      await client.query(`DROP DATABASE IF EXISTS ${building} WITH (FORCE)`);
      await client.query(`CREATE DATABASE ${building} OWNER ${OWNER_ROLE}`);
    });
    await migrate({
      ownerUrl: urlOf(server, OWNER_ROLE, server.secrets.ownerPassword, building),
      appRole: APP_ROLE,
      log: () => undefined,
    });
    await withClient(superUrl(server), (client) => client.query(`ALTER DATABASE ${building} RENAME TO ${name}`));
  });
  return name;
}

async function hasDatabase(server: Server, name: string): Promise<boolean> {
  return withClient(superUrl(server), async (client) => {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    return found.rowCount === 1;
  });
}

function registerUser(): void {
  const mark = markOf(process.pid);
  const users = join(testHomeDir(), 'users');
  mkdirSync(users, { recursive: true });
  writeFileSync(join(users, `${process.pid}.json`), JSON.stringify(mark));
}

/** Counts users that still live, and forgets the others. */
function liveUsers(dir: string): number {
  const users = join(dir, 'users');
  if (!existsSync(users)) return 0;
  return readdirSync(users).filter((file) => {
    const mark = readMark(join(users, file));
    const lives = mark !== undefined && isAlive(mark);
    if (!lives) rmSync(join(users, file), { force: true });
    return lives;
  }).length;
}

function serverFile(dir: string): string {
  return join(dir, 'server.json');
}

function readServer(dir: string) {
  return serverSchema.safeParse(readJson(serverFile(dir))).data;
}
