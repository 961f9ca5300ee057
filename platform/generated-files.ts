/**
 * Files that take seconds to make from sources: kept in `generated/`, named by a digest of all that they are made from, so that a
 * process that finds one loads nothing of what makes it, and one that fits no more is never taken.
 */
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = new URL('../', import.meta.url);
const GENERATED = new URL('generated/', ROOT);

export interface Recipe {
  /** Below `generated/`; for this kind of file alone, because older ones are removed from it. */
  readonly folder: string;
  /** With the dot. */
  readonly extension: string;
  /** Folders (with a slash at the end), with all that is in them, and files. */
  readonly sources: readonly URL[];
  /** Packages whose version counts. */
  readonly packages: readonly string[];
  /** Makes the text of the file. */
  make(): Promise<string>;
}

/** @returns the file; or its text, made now, where the folder cannot be written, which is no fault */
export async function generatedFile(recipe: Recipe): Promise<{ readonly file: URL } | { readonly text: string }> {
  const folder = new URL(`${recipe.folder}/`, GENERATED);
  const file = new URL(`${await digestOf(recipe)}${recipe.extension}`, folder);
  if (await exists(file)) return { file };
  const text = await recipe.make();
  try {
    await write(folder, file, text, recipe.extension);
    return { file };
  } catch (error) {
    if (!hasCode(error, ['EACCES', 'EPERM', 'EROFS', 'ENOSPC'])) throw error;
    return { text };
  }
}

async function digestOf({ sources, packages }: Recipe): Promise<string> {
  const hash = createHash('sha256').update(packages.map(versionOf).join(' '));
  const files = (await Promise.all(sources.map(filesOf))).flat();
  for (const file of files.sort((a, b) => (a.href < b.href ? -1 : 1))) {
    hash.update(`\0${file.href.slice(ROOT.href.length)}\0`).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 32);
}

function versionOf(name: string): string {
  return (createRequire(import.meta.url)(`${name}/package.json`) as { version: string }).version;
}

async function filesOf(source: URL): Promise<URL[]> {
  if (!source.pathname.endsWith('/')) return [source];
  const entries = await readdir(source, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => pathToFileURL(join(parentPath, name)));
}

async function exists(file: URL): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch (error) {
    if (hasCode(error, ['ENOENT'])) return false;
    throw error;
  }
}

/** Not by `instanceof`: errors of the file system come from another realm under a test runner. */
function hasCode(error: unknown, codes: readonly string[]): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && codes.includes(String(error.code));
}

/** Writes beside and renames, so that two processes starting at once never read half a file; drops older ones. */
async function write(folder: URL, file: URL, text: string, extension: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const own = basename(file.pathname);
  // Another process that makes it at the same time writes the same file.
  const older = (await readdir(folder)).filter((name) => name.endsWith(extension) && name !== own);
  const temporary = new URL(`${randomUUID()}.tmp`, folder);
  await writeFile(temporary, text);
  await rename(temporary, file);
  await Promise.all(older.map((name) => rm(new URL(name, folder), { force: true })));
}
