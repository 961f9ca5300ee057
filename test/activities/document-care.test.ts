import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { createDocumentCareActivities } from '../../activities/document-care.ts';
import { createFileDocumentStore, type DocumentStore } from '../../platform/documents.ts';
import { type Database, openDatabase } from '../../prisma/client.ts';
import { createHealthRepository, FindingKind } from '../../prisma/repositories/health.ts';
import { describeReport, examine } from '../../scripts/lib/doctor.ts';
import { type SeededSchool, seedSchool } from '../support/factories.ts';
import { createTestDatabase, type TestDatabase } from '../support/services.ts';
import { silentLogger } from './fakes.ts';
import { playOn } from './play.ts';

let testDatabase: TestDatabase;
let database: Database;
let school: SeededSchool;
let dir: string;
let store: DocumentStore;
let documentId: string;
let assessmentId: string;
let sha256: string;

const PDF = new TextEncoder().encode('%PDF-1.7 het resultaat');

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, poolSize: 3 });
  school = await seedSchool(database);
  dir = mkdtempSync(join(tmpdir(), 'care-'));
  store = createFileDocumentStore(dir);
  const play = playOn(database, school);
  assessmentId = await play.create();
  await play.finish(assessmentId, await play.invite(assessmentId));
  documentId = await play.finalise(assessmentId);
  const stored = await store.put(PDF);
  sha256 = stored.sha256;
  await play.stored(assessmentId, stored);
});
afterAll(async () => {
  await database?.$disconnect();
  await testDatabase?.drop();
  rmSync(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  await store.put(PDF);
  await database.attachment.deleteMany();
  await database.document.updateMany({ data: { verifiedAt: null, damagedAt: null } });
});

const care = (most?: number) =>
  createDocumentCareActivities({ database, documents: store, logger: silentLogger }, most).verifyStoredFiles();
const document = () => database.document.findUniqueOrThrow({ where: { id: documentId } });
const fileOf = (hash: string) => join(dir, hash.slice(0, 2), hash);

async function attach(text: string, more: object = {}): Promise<{ id: string; sha256: string }> {
  const stored = await store.put(new TextEncoder().encode(text));
  const id = uuidv7();
  const owner = { schoolId: school.schoolId, createdBy: school.teacher.membershipId };
  await database.attachment.create({
    data: { id, ...owner, name: 'bijlage.pdf', mediaType: 'application/pdf', ...stored, ...more },
  });
  return { id, sha256: stored.sha256 };
}

describe('verifyStoredFiles', () => {
  it('says when it read what, and reads it again only after a week', async () => {
    await attach('een bijlage');
    expect(await care()).toEqual({ read: 2, damaged: 0, mended: 0 });
    expect((await document()).verifiedAt).toBeInstanceOf(Date);
    expect((await care()).read).toBe(0);
    await database.$executeRaw`UPDATE document SET verified_at = now() - interval '8 days'`;
    expect((await care()).read).toBe(1);
  });

  it('marks changed bytes, keeps the moment, and takes the mark away once they are put back', async () => {
    writeFileSync(fileOf(sha256), '%PDF-1.7 een ander resultaat');
    expect(await care()).toEqual({ read: 1, damaged: 1, mended: 0 });
    const { damagedAt, verifiedAt } = await document();
    expect({ isMarked: damagedAt !== null, verifiedAt }).toEqual({ isMarked: true, verifiedAt: null });
    expect(await care()).toMatchObject({ read: 1, damaged: 1 });
    expect((await document()).damagedAt).toEqual(damagedAt);
    await store.put(PDF);
    expect(await care()).toEqual({ read: 1, damaged: 0, mended: 1 });
    expect(await document()).toMatchObject({ damagedAt: null });
  });

  it('marks missing bytes of attachments as well, but not those that a scanner removed', async () => {
    const missing = await attach('weg');
    const infected = await attach('besmet', { scan: 'infected' });
    for (const each of [missing, infected]) rmSync(fileOf(each.sha256));
    expect(await care()).toEqual({ read: 2, damaged: 1, mended: 0 });
    expect((await database.attachment.findUniqueOrThrow({ where: { id: missing.id } })).damagedAt).toBeInstanceOf(Date);
  });

  it('reads a bounded number in a run, what was not read for longest first', async () => {
    for (let index = 0; index < 5; index += 1) await attach(`bijlage ${index}`);
    expect((await care(4)).read).toBe(3);
    expect((await care(4)).read).toBe(2);
    expect((await care(4)).read).toBe(1);
    expect(await database.attachment.count({ where: { verifiedAt: null } })).toBe(0);
  });

  it('fails, and marks nothing, when the folder cannot be read for another reason', async () => {
    const denied = { ...store, get: () => Promise.reject(Object.assign(new Error('no'), { code: 'EACCES' })) };
    const { verifyStoredFiles } = createDocumentCareActivities({ database, documents: denied, logger: silentLogger });
    await expect(verifyStoredFiles()).rejects.toThrow('no');
    expect(await document()).toMatchObject({ damagedAt: null, verifiedAt: null });
  });
});

describe('what is damaged', () => {
  it('is a finding for doctor and for the administrator of the school, until it is mended', async () => {
    rmSync(fileOf(sha256));
    await care();
    const { rows } = await createHealthRepository(database, school.schoolId).readPage(
      FindingKind.FileDamaged,
      null,
      10,
    );
    expect(rows).toMatchObject([{ id: documentId, assessmentId, code: sha256, schoolId: school.schoolId }]);
    const report = await examine(database, false);
    expect(describeReport(report).join('\n')).toContain('fileDamaged: 1 (stored file is missing or damaged');
    expect(await createHealthRepository(database, uuidv7()).count(FindingKind.FileDamaged)).toBe(0);
    await store.put(PDF);
    await care();
    expect(await createHealthRepository(database, school.schoolId).count(FindingKind.FileDamaged)).toBe(0);
  });
});
