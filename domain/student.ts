/**
 * What a student may see of an assessment, and what the own data must look like.
 *
 * Contract
 * 1. A result is seen from the moment it is published, as it was published: a decision taken since changes nothing for the
 *    student until it is published too.
 * 2. Who is waited for, what went back and what was drafted is told to nobody here: several statuses are one stage.
 */
import { AssessmentStatus } from './assessment-state.ts';
import type { StudentNumberFormat } from './deciding.ts';
import { unreachable } from './outcome.ts';

export const StudentStage = {
  /** Only in the own list: the student prepares for it. */
  NotStarted: 'notStarted',
  /** Examiners are invited. */
  Started: 'started',
  BeingAssessed: 'beingAssessed',
  /** Every examiner is done; the committee decides. */
  BeingDecided: 'beingDecided',
  /** Decided, and not to be seen yet. */
  Decided: 'decided',
  Published: 'published',
  /** Published before; the committee looks at it again, and until then the result holds. */
  Reconsidered: 'reconsidered',
  Cancelled: 'cancelled',
} as const;
export type StudentStage = (typeof StudentStage)[keyof typeof StudentStage];

export interface StudentFacts {
  readonly status: AssessmentStatus;
  /** The newest version that was published; 0: none. */
  readonly publishedVersion: number;
  /** Of the newest decision; 0: none. */
  readonly newestVersion: number;
  readonly isReopened: boolean;
}

/** @returns null for what a student does not see at all: something that a teacher prepares */
export function studentStage({
  status,
  publishedVersion,
  newestVersion,
  isReopened,
}: StudentFacts): StudentStage | null {
  if (status === AssessmentStatus.Cancelled) return StudentStage.Cancelled;
  if (publishedVersion > 0)
    return isReopened || newestVersion > publishedVersion ? StudentStage.Reconsidered : StudentStage.Published;
  switch (status) {
    case AssessmentStatus.Draft:
      return null;
    case AssessmentStatus.Invited:
      return StudentStage.Started;
    case AssessmentStatus.InProgress:
    case AssessmentStatus.Returned:
      return StudentStage.BeingAssessed;
    case AssessmentStatus.Assessed:
      return StudentStage.BeingDecided;
    case AssessmentStatus.Final:
      return StudentStage.Decided;
    default:
      return unreachable(status);
  }
}

/** Whether a number is written as this school writes its numbers. @param number without spaces around it */
export function isStudentNumber(number: string, { minLength, maxLength, isDigitsOnly }: StudentNumberFormat): boolean {
  const length = [...number].length;
  return (
    length >= minLength &&
    length <= maxLength &&
    (isDigitsOnly ? /^\d+$/ : /^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$/).test(number)
  );
}

/** What a record of a student says of what may still be changed by the student. */
export interface OwnRecord {
  readonly number: string | null;
  /** The school's file says so. */
  readonly isVerified: boolean;
  /** Something was started, and not cancelled. */
  readonly isAssessed: boolean;
}

/** @returns why the student may not change it; null: may */
export function lockOf(record: OwnRecord | null): { readonly names: Lock | null; readonly number: Lock | null } {
  if (record === null) return { names: null, number: null };
  const lock = record.isVerified ? Lock.Verified : record.isAssessed ? Lock.Assessed : null;
  return { names: lock, number: record.number === null ? null : lock };
}

export const Lock = { Verified: 'verified', Assessed: 'assessed' } as const;
export type Lock = (typeof Lock)[keyof typeof Lock];
