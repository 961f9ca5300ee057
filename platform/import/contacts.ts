import { Lang } from '../../domain/school.ts';
import { choiceColumn, emailColumn, optionalText, requiredText } from './cells.ts';
import { parseCsvImport, splitCsv } from './csv.ts';
import type { TableImport } from './import-error.ts';
import { readTable, type TableOutcome } from './table.ts';
import { isWorkbook, splitWorkbook } from './xlsx.ts';

/** Whether a possible examiner works at the school or in practice. */
export const ContactKind = { School: 'school', Practice: 'practice' } as const;
export type ContactKind = (typeof ContactKind)[keyof typeof ContactKind];

/** Longest texts of a contact, in code points. */
export const CONTACT_LIMITS = { name: 200, jobTitle: 120, organisation: 160 } as const;

/** What the address book says of a contact, as texts: typed, read or kept. */
export interface ContactFields {
  readonly name: string;
  readonly email: string;
  readonly jobTitle: string;
  readonly organisation: string;
  readonly kind: string;
  readonly lang: string;
}

export interface ImportedContact {
  /** Row in the spreadsheet, for errors found later. */
  readonly row: number;
  readonly name: string;
  readonly email: string;
  /** Function, e.g. `Wijkverpleegkundige`. */
  readonly jobTitle: string;
  readonly organisation: string;
  readonly kind: ContactKind;
}

export interface ImportedBookRow extends ImportedContact {
  /** Language of mails; '' when the file does not say. */
  readonly lang: Lang | '';
}

const KIND_WORDS: Readonly<Record<string, ContactKind>> = {
  school: ContactKind.School,
  praktijk: ContactKind.Practice,
  practice: ContactKind.Practice,
};

const LANGUAGE_WORDS: Readonly<Record<string, Lang>> = {
  nl: Lang.Dutch,
  en: Lang.English,
  nederlands: Lang.Dutch,
  engels: Lang.English,
  dutch: Lang.Dutch,
  english: Lang.English,
};

/** Columns of the address book file, in the order of the template. */
export const contactColumns = {
  name: requiredText({ header: 'naam', aliases: ['name', 'volledige naam'], maxLength: CONTACT_LIMITS.name }),
  email: emailColumn({ header: 'email', aliases: ['e-mailadres', 'mail', 'mailadres', 'email address'] }),
  jobTitle: optionalText({
    header: 'functie',
    aliases: ['function', 'job title'],
    optional: true,
    maxLength: CONTACT_LIMITS.jobTitle,
  }),
  organisation: optionalText({
    header: 'organisatie',
    aliases: ['organisation', 'organization', 'bedrijf'],
    optional: true,
    maxLength: CONTACT_LIMITS.organisation,
  }),
  kind: choiceColumn({ header: 'soort', aliases: ['kind'], choices: KIND_WORDS }),
};

const bookColumns = {
  ...contactColumns,
  lang: choiceColumn<Lang | ''>({
    header: 'taal',
    aliases: ['language'],
    optional: true,
    choices: LANGUAGE_WORDS,
    fallback: '',
  }),
};

/** The row of the template that shows how it is done. Nobody has this address: `.invalid` never resolves (RFC 6761). */
export const EXAMPLE_CONTACT = {
  name: 'Voorbeeld: Jo de Bruin (deze regel telt niet mee)',
  email: 'voorbeeld@adresboek.invalid',
  jobTitle: 'Praktijkopleider',
  organisation: 'Woonzorgcentrum De Linde',
  kind: ContactKind.Practice,
  lang: Lang.Dutch,
} as const;

/** Reads a file of possible examiners that comes with an installation. An address may occur once. */
export function parseContacts(bytes: Uint8Array): TableImport<ImportedContact> {
  return parseCsvImport(bytes, contactColumns);
}

/**
 * Reads what a person uploads: a workbook or a text file. Columns that we do not know are told of and not looked at, the row
 * of the template is left out.
 */
export async function readContactFile(bytes: Uint8Array): Promise<TableOutcome<ImportedBookRow>> {
  const table = isWorkbook(bytes) ? await splitWorkbook(bytes) : splitCsv(bytes, bookColumns);
  if (!table.ok) return { ok: false, errors: [table.error], ignoredColumns: [], leftOut: [] };
  return readTable(table.rows, bookColumns, {
    unknownColumns: 'tell',
    isExample: (cell) => cell('email').toLowerCase() === EXAMPLE_CONTACT.email,
  });
}
