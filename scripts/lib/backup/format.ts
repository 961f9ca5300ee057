/**
 * How a backup lies on disk.
 *
 *   documents/<2>/<sha256>     bytes, shared by all copies: what did not change is not written again
 *   copies/<moment>/           one copy of the record, complete or not there
 *     manifest.json            what belongs in it, with counts and hashes
 *     tables/<table>.jsonl.gz  a row a line, as JSON
 *     documents.txt            hash and size of each file that the record names
 *     keys.json                the secret keys, encrypted; only with a passphrase
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ServiceProblem } from '../../../platform/services/problem.ts';
import type { AnchorHeader } from '../../../prisma/integrity/anchors.ts';

/** What is only of this moment and of this machine. */
export const LEFT_OUT: readonly string[] = ['_prisma_migrations', 'heartbeat', 'rate_limit'];

const headerSchema = z.custom<AnchorHeader>((value) => typeof value === 'object' && value !== null && 'root' in value);
const manifestSchema = z.object({
  kind: z.literal('proeve-backup'),
  v: z.literal(1),
  /** ISO instant of the record in it, by the database's clock. */
  madeAt: z.iso.datetime(),
  migrations: z.array(z.object({ name: z.string(), checksum: z.string() })),
  tables: z.array(z.object({ name: z.string(), rows: z.number().int(), sha256: z.string() })),
  documents: z.object({ count: z.number().int(), bytes: z.number().int() }),
  /** Where the chains of each school stand. */
  heads: z.array(headerSchema),
});
export type Manifest = z.infer<typeof manifestSchema>;
export type TableEntry = Manifest['tables'][number];

export interface FileEntry {
  readonly sha256: string;
  readonly size: number;
}

export const documentsDirOf = (backupDir: string) => join(backupDir, 'documents');
export const copiesDirOf = (backupDir: string) => join(backupDir, 'copies');
export const tableFile = (copyDir: string, table: string) => join(copyDir, 'tables', `${table}.jsonl.gz`);
export const manifestFile = (copyDir: string) => join(copyDir, 'manifest.json');
export const filesFile = (copyDir: string) => join(copyDir, 'documents.txt');
export const keysFile = (copyDir: string) => join(copyDir, 'keys.json');

/** Complete copies, oldest first; what a cut off run left has another name. */
export function listCopies(backupDir: string): string[] {
  const dir = copiesDirOf(backupDir);
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((name) => /^\d{4}-/.test(name) && existsSync(manifestFile(join(dir, name))))
    .sort();
}

/** @param name of the copy; the newest when not given @throws ServiceProblem when there is none */
export function copyDirOf(backupDir: string, name?: string): string {
  const copies = listCopies(backupDir);
  const chosen = name ?? copies.at(-1);
  if (chosen === undefined || !copies.includes(chosen)) {
    const known = copies.length === 0 ? 'It holds no complete copy.' : `It holds: ${copies.join(', ')}.`;
    throw new ServiceProblem('BAD_HOME', `There is no copy ${name ?? ''} in ${backupDir}. ${known}`.replace('  ', ' '));
  }
  return join(copiesDirOf(backupDir), chosen);
}

/** @throws ServiceProblem when it is damaged, or of another version */
export function readManifest(copyDir: string): Manifest {
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(manifestFile(copyDir), 'utf8')));
  } catch (error) {
    throw new ServiceProblem('BAD_HOME', `The manifest in ${copyDir} cannot be read.`, { cause: error });
  }
}

export function readFileList(copyDir: string): FileEntry[] {
  const lines = readFileSync(filesFile(copyDir), 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => {
    const [sha256 = '', size = ''] = line.split(' ');
    return { sha256, size: Number(size) };
  });
}
