import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../platform/config.ts';
import { HISTORIES_DIR, type HistoryPath, REQUIRED_HISTORIES } from '../test/replay/history-files.ts';
import { recordHistories } from '../test/replay/recording/record.ts';
import { print, progressPrinter, runScript } from './lib/terminal.ts';
import { releaseTestServer } from './lib/throwaway-postgres.ts';

const ALL = Object.keys(REQUIRED_HISTORIES) as HistoryPath[];
const USAGE = `Usage: npm run histories -- [--label LABEL] [PATH…]

Records what the workflows do on each path into test/replay/histories. With a label the older recordings stay beside
the new ones; without one they are replaced, which is right only while no installation runs the older code.
Paths: ${ALL.join(', ')}`;

/** Records the histories that the replay test replays. */
await runScript(async () => {
  const asked = readArguments(process.argv.slice(2));
  if (asked === null) {
    print(USAGE);
    return 1;
  }
  const written = await recordHistories({ ...asked, say: progressPrinter() }).finally(releaseTestServer);
  formatHistories();
  print(`Recorded ${written.length} histories. Run npm test -- test/replay and commit them.`);
  return 0;
});

function readArguments(args: readonly string[]): { paths: readonly HistoryPath[]; label: string | null } | null {
  const at = args.indexOf('--label');
  const label = at < 0 ? null : (args[at + 1] ?? '');
  const names = at < 0 ? args : args.toSpliced(at, 2);
  const isKnown = names.every((name) => (ALL as readonly string[]).includes(name));
  if (!isKnown || (label !== null && !/^[a-z0-9-]{1,40}$/.test(label))) return null;
  return { paths: names.length === 0 ? ALL : (names as HistoryPath[]), label };
}

/** So that recordings differ only where they differ. */
function formatHistories(): void {
  const biome = join(projectRoot, 'node_modules', '.bin', 'biome');
  const { status } = spawnSync(biome, ['format', '--write', HISTORIES_DIR], { cwd: projectRoot, stdio: 'ignore' });
  if (status !== 0) throw new Error('the recorded histories could not be formatted');
}
