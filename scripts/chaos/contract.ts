/** What a fault test is given and what it answers. */

/** One statement that must hold, with what was seen. */
export interface Check {
  /** In words: "every answered finish is one submission". */
  readonly what: string;
  readonly ok: boolean;
  /** Numbers and codes, no names: "500 answered, 500 submissions". */
  readonly seen: string;
}

/** The outcome of one fault, as it stands in `docs/reliability.md`. */
export interface FaultReport {
  /** What was done, with numbers, in one or two sentences. */
  readonly done: string;
  readonly lost: number;
  /** Effects that happened more often than once and were not marked as a repeat. */
  readonly doubled: number;
  /** Milliseconds from the end of the fault until everything was as it should be; null when that means nothing here. */
  readonly recoveredMs: number | null;
  readonly checks: readonly Check[];
}

export interface ChaosContext {
  readonly seed: number;
  /** Numbers from 0 up to 1, the same for the same seed. */
  readonly random: () => number;
  /** Small numbers: the form that runs in `npm test`. */
  readonly isShort: boolean;
  /** Folder for this scenario's data, empty. */
  readonly dir: string;
  readonly say: (line: string) => void;
  /** Aborted when the run must end. */
  readonly signal: AbortSignal;
}

export interface Scenario {
  /** kebab-case, as on the command line: `npm run chaos -- worker-killed`. */
  readonly id: string;
  readonly title: string;
  /** Whether it belongs to the short form. */
  readonly isInShort: boolean;
  run(context: ChaosContext): Promise<FaultReport>;
}
