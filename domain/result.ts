import type { Score } from './score.ts';

/** How points become O/V/G and a grade: a versioned table. All numbers are data, never code. */
export interface GradingScheme {
  readonly code: string;
  readonly version: number;
  /** Shown with the result; the shipped scheme says "voorbeeld". */
  readonly label: string;
  readonly points: Readonly<Record<Score, number>>;
  /** Share of the maximum points (0–1) from which a part without any O is a G. */
  readonly goodFrom: number;
  /** Grade by share of points, ascending `from` (0–1), first row from 0; grade in tenths (55 = 5,5). */
  readonly passTable: readonly GradeRow[];
  /** The same for a result with an O: never reaches a pass. */
  readonly failTable: readonly GradeRow[];
}

export interface GradeRow {
  readonly from: number;
  readonly gradeTenths: number;
}

/** Result of one part (work process, core task). */
export interface PartResult {
  readonly code: string;
  readonly score: Score;
  readonly points: number;
  readonly maxPoints: number;
  readonly insufficientCount: number;
}

/** Result of an assessment, stored with the scheme version that made it. */
export interface AssessmentResult {
  readonly score: Score;
  readonly passed: boolean;
  /** 10–100: the grade times ten. */
  readonly gradeTenths: number;
  readonly points: number;
  readonly maxPoints: number;
  readonly insufficientCount: number;
  readonly workProcesses: readonly PartResult[];
  readonly coreTasks: readonly PartResult[];
  readonly scheme: { readonly code: string; readonly version: number };
}
