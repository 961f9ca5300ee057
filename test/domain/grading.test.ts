import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EXAMPLE_SCHEME, gradeAssessment, PASS_GRADE_TENTHS, validateScheme } from '../../domain/grading.ts';
import type { AssessmentResult, GradingScheme } from '../../domain/result.ts';
import { SCORES, type Score } from '../../domain/score.ts';
import { ALL_UNITS, criterionRefs, exampleExam, scoreAll } from './exam-fixture.ts';

const exam = exampleExam();
const refs = criterionRefs();

function grade(
  scores: Record<string, Score>,
  scheme: GradingScheme = EXAMPLE_SCHEME,
  units = ALL_UNITS,
): AssessmentResult {
  const outcome = gradeAssessment(exam, units, scheme, scores);
  if (!outcome.ok) throw new Error(`not graded, missing ${outcome.missing.join(' ')}`);
  return outcome.result;
}

/** Scores all nine criteria in the order of the exam: `'VVVVVVVVG'`. */
function scoresFrom(letters: string): Record<string, Score> {
  return Object.fromEntries(refs.map((ref, index) => [ref, SCORES.find((score) => score === letters[index]) ?? 'V']));
}

const anyScores = fc
  .array(fc.constantFrom(...SCORES), { minLength: refs.length, maxLength: refs.length })
  .map((scores) => scoresFrom(scores.join('')));

const share = fc.integer({ min: 0, max: 10_000 }).map((n) => n / 10_000);
function anyTable(min: number, max: number) {
  return fc.uniqueArray(share, { maxLength: 6 }).chain((shares) =>
    fc.array(fc.integer({ min, max }), { minLength: shares.length + 1, maxLength: shares.length + 1 }).map((grades) => {
      const sorted = [...grades].sort((a, b) => a - b);
      const starts = [...new Set([0, ...shares])].sort((a, b) => a - b);
      return starts.map((from, index) => ({ from, gradeTenths: sorted[index] ?? min }));
    }),
  );
}
const anyScheme: fc.Arbitrary<GradingScheme> = fc
  .record({
    points: fc
      .array(fc.integer({ min: 0, max: 20 }), { minLength: 3, maxLength: 3 })
      .map((points) => points.sort((a, b) => a - b))
      .map(([O = 0, V = 0, G = 0]) => ({ O, V, G: Math.max(G, 1) })),
    goodFrom: share,
    passTable: anyTable(PASS_GRADE_TENTHS, 100),
    failTable: anyTable(10, PASS_GRADE_TENTHS - 1),
  })
  .map((scheme) => ({ code: 'x', version: 1, label: 'x', ...scheme }));

describe('gradeAssessment with the example scheme', () => {
  it.each([
    // scores of nine criteria, score, grade in tenths, points of 18
    ['VVVVVVVVV', 'V', 55, 9],
    ['GVVVVVVVV', 'V', 60, 10],
    ['GGGGVVVVV', 'V', 73, 13],
    ['GGGGGVVVV', 'G', 78, 14],
    ['GGGGGGGGG', 'G', 100, 18],
    ['OGGGGGGGG', 'O', 51, 16],
    ['OVVVVVVVV', 'O', 35, 8],
    ['OOOOOOOOO', 'O', 10, 0],
  ])('grades %s as %s, %i tenths', (letters, score, gradeTenths, points) => {
    expect(grade(scoresFrom(letters))).toMatchObject({
      score,
      gradeTenths,
      points,
      maxPoints: 18,
      passed: score !== 'O',
    });
  });

  it('tells the parts apart: an O fails its own work process and core task only', () => {
    const result = grade(
      scoreAll('V', { 'B1-K1-W2/behaviour/1': 'O', 'B1-K2-W1/product/1': 'G', 'B1-K2-W1/product/2': 'G' }),
    );
    expect(result.workProcesses).toEqual([
      { code: 'B1-K1-W1', score: 'V', points: 4, maxPoints: 8, insufficientCount: 0 },
      { code: 'B1-K1-W2', score: 'O', points: 1, maxPoints: 4, insufficientCount: 1 },
      { code: 'B1-K2-W1', score: 'G', points: 5, maxPoints: 6, insufficientCount: 0 },
    ]);
    expect(result.coreTasks).toEqual([
      { code: 'B1-K1', score: 'O', points: 5, maxPoints: 12, insufficientCount: 1 },
      { code: 'B1-K2', score: 'G', points: 5, maxPoints: 6, insufficientCount: 0 },
    ]);
    expect(result).toMatchObject({ score: 'O', passed: false, insufficientCount: 1 });
  });

  it('stores which scheme and version made it', () => {
    expect(grade(scoreAll('V')).scheme).toEqual({ code: 'voorbeeld', version: 1 });
  });

  it('counts only the chosen unit', () => {
    const scores = { 'B1-K2-W1/product/1': 'G', 'B1-K2-W1/product/2': 'G', 'B1-K2-W1/product/3': 'V' } as const;
    const result = grade(scores, EXAMPLE_SCHEME, ['EX2', 'EX2']);
    expect(result).toMatchObject({ score: 'G', points: 5, maxPoints: 6, gradeTenths: 82 });
    expect(result.coreTasks.map(({ code }) => code)).toEqual(['B1-K2']);
  });

  it('takes a core task spread over two units as one part', () => {
    const [first, second] = exam.units;
    const [coreTask] = first?.coreTasks ?? [];
    const [workOne, workTwo] = coreTask?.workProcesses ?? [];
    if (!first || !second || !coreTask || !workOne || !workTwo) throw new Error('fixture changed');
    const spread = {
      ...exam,
      units: [
        { ...first, coreTasks: [{ ...coreTask, workProcesses: [workOne] }] },
        { ...second, coreTasks: [{ ...coreTask, workProcesses: [workTwo] }] },
      ],
    };
    const outcome = gradeAssessment(spread, ALL_UNITS, EXAMPLE_SCHEME, scoreAll('V'));
    expect(outcome).toMatchObject({ ok: true, result: { coreTasks: [{ code: 'B1-K1', points: 6, maxPoints: 12 }] } });
  });

  it.each([0.07, 0.14, 0.28, 0.56, 0.68, 0.7, 0.81])(
    'reaches the share %d exactly, which floating point misses',
    (goodFrom) => {
      const scheme = { ...EXAMPLE_SCHEME, points: { O: 0, V: Math.round(goodFrom * 100), G: 100 }, goodFrom };
      const justBelow = { ...scheme, points: { ...scheme.points, V: scheme.points.V - 1 } };
      expect([grade(scoreAll('V'), scheme).score, grade(scoreAll('V'), justBelow).score]).toEqual(['G', 'V']);
    },
  );
});

describe('gradeAssessment of incomplete input', () => {
  it('names the missing criteria in the order of the exam', () => {
    const { 'B1-K1-W1/behaviour/2': _one, 'B1-K2-W1/product/3': _two, ...rest } = scoreAll('V');
    expect(gradeAssessment(exam, ALL_UNITS, EXAMPLE_SCHEME, rest)).toEqual({
      ok: false,
      missing: ['B1-K1-W1/behaviour/2', 'B1-K2-W1/product/3'],
      unknownUnits: [],
    });
  });

  it('takes anything but O, V and G for missing, and ignores foreign refs', () => {
    const stored: Record<string, Score> = JSON.parse(
      '{"B1-K1-W2/behaviour/1":"v","B1-K1-W2/behaviour/2":2,"other":"O"}',
    );
    expect(gradeAssessment(exam, ALL_UNITS, EXAMPLE_SCHEME, { ...scoreAll('V'), ...stored })).toMatchObject({
      ok: false,
      missing: ['B1-K1-W2/behaviour/1', 'B1-K1-W2/behaviour/2'],
    });
    expect(grade(scoreAll('V', { other: 'O' })).passed).toBe(true);
  });

  it('never passes nothing: no units or unknown ones are refused', () => {
    expect(gradeAssessment(exam, [], EXAMPLE_SCHEME, {})).toEqual({ ok: false, missing: [], unknownUnits: [] });
    expect(gradeAssessment(exam, ['EX1', 'EX9'], EXAMPLE_SCHEME, scoreAll('G'))).toEqual({
      ok: false,
      missing: [],
      unknownUnits: ['EX9'],
    });
  });
});

describe('gradeAssessment with any valid scheme', () => {
  it('generates valid schemes', () => {
    fc.assert(fc.property(anyScheme, (scheme) => validateScheme(scheme).length === 0));
  });

  it('passes exactly when there is no O, and grades on the same side of 5,5', () => {
    fc.assert(
      fc.property(anyScheme, anyScores, (scheme, scores) => {
        const result = grade(scores, scheme);
        const hasO = Object.values(scores).includes('O');
        expect(result.passed).toBe(!hasO);
        expect(result.score === 'O').toBe(hasO);
        expect(result.gradeTenths >= PASS_GRADE_TENTHS).toBe(!hasO);
        expect(result.gradeTenths).toBeGreaterThanOrEqual(10);
        expect(result.gradeTenths).toBeLessThanOrEqual(100);
      }),
    );
  });

  it('never lowers the grade or a part when a score is raised', () => {
    fc.assert(
      fc.property(anyScheme, anyScores, fc.nat(refs.length - 1), (scheme, scores, position) => {
        const ref = refs[position] ?? '';
        const raisedTo = scores[ref] === 'O' ? 'V' : 'G';
        const before = grade(scores, scheme);
        const after = grade({ ...scores, [ref]: raisedTo }, scheme);
        expect(after.gradeTenths).toBeGreaterThanOrEqual(before.gradeTenths);
        expect(SCORES.indexOf(after.score)).toBeGreaterThanOrEqual(SCORES.indexOf(before.score));
        for (const [index, part] of after.workProcesses.entries())
          expect(SCORES.indexOf(part.score)).toBeGreaterThanOrEqual(
            SCORES.indexOf(before.workProcesses[index]?.score ?? 'O'),
          );
      }),
    );
  });

  it('adds up: points and O of the work processes and of the core tasks are those of the whole', () => {
    fc.assert(
      fc.property(anyScheme, anyScores, (scheme, scores) => {
        const result = grade(scores, scheme);
        for (const parts of [result.workProcesses, result.coreTasks])
          for (const key of ['points', 'maxPoints', 'insufficientCount'] as const)
            expect(parts.reduce((sum, part) => sum + part[key], 0)).toBe(result[key]);
      }),
    );
  });

  it('holds an O below a pass even when a stored table says otherwise', () => {
    const rows = [{ from: 0, gradeTenths: 80 }];
    expect(grade(scoreAll('G', { 'B1-K1-W1/product/1': 'O' }), { ...EXAMPLE_SCHEME, failTable: rows })).toMatchObject({
      gradeTenths: 54,
      passed: false,
    });
  });
});

describe('validateScheme', () => {
  it('accepts the shipped scheme, which calls itself an example', () => {
    expect(validateScheme(EXAMPLE_SCHEME)).toEqual([]);
    expect(EXAMPLE_SCHEME.label).toMatch(/voorbeeld/i);
  });

  const wrong: [string, Partial<GradingScheme>, string, string][] = [
    ['no code', { code: ' ' }, 'code', 'CODE_MISSING'],
    ['no label', { label: '' }, 'label', 'LABEL_MISSING'],
    ['version 0', { version: 0 }, 'version', 'VERSION_INVALID'],
    ['O above V', { points: { O: 2, V: 1, G: 2 } }, 'points', 'POINTS_INVALID'],
    ['only zeros', { points: { O: 0, V: 0, G: 0 } }, 'points', 'POINTS_INVALID'],
    ['half points', { points: { O: 0, V: 0.5, G: 1 } }, 'points', 'POINTS_INVALID'],
    ['NaN', { goodFrom: Number.NaN }, 'goodFrom', 'SHARE_INVALID'],
    ['a percentage', { goodFrom: 75 }, 'goodFrom', 'SHARE_INVALID'],
    ['five decimals', { goodFrom: 0.66667 }, 'goodFrom', 'SHARE_INVALID'],
    ['an empty table', { passTable: [] }, 'passTable', 'TABLE_EMPTY'],
    [
      'a table from 0,5',
      { passTable: [{ from: 0.5, gradeTenths: 55 }] },
      'passTable[0].from',
      'TABLE_STARTS_ABOVE_ZERO',
    ],
    [
      'falling shares',
      {
        failTable: [
          { from: 0, gradeTenths: 10 },
          { from: 0, gradeTenths: 20 },
        ],
      },
      'failTable[1].from',
      'TABLE_NOT_ASCENDING',
    ],
    [
      'falling grades',
      {
        passTable: [
          { from: 0, gradeTenths: 60 },
          { from: 0.5, gradeTenths: 55 },
        ],
      },
      'passTable[1].gradeTenths',
      'TABLE_NOT_ASCENDING',
    ],
    [
      'a grade in whole points',
      { failTable: [{ from: 0, gradeTenths: 1 }] },
      'failTable[0].gradeTenths',
      'GRADE_INVALID',
    ],
    ['a pass of 5,4', { passTable: [{ from: 0, gradeTenths: 54 }] }, 'passTable[0].gradeTenths', 'GRADE_BELOW_PASS'],
    ['a fail of 5,5', { failTable: [{ from: 0, gradeTenths: 55 }] }, 'failTable[0].gradeTenths', 'GRADE_NOT_FAIL'],
  ];
  it.each(wrong)('refuses %s', (_name, change, path, code) => {
    expect(validateScheme({ ...EXAMPLE_SCHEME, ...change })).toEqual([{ path, code }]);
  });
});
