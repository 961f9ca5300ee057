import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExamDefinition } from '../../domain/exam.ts';
import { type ImportedContact, parseContacts } from './contacts.ts';
import { parseExamImport } from './exam.ts';
import type { FieldError, RowError } from './import-error.ts';
import { type ImportedPerson, parsePeople } from './people.ts';
import { type ImportedSchool, parseSchoolImport } from './school.ts';
import { type ImportedStudent, parseStudents } from './students.ts';

/** A whole school as files describe it, parsed by the parsers an administrator's uploads go through. */
export interface DemoSchool {
  readonly school: ImportedSchool;
  /** In the order of their file names. */
  readonly exams: readonly ExamDefinition[];
  readonly students: readonly ImportedStudent[];
  readonly people: readonly ImportedPerson[];
  readonly contacts: readonly ImportedContact[];
}

/** The files that came with the product are wrong: a mistake of ours, not of a person who uploads. */
export class DemoFileError extends Error {
  override readonly name = 'DemoFileError';
  readonly code = 'DEMO_FILE_INVALID';
  readonly file: string;
  readonly errors: readonly (RowError | FieldError)[];

  constructor(file: string, errors: readonly (RowError | FieldError)[]) {
    super(`${file}: ${errors.map((error) => JSON.stringify(error)).join('; ')}`);
    this.file = file;
    this.errors = errors;
  }
}

/**
 * Loads the demo school from `school.json`, `exams/*.json`, `students.csv`, `people.csv` and `contacts.csv`.
 *
 * @param dir folder that holds the files.
 * @throws {@link DemoFileError} naming the file and every error in it.
 */
export async function loadDemoSchool(dir: string): Promise<DemoSchool> {
  const examFiles = (await readdir(join(dir, 'exams'))).filter((name) => name.endsWith('.json')).sort();
  return {
    school: await load(dir, 'school.json', parseSchoolImport),
    exams: await Promise.all(examFiles.map((name) => load(dir, `exams/${name}`, parseExamImport))),
    students: await load(dir, 'students.csv', parseStudents),
    people: await load(dir, 'people.csv', parsePeople),
    contacts: await load(dir, 'contacts.csv', parseContacts),
  };
}

/** The second, tiny school: there to show that schools cannot see each other. */
export interface OtherDemoSchool {
  readonly school: ImportedSchool;
  readonly people: readonly ImportedPerson[];
  /** Their numbers are also numbers of the first school's students. */
  readonly students: readonly ImportedStudent[];
}

/**
 * Loads the second demo school from `other-school.json`, `other-people.csv` and `other-students.csv`.
 *
 * @throws {@link DemoFileError} naming the file and every error in it.
 */
export async function loadOtherDemoSchool(dir: string): Promise<OtherDemoSchool> {
  return {
    school: await load(dir, 'other-school.json', parseSchoolImport),
    people: await load(dir, 'other-people.csv', parsePeople),
    students: await load(dir, 'other-students.csv', parseStudents),
  };
}

type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly (RowError | FieldError)[] };

async function load<T>(dir: string, file: string, parse: (bytes: Uint8Array) => Parsed<T>): Promise<T> {
  const outcome = parse(await readFile(join(dir, file)));
  if (!outcome.ok) throw new DemoFileError(file, outcome.errors);
  return outcome.value;
}
