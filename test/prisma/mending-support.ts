/** An examiner with two students, and colleagues: what the tests of mending share. */
import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { AssessmentState } from '../../domain/assessment.ts';
import type { InvitationState } from '../../domain/invitation.ts';
import { searchable } from '../../domain/school.ts';
import type { Mail } from '../../generated/prisma/client.ts';
import {
  type CommandDoor,
  type CommandHandler,
  type CommandOutcome,
  createCommandDoor,
} from '../../prisma/apply-command.ts';
import { type Database, openDatabase } from '../../prisma/client.ts';
import { createAssessments } from '../../prisma/commands/assessments.ts';
import { type Actor, SYSTEM_ACTOR } from '../../prisma/unit-of-work.ts';
import { inviteNow } from '../../scripts/lib/invite-now.ts';
import { createTestDatabase } from '../support/database.ts';
import { type SeededMember, type SeededSchool, seedMember, seedSchool, smallForm } from '../support/factories.ts';

export const START = new Date('2026-11-23T10:00:00.000Z');
export const DUE = '2026-12-04T22:59:00.000Z';

export interface Room {
  readonly database: Database;
  readonly door: CommandDoor;
  /** Moves the clock, in seconds. */
  later(seconds: number): void;
  now(): Date;
  close(): Promise<void>;
}

export async function openRoom(): Promise<Room> {
  const server = await createTestDatabase();
  const database = openDatabase({ url: server.url, poolSize: 10 });
  let now = START;
  return {
    database,
    door: createCommandDoor(database, { now: async () => now }),
    later(seconds) {
      now = new Date(now.getTime() + seconds * 1_000);
    },
    now: () => now,
    async close() {
      await database.$disconnect();
      await server.drop();
    },
  };
}

export interface Case {
  readonly school: SeededSchool;
  /** Of two students. */
  readonly assessmentIds: readonly [string, string];
  readonly contactId: string;
  /** Not invited. */
  readonly otherId: string;
  readonly invitationId: string;
  /** Another teacher. */
  readonly colleague: SeededMember;
  apply<Command, Value>(
    handler: CommandHandler<Command, Value>,
    command: Command,
    actor?: Actor,
    commandId?: string,
  ): Promise<CommandOutcome<Value>>;
  assessment(id?: string): Promise<AssessmentState>;
  invitation(id?: string): Promise<InvitationState>;
  /** Oldest first. */
  mails(template: string): Promise<Mail[]>;
}

let count = 0;

/** A school of its own, whose practice contact is invited for two students by the teacher. */
export async function invitedCase(room: Room, settings = {}): Promise<Case> {
  const { database, door } = room;
  count += 1;
  const slug = `herstel-${count}`;
  const school = await seedSchool(database, { slug, settings });
  const { schoolId } = school;
  const second = await addStudent(database, school, 'Tulp');
  const colleague = await seedMember(database, schoolId, slug, 'teacher', 'collega');
  const apply: Case['apply'] = (handler, command, actor = SYSTEM_ACTOR, commandId = randomUUID()) =>
    door.apply(handler, command, { schoolId, actor, commandId });
  const contactId = school.contacts[0].id;
  const created = unwrap(
    await apply(createAssessments, {
      examVersionId: school.examVersionId,
      unitCodes: ['EX1'],
      studentIds: [school.studentId, second],
      initiatorId: school.teacher.membershipId,
      assignments: [{ examinerId: contactId, scope: { level: 'exam' } }],
      dueAt: DUE,
      closesAt: null,
    }),
  );
  const [first = '', other = ''] = created.assessmentIds;
  const { invitationIds } = await inviteNow(
    { door, database, schoolId },
    {
      assessmentIds: [first, other],
      contactIds: [contactId],
      initiatorId: school.teacher.membershipId,
      remark: '',
      kid: '1',
    },
  );
  const invitationId = invitationIds[0] ?? '';
  const stateOf = async (id: string) => (await database.stream.findUniqueOrThrow({ where: { id } })).state as unknown;
  return {
    school,
    assessmentIds: [first, other],
    contactId,
    otherId: school.contacts[1].id,
    invitationId,
    colleague,
    apply,
    assessment: async (id = first) => (await stateOf(id)) as AssessmentState,
    invitation: async (id = invitationId) => (await stateOf(id)) as InvitationState,
    mails: (template) =>
      database.mail.findMany({ where: { schoolId, template }, orderBy: [{ queuedAt: 'asc' }, { id: 'asc' }] }),
  };
}

/** The examiner's whole form of one assessment, as `finishForm` takes it. */
export const finish = ({ contactId, invitationId }: Case, assessmentId: string) => ({
  assessmentId,
  contactId,
  invitationId,
  content: smallForm(),
});

async function addStudent(database: Database, { schoolId, slug }: SeededSchool, familyName: string): Promise<string> {
  const id = uuidv7();
  const email = `${familyName.toLowerCase()}@student-${slug}.example`;
  await database.student.create({
    data: {
      id,
      schoolId,
      number: '100002',
      email,
      givenName: 'Bram',
      familyName,
      searchText: searchable(`Bram ${familyName}`, '100002', email),
    },
  });
  return id;
}

export function unwrap<Value>(outcome: CommandOutcome<Value>): Value {
  if (!outcome.ok) throw new Error(`refused: ${outcome.code} ${JSON.stringify(outcome.params)}`);
  return outcome.value;
}

/** The code of a refusal, or `ok`. */
export function codeOf(outcome: CommandOutcome<unknown>): string {
  return outcome.ok ? 'ok' : outcome.code;
}
