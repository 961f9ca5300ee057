/** A school to measure with: the demo's exam and settings, and as many students and examiners as a figure asks for. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { ScopeLevel } from '../../domain/assignment.ts';
import type { ExamDefinition } from '../../domain/exam.ts';
import { listComponents } from '../../domain/exam-structure.ts';
import type { FormContent } from '../../domain/form.ts';
import { EXAMPLE_SCHEME } from '../../domain/grading.ts';
import { Role, searchable } from '../../domain/school.ts';
import type { Score } from '../../domain/score.ts';
import { projectRoot } from '../../platform/config.ts';
import { loadDemoSchool } from '../../platform/import/demo-school.ts';
import { type CommandHandler, createCommandDoor } from '../../prisma/apply-command.ts';
import type { Database } from '../../prisma/client.ts';
import { createAssessments, finaliseAssessment } from '../../prisma/commands/assessments.ts';
import { startBatch, workOffBatch } from '../../prisma/commands/batches.ts';
import { finishForm } from '../../prisma/commands/forms.ts';
import { importExam, importPeople, importScheme, importSchool } from '../../prisma/importer.ts';
import { sessionIdOf } from '../../prisma/repositories/access.ts';
import type { Actor } from '../../prisma/unit-of-work.ts';
import { inviteNow } from '../lib/invite-now.ts';

const DAY_MS = 86_400_000;
const IMPORT_MS = 60_000;
/** What an examiner writes at a component, of usual length. */
const WORDS =
  'Bij de wondzorg op kamer 4 legde zij eerst uit wat zij ging doen en vroeg zij of het gelegen kwam. ' +
  'Daarna werkte zij volgens het protocol en hield zij de bewoner in het oog. Zij rapporteerde helder en op tijd.';

export interface BenchSchool {
  readonly schoolId: string;
  readonly teacherId: string;
  readonly committeeId: string;
  readonly officeAddressId: string;
  readonly examVersionId: string;
  readonly exam: ExamDefinition;
  readonly unitCodes: readonly string[];
  readonly studentIds: readonly string[];
  readonly contactIds: readonly string[];
}

/** One examiner with one form about one student. */
export interface Sitting {
  readonly assessmentId: string;
  readonly contactId: string;
  readonly invitationId: string;
  readonly linkId: string;
  readonly formId: string;
}

/** @param count students, and as many examiners */
export async function seedBenchSchool(database: Database, count: number): Promise<BenchSchool> {
  const demo = await loadDemoSchool(join(projectRoot, 'demo'));
  const exam = largest(demo.exams);
  const { schoolId, examVersionId } = await database.$transaction(
    async (tx) => {
      const id = await importSchool(tx, demo.school);
      await importScheme(tx, id, { ...EXAMPLE_SCHEME, code: demo.school.settings.schemeCode });
      await importPeople(tx, id, demo.people);
      return { schoolId: id, examVersionId: await importExam(tx, id, exam) };
    },
    { timeout: IMPORT_MS },
  );
  const studentIds = Array.from({ length: count }, () => uuidv7());
  await database.student.createMany({
    data: studentIds.map((id, index) => {
      const number = String(3_000_000 + index);
      const email = `student${index}@student.example`;
      const [givenName, familyName] = ['Noor', `Proefstudent${index}`] as const;
      const searchText = searchable(givenName, familyName, number, email);
      return { id, schoolId, number, email, givenName, familyName, searchText };
    }),
  });
  const contactIds = Array.from({ length: count }, () => uuidv7());
  await database.contact.createMany({
    data: contactIds.map((id, index) => ({
      id,
      schoolId,
      name: `Examinator ${index}`,
      email: `examinator${index}@praktijk.example`,
      jobTitle: 'Praktijkopleider',
      organisation: 'Woonzorgcentrum De Oude Linde',
      kind: 'practice',
    })),
  });
  const memberWith = async (role: Role) =>
    (await database.membership.findFirstOrThrow({ where: { schoolId, roles: { has: role } }, orderBy: { id: 'asc' } }))
      .id;
  return {
    schoolId,
    teacherId: await memberWith(Role.Teacher),
    committeeId: await memberWith(Role.Committee),
    officeAddressId: (await database.officeAddress.findFirstOrThrow({ where: { schoolId } })).id,
    examVersionId,
    exam,
    unitCodes: exam.units.map((unit) => unit.code),
    studentIds,
    contactIds,
  };
}

function largest(exams: readonly ExamDefinition[]): ExamDefinition {
  const size = (exam: ExamDefinition) => JSON.stringify(exam).length;
  const [first] = [...exams].sort((a, b) => size(b) - size(a));
  if (first === undefined) throw new Error('the demo has no exam');
  return first;
}

/** As many rows of a batch as the pages send before they answer. */
export const ROWS_WHILE_WAITING = 20;
const SEATS_AT_ONCE = 100;

/** Gives commands as people do, through the one door. */
export function createActors(database: Database, school: BenchSchool, kid: string) {
  const door = createCommandDoor(database);
  const teacher: Actor = { kind: 'member', id: school.teacherId };

  async function apply<Command, Value>(
    handler: CommandHandler<Command, Value>,
    command: Command,
    actor: Actor = teacher,
  ): Promise<Value> {
    const outcome = await door.apply(handler, command, { schoolId: school.schoolId, actor, commandId: uuidv7() });
    if (!outcome.ok) throw new Error(`${handler.type} was refused with ${outcome.code}`);
    return outcome.value;
  }

  /** An assessment of this student, scored by the examiner with the same number. */
  async function createDue(index: number, dueAt: Date): Promise<string> {
    const [studentId, examinerId] = [school.studentIds[index] ?? '', school.contactIds[index] ?? ''];
    const { assessmentIds } = await apply(createAssessments, {
      examVersionId: school.examVersionId,
      unitCodes: school.unitCodes,
      studentIds: [studentId],
      initiatorId: school.teacherId,
      assignments: [{ examinerId, scope: { level: ScopeLevel.Exam } }],
      dueAt: dueAt.toISOString(),
      closesAt: null,
    });
    return assessmentIds[0] ?? '';
  }

  async function create(from: number, count: number): Promise<string[]> {
    const ids: string[] = [];
    const dueAt = new Date(Date.now() + 14 * DAY_MS);
    for (let index = from; index < from + count; index += 1) ids.push(await createDue(index, dueAt));
    return ids;
  }

  return {
    create,
    createDue,

    /** Invites the examiners of these assessments at once. */
    async invite(assessmentIds: readonly string[], contactIds: readonly string[]): Promise<void> {
      const command = { assessmentIds, contactIds, initiatorId: school.teacherId, kid };
      await inviteNow({ door, database, schoolId: school.schoolId }, command);
    },

    /** What the web process does with the click that invites them all: plans a batch, and sends what somebody waits for. */
    async click(assessmentIds: readonly string[], contactIds: readonly string[]): Promise<void> {
      const { schoolId, teacherId: initiatorId } = school;
      const wishes = {
        seriesId: null,
        remark: '',
        attachmentIds: [],
        sendAt: null,
        reminderPolicy: null,
        overrides: [],
      };
      const { batchId } = await apply(startBatch, { assessmentIds, contactIds, initiatorId, ...wishes });
      await workOffBatch(door, { batchId, schoolId, kid, actor: teacher, isWatched: true }, ROWS_WHILE_WAITING);
    },

    /** Creates and invites: forms that wait to be filled in. */
    async seat(from: number, count: number): Promise<Sitting[]> {
      const sittings: Sitting[] = [];
      for (let start = from; start < from + count; start += SEATS_AT_ONCE) {
        const size = Math.min(SEATS_AT_ONCE, from + count - start);
        const ids = await create(start, size);
        await this.invite(ids, school.contactIds.slice(start, start + size));
        sittings.push(...(await findSittings(database, ids)));
      }
      return sittings;
    },

    async finish({ assessmentId, invitationId, contactId }: Sitting): Promise<void> {
      const command = { assessmentId, invitationId, contactId, content: filledForm(school) };
      await apply(finishForm, command, { kind: 'examiner', id: contactId });
    },

    async finalise(assessmentId: string): Promise<void> {
      const { version } = await database.stream.findUniqueOrThrow({ where: { id: assessmentId } });
      const { committeeId: membershipId, officeAddressId } = school;
      const command = { assessmentId, expectedVersion: version, membershipId, officeAddressId, standing: {} };
      await apply(finaliseAssessment, command, { kind: 'member', id: membershipId });
    },
  };
}

/** The forms of these assessments, in their order. */
export async function findSittings(database: Database, assessmentIds: readonly string[]): Promise<Sitting[]> {
  const pairs = await database.assessmentExaminer.findMany({
    where: { assessmentId: { in: [...assessmentIds] } },
    include: { invitation: { select: { linkId: true } } },
  });
  const byId = new Map(pairs.map((pair) => [pair.assessmentId, pair]));
  return assessmentIds.flatMap((assessmentId) => {
    const pair = byId.get(assessmentId);
    if (!pair?.invitation || pair.invitationId === null || pair.formId === null) return [];
    const { contactId, invitationId, formId } = pair;
    return { assessmentId, contactId, invitationId, formId, linkId: pair.invitation.linkId };
  });
}

/** Every criterion scored, every component with words. */
export function filledForm(
  school: Pick<BenchSchool, 'exam' | 'unitCodes'>,
  scores: readonly Score[] = ['V', 'G', 'V'],
): FormContent {
  const components = listComponents(school.exam, school.unitCodes).map(({ component }) => component);
  const criteria = components.flatMap((component) => component.criteria);
  return {
    scores: Object.fromEntries(criteria.map(({ ref }, index) => [ref, scores[index % scores.length] ?? 'V'])),
    justifications: Object.fromEntries(components.map(({ ref }) => [ref, WORDS])),
  };
}

/** Opens a session as the button of a link does, without the request. @returns its cookie */
export async function openExaminerSession(database: Database, linkId: string): Promise<string> {
  const { cookie, id, life } = newSession();
  await database.session.create({
    data: { id, kind: 'examiner', ...life, grants: { create: { linkId, grantedAt: life.createdAt } } },
  });
  return cookie;
}

/** Signs a member in, without the mail. @returns the cookie */
export async function openMemberSession(database: Database, membershipId: string): Promise<string> {
  const { accountId, schoolId } = await database.membership.findUniqueOrThrow({ where: { id: membershipId } });
  const { cookie, id, life } = newSession();
  await database.session.create({ data: { id, kind: 'member', accountId, schoolId, ...life } });
  return cookie;
}

function newSession() {
  const cookie = randomBytes(32).toString('base64url');
  const now = new Date();
  const life = { createdAt: now, lastSeenAt: now, expiresAt: new Date(now.getTime() + DAY_MS) };
  return { cookie, id: sessionIdOf(cookie), life };
}
