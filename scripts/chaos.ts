/**
 * Breaks things on purpose and counts, from outside, what became of the work. Writes `docs/reliability.md`.
 *
 * npm run chaos [-- --seed N] [-- --short] [-- --list] [-- scenario-id …]
 * npm run chaos -- --again scenario-id …
 * npm run chaos -- --mutants [mutant-id …]
 *
 * Without ids and in full it writes the report. `--again` does some anew and puts them in the place of what they were in the last
 * full run, and says so; `--mutants` adds to its report.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadStartSettings, projectRoot } from '../platform/config.ts';
import { writeJson } from '../platform/services/home.ts';
import { lockHome } from '../platform/services/lock.ts';
import type { Scenario } from './chaos/contract.ts';
import { mutants, runMutants } from './chaos/mutants.ts';
import { partScenarios } from './chaos/parts/index.ts';
import { keepMutants, keepRuns, replaceRuns, writeReport } from './chaos/report.ts';
import { isAllWell, runScenarios } from './chaos/runner.ts';
import { scenarios } from './chaos/scenarios.ts';
import { print, progressPrinter, runScript } from './lib/terminal.ts';
import { claimTestServer, releaseTestServer } from './lib/throwaway-postgres.ts';

const DEFAULT_SEED = 20_261_122;
const REPORT = join(projectRoot, 'docs', 'reliability.md');
const OPTIONS = {
  seed: { type: 'string' },
  short: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  again: { type: 'boolean', default: false },
  mutants: { type: 'boolean', default: false },
  /** A file for whoever started this: id and checks of each scenario. */
  outcome: { type: 'string' },
} as const;

await runScript(async () => {
  const { values, positionals: ids } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const all: readonly Scenario[] = [...scenarios, ...partScenarios];
  if (values.list) return list(all);
  const seed = Number(values.seed ?? DEFAULT_SEED);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error('--seed must be a whole number');
  const dir = join(loadStartSettings().home, 'chaos');
  claimTestServer();
  const lock = await lockHome(join(dir, 'lock.json'), dir, 0);
  const common = { seed, dir, say: progressPrinter(), signal: stopOnSignal().signal };
  try {
    if (values.mutants) return await tryMutants(ids, common);
    return await tryScenarios(choose(all, ids, values.short), common, {
      isShort: values.short,
      isWhole: ids.length === 0 && !values.short,
      isAgain: values.again && !values.short,
      outcomeFile: values.outcome,
    });
  } finally {
    // Some faults need a database only.
    await releaseTestServer();
    lock.release();
  }
}).finally(() => process.exit());

interface Common {
  readonly seed: number;
  readonly dir: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

interface What {
  readonly isShort: boolean;
  /** All of them: only then there is a report. */
  readonly isWhole: boolean;
  /** Some of them, in place of what they were in the last full run. */
  readonly isAgain: boolean;
  readonly outcomeFile: string | undefined;
}

async function tryScenarios(chosen: readonly Scenario[], common: Common, what: What): Promise<number> {
  const runs = await runScenarios(chosen, { ...common, isShort: what.isShort });
  if (what.outcomeFile !== undefined) {
    writeJson(
      what.outcomeFile,
      runs.map(({ scenario, report }) => ({ id: scenario.id, checks: report.checks })),
    );
  }
  if (what.isWhole) keepRuns(common.dir, { seed: common.seed, runs });
  else if (what.isAgain) replaceRuns(common.dir, { seed: common.seed, runs });
  if (what.isWhole || what.isAgain) writeReport(REPORT, common.dir);
  const failed = runs.filter((run) => !isAllWell([run]));
  print(
    failed.length === 0
      ? `All ${runs.length} held.`
      : `Did not hold: ${failed.map(({ scenario }) => scenario.id).join(', ')}. Their logs are in ${common.dir}.`,
  );
  return failed.length === 0 ? 0 : 1;
}

async function tryMutants(ids: readonly string[], common: Common): Promise<number> {
  const chosen = ids.length === 0 ? mutants : ids.map((id) => find(mutants, id));
  const runs = await runMutants(chosen, { ...common, dir: join(common.dir, 'mutants') });
  if (ids.length === 0) {
    keepMutants(common.dir, runs);
    writeReport(REPORT, common.dir);
  }
  return runs.every(({ isCaught }) => isCaught) ? 0 : 1;
}

function list(all: readonly Scenario[]): number {
  for (const { id, title, isInShort } of all) print(`${id.padEnd(22)} ${isInShort ? 'short' : '     '}  ${title}`);
  return 0;
}

function choose(all: readonly Scenario[], ids: readonly string[], isShort: boolean): readonly Scenario[] {
  if (ids.length > 0) return ids.map((id) => find(all, id));
  return isShort ? all.filter((scenario) => scenario.isInShort) : all;
}

function find<T extends { readonly id: string }>(all: readonly T[], id: string): T {
  const found = all.find((each) => each.id === id);
  if (!found) throw new Error(`There is no "${id}". There are: ${all.map((each) => each.id).join(', ')}`);
  return found;
}

/** The first signal lets what runs be stopped in order; so does a supervisor that is gone. */
function stopOnSignal(): AbortController {
  const controller = new AbortController();
  for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const)
    process.on(event, () => controller.abort(new Error('Stopped before the end.')));
  return controller;
}
