/** Writes `docs/reliability.md`: every figure in it comes from a run. */
import { existsSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson, writeJson } from '../../platform/services/home.ts';
import type { Check } from './contract.ts';
import type { MutantRun } from './mutants.ts';
import type { ScenarioRun } from './runner.ts';

const checkSchema = z.object({ what: z.string(), ok: z.boolean(), seen: z.string() });

/** What the last full run left. */
const runsSchema = z.object({
  seed: z.number(),
  at: z.string(),
  machine: z.string(),
  runs: z.array(
    z.object({
      scenario: z.object({ id: z.string(), title: z.string() }),
      report: z.object({
        done: z.string(),
        lost: z.number(),
        doubled: z.number(),
        recoveredMs: z.number().nullable(),
        checks: z.array(checkSchema),
      }),
      ms: z.number(),
      /** When it was done anew after the full run, and with what seed. */
      again: z.object({ at: z.string(), seed: z.number() }).optional(),
    }),
  ),
});

const mutantsSchema = z.array(
  z.object({ mutant: z.object({ id: z.string(), title: z.string() }), isCaught: z.boolean(), by: z.string() }),
);

export type KeptRuns = z.infer<typeof runsSchema>;
type KeptRun = KeptRuns['runs'][number];
type KeptMutants = z.infer<typeof mutantsSchema>;

/** Remembers a full run, for the report. @param dir folder of the chaos runs */
export function keepRuns(dir: string, { seed, runs }: { seed: number; runs: readonly ScenarioRun[] }): void {
  writeJson(runsFile(dir), { seed, at: new Date().toISOString(), machine: machineClass(), runs: runs.map(toKept) });
}

function toKept({ scenario: { id, title }, report, ms }: ScenarioRun): KeptRun {
  return { scenario: { id, title }, report: { ...report, checks: [...report.checks] }, ms };
}

/** Puts faults that were done anew in the place of what they were in the full run. @throws when there was none */
export function replaceRuns(dir: string, { seed, runs }: { seed: number; runs: readonly ScenarioRun[] }): void {
  const former = runsSchema.parse(readJson(runsFile(dir)));
  const again = { at: new Date().toISOString(), seed };
  const anew = new Map(runs.map((run) => [run.scenario.id, { ...toKept(run), again }]));
  writeJson(runsFile(dir), { ...former, runs: former.runs.map((run) => anew.get(run.scenario.id) ?? run) });
}

/** Remembers which mutants were caught, for the report. */
export function keepMutants(dir: string, runs: readonly MutantRun[]): void {
  writeJson(mutantsFile(dir), runs);
}

/**
 * Writes the report from what was remembered; nothing happens before the first full run.
 * @param file where it is written
 * @param dir folder of the chaos runs
 */
export function writeReport(file: string, dir: string): void {
  if (!existsSync(runsFile(dir))) return;
  const mutants = mutantsSchema.safeParse(readJson(mutantsFile(dir))).data ?? [];
  writeFileSync(file, renderReport(runsSchema.parse(readJson(runsFile(dir))), mutants));
}

function runsFile(dir: string): string {
  return join(dir, 'last-run.json');
}

function mutantsFile(dir: string): string {
  return join(dir, 'last-mutants.json');
}

/** The report as Markdown. */
export function renderReport({ seed, runs, at, machine }: KeptRuns, mutants: KeptMutants): string {
  const checks = runs.flatMap(({ report }) => report.checks);
  const failed = checks.filter(({ ok }) => !ok).length;
  const total = runs.reduce((sum, { ms }) => sum + ms, 0);
  const sections = [
    '# Reliability',
    'Written by `npm run chaos`; no figure in it was typed. Each fault is done to an installation of its own, with real ' +
      'processes. What became of the work is counted outside of it: by a mail server that records every mail, by reading the ' +
      'store of documents, and by reading the record.',
    `${at.slice(0, 10)}, ${machine}, seed ${seed}: ${runs.length} faults in ${minutes(total)}, ${checks.length} checks, ` +
      `${failed === 0 ? 'all held' : `**${failed} failed**`}.`,
    summaryTable(runs),
    mutantSection(mutants),
    ...runs.map(scenarioSection),
    closing(seed),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** What kind of machine, without its name. */
export function machineClass(): string {
  return `${availableParallelism()} cores, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
}

function summaryTable(runs: readonly KeptRun[]): string {
  const rows = runs.map(({ scenario, report }) => {
    const held = report.checks.filter(({ ok }) => ok).length;
    const cells = [
      `[${cell(scenario.title)}](#${scenario.id})`,
      report.lost,
      report.doubled,
      seconds(report.recoveredMs),
      `${held} of ${report.checks.length}`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| fault | lost | doubled | recovered in | checks that held |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...rows,
  ].join('\n');
}

function scenarioSection({ scenario, report, ms, again }: KeptRun): string {
  const anew = again ? ` Done again after the others, at ${again.at.slice(0, 16)}Z with seed ${again.seed}.` : '';
  const took = `Took ${minutes(ms)} with setting up.${anew}`;
  const lines = report.checks.map((each) => `- ${describe(each)}`);
  return [`## ${scenario.id}`, `${scenario.title}. ${report.done} ${took}`, lines.join('\n')].join('\n\n');
}

function describe({ what, ok, seen }: Check): string {
  return `${ok ? '' : '**FAILED** '}${cell(what)}: ${cell(seen.split('\n')[0] ?? '')}`;
}

function mutantSection(mutants: KeptMutants): string {
  if (mutants.length === 0) return '';
  const rows = mutants.map(
    ({ mutant, isCaught, by }) => `| ${cell(mutant.title)} | ${isCaught ? 'yes' : '**no**'} | ${cell(by)} |`,
  );
  return [
    '## Faults in the program itself',
    'A test that cannot fail proves nothing. In a copy of the program one line is broken, and the faults are done to that copy.',
    ['| broken on purpose | noticed | by |', '| --- | --- | --- |', ...rows].join('\n'),
  ].join('\n\n');
}

function closing(seed: number): string {
  return [
    '## Doing it again',
    `\`npm run chaos -- --seed ${seed}\` does the same faults in the same order at the same moments; what the processes are ` +
      'doing at those moments differs a little each time. `npm run chaos -- ID …` does only some, `--short` the small form ' +
      'that `npm test` runs, `--mutants` breaks the program itself. Waits that mails take on purpose after a kill (a minute for ' +
      'the lease, five more for a document) are skipped once every worker lives, and counted in the time to recover.',
  ].join('\n\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
}

function seconds(ms: number | null): string {
  return ms === null ? '–' : `${(ms / 1000).toFixed(1)} s`;
}

function minutes(ms: number): string {
  const whole = Math.round(ms / 1000);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
