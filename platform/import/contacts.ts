import { choiceColumn, emailColumn, optionalText, requiredText } from './cells.ts';
import { parseCsvImport } from './csv.ts';
import type { TableImport } from './import-error.ts';

/** Whether a possible examiner works at the school or in practice. */
export const ContactKind = { School: 'school', Practice: 'practice' } as const;
export type ContactKind = (typeof ContactKind)[keyof typeof ContactKind];

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

const KIND_WORDS: Readonly<Record<string, ContactKind>> = {
  school: ContactKind.School,
  praktijk: ContactKind.Practice,
  practice: ContactKind.Practice,
};

/** Columns of the address book file, in the order of the template. */
export const contactColumns = {
  name: requiredText({ header: 'naam', maxLength: 200 }),
  email: emailColumn({ header: 'email', aliases: ['e-mailadres', 'mail'] }),
  jobTitle: optionalText({ header: 'functie', optional: true, maxLength: 120 }),
  organisation: optionalText({ header: 'organisatie', optional: true, maxLength: 160 }),
  kind: choiceColumn({ header: 'soort', choices: KIND_WORDS }),
};

/** Reads a file of possible examiners for the address book. An address may occur once. */
export function parseContacts(bytes: Uint8Array): TableImport<ImportedContact> {
  return parseCsvImport(bytes, contactColumns);
}
