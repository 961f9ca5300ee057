/**
 * Breaks things on purpose and counts, from outside, what became of the work. Writes `docs/reliability.md`.
 *
 * npm run chaos [-- --seed N] [-- --short] [-- --mutants] [-- scenario-id …]
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadStartSettings, projectRoot } from '../platform/config.ts';
import type { Scenario } from './chaos/contract.ts';
import { partScenarios } from './chaos/parts/index.ts';
import { writeReport } from './chaos/report.ts';
import { isAllWell, runScenarios } from './chaos/runner.ts';
import { scenarios } from './chaos/scenarios.ts';
import { print, progressPrinter, runScript } from './lib/terminal.ts';

const DEFAULT_SEED = 20_261_122;
const REPORT = join(projectRoot, 'docs', 'reliability.md');

await runScript(async () => {
  const { values, positionals } = parseArgs({
    options: { seed: { type: 'string' }, short: { type: 'boolean' }, list: { type: 'boolean' } },
    allowPositionals: true,
  });
  const all: readonly Scenario[] = [...scenarios, ...partScenarios];
  if (values.list) {
    for (const { id, title } of all) print(`${id.padEnd(24)} ${title}`);
    return 0;
  }
  const isShort = values.short ?? false;
  const chosen = choose(all, positionals, isShort);
  const seed = Number(values.seed ?? DEFAULT_SEED);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error('--seed must be a whole number');
  const { signal } = stopOnSignal();
  const dir = join(loadStartSettings().home, 'chaos');
  const runs = await runScenarios(chosen, { seed, isShort, dir, say: progressPrinter(), signal });
  // A part of it is no report of the whole.
  if (positionals.length === 0 && !isShort) writeReport(REPORT, { seed, runs });
  return isAllWell(runs) ? 0 : 1;
}).finally(() => process.exit());

function choose(all: readonly Scenario[], ids: readonly string[], isShort: boolean): readonly Scenario[] {
  if (ids.length === 0) return isShort ? all.filter((scenario) => scenario.isInShort) : all;
  return ids.map((id) => {
    const found = all.find((scenario) => scenario.id === id);
    if (!found) throw new Error(`There is no fault "${id}". There are: ${all.map((each) => each.id).join(', ')}`);
    return found;
  });
}

/** The first signal lets what runs be stopped in order; a second one ends at once. */
function stopOnSignal(): AbortController {
  const controller = new AbortController();
  for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const)
    process.on(event, () => controller.abort(new Error('Stopped before the end.')));
  return controller;
}
