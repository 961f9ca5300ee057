/**
 * The compiled mails on disk, beside the other generated code, named by a digest of all that they are made from. A
 * process that finds them loads neither MJML nor the Handlebars compiler.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const HERE = new URL('./', import.meta.url);
const GENERATED = new URL('../generated/emails/', import.meta.url);
const SOURCE_FOLDERS = ['templates/', 'templates/parts/', 'words/'];
const SOURCE_FILES = ['assemble.ts', 'compile.ts', 'data.ts'];

function versionOf(dependency: string): string {
  return (createRequire(import.meta.url)(`${dependency}/package.json`) as { version: string }).version;
}

async function listSources(): Promise<string[]> {
  const listings = await Promise.all(
    SOURCE_FOLDERS.map(async (folder) => {
      const entries = await readdir(new URL(folder, HERE), { withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => folder + entry.name);
    }),
  );
  return [...listings.flat(), ...SOURCE_FILES].sort();
}

/** A digest of all sources of the mails and of the versions of what compiles them. */
async function digestSources(): Promise<string> {
  const hash = createHash('sha256').update(`${versionOf('mjml')} ${versionOf('handlebars')}`);
  for (const name of await listSources()) {
    hash.update(`\0${name}\0`).update(await readFile(new URL(name, HERE)));
  }
  return hash.digest('hex').slice(0, 32);
}

/** Not by `instanceof`: errors of the file system come from another realm under a test runner. */
function hasCode(error: unknown, codes: readonly string[]): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && codes.includes(String(error.code));
}

async function readCompiled(file: URL): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, ['ENOENT'])) return undefined;
    throw error;
  }
}

/** Writes beside and renames, so that two processes starting at once never read half a file; drops older sets. */
async function writeCompiled(file: URL, code: string): Promise<void> {
  await mkdir(GENERATED, { recursive: true });
  const older = (await readdir(GENERATED)).filter((name) => name.endsWith('.mjs'));
  const temporary = new URL(`${randomUUID()}.tmp`, GENERATED);
  await writeFile(temporary, code);
  await rename(temporary, file);
  await Promise.all(older.map((name) => rm(new URL(name, GENERATED), { force: true })));
}

/**
 * The text of the module with the compiled mails: from disk when it fits the sources, otherwise compiled now and kept.
 * A folder that cannot be written is no fault: the mails are then compiled at each start.
 */
export async function loadCompiledMails(): Promise<string> {
  const file = new URL(`${await digestSources()}.mjs`, GENERATED);
  const kept = await readCompiled(file);
  if (kept !== undefined) return kept;
  const { compileMails } = await import('./compile.ts');
  const code = await compileMails();
  try {
    await writeCompiled(file, code);
  } catch (error) {
    if (!hasCode(error, ['EACCES', 'EPERM', 'EROFS', 'ENOSPC'])) throw error;
  }
  return code;
}
