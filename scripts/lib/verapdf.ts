/** Where veraPDF stands, and how it is asked. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../platform/config.ts';

export const VERAPDF_POM = join('scripts', 'verapdf', 'pom.xml');
const PROGRAM = join(projectRoot, 'scripts', 'verapdf', 'Validate.java');
const TIMEOUT_MS = 170_000;

/** @param home folder of data and tools */
export function verapdfFolder(home: string): string {
  return join(home, 'tools', 'verapdf-1.30.2');
}

/** Why nothing can be validated here; null when it can. */
export function verapdfMissing(home: string): string | null {
  const folder = verapdfFolder(home);
  const hasJars = existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.jar'));
  if (!hasJars) return 'veraPDF is not here (scripts/verapdf.ts fetches it)';
  return spawnSync('java', ['-version']).error ? 'Java is not installed' : null;
}

/** @returns what it found: one line for each file and flavour, more where a rule is broken */
export function validatePdf(home: string, flavours: readonly string[], files: readonly string[]): string[] {
  const classes = join(verapdfFolder(home), '*');
  const args = ['-cp', classes, PROGRAM, flavours.join(','), ...files];
  const { stdout } = spawnSync('java', args, { encoding: 'utf8', timeout: TIMEOUT_MS });
  return stdout.split('\n').filter((line) => line !== '');
}
