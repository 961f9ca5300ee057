/**
 * Makes a copy of the record and of the files that it names.
 *
 * Contract
 * 1. The rows are those of one moment, read in one transaction; nothing has to be stopped.
 * 2. Files are found by their hash, so a copy writes only those that no earlier copy holds. Each is read back against its hash.
 * 3. A copy gets its name when all of it is written and was read again; a run that fails or is cut off leaves none.
 * 4. Files that are missing or damaged in the installation do not hold up the copy: they are named, and the caller says so.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { createFileDocumentStore, DocumentDamagedError, type DocumentStore } from '../../../platform/documents.ts';
import { type AnchorHeader, headsAsOf, queryBy, summarise } from '../../../prisma/integrity/anchors.ts';
import { type RecordReader, readAsOfNow } from '../../../prisma/integrity/reader.ts';
import { checkCopy } from './check.ts';
import {
  copiesDirOf,
  documentsDirOf,
  type FileEntry,
  filesFile,
  keysFile,
  LEFT_OUT,
  listCopies,
  type Manifest,
  manifestFile,
  readFileList,
  type TableEntry,
  tableFile,
} from './format.ts';
import { type KeptSecrets, sealSecrets } from './keys.ts';

export interface BackupOptions {
  /** Connection of the application's role. */
  readonly databaseUrl: string;
  /** Folder of the installation's files. */
  readonly documentsDir: string;
  /** Folder of the backup; made when missing. */
  readonly backupDir: string;
  /** Encrypted into the copy; absent: the copy holds no keys. */
  readonly secrets?: { readonly secrets: KeptSecrets; readonly passphrase: string } | undefined;
  readonly say: (line: string) => void;
}

export interface BackupReport {
  /** Name of the copy. */
  readonly name: string;
  readonly dir: string;
  readonly manifest: Manifest;
  /** Files that this copy added, and their bytes. */
  readonly added: { readonly count: number; readonly bytes: number };
  /** Hashes of files that the installation does not have, or has damaged. */
  readonly lost: readonly string[];
}

const PAGE_ROWS = 500;

/** @throws whatever goes wrong; nothing of the copy stays behind then */
export async function makeBackup(options: BackupOptions): Promise<BackupReport> {
  const { backupDir, say } = options;
  const partial = join(copiesDirOf(backupDir), `.${randomUUID()}.partial`);
  await mkdir(join(partial, 'tables'), { recursive: true, mode: 0o700 });
  await removeCutOff(backupDir, partial);
  try {
    const { manifest, files } = await copyRecord(options, partial);
    const { added, lost } = await copyFiles(options, files);
    const kept = files.filter(({ sha256 }) => !lost.includes(sha256));
    await write(filesFile(partial), kept.map(({ sha256, size }) => `${sha256} ${size}\n`).join(''));
    if (options.secrets) {
      const sealed = sealSecrets(options.secrets.secrets, options.secrets.passphrase);
      await write(keysFile(partial), `${JSON.stringify(sealed)}\n`);
    }
    await write(manifestFile(partial), `${JSON.stringify(manifest, null, 2)}\n`);
    say('Reading the copy again.');
    await checkCopy(backupDir, partial, { hasAllBytes: false });
    const name = nameOf(manifest.madeAt, listCopies(backupDir));
    const dir = join(copiesDirOf(backupDir), name);
    await rename(partial, dir);
    return { name, dir, manifest, added, lost };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** `2026-11-23T014512Z`, and with a number when there is one of that second already. */
function nameOf(madeAt: string, known: readonly string[]): string {
  const name = `${madeAt.slice(0, 19).replaceAll(':', '')}Z`;
  const free = (suffix: number): string =>
    known.includes(`${name}-${suffix}`) ? free(suffix + 1) : `${name}-${suffix}`;
  return known.includes(name) ? free(2) : name;
}

function copyRecord({ databaseUrl, say }: BackupOptions, partial: string) {
  return readAsOfNow(databaseUrl, async (reader) => {
    const [moment] = await reader.rows<{ now: Date }>('SELECT now() AS now');
    const madeAt = (moment?.now ?? new Date()).toISOString();
    const tables: TableEntry[] = [];
    for (const name of await listTables(reader)) tables.push(await copyTable(reader, partial, name));
    say(`Copied ${tables.reduce((sum, { rows }) => sum + rows, 0)} rows of ${tables.length} tables.`);
    const files = await listFiles(reader);
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    const manifest: Manifest = {
      kind: 'proeve-backup',
      v: 1,
      madeAt,
      migrations: await reader.rows(
        `SELECT migration_name AS name, checksum FROM _prisma_migrations
         WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name`,
      ),
      tables,
      documents: { count: files.length, bytes },
      heads: await headsOf(reader, madeAt),
    };
    return { manifest, files };
  });
}

async function listTables(reader: RecordReader): Promise<string[]> {
  const rows = await reader.rows<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND NOT relname = ANY($1) ORDER BY relname`,
    [LEFT_OUT],
  );
  return rows.map(({ name }) => name);
}

async function copyTable(reader: RecordReader, partial: string, name: string): Promise<TableEntry> {
  const hash = createHash('sha256');
  let rows = 0;
  async function* lines() {
    for await (const page of reader.pages<{ line: string }>(
      `SELECT to_json(t)::text AS line FROM "${name}" t`,
      [],
      PAGE_ROWS,
    )) {
      const text = page.map(({ line }) => `${line}\n`).join('');
      hash.update(text);
      rows += page.length;
      yield text;
    }
  }
  const file = createWriteStream(tableFile(partial, name), { mode: 0o600, flush: true });
  await pipeline(Readable.from(lines()), new PassThrough(), createGzip(), file);
  return { name, rows, sha256: hash.digest('hex') };
}

/** Everything that a row names; what a scanner removed has no bytes by intention. */
function listFiles(reader: RecordReader): Promise<FileEntry[]> {
  return reader.rows<FileEntry>(
    `SELECT sha256, max(size)::int AS size FROM (
       SELECT sha256, size FROM document WHERE sha256 IS NOT NULL
       UNION ALL SELECT sha256, size FROM attachment WHERE scan <> 'infected') AS named
     GROUP BY sha256 ORDER BY sha256`,
  );
}

async function headsOf(reader: RecordReader, madeAt: string): Promise<AnchorHeader[]> {
  // Beyond the moment of the copy: it holds no event from after it.
  const asOf = new Date(Date.parse(madeAt) + 86_400_000);
  const schools = await reader.rows<{ id: string; slug: string }>('SELECT id, slug FROM school ORDER BY id');
  const headers: AnchorHeader[] = [];
  for (const { id, slug } of schools) {
    const summary = await summarise(headsAsOf(queryBy(reader), id, asOf));
    const day = madeAt.slice(0, 10);
    headers.push({
      kind: 'proeve-anchor',
      v: 1,
      schoolId: id,
      school: slug,
      day,
      asOf: asOf.toISOString(),
      ...summary,
    });
  }
  return headers;
}

async function copyFiles({ documentsDir, backupDir, say }: BackupOptions, files: readonly FileEntry[]) {
  const from = createFileDocumentStore(documentsDir);
  const to = createFileDocumentStore(documentsDirOf(backupDir));
  const added = { count: 0, bytes: 0 };
  const lost: string[] = [];
  for (const { sha256, size } of files) {
    if (await hasFile(backupDir, sha256, size)) continue;
    const bytes = await readOrMiss(from, sha256);
    if (bytes === undefined) {
      lost.push(sha256);
      continue;
    }
    await to.put(bytes);
    added.count += 1;
    added.bytes += bytes.length;
  }
  say(`Files: ${files.length} named, ${added.count} new (${Math.ceil(added.bytes / 1024)} kB), ${lost.length} lost.`);
  return { added, lost };
}

async function hasFile(backupDir: string, sha256: string, size: number): Promise<boolean> {
  const file = join(documentsDirOf(backupDir), sha256.slice(0, 2), sha256);
  return existsSync(file) && (await stat(file)).size === size;
}

async function readOrMiss(store: Pick<DocumentStore, 'get'>, sha256: string): Promise<Uint8Array | undefined> {
  try {
    return await store.get(sha256);
  } catch (error) {
    if (error instanceof DocumentDamagedError) return undefined;
    throw error;
  }
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600, flush: true });
}

/** What runs before this one left when they were cut off. */
async function removeCutOff(backupDir: string, own: string): Promise<void> {
  const dir = copiesDirOf(backupDir);
  for (const name of await readdir(dir)) {
    if (name.endsWith('.partial') && join(dir, name) !== own)
      await rm(join(dir, name), { recursive: true, force: true });
  }
}

/** Removes all copies but the newest, and files that no copy names any more. @returns names of the copies that went */
export async function keepNewest(backupDir: string, count: number): Promise<string[]> {
  const old = listCopies(backupDir).slice(0, -count);
  for (const name of old) await rm(join(copiesDirOf(backupDir), name), { recursive: true, force: true });
  if (old.length === 0) return [];
  const named = new Set(
    listCopies(backupDir).flatMap((name) =>
      readFileList(join(copiesDirOf(backupDir), name)).map(({ sha256 }) => sha256),
    ),
  );
  const dir = documentsDirOf(backupDir);
  for (const folder of existsSync(dir) ? await readdir(dir) : []) {
    for (const file of await readdir(join(dir, folder))) if (!named.has(file)) await rm(join(dir, folder, file));
  }
  return old;
}
