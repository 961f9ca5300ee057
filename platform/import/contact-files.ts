/** The address book as a file: to take along, and to fill in. What is written here is read back as it was. */
import type { Blob } from 'node:buffer';
import type Stream from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import writeWorkbook, { type Cell, type Feature, type SheetData } from 'write-excel-file/node';
import { getOrderOfSiblings, insertElementMarkupAccordingToOrderOfSiblings } from 'write-excel-file/utility';
import type { Lang } from '../../domain/school.ts';
import { ContactKind, EXAMPLE_CONTACT } from './contacts.ts';
import { guardFormula } from './formula.ts';

export interface ContactOfFile {
  readonly name: string;
  readonly email: string;
  readonly jobTitle: string;
  readonly organisation: string;
  readonly kind: ContactKind;
  readonly lang: Lang;
}

const KIND_WORD: Readonly<Record<ContactKind, string>> = {
  [ContactKind.School]: 'school',
  [ContactKind.Practice]: 'praktijk',
};

interface FileColumn {
  readonly header: string;
  /** In characters. */
  readonly width: number;
  readonly read: (contact: ContactOfFile) => string;
}

const COLUMNS: readonly FileColumn[] = [
  { header: 'naam', width: 32, read: ({ name }) => name },
  { header: 'email', width: 36, read: ({ email }) => email },
  { header: 'functie', width: 28, read: ({ jobTitle }) => jobTitle },
  { header: 'organisatie', width: 32, read: ({ organisation }) => organisation },
  { header: 'soort', width: 12, read: ({ kind }) => KIND_WORD[kind] },
  { header: 'taal', width: 8, read: ({ lang }) => lang },
];

/** `;` and a byte order mark: so Dutch Excel opens it with one double click. */
export function writeContactsCsv(contacts: readonly ContactOfFile[]): Buffer {
  const rows = contacts.map((contact) => COLUMNS.map(({ read }) => guardFormula(read(contact))));
  const text = stringify([COLUMNS.map(({ header }) => header), ...rows], {
    delimiter: ';',
    record_delimiter: 'windows',
    bom: true,
  });
  return Buffer.from(text, 'utf8');
}

/** Every cell is a text and says so; nothing in it is ever reckoned. */
export function writeContactsWorkbook(contacts: readonly ContactOfFile[]): Promise<Buffer> {
  const header: Cell[] = COLUMNS.map((column) => ({ value: column.header, type: String, fontWeight: 'bold' }));
  const rows = contacts.map((contact) => COLUMNS.map(({ read }) => textCell(read(contact))));
  const data: SheetData = [header, ...rows];
  return writeWorkbook(
    data,
    { sheet: 'Adresboek', columns: COLUMNS.map(({ width }) => ({ width })), stickyRowsCount: 1 },
    { features: [CHOICES] },
  ).toBuffer();
}

/** The quote that reading takes off stands before texts that have one of their own. */
function textCell(text: string): Cell {
  const value = text.startsWith("'") ? guardFormula(text) : text;
  return value === '' ? null : { value, type: String, format: '@' };
}

/** Only the header and one row that shows how it is done. */
export function writeContactsTemplate(kind: 'csv' | 'xlsx'): Promise<Buffer> {
  return kind === 'csv'
    ? Promise.resolve(writeContactsCsv([EXAMPLE_CONTACT]))
    : writeContactsWorkbook([EXAMPLE_CONTACT]);
}

const SHEET = 'xl/worksheets/sheet{id}.xml';
const VALIDATIONS =
  '<dataValidations count="2">' +
  '<dataValidation type="list" allowBlank="1" showErrorMessage="1" sqref="E2:E20001"><formula1>"school,praktijk"</formula1></dataValidation>' +
  '<dataValidation type="list" allowBlank="1" showErrorMessage="1" sqref="F2:F20001"><formula1>"nl,en"</formula1></dataValidation>' +
  '</dataValidations>';

/** Lists to choose from in the columns that know only some words (ECMA-376 part 1, 18.3.1.33). */
const CHOICES: Feature<Stream | Buffer | Blob> = {
  files: {
    transform: {
      [SHEET]: {
        transform: (xml: string) =>
          insertElementMarkupAccordingToOrderOfSiblings(
            xml,
            VALIDATIONS,
            getOrderOfSiblings(SHEET, 'worksheet') ?? [],
            'worksheet',
          ),
      },
    },
  },
};
