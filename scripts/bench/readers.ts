/** Examiners who look at their form while something else goes on, to see whether the pages stay quick. */
import { setTimeout as delay } from 'node:timers/promises';
import { paths } from '../../web/paths.ts';
import { quantile } from './harness.ts';
import type { Rig } from './rig.ts';
import { type BenchSchool, createActors, openExaminerSession } from './school.ts';
import type { createVisitors } from './visitor.ts';

/** How many there are, and how often one of them looks. */
export const READERS = 10;
export const EVERY_MS = 50;
const OK = 200;

/** Asks for a form page. @returns the status */
export type Reader = () => Promise<number>;

/** How reading went for a while. */
export interface Read {
  /** Milliseconds of each page that came. */
  readonly spent: readonly number[];
  /** Requests that got no page, because the application said that it was too busy. */
  readonly refused: number;
}

/** @param from number of the first student of the school that they take */
export async function seatReaders(
  rig: Rig,
  school: BenchSchool,
  from: number,
  visitors: ReturnType<typeof createVisitors>,
): Promise<Reader[]> {
  const seats = await createActors(rig.database, school, rig.config.keys.current).seat(from, READERS);
  const readers: Reader[] = [];
  for (const { linkId, formId } of seats) {
    const visitor = visitors.visitor(await openExaminerSession(rig.database, linkId));
    readers.push(() => visitor.look(paths.form(formId)));
  }
  return readers;
}

/**
 * One request every {@link EVERY_MS}, whether the last one was answered or not, so that waiting shows.
 * @returns what ends it, and tells how it went @throws what a reader threw, when it is ended
 */
export function startReading(readers: readonly Reader[]): () => Promise<Read> {
  const spent: number[] = [];
  let refused = 0;
  const running = new Set<Promise<void>>();
  let trouble: unknown;
  let next = 0;
  const timer = setInterval(() => {
    const reader = readers[next % readers.length];
    next += 1;
    if (!reader) return;
    const since = performance.now();
    const work = reader()
      .then(
        (status) => {
          if (status === OK) spent.push(performance.now() - since);
          else refused += 1;
        },
        (error: unknown) => {
          trouble ??= error;
        },
      )
      .finally(() => running.delete(work));
    running.add(work);
  }, EVERY_MS);
  return async () => {
    clearInterval(timer);
    await Promise.all(running);
    if (trouble !== undefined) throw trouble;
    return { spent, refused };
  };
}

export async function readFor(readers: readonly Reader[], milliseconds: number): Promise<Read> {
  const stop = startReading(readers);
  await delay(milliseconds);
  return stop();
}

/** Milliseconds within which 95 of 100 pages came. */
export function p95(read: Read): number {
  return quantile(read.spent, 0.95);
}
