/** Makes a copy of the whole installation. Exit code 0: made; 1: made, but files were lost before; 2: not made. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadStartSettings, type StartSettings } from '../platform/config.ts';
import { openHome, readOrCreateSecrets, writeJson } from '../platform/services/home.ts';
import { tryLock, withLock } from '../platform/services/lock.ts';
import { startPostgres } from '../platform/services/postgres.ts';
import { explain } from '../platform/services/problem.ts';
import { checkCopy } from './lib/backup/check.ts';
import { copyDirOf, listCopies } from './lib/backup/format.ts';
import { readInstalledSecrets } from './lib/backup/keys.ts';
import { keepNewest, makeBackup } from './lib/backup/make.ts';
import { installedDatabaseUrl, requireReadable } from './lib/installed-database.ts';
import { chooseStackPorts } from './lib/stack-parts.ts';
import { describeProblem, print, progressPrinter, runScript } from './lib/terminal.ts';

const FILES_LOST = 1;
const NOT_MADE = 2;
const USAGE = `Usage: npm run backup -- --to FOLDER [--keys FILE] [--keep NUMBER] | --to FOLDER --check
  --to FOLDER    where copies are kept; files that are there already are not written again
  --keys FILE    writes the secret keys to a file of their own, not encrypted: keep it apart from the copies
  --keep NUMBER  removes all copies but the newest so many, once the new one is made
  --check        makes no copy, but reads the newest one from beginning to end
With BACKUP_PASSPHRASE the keys are in each copy, encrypted with it. Nothing has to be stopped for a copy.
Exit code 0: made; 1: made, but files were missing or damaged; 2: not made.`;

await runScript(async () => {
  const options = readOptions();
  if (options === null) {
    process.stderr.write(`${USAGE}\n`);
    return NOT_MADE;
  }
  try {
    const to = resolve(options.to);
    return options.check ? await check(to) : await make(to, options);
  } catch (error) {
    process.stderr.write(`${describeProblem(explain(error, options.to))}\nNo copy was made.\n`);
    return NOT_MADE;
  }
});

async function make(to: string, options: { readonly keys?: string; readonly keep: number | null }): Promise<number> {
  const settings = loadStartSettings();
  const say = progressPrinter();
  const passphrase = settings.backupPassphrase;
  const secrets = passphrase === undefined && options.keys === undefined ? undefined : readInstalledSecrets(settings);
  return withLock(join(to, 'lock.json'), async () => {
    const report = await withRunningDatabase(settings, say, (databaseUrl) =>
      makeBackup({
        databaseUrl,
        documentsDir: settings.documentsDir,
        backupDir: to,
        secrets: passphrase !== undefined && secrets ? { secrets, passphrase } : undefined,
        say,
      }),
    );
    if (options.keys !== undefined) writeJson(resolve(options.keys), secrets);
    if (options.keep !== null) {
      const gone = await keepNewest(to, options.keep);
      if (gone.length > 0) say(`Removed older copies: ${gone.join(', ')}.`);
    }
    const { manifest, name, lost } = report;
    print(
      `Copy ${name}: ${manifest.tables.reduce((sum, { rows }) => sum + rows, 0)} rows, ${manifest.documents.count} files.`,
    );
    for (const line of aboutKeys(passphrase !== undefined, options.keys)) print(line);
    if (lost.length === 0) return 0;
    print(`NOT IN THE COPY, because missing or damaged in the installation: ${lost.join(', ')}.`);
    return FILES_LOST;
  });
}

function aboutKeys(isEncrypted: boolean, apart: string | undefined): string[] {
  if (isEncrypted) return ['The secret keys are in the copy, encrypted. Keep the passphrase somewhere else.'];
  if (apart !== undefined) return [`The secret keys are in ${apart}, NOT encrypted. Keep them apart from the copies.`];
  return [
    'WARNING: the secret keys are NOT in the copy. Without them no link that was mailed works after restoring, and the seal is another.',
    'Set BACKUP_PASSPHRASE to have them in each copy, or write them to a file of their own with --keys FILE.',
  ];
}

async function check(to: string): Promise<number> {
  const dir = copyDirOf(to);
  await checkCopy(to, dir, { hasAllBytes: true });
  print(`The newest of ${listCopies(to).length} copies is whole: ${dir}.`);
  return 0;
}

/** The database of the home is started for this, when nothing of the home runs. */
async function withRunningDatabase<T>(
  settings: StartSettings,
  say: (line: string) => void,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const url = installedDatabaseUrl(settings);
  const run = async () => {
    await requireReadable(url);
    return work(url);
  };
  const lockFile = join(settings.home, 'lock.json');
  if (settings.databaseUrl !== undefined || !existsSync(join(settings.home, 'postgres'))) return run();
  const lock = await tryLock(lockFile);
  if (!('release' in lock)) return run();
  try {
    const home = openHome(settings.home);
    const { postgres: port } = await chooseStackPorts(settings, home, say);
    const server = await startPostgres({
      dataDir: home.postgresDir,
      port,
      password: readOrCreateSecrets(home).postgresPassword,
      runDir: home.runDir,
      logFile: join(home.logDir, 'postgres.log'),
      say,
    });
    try {
      return await work(installedDatabaseUrl(settings));
    } finally {
      await server.stop();
    }
  } finally {
    lock.release();
  }
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        to: { type: 'string' },
        keys: { type: 'string' },
        keep: { type: 'string' },
        check: { type: 'boolean', default: false },
      },
    });
    const { to, keep, keys, check: isCheck } = values;
    if (to === undefined || (keep !== undefined && !/^[1-9]\d{0,3}$/.test(keep))) return null;
    return {
      to,
      check: isCheck,
      keep: keep === undefined ? null : Number(keep),
      ...(keys === undefined ? {} : { keys }),
    };
  } catch {
    return null;
  }
}
