import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { APP_ROLE, withClient } from '../../platform/services/postgres-roles.ts';
import { migrate } from '../../prisma/migrate.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/services.ts';

let folder: string;
let database: TestDatabase;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'proeve-migrate-'));
  database = await createEmptyDatabase();
});
afterEach(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

function write(name: string, sql: string): void {
  mkdirSync(join(folder, 'migrations', name), { recursive: true });
  writeFileSync(join(folder, 'migrations', name, 'migration.sql'), sql);
}

function run(appRole?: string): Promise<string[]> {
  return migrate({ ownerUrl: database.ownerUrl, appRole, folder, log: () => undefined });
}

async function ask(url: string, sql: string): Promise<unknown[]> {
  return withClient(url, async (client) => (await client.query(sql)).rows);
}

describe('migrate', () => {
  it('applies what is new, in the order of the names, once', async () => {
    write('2_second', 'INSERT INTO thing VALUES (2);');
    write('1_first', 'CREATE TABLE thing (id int); INSERT INTO thing VALUES (1);');
    expect(await run()).toEqual(['1_first', '2_second']);
    write(
      '3_third',
      'CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$; INSERT INTO thing VALUES (3);',
    );
    expect(await run()).toEqual(['3_third']);
    expect(await run()).toEqual([]);
    expect(await ask(database.ownerUrl, 'SELECT id FROM thing ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
  });

  it('refuses a migration that was changed after it was applied', async () => {
    write('1_first', 'CREATE TABLE thing (id int);');
    await run();
    write('1_first', 'CREATE TABLE thing (id bigint);');
    await expect(run()).rejects.toMatchObject({
      code: 'MIGRATION_CHANGED',
      message: expect.stringContaining('1_first'),
    });
  });

  it('refuses a database that is newer than the program', async () => {
    write('1_first', 'SELECT 1;');
    write('2_second', 'SELECT 1;');
    await run();
    rmSync(join(folder, 'migrations', '2_second'), { recursive: true });
    await expect(run()).rejects.toMatchObject({ code: 'MIGRATION_MISSING' });
  });

  it('rolls a failing migration back whole, and keeps those before it', async () => {
    write('1_first', 'CREATE TABLE thing (id int);');
    write('2_second', 'INSERT INTO thing VALUES (1); SELECT no_such_function();');
    await expect(run()).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringContaining('2_second'),
    });
    expect(await ask(database.ownerUrl, 'SELECT id FROM thing')).toEqual([]);
    write('2_second', 'INSERT INTO thing VALUES (1);');
    expect(await run()).toEqual(['2_second']);
  });

  it('lets two starters at once apply each migration once', async () => {
    write('1_first', 'CREATE TABLE thing (id int);');
    const results = await Promise.all([run(), run()]);
    expect(results.flat()).toEqual(['1_first']);
  });

  it('gives the application the rights that grants.sql names, and no more', async () => {
    write('1_first', 'CREATE TABLE thing (id int);');
    writeFileSync(join(folder, 'grants.sql'), 'GRANT SELECT ON thing TO :app;');
    await run(APP_ROLE);
    expect(await ask(database.url, 'SELECT id FROM thing')).toEqual([]);
    await expect(ask(database.url, 'INSERT INTO thing VALUES (1)')).rejects.toThrow(/permission denied/);
    await expect(ask(database.url, 'CREATE TABLE mine (id int)')).rejects.toThrow(/permission denied/);
  });
});

describe('createTestDatabase', () => {
  it('makes databases with all tables that do not see each other', async () => {
    const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    try {
      await ask(one.ownerUrl, 'CREATE TABLE only_here (id int)');
      expect(await ask(two.ownerUrl, "SELECT to_regclass('only_here') AS found")).toEqual([{ found: null }]);
      expect(await ask(two.url, 'SELECT count(*)::int AS schools FROM school')).toEqual([{ schools: 0 }]);
    } finally {
      await Promise.all([one.drop(), two.drop()]);
    }
  });
});
