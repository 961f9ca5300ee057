/** Puts a copy back into an empty database or home, and verifies it. Exit code 0: whole; 1: put back, but not whole; 2: not put back. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadStartSettings } from '../platform/config.ts';
import { explain } from '../platform/services/problem.ts';
import { describeAudit } from './lib/audit.ts';
import { restore } from './lib/backup/restore.ts';
import { describeProblem, print, progressPrinter, runScript } from './lib/terminal.ts';

const NOT_WHOLE = 1;
const NOT_PUT_BACK = 2;
const USAGE = `Usage: npm run restore -- --from FOLDER [--copy NAME] [--keys FILE]
  --from FOLDER  where npm run backup put its copies
  --copy NAME    which one; the newest when not given
  --keys FILE    the secret keys, where they were kept apart (else from the copy, with BACKUP_PASSPHRASE)
Puts back into the database of DATABASE_URL and DATABASE_OWNER_URL, which must be empty; without them into PROEVE_HOME, which must
hold no installation. Temporal needs no copy: workers start what is open again by themselves.
Exit code 0: put back and whole; 1: put back, not whole; 2: not put back.`;

await runScript(async () => {
  const options = readOptions();
  if (options === null) {
    process.stderr.write(`${USAGE}\n`);
    return NOT_PUT_BACK;
  }
  const settings = loadStartSettings();
  try {
    const report = await restore({ settings, say: progressPrinter(), ...options });
    for (const line of describeAudit(report.audit)) print(line);
    if (!report.hasKeys)
      print('WARNING: the secret keys were not put back. Links that were mailed do not work; people ask for new ones.');
    if (report.waitingMails > 0)
      print(
        `${report.waitingMails} mails waited when the copy was made. They go out when a worker starts, also those that went before.`,
      );
    return report.audit.isWhole ? 0 : NOT_WHOLE;
  } catch (error) {
    process.stderr.write(`${describeProblem(explain(error, settings.home))}\nNothing was put back.\n`);
    return NOT_PUT_BACK;
  }
});

function readOptions() {
  try {
    const { values } = parseArgs({
      options: { from: { type: 'string' }, copy: { type: 'string' }, keys: { type: 'string' } },
    });
    const { from, copy, keys } = values;
    return from === undefined ? null : { backupDir: resolve(from), copy, keysFile: keys && resolve(keys) };
  } catch {
    return null;
  }
}
