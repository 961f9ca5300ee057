import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

/** Any constant number: two starters that both hold it cannot migrate at once. */
const ADVISORY_LOCK = 72_707_369;
const LOCK_TIMEOUT_MS = 60_000;
const ROLE_PLACEHOLDER = /(?<!:):app\b/g;

/** Prisma's own bookkeeping, so that its tools recognise what was applied. */
const BOOKKEEPING = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL,
  logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`;

export interface MigrateOptions {
  /** Connection of the role that owns the tables. */
  readonly ownerUrl: string;
  /** Role that gets the rights of `grants.sql`; nothing is granted when not given. */
  readonly appRole?: string | undefined;
  readonly log: (line: string) => void;
  /** Folder with `migrations/` and `grants.sql`; that of this file when not given. */
  readonly folder?: string;
}

/** What went wrong with the migrations; the message is a sentence for the operator. */
export class MigrationError extends Error {
  readonly code: 'MIGRATION_CHANGED' | 'MIGRATION_MISSING' | 'MIGRATION_FAILED' | 'MIGRATION_LOCKED';

  constructor(code: MigrationError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** One migration as it lies in the repository. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, in hexadecimal. */
  readonly checksum: string;
}

/**
 * Applies what the database does not have yet, each migration in a transaction of its own, and renews the application's rights.
 * Two starters at once wait for each other.
 * @returns names of the migrations that were applied now
 * @throws MigrationError when an applied migration was changed or is gone, or when one fails (it is then rolled back whole)
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const folder = options.folder ?? fileURLToPath(new URL('.', import.meta.url));
  const client = new pg.Client({ connectionString: options.ownerUrl, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await takeLock(client);
    await client.query('SET client_min_messages = warning');
    await client.query(BOOKKEEPING);
    const migrations = readMigrations(folder);
    const applied = await readApplied(client);
    refuseChanged(migrations, applied);
    const pending = migrations.filter((migration) => !applied.has(migration.name));
    for (const migration of pending) {
      await apply(client, migration);
      options.log(`Applied migration ${migration.name}.`);
    }
    if (options.appRole) await grant(client, folder, options.appRole);
    return pending.map((migration) => migration.name);
  } finally {
    // Closing the connection releases the advisory lock as well.
    await client.end();
  }
}

/**
 * Reads the migrations of the repository in the order in which they apply.
 * @param folder that holds `migrations/`
 */
export function readMigrations(folder: string): Migration[] {
  const root = join(folder, 'migrations');
  if (!existsSync(root)) return [];
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(root, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

async function takeLock(client: pg.Client): Promise<void> {
  await client.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK]);
  } catch (error) {
    throw new MigrationError(
      'MIGRATION_LOCKED',
      'Another process has been migrating this database for over a minute. Wait for it, then start again.',
      {
        cause: error,
      },
    );
  }
  await client.query('SET lock_timeout = 0');
}

async function readApplied(client: pg.Client): Promise<Map<string, string>> {
  const result = await client.query<{ migration_name: string; checksum: string }>(
    'SELECT migration_name, checksum FROM _prisma_migrations WHERE rolled_back_at IS NULL AND finished_at IS NOT NULL',
  );
  return new Map(result.rows.map((row) => [row.migration_name, row.checksum]));
}

function refuseChanged(migrations: readonly Migration[], applied: ReadonlyMap<string, string>): void {
  const known = new Set(migrations.map((migration) => migration.name));
  const changed = migrations.find(({ name, checksum }) => applied.has(name) && applied.get(name) !== checksum);
  if (changed) {
    throw new MigrationError(
      'MIGRATION_CHANGED',
      `Migration ${changed.name} was changed after it was applied to this database. Put the file back as it was, and write the change as a new migration.`,
    );
  }
  const missing = [...applied.keys()].find((name) => !known.has(name));
  if (missing) {
    throw new MigrationError(
      'MIGRATION_MISSING',
      `This database has migration ${missing}, which this version of the program does not know. Start a version that is as new as the database.`,
    );
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query(
      'INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count) VALUES ($1, $2, now(), $3, 1)',
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    const reason = String((error as { message?: unknown }).message ?? error);
    throw new MigrationError('MIGRATION_FAILED', `Migration ${migration.name} failed and was rolled back: ${reason}`, {
      cause: error,
    });
  }
}

/** `grants.sql` writes the role as `:app`; it must be harmless to run again. */
async function grant(client: pg.Client, folder: string, appRole: string): Promise<void> {
  const file = join(folder, 'grants.sql');
  if (!existsSync(file)) return;
  const sql = readFileSync(file, 'utf8').replace(ROLE_PLACEHOLDER, client.escapeIdentifier(appRole));
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    const reason = String((error as { message?: unknown }).message ?? error);
    throw new MigrationError('MIGRATION_FAILED', `The rights of ${appRole} could not be set: ${reason}`, {
      cause: error,
    });
  }
}
