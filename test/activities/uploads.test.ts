import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { createUploadKeeper } from '../../activities/uploads.ts';
import { ScanState } from '../../platform/attachments.ts';
import { createFileDocumentStore, type DocumentStore } from '../../platform/documents.ts';
import type { ScanOutcome, VirusScanner } from '../../platform/virus-scanner.ts';
import { type Database, openDatabase } from '../../prisma/client.ts';
import { type SeededSchool, seedSchool } from '../support/factories.ts';
import { createTestDatabase, type TestDatabase } from '../support/services.ts';
import { silentLogger } from './fakes.ts';
import { playOn } from './play.ts';

const DAY_MS = 86_400_000;

let testDatabase: TestDatabase;
let database: Database;
let school: SeededSchool;
let dir: string;
let documents: DocumentStore;
let asked: string[];
let verdict: (text: string) => ScanOutcome;

const scanner: VirusScanner = {
  async scan(bytes) {
    const text = Buffer.from(bytes).toString();
    asked.push(text);
    return verdict(text);
  },
};

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, poolSize: 3 });
  school = await seedSchool(database);
});
afterAll(async () => {
  await database?.$disconnect();
  await testDatabase?.drop();
});
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'proeve-uploads-'));
  documents = createFileDocumentStore(dir);
  asked = [];
  verdict = () => ({ verdict: 'clean' });
  await database.invitationAttachment.deleteMany();
  await database.attachment.deleteMany();
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function keeper(options: { readonly isScanning?: boolean } = {}) {
  const { isScanning = true } = options;
  return createUploadKeeper({ database, documents, scanner: isScanning ? scanner : undefined, logger: silentLogger });
}

interface Upload {
  readonly text: string;
  readonly scan?: ScanState;
  readonly days?: number;
}

/** A file that was uploaded some days ago. */
async function upload({ text, scan = ScanState.None, days = 0 }: Upload): Promise<string> {
  const { sha256, size } = await documents.put(Buffer.from(text));
  const at = new Date(Date.now() - days * DAY_MS);
  utimesSync(join(dir, sha256.slice(0, 2), sha256), at, at);
  const { id } = await database.attachment.create({
    data: {
      id: uuidv7(),
      schoolId: school.schoolId,
      name: 'plan.pdf',
      mediaType: 'application/pdf',
      size,
      sha256,
      scan,
      createdBy: school.teacher.membershipId,
      createdAt: at,
    },
  });
  return id;
}

const rowOf = (id: string) => database.attachment.findUnique({ where: { id } });

async function bytesOf(id: string): Promise<string | undefined> {
  const { sha256 } = await database.attachment.findUniqueOrThrow({ where: { id } });
  const bytes = await documents.get(sha256);
  return bytes && Buffer.from(bytes).toString();
}

describe('files in quarantine', () => {
  it('may go along once the scanner calls them clean', async () => {
    const id = await upload({ text: 'a', scan: ScanState.Quarantined });
    expect(await keeper().scanAgain()).toBe(1);
    const row = await rowOf(id);
    expect([row?.scan, row?.scannedAt]).toEqual([ScanState.Clean, expect.any(Date)]);
    expect(await keeper().scanAgain()).toBe(0);
  });

  it('stay there while the scanner says nothing', async () => {
    verdict = () => ({ verdict: 'unavailable', reason: 'ECONNREFUSED' });
    const id = await upload({ text: 'a', scan: ScanState.Quarantined });
    expect(await keeper().scanAgain()).toBe(0);
    expect((await rowOf(id))?.scan).toBe(ScanState.Quarantined);
    expect(await bytesOf(id)).toBe('a');
  });

  it('lose their bytes when they are infected, and keep the record', async () => {
    verdict = () => ({ verdict: 'infected', signature: 'Test' });
    const id = await upload({ text: 'a', scan: ScanState.Quarantined });
    const same = await upload({ text: 'a', scan: ScanState.Quarantined });
    await keeper().scanAgain();
    expect([(await rowOf(id))?.scan, (await rowOf(same))?.scan]).toEqual([ScanState.Infected, ScanState.Infected]);
    expect(await bytesOf(id)).toBeUndefined();
  });

  it('do not hold each other up', async () => {
    verdict = (text) => (text === 'b' ? { verdict: 'unavailable', reason: 'too large' } : { verdict: 'clean' });
    await Promise.all(['b', 'a', 'c'].map((text) => upload({ text, scan: ScanState.Quarantined })));
    expect(await keeper().scanAgain()).toBe(2);
    expect(asked.sort()).toEqual(['a', 'b', 'c']);
  });

  it('wait when there is no scanner any more', async () => {
    const id = await upload({ text: 'a', scan: ScanState.Quarantined });
    expect(await keeper({ isScanning: false }).scanAgain()).toBe(0);
    expect((await rowOf(id))?.scan).toBe(ScanState.Quarantined);
  });
});

describe('files that nobody uses', () => {
  it('are removed after seven days, with their bytes', async () => {
    const id = await upload({ text: 'old', days: 8 });
    const sha256 = (await rowOf(id))?.sha256 ?? '';
    const young = await upload({ text: 'young', days: 6 });
    expect(await keeper().sweep()).toBe(1);
    expect(await rowOf(id)).toBeNull();
    expect(await documents.get(sha256)).toBeUndefined();
    expect(await bytesOf(young)).toBe('young');
    expect(await keeper().sweep()).toBe(0);
  });

  it('keep bytes that something else names', async () => {
    const old = await upload({ text: 'same', days: 8 });
    const other = await upload({ text: 'same', days: 1 });
    utimesSync(join(dir, ...pathOf((await rowOf(other))?.sha256 ?? '')), new Date(0), new Date(0));
    expect(await keeper().sweep()).toBe(1);
    expect(await rowOf(old)).toBeNull();
    expect(await bytesOf(other)).toBe('same');
  });

  it('keep bytes that somebody stored again today', async () => {
    const old = await upload({ text: 'again', days: 8 });
    const sha256 = (await rowOf(old))?.sha256 ?? '';
    await documents.put(Buffer.from('again'));
    await keeper().sweep();
    expect(await documents.get(sha256)).toBeDefined();
  });

  it('leave what an invitation or a batch names', async () => {
    const play = playOn(database, school);
    const invited = await upload({ text: 'invited', days: 30 });
    const planned = await upload({ text: 'planned', days: 30 });
    const invitationId = await play.invite(await play.create());
    await database.invitationAttachment.create({
      data: { schoolId: school.schoolId, invitationId, attachmentId: invited },
    });
    await database.batch.create({
      data: {
        id: uuidv7(),
        schoolId: school.schoolId,
        initiatorId: school.teacher.membershipId,
        status: 'scheduled',
        statusSince: new Date(),
        createdAt: new Date(),
        sendAt: new Date(),
        rowCount: 1,
        attachmentIds: [planned],
      },
    });
    expect(await keeper().sweep()).toBe(0);
    expect([await bytesOf(invited), await bytesOf(planned)]).toEqual(['invited', 'planned']);
  });

  it('are swept by several workers at once, each once', async () => {
    await Promise.all(Array.from({ length: 60 }, (_, index) => upload({ text: `${index}`, days: 8 })));
    const removed = await Promise.all([keeper().sweep(), keeper().sweep()]);
    expect(removed.reduce((sum, count) => sum + count, 0)).toBe(60);
    expect(await database.attachment.count()).toBe(0);
  });
});

function pathOf(sha256: string): [string, string] {
  return [sha256.slice(0, 2), sha256];
}
