/** The demo school in a database of a scenario, and as many forms and decisions in it as the scenario needs. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { ScopeLevel } from '../../../domain/assignment.ts';
import { listComponents } from '../../../domain/exam-structure.ts';
import type { FormContent, FormDefinition } from '../../../domain/form.ts';
import { defineForm } from '../../../domain/form.ts';
import { EXAMPLE_SCHEME } from '../../../domain/grading.ts';
import { Role } from '../../../domain/school.ts';
import { projectRoot } from '../../../platform/config.ts';
import { loadDemoSchool } from '../../../platform/import/demo-school.ts';
import { type CommandHandler, createCommandDoor } from '../../../prisma/apply-command.ts';
import { type Database, type DatabaseClock, databaseClock } from '../../../prisma/client.ts';
import { createAssessments, finaliseAssessment } from '../../../prisma/commands/assessments.ts';
import { finishForm } from '../../../prisma/commands/forms.ts';
import { importExam, importPeople, importScheme, importSchool, importStudents } from '../../../prisma/importer.ts';
import { sessionIdOf } from '../../../prisma/repositories/access.ts';
import { type Actor, SYSTEM_ACTOR } from '../../../prisma/unit-of-work.ts';
import { inviteNow } from '../../lib/invite-now.ts';

const EXAM = 'KEU-2026';
const UNIT = 'EX1';
const DAY_MS = 86_400_000;
const IMPORT_TIMEOUT_MS = 60_000;
/** `createAssessments` takes no more at once. */
const BATCH = 100;

/** A form that waits for its examiner. */
export interface OpenForm {
  readonly assessmentId: string;
  readonly invitationId: string;
  readonly contactId: string;
  readonly formId: string;
  readonly linkId: string;
}

export interface ChaosSchool {
  readonly database: Database;
  readonly schoolId: string;
  readonly teacherId: string;
  /** Memberships of the examination board. */
  readonly committee: readonly string[];
  readonly committeeAccounts: readonly { readonly email: string }[];
  readonly officeAddressId: string;
  /** What every examiner fills in. */
  readonly form: FormDefinition;
  apply<Command, Value>(handler: CommandHandler<Command, Value>, command: Command, actor?: Actor): Promise<Value>;
  /** Assessments with one invited examiner each; a new invitation, and so a mail, for every `perInvitation` of them. */
  invite(count: number, perInvitation?: number): Promise<OpenForm[]>;
  finish(form: OpenForm): Promise<void>;
  /** The decision of the board. @returns the document that is to be made */
  finalise(form: OpenForm): Promise<string>;
  /** A browser that opened these links. @returns its cookie */
  createExaminerSession(forms: readonly OpenForm[]): Promise<string>;
  createMemberSession(membershipId: string): Promise<string>;
}

/**
 * @param kid key id with which links are derived
 * @param clock replaced to play days
 */
export async function seedChaosSchool(
  database: Database,
  kid: string,
  clock: DatabaseClock = databaseClock,
): Promise<ChaosSchool> {
  const demo = await loadDemoSchool(join(projectRoot, 'demo'));
  const exam = demo.exams.find((each) => each.code === EXAM);
  if (!exam) throw new Error(`The demo school has no exam ${EXAM}.`);
  const { schoolId, examVersionId } = await database.$transaction(
    async (tx) => {
      const id = await importSchool(tx, demo.school);
      await importScheme(tx, id, { ...EXAMPLE_SCHEME, code: demo.school.settings.schemeCode });
      await importPeople(tx, id, demo.people);
      await importStudents(tx, id, demo.students);
      return { schoolId: id, examVersionId: await importExam(tx, id, exam) };
    },
    { timeout: IMPORT_TIMEOUT_MS },
  );
  const door = createCommandDoor(database, clock);
  const teacher = await memberWith(Role.Teacher);
  const board = await database.membership.findMany({
    where: { schoolId, roles: { has: Role.Committee } },
    include: { account: { select: { email: true } } },
    orderBy: { id: 'asc' },
  });
  // Whoever starts an assessment never examines it, and a coach only with a reason: those who work in practice do.
  const contacts = await database.contact.findMany({ where: { schoolId, kind: 'practice' }, orderBy: { id: 'asc' } });
  const students = await database.student.findMany({ where: { schoolId }, orderBy: { id: 'asc' } });
  const office = await database.officeAddress.findFirstOrThrow({ where: { schoolId }, orderBy: { email: 'asc' } });
  const refs = listComponents(exam, [UNIT]).map(({ component }) => component.ref);
  const form = defineForm(exam, refs, demo.school.settings.justificationPolicy);
  let invited = 0;

  function memberWith(role: Role) {
    return database.membership.findFirstOrThrow({ where: { schoolId, roles: { has: role } }, orderBy: { id: 'asc' } });
  }

  async function apply<Command, Value>(
    handler: CommandHandler<Command, Value>,
    command: Command,
    actor: Actor = SYSTEM_ACTOR,
  ): Promise<Value> {
    const outcome = await door.apply(handler, command, { schoolId, actor, commandId: uuidv7() });
    if (!outcome.ok) throw new Error(`${handler.type} was refused: ${outcome.code}`);
    return outcome.value;
  }

  async function inviteBatch(count: number): Promise<OpenForm[]> {
    const contactId = contacts[invited % contacts.length]?.id ?? '';
    const studentIds = Array.from({ length: count }, (_, index) => students[(invited + index) % students.length]?.id);
    invited += count;
    const { assessmentIds } = await apply(createAssessments, {
      examVersionId,
      unitCodes: [UNIT],
      // One student can be assessed more than once, but not twice by one command.
      studentIds: [...new Set(studentIds.filter((id) => id !== undefined))],
      initiatorId: teacher.id,
      assignments: [{ examinerId: contactId, scope: { level: ScopeLevel.Exam } }],
      dueAt: null,
      closesAt: null,
    });
    const command = { assessmentIds, contactIds: [contactId], initiatorId: teacher.id, kid };
    const { invitationIds } = await inviteNow({ door, database, schoolId }, command);
    const pairs = await database.assessmentExaminer.findMany({
      where: { invitationId: { in: invitationIds } },
      include: { invitation: { select: { linkId: true } } },
      orderBy: { assessmentId: 'asc' },
    });
    return pairs.map((pair) => ({
      assessmentId: pair.assessmentId,
      invitationId: pair.invitationId ?? '',
      contactId,
      formId: pair.formId ?? '',
      linkId: pair.invitation?.linkId ?? '',
    }));
  }

  async function createSession(kind: 'member' | 'examiner', more: object): Promise<string> {
    const cookie = randomBytes(32).toString('base64url');
    const now = new Date();
    const expiresAt = new Date(now.getTime() + DAY_MS);
    const id = sessionIdOf(cookie);
    await database.session.create({ data: { id, kind, createdAt: now, lastSeenAt: now, expiresAt, ...more } });
    return cookie;
  }

  return {
    database,
    schoolId,
    teacherId: teacher.id,
    committee: board.map(({ id }) => id),
    committeeAccounts: board.map(({ account }) => account),
    officeAddressId: office.id,
    form,
    apply,
    async invite(count, perInvitation = Math.min(BATCH, students.length)) {
      const made: OpenForm[] = [];
      while (made.length < count) made.push(...(await inviteBatch(Math.min(perInvitation, count - made.length))));
      return made;
    },
    async finish({ assessmentId, contactId, invitationId }) {
      const command = { assessmentId, contactId, invitationId, content: filledForm(form, 'Gezien in de keuken.') };
      await apply(finishForm, command, { kind: 'examiner', id: contactId });
    },
    async finalise({ assessmentId }) {
      const { version } = await database.stream.findUniqueOrThrow({ where: { id: assessmentId } });
      const membershipId = board[0]?.id ?? '';
      const { documentId } = await apply(
        finaliseAssessment,
        { assessmentId, expectedVersion: version, membershipId, officeAddressId: office.id, standing: {} },
        { kind: 'member', id: membershipId },
      );
      return documentId;
    },
    async createExaminerSession(forms) {
      const cookie = await createSession('examiner', {});
      const sessionId = sessionIdOf(cookie);
      const linkIds = [...new Set(forms.map(({ linkId }) => linkId))];
      const data = linkIds.map((linkId) => ({ sessionId, linkId, grantedAt: new Date() }));
      await database.sessionGrant.createMany({ data });
      return cookie;
    },
    async createMemberSession(membershipId) {
      const { accountId } = await database.membership.findUniqueOrThrow({ where: { id: membershipId } });
      return createSession('member', { accountId, schoolId });
    },
  };
}

/** Every criterion V and the same words everywhere. */
export function filledForm(definition: FormDefinition, words: string): FormContent {
  const criteria = definition.components.flatMap((component) => component.criteria);
  return {
    scores: Object.fromEntries(criteria.map(({ ref }) => [ref, 'V' as const])),
    justifications: Object.fromEntries(definition.components.map(({ ref }) => [ref, words])),
  };
}
