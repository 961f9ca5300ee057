/** Fixed data for tests against PostgreSQL. Ids are made fresh for each school, so that several fit in one database. */
import { v7 as uuidv7 } from 'uuid';
import type { ExamDefinition } from '../../domain/exam.ts';
import type { FormContent } from '../../domain/form.ts';
import { EXAMPLE_SCHEME } from '../../domain/grading.ts';
import { DEFAULT_SCHOOL_SETTINGS, type Role, type SchoolSettings, searchable } from '../../domain/school.ts';
import type { Score } from '../../domain/score.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Database } from '../../prisma/client.ts';

/** Refs of the components of {@link smallExam}. */
export const SMALL_COMPONENTS = ['B1-K1-W1/behaviour', 'B1-K1-W2/product'] as const;
/** Refs of the criteria of {@link smallExam}, in the order of the exam. */
export const SMALL_CRITERIA = [
  'B1-K1-W1/behaviour/1',
  'B1-K1-W1/behaviour/2',
  'B1-K1-W2/product/1',
  'B1-K1-W2/product/2',
] as const;

/** One unit (`EX1`), one core task, two work processes with one component of two criteria each. */
export function smallExam(): ExamDefinition {
  return {
    code: 'VIG-2026',
    crebo: '25656',
    title: 'Zorgen in de wijk',
    kind: 'basis',
    level: 3,
    version: '2026.1',
    units: [
      {
        code: 'EX1',
        title: 'Zorg verlenen',
        coreTasks: [
          {
            code: 'B1-K1',
            title: 'Bieden van zorg',
            workProcesses: [
              {
                code: 'B1-K1-W1',
                title: 'Stelt een plan op',
                components: [
                  {
                    ref: SMALL_COMPONENTS[0],
                    kind: 'behaviour',
                    criteria: [
                      { ref: SMALL_CRITERIA[0], text: 'Luistert' },
                      { ref: SMALL_CRITERIA[1], text: 'Vraagt door' },
                    ],
                  },
                ],
              },
              {
                code: 'B1-K1-W2',
                title: 'Voert het plan uit',
                components: [
                  {
                    ref: SMALL_COMPONENTS[1],
                    kind: 'product',
                    criteria: [
                      { ref: SMALL_CRITERIA[2], text: 'Het plan is volledig' },
                      { ref: SMALL_CRITERIA[3], text: 'Het plan is leesbaar' },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  };
}

/** A form of {@link smallExam} with the same score everywhere and a justification for each component. */
export function smallForm(score: Score = 'V'): FormContent {
  return {
    scores: Object.fromEntries(SMALL_CRITERIA.map((ref) => [ref, score])),
    justifications: Object.fromEntries(SMALL_COMPONENTS.map((ref) => [ref, 'Gezien bij de wondzorg op kamer 4.'])),
  };
}

export interface SeededMember {
  readonly accountId: string;
  readonly membershipId: string;
  readonly email: string;
}

export interface SeededContact {
  readonly id: string;
  readonly email: string;
  readonly name: string;
}

export interface SeededSchool {
  readonly schoolId: string;
  readonly slug: string;
  readonly teacher: SeededMember;
  readonly committee: SeededMember;
  readonly administrator: SeededMember;
  /** Someone from practice (Dutch) and someone from the school (English). */
  readonly contacts: readonly [SeededContact, SeededContact];
  readonly studentId: string;
  readonly studentEmail: string;
  readonly officeAddressId: string;
  readonly groupId: string;
  readonly examId: string;
  readonly examVersionId: string;
  readonly gradingSchemeId: string;
}

export interface SeedOptions {
  /** Part of every address and of the slug; choose another for a second school in the same database. */
  readonly slug?: string;
  /** Replace some of DEFAULT_SCHOOL_SETTINGS. */
  readonly settings?: Partial<SchoolSettings>;
}

/**
 * A small school: teacher, committee member, administrator, two contacts, one student in one group, one exam version
 * ({@link smallExam}) and the example grading scheme.
 */
export async function seedSchool(database: Database, options: SeedOptions = {}): Promise<SeededSchool> {
  const slug = options.slug ?? 'zandkamp';
  const schoolId = uuidv7();
  await database.school.create({
    data: {
      id: schoolId,
      slug,
      name: `ROC ${slug}`,
      branding: { primaryColor: '#123e6b', shortName: slug },
      settings: asJson({ ...DEFAULT_SCHOOL_SETTINGS, ...options.settings }),
    },
  });
  const teacher = await seedMember(database, schoolId, slug, 'teacher');
  const committee = await seedMember(database, schoolId, slug, 'committee');
  const administrator = await seedMember(database, schoolId, slug, 'administrator');
  const practice = await seedContact(database, schoolId, { name: 'Bo Praktijk', kind: 'practice', lang: 'nl', slug });
  const school = await seedContact(database, schoolId, { name: 'Sam Docent', kind: 'school', lang: 'en', slug });
  const student = await seedStudent(database, schoolId, slug);
  return {
    schoolId,
    slug,
    teacher,
    committee,
    administrator,
    contacts: [practice, school],
    ...student,
    officeAddressId: await seedOffice(database, schoolId, slug),
    ...(await seedExam(database, schoolId)),
  };
}

const GIVEN_NAMES: Readonly<Record<Role, string>> = {
  teacher: 'Toos',
  committee: 'Cor',
  administrator: 'Ada',
  supervisor: 'Sjef',
  student: 'Stijn',
};

/** An account with one role at the school; its address is `<role>@<slug>.example`. */
export async function seedMember(
  database: Database,
  schoolId: string,
  slug: string,
  role: Role,
  name: string = role,
): Promise<SeededMember> {
  const accountId = uuidv7();
  const membershipId = uuidv7();
  const email = `${name}@${slug}.example`;
  await database.account.create({
    data: { id: accountId, email, givenName: GIVEN_NAMES[role], infix: 'van', familyName: 'Proef', lang: 'nl' },
  });
  await database.membership.create({ data: { id: membershipId, schoolId, accountId, roles: [role] } });
  return { accountId, membershipId, email };
}

async function seedContact(
  database: Database,
  schoolId: string,
  contact: { name: string; kind: 'school' | 'practice'; lang: 'nl' | 'en'; slug: string },
): Promise<SeededContact> {
  const id = uuidv7();
  const email = `${contact.kind}@examinator-${contact.slug}.example`;
  const { name, kind, lang } = contact;
  await database.contact.create({
    data: {
      id,
      schoolId,
      name,
      kind,
      lang,
      email,
      jobTitle: 'Verpleegkundige',
      organisation: 'Zorggroep De Voorbeelden',
      searchText: searchable(name, email, 'Verpleegkundige', 'Zorggroep De Voorbeelden'),
    },
  });
  return { id, email, name };
}

async function seedStudent(database: Database, schoolId: string, slug: string) {
  const studentId = uuidv7();
  const groupId = uuidv7();
  const email = `student@student-${slug}.example`;
  await database.student.create({
    data: {
      id: studentId,
      schoolId,
      number: '100001',
      email,
      givenName: 'Noor',
      infix: 'de',
      familyName: 'Vries',
      birthDate: '2006-04-01',
      searchText: searchable('Noor de Vries', '100001', email),
    },
  });
  await database.group.create({ data: { id: groupId, schoolId, name: 'VIG-3A', schoolYear: '2026-2027' } });
  await database.groupStudent.create({ data: { schoolId, groupId, studentId } });
  return { studentId, studentEmail: email, groupId };
}

async function seedOffice(database: Database, schoolId: string, slug: string): Promise<string> {
  const id = uuidv7();
  await database.officeAddress.create({
    data: { id, schoolId, label: 'Examenbureau', email: `bureau@${slug}.example` },
  });
  return id;
}

async function seedExam(database: Database, schoolId: string) {
  const definition = smallExam();
  const examId = uuidv7();
  const examVersionId = uuidv7();
  const gradingSchemeId = uuidv7();
  const { code, crebo, title, kind, level, version } = definition;
  await database.exam.create({ data: { id: examId, schoolId, code, crebo, title, kind, level } });
  await database.examVersion.create({
    data: { id: examVersionId, schoolId, examId, version, definition: asJson(definition), sha256: '0'.repeat(64) },
  });
  await database.gradingScheme.create({
    data: {
      id: gradingSchemeId,
      schoolId,
      code: EXAMPLE_SCHEME.code,
      version: EXAMPLE_SCHEME.version,
      definition: asJson(EXAMPLE_SCHEME),
    },
  });
  return { examId, examVersionId, gradingSchemeId };
}

function asJson(value: unknown): Prisma.InputJsonValue {
  return value as Prisma.InputJsonValue;
}
