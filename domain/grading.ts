import type { ExamDefinition } from './exam.ts';
import { type ComponentContext, findUnknownUnits, listComponents } from './exam-structure.ts';
import type { AssessmentResult, GradeRow, GradingScheme, PartResult } from './result.ts';
import { isScore, SCORES, Score } from './score.ts';

/**
 * The grade from which an exam is passed, in tenths: 5,5, the lowest that rounds to a 6. The table of a school divides the
 * grades on either side of it, but never moves it. Source: product rules.
 */
export const PASS_GRADE_TENTHS = 55;
const LOWEST_GRADE_TENTHS = 10;
const HIGHEST_GRADE_TENTHS = 100;
/** Shares in a scheme have at most four decimals, so that they are compared as whole numbers. */
const SHARE_SCALE = 10_000;

/** The scheme a new installation starts with. Its numbers are an example: the school sets its own. */
export const EXAMPLE_SCHEME: GradingScheme = {
  code: 'voorbeeld',
  version: 1,
  label: 'Voorbeeldcesuur (voorbeeld, niet van de school)',
  points: { O: 0, V: 1, G: 2 },
  goodFrom: 0.75,
  passTable: [
    { from: 0, gradeTenths: 55 },
    { from: 0.55, gradeTenths: 60 },
    { from: 0.6, gradeTenths: 64 },
    { from: 0.65, gradeTenths: 69 },
    { from: 0.7, gradeTenths: 73 },
    { from: 0.75, gradeTenths: 78 },
    { from: 0.8, gradeTenths: 82 },
    { from: 0.85, gradeTenths: 87 },
    { from: 0.9, gradeTenths: 91 },
    { from: 0.95, gradeTenths: 96 },
    { from: 1, gradeTenths: 100 },
  ],
  failTable: [
    { from: 0, gradeTenths: 10 },
    { from: 0.1, gradeTenths: 15 },
    { from: 0.2, gradeTenths: 20 },
    { from: 0.3, gradeTenths: 25 },
    { from: 0.4, gradeTenths: 35 },
    { from: 0.5, gradeTenths: 40 },
    { from: 0.6, gradeTenths: 45 },
    { from: 0.7, gradeTenths: 48 },
    { from: 0.8, gradeTenths: 51 },
    { from: 0.9, gradeTenths: 54 },
  ],
};

export type GradingOutcome =
  | { readonly ok: true; readonly result: AssessmentResult }
  | {
      readonly ok: false;
      /** Refs of the criteria without a score, in the order of the exam. */
      readonly missing: readonly string[];
      /** Unit codes that the exam does not have. */
      readonly unknownUnits: readonly string[];
    };

/** Points and counts of a part, before they become a score. */
interface Tally {
  readonly points: number;
  readonly maxPoints: number;
  readonly insufficientCount: number;
}

/**
 * Result of an assessment by work process, core task and as a whole. Any O makes the part it is in, and the whole, an O;
 * else a part is a G from `scheme.goodFrom` of its points, else a V. A core task spread over several units is one part.
 *
 * @param unitCodes the units that are assessed; without any known unit there is nothing to grade, which is not ok
 * @param scheme one that {@link validateScheme} accepts
 * @param scores score by criterion ref; other refs are ignored, anything but O, V, G counts as missing
 */
export function gradeAssessment(
  exam: ExamDefinition,
  unitCodes: readonly string[],
  scheme: GradingScheme,
  scores: Readonly<Record<string, Score>>,
): GradingOutcome {
  const components = listComponents(exam, unitCodes);
  const refs = components.flatMap(criterionRefsOf);
  const missing = refs.filter((ref) => scoreOf(scores, ref) === undefined);
  const unknownUnits = findUnknownUnits(exam, unitCodes);
  if (missing.length > 0 || unknownUnits.length > 0 || refs.length === 0) return { ok: false, missing, unknownUnits };

  const whole = tally(scheme, refs, scores);
  const score = scorePart(scheme, whole);
  const gradeParts = (codeOf: (context: ComponentContext) => string): PartResult[] =>
    [...groupRefs(components, codeOf)].map(([code, partRefs]) => {
      const part = tally(scheme, partRefs, scores);
      return { code, score: scorePart(scheme, part), ...part };
    });
  return {
    ok: true,
    result: {
      score,
      passed: score !== Score.O,
      gradeTenths: gradeOf(scheme, whole),
      ...whole,
      workProcesses: gradeParts(({ workProcess }) => workProcess.code),
      coreTasks: gradeParts(({ coreTask }) => coreTask.code),
      scheme: { code: scheme.code, version: scheme.version },
    },
  };
}

function criterionRefsOf({ component }: ComponentContext): string[] {
  return component.criteria.map(({ ref }) => ref);
}

function groupRefs(components: readonly ComponentContext[], codeOf: (context: ComponentContext) => string) {
  const groups = new Map<string, string[]>();
  for (const context of components) {
    const code = codeOf(context);
    groups.set(code, [...(groups.get(code) ?? []), ...criterionRefsOf(context)]);
  }
  return groups;
}

/** Only own properties: a ref such as `constructor` must not find something on the prototype. */
function scoreOf(scores: Readonly<Record<string, Score>>, ref: string): Score | undefined {
  const score: unknown = Object.hasOwn(scores, ref) ? scores[ref] : undefined;
  return isScore(score) ? score : undefined;
}

function tally(scheme: GradingScheme, refs: readonly string[], scores: Readonly<Record<string, Score>>): Tally {
  const given = refs.flatMap((ref) => scoreOf(scores, ref) ?? []);
  return {
    points: given.reduce((sum, score) => sum + scheme.points[score], 0),
    maxPoints: refs.length * scheme.points.G,
    insufficientCount: given.filter((score) => score === Score.O).length,
  };
}

function scorePart(scheme: GradingScheme, part: Tally): Score {
  if (part.insufficientCount > 0) return Score.O;
  return reachesShare(part, scheme.goodFrom) ? Score.G : Score.V;
}

/** The clamp keeps "no pass with an O, no fail without" true even for a stored scheme that says otherwise. */
function gradeOf(scheme: GradingScheme, whole: Tally): number {
  if (whole.insufficientCount > 0) return Math.min(lookUpGrade(scheme.failTable, whole), PASS_GRADE_TENTHS - 1);
  return Math.max(lookUpGrade(scheme.passTable, whole), PASS_GRADE_TENTHS);
}

function lookUpGrade(table: readonly GradeRow[], part: Tally): number {
  const row = table.findLast(({ from }) => reachesShare(part, from));
  return row?.gradeTenths ?? LOWEST_GRADE_TENTHS;
}

/**
 * Whether points / maxPoints ≥ share, in whole numbers: 0.7 × 30 is 21 here, while in floating point 21 / 30 and 0.7 need
 * not be equal.
 */
function reachesShare({ points, maxPoints }: Tally, share: number): boolean {
  return points * SHARE_SCALE >= Math.round(share * SHARE_SCALE) * maxPoints;
}

export const SchemeErrorCode = {
  LabelMissing: 'LABEL_MISSING',
  CodeMissing: 'CODE_MISSING',
  VersionInvalid: 'VERSION_INVALID',
  /** Points are whole numbers from 0, O ≤ V ≤ G, and G above 0. */
  PointsInvalid: 'POINTS_INVALID',
  /** A share lies from 0 to 1, with at most four decimals. */
  ShareInvalid: 'SHARE_INVALID',
  TableEmpty: 'TABLE_EMPTY',
  TableStartsAboveZero: 'TABLE_STARTS_ABOVE_ZERO',
  TableNotAscending: 'TABLE_NOT_ASCENDING',
  /** A grade is a whole number of tenths from 10 to 100. */
  GradeInvalid: 'GRADE_INVALID',
  /** The pass table holds a grade below 5,5. */
  GradeBelowPass: 'GRADE_BELOW_PASS',
  /** The fail table holds a grade of 5,5 or more. */
  GradeNotFail: 'GRADE_NOT_FAIL',
} as const;
export type SchemeErrorCode = (typeof SchemeErrorCode)[keyof typeof SchemeErrorCode];

export interface SchemeError {
  /** e.g. `points`, `passTable[2].from`. */
  readonly path: string;
  readonly code: SchemeErrorCode;
}

/**
 * All that is wrong with a scheme; empty when it may be used. A scheme without errors never lets a higher score lower the
 * grade.
 */
export function validateScheme(scheme: GradingScheme): SchemeError[] {
  const errors: SchemeError[] = [];
  if (scheme.code.trim() === '') errors.push({ path: 'code', code: SchemeErrorCode.CodeMissing });
  if (scheme.label.trim() === '') errors.push({ path: 'label', code: SchemeErrorCode.LabelMissing });
  if (!Number.isSafeInteger(scheme.version) || scheme.version < 1)
    errors.push({ path: 'version', code: SchemeErrorCode.VersionInvalid });
  if (!arePointsValid(scheme)) errors.push({ path: 'points', code: SchemeErrorCode.PointsInvalid });
  if (!isShare(scheme.goodFrom)) errors.push({ path: 'goodFrom', code: SchemeErrorCode.ShareInvalid });
  return [
    ...errors,
    ...validateTable('passTable', scheme.passTable, (grade) =>
      grade < PASS_GRADE_TENTHS ? SchemeErrorCode.GradeBelowPass : null,
    ),
    ...validateTable('failTable', scheme.failTable, (grade) =>
      grade >= PASS_GRADE_TENTHS ? SchemeErrorCode.GradeNotFail : null,
    ),
  ];
}

function arePointsValid({ points }: GradingScheme): boolean {
  const areWhole = SCORES.every((score) => Number.isInteger(points[score]) && points[score] >= 0);
  return areWhole && points.O <= points.V && points.V <= points.G && points.G > 0 && points.G <= 1000;
}

function isShare(value: number): boolean {
  return value >= 0 && value <= 1 && Math.abs(value * SHARE_SCALE - Math.round(value * SHARE_SCALE)) < 1e-6;
}

function validateTable(
  name: string,
  table: readonly GradeRow[],
  checkSide: (gradeTenths: number) => SchemeErrorCode | null,
): SchemeError[] {
  const errors: SchemeError[] = [];
  const add = (path: string, code: SchemeErrorCode) => errors.push({ path: `${name}${path}`, code });
  if (table.length === 0) add('', SchemeErrorCode.TableEmpty);
  for (const [index, row] of table.entries()) {
    const before = table[index - 1];
    const { from, gradeTenths } = row;
    if (!isShare(from)) add(`[${index}].from`, SchemeErrorCode.ShareInvalid);
    else if (!before && from !== 0) add(`[${index}].from`, SchemeErrorCode.TableStartsAboveZero);
    if (before && !(from > before.from)) add(`[${index}].from`, SchemeErrorCode.TableNotAscending);
    if (before && gradeTenths < before.gradeTenths) add(`[${index}].gradeTenths`, SchemeErrorCode.TableNotAscending);
    const isGrade =
      Number.isInteger(gradeTenths) && gradeTenths >= LOWEST_GRADE_TENTHS && gradeTenths <= HIGHEST_GRADE_TENTHS;
    const sideError = isGrade ? checkSide(gradeTenths) : SchemeErrorCode.GradeInvalid;
    if (sideError) add(`[${index}].gradeTenths`, sideError);
  }
  return errors;
}
