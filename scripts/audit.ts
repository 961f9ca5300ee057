/** Verifies the record of the whole installation. Exit code 0: whole; 1: broken; 2: could not check. */
import { parseArgs } from 'node:util';
import { loadStartSettings } from '../platform/config.ts';
import { createFileDocumentStore } from '../platform/documents.ts';
import { AnchorFileError } from '../prisma/integrity/anchor-file.ts';
import { audit, describeAudit } from './lib/audit.ts';
import { installedDatabaseUrl, requireReadable } from './lib/installed-database.ts';
import { describeProblem, print, runScript } from './lib/terminal.ts';

const BROKEN = 1;
const COULD_NOT_CHECK = 2;
const USAGE = `Usage: npm run audit:verify [-- --school SLUG] [-- --documents] [-- --anchor FILE]… [-- --json]
  --school SLUG  only this school
  --documents    reads the bytes of documents and evidence as well
  --anchor FILE  compares with an anchor that was kept outside; more than one may be given
  --json         the report as JSON
Exit code 0: whole; 1: broken; 2: could not check.`;

await runScript(async () => {
  try {
    return await main();
  } catch (error) {
    process.stderr.write(`${error instanceof AnchorFileError ? error.message : describeProblem(error)}\n`);
    process.stderr.write('Could not check.\n');
    return COULD_NOT_CHECK;
  }
});

async function main(): Promise<number> {
  const options = readOptions();
  if (options === null) {
    process.stderr.write(`${USAGE}\n`);
    return COULD_NOT_CHECK;
  }
  const settings = loadStartSettings();
  const url = installedDatabaseUrl(settings);
  await requireReadable(url);
  const report = await audit(url, {
    school: options.school,
    bytes: options.documents ? createFileDocumentStore(settings.documentsDir) : undefined,
    anchorFiles: options.anchor,
    say: (line) => process.stderr.write(`${line}\n`),
  });
  if (options.json) print(JSON.stringify(report, null, 2));
  else for (const line of describeAudit(report)) print(line);
  return report.isWhole ? 0 : BROKEN;
}

function readOptions() {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      options: {
        school: { type: 'string' },
        documents: flag,
        anchor: { type: 'string', multiple: true, default: [] },
        json: flag,
      },
    }).values;
  } catch {
    return null;
  }
}
