import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPool } from '../../prisma/pool.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let server: TestDatabase;

beforeAll(async () => {
  server = await createTestDatabase();
});

afterAll(() => server.drop());

/** Settings that the connection itself asked for. */
async function askedFor(isLossy: boolean): Promise<Record<string, string>> {
  const pool = openPool({ url: server.url, size: 1, connectTimeoutMs: 3_000, statementTimeoutMs: 4_000, isLossy });
  const { rows } = await pool.query<{ name: string; setting: string }>(
    "SELECT name, setting FROM pg_settings WHERE source = 'client' AND name IN ('TimeZone', 'synchronous_commit')",
  );
  await pool.end();
  return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
}

describe('openPool', () => {
  it('waits for the disk at every commit unless told that its writes may be lost', async () => {
    expect(await askedFor(false)).toEqual({ TimeZone: 'UTC' });
    expect(await askedFor(true)).toEqual({ TimeZone: 'UTC', synchronous_commit: 'off' });
  });
});
