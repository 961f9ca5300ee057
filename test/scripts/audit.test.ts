import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAnchorActivities } from '../../activities/anchors.ts';
import { withClient } from '../../platform/services/postgres-roles.ts';
import { type Database, openDatabase } from '../../prisma/client.ts';
import { audit, describeAudit } from '../../scripts/lib/audit.ts';
import { silentLogger } from '../activities/fakes.ts';
import { playOn } from '../activities/play.ts';
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
});
