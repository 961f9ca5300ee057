/**
 * Real PostgreSQL for tests: one migrated template for all, a clone of it for each test file.
 *
 * Contract
 * 1. Without a setting it is on the throwaway server that all test runs share. `PROEVE_TEST_DATABASE_URL` names another one,
 *    with a role that may create databases; its database name is only used to connect.
 * 2. The template's name contains a hash of the migrations, so a changed migration makes a new template.
 * 3. A clone belongs to whoever made it and is dropped by `drop()`, even while something is still connected.
 */
import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { processEnvironment } from '../../platform/config.ts';
import { migrate, readMigrations } from '../../prisma/migrate.ts';
import { createTestDatabase as createThrowaway } from '../../scripts/lib/throwaway-postgres.ts';

/** Any constant number: only one process at a time makes the template. */
const TEMPLATE_LOCK = 50_423_911;
const PRISMA_FOLDER = new URL('../../prisma/', import.meta.url).pathname;

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** Makes an empty database with all migrations. */
export function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = processEnvironment().PROEVE_TEST_DATABASE_URL;
  return serverUrl ? createOnServer(serverUrl) : createThrowaway();
}

async function createOnServer(serverUrl: string): Promise<TestDatabase> {
  const name = `proeve_test_${randomBytes(8).toString('hex')}`;
  await withClient(serverUrl, async (client) => {
    const template = await ensureTemplate(client, serverUrl);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  return {
    url: withDatabase(serverUrl, name),
    drop: () =>
      withClient(serverUrl, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      }),
  };
}

async function ensureTemplate(client: pg.Client, serverUrl: string): Promise<string> {
  const template = templateName();
  await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  try {
    const known = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
    if (known.rowCount === 0) await createTemplate(client, serverUrl, template);
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
  return template;
}

/** Migrated under another name and renamed when complete, so that a killed run leaves no half template. */
async function createTemplate(client: pg.Client, serverUrl: string, template: string): Promise<void> {
  const building = `${template}_new`;
  await client.query(`DROP DATABASE IF EXISTS ${building} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${building}`);
  await migrate({ ownerUrl: withDatabase(serverUrl, building), log: () => undefined });
  await client.query(`ALTER DATABASE ${building} RENAME TO ${template}`);
}

function templateName(): string {
  const hash = createHash('sha256');
  for (const migration of readMigrations(PRISMA_FOLDER)) hash.update(migration.name).update(migration.checksum);
  return `proeve_template_${hash.digest('hex').slice(0, 16)}`;
}

function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function withClient<Result>(url: string, use: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
