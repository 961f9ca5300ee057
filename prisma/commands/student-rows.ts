/** What a student fills in about themselves: how it is read and checked, wherever it is asked. */
import type { StudentNumberFormat } from '../../domain/deciding.ts';
import { searchable } from '../../domain/school.ts';
import { isStudentNumber } from '../../domain/student.ts';
import { cleanLine, findForbiddenCharacter, isPresent, textLength } from '../../domain/text.ts';
import type { Tx } from '../client.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';

/** Longest parts of a name, as in the import. */
export const MAX_NAMES = { givenName: 80, infix: 40, familyName: 120 } as const;

export interface Names {
  readonly givenName: string;
  readonly infix: string;
  readonly familyName: string;
}

/** What a person fills in. */
export type StudentField = keyof Names | 'number';
export type FieldProblem = 'required' | 'tooLong' | 'character' | 'number';
export type FieldProblems = Partial<Record<StudentField, FieldProblem>>;

/**
 * One at a time for each school: the same number in another case is the same number, and two requests to one address are about
 * one student. Held until the transaction ends.
 */
export async function lockStudents({ tx, schoolId }: Pick<UnitOfWork, 'tx' | 'schoolId'>): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`students|${schoolId}`}, 0))`;
}

/**
 * Refuses with `NUMBER_TAKEN` when another student of the school has this number, case aside. The students must be held.
 * @param ownId the student it is for; null: not known yet
 */
export async function refuseTakenNumber(
  { tx, schoolId }: Pick<UnitOfWork, 'tx' | 'schoolId'>,
  number: string,
  ownId: string | null,
): Promise<void> {
  const taken = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM student WHERE school_id = ${schoolId}::uuid AND lower(number) = ${number.toLowerCase()}
      AND id IS DISTINCT FROM ${ownId}::uuid LIMIT 1`;
  if (taken.length > 0) throw new CommandRefused('NUMBER_TAKEN');
}

/** What was started before the student had this number is found by it as well. */
export async function makeFindable(
  { tx, schoolId }: Pick<UnitOfWork, 'tx' | 'schoolId'>,
  studentId: string,
  number: string,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE assessment SET search_text = search_text || ' ' || ${searchable(number)}
    WHERE school_id = ${schoolId}::uuid AND student_id = ${studentId}::uuid`;
}

/** Addresses of students stand in the case in which they came. @param email lower case */
export async function findByEmail(tx: Tx, schoolId: string, email: string) {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM student WHERE school_id = ${schoolId}::uuid AND lower(email) = ${email} ORDER BY id LIMIT 1`;
  const id = rows[0]?.id;
  return id === undefined ? null : tx.student.findFirst({ where: { id, schoolId } });
}

export function pickNames({ givenName, infix, familyName }: Names): Names {
  return { givenName, infix, familyName };
}

/** As they will be stored. */
export function readNames(typed: Names): Names {
  const { givenName, infix, familyName } = typed;
  return { givenName: cleanLine(givenName), infix: cleanLine(infix), familyName: cleanLine(familyName) };
}

export function checkNames(typed: Names): FieldProblems {
  const names = readNames(typed);
  const problems: FieldProblems = {};
  for (const field of ['givenName', 'infix', 'familyName'] as const) {
    const value = names[field];
    if (!isPresent(value) && (field !== 'infix' || value !== '')) problems[field] = 'required';
    else if (findForbiddenCharacter(value)) problems[field] = 'character';
    else if (textLength(value) > MAX_NAMES[field]) problems[field] = 'tooLong';
  }
  return problems;
}

/** @param number after `cleanLine` */
export function checkNumber(number: string, format: StudentNumberFormat): FieldProblems {
  if (!isPresent(number)) return { number: 'required' };
  return isStudentNumber(number, format) ? {} : { number: 'number' };
}
