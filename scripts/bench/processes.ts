/** Processor time and memory of other processes, from Linux' `/proc`. Elsewhere there is nothing to read: zero. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** USER_HZ: a constant of the kernel's interface on every machine that Node runs on. */
const TICK_MS = 10;
const MEGABYTE = 1024 * 1024;
const PAGE_BYTES = 4096;

interface Stat {
  readonly ppid: number;
  readonly group: number;
  /** Milliseconds in user and kernel mode. */
  readonly cpu: number;
  /** The same of children that have ended. */
  readonly childrenCpu: number;
  readonly rss: number;
}

export const canReadProcesses = existsSync('/proc/self/stat');

function readStat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in brackets and may hold spaces; the numbered fields begin behind it with the third.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const at = (number: number) => fields[number - 3] ?? 0;
    return {
      ppid: at(4),
      group: at(5),
      cpu: (at(14) + at(15)) * TICK_MS,
      childrenCpu: (at(16) + at(17)) * TICK_MS,
      rss: at(24) * PAGE_BYTES,
    };
  } catch {
    return undefined;
  }
}

function listPids(): number[] {
  if (!canReadProcesses) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Milliseconds of processor time of one process with all its threads. */
export function cpuOf(pid: number): number {
  return readStat(pid)?.cpu ?? 0;
}

/** The same of a process and everything it started, also what has ended by now. For PostgreSQL: all its backends. */
export function cpuOfFamily(pid: number): number {
  const own = readStat(pid);
  const children = listPids().map((each) => ({ pid: each, stat: readStat(each) }));
  const living = children
    .filter(({ stat }) => stat?.ppid === pid)
    .reduce((sum, child) => sum + cpuOfFamily(child.pid), 0);
  return (own?.cpu ?? 0) + (own?.childrenCpu ?? 0) + living;
}

/** Megabytes in memory of one process. */
export function memoryOf(pid: number): number {
  return (readStat(pid)?.rss ?? 0) / MEGABYTE;
}

/** The most megabytes that one process ever had in memory. */
export function peakMemoryOf(pid: number): number {
  try {
    const [, kilobytes = '0'] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) / 1024;
  } catch {
    return 0;
  }
}

/** Megabytes in memory of all descendants together; pages that they share count for each. */
export function memoryOfDescendants(pid: number): number {
  const all = listPids().flatMap((each) => {
    const stat = readStat(each);
    return stat ? [{ pid: each, ...stat }] : [];
  });
  const below = (parent: number): number =>
    all.filter(({ ppid }) => ppid === parent).reduce((sum, child) => sum + child.rss / MEGABYTE + below(child.pid), 0);
  return below(pid);
}
