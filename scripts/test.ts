import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { loadStartSettings, projectRoot, type StartSettings } from '../platform/config.ts';
import { ensureChromium } from '../platform/services/chromium.ts';
import { openHome, readJson } from '../platform/services/home.ts';
import { findTemporalTool } from '../platform/services/temporal-tools.ts';
import { describeCheck, JEST, runChecks } from './lib/checks.ts';
import { print, progressPrinter, runScript } from './lib/terminal.ts';
import { releaseTestServer, testHomeDir } from './lib/throwaway-postgres.ts';
import { fetchVerapdf } from './lib/verapdf.ts';

/** What Jest's report says, as far as it is counted here. */
const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  /** Files that could not even be loaded: none of their tests are counted otherwise. */
  numRuntimeErrorTestSuites: z.number(),
});

interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** The faults measure how quickly work goes on: nothing else may run beside them. */
const ALONE = 'test/faults/chaos';

/** Everything without arguments; with arguments only Jest, which gets them. Ends with `N passed, N failed`. */
await runScript(async () => {
  const jestArguments = process.argv.slice(2);
  const say = progressPrinter();
  await prepareTools(loadStartSettings(), say);
  const checks = jestArguments.length === 0 ? await runAllChecks(say) : { passed: 0, failed: 0 };
  // The last user stops the database server, also when Jest could not tidy up itself.
  const tests = await runParts(partsOf(jestArguments)).finally(releaseTestServer);
  const total = add(checks, tests);
  print(`${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
});

/** The arguments of each run of Jest. */
function partsOf(given: readonly string[]): readonly (readonly string[])[] {
  return given.length > 0 ? [given] : [[ALONE], [`--testPathIgnorePatterns=${ALONE}`]];
}

async function runParts(parts: readonly (readonly string[])[]): Promise<Tally> {
  let tally: Tally = { passed: 0, failed: 0 };
  for (const part of parts) tally = add(tally, await runJest(part));
  return tally;
}

function add(one: Tally, other: Tally): Tally {
  return { passed: one.passed + other.passed, failed: one.failed + other.failed };
}

async function prepareTools(settings: StartSettings, say: (line: string) => void): Promise<void> {
  fetchVerapdf(settings.home, say);
  const toolsDir = join(openHome(settings.home).dir, 'tools');
  const common = { toolsDir, path: settings.path, say };
  await Promise.all([
    findTemporalTool('testServer', { ...common, named: settings.temporalTestServer }),
    findTemporalTool('cli', { ...common, named: settings.temporalCli }),
    settings.chromiumPath ?? ensureChromium(toolsDir, say),
  ]);
}

async function runAllChecks(say: (line: string) => void): Promise<Tally> {
  say('Checking format, lint, types and migrations.');
  const results = await runChecks({ withArchitecture: false, report: (result) => print(describeCheck(result)) });
  const passed = results.filter((result) => result.passed).length;
  return { passed, failed: results.length - passed };
}

async function runJest(extra: readonly string[]): Promise<Tally> {
  const reportFile = join(testHomeDir(), `report-${process.pid}.json`);
  openHome(testHomeDir());
  const exitCode = await runToEnd([...JEST, '--json', `--outputFile=${reportFile}`, ...extra]);
  const report = reportSchema.safeParse(readJson(reportFile)).data;
  rmSync(reportFile, { force: true });
  // Without a report Jest itself broke down.
  if (!report) return { passed: 0, failed: 1 };
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  return { passed: report.numPassedTests, failed: exitCode === 0 ? failed : Math.max(failed, 1) };
}

/** Jest writes its report for people on standard error and, with `--json`, the other one on standard output, which is dropped. */
function runToEnd(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args], { cwd: projectRoot, stdio: ['inherit', 'ignore', 'inherit'] });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
