import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { loadStartSettings, type StartSettings } from '../../platform/config.ts';
import { createFileDocumentStore } from '../../platform/documents.ts';
import { parseKeyring } from '../../platform/keys.ts';
import { withClient } from '../../platform/services/postgres-roles.ts';
import { createLinkToken, LinkPurpose, verifyLinkToken } from '../../platform/tokens.ts';
import { type Database, openDatabase } from '../../prisma/client.ts';
import { checkCopy } from '../../scripts/lib/backup/check.ts';
import {
  copiesDirOf,
  copyDirOf,
  documentsDirOf,
  listCopies,
  readManifest,
  tableFile,
} from '../../scripts/lib/backup/format.ts';
import { openSecrets } from '../../scripts/lib/backup/keys.ts';
import { keepNewest, makeBackup } from '../../scripts/lib/backup/make.ts';
import { restore } from '../../scripts/lib/backup/restore.ts';
import { createEmptyDatabase } from '../../scripts/lib/throwaway-postgres.ts';
import { playOn } from '../activities/play.ts';
import { type SeededSchool, seedSchool } from '../support/factories.ts';
import { createTestDatabase, type TestDatabase } from '../support/services.ts';

const KEYS = `1:${Buffer.alloc(32, 7).toString('base64')}`;
const PASSPHRASE = 'paard batterij nietje';
/** What programs break lines at, or trip over. */
const STRANGE = 'regel\u2028einde\r\nen "aanhaling" \\ 😀 é ﷽';

let source: TestDatabase;
let database: Database;
let school: SeededSchool;
let assessmentId: string;
let dir: string;
let documentsDir: string;
let backupDir: string;
let targets: TestDatabase[] = [];

beforeAll(async () => {
  source = await createTestDatabase();
  database = openDatabase({ url: source.url, poolSize: 3 });
  school = await seedSchool(database);
  const play = playOn(database, school);
  assessmentId = await play.create();
  await play.finish(assessmentId, await play.invite(assessmentId));
  await play.cancel(await play.create());
  await database.student.update({ where: { id: school.studentId }, data: { infix: STRANGE } });
});
afterAll(async () => {
  await database?.$disconnect();
  await source?.drop();
});
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'backup-'));
  documentsDir = join(dir, 'documents');
  backupDir = join(dir, 'copies');
});
afterEach(async () => {
  for (const target of targets) await target.drop();
  targets = [];
  await database.attachment.deleteMany();
  rmSync(dir, { recursive: true, force: true });
});

const silent = () => undefined;
/** Deriving the key of a passphrase is slow on purpose, so most copies go without. */
const backup = (isWithKeys = false) =>
  makeBackup({
    databaseUrl: source.url,
    documentsDir,
    backupDir,
    secrets: isWithKeys ? { secrets: { keys: KEYS, seal: 'zegel' }, passphrase: PASSPHRASE } : undefined,
    say: silent,
  });

/** A file that the record names, and its bytes. */
async function addFile(text: string, isStored = true): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const { sha256 } = await createFileDocumentStore(isStored ? documentsDir : join(dir, 'elders')).put(bytes);
  const rest = { name: 'bijlage.pdf', mediaType: 'application/pdf', size: bytes.length, sha256 };
  await database.attachment.create({
    data: { id: uuidv7(), schoolId: school.schoolId, createdBy: school.teacher.membershipId, ...rest },
  });
  return sha256;
}

async function emptyTarget(
  more: Record<string, string> = {},
): Promise<{ target: TestDatabase; settings: StartSettings }> {
  const target = await createEmptyDatabase();
  targets.push(target);
  const settings = loadStartSettings({
    NODE_ENV: 'test',
    PROEVE_HOME: join(dir, 'home'),
    DATABASE_URL: target.url,
    DATABASE_OWNER_URL: target.ownerUrl,
    DOCUMENTS_DIR: join(dir, 'teruggezet'),
    BACKUP_PASSPHRASE: PASSPHRASE,
    ...more,
  });
  return { target, settings };
}

/** Every row of every table that is copied, as text. */
function contentsOf(url: string, tables: readonly { name: string }[]): Promise<Record<string, string[]>> {
  return withClient(url, async (client) => {
    const found: Record<string, string[]> = {};
    for (const { name } of tables) {
      const { rows } = await client.query(`SELECT to_json(t)::text AS line FROM "${name}" t ORDER BY 1`);
      found[name] = rows.map(({ line }) => line);
    }
    return found;
  });
}

describe('backup and restore', () => {
  it('brings back every row, every file and the keys, and finds all of it whole', async () => {
    const sha256 = await addFile('de bijlage');
    const { manifest, lost, added } = await backup(true);
    expect({ lost, added: added.count }).toEqual({ lost: [], added: 1 });
    const { target, settings } = await emptyTarget();
    const report = await restore({ settings, backupDir, say: silent });
    expect(report.audit).toMatchObject({ isWhole: true, findings: [] });
    expect(report.audit.eventCount).toBe(await database.event.count());
    expect(await contentsOf(target.url, manifest.tables)).toEqual(await contentsOf(source.url, manifest.tables));
    const restored = createFileDocumentStore(join(dir, 'teruggezet'));
    expect(Buffer.from((await restored.get(sha256)) ?? []).toString()).toBe('de bijlage');
    expect(report.hasKeys).toBe(true);
    const kept = JSON.parse(readFileSync(join(dir, 'home', 'restored-keys.json'), 'utf8'));
    const link = await database.link.findFirstOrThrow();
    const mailed = createLinkToken(parseKeyring(KEYS), { linkId: link.id, kid: '1', purpose: LinkPurpose.Fill });
    expect(verifyLinkToken(parseKeyring(kept.keys), mailed, [LinkPurpose.Fill])).toMatchObject({ linkId: link.id });
    expect(report.waitingMails).toBeGreaterThan(0);
  });

  it('leaves the rights and the triggers of the tables as they were, and says when the copy has no keys', async () => {
    await backup();
    const { target, settings } = await emptyTarget();
    expect((await restore({ settings, backupDir, say: silent })).hasKeys).toBe(false);
    const asApplication = withClient(target.url, (client) => client.query('DELETE FROM event'));
    await expect(asApplication).rejects.toThrow('permission denied');
    const asOwner = withClient(target.ownerUrl, (client) => client.query('DELETE FROM event'));
    await expect(asOwner).rejects.toThrow('append-only');
    const references = "SELECT count(*)::int AS count FROM pg_constraint WHERE contype = 'f' AND convalidated";
    const countIn = (url: string) => withClient(url, async (client) => (await client.query(references)).rows[0].count);
    expect(await countIn(target.ownerUrl)).toBe(await countIn(source.ownerUrl));
  });

  it('refuses a database that is not empty and a home with an installation, and leaves both as they are', async () => {
    await backup();
    const before = await database.event.count();
    const { settings } = await emptyTarget({ DATABASE_URL: source.url, DATABASE_OWNER_URL: source.ownerUrl });
    await expect(restore({ settings, backupDir, say: silent })).rejects.toThrow('not empty');
    expect(await database.event.count()).toBe(before);
    const home = join(dir, 'bewoond');
    const inhabited = loadStartSettings({ PROEVE_HOME: home, BACKUP_PASSPHRASE: PASSPHRASE });
    mkdirSync(join(home, 'postgres'), { recursive: true });
    await expect(restore({ settings: inhabited, backupDir, say: silent })).rejects.toThrow(
      'holds an installation already',
    );
    expect(readdirSync(home)).toEqual(['postgres']);
  });

  it('refuses a copy of which a row or a file was changed, and one without its passphrase', async () => {
    const sha256 = await addFile('de bijlage');
    const { dir: copy } = await backup(true);
    const attempt = async (more?: Record<string, string>) => {
      const { settings } = await emptyTarget(more);
      return restore({ settings, backupDir, say: silent });
    };
    await expect(attempt({ BACKUP_PASSPHRASE: '' })).rejects.toThrow('set BACKUP_PASSPHRASE');
    await expect(attempt({ BACKUP_PASSPHRASE: 'iets anders' })).rejects.toThrow('not the one');
    const file = join(documentsDirOf(backupDir), sha256.slice(0, 2), sha256);
    writeFileSync(file, 'de BIJLAGE');
    rmSync(join(copy, 'keys.json'));
    await expect(attempt()).rejects.toThrow('copy is damaged');
    await expect(checkCopy(backupDir, copy, { hasAllBytes: true })).rejects.toThrow(sha256);
    writeFileSync(file, 'de bijlage');
    truncateSync(tableFile(copy, 'event'), 40);
    await expect(attempt()).rejects.toThrow('copy is damaged');
  });
});

describe('makeBackup', () => {
  it('writes again only the files that no copy holds yet', async () => {
    await addFile('de eerste');
    expect((await backup()).added.count).toBe(1);
    await addFile('de tweede');
    const { added, manifest } = await backup();
    expect({ added: added.count, named: manifest.documents.count }).toEqual({ added: 1, named: 2 });
    expect(listCopies(backupDir)).toHaveLength(2);
  });

  it('names files that the installation has lost, and copies all the rest', async () => {
    const lost = await addFile('kwijt', false);
    await addFile('is er');
    const report = await backup();
    expect(report.lost).toEqual([lost]);
    expect(listCopies(backupDir)).toEqual([report.name]);
    await checkCopy(backupDir, report.dir, { hasAllBytes: true });
  });

  it('leaves nothing that looks like a copy when it cannot be finished', async () => {
    await addFile('de bijlage');
    // The folder of the files is in the way: writing them fails as on a full disk.
    mkdirSync(backupDir);
    writeFileSync(documentsDirOf(backupDir), '');
    await expect(backup()).rejects.toThrow();
    expect(listCopies(backupDir)).toEqual([]);
    expect(readdirSync(copiesDirOf(backupDir))).toEqual([]);
  });

  it('keeps only the newest copies when asked to, and the files that they name', async () => {
    const first = await addFile('alleen in de eerste');
    await backup();
    await database.attachment.deleteMany();
    const second = await addFile('in de tweede');
    const { name } = await backup();
    expect(await keepNewest(backupDir, 1)).toHaveLength(1);
    expect(listCopies(backupDir)).toEqual([name]);
    const has = (sha256: string) => existsSync(join(documentsDirOf(backupDir), sha256.slice(0, 2), sha256));
    expect([has(first), has(second)]).toEqual([false, true]);
    await checkCopy(backupDir, copyDirOf(backupDir), { hasAllBytes: true });
  });

  it('holds no key and no passphrase that can be read', async () => {
    const { dir: copy } = await backup(true);
    const text = readFileSync(join(copy, 'keys.json'), 'utf8');
    expect(text).not.toContain(KEYS.slice(2));
    expect(text).not.toContain(PASSPHRASE);
    expect(openSecrets(join(copy, 'keys.json'), PASSPHRASE)).toEqual({ keys: KEYS, seal: 'zegel' });
    expect(readManifest(copy).heads).toMatchObject([{ schoolId: school.schoolId }]);
  });
});
