import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { diskFull, ServiceProblem, saysDiskFull } from './problem.ts';
import { POLITE_STOP, spawnTracked, type TrackedChild } from './process.ts';

const run = promisify(execFile);
const START_TIMEOUT_MS = 30_000;

/** Search attributes the workflows use, with their Temporal types; the development server makes them at its start. */
export const SEARCH_ATTRIBUTES: Readonly<Record<string, 'Keyword' | 'Datetime' | 'Int' | 'Bool'>> = {};

export interface TemporalOptions {
  /** The Temporal CLI, which carries the development server. */
  readonly program: string;
  /** Folder of its database. */
  readonly dataDir: string;
  readonly port: number;
  readonly httpPort: number;
  readonly metricsPort: number;
  readonly runDir: string;
  readonly logFile: string;
}

export interface RunningTemporal {
  readonly address: string;
  readonly child: TrackedChild;
  stop(): Promise<void>;
}

/**
 * Starts Temporal's development server on the loopback interface and waits until it is healthy (a quarter to one second).
 * Workflows and timers are kept in one SQLite file and survive a kill.
 * @throws ServiceProblem START_FAILED
 */
export async function startTemporal(options: TemporalOptions): Promise<RunningTemporal> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const child = await spawnTracked({
    name: 'temporal',
    command: options.program,
    args: serverArguments(options),
    runDir: options.runDir,
    logFile: options.logFile,
  });
  const address = `127.0.0.1:${options.port}`;
  await waitUntilHealthy(child, address, options);
  return {
    address,
    child,
    stop: async () => {
      await child.stop(POLITE_STOP);
    },
  };
}

function serverArguments(options: TemporalOptions): string[] {
  const attributes = Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => [
    '--search-attribute',
    `${name}=${type}`,
  ]);
  return [
    ...['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--log-level', 'error'],
    ...['--port', String(options.port), '--http-port', String(options.httpPort)],
    ...['--metrics-port', String(options.metricsPort)],
    ...['--db-filename', join(options.dataDir, 'temporal.db')],
    ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
    ...attributes,
  ];
}

async function waitUntilHealthy(child: TrackedChild, address: string, options: TemporalOptions): Promise<void> {
  let ended: string | undefined;
  void child.ended.then((how) => {
    ended = how;
  });
  const end = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < end) {
    if (ended !== undefined) throw startFailure(ended, options);
    const isHealthy = await isTemporalHealthy(options.program, address);
    // Ended while it was asked: then the answer came from another installation that took the same port a moment earlier.
    if (isHealthy && ended === undefined) return;
    if (!isHealthy) await delay(100);
  }
  await child.stop(POLITE_STOP);
  throw startFailure(`no answer within ${START_TIMEOUT_MS / 1000} s`, options);
}

/** Asks a Temporal server whether it serves. */
export async function isTemporalHealthy(program: string, address: string): Promise<boolean> {
  try {
    await run(program, ['operator', 'cluster', 'health', '--address', address], { timeout: 3_000 });
    return true;
  } catch {
    return false;
  }
}

function startFailure(how: string, options: TemporalOptions): ServiceProblem {
  const log = readFileSync(options.logFile, 'utf8').slice(-2_000);
  if (saysDiskFull(log)) return diskFull(options.dataDir);
  const reason = log.trim().split('\n').at(-1) || how;
  return new ServiceProblem(
    'START_FAILED',
    `The Temporal server did not start: ${reason} (more in ${options.logFile}).`,
  );
}
