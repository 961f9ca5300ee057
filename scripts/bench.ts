/**
 * Measures Proeve on this machine: `npm run bench -- [--full] [--json] [--only PREFIX | --again GROUP]`.
 * Writes docs/benchmarks.md after a run of everything; `--again` measures one group anew and puts it in the place of what it was in
 * the last run of everything, and says so. With `--json` the figures go to standard output as one object.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadStartSettings, projectRoot } from '../platform/config.ts';
import { openHome, readJson, writeJson } from '../platform/services/home.ts';
import { lockHome } from '../platform/services/lock.ts';
import { POSTGRES_STOP } from '../platform/services/postgres.ts';
import { POLITE_STOP, stopOrphans } from '../platform/services/process.ts';
import type { Figure } from './bench/figure.ts';
import { GROUPS } from './bench/groups.ts';
import { describeMachine } from './bench/machine.ts';
import { format, keptReportSchema, toJson, toMarkdown, withGroup } from './bench/report.ts';
import { runGroups } from './bench/run.ts';
import { describeProblem } from './lib/terminal.ts';

const started = performance.now();

function say(line: string): void {
  process.stderr.write(`[${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s] ${line}\n`);
}

function lineOf({ name, value, unit, spread, explanation }: Figure): string {
  const range = spread ? ` (${format(spread.min, unit)} – ${format(spread.max, unit)})` : '';
  return `${name.padEnd(28)} ${format(value, unit)}${range}\n    ${explanation}`;
}

/** Removes what an earlier run left, after stopping what it left running. */
async function clear(dir: string): Promise<void> {
  const settings = existsSync(dir) ? readdirSync(dir) : [];
  for (const name of settings)
    await stopOrphans(join(dir, name, 'run'), (part) => (part === 'postgres' ? POSTGRES_STOP : POLITE_STOP));
  await stopOrphans(join(dir, 'start-run'));
  rmSync(dir, { recursive: true, force: true });
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      tiny: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      again: { type: 'string' },
    },
  });
  if (values.again !== undefined && !GROUPS.some(({ id }) => id === values.again))
    throw new Error(`There is no group "${values.again}". There are: ${GROUPS.map(({ id }) => id).join(', ')}`);
  const home = openHome(join(loadStartSettings().home, values.tiny ? 'bench-tiny' : 'bench'));
  const lock = await lockHome(home.lockFile, home.dir, 0);
  const dir = join(home.dir, 'run-data');
  await clear(dir);
  mkdirSync(dir, { recursive: true });
  const stopping = new AbortController();
  for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const)
    process.on(event, () => stopping.abort(new Error('Stopped before the end.')));
  try {
    const { full: isFull, tiny: isTiny, again } = values;
    const only = again === undefined ? values.only : `${again}.`;
    const { figures, left, postgres } = await runGroups(GROUPS, {
      dir,
      only,
      isFull,
      isTiny,
      say,
      signal: stopping.signal,
    });
    if (stopping.signal.aborted) return 130;
    if (!isTiny && (only === '' || again !== undefined)) {
      const measured = { day: new Date().toISOString().slice(0, 10), isFull };
      const lastRun = join(home.dir, 'last-run.json');
      const report =
        again === undefined
          ? { machine: describeMachine(postgres), ...measured, figures, left }
          : withGroup(keptReportSchema.parse(readJson(lastRun)), again, measured, figures);
      writeJson(lastRun, report);
      writeFileSync(join(projectRoot, 'docs', 'benchmarks.md'), toMarkdown(report, GROUPS));
      say('Wrote docs/benchmarks.md.');
    }
    if (values.json) process.stdout.write(`${JSON.stringify(toJson(figures), null, 2)}\n`);
    else for (const figure of figures) process.stdout.write(`${lineOf(figure)}\n`);
    for (const line of left) say(line);
    return left.length === 0 ? 0 : 1;
  } finally {
    rmSync(dir, { recursive: true, force: true });
    lock.release();
  }
}

await main()
  .then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.stderr.write(`${describeProblem(error)}\n`);
      process.exitCode = 1;
    },
  )
  .finally(() => process.exit());
