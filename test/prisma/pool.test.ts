import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Prisma } from '../../generated/prisma/client.ts';
import { type Database, openDatabase } from '../../prisma/client.ts';
import { openPool } from '../../prisma/pool.ts';
import { createUnchanging } from '../../prisma/unchanging.ts';
import { writeTogether } from '../../prisma/write-together.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await createTestDatabase();
  database = openDatabase({ url: server.url, poolSize: 3 });
});

afterAll(async () => {
  await database.$disconnect();
  await server.drop();
});

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

/** A row that nothing else has to do with. */
function keep(tx: Pick<Database, '$executeRaw'>, id: string): Promise<number> {
  return tx.$executeRaw`
    INSERT INTO command (id, school_id, type, outcome, created_at)
    VALUES (${id}::uuid, ${id}::uuid, 'test', ${{ value: null }}::jsonb, ${new Date('2026-11-23T10:00:00.123Z')}::timestamptz)`;
}

function countKept(id: string): Promise<number> {
  return database.command.count({ where: { id } });
}

const ID = '0199f1a0-0000-7000-8000-00000000000';

describe('SQL of our own', () => {
  it('gives the values that Prisma gives', async () => {
    const text = `SELECT 1 AS int, 2::bigint AS bigint, 1.5::float8 AS float, 12.30::numeric AS numeric, true AS yes, NULL::text AS nothing,
      'ë' AS text, 'a'::char(2) AS char, '{"a":[1,null]}'::jsonb AS json, gen_random_uuid() IS NOT NULL AS uuid, '2026-11-23'::date AS date,
      '2026-11-23T10:00:00.123+02'::timestamptz AS at, '10:30'::time AS time, '\\x00ff'::bytea AS bytes, ARRAY['a', NULL] AS texts,
      ARRAY[1::bigint] AS bigints, ARRAY['2026-11-23T10:00:00Z'::timestamptz] AS times, ARRAY['[1]'::jsonb, NULL] AS jsons`;
    const prismas = await database.$queryRawUnsafe(text);
    expect(await database.$queryRaw(Prisma.raw(text))).toEqual(prismas);
    expect(await database.$transaction((tx) => tx.$queryRaw(Prisma.raw(text)))).toEqual(prismas);
  });

  it('takes the values that Prisma takes', async () => {
    const at = new Date('2026-11-23T10:00:00.120Z');
    const [row] = await database.$queryRaw<Record<string, unknown>[]>`
      SELECT ${at}::timestamptz AS at, ${[at, null]}::timestamptz[] AS times, ${['a,"b', '{}']}::text[] AS texts, ${7n}::bigint AS bigint,
        ${{ a: 'ë' }}::jsonb AS json, ${null}::text AS nothing, ${new Uint8Array([0, 255])}::bytea AS bytes, ${false}::boolean AS no,
        ${Prisma.sql`${1}::int + ${2}::int`} AS sum`;
    expect(row).toEqual({
      at,
      times: [at, null],
      texts: ['a,"b', '{}'],
      bigint: 7n,
      json: { a: 'ë' },
      nothing: null,
      bytes: new Uint8Array([0, 255]),
      no: false,
      sum: 3,
    });
    await expect(database.$queryRaw`SELECT ${undefined}::text`).rejects.toThrow('is missing');
  });

  it('fails as Prisma does', async () => {
    await keep(database, `${ID}1`);
    for (const failing of [keep(database, `${ID}1`), database.$transaction((tx) => keep(tx, `${ID}1`))]) {
      const error = await failing.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Prisma.PrismaClientKnownRequestError);
      expect(error).toMatchObject({
        code: 'P2010',
        meta: { driverAdapterError: { cause: { originalCode: '23505' } } },
      });
    }
  });

  it('is part of its transaction, whoever wrote', async () => {
    const cut = database.$transaction(async (tx) => {
      await keep(tx, `${ID}2`);
      expect(await tx.command.count({ where: { id: `${ID}2` } })).toBe(1);
      throw new Error('cut off');
    });
    await expect(cut).rejects.toThrow('cut off');
    expect(await countKept(`${ID}2`)).toBe(0);
  });

  it('keeps to its transaction when another one is begun meanwhile', async () => {
    const cut = database.$transaction(async (tx) => {
      await database.$transaction([database.command.count(), database.command.count()]);
      await keep(tx, `${ID}8`);
      throw new Error('cut off');
    });
    await expect(cut).rejects.toThrow('cut off');
    expect(await countKept(`${ID}8`)).toBe(0);
  });

  it('writes in the order of the calls, also when nobody waits in between', async () => {
    const counts = await database.$transaction(async (tx) => {
      const count = () =>
        tx.$queryRaw<{ n: number }[]>`SELECT count(*)::int AS n FROM command WHERE id = ${`${ID}3`}::uuid`;
      const [before, , after] = await Promise.all([count(), keep(tx, `${ID}3`), count()]);
      return [before[0]?.n, after[0]?.n];
    });
    expect(counts).toEqual([0, 1]);
  });

  it('sends nothing for a transaction that is over', async () => {
    let late: Promise<unknown> | undefined;
    await database.$transaction(async (tx) => {
      late = Promise.resolve().then(async () => {
        await new Promise(setImmediate);
        await database.$queryRaw`SELECT 1`;
        return keep(tx, `${ID}4`).catch((error: unknown) => error);
      });
    });
    expect(await late).toMatchObject({ code: 'P2028' });
    expect(await countKept(`${ID}4`)).toBe(0);
  });
});

describe('writeTogether', () => {
  const part = (id: string) => Prisma.sql`
    INSERT INTO command (id, school_id, type, outcome, created_at)
    SELECT id, id, 'test', '{}', now() FROM unnest(ARRAY[${id}]::uuid[]) AS given(id) RETURNING id`;

  it('writes all parts, and one can read what another returns', async () => {
    const copy = Prisma.sql`
      INSERT INTO command (id, school_id, type, outcome, created_at)
      SELECT ${`${ID}6`}::uuid, id, 'copy', '{}', now() FROM first RETURNING id`;
    await writeTogether(database, [
      { name: 'first', sql: part(`${ID}5`) },
      { name: 'second', sql: copy, must: { rows: 1, otherwise: 'no copy' } },
    ]);
    expect(await database.command.findUnique({ where: { id: `${ID}6` } })).toMatchObject({ schoolId: `${ID}5` });
  });

  it('is an error when a part wrote other than it must', async () => {
    const must = { rows: 2, otherwise: 'a row is missing' };
    const writing = database.$transaction((tx) => writeTogether(tx, [{ name: 'rows', sql: part(`${ID}7`), must }]));
    await expect(writing).rejects.toThrow('a row is missing');
    expect(await countKept(`${ID}7`)).toBe(0);
  });

  it('asks the database nothing when there is nothing to write', async () => {
    const never = { $queryRaw: () => Promise.reject(new Error('asked')) };
    await expect(writeTogether(never as unknown as Database, [])).resolves.toBeUndefined();
  });
});

describe('createUnchanging', () => {
  it('forgets what was not asked for longest', () => {
    const known = createUnchanging<object>(2);
    known.keep('a', {});
    known.keep('b', {});
    known.get('a');
    known.keep('c', {});
    expect([known.get('a'), known.get('b'), known.get('c')]).toEqual([{}, undefined, {}]);
  });

  it('gives everybody the first value, and lets nobody change it', () => {
    const known = createUnchanging<{ list: string[] }>(2);
    const kept = known.keep('a', { list: ['x'] });
    expect(known.keep('a', { list: [] })).toBe(kept);
    expect(() => kept.list.push('y')).toThrow(TypeError);
  });
});
