/** Where veraPDF stands, and how it is asked. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../platform/config.ts';

const VERAPDF_POM = join('scripts', 'verapdf', 'pom.xml');
const PROGRAM = join(projectRoot, 'scripts', 'verapdf', 'Validate.java');
const TIMEOUT_MS = 170_000;
const FETCH_MS = 90_000;

/** @param home folder of data and tools */
export function verapdfFolder(home: string): string {
  return join(home, 'tools', 'verapdf-1.30.2');
}

function hasJars(home: string): boolean {
  const folder = verapdfFolder(home);
  return existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.jar'));
}

/**
 * Fetches veraPDF by Maven, unless it is there. What cannot be fetched is said by {@link verapdfMissing}.
 * @returns whether it is there now
 */
export function fetchVerapdf(home: string, say: (line: string) => void): boolean {
  if (hasJars(home)) return true;
  if (spawnSync('mvn', ['--version']).error) return false;
  say('Fetching veraPDF with Maven; once only.');
  const folder = verapdfFolder(home);
  mkdirSync(folder, { recursive: true });
  const args = ['-q', '-f', VERAPDF_POM, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`];
  spawnSync('mvn', args, { cwd: projectRoot, stdio: 'ignore', timeout: FETCH_MS });
  return hasJars(home);
}

/** Why nothing can be validated here; null when it can. */
export function verapdfMissing(home: string): string | null {
  if (!hasJars(home)) return 'veraPDF is not here (npm run verapdf fetches it, by Maven)';
  return spawnSync('java', ['-version']).error ? 'Java is not installed' : null;
}

/** @returns what it found: one line for each file and flavour, more where a rule is broken */
export function validatePdf(home: string, flavours: readonly string[], files: readonly string[]): string[] {
  const classes = join(verapdfFolder(home), '*');
  const args = ['-cp', classes, PROGRAM, flavours.join(','), ...files];
  const { stdout } = spawnSync('java', args, { encoding: 'utf8', timeout: TIMEOUT_MS });
  return stdout.split('\n').filter((line) => line !== '');
}
