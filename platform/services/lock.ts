import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode, ServiceProblem } from './problem.ts';
import { isAlive, markOf, type ProcessMark, readMark } from './process.ts';

/** A held lock. */
export interface FolderLock {
  release(): void;
}

const POLL_MS = 100;

/**
 * Takes a lock that at most one living process holds. A lock left behind by a killed process is taken over: the file names
 * the process and the moment it started, so a reused process number is not mistaken for it.
 * @param file path of the lock
 * @param waitMs how long to wait for a holder that is about to end
 * @returns the lock, or the living holder
 */
export async function tryLock(file: string, waitMs = 0): Promise<FolderLock | ProcessMark> {
  mkdirSync(dirname(file), { recursive: true });
  const mine = markOf(process.pid);
  if (!mine) throw new Error('This process has no mark of its own.');
  const end = performance.now() + waitMs;
  for (;;) {
    if (createExclusively(file, JSON.stringify(mine))) return { release: () => releaseOwn(file, mine) };
    const holder = readMark(file);
    if (holder && isAlive(holder)) {
      if (performance.now() >= end) return holder;
      await delay(POLL_MS);
    } else {
      removeStale(file, holder);
    }
  }
}

/**
 * Takes the lock of a home, or says who has it.
 * @throws ServiceProblem ALREADY_RUNNING
 */
export async function lockHome(file: string, home: string, waitMs: number): Promise<FolderLock> {
  const result = await tryLock(file, waitMs);
  if ('release' in result) return result;
  throw new ServiceProblem(
    'ALREADY_RUNNING',
    `Proeve is already running with the data in ${home} (process ${result.pid}). Stop that one first, or set PROEVE_HOME to another folder.`,
  );
}

/**
 * Runs something while holding a lock, waiting for others that do the same.
 * @throws ServiceProblem ALREADY_RUNNING when the wait takes too long
 */
export async function withLock<T>(file: string, work: () => Promise<T>, waitMs = 120_000): Promise<T> {
  const lock = await tryLock(file, waitMs);
  if (!('release' in lock)) {
    throw new ServiceProblem('ALREADY_RUNNING', `Process ${lock.pid} has been holding ${file} for too long.`);
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}

function createExclusively(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Moves the dead holder's file away; when another process was quicker and it is a new one by now, puts that back. */
function removeStale(file: string, seen: ProcessMark | undefined): void {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  const moved = readMark(aside);
  const isNew =
    moved !== undefined && (moved.pid !== seen?.pid || moved.startedAt !== seen.startedAt) && isAlive(moved);
  if (isNew) renameSync(aside, file);
  else rmSync(aside, { force: true });
}

function releaseOwn(file: string, mine: ProcessMark): void {
  const holder = readHolder(file);
  if (holder === JSON.stringify(mine)) rmSync(file, { force: true });
}

function readHolder(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
