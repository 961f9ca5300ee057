/**
 * Asking a student for name and number, and the answer.
 *
 * Contract
 * 1. Mail goes only to the domains that the school names for its students.
 * 2. The link is derived from the id of the request (purpose `student`); it works once, two weeks long.
 * 3. What a student fills in is not checked by the school: `isNumberVerified` is false until an import says the same.
 * 4. Nobody takes a number that another student of the school has, and who has a number keeps it.
 */
import { v7 as uuidv7 } from 'uuid';
import { decidingPolicy, fullName, Lang, type SchoolSettings, searchable } from '../../domain/school.ts';
import { cleanLine } from '../../domain/text.ts';
import { emailAddressKey, normaliseEmailAddress } from '../../platform/email-address.ts';
import type { CommandHandler } from '../apply-command.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
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

/** Days that the link works. */
export const STUDENT_LINK_DAYS = 14;
const DAY_MS = 86_400_000;

export interface AskStudentNumber {
  /** As typed. */
  readonly email: string;
  readonly membershipId: string;
  /** What the member is about to start. */
  readonly examVersionId: string;
  /** Empty: the whole exam. */
  readonly unitCode: string;
  /** Key with which the link will be derived. */
  readonly kid: string;
}

/**
 * Mails a student how to add name and number.
 *
 * Refused with `STUDENT_EMAIL_INVALID`, `STUDENT_DOMAINS_NONE` (the school names none), `STUDENT_DOMAIN` (params `domains`) or
 * `STUDENT_HAS_NUMBER` (of this school; params `studentId`). Value: the id of the request.
 */
export const askStudentNumber: CommandHandler<AskStudentNumber, { requestId: string }> = {
  type: 'askStudentNumber',
  streams: () => [],
  async run(unit, command) {
    const { tx, schoolId, now } = unit;
    const address = normaliseEmailAddress(command.email);
    if (address === undefined) throw new CommandRefused('STUDENT_EMAIL_INVALID');
    const email = emailAddressKey(address);
    const settings = await unit.settings();
    const domains = settings.studentDomains ?? [];
    if (domains.length === 0) throw new CommandRefused('STUDENT_DOMAINS_NONE');
    if (!isOfStudents(settings, email)) throw new CommandRefused('STUDENT_DOMAIN', { domains });
    const known = await findByEmail(tx, schoolId, email);
    if (known?.number) throw new CommandRefused('STUDENT_HAS_NUMBER', { studentId: known.id });
    const version = await tx.examVersion.findFirst({ where: { id: command.examVersionId, schoolId } });
    if (!version) throw new CommandRefused('EXAM_UNKNOWN');
    const id = uuidv7();
    const expiresAt = new Date(now.getTime() + STUDENT_LINK_DAYS * DAY_MS);
    const { membershipId, examVersionId, unitCode, kid } = command;
    await tx.studentRequest.create({
      data: { id, schoolId, membershipId, email, kid, createdAt: now, expiresAt, examVersionId, unitCode },
    });
    unit.queueMail({
      streamId: null,
      template: 'studentNumber',
      lang: settings.defaultLang,
      toAddress: address,
      toName: known ? fullName(known) : '',
      reference: { studentRequestId: id },
      cause: id,
      recipientId: id,
      notAfter: expiresAt,
    });
    return { requestId: id };
  },
};

/** Whether an address has one of the domains that the school names for its students. */
export function isOfStudents(settings: Pick<SchoolSettings, 'studentDomains'>, email: string): boolean {
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  return (settings.studentDomains ?? []).some((each) => each.toLowerCase() === domain);
}

export interface SaveStudentNumber {
  readonly requestId: string;
  /** As typed; what is known of the student already is not changed. */
  readonly givenName: string;
  readonly infix: string;
  readonly familyName: string;
  readonly number: string;
}

/**
 * Writes what the student filled in and tells the member who asked.
 *
 * Refused with `REQUEST_UNKNOWN`, `REQUEST_USED`, `REQUEST_EXPIRED`; `STUDENT_FIELDS_INVALID` (params `fields`: field → `FieldProblem`); `NUMBER_TAKEN`. Value: the id of the student.
 */
export const saveStudentNumber: CommandHandler<SaveStudentNumber, { studentId: string }> = {
  type: 'saveStudentNumber',
  streams: () => [],
  async run(unit, command) {
    const { tx, schoolId, now } = unit;
    const request = await lockRequest(unit, command.requestId);
    await lockStudents(unit);
    const known = await findByEmail(tx, schoolId, request.email);
    const names = known ? pickNames(known) : readNames(command);
    const number = cleanLine(command.number);
    const { studentNumber } = decidingPolicy(await unit.settings());
    const fields = { ...(known ? {} : checkNames(command)), ...checkNumber(number, studentNumber) };
    if (Object.keys(fields).length > 0) throw new CommandRefused('STUDENT_FIELDS_INVALID', { fields });
    const studentId = known?.number
      ? known.id
      : await writeStudent(unit, { id: known?.id ?? null, email: request.email, number, ...names });
    await tx.studentRequest.update({ where: { id: request.id }, data: { usedAt: now, studentId } });
    await tellMember(unit, request.id, request.membershipId);
    return { studentId };
  },
};

async function lockRequest({ tx, schoolId, now }: UnitOfWork, requestId: string) {
  await tx.$queryRaw`SELECT 1 FROM student_request WHERE id = ${requestId}::uuid FOR UPDATE`;
  const request = await tx.studentRequest.findFirst({ where: { id: requestId, schoolId } });
  if (!request) throw new CommandRefused('REQUEST_UNKNOWN');
  if (request.usedAt !== null) throw new CommandRefused('REQUEST_USED');
  if (request.expiresAt <= now) throw new CommandRefused('REQUEST_EXPIRED');
  return request;
}

interface NewStudent extends Names {
  /** Null: not known yet. */
  readonly id: string | null;
  readonly email: string;
  readonly number: string;
}

/** The students must be held. */
async function writeStudent(unit: UnitOfWork, student: NewStudent): Promise<string> {
  const { tx, schoolId } = unit;
  await refuseTakenNumber(unit, student.number, student.id);
  const { email, number, ...names } = student;
  const searchText = searchable(fullName(names), number, email);
  if (student.id !== null) {
    await tx.student.update({
      where: { id: student.id },
      data: { number, isNumberVerified: false, searchText },
    });
    await makeFindable(unit, student.id, number);
    return student.id;
  }
  const id = uuidv7();
  const { givenName, infix, familyName } = names;
  await tx.student.create({
    data: { id, schoolId, number, email, givenName, infix, familyName, searchText, isNumberVerified: false },
  });
  return id;
}

async function tellMember(unit: UnitOfWork, requestId: string, membershipId: string): Promise<void> {
  const member = await unit.tx.membership.findFirst({
    where: { id: membershipId, schoolId: unit.schoolId, endedAt: null },
    include: { account: true },
  });
  if (!member) return;
  unit.queueMail({
    streamId: null,
    template: 'studentAdded',
    lang: member.account.lang === 'en' ? Lang.English : Lang.Dutch,
    toAddress: member.account.email,
    toName: fullName(member.account),
    reference: { studentRequestId: requestId, membershipId },
    cause: requestId,
    recipientId: membershipId,
  });
}
