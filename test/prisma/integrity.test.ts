import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { DocumentDamagedError } from '../../platform/documents.ts';
import { withClient } from '../../platform/services/postgres-roles.ts';
import { canonicalJson, chainHash, saltedDigest } from '../../prisma/chain.ts';
import { type Database, openDatabase } from '../../prisma/client.ts';
import { readAsOfNow, readerOf } from '../../prisma/integrity/reader.ts';
import { type WalkOptions, type WalkReport, walkRecord } from '../../prisma/integrity/walk.ts';
import { type IntegrityFinding, IntegrityProblem, verifyAllStreams } from '../../prisma/integrity.ts';
import { type Play, playOn } from '../activities/play.ts';
import { type SeededSchool, seedSchool } from '../support/factories.ts';
import { createTestDatabase, type TestDatabase } from '../support/services.ts';

const PDF = new TextEncoder().encode('%PDF-1.7 het resultaat');
const SHA256 = createHash('sha256').update(PDF).digest('hex');

let testDatabase: TestDatabase;
let database: Database;
let school: SeededSchool;
let other: SeededSchool;
let play: Play;
/** Finished, decided, its document stored. */
let final: string;
/** An invitation that waits for its examiner. */
let invited: string;
/** Cancelled, with a reason. */
let cancelled: string;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, poolSize: 3 });
  school = await seedSchool(database);
  other = await seedSchool(database, { slug: 'andere-school' });
  play = playOn(database, school);
  final = await play.create();
  await play.finish(final, await play.invite(final));
  await play.finalise(final);
  await play.stored(final, { sha256: SHA256, size: PDF.length });
  cancelled = await play.create();
  invited = await play.invite(await play.create());
  await play.cancel(cancelled);
  await playOn(database, other).create();
});
afterAll(async () => {
  await database?.$disconnect();
  await testDatabase?.drop();
});

const walk = (options?: WalkOptions) => readAsOfNow(testDatabase.url, (reader) => walkRecord(reader, options));

/** Does what nobody may, as the owner of the tables can, looks, and takes it back. */
function walkAfter(damage: (client: pg.Client) => Promise<unknown>, options?: WalkOptions): Promise<WalkReport> {
  return withClient(testDatabase.ownerUrl, async (client) => {
    await client.query('BEGIN');
    for (const table of ['event', 'form_submission', 'document'])
      await client.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
    await damage(client);
    const report = await walkRecord(readerOf(client), options);
    await client.query('ROLLBACK');
    return report;
  });
}

describe('walkRecord', () => {
  it('finds a record whole, and says how much it saw', async () => {
    const report = await walk();
    expect(report.findings).toEqual([]);
    expect(report).toMatchObject({ findingCount: 0, texts: 1, submissions: 1, documents: 1, files: 0 });
    expect(report.streamCount).toBe(await database.stream.count());
    expect(report.eventCount).toBe(await database.event.count());
  });

  it('looks at one school when it is asked to', async () => {
    const report = await walk({ schoolId: other.schoolId });
    expect(report).toMatchObject({ streamCount: 1, submissions: 0 });
  });

  it.each([
    [
      'the words of an event',
      "UPDATE event SET body = replace(body, '\"V\"', '\"G\"') WHERE stream_id = $1 AND type = 'FormFinished'",
      'HASH_DIFFERS',
      undefined,
    ],
    ['who did it', "UPDATE event SET actor_kind = 'system' WHERE stream_id = $1 AND seq = 2", 'HASH_DIFFERS', 2],
    ['when it was', "UPDATE event SET at = at + interval '1 ms' WHERE stream_id = $1 AND seq = 3", 'HASH_DIFFERS', 3],
    [
      'the hash of an event',
      "UPDATE event SET hash = repeat('a', 64) WHERE stream_id = $1 AND seq = 2",
      'HASH_DIFFERS',
      2,
    ],
    [
      'what an event follows',
      "UPDATE event SET prev_hash = repeat('a', 64) WHERE stream_id = $1 AND seq = 3",
      'LINK_DIFFERS',
      3,
    ],
    [
      'the school of an event',
      'UPDATE event SET school_id = gen_random_uuid() WHERE stream_id = $1 AND seq = 2',
      'SCHOOL_DIFFERS',
      2,
    ],
    ['one event less', 'DELETE FROM event WHERE stream_id = $1 AND seq = 3', 'GAP', 3],
    [
      'the newest event gone',
      "DELETE FROM event WHERE stream_id = $1 AND type = 'DocumentStored'",
      'COUNT_DIFFERS',
      undefined,
    ],
    ['another head', "UPDATE stream SET head_hash = repeat('b', 64) WHERE id = $1", 'HEAD_DIFFERS', undefined],
    [
      'another state',
      "UPDATE stream SET state = jsonb_set(state, '{status}', '\"draft\"') WHERE id = $1",
      'STATE_DIFFERS',
      null,
    ],
    ['more in the state', 'UPDATE stream SET state = state || \'{"extra": 1}\' WHERE id = $1', 'STATE_DIFFERS', null],
    ['less in the state', "UPDATE stream SET state = state - 'components' WHERE id = $1", 'STATE_DIFFERS', null],
    ['another grade on the pages', 'UPDATE assessment SET grade_tenths = 99 WHERE id = $1', 'ROW_DIFFERS', null],
    [
      'a result shown that nobody published',
      'UPDATE assessment SET published_version = 7 WHERE id = $1',
      'ROW_DIFFERS',
      null,
    ],
    [
      'another form',
      "UPDATE form_submission SET content = jsonb_set(content, '{scores}', '{}') WHERE form_id IN (SELECT id FROM form WHERE assessment_id = $1)",
      'SUBMISSION_DIFFERS',
      undefined,
    ],
    [
      'a form gone',
      'DELETE FROM form_submission WHERE form_id IN (SELECT id FROM form WHERE assessment_id = $1)',
      'SUBMISSION_MISSING',
      undefined,
    ],
    [
      'another document',
      "UPDATE document SET sha256 = repeat('c', 64) WHERE assessment_id = $1",
      'DOCUMENT_DIFFERS',
      undefined,
    ],
    ['a document gone', 'DELETE FROM document WHERE assessment_id = $1', 'DOCUMENT_DIFFERS', undefined],
  ] as const)('names %s', async (_what, sql, problem, seq) => {
    const report = await walkAfter((client) => client.query(sql, [final]));
    expect(report.findings[0]).toMatchObject({ streamId: final, schoolId: school.schoolId, problem });
    if (seq !== undefined) expect(report.findings[0]?.seq).toBe(seq);
  });

  it.each([
    ['school_id', 'UPDATE assessment SET school_id = gen_random_uuid() WHERE id = $1'],
    ['student_id', 'UPDATE assessment SET student_id = gen_random_uuid() WHERE id = $1'],
    ['initiator_id', 'UPDATE assessment SET initiator_id = gen_random_uuid() WHERE id = $1'],
    ['exam_version_id', 'UPDATE assessment SET exam_version_id = gen_random_uuid() WHERE id = $1'],
    ['attempt', 'UPDATE assessment SET attempt = attempt + 1 WHERE id = $1'],
    ['unit_codes', "UPDATE assessment SET unit_codes = '{EX1,EX2}' WHERE id = $1"],
  ])('names a row that was moved: %s', async (detail, sql) => {
    for (const id of [final, cancelled]) {
      const { findings } = await walkAfter(async (client) => {
        await dropReferences(client);
        await client.query(sql, [id]);
      });
      const moved = { streamId: id, schoolId: school.schoolId, problem: 'ROW_MOVED', seq: 1, detail };
      expect(findings.find(({ problem }) => problem === 'ROW_MOVED')).toEqual(moved);
    }
  });

  it.each([
    ['result', "jsonb_set(data, '{result,gradeTenths}', '100')"],
    ['result', "jsonb_set(data, '{result,score}', '\"G\"')"],
    ['result', "jsonb_set(data, '{result,workProcesses,0,score}', '\"G\"')"],
    ['result', "data - 'result'"],
    ['number', "jsonb_set(data, '{document,number}', '\"2026-ANDERS\"')"],
    ['version', "jsonb_set(data, '{document,version}', '2')"],
    ['checkCode', "data #- '{document,checkCode}'"],
    ['attempt', "jsonb_set(data, '{attempt}', '2')"],
    ['units', "jsonb_set(data, '{units}', '[]')"],
    ['result, number, version, checkCode, attempt, units', "'[]'::jsonb"],
  ])('names data of a document that is not what was decided: %s by %s', async (fields, changed) => {
    const { seq } = await database.event.findFirstOrThrow({ where: { streamId: final, type: 'AssessmentFinalised' } });
    const { findings } = await walkAfter((client) =>
      client.query(`UPDATE document SET data = ${changed} WHERE assessment_id = $1`, [final]),
    );
    expect(findings).toEqual([
      {
        streamId: final,
        schoolId: school.schoolId,
        problem: 'DOCUMENT_DATA_DIFFERS',
        seq,
        detail: `version 1: ${fields}`,
      },
    ]);
  });

  it('names a document that was moved to another version, and a number that was changed beside its data', async () => {
    const problems = async (change: string) =>
      (
        await walkAfter((client) => client.query(`UPDATE document SET ${change} WHERE assessment_id = $1`, [final]))
      ).findings.map(({ problem }) => problem);
    expect(await problems('version = 2')).toEqual(['DOCUMENT_DIFFERS', 'DOCUMENT_DIFFERS', 'DOCUMENT_UNKNOWN']);
    expect(await problems("number = '2026-ANDERS'")).toEqual(['DOCUMENT_DATA_DIFFERS']);
  });

  it('names what the stored document says otherwise, and reads it only when bytes are asked for', async () => {
    const bytes = { get: async () => PDF as Uint8Array };
    const seen: unknown[] = [];
    const compareSealed = async (file: Uint8Array, data: unknown) => {
      seen.push([file, data]);
      return ['student', 'exam'];
    };
    expect((await walk({ compareSealed })).findings).toEqual([]);
    expect(seen).toEqual([]);
    expect((await walk({ bytes, compareSealed })).findings).toMatchObject([
      { streamId: final, problem: 'SEALED_DIFFERS', detail: 'version 1: student, exam' },
    ]);
    const { data } = await database.document.findFirstOrThrow({ where: { assessmentId: final } });
    expect(seen).toEqual([[PDF, data]]);
  });

  it('names words that were changed, also with a digest to match, and words that are gone', async () => {
    const found = async (sql: string, values: readonly unknown[]) =>
      (await walkAfter((client) => client.query(sql, [...values]))).findings;
    const note = await database.textNote.findFirstOrThrow({ where: { streamId: cancelled } });
    const forged = saltedDigest('Een andere reden.', note.salt);
    const differs = [{ streamId: cancelled, problem: 'TEXT_DIFFERS', detail: note.id }];
    expect(await found('UPDATE text_note SET body = $2 WHERE id = $1', [note.id, 'Een andere reden.'])).toMatchObject(
      differs,
    );
    const both = 'UPDATE text_note SET body = $2, digest = $3 WHERE id = $1';
    expect(await found(both, [note.id, 'Een andere reden.', forged.digest])).toMatchObject(differs);
    expect(await found('DELETE FROM text_note WHERE id = $1', [note.id])).toMatchObject([{ problem: 'TEXT_MISSING' }]);
  });

  it('takes words that were erased with their salt for what they are', async () => {
    const report = await walkAfter((client) =>
      client.query("UPDATE text_note SET body = '', salt = '' WHERE stream_id = $1", [cancelled]),
    );
    expect(report).toMatchObject({ findings: [], texts: 1, erasedTexts: 1 });
  });

  it('names what nobody wrote by an event: events without a stream, documents and forms of no event', async () => {
    const removed = await walkAfter(async (client) => {
      await client.query('ALTER TABLE event DROP CONSTRAINT event_stream_id_fkey');
      await client.query('DELETE FROM workflow_view');
      await client.query('DELETE FROM stream WHERE id = $1', [cancelled]);
    });
    expect(removed.findings).toEqual([
      { streamId: cancelled, schoolId: school.schoolId, problem: IntegrityProblem.StreamMissing, seq: null },
    ]);
    const added = await walkAfter(async (client) => {
      await client.query(
        `INSERT INTO document (id, school_id, assessment_id, version, number, data, office_address_id, sha256, size)
         SELECT gen_random_uuid(), school_id, assessment_id, 2, '2026-VALS', data, office_address_id, repeat('d', 64), 3
         FROM document WHERE assessment_id = $1`,
        [final],
      );
      await client.query(
        `INSERT INTO form_submission (id, school_id, form_id, form_version, content, definition, salt, content_digest, finished_at)
         SELECT gen_random_uuid(), school_id, form_id, 9, content, definition, salt, content_digest, finished_at FROM form_submission`,
      );
    });
    expect(added.findings.map(({ problem }) => problem)).toEqual(['DOCUMENT_UNKNOWN', 'SUBMISSION_UNKNOWN']);
  });

  it.each([
    ['assessment', (): string => cancelled],
    ['invitation', () => invited],
  ])('names a chain whose row is gone: %s', async (kind, idOf) => {
    const { findings } = await walkAfter(async (client) => {
      await dropReferences(client, kind);
      await client.query(`DELETE FROM ${kind} WHERE id = $1`, [idOf()]);
    });
    expect(findings).toEqual([
      { streamId: idOf(), schoolId: school.schoolId, problem: 'ROW_MISSING', seq: null, detail: kind },
    ]);
  });

  it('names a row behind which nothing stands', async () => {
    const { findings } = await walkAfter((client) =>
      client.query(
        `INSERT INTO assessment SELECT made.* FROM assessment a,
           jsonb_populate_record(a, '{"id": "0190aaaa-0000-7000-8000-0000000000aa"}') AS made WHERE a.id = $1`,
        [final],
      ),
    );
    expect(findings).toMatchObject([{ problem: 'ROW_UNKNOWN', schoolId: school.schoolId, detail: 'assessment' }]);
  });

  it('finds results from before there was publication whole, once they are migrated', async () => {
    const file = new URL('../../prisma/migrations/20261125107000_anchor_trouble/migration.sql', import.meta.url);
    const migration = readFileSync(file, 'utf8').replace(/^CREATE TABLE[^;]*;/m, '');
    let before: readonly IntegrityFinding[] = [];
    const report = await walkAfter(async (client) => {
      await client.query(
        `UPDATE event SET body = ((body::jsonb - 'publishAt')::text) WHERE stream_id = $1 AND type = 'AssessmentFinalised'`,
        [final],
      );
      await client.query(`DELETE FROM event WHERE stream_id = $1 AND type = 'ResultPublished'`, [final]);
      await client.query(
        `UPDATE event e SET seq = n.seq FROM (SELECT type, seq AS old, row_number() OVER (ORDER BY seq) AS seq FROM event
           WHERE stream_id = $1) n WHERE e.stream_id = $1 AND e.seq = n.old`,
        [final],
      );
      await rewriteChain(client, final);
      await client.query(
        `UPDATE stream SET state = state - 'published' - 'publishAt',
           version = (SELECT max(seq) FROM event WHERE stream_id = $1), relayed_seq = 0 WHERE id = $1`,
        [final],
      );
      await client.query('UPDATE assessment SET published_version = 0, published_at = NULL WHERE id = $1', [final]);
      before = (await walkRecord(readerOf(client))).findings;
      await client.query(migration);
      const { rows } = await client.query(
        'SELECT published_version AS version, published_at = decided_at AS "isThen" FROM assessment WHERE id = $1',
        [final],
      );
      expect(rows).toEqual([{ version: 1, isThen: true }]);
    });
    expect(before).toMatchObject([{ streamId: final, problem: 'STATE_DIFFERS' }]);
    expect(report.findings).toEqual([]);
  });

  it('names an event that fits its hash and cannot have happened', async () => {
    const report = await walkAfter(async (client) => {
      const { rows } = await client.query('SELECT * FROM event WHERE stream_id = $1 AND seq = 1', [cancelled]);
      const [first] = rows;
      const event = {
        ...first,
        streamId: cancelled,
        actorKind: first.actor_kind,
        actorId: first.actor_id,
        commandId: first.command_id,
      };
      const body = 'geen json';
      const hash = chainHash(first.prev_hash, { ...event, body, at: first.at.toISOString() });
      await client.query('UPDATE event SET body = $2, hash = $3 WHERE stream_id = $1 AND seq = 1', [
        cancelled,
        body,
        hash,
      ]);
    });
    expect(report.findings).toMatchObject([{ streamId: cancelled, problem: 'UNREADABLE', seq: 1 }]);
  });

  it('reads bytes when it is asked to, and tells missing from damaged', async () => {
    const bytes = { get: async () => PDF as Uint8Array | undefined };
    expect(await walk({ bytes })).toMatchObject({ files: 1, findings: [] });
    expect((await walk({ bytes: { get: async () => undefined } })).findings).toMatchObject([
      { streamId: final, problem: 'BYTES_MISSING', detail: SHA256 },
    ]);
    const damaged = { get: (sha256: string) => Promise.reject(new DocumentDamagedError(sha256)) };
    expect((await walk({ bytes: damaged })).findings).toMatchObject([{ problem: 'BYTES_DAMAGED' }]);
  });

  it('cannot see a chain that was written anew from end to end', async () => {
    const report = await walkAfter(async (client) => {
      await rewriteChain(client, final);
      await client.query('UPDATE assessment SET due_at = due_at WHERE id = $1', [final]);
    });
    expect(report.findings).toEqual([]);
  });

  it('asks the database no more often when more was decided', async () => {
    const bytes = { get: async () => PDF as Uint8Array };
    const queries = () =>
      readAsOfNow(testDatabase.url, async (reader) => {
        let count = 0;
        const rows: typeof reader.rows = (sql, values) => {
          count += 1;
          return reader.rows(sql, values);
        };
        const report = await walkRecord({ ...reader, rows }, { bytes, compareSealed: async () => [] });
        return { count, documents: report.documents, findings: report.findings };
      });
    const before = await queries();
    const second = await play.create();
    await play.finish(second, await play.invite(second));
    await play.finalise(second);
    await play.stored(second, { sha256: SHA256, size: PDF.length });
    expect(await queries()).toEqual({ ...before, documents: 2, findings: [] });
  });
});

describe('verifyAllStreams', () => {
  it('sees the same chains as the walk', async () => {
    expect(await verifyAllStreams(database)).toEqual({ streamCount: await database.stream.count(), findings: [] });
  });
});

/** What a row is moved to need not be there. */
async function dropReferences(client: pg.Client, to = 'assessment'): Promise<void> {
  const { rows } = await client.query(
    `SELECT conname AS name, conrelid::regclass AS "table" FROM pg_constraint
     WHERE contype = 'f' AND $1::regclass IN (conrelid, confrelid)`,
    [to],
  );
  for (const { name, table } of rows) await client.query(`ALTER TABLE ${table} DROP CONSTRAINT "${name}"`);
}

/** What somebody with all rights could do: another moment for every event, all hashes made to match. */
async function rewriteChain(client: pg.Client, streamId: string): Promise<void> {
  const { rows } = await client.query('SELECT * FROM event WHERE stream_id = $1 ORDER BY seq', [streamId]);
  let previous = '0'.repeat(64);
  for (const row of rows) {
    const body = canonicalJson({ ...JSON.parse(row.body), note: undefined });
    const { seq, type, actor_kind: actorKind, command_id: commandId } = row;
    const event = { streamId, seq, type, body, actorKind, actorId: null, at: row.at.toISOString(), commandId };
    const hash = chainHash(previous, event);
    await client.query(
      'UPDATE event SET actor_id = NULL, body = $3, prev_hash = $4, hash = $5 WHERE stream_id = $1 AND seq = $2',
      [streamId, seq, body, previous, hash],
    );
    previous = hash;
  }
  await client.query('UPDATE stream SET head_hash = $2 WHERE id = $1', [streamId, previous]);
}
