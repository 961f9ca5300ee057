import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Config, type Environment, projectRoot } from '../../platform/config.ts';
import type { Home } from '../../platform/services/home.ts';
import { ServiceProblem } from '../../platform/services/problem.ts';
import { POLITE_STOP, spawnTracked, WORKER_STOP } from '../../platform/services/process.ts';
import type { RunningPart } from './keep-running.ts';

const LARGEST_LOG_BYTES = 10 * 1024 * 1024;
const HEALTH_TIMEOUT_MS = 30_000;

/** Neither is news to who runs this: type stripping is experimental, and pg warns of something Prisma does inside. */
const QUIET = ['--disable-warning=ExperimentalWarning', '--disable-warning=DeprecationWarning'];

interface Heap {
  /** Megabytes of what lives longer: an uncapped worker was measured to grow to 1.4 GB. */
  readonly old: number;
  /** Megabytes of each half of what is new; a thread takes up to three times as much. Node's own: 16. */
  readonly young: number;
}

/** The worker has two threads, whose new objects seldom live: half as much costs it no time that could be measured. */
const HEAPS = { web: { old: 512, young: 16 }, worker: { old: 512, young: 8 } } as const satisfies Record<string, Heap>;

/** What Node itself is told for the web process or the worker, also where they are measured or broken on purpose. */
export function nodeArgumentsFor(program: keyof typeof HEAPS): string[] {
  const { old, young } = HEAPS[program];
  return [...QUIET, `--max-old-space-size=${old}`, `--max-semi-space-size=${young}`];
}

/**
 * Settings of Node itself: what it made of our sources is kept, so that a later start is quicker, and loads no compiler for types
 * (20 MB). A folder that cannot be written does no harm.
 */
export const NODE_SETTINGS = { NODE_COMPILE_CACHE: join(projectRoot, 'generated', 'compiled') } as const;

export interface ProgramOptions {
  readonly name: 'web' | 'worker';
  readonly file: string;
  readonly home: Home;
  readonly environment: Environment;
}

/**
 * Starts the web process or the worker. What it logs goes to `logs/<name>.log`; what it writes on standard error also to the
 * terminal. It is told by a `disconnect` event when the supervisor is gone.
 */
export async function startProgram(options: ProgramOptions): Promise<RunningPart> {
  const { name, home } = options;
  const logFile = join(home.logDir, `${name}.log`);
  keepLogSmall(logFile);
  const log = openSync(logFile, 'a', 0o600);
  try {
    const child = await spawnTracked({
      name,
      command: process.execPath,
      args: [...nodeArgumentsFor(name), options.file],
      runDir: home.runDir,
      logFile,
      spawn: {
        cwd: projectRoot,
        env: { ...NODE_SETTINGS, ...defined(options.environment) },
        stdio: ['ignore', log, 'inherit', 'ipc'],
      },
    });
    return {
      child,
      stop: async () => {
        await child.stop(name === 'worker' ? WORKER_STOP : POLITE_STOP);
      },
    };
  } finally {
    closeSync(log);
  }
}

function defined(environment: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function keepLogSmall(file: string): void {
  if (existsSync(file) && statSync(file).size > LARGEST_LOG_BYTES) renameSync(file, `${file}.1`);
}

/**
 * Waits until the web process answers on `/health`.
 * @throws ServiceProblem START_FAILED with the end of its log
 */
export async function waitForHealth(config: Config, home: Home): Promise<void> {
  const host = ['0.0.0.0', '::'].includes(config.host) ? '127.0.0.1' : config.host;
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${config.port}/health`;
  const end = performance.now() + HEALTH_TIMEOUT_MS;
  while (performance.now() < end) {
    if (await answers(address)) return;
    await delay(100);
  }
  const logFile = join(home.logDir, 'web.log');
  const tail = readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('\n');
  throw new ServiceProblem(
    'START_FAILED',
    `The web program did not answer on ${address} within ${HEALTH_TIMEOUT_MS / 1000} s (see ${logFile}):\n${tail}`,
  );
}

async function answers(address: string): Promise<boolean> {
  return fetch(address, { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.ok,
    () => false,
  );
}
