import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type DecidedResult,
  EXPORT_COLUMNS,
  ExportGrain,
  moveColumn,
  rowsOf,
  SHIPPED_PROFILES,
  USUAL_COLUMNS,
  validateProfile,
} from '../../domain/exporting.ts';

const PART = { score: 'V', points: 3, maxPoints: 4, insufficientCount: 0 } as const;

const RESULT: DecidedResult = {
  documentId: 'd',
  documentNumber: '2026-0A1B2C3D',
  documentVersion: 2,
  sha256: 'ab'.repeat(32),
  timeZone: 'Europe/Amsterdam',
  student: { name: 'Noor de Vries', number: '0123' },
  exam: { code: 'VIG-2026', crebo: '25656', title: 'Zorgen', version: '2026.1' },
  unitCodes: ['EX1'],
  attempt: 1,
  result: {
    ...PART,
    passed: true,
    gradeTenths: 73,
    points: 9,
    maxPoints: 12,
    workProcesses: [
      { code: 'B1-K1-W1', ...PART },
      { code: 'B1-K1-W2', ...PART, score: 'G', points: 4 },
      { code: 'B1-K2-W1', ...PART, points: 2 },
    ],
    coreTasks: [
      { code: 'B1-K1', ...PART, points: 7, maxPoints: 8 },
      { code: 'B1-K2', ...PART, points: 2 },
    ],
    scheme: { code: 'voorbeeld', version: 1 },
  },
  parts: [
    { code: 'B1-K1-W1', coreTask: 'B1-K1', examinerIds: ['a', 'b'] },
    { code: 'B1-K1-W2', coreTask: 'B1-K1', examinerIds: ['a'] },
    { code: 'B1-K2-W1', coreTask: 'B1-K2', examinerIds: ['b'] },
  ],
  examiners: [
    { id: 'a', name: 'Bo', finishedAt: '2026-11-20T22:59:59.000Z' },
    { id: 'b', name: 'Sam', finishedAt: '2026-11-20T23:00:00.000Z' },
  ],
  decidedAt: '2026-11-24T23:30:00.000Z',
};

describe('rowsOf', () => {
  it('gives each work process its own points, examiners and day', () => {
    const rows = rowsOf(RESULT, ExportGrain.WorkProcess);
    expect(rows.map(({ coreTask, workProcess, score, points }) => [coreTask, workProcess, score, points])).toEqual([
      ['B1-K1', 'B1-K1-W1', 'V', 3],
      ['B1-K1', 'B1-K1-W2', 'G', 4],
      ['B1-K2', 'B1-K2-W1', 'V', 2],
    ]);
    expect(rows.map(({ examiners }) => examiners)).toEqual([['Bo', 'Sam'], ['Bo'], ['Sam']]);
    // The last of those who scored it, on the clock of the school.
    expect(rows.map(({ assessedOn }) => assessedOn)).toEqual(['2026-11-21', '2026-11-20', '2026-11-21']);
    expect(rows.map(({ decidedOn }) => decidedOn)).toEqual(['2026-11-25', '2026-11-25', '2026-11-25']);
  });

  it('gives each core task the codes it covers', () => {
    expect(rowsOf(RESULT, ExportGrain.CoreTask)).toMatchObject([
      { coreTask: 'B1-K1', workProcess: 'B1-K1-W1 B1-K1-W2', points: 7, maxPoints: 8, examiners: ['Bo', 'Sam'] },
      { coreTask: 'B1-K2', workProcess: 'B1-K2-W1', points: 2, maxPoints: 4, examiners: ['Sam'] },
    ]);
  });

  it('gives the whole one row, with the points of the whole', () => {
    expect(rowsOf(RESULT, ExportGrain.Assessment)).toMatchObject([
      { coreTask: 'B1-K1 B1-K2', points: 9, maxPoints: 12, examiners: ['Bo', 'Sam'] },
    ]);
  });

  it('leaves the day open when nobody is known who scored it', () => {
    const [row] = rowsOf({ ...RESULT, parts: [] }, ExportGrain.Assessment);
    expect(row).toMatchObject({ assessedOn: null, examiners: [], coreTask: '' });
  });
});

describe('profiles', () => {
  it('are shipped in an order and with names that may be used', () => {
    for (const { format } of Object.values(SHIPPED_PROFILES)) expect(validateProfile('Excel', format)).toEqual([]);
    expect(USUAL_COLUMNS.at(-1)).toBe('sha256');
  });

  it('never lose or double a column by moving', () => {
    const columns = EXPORT_COLUMNS.map((column) => ({ column, header: column }));
    fc.assert(
      fc.property(
        fc.constantFrom(...EXPORT_COLUMNS, 'nergens'),
        fc.constantFrom(-1 as const, 1 as const),
        (column, by) => {
          const moved = moveColumn(columns, column, by);
          expect(new Set(moved)).toEqual(new Set(columns));
          expect(moved).toHaveLength(columns.length);
        },
      ),
    );
  });
});
