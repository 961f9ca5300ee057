/** Web processes and workers as the rig runs them: real processes that can be killed, stopped and started again. */
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Environment, projectRoot } from '../../platform/config.ts';
import type { Home } from '../../platform/services/home.ts';
import { sendSignal, spawnTracked, type TrackedChild } from '../../platform/services/process.ts';
import { nodeArgumentsFor } from '../lib/stack-programs.ts';

export type ProgramKind = 'web' | 'worker';

export interface Program {
  readonly kind: ProgramKind;
  /** `web-1`, `worker-2` … */
  readonly name: string;
  /** Only of a web process. */
  readonly url: string;
  isRunning(): boolean;
  pid(): number | undefined;
  /** Starts it; a web process also answers by then. Does nothing when it runs. */
  start(): Promise<void>;
  /** SIGKILL, and waits until it is gone. Only the process itself: what it leaves behind is part of the fault. */
  kill(): Promise<void>;
  /** SIGTERM, and waits. @returns milliseconds it took, or null when it had to be killed */
  terminate(withinMs: number): Promise<number | null>;
}

export interface ProgramOptions {
  readonly kind: ProgramKind;
  readonly name: string;
  readonly home: Home;
  readonly environment: Environment;
  readonly port?: number;
  /** Before the program's file: `--import` of a module, for instance. */
  readonly nodeArguments?: readonly string[];
}

const HEALTH_WITHIN_MS = 60_000;

export function createProgram(options: ProgramOptions): Program {
  const { kind, name, home, port = 0 } = options;
  const url = kind === 'web' ? `http://127.0.0.1:${port}` : '';
  let child: TrackedChild | undefined;
  let isUp = false;

  async function spawnIt(): Promise<TrackedChild> {
    const logFile = join(home.logDir, `${name}.log`);
    const log = openSync(logFile, 'a', 0o600);
    try {
      return await spawnTracked({
        name,
        command: process.execPath,
        args: [
          ...nodeArgumentsFor(kind),
          ...(options.nodeArguments ?? []),
          join(projectRoot, kind === 'web' ? 'server.ts' : 'worker.ts'),
        ],
        runDir: home.runDir,
        logFile,
        // The channel tells it to stop when this process is gone.
        spawn: { cwd: projectRoot, env: defined(options.environment), stdio: ['ignore', log, log, 'ipc'] },
      });
    } finally {
      closeSync(log);
    }
  }

  async function start(): Promise<void> {
    if (isUp) return;
    const fresh = await spawnIt();
    child = fresh;
    isUp = true;
    void fresh.ended.then(() => {
      if (child === fresh) isUp = false;
    });
    if (kind === 'web') await waitForHealth(url, () => isUp, name);
  }

  return {
    kind,
    name,
    url,
    start,
    isRunning: () => isUp,
    pid: () => (isUp ? child?.mark.pid : undefined),
    async kill() {
      const current = child;
      if (!isUp || !current) return;
      sendSignal(current.mark.pid, 'SIGKILL');
      await current.ended;
    },
    async terminate(withinMs) {
      const current = child;
      if (!isUp || !current) return 0;
      const started = performance.now();
      sendSignal(current.mark.pid, 'SIGTERM');
      const timeout = delay(withinMs, 'late' as const, { ref: false });
      if ((await Promise.race([current.ended, timeout])) !== 'late' || !isUp) return performance.now() - started;
      sendSignal(current.mark.pid, 'SIGKILL');
      await current.ended;
      return null;
    },
  };
}

function defined(environment: Environment): Record<string, string> {
  const entries = Object.entries(environment);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

async function waitForHealth(url: string, lives: () => boolean, name: string): Promise<void> {
  const end = performance.now() + HEALTH_WITHIN_MS;
  while (performance.now() < end && lives()) {
    const isFine = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) }).then(
      (response) => response.ok,
      () => false,
    );
    if (isFine) return;
    await delay(50);
  }
  // Killed while it started: that is for whoever killed it to know.
  if (lives()) throw new Error(`${name} does not answer on /health`);
}

/**
 * Numbers of the processes whose command line holds this text: browsers with a profile in the rig's folder. An empty list
 * where processes cannot be listed (no /proc).
 */
export function processesWith(text: string): number[] {
  return listProcesses().filter((pid) => pid !== process.pid && commandLineOf(pid).includes(text));
}

function listProcesses(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** A folder for temporary files of the programs, inside the rig, so that what they leave behind is found. */
export function temporaryDir(home: Home): string {
  const dir = join(home.dir, 'tmp');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return dir;
}
