/** Lists what is stuck in the whole installation. Exit code 0: nothing; 1: something; 2: could not look. */
import { parseArgs } from 'node:util';
import { loadStartSettings } from '../platform/config.ts';
import { openDatabase } from '../prisma/client.ts';
import { describeReport, examine, mendSafely } from './lib/doctor.ts';
import { installedDatabaseUrl, requireReadable } from './lib/installed-database.ts';
import { describeProblem, print, runScript } from './lib/terminal.ts';

const COULD_NOT_LOOK = 2;
const STATEMENT_TIMEOUT_MS = 60_000;
const USAGE = `Usage: npm run doctor [-- --json] [-- --mend] [-- --chains]
  --json    the findings as JSON
  --mend    tells Temporal again of what is stuck, and tries waiting mails now
  --chains  verifies the events of every stream instead of some`;

await runScript(async () => {
  try {
    return await main();
  } catch (error) {
    process.stderr.write(`${describeProblem(error)}\n`);
    return COULD_NOT_LOOK;
  }
});

async function main(): Promise<number> {
  const options = readOptions();
  if (options === null) {
    process.stderr.write(`${USAGE}\n`);
    return COULD_NOT_LOOK;
  }
  const url = installedDatabaseUrl(loadStartSettings());
  await requireReadable(url);
  const database = openDatabase({ url, poolSize: 2, statementTimeoutMs: STATEMENT_TIMEOUT_MS });
  try {
    const report = await examine(database, options.chains);
    const mended = options.mend ? await mendSafely(database) : null;
    if (options.json) print(JSON.stringify({ ...report, ...(mended === null ? {} : { mended }) }, null, 2));
    else {
      for (const line of describeReport(report)) print(line);
      if (mended !== null) print(`Asked to try ${mended} again. Look again in a few minutes.`);
    }
    return report.isHealthy ? 0 : 1;
  } finally {
    await database.$disconnect();
  }
}

function readOptions(): { json: boolean; mend: boolean; chains: boolean } | null {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({ options: { json: flag, mend: flag, chains: flag } }).values;
  } catch {
    return null;
  }
}
