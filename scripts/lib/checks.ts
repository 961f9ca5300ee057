import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../platform/config.ts';

/** One check of the code as it lies there. */
interface Check {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

export interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  /** What the tool said. */
  readonly output: string;
}

const bin = join(projectRoot, 'node_modules', '.bin');

/** Arguments of Node for running Jest with ES modules. */
export const JEST = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  join(projectRoot, 'node_modules/jest/bin/jest.js'),
];

function allChecks(withArchitecture: boolean): Check[] {
  const checks: Check[] = [
    { name: 'format and lint', program: join(bin, 'biome'), args: ['ci', '--colors=off', '.'] },
    { name: 'types', program: join(bin, 'tsc'), args: ['-p', '.', '--pretty', 'false'] },
    { name: 'migrations match the schema', program: process.execPath, args: ['scripts/migration.ts', '--check'] },
  ];
  const architecture = join('test', 'architecture');
  if (withArchitecture && existsSync(join(projectRoot, architecture))) {
    checks.push({ name: 'architecture', program: process.execPath, args: [...JEST, architecture] });
  }
  return checks;
}

/**
 * Runs format, lint, types, migrations and architecture side by side.
 * @param options.withArchitecture false when the whole test suite runs anyway
 * @param options.report is called as each one ends
 */
export async function runChecks(options: {
  withArchitecture: boolean;
  report: (result: CheckResult) => void;
}): Promise<CheckResult[]> {
  return Promise.all(
    allChecks(options.withArchitecture).map(async (check) => {
      const result = await runCheck(check);
      options.report(result);
      return result;
    }),
  );
}

/** One line for a passed check; the whole output for a failed one. */
export function describeCheck(result: CheckResult): string {
  const line = `${result.passed ? 'passed' : 'FAILED'}  ${result.name} (${result.seconds.toFixed(1)} s)`;
  return result.passed ? line : `${line}\n${result.output.trimEnd()}\n`;
}

function runCheck(check: Check): Promise<CheckResult> {
  const started = performance.now();
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(check.program, [...check.args], { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const end = (passed: boolean) =>
      resolve({ name: check.name, passed, seconds: (performance.now() - started) / 1000, output });
    child.once('error', (error) => {
      output += error.message;
      end(false);
    });
    child.once('close', (code) => end(code === 0));
  });
}
