/**
 * Fetches veraPDF, the reference validator of PDF/A and PDF/UA, from Maven Central into the folder of tools, for
 * `test/pdf/validity.test.ts`. Takes Java 17 with Maven; without them the test is skipped and says so.
 */
import { loadStartSettings } from '../platform/config.ts';
import { print, runScript } from './lib/terminal.ts';
import { fetchVerapdf, verapdfFolder } from './lib/verapdf.ts';

await runScript(async () => {
  const { home } = loadStartSettings();
  const isThere = fetchVerapdf(home, print);
  print(
    isThere
      ? `veraPDF is in ${verapdfFolder(home)}.`
      : 'veraPDF cannot be fetched: is Maven installed, and Maven Central within reach?',
  );
  return isThere ? 0 : 1;
});
