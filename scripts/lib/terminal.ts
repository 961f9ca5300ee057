import { ConfigError } from '../../platform/config.ts';
import { ServiceProblem } from '../../platform/services/problem.ts';
import { MigrationError } from '../../prisma/migrate.ts';

/** Writes a line for a person. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Makes lines that begin with the seconds since the start, so that one sees how far it is. */
export function progressPrinter(): (line: string) => void {
  const started = performance.now();
  return (line) => print(`[${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s] ${line}`);
}

/**
 * Runs a script to its end and sets the exit code; problems a person can mend are shown as their sentence, all others with their stack.
 * @param main gives the exit code
 */
export async function runScript(main: () => Promise<number>): Promise<void> {
  // The terminal may be closed before we are done stopping.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`${describeProblem(error)}\n`);
    process.exitCode = 1;
  }
}

/** The sentence of an expected problem, else message and stack. */
export function describeProblem(error: unknown): string {
  const isExpected = error instanceof ServiceProblem || error instanceof ConfigError || error instanceof MigrationError;
  if (isExpected) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
