/**
 * Puts a copy into an empty database.
 *
 * Contract
 * 1. A database that holds any table is refused: nothing is ever written over.
 * 2. The tables are made by the migrations that the copy was made under; those that came since are applied afterwards.
 * 3. Rows, and the references between them, go in as one transaction: all of it is there, or nothing.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { projectRoot } from '../../../platform/config.ts';
import { withClient } from '../../../platform/services/postgres-roles.ts';
import { ServiceProblem } from '../../../platform/services/problem.ts';
import { migrate, readMigrations } from '../../../prisma/migrate.ts';
import { tableLines } from './check.ts';
import type { Manifest, TableEntry } from './format.ts';

export interface LoadOptions {
  readonly copyDir: string;
  readonly manifest: Manifest;
  /** Connection of the role that owns the tables, to be. */
  readonly ownerUrl: string;
  /** Role of the application; undefined when it is the owner itself. */
  readonly appRole: string | undefined;
  readonly say: (line: string) => void;
}

/** Far below what a statement may be. */
const MOST_BYTES = 4 * 2 ** 20;
const MOST_ROWS = 1_000;

/** @throws ServiceProblem for a database that is not empty, or a copy of a newer version */
export async function loadCopy(options: LoadOptions): Promise<void> {
  const { copyDir, manifest, ownerUrl, appRole, say } = options;
  requireKnownMigrations(manifest);
  await withClient(ownerUrl, requireEmpty);
  await migrateTo(manifest, ownerUrl);
  await withClient(ownerUrl, (client) => fill(client, copyDir, manifest.tables));
  say(`Put back ${manifest.tables.reduce((sum, { rows }) => sum + rows, 0)} rows.`);
  const since = await migrate({ ownerUrl, appRole, log: say });
  if (since.length > 0) say(`The copy was made by an older version; applied ${since.length} migrations.`);
}

function requireKnownMigrations({ migrations }: Manifest): void {
  const known = new Map(readMigrations(join(projectRoot, 'prisma')).map(({ name, checksum }) => [name, checksum]));
  const strange = migrations.find(({ name, checksum }) => known.get(name) !== checksum);
  if (strange === undefined) return;
  const message = `This copy has migration ${strange.name}, which this version of the program does not know. Use a version that is as new as the copy.`;
  throw new ServiceProblem('BAD_HOME', message);
}

/** @throws ServiceProblem when the database holds any table */
export async function requireEmpty(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY relname LIMIT 1`,
  );
  if (rows.length === 0) return;
  throw new ServiceProblem(
    'BAD_HOME',
    'The database to restore into is not empty. Nothing was changed: make a new database and name that one.',
  );
}

async function migrateTo({ migrations }: Manifest, ownerUrl: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'proeve-restore-'));
  try {
    for (const { name } of migrations) {
      cpSync(join(projectRoot, 'prisma', 'migrations', name), join(folder, 'migrations', name), { recursive: true });
    }
    await migrate({ ownerUrl, log: () => undefined, folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Without the references while the rows go in: they name each other in circles. Made again, each is checked by PostgreSQL. */
async function fill(client: pg.Client, copyDir: string, tables: readonly TableEntry[]): Promise<void> {
  await client.query('BEGIN');
  const references = await client.query<{ table: string; name: string; definition: string }>(
    `SELECT conrelid::regclass::text AS "table", quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition
     FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY 1, 2`,
  );
  for (const { table, name } of references.rows) await client.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
  for (const { name, rows } of tables) {
    // Migrations may have put rows in; those of the copy are the ones that count.
    await client.query(`DELETE FROM ${client.escapeIdentifier(name)}`);
    await fillTable(client, copyDir, name, rows);
  }
  for (const { table, name, definition } of references.rows)
    await client.query(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition}`);
  await client.query('COMMIT');
  await client.query('ANALYZE');
}

async function fillTable(client: pg.Client, copyDir: string, table: string, expected: number): Promise<void> {
  const name = client.escapeIdentifier(table);
  const insert = `INSERT INTO ${name} SELECT * FROM json_populate_recordset(NULL::${name}, $1::json)`;
  let lines: string[] = [];
  let bytes = 0;
  let count = 0;
  const flush = async () => {
    if (lines.length > 0) await client.query(insert, [`[${lines.join(',')}]`]);
    [lines, bytes] = [[], 0];
  };
  for await (const line of tableLines(copyDir, table)) {
    lines.push(line);
    bytes += line.length;
    count += 1;
    if (lines.length >= MOST_ROWS || bytes >= MOST_BYTES) await flush();
  }
  await flush();
  if (count !== expected)
    throw new ServiceProblem('BAD_HOME', `The copy of ${table} holds ${count} rows, not ${expected}.`);
}
