/** The logo that a school's file names, drawn anew. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RemadeLogo, remakeLogo } from '../logo/remake.ts';
import type { NamedLogo } from './school.ts';

export type ImportedLogo = Extract<RemadeLogo, { readonly ok: true }> & Pick<NamedLogo, 'hasName'>;

/**
 * @param dir folder of the school's file
 * @throws {Error} there is no such file, or it cannot be a logo: with the name of the file and a code of `LogoProblem`
 */
export async function readNamedLogo(dir: string, { file, hasName }: NamedLogo): Promise<ImportedLogo> {
  const logo = await remakeLogo(await readFile(join(dir, file)));
  if (!logo.ok) throw new Error(`${file}: ${logo.problem}`);
  return { ...logo, hasName };
}
