import { Lang, Role } from '../../domain/school.ts';
import { choiceColumn, choicesColumn, emailColumn, optionalText, requiredText } from './cells.ts';
import { parseCsvImport } from './csv.ts';
import type { TableImport } from './import-error.ts';

export interface ImportedPerson {
  /** Row in the spreadsheet, for errors found later. */
  readonly row: number;
  readonly email: string;
  readonly givenName: string;
  /** Tussenvoegsel, e.g. `van der`; '' when there is none. */
  readonly infix: string;
  readonly familyName: string;
  readonly roles: readonly Role[];
  /** Function, e.g. `Docent zorg`. */
  readonly jobTitle: string;
  readonly organisation: string;
  readonly lang: Lang;
}

const ROLE_WORDS: Readonly<Record<string, Role>> = {
  docent: Role.Teacher,
  examencommissie: Role.Committee,
  beheerder: Role.Administrator,
  praktijkopleider: Role.Supervisor,
  teacher: Role.Teacher,
  committee: Role.Committee,
  administrator: Role.Administrator,
  supervisor: Role.Supervisor,
};

const LANGUAGE_WORDS: Readonly<Record<string, Lang>> = {
  nl: Lang.Dutch,
  en: Lang.English,
  nederlands: Lang.Dutch,
  engels: Lang.English,
};

/** Columns of the people file, in the order of the template. */
export const peopleColumns = {
  email: emailColumn({ header: 'email', aliases: ['e-mailadres', 'mail'] }),
  givenName: requiredText({ header: 'voornaam', aliases: ['roepnaam'], maxLength: 80 }),
  infix: optionalText({ header: 'tussenvoegsel', aliases: ['voorvoegsel'], optional: true, maxLength: 40 }),
  familyName: requiredText({ header: 'achternaam', maxLength: 120 }),
  roles: choicesColumn({ header: 'rollen', aliases: ['rol'], choices: ROLE_WORDS }),
  jobTitle: optionalText({ header: 'functie', optional: true, maxLength: 120 }),
  organisation: optionalText({ header: 'organisatie', optional: true, maxLength: 160 }),
  lang: choiceColumn({
    header: 'taal',
    optional: true,
    choices: LANGUAGE_WORDS,
    fallback: Lang.Dutch,
  }),
};

/** Reads a file of staff and supervisors. An address may occur once; several roles go in one cell (`docent, examencommissie`). */
export function parsePeople(bytes: Uint8Array): TableImport<ImportedPerson> {
  return parseCsvImport(bytes, peopleColumns);
}
