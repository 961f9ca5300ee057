/** What a benchmark measures and what it answers. */

export type Unit = 'ratio' | 'ms' | 's' | 'MB' | 'kB' | 'perMinute' | 'perSecond' | 'count';

/** How far the single measurements were apart. */
export interface Spread {
  readonly min: number;
  readonly max: number;
  /** Measurements, each of an interleaved pair where two things were compared. */
  readonly count: number;
}

export interface Figure {
  /** `group.name`, as on the command line after `--only` and as key of the JSON. */
  readonly name: string;
  readonly title: string;
  readonly value: number;
  readonly unit: Unit;
  /** Absent for what was measured once. */
  readonly spread?: Spread;
  /** What we want it to be. */
  readonly goal?: { readonly atMost: number } | { readonly atLeast: number };
  /** What was measured and how, in one or two sentences, for `docs/benchmarks.md`. */
  readonly explanation: string;
}

/** Figures that share a setting. */
export interface Group {
  /** First part of the names of its figures. */
  readonly id: string;
  readonly title: string;
  /** Names of its figures, so that `--only` starts nothing that it does not need. */
  readonly figures: readonly string[];
  run(context: BenchContext): Promise<Figure[]>;
}

export interface BenchContext {
  /** Large numbers: what `docs/benchmarks.md` is made from. */
  readonly isFull: boolean;
  /** So few of everything that only the shape is worth anything: for the test of the benchmark itself. */
  readonly isTiny: boolean;
  /** Folder of this run, empty. */
  readonly dir: string;
  /** Tells a person how far it is; never on standard output. */
  readonly say: (line: string) => void;
  /** Registers what must be stopped, in the opposite order, when the group is done or the run is cut off. */
  readonly onEnd: (stop: () => Promise<void>) => void;
  /** Told by whoever starts a server, for the description of the machine. */
  readonly notePostgres: (version: string) => void;
  /** Aborted when the run must end. */
  readonly signal: AbortSignal;
}

/** One of three by the size of the run. */
export function sized<T>(context: Pick<BenchContext, 'isFull' | 'isTiny'>, tiny: T, usual: T, full: T): T {
  if (context.isTiny) return tiny;
  return context.isFull ? full : usual;
}

/** Whether a figure has its goal; undefined when it has none. */
export function meetsGoal({ value, goal }: Pick<Figure, 'value' | 'goal'>): boolean | undefined {
  if (goal === undefined) return undefined;
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
}
