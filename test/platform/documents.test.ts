import { createHash, randomUUID } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createFileDocumentStore, DocumentDamagedError, type DocumentStore } from '../../platform/documents.ts';

const HOUR_MS = 3_600_000;
const BYTES = Buffer.from('%PDF-1.7 een document');
const HASH = createHash('sha256').update(BYTES).digest('hex');

describe('document store in a folder', () => {
  let outer: string;
  let dir: string;
  let store: DocumentStore;

  beforeEach(() => {
    outer = mkdtempSync(join(tmpdir(), 'proeve-documents-'));
    dir = join(outer, 'documents');
    store = createFileDocumentStore(dir);
  });
  afterEach(() => rmSync(outer, { recursive: true, force: true }));

  const files = () => readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const fileOf = (hash: string) => join(dir, hash.slice(0, 2), hash);

  it('gives back what was put, by its hash', async () => {
    expect(await store.put(BYTES)).toEqual({ sha256: HASH, size: BYTES.length });
    expect(Buffer.from((await store.get(HASH)) ?? [])).toEqual(BYTES);
  });

  it('keeps one file for the same bytes and does not write it again', async () => {
    await store.put(BYTES);
    const before = statSync(fileOf(HASH));
    await store.put(BYTES);
    expect(statSync(fileOf(HASH)).ino).toBe(before.ino);
    expect(files()).toHaveLength(1);
  });

  it('takes the same bytes from many at once', async () => {
    const stored = await Promise.all(Array.from({ length: 20 }, () => store.put(BYTES)));
    expect(new Set(stored.map((each) => each.sha256))).toEqual(new Set([HASH]));
    expect(files().map((file) => file.name)).toEqual([HASH]);
    expect(Buffer.from((await store.get(HASH)) ?? [])).toEqual(BYTES);
  });

  describe('removing', () => {
    const age = (ms: number) => {
      const at = new Date(Date.now() - ms);
      utimesSync(fileOf(HASH), at, at);
    };

    it('takes away what is older than a day', async () => {
      await store.put(BYTES);
      age(25 * HOUR_MS);
      expect(await store.remove(HASH)).toBe(true);
      expect(await store.get(HASH)).toBeUndefined();
      expect(files()).toEqual([]);
    });

    it('leaves what was stored today, and what was stored again today', async () => {
      await store.put(BYTES);
      expect(await store.remove(HASH)).toBe(false);
      age(25 * HOUR_MS);
      await store.put(BYTES);
      expect(await store.remove(HASH)).toBe(false);
      expect(files().map((file) => file.name)).toEqual([HASH]);
    });

    it('takes away what is young too when it must not stay', async () => {
      await store.put(BYTES);
      expect(await store.remove(HASH, { isYoungToo: true })).toBe(true);
      expect(await store.get(HASH)).toBeUndefined();
    });

    it('loses nothing that is stored again at the same moment', async () => {
      await store.put(BYTES);
      age(25 * HOUR_MS);
      await Promise.all([store.remove(HASH), store.put(BYTES), store.remove(HASH), store.put(BYTES)]);
      expect(Buffer.from((await store.get(HASH)) ?? [])).toEqual(BYTES);
    });

    it('knows nothing of what is not there, or is no hash', async () => {
      expect(await store.remove(HASH)).toBe(false);
      expect(await store.remove('../../etc/passwd')).toBe(false);
    });
  });

  it('takes an empty document', async () => {
    const stored = await store.put(new Uint8Array());
    expect(stored.size).toBe(0);
    expect(await store.get(stored.sha256)).toHaveLength(0);
  });

  it('knows nothing of what was never put', async () => {
    expect(await store.get(HASH)).toBeUndefined();
  });

  it('refuses bytes that changed on disk, also when their number is the same', async () => {
    await store.put(BYTES);
    const damaged = Buffer.from(BYTES);
    damaged[3] = 0;
    writeFileSync(fileOf(HASH), damaged);
    await expect(store.get(HASH)).rejects.toBeInstanceOf(DocumentDamagedError);
  });

  it('mends a file that a crash cut off, when the bytes come again', async () => {
    await store.put(BYTES);
    truncateSync(fileOf(HASH), 4);
    await expect(store.get(HASH)).rejects.toMatchObject({ code: 'DOCUMENT_DAMAGED' });
    await store.put(BYTES);
    expect(Buffer.from((await store.get(HASH)) ?? [])).toEqual(BYTES);
  });

  it('mends damaged bytes of the same number too, when the right ones come again', async () => {
    await store.put(BYTES);
    writeFileSync(fileOf(HASH), Buffer.alloc(BYTES.length, 0x20));
    await store.put(BYTES);
    expect(Buffer.from((await store.get(HASH)) ?? [])).toEqual(BYTES);
  });

  it('leaves no temporary file, also when it cannot store', async () => {
    await store.put(BYTES);
    expect(files().map((file) => file.name)).toEqual([HASH]);
    const other = Buffer.from('ander');
    const hash = createHash('sha256').update(other).digest('hex');
    // A file where the folder should be.
    writeFileSync(join(dir, hash.slice(0, 2)), '');
    await expect(store.put(other)).rejects.toThrow();
    expect(files().filter((file) => file.name.endsWith('.tmp'))).toEqual([]);
  });

  it('removes what a crash left beside it a day ago, and nothing that is being written', async () => {
    const folder = join(dir, HASH.slice(0, 2));
    mkdirSync(folder, { recursive: true });
    const left = (name: string, ageMs: number) => {
      writeFileSync(join(folder, name), 'half');
      const at = new Date(Date.now() - ageMs);
      utimesSync(join(folder, name), at, at);
      return name;
    };
    left(`.${randomUUID()}.tmp`, 25 * HOUR_MS);
    const busy = left(`.${randomUUID()}.tmp`, HOUR_MS);
    const other = left('keep.txt', 100 * HOUR_MS);
    await store.put(BYTES);
    expect(readdirSync(folder).sort()).toEqual([HASH, busy, other].sort());
  });

  it('lets nobody else on the machine read', async () => {
    await store.put(BYTES);
    expect(statSync(fileOf(HASH)).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, HASH.slice(0, 2))).mode & 0o777).toBe(0o700);
    chmodSync(dir, 0o700);
  });

  it.each(['../secret', '..', '', `${HASH}/../../secret`, HASH.toUpperCase(), HASH.slice(1), `${HASH}\n`, '\0'])(
    'does not go looking for %j',
    async (name) => {
      await store.put(BYTES);
      writeFileSync(join(outer, 'secret'), 'geheim');
      expect(await store.get(name)).toBeUndefined();
      expect(readFileSync(join(outer, 'secret'), 'utf8')).toBe('geheim');
    },
  );
});
