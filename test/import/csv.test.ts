import { describe, expect, it } from '@jest/globals';
import { choiceColumn, emailColumn, optionalText, requiredText } from '../../platform/import/cells.ts';
import { parseCsvImport } from '../../platform/import/csv.ts';
import { MAX_IMPORT_BYTES, MAX_IMPORT_ERRORS, MAX_IMPORT_ROWS } from '../../platform/import/import-error.ts';

const columns = {
  name: requiredText({ header: 'naam', maxLength: 20 }),
  email: emailColumn({ header: 'email', aliases: ['e-mailadres'] }),
  note: optionalText({ header: 'opmerking', optional: true, maxLength: 40 }),
  kind: choiceColumn({ header: 'soort', optional: true, choices: { school: 'school' }, fallback: 'school' }),
};

const utf8 = (text: string) => new TextEncoder().encode(text);
const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const read = (text: string) => parseCsvImport(utf8(text), columns);
const wilg = { row: 2, name: 'Wilg', email: 'wilg@roc.example', note: '', kind: 'school' };
const error = (row: number | null, column: string | null, code: string, params: object = {}) => ({
  row,
  column,
  code,
  params,
});

describe('parseCsvImport', () => {
  it.each([
    ['semicolons', 'naam;email\nWilg;wilg@roc.example\n'],
    ['commas', 'naam,email\nWilg,wilg@roc.example\n'],
    ['tabs', 'naam\temail\nWilg\twilg@roc.example\n'],
    ['Windows line ends', 'naam;email\r\nWilg;wilg@roc.example\r\n'],
    ['a last line without an end', 'naam;email\nWilg;wilg@roc.example'],
    ['a byte order mark', '\ufeffnaam;email\nWilg;wilg@roc.example\n'],
    ['a line that names the separator', 'sep=;\nnaam;email\nWilg;wilg@roc.example\n'],
    ['quotes', '"naam";"email"\n"Wilg";"wilg@roc.example"\n'],
    ['header names in capitals, with spaces and an alias', ' NAAM ; E-mail adres \nWilg;wilg@roc.example\n'],
    ['columns in another order', 'email;naam\nwilg@roc.example;Wilg\n'],
    ['spaces around cells', 'naam;email\n  Wilg\u00a0; wilg@roc.example \n'],
    ['empty columns at the end', 'naam;email;;\nWilg;wilg@roc.example;;\n'],
    ['blank lines at the end, as Excel leaves them', 'naam;email\nWilg;wilg@roc.example\n;\n\n;\n'],
  ])('reads %s', (_what, text) => {
    expect(read(text)).toEqual({ ok: true, value: [wilg] });
  });

  it('reads accents from windows-1252, in which Dutch Excel saves', () => {
    const bytes = latin1('naam;email\nZo\xeb \x80uro;zoe@roc.example\n');
    expect(parseCsvImport(bytes, columns)).toMatchObject({ ok: true, value: [{ name: 'Zoë €uro' }] });
  });

  it('reads UTF-16 with a byte order mark, which Excel calls Unicode text', () => {
    const bytes = new Uint8Array(Buffer.from('\ufeffnaam\temail\nZoë\tzoe@roc.example\n', 'utf16le'));
    expect(parseCsvImport(bytes, columns)).toMatchObject({ ok: true, value: [{ name: 'Zoë' }] });
  });

  it('composes letters and accents that came apart', () => {
    expect(read('naam;email\nZoe\u0308;zoe@roc.example\n')).toMatchObject({ ok: true, value: [{ name: 'Zoë' }] });
  });

  it('keeps commas and quotes inside quoted cells', () => {
    expect(read('naam,email,opmerking\nWilg,wilg@roc.example,"groen, ""oud"""\n')).toMatchObject({
      ok: true,
      value: [{ note: 'groen, "oud"' }],
    });
  });

  it.each(['=1+1', '=HYPERLINK("x")', '+31', '-2', '@SUM(A1)'])('keeps the formula-like cell %s as text', (cell) => {
    const quoted = `"${cell.replaceAll('"', '""')}"`;
    expect(read(`naam;email;opmerking\nWilg;wilg@roc.example;${quoted}\n`)).toMatchObject({
      ok: true,
      value: [{ note: cell }],
    });
  });

  it('numbers rows as the spreadsheet does, blank ones counted', () => {
    expect(read('naam;email\nWilg;wilg@roc.example\n\n;beuk@roc.example\n')).toEqual({
      ok: false,
      errors: [error(4, 'naam', 'REQUIRED')],
    });
  });

  it('gives no row at all when one is wrong, and every error', () => {
    expect(
      read(
        'naam;email\nWilg;wilg@roc.example\n;geen adres\nBeuk;beuk@roc.example\nEen veel te lange naam;x@y.example\n',
      ),
    ).toEqual({
      ok: false,
      errors: [
        error(3, 'naam', 'REQUIRED'),
        error(3, 'email', 'EMAIL_INVALID', { text: 'geen adres' }),
        error(5, 'naam', 'TOO_LONG', { maxLength: 20, length: 22, text: 'Een veel te lange naam' }),
      ],
    });
  });

  it('names each missing column', () => {
    expect(read('achternaam;opmerking\nWilg;x\n')).toEqual({
      ok: false,
      errors: [
        error(1, 'naam', 'COLUMN_MISSING'),
        error(1, 'email', 'COLUMN_MISSING'),
        error(1, 'achternaam', 'COLUMN_UNKNOWN', { name: 'achternaam' }),
      ],
    });
  });

  it('rejects a column that occurs twice', () => {
    expect(read('naam;email;Naam\nWilg;wilg@roc.example;Beuk\n')).toEqual({
      ok: false,
      errors: [error(1, 'naam', 'COLUMN_DUPLICATE')],
    });
  });

  it('rejects a row with more values than columns', () => {
    expect(read('naam;email\nWilg;wilg@roc.example;groen\n')).toEqual({
      ok: false,
      errors: [error(2, null, 'ROW_TOO_LONG', { cells: 3, columns: 2 })],
    });
  });

  it('rejects a second row with the same address in other capitals, naming the first', () => {
    expect(read('naam;email\nWilg;wilg@roc.example\nBeuk;Wilg@ROC.example\n')).toEqual({
      ok: false,
      errors: [error(3, 'email', 'DUPLICATE', { firstRow: 2, text: 'Wilg@roc.example' })],
    });
  });

  it.each([
    ['a line break inside', '"wilg@roc.example\nBcc: x@roc.example"', 'LINE_BREAK'],
    ['a line break at the end', '"wilg@roc.example\r\n"', 'LINE_BREAK'],
    ['a vertical tab', 'wilg\u000b@roc.example', 'CONTROL_CHARACTER'],
    ['a right-to-left override', 'wilg\u202e@roc.example', 'CONTROL_CHARACTER'],
  ])('rejects an address with %s', (_what, cell, code) => {
    expect(read(`naam;email\nWilg;${cell}\n`)).toEqual({ ok: false, errors: [error(2, 'email', code)] });
  });

  it.each(['ZoÃ«', 'RenÃ©e', 'Bj\ufffdrn'])('rejects %s, broken by an earlier save', (name) => {
    expect(read(`naam;email\n${name};zoe@roc.example\n`)).toEqual({
      ok: false,
      errors: [error(2, 'naam', 'TEXT_GARBLED', { text: name })],
    });
  });

  it('accepts names with letters that only look like a broken save', () => {
    expect(read('naam;email\nJOÃO Ângela;joao@roc.example\n')).toMatchObject({ ok: true });
  });

  it('rejects a name of invisible characters only', () => {
    expect(read('naam;email\n\u200b;wilg@roc.example\n')).toEqual({
      ok: false,
      errors: [error(2, 'naam', 'REQUIRED')],
    });
  });

  it('says in which row a quote is not closed', () => {
    expect(read('naam;email\nWilg;wilg@roc.example\n"Beuk;beuk@roc.example\n')).toMatchObject({
      ok: false,
      errors: [{ row: 3, code: 'QUOTE_NOT_CLOSED' }],
    });
  });

  it('says in which row a quote stands in the middle of a cell', () => {
    expect(read('naam;email\nJan "de" Wilg;wilg@roc.example\n')).toMatchObject({
      ok: false,
      errors: [{ row: 2, code: 'ROW_MALFORMED' }],
    });
  });
});

describe('parseCsvImport on a file that is no table', () => {
  const whole = (code: string, params: object = {}) => ({ ok: false, errors: [error(null, null, code, params)] });

  it.each([
    ['no bytes', utf8('')],
    ['spaces and line ends', utf8(' \r\n\n')],
    ['a byte order mark only', new Uint8Array([0xef, 0xbb, 0xbf])],
  ])('rejects %s', (_what, bytes) => {
    expect(parseCsvImport(bytes, columns)).toEqual(whole('FILE_EMPTY'));
  });

  it.each(['naam;email', 'naam;email\n', 'naam;email\r\n;\r\n'])('rejects a header without rows', (text) => {
    expect(read(text)).toEqual(whole('NO_ROWS'));
  });

  it('recognises a workbook', () => {
    expect(parseCsvImport(new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]), columns)).toEqual(
      whole('FILE_IS_SPREADSHEET', { kind: 'zip' }),
    );
  });

  it('recognises a PDF', () => {
    expect(parseCsvImport(utf8('%PDF-1.7\n'), columns)).toEqual(whole('FILE_NOT_TEXT', { kind: 'pdf' }));
  });

  it('rejects bytes that are no text', () => {
    const bytes = Uint8Array.from({ length: 512 }, (_, index) => (index * 7) % 256);
    expect(parseCsvImport(bytes, columns)).toEqual(whole('FILE_NOT_TEXT', { kind: 'binary' }));
  });

  it('rejects text in an encoding it does not know', () => {
    // 0x81 is no letter in windows-1252, but ü in the old code page 437.
    expect(parseCsvImport(latin1('naam;email\nM\x81nster;m@roc.example\n'), columns)).toEqual(
      whole('FILE_ENCODING_UNKNOWN', { encoding: 'windows-1252' }),
    );
  });

  it.each([
    ['Excel for MS-DOS', [0x5a, 0x6f, 0x89]],
    ['Excel for MS-DOS, inside a word', [0x52, 0x65, 0x6e, 0x82, 0x65]],
    ['Excel for Macintosh', [0x52, 0x65, 0x6e, 0x8e, 0x65]],
  ])('rejects accents of %s rather than keeping them as other letters', (_what, name) => {
    const bytes = Uint8Array.from([...utf8('naam;email\n'), ...name, ...utf8(';zoe@roc.example\n')]);
    expect(parseCsvImport(bytes, columns)).toEqual(whole('FILE_ENCODING_UNKNOWN', { encoding: 'windows-1252' }));
  });

  it.each(['Šárka', 'Žofia', 'D’Angelo', '“Wilg”', 'A…', 'Ÿ'])('reads %s from windows-1252', (name) => {
    const win: Readonly<Record<string, number>> = {
      Š: 0x8a,
      Ž: 0x8e,
      '’': 0x92,
      '“': 0x93,
      '”': 0x94,
      '…': 0x85,
      Ÿ: 0x9f,
    };
    const bytes = Uint8Array.from(
      [...`naam;email\n${name};zoe@roc.example\né`].map((each) => win[each] ?? each.charCodeAt(0)),
    );
    expect(parseCsvImport(bytes.subarray(0, -2), columns)).toMatchObject({ ok: true, value: [{ name }] });
  });

  it('rejects UTF-16 that was cut short', () => {
    const bytes = new Uint8Array(Buffer.from('\ufeffnaam', 'utf16le')).slice(0, -1);
    expect(parseCsvImport(bytes, columns)).toEqual(whole('FILE_ENCODING_UNKNOWN', { encoding: 'utf-16le' }));
  });

  it('rejects a file over the limit without reading it', () => {
    const bytes = new Uint8Array(MAX_IMPORT_BYTES + 1);
    expect(parseCsvImport(bytes, columns)).toEqual(
      whole('FILE_TOO_LARGE', { maxBytes: MAX_IMPORT_BYTES, bytes: MAX_IMPORT_BYTES + 1 }),
    );
  });

  const many = (count: number, cell: (index: number) => string) =>
    `naam;email\n${Array.from({ length: count }, (_, index) => `Wilg;${cell(index)}\n`).join('')}`;

  it('reads as many rows as allowed, blank lines between them', () => {
    const text = many(MAX_IMPORT_ROWS, (index) => `w${index}@roc.example\n`);
    const outcome = read(text);
    expect(outcome.ok && outcome.value.length).toBe(MAX_IMPORT_ROWS);
  });

  it('rejects one row more', () => {
    expect(read(many(MAX_IMPORT_ROWS + 1, (index) => `w${index}@roc.example`))).toEqual(
      whole('TOO_MANY_ROWS', { maxRows: MAX_IMPORT_ROWS }),
    );
  });

  it('reports a limited number of errors, and how many there are', () => {
    const outcome = read(many(MAX_IMPORT_ERRORS + 10, () => 'fout'));
    expect(outcome.ok ? [] : outcome.errors).toHaveLength(MAX_IMPORT_ERRORS + 1);
    expect(outcome.ok ? null : outcome.errors.at(-1)).toEqual(
      error(null, null, 'TOO_MANY_ERRORS', { count: MAX_IMPORT_ERRORS + 10, shown: MAX_IMPORT_ERRORS }),
    );
  });
});
