import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { type ExportFormat, type ResultRow, rowsOf, SHIPPED_PROFILES } from '../../domain/exporting.ts';
import { createCsvWriter, writeExcelLines } from '../../platform/export-csv.ts';

const { excel, system } = SHIPPED_PROFILES;

function rowOf(name: string, number: string | null = '100001'): ResultRow {
  const part = { score: 'V', points: 2, maxPoints: 4, insufficientCount: 0 } as const;
  const [row] = rowsOf(
    {
      documentId: 'd',
      documentNumber: '2026-0A1B2C3D',
      documentVersion: 1,
      sha256: 'ab'.repeat(32),
      timeZone: 'Europe/Amsterdam',
      student: { name, number },
      exam: { code: '1-2', crebo: '25656', title: 'Zorgen', version: '2026.1' },
      unitCodes: ['EX1'],
      attempt: 1,
      result: {
        ...part,
        passed: false,
        gradeTenths: 74,
        workProcesses: [],
        coreTasks: [],
        scheme: { code: 'voorbeeld', version: 1 },
      },
      parts: [],
      examiners: [],
      decidedAt: '2026-11-24T10:00:00.000Z',
    },
    'assessment',
  );
  if (!row) throw new Error('no row');
  return row;
}

const only = (format: ExportFormat, ...columns: string[]): ExportFormat => ({
  ...format,
  columns: columns.map((column) => ({ column: column as never, header: column })),
});
const cellsOf = (format: ExportFormat, name: string, number?: string | null) =>
  createCsvWriter(only(format, 'naam', 'studentnummer')).cells(rowOf(name, number));

describe('cells', () => {
  it.each(['=1+1', '+31', '-x', '@SUM(A1)', '  =1', '＝1', '＋1', '－x', '＠x', '\t=1', "'=1", '\r\n=1'])(
    'make no formula of %j',
    (name) => {
      for (const { format } of [excel, system]) expect(cellsOf(format, name)[0]).toMatch(/^'/);
    },
  );

  it('never begin like a formula, but for digits that are to stay', () => {
    const text = fc.string({
      unit: fc.constantFrom('=', '+', '-', '@', '0', '1', 'E', ' ', '\t', "'", '"', ';', '＝', 'a'),
    });
    fc.assert(
      fc.property(text, text, (name, number) => {
        for (const cell of cellsOf(excel.format, name, number))
          expect(cell).toMatch(/^(?![=+\-@\t\r＝＋－＠])|^="[\d.,:/\-eE ]+"$/);
        for (const cell of cellsOf(system.format, name, number)) expect(cell).not.toMatch(/^[=+\-@\t\r＝＋－＠]/);
      }),
    );
  });

  it.each([
    ['0123', '="0123"'],
    ['1234567890123456', '="1234567890123456"'],
    ['12E5', '="12E5"'],
    ['100001', '100001'],
    ['S0123', 'S0123'],
    [null, ''],
  ])('keep the number %s for Excel as %s', (number, written) => {
    expect(cellsOf(excel.format, 'Noor', number)[1]).toBe(written);
    expect(cellsOf(system.format, 'Noor', number)[1]).toBe(number ?? '');
  });

  it('leave the number of a document as it is, also one of digits alone', () => {
    const row = rowOf('Noor');
    const digits = { ...row, source: { ...row.source, documentNumber: '2026-12345678' } };
    expect(createCsvWriter(only(excel.format, 'document_id')).cells(digits)).toEqual(['2026-12345678']);
  });

  it('write grades, days and yes or no as the profile says', () => {
    const format = only(system.format, 'cijfer', 'geslaagd', 'datum_vaststelling', 'examencode');
    const row = rowOf('Noor');
    const written = (change: Partial<ExportFormat>) => createCsvWriter({ ...format, ...change }).cells(row);
    expect(written({})).toEqual(['7.4', 'nee', '2026-11-24', '1-2']);
    expect(written({ decimal: ',', yesNo: 'digits', dates: 'dd-mm-yyyy' })).toEqual(['7,4', '0', '24-11-2026', '1-2']);
    expect(written({ yesNo: 'english', dates: 'yyyymmdd', keepsDigits: true })).toEqual([
      '7.4',
      'false',
      '20261124',
      '="1-2"',
    ]);
    expect(written({ dates: 'dd/mm/yyyy' })[2]).toBe('24/11/2026');
  });
});

describe('lines', () => {
  it('are read back as they were, whatever stands in a name', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom(';', ',', '\t') as fc.Arbitrary<';' | ',' | '\t'>,
        (name, separator) => {
          const writer = createCsvWriter({ ...only(system.format, 'naam', 'crebo'), separator });
          const rows = [rowOf(name), rowOf(name)];
          const records = parse(writer.head + writer.rows(rows), { delimiter: separator, record_delimiter: '\r\n' });
          expect(records).toHaveLength(3);
          expect(records[1]).toEqual(writer.cells(rows[0] as ResultRow));
        },
      ),
    );
  });

  it('begin with the mark and the names only where the profile wants them', () => {
    const columns = only(excel.format, 'naam').columns;
    expect(createCsvWriter({ ...excel.format, columns }).head).toBe('\ufeffnaam\r\n');
    expect(createCsvWriter({ ...excel.format, columns, hasBom: false, hasHeader: false }).head).toBe('');
  });

  it('of an index make no formula either', () => {
    expect(
      writeExcelLines([
        ['a', '=1'],
        ['b;c', '0123'],
      ]),
    ).toBe('a;\'=1\r\n"b;c";0123\r\n');
  });
});
