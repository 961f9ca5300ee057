/** The school of a fault test: the demo school's exam and committee, with as many students and examiners as asked for. */
import { join } from 'node:path';
import { EXAMPLE_SCHEME } from '../../domain/grading.ts';
import type { SchoolSettings } from '../../domain/school.ts';
import { projectRoot } from '../../platform/config.ts';
import { loadDemoSchool } from '../../platform/import/demo-school.ts';
import type { Database } from '../../prisma/client.ts';
import {
  importContacts,
  importExam,
  importPeople,
  importScheme,
  importSchool,
  importStudents,
} from '../../prisma/importer.ts';

const EXAM_CODE = 'KEU-2026';
const TEACHER = 'r.vandenbeitel@roc-voorbeeld.example';
const IMPORT_TIMEOUT_MS = 60_000;

export interface ChaosMember {
  readonly membershipId: string;
  readonly email: string;
}

export interface ChaosSchool {
  readonly schoolId: string;
  readonly examVersionId: string;
  readonly unitCodes: readonly string[];
  readonly officeAddressId: string;
  readonly officeEmail: string;
  readonly teacher: ChaosMember;
  readonly committee: readonly ChaosMember[];
  /** One examiner for each student, so that a mail's address says whom it is about. */
  readonly pairs: readonly { readonly studentId: string; readonly contactId: string; readonly examinerEmail: string }[];
}

/**
 * Fills an empty database.
 * @param count students, each with an examiner of their own
 * @param settings that replace the demo school's
 */
export async function fillSchool(
  database: Database,
  count: number,
  settings: Partial<SchoolSettings> = {},
): Promise<ChaosSchool> {
  const demo = await loadDemoSchool(join(projectRoot, 'demo'));
  const exam = demo.exams.find((each) => each.code === EXAM_CODE);
  if (!exam) throw new Error(`the demo school has no exam ${EXAM_CODE}`);
  const numbers = Array.from({ length: count }, (_, index) => String(index + 1).padStart(4, '0'));
  const { schoolId, examVersionId } = await database.$transaction(
    async (tx) => {
      const id = await importSchool(tx, { ...demo.school, settings: { ...demo.school.settings, ...settings } });
      await importScheme(tx, id, { ...EXAMPLE_SCHEME, code: demo.school.settings.schemeCode });
      await importPeople(tx, id, demo.people);
      await importContacts(tx, id, numbers.map(contact));
      await importStudents(tx, id, numbers.map(student));
      return { schoolId: id, examVersionId: await importExam(tx, id, exam) };
    },
    { timeout: IMPORT_TIMEOUT_MS },
  );
  const office = await database.officeAddress.findFirstOrThrow({ where: { schoolId }, orderBy: { email: 'asc' } });
  const members = await database.membership.findMany({ where: { schoolId }, include: { account: true } });
  const asMember = ({ id, account }: (typeof members)[number]) => ({ membershipId: id, email: account.email });
  const teacher = members.find(({ account }) => account.email === TEACHER);
  if (!teacher) throw new Error('the demo school has no teacher');
  return {
    schoolId,
    examVersionId,
    unitCodes: exam.units.map((unit) => unit.code),
    officeAddressId: office.id,
    officeEmail: office.email,
    teacher: asMember(teacher),
    committee: members.filter(({ roles }) => roles.includes('committee')).map(asMember),
    pairs: await readPairs(database, schoolId, numbers),
  };
}

async function readPairs(database: Database, schoolId: string, numbers: readonly string[]) {
  const students = await database.student.findMany({ where: { schoolId }, select: { id: true, number: true } });
  const contacts = await database.contact.findMany({ where: { schoolId }, select: { id: true, email: true } });
  const studentIds = new Map(students.map(({ id, number }) => [number, id]));
  const contactIds = new Map(contacts.map(({ id, email }) => [email, id]));
  return numbers.map((number) => {
    const examinerEmail = contact(number).email;
    const studentId = studentIds.get(student(number).number);
    const contactId = contactIds.get(examinerEmail);
    if (!studentId || !contactId) throw new Error(`student or examiner ${number} was not imported`);
    return { studentId, contactId, examinerEmail };
  });
}

function contact(number: string) {
  return {
    name: `Examinator ${number}`,
    email: `examinator-${number}@praktijk.example`,
    jobTitle: 'Kok',
    organisation: 'Brasserie Het Roer',
    kind: 'practice' as const,
  };
}

function student(number: string) {
  return {
    number: `90${number}`,
    givenName: 'Student',
    infix: '',
    familyName: `Nummer ${number}`,
    email: `student-${number}@roc-voorbeeld.example`,
    birthDate: null,
    group: 'KOK-3A',
    schoolYear: '2026-2027',
  };
}
