/**
 * Stored bytes: result documents and attachments, found by the hash of their content.
 *
 * Contract
 * 1. `put` returns only after the bytes and their name are on disk; a crash leaves a temporary file, never half a document.
 * 2. The same bytes again are the same document. What is stored never changes.
 * 3. What a crash left is removed a day later, when something is stored beside it.
 * 4. `get` checks the hash: damaged bytes are an error, not a document.
 * 5. `remove` leaves what was stored, or stored again, in the last day: whoever is storing the same bytes now has not yet written
 *    down that they need them.
 */
import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';

export interface StoredDocument {
  /** Lower-case hex. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

export interface DocumentStore {
  put(bytes: Uint8Array): Promise<StoredDocument>;
  /** @returns undefined when there is no such document @throws DocumentDamagedError */
  get(sha256: string): Promise<Uint8Array | undefined>;
  /**
   * Removes bytes that nothing names any more.
   * @param options `isYoungToo`: whoever wants them
   * @returns false when they are not there, or too young
   */
  remove(sha256: string, options?: { readonly isYoungToo?: boolean }): Promise<boolean>;
}

export class DocumentDamagedError extends Error {
  readonly code = 'DOCUMENT_DAMAGED';
  constructor(sha256: string) {
    super(`stored document ${sha256} does not match its hash`);
    this.name = 'DocumentDamagedError';
  }
}

const SHA256 = /^[0-9a-f]{64}$/;
const TEMPORARY = /^\.[0-9a-f-]{36}\.tmp$/;
/** Nobody writes one file this long. */
const ABANDONED_MS = 24 * 3_600_000;

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Documents in a folder, spread over 256 subfolders. */
export function createFileDocumentStore(dir: string): DocumentStore {
  const fileOf = (sha256: string) => path.join(dir, sha256.slice(0, 2), sha256);

  async function put(bytes: Uint8Array): Promise<StoredDocument> {
    const sha256 = hashOf(bytes);
    const stored = { sha256, size: bytes.length };
    const file = fileOf(sha256);
    // Touching tells `remove` that somebody wants them again; a file that was just taken away is written anew.
    if ((await isIntact(file, stored)) && (await touch(file))) return stored;
    const folder = path.dirname(file);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await sweepFolder(folder);
    const temporary = path.join(folder, `.${randomUUID()}.tmp`);
    try {
      await writeDurably(temporary, bytes);
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await syncFolder(folder);
    return stored;
  }

  async function get(sha256: string): Promise<Uint8Array | undefined> {
    if (!SHA256.test(sha256)) return undefined;
    const bytes = await readFile(fileOf(sha256)).catch(absentAsUndefined);
    if (bytes !== undefined && hashOf(bytes) !== sha256) throw new DocumentDamagedError(sha256);
    return bytes;
  }

  async function remove(sha256: string, { isYoungToo = false } = {}): Promise<boolean> {
    if (!SHA256.test(sha256)) return false;
    const file = fileOf(sha256);
    const aside = path.join(path.dirname(file), `.${randomUUID()}.tmp`);
    // Aside first: who stores the same bytes from here on finds none and writes them; who was before us has touched them.
    if ((await rename(file, aside).then(() => true, absentAsUndefined)) !== true) return false;
    const { mtimeMs } = await stat(aside);
    const isOld = isYoungToo || Date.now() - mtimeMs > ABANDONED_MS;
    if (!isOld) await link(aside, file).catch(presentAsUndefined);
    await rm(aside, { force: true });
    return isOld;
  }

  return { put, get, remove };
}

/** @returns false when the file is gone */
async function touch(file: string): Promise<boolean> {
  const now = new Date();
  return (await utimes(file, now, now).then(() => true, absentAsUndefined)) === true;
}

/** Whether the very bytes are there; a damaged file is written anew. */
async function isIntact(file: string, stored: StoredDocument): Promise<boolean> {
  const found = await stat(file).catch(absentAsUndefined);
  if (found?.size !== stored.size) return false;
  const bytes = await readFile(file).catch(absentAsUndefined);
  return bytes !== undefined && hashOf(bytes) === stored.sha256;
}

/** Removes temporary files of processes that are long gone. One folder of many: a look costs next to nothing. */
async function sweepFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!TEMPORARY.test(name)) continue;
    const file = path.join(folder, name);
    const found = await stat(file).catch(absentAsUndefined);
    if (found && Date.now() - found.mtimeMs > ABANDONED_MS) await rm(file, { force: true });
  }
}

async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The rename itself must survive a power cut too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function absentAsUndefined(error: unknown): undefined {
  if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

/** The same name holds the same bytes. */
function presentAsUndefined(error: unknown): undefined {
  if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST') return undefined;
  throw error;
}
