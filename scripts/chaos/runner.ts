/** Runs scenarios one after another, each in an empty folder of its own, and never lets one hang. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openHome } from '../../platform/services/home.ts';
import { POSTGRES_STOP } from '../../platform/services/postgres.ts';
import { POLITE_STOP, stopOrphans } from '../../platform/services/process.ts';
import type { ChaosContext, FaultReport, Scenario } from './contract.ts';
import { seededRandom } from './random.ts';

export interface RunOptions {
  readonly seed: number;
  readonly isShort: boolean;
  /** Folder of all data; each scenario has one in it. */
  readonly dir: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface ScenarioRun {
  readonly scenario: Scenario;
  readonly report: FaultReport;
  /** Milliseconds, with setting up. */
  readonly ms: number;
}

/** The one check of a scenario that threw. */
export const BROKEN_OFF = 'the fault could be played to its end';

/** No fault takes this long. */
const LONGEST_MS = { full: 20 * 60_000, short: 4 * 60_000 };

/** Runs them in this order; one that breaks is a failed check in its report, and the next one runs. */
export async function runScenarios(chosen: readonly Scenario[], options: RunOptions): Promise<ScenarioRun[]> {
  await stopLeftOvers(options);
  const runs: ScenarioRun[] = [];
  for (const scenario of chosen) {
    options.signal.throwIfAborted();
    runs.push(await runScenario(scenario, options));
  }
  return runs;
}

/** What a run that was killed left running, whichever fault it was at. */
async function stopLeftOvers({ dir, say }: RunOptions): Promise<void> {
  if (!existsSync(dir)) return;
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const steps = (name: string) => (name === 'postgres' ? POSTGRES_STOP : POLITE_STOP);
    const stopped = await stopOrphans(join(dir, entry.name, 'run'), steps);
    if (stopped.length > 0) say(`Stopped what the last run had left running: ${stopped.join(', ')}.`);
  }
}

async function runScenario(scenario: Scenario, options: RunOptions): Promise<ScenarioRun> {
  const { seed, isShort, say } = options;
  const dir = join(options.dir, scenario.id);
  rmSync(dir, { recursive: true, force: true });
  openHome(dir);
  const limit = AbortSignal.timeout(isShort ? LONGEST_MS.short : LONGEST_MS.full);
  const context: ChaosContext = {
    seed,
    isShort,
    dir,
    random: seededRandom(seed),
    say,
    signal: AbortSignal.any([options.signal, limit]),
  };
  say(`${scenario.id}: ${scenario.title}`);
  const started = performance.now();
  const report = await scenario.run(context).catch((error: unknown) => {
    options.signal.throwIfAborted();
    return brokenReport(error);
  });
  const ms = performance.now() - started;
  const failed = report.checks.filter(({ ok }) => !ok);
  for (const { what, ok, seen } of report.checks) say(`  ${ok ? 'ok    ' : 'FAILED'} ${what}: ${seen}`);
  const recovered = report.recoveredMs === null ? '' : `, recovered in ${Math.round(report.recoveredMs / 1000)} s`;
  say(`  ${failed.length === 0 ? 'held' : `${failed.length} failed`} in ${Math.round(ms / 1000)} s${recovered}`);
  // What went wrong is read from the logs in it.
  if (failed.length === 0) rmSync(dir, { recursive: true, force: true });
  return { scenario, report, ms };
}

function brokenReport(error: unknown): FaultReport {
  const seen = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const checks = [{ what: BROKEN_OFF, ok: false, seen }];
  return { done: 'It broke off.', lost: 0, doubled: 0, recoveredMs: null, checks };
}

/** Whether every check of every scenario held. */
export function isAllWell(runs: readonly ScenarioRun[]): boolean {
  return runs.every(({ report }) => report.checks.length > 0 && report.checks.every(({ ok }) => ok));
}
