/** A school whose teacher sends invitations to many examiners: each student has an examiner of their own. */
import { randomUUID } from 'node:crypto';
import {
  type CommandDoor,
  type CommandHandler,
  type CommandOutcome,
  createCommandDoor,
} from '../../prisma/apply-command.ts';
import type { Database, DatabaseClock } from '../../prisma/client.ts';
import { createAssessments, MAX_STUDENTS_AT_ONCE } from '../../prisma/commands/assessments.ts';
import { assignExaminers } from '../../prisma/commands/assigning.ts';
import { type StartBatch, startBatch, workOffBatch } from '../../prisma/commands/batches.ts';
import { createRepositories } from '../../prisma/repositories/index.ts';
import type { Actor } from '../../prisma/unit-of-work.ts';
import { type SeededSchool, seedSchool } from './factories.ts';

const DUE_AT = '2026-12-04T22:59:00.000Z';

export type BatchRoom = Awaited<ReturnType<typeof openBatchRoom>>;

export interface BatchRoomOptions {
  readonly database: Database;
  readonly clock: DatabaseClock;
  readonly slug: string;
  /** Students, each with an examiner and a draft. */
  readonly count: number;
}

export async function openBatchRoom({ database, clock, slug, count }: BatchRoomOptions) {
  const door: CommandDoor = createCommandDoor(database, clock);
  const school = await seedSchool(database, { slug });
  const { schoolId } = school;
  const initiatorId = school.teacher.membershipId;
  const actor: Actor = { kind: 'member', id: initiatorId };
  const contactIds = await addContacts(database, school, count);
  const studentIds = await addStudents(database, school, count);

  function apply<Command, Value>(
    handler: CommandHandler<Command, Value>,
    command: Command,
    commandId: string = randomUUID(),
  ): Promise<CommandOutcome<Value>> {
    return door.apply(handler, command, { schoolId, actor, commandId });
  }

  /** A draft for a student with this examiner for everything. */
  async function create(studentId: string, examinerId: string): Promise<string> {
    const [id = ''] = await createMany([studentId], [examinerId]);
    return id;
  }

  /** A draft for each of these students, each with the examiner in the same place. */
  async function createMany(students: readonly string[], examiners: readonly string[]): Promise<string[]> {
    const wishes = { examVersionId: school.examVersionId, unitCodes: ['EX1'], initiatorId, assignments: [] };
    const command = { ...wishes, studentIds: students, dueAt: DUE_AT, closesAt: null };
    const { assessmentIds: ids } = unwrap(await apply(createAssessments, command));
    const assignments = ids.map((assessmentId, index) => ({
      assessmentId,
      assignments: [{ examinerId: examiners[index] ?? '', scope: { level: 'exam' as const } }],
    }));
    unwrap(await apply(assignExaminers, { assignments }));
    return ids;
  }

  const assessmentIds: string[] = [];
  for (let start = 0; start < count; start += MAX_STUDENTS_AT_ONCE) {
    const end = start + MAX_STUDENTS_AT_ONCE;
    assessmentIds.push(...(await createMany(studentIds.slice(start, end), contactIds.slice(start, end))));
  }

  const wish: StartBatch = {
    seriesId: null,
    assessmentIds,
    contactIds,
    initiatorId,
    remark: '',
    attachmentIds: [],
    sendAt: null,
    reminderPolicy: null,
    overrides: [],
  };
  const work = (batchId: string) => ({ batchId, schoolId, kid: '1', actor });
  const tryStart = (more: Partial<StartBatch>) => apply(startBatch, { ...wish, ...more });
  return {
    door,
    school,
    schoolId,
    contactIds,
    studentIds,
    assessmentIds,
    wish,
    apply,
    create,
    work,
    tryStart,
    start: async (more: Partial<StartBatch> = {}): Promise<string> => unwrap(await tryStart(more)).batchId,
    sendAll: (batchId: string) => workOffBatch(door, work(batchId), 10_000),
    find: (batchId: string) =>
      createRepositories(database).forSchool(schoolId).initiator.findBatch(initiatorId, batchId),
    mails: (template: string) =>
      database.mail.findMany({ where: { schoolId, template }, orderBy: { toAddress: 'asc' } }),
  };
}

async function addContacts(database: Database, { schoolId, slug }: SeededSchool, count: number): Promise<string[]> {
  const rows = Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    schoolId,
    name: `Examinator ${index + 1}`,
    email: `examinator${String(index + 1).padStart(4, '0')}@${slug}-bedrijf.example`,
    kind: 'practice',
  }));
  await database.contact.createMany({ data: rows });
  return rows.map(({ id }) => id);
}

async function addStudents(database: Database, { schoolId, slug }: SeededSchool, count: number): Promise<string[]> {
  const rows = Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    schoolId,
    number: String(300_001 + index),
    email: `leerling${index + 1}@student-${slug}.example`,
    givenName: 'Leerling',
    familyName: `Nummer ${index + 1}`,
    searchText: `leerling ${index + 1}`,
  }));
  await database.student.createMany({ data: rows });
  return rows.map(({ id }) => id);
}

/** The value of an outcome that must not be a refusal. */
export function unwrap<Value>(outcome: CommandOutcome<Value>): Value {
  if (!outcome.ok) throw new Error(`refused: ${outcome.code}`);
  return outcome.value;
}
