/**
 * Fetches veraPDF, the reference validator of PDF/A and PDF/UA, from Maven Central into the folder of tools, for
 * `test/pdf/validity.test.ts`. Takes Java 17 with Maven; without them the test is skipped and says so.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { loadStartSettings, projectRoot } from '../platform/config.ts';
import { print, runScript } from './lib/terminal.ts';
import { VERAPDF_POM, verapdfFolder } from './lib/verapdf.ts';

await runScript(async () => {
  const folder = verapdfFolder(loadStartSettings().home);
  mkdirSync(folder, { recursive: true });
  const args = ['-q', '-f', VERAPDF_POM, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`];
  const { status, error } = spawnSync('mvn', args, { cwd: projectRoot, stdio: 'inherit' });
  if (error) print('Maven is not installed here: veraPDF cannot be fetched.');
  else if (status === 0) print(`veraPDF is in ${folder}.`);
  return status ?? 1;
});
