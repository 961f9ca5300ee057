import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PDFDocument } from '@cantoo/pdf-lib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAnchorActivities } from '../../activities/anchors.ts';
import { encloseData } from '../../activities/pdf/enclose.ts';
import { MACHINE_DATA_NAME, machineData } from '../../activities/pdf/machine-data.ts';
import type { ResultDocumentData } from '../../domain/result-document.ts';
import { withClient } from '../../platform/services/postgres-roles.ts';
import { type Database, openDatabase } from '../../prisma/client.ts';
import { audit, describeAudit } from '../../scripts/lib/audit.ts';
import { compareSealed } from '../../scripts/lib/sealed-data.ts';
import { silentLogger } from '../activities/fakes.ts';
import { playOn } from '../activities/play.ts';
import { sampleSecondVersion } from '../pdf/sample-document.ts';
import { type SeededSchool, seedSchool } from '../support/factories.ts';
import { createTestDatabase, type TestDatabase } from '../support/services.ts';

let testDatabase: TestDatabase;
let database: Database;
let school: SeededSchool;
let other: SeededSchool;
let id: string;
let dir: string;
let files: string[];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, poolSize: 3 });
  school = await seedSchool(database);
  other = await seedSchool(database, { slug: 'andere-school' });
  const anHourAgo = { now: async () => new Date(Date.now() - 3_600_000) };
  id = await playOn(database, school, anHourAgo).create();
  await playOn(database, other, anHourAgo).create();
  dir = mkdtempSync(join(tmpdir(), 'audit-'));
  const anchors = { address: undefined, dir };
  await createAnchorActivities({ database, logger: silentLogger, anchors }).anchorRecord();
  files = readdirSync(dir)
    .sort()
    .map((name) => join(dir, name));
});
afterAll(async () => {
  await database?.$disconnect();
  await testDatabase?.drop();
  rmSync(dir, { recursive: true, force: true });
});

describe('audit', () => {
  it('says that the record is whole, with what it was compared', async () => {
    const report = await audit(testDatabase.url, { anchorFiles: files });
    expect(report).toMatchObject({ isWhole: true, streamCount: 2, findingCount: 0, school: null });
    expect(report.anchors.map(({ isOutside }) => isOutside)).toEqual([true, true, false, false]);
    expect(describeAudit(report).at(-1)).toBe('Whole: every event is what was written.');
  });

  it('says what it cannot know without an anchor from outside', async () => {
    expect(describeAudit(await audit(testDatabase.url, {})).at(-1)).toContain('--anchor FILE');
  });

  it('looks at one school, and refuses the anchor of another', async () => {
    expect(await audit(testDatabase.url, { school: 'andere-school' })).toMatchObject({ streamCount: 1 });
    const wrong = audit(testDatabase.url, {
      school: 'andere-school',
      anchorFiles: [files.find((file) => !file.includes('andere')) ?? ''],
    });
    await expect(wrong).rejects.toThrow('not looked at');
    await expect(audit(testDatabase.url, { school: 'nergens' })).rejects.toThrow('no school nergens');
  });

  it('names stream and event of what is broken, in a sentence without a name of a person', async () => {
    const change = (kind: string) =>
      withClient(testDatabase.ownerUrl, async (client) => {
        await client.query('ALTER TABLE event DISABLE TRIGGER event_append_only');
        await client.query('UPDATE event SET actor_kind = $2 WHERE stream_id = $1 AND seq = 2', [id, kind]);
        await client.query('ALTER TABLE event ENABLE TRIGGER event_append_only');
      });
    await change('system');
    const report = await audit(testDatabase.url, {});
    const lines = describeAudit(report);
    expect(report).toMatchObject({ isWhole: false, findingCount: 1 });
    expect(lines.at(-1)).toBe(
      `BROKEN: 1 found. First: stream ${id} at event 2: this event was changed after it was written.`,
    );
    expect([...lines, JSON.stringify(report)].join()).not.toMatch(/Noor|Vries|100001|@/);
    await change('member');
    expect((await audit(testDatabase.url, {})).isWhole).toBe(true);
  });

  it('compares what pages read with what the stored document encloses', async () => {
    const play = playOn(database, school);
    const decided = await play.create();
    await play.finish(decided, await play.invite(decided));
    await play.finalise(decided);
    const row = await database.document.findFirstOrThrow({ where: { assessmentId: decided } });
    const data = row.data as unknown as ResultDocumentData;
    const file = await pdfWith(machineData(data, 'https://examens.school.example/echtheid/x'));
    const sha256 = createHash('sha256').update(file).digest('hex');
    await play.stored(decided, { sha256, size: file.length });
    const bytes = { get: async () => file };
    const look = async (told: unknown) => {
      await withClient(testDatabase.ownerUrl, async (client) => {
        await client.query('ALTER TABLE document DISABLE TRIGGER USER');
        await client.query('UPDATE document SET data = $2 WHERE id = $1', [row.id, JSON.stringify(told)]);
        await client.query('ALTER TABLE document ENABLE TRIGGER USER');
      });
      return audit(testDatabase.url, { bytes });
    };
    const report = await look({ ...data, student: { ...data.student, name: 'Iemand Anders' } });
    expect(report.findings).toMatchObject([
      { streamId: decided, problem: 'SEALED_DIFFERS', detail: 'version 1: student' },
    ]);
    expect(describeAudit(report).at(-1)).toContain('not what the stored document says');
    expect(describeAudit(report).join()).not.toMatch(/Iemand|Vries/);
    expect(await look(data)).toMatchObject({ isWhole: true, files: 1, sealed: 1 });
  });
});

async function pdfWith(enclosed: Uint8Array): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  pdf.addPage();
  const [name, mediaType, description] = [MACHINE_DATA_NAME, 'application/json', 'voor computers'];
  encloseData(pdf, { name, mediaType, description, bytes: enclosed, madeAt: new Date('2026-11-24T10:00:00Z') });
  return pdf.save();
}

describe('compareSealed', () => {
  const data = sampleSecondVersion();
  const sealed = (change: (told: Record<string, unknown>) => Record<string, unknown> = (told) => told) => {
    const told = JSON.parse(new TextDecoder().decode(machineData(data, null)));
    return pdfWith(new TextEncoder().encode(JSON.stringify(change(told))));
  };
  const first = data.coreTasks[0];

  it('finds nothing where row and document are of the same data', async () => {
    expect(await compareSealed(await sealed(), JSON.parse(JSON.stringify(data)))).toEqual([]);
  });

  it.each<[string, Partial<ResultDocumentData>]>([
    ['result', { result: { ...data.result, gradeTenths: 100 } }],
    ['student', { student: { ...data.student, number: '999999' } }],
    ['exam', { exam: { ...data.exam, title: 'Een ander examen' } }],
    ['exam', { units: [] }],
    ['attempt', { attempt: 9 }],
    ['document', { document: { ...data.document, madeAt: '2020-01-01T00:00:00.000Z' } }],
    ['decision', { decision: { ...data.decision, byName: 'Iemand Anders' } }],
    ['school', { school: { ...data.school, name: 'Een andere school' } }],
    ['coreTasks', { coreTasks: first ? [{ ...first, workProcesses: [] }] : [] }],
    ['initiator', { initiatorName: 'Iemand Anders' }],
    ['events', { audit: [] }],
  ])('names what differs: %s', async (name, change) => {
    expect(await compareSealed(await sealed(), { ...data, ...change })).toEqual([name]);
  });

  it('says so when no document can be made of what stands there', async () => {
    expect(await compareSealed(await sealed(), {})).toEqual(['data']);
    expect(await compareSealed(await sealed(), null)).toEqual(['data']);
  });

  it('takes a document of an earlier version that tells less of the same for what it is', async () => {
    const older = await sealed(({ lastEvent: _later, ...told }) => told);
    expect(await compareSealed(older, data)).toEqual([]);
    expect(await compareSealed(older, { ...data, attempt: 9 })).toEqual(['attempt']);
  });

  it('has nothing to compare with in a file that encloses nothing, or another format', async () => {
    const empty = await PDFDocument.create();
    for (const file of [
      await empty.save(),
      new TextEncoder().encode('geen pdf'),
      await sealed((told) => ({ ...told, version: 2 })),
    ])
      expect(await compareSealed(file, { ...data, attempt: 9 })).toBeNull();
  });
});
