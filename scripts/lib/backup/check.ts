/** Reads a copy again: every row against the hash of its table, every file against its own. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createFileDocumentStore } from '../../../platform/documents.ts';
import { readLines } from '../../../platform/lines.ts';
import { errorMessage, ServiceProblem } from '../../../platform/services/problem.ts';
import { documentsDirOf, readFileList, readManifest, type TableEntry, tableFile } from './format.ts';

/**
 * @param options `hasAllBytes`: every file is read; otherwise its size is looked at, which a copy just written has beyond doubt
 * @throws ServiceProblem that names what is wrong
 */
export async function checkCopy(
  backupDir: string,
  copyDir: string,
  { hasAllBytes }: { readonly hasAllBytes: boolean },
): Promise<void> {
  const { tables } = readManifest(copyDir);
  for (const table of tables) await checkTable(copyDir, table);
  const store = createFileDocumentStore(documentsDirOf(backupDir));
  for (const { sha256, size } of readFileList(copyDir)) {
    const file = join(documentsDirOf(backupDir), sha256.slice(0, 2), sha256);
    const found = await stat(file).catch(() => undefined);
    if (found?.size !== size) throw damaged(file, 'it is not there, or has another size');
    if (!hasAllBytes) continue;
    await store.get(sha256).catch((error: unknown) => {
      throw damaged(file, errorMessage(error));
    });
  }
}

async function checkTable(copyDir: string, { name, rows, sha256 }: TableEntry): Promise<void> {
  const file = tableFile(copyDir, name);
  const hash = createHash('sha256');
  let count = 0;
  for await (const line of tableLines(copyDir, name)) {
    hash.update(`${line}\n`);
    count += 1;
  }
  if (count !== rows) throw damaged(file, `it holds ${count} rows instead of ${rows}`);
  if (hash.digest('hex') !== sha256) throw damaged(file, 'its rows are not those that were written');
}

/** The rows of a table, as JSON. @throws ServiceProblem when the file cannot be read */
export async function* tableLines(copyDir: string, table: string): AsyncGenerator<string> {
  const file = tableFile(copyDir, table);
  try {
    yield* readLines(file, { isPacked: true });
  } catch (error) {
    throw damaged(file, errorMessage(error));
  }
}

function damaged(file: string, reason: string): ServiceProblem {
  return new ServiceProblem('BAD_HOME', `The copy is damaged: ${file}: ${reason}.`);
}
