import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createAnchorActivities, SETTLED_MS } from '../../activities/anchors.ts';
import { withClient } from '../../platform/services/postgres-roles.ts';
import { chainHash, GENESIS_HASH } from '../../prisma/chain.ts';
import { type Database, openDatabase } from '../../prisma/client.ts';
import { anchorFileName, readAnchorFile, writeAnchorFile } from '../../prisma/integrity/anchor-file.ts';
import { compareWithAnchor, type Head, queryBy, summarise } from '../../prisma/integrity/anchors.ts';
import { readAsOfNow } from '../../prisma/integrity/reader.ts';
import { walkRecord } from '../../prisma/integrity/walk.ts';
import { type SeededSchool, seedSchool } from '../support/factories.ts';
import { createTestDatabase, type TestDatabase } from '../support/services.ts';
import { silentLogger } from './fakes.ts';
import { type Play, playOn } from './play.ts';

const OPERATOR = 'beheer@proeve.example';

let testDatabase: TestDatabase;
let database: Database;
let school: SeededSchool;
let play: Play;
let dir: string;
let now: Date;
/** When what is played happens: an hour ago, until a test says otherwise. */
let written: Date;
let slugs = 0;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, poolSize: 4 });
});
afterAll(async () => {
  await database?.$disconnect();
  await testDatabase?.drop();
});
beforeEach(async () => {
  await asOwner((client) => client.query('TRUNCATE school CASCADE'));
  await asOwner((client) => client.query('TRUNCATE stream, mail, anchor, anchor_trouble, command, text_note CASCADE'));
  slugs += 1;
  school = await seedSchool(database, { slug: `school-${slugs}` });
  written = new Date(Date.now() - 3_600_000);
  play = playOn(database, school, { now: async () => written });
  dir = mkdtempSync(join(tmpdir(), 'anchors-'));
  now = new Date();
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** As the owner of the tables can, with no trigger in the way. */
function asOwner<T>(work: (client: import('pg').Client) => Promise<T>): Promise<T> {
  return withClient(testDatabase.ownerUrl, async (client) => {
    const { rows: tables } = await client.query(
      'SELECT DISTINCT tgrelid::regclass::text AS name FROM pg_trigger WHERE NOT tgisinternal',
    );
    const each = (verb: string) => tables.map(({ name }) => `ALTER TABLE ${name} ${verb} TRIGGER USER`).join(';');
    await client.query(each('DISABLE'));
    try {
      return await work(client);
    } finally {
      await client.query(each('ENABLE'));
    }
  });
}

const anchor = (options: { dir?: string; address?: string | undefined } = {}) =>
  createAnchorActivities(
    { database, logger: silentLogger, anchors: { address: OPERATOR, dir, ...options } },
    { now: async () => now },
  ).anchorRecord();
const troubles = () => database.anchorTrouble.findMany();
const rows = () => database.anchor.findMany({ orderBy: { asOf: 'asc' } });
const fileOf = (day: string) => join(dir, anchorFileName({ school: `school-${slugs}`, day }));
const compare = async (file: string) => {
  const kept = await readAnchorFile(file);
  return readAsOfNow(testDatabase.url, (reader) => compareWithAnchor(queryBy(reader), kept));
};
const walk = () => readAsOfNow(testDatabase.url, (reader) => walkRecord(reader));

describe('anchorRecord', () => {
  it('makes one anchor a day, with a mail to the operator and to the school, and a file', async () => {
    await setAnchorAddress('archief@school.example');
    await play.create();
    expect(await anchor()).toBe(1);
    expect(await anchor()).toBe(0);
    const [row] = await rows();
    expect(row).toMatchObject({ schoolId: school.schoolId, streamCount: 1, eventCount: 2 });
    const mails = await database.mail.findMany({ where: { template: 'anchor' }, orderBy: { toAddress: 'asc' } });
    expect(mails.map(({ toAddress }) => toAddress)).toEqual(['archief@school.example', OPERATOR]);
    expect(mails[0]?.reference).toEqual({ anchorId: row?.id });
    expect(readdirSync(dir)).toEqual([`school-${slugs}-${row?.day}.jsonl.gz`]);
    now = new Date(now.getTime() + 86_400_000);
    expect(await anchor()).toBe(1);
    // Nothing was added: the anchor of yesterday says the same.
    expect(await database.mail.count({ where: { template: 'anchor' } })).toBe(2);
    expect(readdirSync(dir)).toHaveLength(2);
  });

  it('leaves what is still being written for the next one', async () => {
    written = new Date(now.getTime() - SETTLED_MS + 1_000);
    await play.create();
    expect(await anchor()).toBe(0);
    expect(await rows()).toEqual([]);
  });

  it('is one anchor and one mail when two workers do it at once', async () => {
    await play.create();
    const made = await Promise.all([anchor(), anchor(), anchor()]);
    expect(made.reduce((sum, each) => sum + each, 0)).toBe(1);
    expect(await rows()).toHaveLength(1);
    expect(await database.mail.count({ where: { template: 'anchor' } })).toBe(1);
    expect(readdirSync(dir)).toHaveLength(1);
  });

  it('queues the mail with the row or not at all', async () => {
    await play.create();
    await asOwner((client) => client.query("ALTER TABLE mail ADD CONSTRAINT no_anchor CHECK (template <> 'anchor')"));
    await expect(anchor()).rejects.toThrow('not anchored');
    expect(await rows()).toEqual([]);
    await asOwner((client) => client.query('ALTER TABLE mail DROP CONSTRAINT no_anchor'));
    expect(await anchor()).toBe(1);
    expect(await database.mail.count({ where: { template: 'anchor' } })).toBe(1);
  });

  it('keeps the anchor when its file cannot be written, and writes it as soon as it can', async () => {
    await play.create();
    const inTheWay = join(dir, 'vol');
    writeFileSync(inTheWay, '');
    await expect(anchor({ dir: join(inTheWay, 'anchors') })).rejects.toThrow('not anchored');
    expect(await troubles()).toEqual([
      { schoolId: school.schoolId, code: 'ANCHOR_FILE_REFUSED', since: now, lastAt: now },
    ]);
    const first = now;
    now = new Date(now.getTime() + 60_000);
    await expect(anchor({ dir: join(inTheWay, 'anchors') })).rejects.toThrow('not anchored');
    expect(await troubles()).toMatchObject([{ since: first, lastAt: now }]);
    // One mail for all of it, and not before it has had an hour to go well.
    const told = await database.mail.findMany({ where: { template: 'needsAttention' } });
    expect(told.map(({ nextTryAt }) => nextTryAt)).toEqual([new Date(first.getTime() + 3_600_000)]);
    expect(await rows()).toHaveLength(1);
    written = new Date();
    await play.create();
    expect(await anchor()).toBe(0);
    expect(await troubles()).toEqual([]);
    const [row] = await rows();
    expect((await readAnchorFile(fileOf(row?.day ?? ''))).header).toMatchObject({ root: row?.root, streamCount: 1 });
  });

  it('makes no file from a record that is not any more what was anchored', async () => {
    const id = await play.create();
    await anchor({ dir: join(dir, 'elders') });
    await asOwner((client) => rewriteChain(client, id));
    await expect(anchor()).rejects.toThrow('not anchored');
    expect(await troubles()).toMatchObject([{ code: 'ANCHOR_RECORD_DIFFERS' }]);
    expect(readdirSync(dir)).toEqual(['elders']);
  });

  it('cannot be changed or removed by the application', async () => {
    await play.create();
    await anchor();
    await expect(database.anchor.deleteMany()).rejects.toThrow();
    await expect(database.anchor.updateMany({ data: { root: '' } })).rejects.toThrow();
    const asAnybody = withClient(testDatabase.ownerUrl, (client) => client.query("UPDATE anchor SET root = ''"));
    await expect(asAnybody).rejects.toThrow('append-only');
  });
});

describe('compareWithAnchor', () => {
  let id: string;
  let file: string;
  beforeEach(async () => {
    id = await play.create();
    await play.create();
    await anchor();
    file = fileOf((await rows())[0]?.day ?? '');
  });

  it('finds nothing when events were only added', async () => {
    written = new Date();
    await play.finish(id, await play.invite(id));
    await play.create();
    expect(await compare(file)).toEqual([]);
  });

  it('names the chain that was written anew, which nothing else can see', async () => {
    await asOwner(async (client) => {
      await rewriteChain(client, id);
      await client.query('DELETE FROM anchor');
    });
    expect((await walk()).findings).toEqual([]);
    expect(await compare(file)).toMatchObject([
      { streamId: id, problem: 'ANCHOR_DIFFERS', seq: 2, schoolId: school.schoolId },
    ]);
  });

  it('names the chain that was cut short, also when it says that it never was longer', async () => {
    await asOwner(async (client) => {
      await client.query('DELETE FROM event WHERE stream_id = $1 AND seq = 2', [id]);
    });
    expect(await compare(file)).toMatchObject([{ streamId: id, problem: 'ANCHOR_DIFFERS', seq: 2 }]);
  });

  it('names the chain that was removed whole, without a trace', async () => {
    await asOwner(async (client) => {
      await client.query('DELETE FROM event WHERE stream_id = $1', [id]);
      await client.query('DELETE FROM stream WHERE id = $1', [id]);
    });
    expect((await walk()).findings).toMatchObject([{ streamId: id, problem: 'ROW_UNKNOWN', detail: 'assessment' }]);
    await asOwner(async (client) => {
      await client.query('DELETE FROM assessment_examiner WHERE assessment_id = $1', [id]);
      await client.query('DELETE FROM assessment WHERE id = $1', [id]);
    });
    expect((await walk()).findings).toEqual([]);
    expect(await compare(file)).toMatchObject([{ streamId: id, problem: 'ANCHOR_DIFFERS' }]);
  });

  it('names a chain that was put in as if it had always been there', async () => {
    const added = await play.create();
    await asOwner((client) =>
      client.query("UPDATE event SET at = at - interval '1 day' WHERE stream_id = $1", [added]),
    );
    await asOwner((client) => rewriteChain(client, added));
    expect((await walk()).findings.filter(({ problem }) => problem !== 'STATE_DIFFERS')).toEqual([]);
    expect(await compare(file)).toMatchObject([{ streamId: added, problem: 'ANCHOR_UNKNOWN', seq: null }]);
  });

  it('proves by the root alone that something was written anew', async () => {
    const [header = ''] = gunzipSync(readFileSync(file)).toString().split('\n');
    const rootOnly = join(dir, 'kop.json');
    writeFileSync(rootOnly, header);
    expect(await compare(rootOnly)).toEqual([]);
    await asOwner((client) => rewriteChain(client, id));
    expect(await compare(rootOnly)).toMatchObject([{ problem: 'ROOT_DIFFERS', seq: null }]);
  });

  it('refuses a file that is not what was written', async () => {
    const text = gunzipSync(readFileSync(file)).toString();
    const kept = join(dir, 'kopie.jsonl');
    writeFileSync(kept, text);
    expect(await compare(kept)).toEqual([]);
    for (const changed of [
      text.replace(/"[0-9a-f]{63}./, `"${'e'.repeat(64)}`),
      text.split('\n').slice(0, 2).join('\n'),
      'iets anders',
      '',
    ]) {
      writeFileSync(kept, changed);
      await expect(readAnchorFile(kept)).rejects.toMatchObject({ code: 'ANCHOR_FILE' });
    }
    writeFileSync(kept, readFileSync(file).subarray(0, 60));
    await expect(readAnchorFile(kept)).rejects.toMatchObject({ code: 'ANCHOR_FILE' });
    await expect(readAnchorFile(join(dir, 'er-niet'))).rejects.toMatchObject({ code: 'ANCHOR_FILE' });
  });

  it('holds ids, numbers and hashes, and nothing about a person', () => {
    const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines.join()).not.toMatch(/Noor|Vries|@|100001/);
    for (const line of lines.slice(1)) expect(line).toMatch(/^\["[0-9a-f-]{36}",\d+,"[0-9a-f]{64}"\]$/);
  });
});

describe('writeAnchorFile', () => {
  it('leaves no half a file when writing it fails half-way', async () => {
    async function* lines() {
      yield 'een\n';
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    }
    await expect(writeAnchorFile(dir, 'x.jsonl.gz', lines())).rejects.toThrow('no space');
    expect(readdirSync(dir)).toEqual([]);
  });
});

describe('summarise', () => {
  const heads = (count: number): Head[] =>
    Array.from({ length: count }, (_, index) => ({ streamId: `s${index}`, version: index, hash: `h${index}` }));
  async function* pages(all: readonly Head[], size: number) {
    for (let start = 0; start < all.length; start += size) yield all.slice(start, start + size);
  }

  it('gives one root whatever the pages, and another for any other head', async () => {
    const roots = new Set<string>();
    for (const count of [0, 1, 2, 3, 4, 5, 7, 8, 9]) {
      const { root } = await summarise(pages(heads(count), 3));
      expect((await summarise(pages(heads(count), 1))).root).toBe(root);
      roots.add(root);
    }
    expect(roots.size).toBe(9);
    const [first, ...others] = heads(5);
    const changed = [{ ...(first as Head), version: 9 }, ...others];
    expect(roots.has((await summarise(pages(changed, 3))).root)).toBe(false);
  });
});

async function setAnchorAddress(anchorAddress: string): Promise<void> {
  const { settings } = await database.school.findUniqueOrThrow({ where: { id: school.schoolId } });
  const data = { settings: { ...(settings as object), deciding: { anchorAddress } } };
  await database.school.update({ where: { id: school.schoolId }, data });
}

/** Somebody else did it all, and every hash says so. */
async function rewriteChain(client: import('pg').Client, streamId: string): Promise<void> {
  const { rows: events } = await client.query('SELECT * FROM event WHERE stream_id = $1 ORDER BY seq', [streamId]);
  let previous = GENESIS_HASH;
  for (const { seq, type, body, at, command_id: commandId } of events) {
    const event = { streamId, seq, type, body, actorKind: 'system', actorId: null, at: at.toISOString(), commandId };
    const hash = chainHash(previous, event);
    await client.query(
      "UPDATE event SET actor_kind = 'system', actor_id = NULL, prev_hash = $3, hash = $4 WHERE stream_id = $1 AND seq = $2",
      [streamId, seq, previous, hash],
    );
    previous = hash;
  }
  await client.query('UPDATE stream SET head_hash = $2 WHERE id = $1', [streamId, previous]);
}
