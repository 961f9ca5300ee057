import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from './problem.ts';

/** One process, recognisable after its number has been given to another one. */
export interface ProcessMark {
  readonly pid: number;
  /** Opaque moment of its start. */
  readonly startedAt: string;
}

/** One step of stopping: a signal, and how many milliseconds it gets to work. */
export type StopStep = readonly [signal: NodeJS.Signals, milliseconds: number];

/** Ends politely, then for certain. */
export const POLITE_STOP: readonly StopStep[] = [
  ['SIGTERM', 10_000],
  ['SIGKILL', 3_000],
];

/** For the worker, which finishes the documents and mails in hand: longer than its own limit of 40 s. */
export const WORKER_STOP: readonly StopStep[] = [
  ['SIGTERM', 45_000],
  ['SIGKILL', 3_000],
];

const POLL_MS = 25;

/**
 * Takes the mark of a living process.
 * @returns undefined when there is no such process, or only its remains (a zombie)
 */
export function markOf(pid: number): ProcessMark | undefined {
  const startedAt = existsSync('/proc/self/stat') ? startFromProc(pid) : startFromPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

function startFromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name stands in brackets and may itself hold spaces and brackets; the fields begin after the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    return state === 'Z' || state === 'X' ? undefined : `${readBootId()}/${fields[19]}`;
  } catch {
    return undefined;
  }
}

function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

function startFromPs(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Whether the very process of this mark still lives. */
export function isAlive(mark: ProcessMark): boolean {
  return markOf(mark.pid)?.startedAt === mark.startedAt;
}

/**
 * Stops a process and all of its group, bounded in time.
 * @param mark the process; nothing happens when it is gone
 * @param steps signals with their time
 * @returns whether it is gone
 */
export async function stopProcess(mark: ProcessMark, steps: readonly StopStep[] = POLITE_STOP): Promise<boolean> {
  for (const [signal, milliseconds] of steps) {
    if (!isAlive(mark)) break;
    sendSignal(mark.pid, signal);
    if (signal === 'SIGKILL') sendSignal(-mark.pid, signal);
    await waitUntilGone(mark, milliseconds);
  }
  return !isAlive(mark);
}

async function waitUntilGone(mark: ProcessMark, milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  while (isAlive(mark) && performance.now() < end) await delay(POLL_MS);
}

/** Sends a signal; a process (or group, when negative) that is gone is no error. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!['ESRCH', 'EPERM'].includes(errorCode(error))) throw error;
  }
}

/** A child process that leaves a record on disk, so that a later start can find it when this process was killed. */
export interface TrackedChild {
  readonly name: string;
  readonly process: ChildProcess;
  readonly mark: ProcessMark;
  /** Resolves once it has ended, with a phrase such as "exit code 1" or "signal SIGKILL". */
  readonly ended: Promise<string>;
  stop(steps?: readonly StopStep[]): Promise<boolean>;
}

export interface SpawnTrackedOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Folder of the records. */
  readonly runDir: string;
  /** What the child writes goes to the end of this file, unless `stdio` says otherwise. */
  readonly logFile: string;
  readonly spawn?: SpawnOptions;
}

/**
 * Starts a child in a process group of its own (so that Ctrl-C reaches only the supervisor, which stops the parts in order).
 * @throws when the program cannot be started
 */
export async function spawnTracked(options: SpawnTrackedOptions): Promise<TrackedChild> {
  mkdirSync(options.runDir, { recursive: true });
  const log = openSync(options.logFile, 'a', 0o600);
  let child: ChildProcess;
  try {
    child = spawn(options.command, [...options.args], {
      stdio: ['ignore', log, log],
      ...options.spawn,
      detached: true,
    });
  } finally {
    closeSync(log);
  }
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
    child.once('error', (error) => resolve(error.message));
  });
  const pid = await pidOf(child, ended);
  const mark = markOf(pid) ?? { pid, startedAt: 'ended' };
  const record = join(options.runDir, `${options.name}.json`);
  writeFileSync(record, JSON.stringify(mark), { mode: 0o600 });
  void ended.then(() => rmSync(record, { force: true }));
  const stop = async (steps?: readonly StopStep[]) => {
    const isGone = await stopProcess(mark, steps);
    if (isGone) {
      // Grandchildren (a browser of the worker) share the group and must not outlive it.
      sendSignal(-pid, 'SIGKILL');
      rmSync(record, { force: true });
    }
    return isGone;
  };
  return { name: options.name, process: child, mark, ended, stop };
}

async function pidOf(child: ChildProcess, ended: Promise<string>): Promise<number> {
  if (child.pid !== undefined) return child.pid;
  throw new Error(`Could not start ${child.spawnfile}: ${await ended}`);
}

/**
 * Stops what an earlier supervisor left behind when it was killed.
 * @param runDir folder of the records
 * @param stepsFor how to stop each part, by its name
 * @returns names of the parts that were still running
 */
export async function stopOrphans(
  runDir: string,
  stepsFor: (name: string) => readonly StopStep[] = () => POLITE_STOP,
): Promise<string[]> {
  if (!existsSync(runDir)) return [];
  const names = readdirSync(runDir).filter((file) => file.endsWith('.json'));
  const stopped = await Promise.all(
    names.map(async (file) => {
      const name = file.slice(0, -'.json'.length);
      const mark = readMark(join(runDir, file));
      const wasAlive = mark !== undefined && isAlive(mark);
      if (wasAlive) {
        await stopProcess(mark, stepsFor(name));
        sendSignal(-mark.pid, 'SIGKILL');
      }
      rmSync(join(runDir, file), { force: true });
      return wasAlive ? [name] : [];
    }),
  );
  return stopped.flat();
}

/** Reads a mark from a file; undefined when the file is missing or damaged. */
export function readMark(file: string): ProcessMark | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('startedAt' in value)) return undefined;
    const { pid, startedAt } = value;
    return typeof pid === 'number' && typeof startedAt === 'string' ? { pid, startedAt } : undefined;
  } catch {
    return undefined;
  }
}
