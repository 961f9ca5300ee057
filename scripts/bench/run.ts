/** Runs groups one after the other, each with a clean end. */
import type { BenchContext, Figure, Group } from './figure.ts';

export interface RunOptions extends Omit<BenchContext, 'onEnd' | 'notePostgres'> {
  /** Beginning of the names of the wanted figures; empty for all. */
  readonly only: string;
}

export interface RunOutcome {
  readonly figures: readonly Figure[];
  /** Sentences about groups that failed. */
  readonly left: readonly string[];
  /** Version of PostgreSQL; empty when no figure needed it. */
  readonly postgres: string;
}

/** Those that have a figure whose name begins so. */
export function chooseGroups(groups: readonly Group[], only: string): Group[] {
  return groups.filter((group) => group.figures.some((name) => name.startsWith(only)));
}

/** A group that fails is told of, and the others run all the same. */
export async function runGroups(groups: readonly Group[], options: RunOptions): Promise<RunOutcome> {
  const figures: Figure[] = [];
  const left: string[] = [];
  let postgres = '';
  const notePostgres = (version: string) => {
    postgres = version;
  };
  for (const group of chooseGroups(groups, options.only)) {
    if (options.signal.aborted) break;
    options.say(`${group.title} …`);
    try {
      const found = await runGroup(group, { ...options, notePostgres });
      figures.push(...found.filter(({ name }) => name.startsWith(options.only)));
    } catch (error) {
      if (options.signal.aborted) break;
      left.push(`${group.title}: ${error instanceof Error ? error.message : String(error)}`);
      options.say(`failed: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  return { figures, left, postgres };
}

async function runGroup(group: Group, options: Omit<BenchContext, 'onEnd'>): Promise<Figure[]> {
  const ends: (() => Promise<void>)[] = [];
  const context: BenchContext = { ...options, onEnd: (stop) => ends.push(stop) };
  const cutOff = new Promise<never>((_resolve, reject) => {
    options.signal.addEventListener('abort', () => reject(options.signal.reason), { once: true });
  });
  cutOff.catch(() => undefined);
  try {
    return await Promise.race([group.run(context), cutOff]);
  } finally {
    for (const end of ends.reverse()) await end();
  }
}
