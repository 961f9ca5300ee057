/**
 * What a student says of themselves, and the exams they prepare for.
 *
 * Contract
 * 1. A student writes only about the record that is theirs: bound to the account, or not bound to anybody yet and under the
 *    address that the account has proven.
 * 2. What the school's file says, and what something was started with, the student does not change: see `lockOf`. What is
 *    locked and posted all the same is left as it is.
 * 3. A number that the student filled in counts as unchecked until an import says the same. Nobody takes a number that another
 *    student of the school has, and nobody is told whose it is.
 */
import { v7 as uuidv7 } from 'uuid';
import { AssessmentStatus } from '../../domain/assessment.ts';
import { decidingPolicy, fullName, Role, searchable } from '../../domain/school.ts';
import { lockOf } from '../../domain/student.ts';
import { cleanLine } from '../../domain/text.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { CommandHandler } from '../apply-command.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
import { isOfStudents } from './student-requests.ts';
import {
  checkNames,
  checkNumber,
  findByEmail,
  lockStudents,
  makeFindable,
  type Names,
  pickNames,
  readNames,
  refuseTakenNumber,
} from './student-rows.ts';

type StudentRecord = Prisma.StudentGetPayload<object>;

export interface SaveOwnDetails extends Names {
  readonly accountId: string;
  /** As typed. */
  readonly number: string;
}

/**
 * Says that the own data are right, having completed or changed them.
 *
 * Refused with `NOT_A_STUDENT`, `STUDENT_FIELDS_INVALID` (params `fields`: field → `FieldProblem`), `NUMBER_TAKEN`,
 * `NO_RECORD` (the school knows no student with this address) or `ADDRESS_TAKEN` (it knows one, who has another account).
 * Value: the id of the student.
 */
export const saveOwnDetails: CommandHandler<SaveOwnDetails, { studentId: string }> = {
  type: 'saveOwnDetails',
  streams: () => [],
  async run(unit, command) {
    const { tx, schoolId, now } = unit;
    const account = await readAccount(unit, command.accountId);
    await lockStudents(unit);
    const record = await findOwnRecord(unit, account);
    if (record === null && !(await mayBeNew(unit, account))) throw new CommandRefused('NO_RECORD');
    const lock = lockOf(await describe(unit, record));
    const names = record && lock.names ? pickNames(record) : readNames(command);
    const number = record?.number && lock.number ? record.number : cleanLine(command.number);
    const { studentNumber } = decidingPolicy(await unit.settings());
    const fields = {
      ...(lock.names ? {} : checkNames(command)),
      ...(lock.number ? {} : checkNumber(number, studentNumber)),
    };
    if (Object.keys(fields).length > 0) throw new CommandRefused('STUDENT_FIELDS_INVALID', { fields });
    if (!lock.number) await refuseTakenNumber(unit, number, record?.id ?? null);
    const email = record?.email ?? account.email;
    const data = {
      ...names,
      number,
      accountId: account.id,
      searchText: searchable(fullName(names), number, email),
      confirmedAt: record?.confirmedAt ?? now,
      // Who types a number says it; the school has not looked at it yet.
      ...(record?.number === number ? {} : { isNumberVerified: false }),
    };
    const studentId = record?.id ?? uuidv7();
    if (record) await tx.student.update({ where: { id: record.id, schoolId }, data });
    else await tx.student.create({ data: { id: studentId, schoolId, email, ...data } });
    if (record && record.number !== number) await makeFindable(unit, studentId, number);
    await nameAccount(unit, account.id, names);
    return { studentId };
  },
};

interface OwnAccount {
  readonly id: string;
  readonly email: string;
  /** A provider vouches for this person. */
  readonly identities: readonly unknown[];
}

/** @throws CommandRefused for who is no student of this school */
async function readAccount({ tx, schoolId }: UnitOfWork, accountId: string): Promise<OwnAccount> {
  const membership = await tx.membership.findFirst({
    where: { schoolId, accountId, endedAt: null, roles: { has: Role.Student } },
    select: { account: { select: { id: true, email: true, identities: { take: 1, select: { id: true } } } } },
  });
  if (!membership) throw new CommandRefused('NOT_A_STUDENT');
  return membership.account;
}

/** Who came by an address of the school, or by a provider that says who is a student. Not who was in its file once. */
async function mayBeNew(unit: UnitOfWork, { email, identities }: OwnAccount): Promise<boolean> {
  return identities.length > 0 || isOfStudents(await unit.settings(), email);
}

/** The students must be held. */
async function findOwnRecord(
  { tx, schoolId }: UnitOfWork,
  account: { readonly id: string; readonly email: string },
): Promise<StudentRecord | null> {
  const bound = await tx.student.findFirst({ where: { schoolId, accountId: account.id } });
  if (bound) return bound;
  const byAddress = await findByEmail(tx, schoolId, account.email);
  if (byAddress && byAddress.accountId !== null) throw new CommandRefused('ADDRESS_TAKEN');
  return byAddress;
}

async function describe({ tx, schoolId }: UnitOfWork, record: StudentRecord | null) {
  if (record === null) return null;
  const started = await tx.assessment.findFirst({
    where: { schoolId, studentId: record.id, status: { not: AssessmentStatus.Cancelled } },
    select: { id: true },
  });
  return { number: record.number, isVerified: record.isNumberVerified, isAssessed: started !== null };
}

/** The account of who is nothing but a student is called as the student is. */
async function nameAccount({ tx }: UnitOfWork, accountId: string, names: Names): Promise<void> {
  const memberships = await tx.membership.findMany({ where: { accountId }, select: { roles: true } });
  const isStudentOnly = memberships.every(({ roles }) => roles.every((role) => role === Role.Student));
  if (isStudentOnly) await tx.account.update({ where: { id: accountId }, data: { ...names } });
}

export interface OwnExam {
  readonly accountId: string;
  readonly examId: string;
}

/** Puts an exam in the student's own list; twice is once. Refused with `NOT_A_STUDENT` or `EXAM_UNKNOWN`. */
export const addOwnExam: CommandHandler<OwnExam, null> = {
  type: 'addOwnExam',
  streams: () => [],
  async run(unit, { accountId, examId }) {
    const { tx, schoolId, now } = unit;
    const studentId = await ownId(unit, accountId);
    const exam = await tx.exam.findFirst({ where: { id: examId, schoolId }, select: { id: true } });
    if (!exam) throw new CommandRefused('EXAM_UNKNOWN');
    await tx.studentExam.createMany({ data: [{ schoolId, studentId, examId, addedAt: now }], skipDuplicates: true });
    return null;
  },
};

/** Takes it out again. What was started meanwhile stays, because it is no wish any more. Refused with `NOT_A_STUDENT`. */
export const removeOwnExam: CommandHandler<OwnExam, { isRemoved: boolean }> = {
  type: 'removeOwnExam',
  streams: () => [],
  async run(unit, { accountId, examId }) {
    const { tx, schoolId } = unit;
    const studentId = await ownId(unit, accountId);
    const { count } = await tx.studentExam.deleteMany({ where: { schoolId, studentId, examId } });
    return { isRemoved: count > 0 };
  },
};

async function ownId({ tx, schoolId }: UnitOfWork, accountId: string): Promise<string> {
  const record = await tx.student.findFirst({ where: { schoolId, accountId }, select: { id: true } });
  if (!record) throw new CommandRefused('NOT_A_STUDENT');
  return record.id;
}
