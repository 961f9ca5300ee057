import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';
import { projectRoot } from '../../platform/config.ts';
import { readMigrations } from '../../prisma/migrate.ts';
import { createEmptyDatabase } from './throwaway-postgres.ts';

const EMPTY_MIGRATION = /^\s*(-- This is an empty migration.*)?\s*$/;
const prismaDir = join(projectRoot, 'prisma');

/**
 * Compares the schema with what the migrations really make: Prisma's own schema engine (as WebAssembly, so nothing is
 * downloaded) applies them to a throwaway database and writes the SQL that is missing. Indexes that a migration makes by hand,
 * because the schema language cannot say them, are left alone.
 * @returns the SQL, or undefined when the two agree
 */
export async function missingMigrationSql(): Promise<string | undefined> {
  const [main, shadow] = [await createEmptyDatabase(), await createEmptyDatabase()];
  try {
    const sql = keepHandWritten(await diffMigrationsToSchema(main.ownerUrl, shadow.ownerUrl));
    return EMPTY_MIGRATION.test(sql) ? undefined : sql;
  } finally {
    await Promise.all([main.drop(), shadow.drop()]);
  }
}

/** The engine writes every name in quotes; an index whose name stands without them in a migration was written by a person. */
function keepHandWritten(sql: string): string {
  const migrations = readMigrations(prismaDir).map((migration) => migration.sql);
  const byHand = new Set(
    migrations.flatMap((text) => [...text.matchAll(/^CREATE (?:UNIQUE )?INDEX (\w+) ON/gm)].map((match) => match[1])),
  );
  return sql.replace(/^-- DropIndex\nDROP INDEX "(\w+)";\n*/gm, (statement, name: string) =>
    byHand.has(name) ? '' : statement,
  );
}

async function diffMigrationsToSchema(url: string, shadowUrl: string): Promise<string> {
  const schema = { path: 'schema.prisma', content: readFileSync(join(prismaDir, 'schema.prisma'), 'utf8') };
  const engine = await openEngine(schema, adapterFactory(url, shadowUrl));
  const result = await engine.diff({
    from: { tag: 'migrations', ...migrationList() },
    to: { tag: 'schemaDatamodel', files: [schema] },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  return result.stdout ?? '';
}

function migrationList() {
  const lockFile = join(prismaDir, 'migrations', 'migration_lock.toml');
  return {
    baseDir: 'migrations',
    shadowDbInitScript: '',
    lockfile: { path: 'migration_lock.toml', content: existsSync(lockFile) ? readFileSync(lockFile, 'utf8') : null },
    migrationDirectories: readMigrations(prismaDir).map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: sql } },
    })),
  };
}

async function openEngine(schema: { path: string; content: string }, factory: SqlMigrationAwareDriverAdapterFactory) {
  const folder = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'));
  const code = readFileSync(join(folder, 'schema_engine_bg.wasm'));
  // Where the engine leaves the message of its own crash.
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: { set_message: (text: string) => process.stderr.write(`${text}\n`) },
  });
  const { instance } = await webAssembly.instantiate(code, { './schema_engine_bg.js': bindings });
  const { __wbg_set_wasm: connect } = bindings as unknown as { __wbg_set_wasm(exports: WasmExports): void };
  connect(instance.exports);
  instance.exports.__wbindgen_start();
  const adapters = bindMigrationAwareSqlAdapterFactory(factory);
  return bindings.SchemaEngine.new({ datamodels: [[schema.path, schema.content]] }, () => undefined, adapters);
}

/**
 * The stock adapter cuts a script at every semicolon, also inside the body of a function, and makes its shadow database under
 * a name that a connection string then overrules; so the engine gets a database we made, and sends whole scripts.
 */
function adapterFactory(url: string, shadowUrl: string): SqlMigrationAwareDriverAdapterFactory {
  const main = new PrismaPg({ connectionString: url }, { onPoolError: () => undefined });
  return {
    provider: main.provider,
    adapterName: main.adapterName,
    connect: () => main.connect(),
    connectToShadowDb: () => connectForReading(shadowUrl),
  };
}

/** PostgreSQL's one-byte "char", in which its catalogue keeps kinds of constraints and the like. */
const INTERNAL_CHAR = 18;
const TEXT = 25;

/** The engine reads the catalogue's one-byte columns as characters; the adapter does not know them, so they pass it as text. */
async function connectForReading(url: string) {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  const adapter = await new PrismaPg(pool, { onPoolError: () => undefined, disposeExternalPool: true }).connect();
  let characterColumns: number[] = [];
  const query = pool.query.bind(pool) as (...parameters: unknown[]) => Promise<pg.QueryResult>;
  const querySeen = async (...parameters: unknown[]) => {
    const result = await query(...parameters);
    characterColumns = [];
    for (const [index, field] of (result.fields ?? []).entries()) {
      if (field.dataTypeID !== INTERNAL_CHAR) continue;
      field.dataTypeID = TEXT;
      characterColumns.push(index);
    }
    return result;
  };
  pool.query = querySeen as typeof pool.query;
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (statement) => {
    const result = await queryRaw(statement);
    for (const index of characterColumns) result.columnTypes[index] = ColumnTypeEnum.Character;
    return result;
  };
  adapter.executeScript = async (script) => {
    await query(script);
  };
  return adapter;
}

interface WasmExports {
  __wbindgen_start(): void;
}

/** The language library without the browser's does not describe WebAssembly; this is the part that is used. */
interface WebAssemblyApi {
  instantiate(code: Uint8Array, imports: Record<string, unknown>): Promise<{ instance: { exports: WasmExports } }>;
}

const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
