/**
 * Writes what the import parsers read. All or nothing: one transaction. The same file twice changes nothing.
 * Ids are derived from the school and the natural key, so that a repeat finds its own rows.
 */
import { createHash } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import type { ExamDefinition } from '../domain/exam.ts';
import type { GradingScheme } from '../domain/result.ts';
import { fullName, type Lang, Role, type SchoolBranding, type SchoolSettings, searchable } from '../domain/school.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { canonicalJson } from './chain.ts';
import type { Tx } from './client.ts';

const ID_NAMESPACE = 'c1f0a0de-0b5e-5a77-93f0-5e1d9d1b7a10';

export interface SchoolRecord {
  readonly slug: string;
  readonly name: string;
  readonly branding: SchoolBranding;
  readonly settings: SchoolSettings;
  readonly examOffices: readonly { readonly label: string; readonly email: string }[];
}

export interface PersonRecord {
  readonly email: string;
  readonly givenName: string;
  readonly infix: string;
  readonly familyName: string;
  readonly roles: readonly Role[];
  readonly jobTitle: string;
  readonly organisation: string;
  readonly lang: Lang;
}

export interface StudentRecord {
  readonly number: string;
  readonly givenName: string;
  readonly infix: string;
  readonly familyName: string;
  readonly email: string;
  readonly birthDate: string | null;
  readonly group: string;
  readonly schoolYear: string;
}

export interface ContactRecord {
  readonly name: string;
  readonly email: string;
  readonly jobTitle: string;
  readonly organisation: string;
  readonly kind: 'school' | 'practice';
}

function idOf(...parts: readonly string[]): string {
  return uuidv5(parts.join('|'), ID_NAMESPACE);
}

function json(value: unknown): Prisma.InputJsonValue {
  return value as Prisma.InputJsonValue;
}

/** @returns the id of the school */
export async function importSchool(tx: Tx, school: SchoolRecord): Promise<string> {
  const id = idOf('school', school.slug);
  const data = { name: school.name, branding: json(school.branding), settings: json(school.settings) };
  await tx.school.upsert({ where: { id }, create: { id, slug: school.slug, ...data }, update: data });
  await tx.officeAddress.createMany({
    data: school.examOffices.map((office) => ({
      id: idOf('office', id, office.email),
      schoolId: id,
      label: office.label,
      email: office.email,
    })),
    skipDuplicates: true,
  });
  return id;
}

/** Accounts with their membership; staff and workplace supervisors appear in the address book by themselves. */
export async function importPeople(tx: Tx, schoolId: string, people: readonly PersonRecord[]): Promise<void> {
  for (const person of people) {
    const email = person.email.toLowerCase();
    const names = { givenName: person.givenName, infix: person.infix, familyName: person.familyName };
    const account = await tx.account.upsert({
      where: { email },
      create: { id: idOf('account', email), email, ...names, lang: person.lang },
      update: names,
    });
    const data = { roles: [...person.roles], jobTitle: person.jobTitle, organisation: person.organisation };
    await tx.membership.upsert({
      where: { schoolId_accountId: { schoolId, accountId: account.id } },
      create: { id: idOf('membership', schoolId, email), schoolId, accountId: account.id, ...data },
      update: data,
    });
    const isExaminer = person.roles.some((role) => role === Role.Teacher || role === Role.Supervisor);
    if (isExaminer) {
      await upsertContact(tx, schoolId, {
        name: fullName(person),
        email,
        jobTitle: person.jobTitle,
        organisation: person.organisation,
        kind: person.roles.includes(Role.Teacher) ? 'school' : 'practice',
        lang: person.lang,
        accountId: account.id,
      });
    }
  }
}

export async function importContacts(tx: Tx, schoolId: string, contacts: readonly ContactRecord[]): Promise<void> {
  for (const contact of contacts) await upsertContact(tx, schoolId, contact);
}

async function upsertContact(
  tx: Tx,
  schoolId: string,
  contact: ContactRecord & { lang?: Lang; accountId?: string },
): Promise<void> {
  const { lang, accountId, name, jobTitle, organisation, kind } = contact;
  const email = contact.email.toLowerCase();
  const data = { name, jobTitle, organisation, kind };
  await tx.contact.upsert({
    where: { schoolId_email: { schoolId, email } },
    create: {
      id: idOf('contact', schoolId, email),
      schoolId,
      ...data,
      email,
      lang: lang ?? 'nl',
      accountId: accountId ?? null,
    },
    update: { jobTitle: data.jobTitle, organisation: data.organisation },
  });
}

export async function importStudents(tx: Tx, schoolId: string, students: readonly StudentRecord[]): Promise<void> {
  for (const student of students) {
    const groupId = idOf('group', schoolId, student.schoolYear, student.group);
    await tx.group.upsert({
      where: { id: groupId },
      create: { id: groupId, schoolId, name: student.group, schoolYear: student.schoolYear },
      update: {},
    });
    const email = student.email.toLowerCase();
    const id = idOf('student', schoolId, student.number);
    const data = {
      email,
      givenName: student.givenName,
      infix: student.infix,
      familyName: student.familyName,
      birthDate: student.birthDate,
      searchText: searchable(fullName(student), student.number, email),
    };
    await tx.student.upsert({ where: { id }, create: { id, schoolId, number: student.number, ...data }, update: data });
    await tx.groupStudent.createMany({ data: [{ schoolId, groupId, studentId: id }], skipDuplicates: true });
  }
}

/** A version that is there already stays as it is; the same version with other content is an error of the file. */
export async function importExam(tx: Tx, schoolId: string, exam: ExamDefinition): Promise<string> {
  const examId = idOf('exam', schoolId, exam.code);
  const data = { crebo: exam.crebo, title: exam.title, kind: exam.kind, level: exam.level };
  await tx.exam.upsert({
    where: { id: examId },
    create: { id: examId, schoolId, code: exam.code, ...data },
    update: data,
  });
  const sha256 = createHash('sha256').update(canonicalJson(exam)).digest('hex');
  const id = idOf('examVersion', examId, exam.version);
  const known = await tx.examVersion.findUnique({ where: { id } });
  if (known && known.sha256 !== sha256)
    throw new Error(`exam ${exam.code} version ${exam.version} exists with other content`);
  if (!known)
    await tx.examVersion.create({
      data: { id, schoolId, examId, version: exam.version, definition: json(exam), sha256 },
    });
  return id;
}

export async function importScheme(tx: Tx, schoolId: string, scheme: GradingScheme): Promise<void> {
  const id = idOf('scheme', schoolId, scheme.code, String(scheme.version));
  await tx.gradingScheme.createMany({
    data: [{ id, schoolId, code: scheme.code, version: scheme.version, definition: json(scheme) }],
    skipDuplicates: true,
  });
}
