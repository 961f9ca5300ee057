import {
  emailColumn,
  optionalDate,
  optionalText,
  requiredText,
  schoolYearColumn,
  studentNumberColumn,
} from './cells.ts';
import { parseCsvImport } from './csv.ts';
import type { TableImport } from './import-error.ts';
import type { CellOutcome } from './table.ts';

export interface ImportedStudent {
  /** Row in the spreadsheet, for errors found later. */
  readonly row: number;
  readonly number: string;
  readonly givenName: string;
  /** Tussenvoegsel, e.g. `van der`; '' when there is none. */
  readonly infix: string;
  readonly familyName: string;
  readonly email: string;
  /** `YYYY-MM-DD`, or `null` when the school does not give it. */
  readonly birthDate: string | null;
  /** Name of the group within the school year, e.g. `VIG3A`. */
  readonly group: string;
  /** `2026-2027`. */
  readonly schoolYear: string;
  /** Name of the company where the student learns; '' when the school does not give it. */
  readonly trainingCompany: string;
  /** Address of the member who coaches the student, or `null`. */
  readonly coach: string | null;
}

/** Many students have the same coach, so it may occur more than once. */
const { uniqueKey: _, ...coachAddress } = emailColumn({ header: 'coach', aliases: ['slb', 'mentor'], optional: true });

/** Columns of the students file, in the order of the template. */
export const studentColumns = {
  number: studentNumberColumn({ header: 'studentnummer', aliases: ['leerlingnummer', 'studentnr'] }),
  givenName: requiredText({ header: 'voornaam', aliases: ['roepnaam'], maxLength: 80 }),
  infix: optionalText({ header: 'tussenvoegsel', aliases: ['voorvoegsel'], optional: true, maxLength: 40 }),
  familyName: requiredText({ header: 'achternaam', maxLength: 120 }),
  email: emailColumn({ header: 'email', aliases: ['e-mailadres', 'mail'] }),
  birthDate: optionalDate({ header: 'geboortedatum', optional: true }),
  group: requiredText({ header: 'groep', aliases: ['klas'], maxLength: 60 }),
  schoolYear: schoolYearColumn({ header: 'schooljaar' }),
  trainingCompany: optionalText({
    header: 'leerbedrijf',
    aliases: ['stagebedrijf', 'praktijkbedrijf'],
    optional: true,
    maxLength: 160,
  }),
  coach: {
    ...coachAddress,
    read: (cell: string): CellOutcome<string | null> =>
      cell === '' ? { ok: true, value: null } : coachAddress.read(cell),
  },
};

/** Reads a file of students with their group. Student number and address may each occur once. */
export function parseStudents(bytes: Uint8Array): TableImport<ImportedStudent> {
  return parseCsvImport(bytes, studentColumns);
}
