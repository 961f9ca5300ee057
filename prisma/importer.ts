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
import { databaseClock, type Tx } from './client.ts';
import { contactSearchText } from './contact-rows.ts';
import { hasChosenLook, keepLogo, LookKind, type NewLogo, withChosenLook, writeLook } from './logos.ts';

const ID_NAMESPACE = 'c1f0a0de-0b5e-5a77-93f0-5e1d9d1b7a10';

export interface SchoolRecord {
  readonly slug: string;
  readonly name: string;
  readonly branding: SchoolBranding;
  readonly settings: SchoolSettings;
  /** As `remakeLogo` made it; absent: the file names none. */
  readonly logo?: NewLogo & { readonly hasName: boolean };
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
  /** Absent: stays as it is. */
  readonly trainingCompany?: string;
  /** Address of a member; null: nobody; absent: stays as it is. */
  readonly coach?: string | null;
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
  const known = await tx.school.findUnique({ where: { id }, select: { branding: true } });
  const branding = known
    ? await withChosenLook(tx, id, known.branding as unknown as SchoolBranding, school.branding)
    : school.branding;
  const data = { name: school.name, branding: json(branding), settings: json(school.settings) };
  await tx.school.upsert({ where: { id }, create: { id, slug: school.slug, ...data }, update: data });
  if (school.logo) await importLogo(tx, id, branding, school.logo);
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

/** What an administrator chose stands, also where the file names another logo. */
async function importLogo(
  tx: Tx,
  schoolId: string,
  branding: SchoolBranding,
  { hasName, ...logo }: NonNullable<SchoolRecord['logo']>,
): Promise<void> {
  const { sha256, width, height } = logo;
  const isChosen = await hasChosenLook(tx, schoolId);
  if (isChosen || (branding.logo?.sha256 === sha256 && branding.logo.hasName === hasName)) return;
  const at = await databaseClock.now(tx);
  await keepLogo(tx, schoolId, logo, at);
  const look = { primaryColor: branding.primaryColor, logo: { sha256, width, height, hasName } };
  await writeLook(tx, schoolId, branding, { kind: LookKind.Logo, look, changedById: null, at });
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
    await putMemberContact(tx, schoolId, { ...person, email, accountId: account.id });
  }
}

/** Staff and workplace supervisors may examine: they stand in the address book by themselves. */
export async function putMemberContact(
  tx: Tx,
  schoolId: string,
  person: Omit<PersonRecord, 'lang'> & { readonly lang: string; readonly accountId: string },
): Promise<void> {
  const isTeacher = person.roles.includes(Role.Teacher);
  if (!isTeacher && !person.roles.includes(Role.Supervisor)) return;
  await upsertContact(tx, schoolId, {
    name: fullName(person),
    email: person.email,
    jobTitle: person.jobTitle,
    organisation: person.organisation,
    kind: isTeacher ? 'school' : 'practice',
    lang: person.lang === 'en' ? 'en' : 'nl',
    accountId: person.accountId,
  });
}

export async function importContacts(tx: Tx, schoolId: string, contacts: readonly ContactRecord[]): Promise<void> {
  for (const contact of contacts) await upsertContact(tx, schoolId, contact);
}

/** Who has an account is known from there: such a contact follows it. By hand alone, function and organisation are brought up to date. */
async function upsertContact(
  tx: Tx,
  schoolId: string,
  contact: ContactRecord & { lang?: Lang; accountId?: string },
): Promise<void> {
  const { lang, accountId, name, jobTitle, organisation, kind } = contact;
  const email = contact.email.toLowerCase();
  const known = await findContact(tx, schoolId, email);
  const texts = { name: known && accountId === undefined ? known.name : name, email, jobTitle, organisation };
  const data = { ...texts, searchText: contactSearchText(texts) };
  const ofAccount = accountId === undefined ? {} : { accountId, kind, archivedAt: null, mergedIntoId: null };
  if (known) {
    await tx.contact.update({ where: { id: known.id }, data: { ...data, ...ofAccount } });
    return;
  }
  const id = idOf('contact', schoolId, email);
  await tx.contact.create({ data: { id, schoolId, ...data, kind, lang: lang ?? 'nl', accountId: accountId ?? null } });
}

/** An address that was typed keeps its case, and is the same address all the same. */
async function findContact(tx: Tx, schoolId: string, email: string): Promise<{ id: string; name: string } | undefined> {
  const rows = await tx.$queryRaw<{ id: string; name: string }[]>`
    SELECT id, name FROM contact WHERE school_id = ${schoolId}::uuid AND lower(email) = ${email} ORDER BY id LIMIT 1`;
  return rows[0];
}

export async function importStudents(tx: Tx, schoolId: string, students: readonly StudentRecord[]): Promise<void> {
  const coaches = await readCoaches(tx, schoolId, students);
  for (const student of students) {
    const { group: name, schoolYear } = student;
    const { id: groupId } = await tx.group.upsert({
      where: { schoolId_name_schoolYear: { schoolId, name, schoolYear } },
      create: { id: idOf('group', schoolId, schoolYear, name), schoolId, name, schoolYear },
      update: {},
    });
    const studentId = await importStudent(tx, schoolId, student, coaches);
    await tx.groupStudent.createMany({ data: [{ schoolId, groupId, studentId }], skipDuplicates: true });
  }
}

/**
 * One student, known by number or by address. What the school's file says counts as checked; what a student filled in gives way
 * to it.
 * @throws Error when number and address belong to two students of whom the school knows both
 */
async function importStudent(
  tx: Tx,
  schoolId: string,
  student: StudentRecord,
  coaches: ReadonlyMap<string, string>,
): Promise<string> {
  const { number, givenName, infix, familyName, birthDate, trainingCompany, coach } = student;
  const email = student.email.toLowerCase();
  const data = {
    number,
    email,
    givenName,
    infix,
    familyName,
    birthDate,
    isNumberVerified: true,
    searchText: searchable(fullName(student), number, email),
    ...(trainingCompany === undefined ? {} : { trainingCompany }),
    ...(coach === undefined ? {} : { coachId: coach === null ? null : (coaches.get(coach.toLowerCase()) ?? null) }),
  };
  const byNumber = await tx.student.findUnique({ where: { schoolId_number: { schoolId, number } } });
  const byEmail = await tx.student.findUnique({ where: { schoolId_email: { schoolId, email } } });
  const isClaim = byNumber !== null && !byNumber.isNumberVerified && byNumber.id !== byEmail?.id;
  if (isClaim && byNumber.email !== email) await dropClaim(tx, byNumber);
  const known = byEmail ?? (isClaim ? null : byNumber);
  if (byEmail && byNumber && !isClaim && byEmail.id !== byNumber.id)
    throw new Error(`student number ${number} and its address belong to two students of the school`);
  if (known) {
    // Under another address it is for who proves that one: a mistake in the former one may have let a stranger in.
    const unbound = known.email.toLowerCase() === email ? {} : { accountId: null, confirmedAt: null };
    await tx.student.update({ where: { id: known.id }, data: { ...data, ...unbound } });
    return known.id;
  }
  const id = idOf('student', schoolId, number);
  await tx.student.create({ data: { id, schoolId, ...data } });
  return id;
}

/** Takes a number away from a student who filled in another one's. */
async function dropClaim(tx: Tx, claim: Prisma.StudentGetPayload<object>): Promise<void> {
  const searchText = searchable(fullName(claim), claim.email);
  await tx.student.update({ where: { id: claim.id }, data: { number: null, searchText } });
}

/** Memberships by address. @throws Error for an address of no member, so that nobody coaches by mistake */
async function readCoaches(
  tx: Tx,
  schoolId: string,
  students: readonly StudentRecord[],
): Promise<ReadonlyMap<string, string>> {
  const addresses = [...new Set(students.flatMap(({ coach }) => (coach ? [coach.toLowerCase()] : [])))];
  if (addresses.length === 0) return new Map();
  const members = await tx.membership.findMany({
    where: { schoolId, account: { email: { in: addresses } } },
    select: { id: true, account: { select: { email: true } } },
  });
  const found = new Map(members.map(({ id, account }) => [account.email, id]));
  const unknown = addresses.filter((address) => !found.has(address));
  if (unknown.length > 0) throw new Error(`no member of the school has the address of coach ${unknown.join(', ')}`);
  return found;
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
