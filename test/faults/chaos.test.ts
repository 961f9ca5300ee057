/** The small form of `npm run chaos`: real processes, killed; and the parts of it that are pure. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { processEnvironment, projectRoot } from '../../platform/config.ts';
import { openHome, readJson } from '../../platform/services/home.ts';
import type { Check, Scenario } from '../../scripts/chaos/contract.ts';
import { mutants, mutate } from '../../scripts/chaos/mutants.ts';
import { partScenarios } from '../../scripts/chaos/parts/index.ts';
import { seededRandom } from '../../scripts/chaos/random.ts';
import { keepRuns, renderReport, replaceRuns, writeReport } from '../../scripts/chaos/report.ts';
import { scenarios } from '../../scripts/chaos/scenarios.ts';
import { testHomeDir } from '../../scripts/lib/throwaway-postgres.ts';
import { chromiumPath, temporalCliPath } from '../support/services.ts';

const LONGEST_MS = 10 * 60_000;
const all = [...scenarios, ...partScenarios];

interface Outcome {
  readonly id: string;
  readonly checks: readonly Check[];
}

describe('the small form of the faults', () => {
  const dir = join(testHomeDir(), `chaos-${process.pid}`);
  let outcomes: readonly Outcome[] = [];

  beforeAll(async () => {
    openHome(testHomeDir());
    openHome(dir);
    const file = join(dir, 'outcome.json');
    await runShort(file, dir);
    outcomes = (readJson(file) as readonly Outcome[] | undefined) ?? [];
  }, LONGEST_MS);

  afterAll(() => {
    const isWell = outcomes.length > 0 && outcomes.every(({ checks }) => checks.every(({ ok }) => ok));
    if (isWell) rmSync(dir, { recursive: true, force: true });
  });

  it.each(all.filter(({ isInShort }) => isInShort).map(({ id }) => id))('holds everything in %s', (id) => {
    const checks = outcomes.find((each) => each.id === id)?.checks ?? [];
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(checks.length).toBeGreaterThan(0);
  });
});

async function runShort(outcome: string, home: string): Promise<void> {
  const environment = {
    ...processEnvironment(),
    PROEVE_HOME: home,
    TEMPORAL_CLI_PATH: await temporalCliPath(),
    CHROMIUM_PATH: await chromiumPath(),
  };
  const args = ['--disable-warning=ExperimentalWarning', join(projectRoot, 'scripts', 'chaos.ts')];
  await new Promise<void>((resolve, reject) => {
    const child = spawn(process.execPath, [...args, '--short', '--outcome', outcome], {
      cwd: projectRoot,
      env: environment,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.once('error', reject);
    child.once('exit', () => resolve());
  });
}

describe('the faults', () => {
  it('have names of their own', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const { id } of all) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it('happen at the same moments for the same seed', () => {
    const draw = (seed: number) => Array.from({ length: 5 }, seededRandom(seed));
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    for (const number of draw(7)) expect(number >= 0 && number < 1).toBe(true);
  });
});

describe('mutants', () => {
  it.each(mutants.map((mutant) => [mutant.id, mutant] as const))(
    '%s still has its place in the program',
    (_id, mutant) => {
      const source = readFileSync(join(projectRoot, mutant.file), 'utf8');
      expect(mutate(mutant, source)).not.toBe(source);
    },
  );

  it('are tried with faults that exist', () => {
    const ids = new Set(all.map(({ id }) => id));
    expect(mutants.flatMap((mutant) => mutant.scenarios).filter((id) => !ids.has(id))).toEqual([]);
  });

  it('whose place is gone fail loudly', () => {
    const [mutant] = mutants;
    if (!mutant) throw new Error('there are no mutants');
    expect(() => mutate(mutant, 'nothing of the kind')).toThrow(/0 times/);
    expect(() => mutate(mutant, mutant.from + mutant.from)).toThrow(/2 times/);
  });
});

describe('the report', () => {
  const run = {
    scenario: { id: 'worker-killed', title: 'Workers are killed' },
    report: {
      done: 'Killed twice.',
      lost: 1,
      doubled: 0,
      recoveredMs: 1_500,
      checks: [
        { what: 'no mail is lost', ok: false, seen: '2 queued | 1 arrived' },
        { what: 'every chain is whole', ok: true, seen: '4 chains' },
      ],
    },
    ms: 61_000,
  };
  const kept = { seed: 7, at: '2026-11-22T10:00:00.000Z', machine: '2 cores, Node 24', runs: [run] };

  const fake: Scenario = { ...run.scenario, isInShort: false, run: () => Promise.reject(new Error('not played here')) };

  it('shows what failed, and counts it', () => {
    const text = renderReport(kept, []);
    expect(text).toContain('2 checks, **1 failed**');
    expect(text).toContain('| [Workers are killed](#worker-killed) | 1 | 0 | 1.5 s | 1 of 2 |');
    expect(text).toContain('- **FAILED** no mail is lost: 2 queued \\| 1 arrived');
    expect(text).not.toContain('broken on purpose');
  });

  it('tells which mutants were noticed', () => {
    const mutant = { id: 'skip-claim', title: 'No lock' };
    const text = renderReport(kept, [{ mutant, isCaught: false, by: 'two-pumps noticed nothing' }]);
    expect(text).toContain('| No lock | **no** | two-pumps noticed nothing |');
  });

  it('says of what was done again that it was', () => {
    const dir = mkdtempSync(join(tmpdir(), 'proeve-report-'));
    const file = join(dir, 'report.md');
    const fault = (id: string, ok: boolean) => ({
      ...run,
      scenario: { ...fake, id, title: id },
      report: { ...run.report, checks: [{ what: 'it holds', ok, seen: 'seen' }] },
    });
    keepRuns(dir, { seed: 1, runs: [fault('first', true), fault('second', false)] });
    replaceRuns(dir, { seed: 2, runs: [fault('second', true)] });
    writeReport(file, dir);
    const text = readFileSync(file, 'utf8');
    rmSync(dir, { recursive: true });
    expect(text).toContain('2 checks, all held');
    expect(text.split('Done again after the others')).toHaveLength(2);
    expect(text).toMatch(/## second\n\n.*Done again after the others, at 20\d\d-\d\d-\d\dT\d\d:\d\dZ with seed 2\./);
  });
});
