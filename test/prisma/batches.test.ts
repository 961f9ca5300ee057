import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ReminderPolicy } from '../../domain/reminders.ts';
import {
  type CommandDoor,
  type CommandHandler,
  type CommandOutcome,
  createCommandDoor,
} from '../../prisma/apply-command.ts';
import { type Database, openDatabase } from '../../prisma/client.ts';
import { cancelAssessment } from '../../prisma/commands/assessments.ts';
import {
  rescheduleBatch,
  retryBatch,
  type StartBatch,
  startBatch,
  stopBatch,
  workOffBatch,
} from '../../prisma/commands/batches.ts';
import { verifyAllStreams } from '../../prisma/integrity.ts';
import { createRepositories } from '../../prisma/repositories/index.ts';
import { openBatchRoom, type BatchRoom as Room, unwrap } from '../support/batch-room.ts';
import { createTestDatabase, type TestDatabase } from '../support/services.ts';

const MORNING = '2026-11-23T10:00:00.000Z';
const FRIDAY = '2026-11-27T15:00:00.000Z';

let server: TestDatabase;
let database: Database;
let door: CommandDoor;
let now = new Date(MORNING);

beforeAll(async () => {
  server = await createTestDatabase();
  database = openDatabase({ url: server.url, poolSize: 10 });
  door = createCommandDoor(database, { now: async () => now });
});

afterAll(async () => {
  await database.$disconnect();
  await server.drop();
});

async function openRoom(slug: string, count = 3): Promise<Room> {
  now = new Date(MORNING);
  return openBatchRoom({ database, clock: { now: async () => now }, slug, count });
}

/** The coach of the first student examines that student. */
async function openCoachRoom(slug: string, count: number): Promise<Room> {
  const room = await openRoom(slug, count);
  const { accountId, membershipId: coachId } = room.school.committee;
  await database.contact.update({ where: { id: room.contactIds[0] ?? '' }, data: { accountId } });
  await database.student.update({ where: { id: room.studentIds[0] ?? '' }, data: { coachId } });
  return room;
}

const codeOf = (outcome: CommandOutcome<unknown>) => (outcome.ok ? 'ok' : outcome.code);

async function cancel({ apply }: Room, assessmentId: string): Promise<void> {
  unwrap(await apply(cancelAssessment, { assessmentId, reason: 'De student is gestopt.' }));
}

describe('startBatch', () => {
  it('sends one invitation and one mail for each examiner, for all students of the batch', async () => {
    const room = await openRoom('een-klik', 3);
    const [contactId = ''] = room.contactIds;
    const batchId = await room.start({ remark: 'Succes!' });
    expect(await room.sendAll(batchId)).toEqual({ left: 0, done: 3 });
    const batch = await room.find(batchId);
    expect(batch).toMatchObject({ status: 'finished', sentCount: 3, failedCount: 0, leftCount: 0, remark: 'Succes!' });
    expect(batch?.rows.map(({ status, error }) => [status, error])).toEqual(Array(3).fill(['sent', null]));
    expect((await room.mails('invitation')).map(({ toAddress }) => toAddress.slice(0, 14))).toEqual([
      'examinator0001',
      'examinator0002',
      'examinator0003',
    ]);
    expect(await room.mails('batchReport')).toEqual([]);
    const sent = await database.event.findFirstOrThrow({ where: { schoolId: room.schoolId, type: 'InvitationSent' } });
    expect(JSON.parse(sent.body)).toMatchObject({ batchId });
    expect(await database.link.count({ where: { schoolId: room.schoolId, contactId } })).toBe(1);
  });

  it('takes all students of an examiner into one invitation', async () => {
    const room = await openRoom('samen', 1);
    const [examinerId = ''] = room.contactIds;
    const another = await room.create(room.school.studentId, examinerId);
    const batchId = await room.start({ assessmentIds: [...room.assessmentIds, another] });
    await room.sendAll(batchId);
    expect(await room.mails('invitation')).toHaveLength(1);
    const pairs = await database.assessmentExaminer.findMany({ where: { contactId: examinerId } });
    expect(new Set(pairs.map(({ invitationId }) => invitationId)).size).toBe(1);
    expect(await room.find(batchId)).toMatchObject({ rowCount: 1, studentCount: 2 });
  });

  it('is the same batch when the same click comes again, also when both come at once', async () => {
    const room = await openRoom('tweemaal');
    const commandId = randomUUID();
    const tries = await Promise.all([1, 2, 3].map(() => room.apply(startBatch, room.wish, commandId)));
    const again = await room.apply(startBatch, room.wish, commandId);
    const ids = [...tries, again].map((each) => unwrap(each).batchId);
    expect(new Set(ids).size).toBe(1);
    expect(await database.batch.count({ where: { schoolId: room.schoolId } })).toBe(1);
    await room.sendAll(ids[0] ?? '');
    expect(await room.mails('invitation')).toHaveLength(3);
  });

  it.each<[string, (room: Room) => Partial<StartBatch>]>([
    ['EXAMINERS_REQUIRED', () => ({ contactIds: [] })],
    ['ASSESSMENTS_REQUIRED', () => ({ assessmentIds: [] })],
    ['ASSESSMENT_NOT_FOUND', ({ assessmentIds }) => ({ assessmentIds: [...assessmentIds, randomUUID()] })],
    ['EXAMINER_UNKNOWN', ({ contactIds }) => ({ contactIds: [...contactIds, randomUUID()] })],
    ['EXAMINER_TWICE', ({ contactIds }) => ({ contactIds: [...contactIds, ...contactIds] })],
    ['EXAMINER_WITHOUT_COMPONENTS', ({ school }) => ({ contactIds: [school.contacts[1].id] })],
    ['SERIES_UNKNOWN', () => ({ seriesId: randomUUID() })],
    ['SEND_AT_INVALID', () => ({ sendAt: 'vrijdag' })],
    ['SEND_AT_IN_PAST', () => ({ sendAt: MORNING })],
    ['SEND_AT_TOO_LATE', () => ({ sendAt: '2126-11-27T15:00:00.000Z' })],
    ['REMINDERS_INVALID', () => ({ reminderPolicy: { ...OWN_REMINDERS, max: 99 } })],
    ['ATTACHMENT_UNKNOWN', () => ({ attachmentIds: [randomUUID()] })],
  ])('refuses with %s and writes nothing', async (code, more) => {
    const room = await openRoom(`weiger-${code.toLowerCase().replaceAll('_', '-')}`, 1);
    expect(codeOf(await room.tryStart(more(room)))).toBe(code);
    expect(await database.batch.count({ where: { schoolId: room.schoolId } })).toBe(0);
  });

  it('knows nothing of another school', async () => {
    const room = await openRoom('hier', 1);
    const other = await openRoom('daar', 1);
    expect(codeOf(await room.tryStart({ assessmentIds: other.assessmentIds }))).toBe('ASSESSMENT_NOT_FOUND');
    expect(codeOf(await room.tryStart({ contactIds: other.contactIds }))).toBe('EXAMINER_UNKNOWN');
    const batchId = await other.start();
    expect(await workOffBatch(door, { ...room.work(batchId) }, 10)).toMatchObject({ code: 'BATCH_NOT_FOUND' });
    expect(codeOf(await room.apply(stopBatch, { batchId }))).toBe('BATCH_NOT_FOUND');
    expect(await room.find(batchId)).toBeNull();
    expect(await other.mails('invitation')).toEqual([]);
  });

  it('asks for a reason where a rule warns, and writes it to the assessment that it is about', async () => {
    const room = await openCoachRoom('coach', 2);
    const refused = await room.tryStart({});
    expect(refused).toMatchObject({ code: 'CONFLICT_REASON_REQUIRED', params: { rule: 'ownCoach' } });
    await room.start({ overrides: [{ rule: 'ownCoach', reason: 'Er is niemand anders.' }] });
    const overridden = await database.event.findMany({
      where: { schoolId: room.schoolId, type: 'ConflictOverridden' },
    });
    expect(overridden.map(({ streamId }) => streamId)).toEqual([room.assessmentIds[0]]);
    const rows = await database.assessment.findMany({ where: { schoolId: room.schoolId, overrideCount: 1 } });
    expect(rows.map(({ id }) => id)).toEqual([room.assessmentIds[0]]);
  });

  it('refuses what a rule of the school blocks', async () => {
    const room = await openCoachRoom('blok', 1);
    const school = await database.school.findUniqueOrThrow({ where: { id: room.schoolId } });
    const settings = { ...(school.settings as object), conflicts: { ownCoach: 'block' } };
    await database.school.update({ where: { id: room.schoolId }, data: { settings } });
    const overrides = [{ rule: 'ownCoach', reason: 'Toch.' }] as const;
    expect(await room.tryStart({ overrides })).toMatchObject({
      code: 'CONFLICT_BLOCKED',
      params: { rule: 'ownCoach', examinerIds: [room.contactIds[0]] },
    });
  });

  it('gives its invitations reminders of their own', async () => {
    const room = await openRoom('herinneren', 1);
    await room.sendAll(await room.start({ reminderPolicy: OWN_REMINDERS }));
    const stream = await database.stream.findFirstOrThrow({ where: { schoolId: room.schoolId, kind: 'invitation' } });
    expect(stream.state).toMatchObject({ reminderPolicy: OWN_REMINDERS });
  });
});

const OWN_REMINDERS: ReminderPolicy = { firstAfterWorkingDays: 1, everyWorkingDays: 2, max: 2, sendAt: '10:30' };

describe('workOffBatch', () => {
  it('does as many as it is asked for, and the rest later', async () => {
    const room = await openRoom('deel', 5);
    const batchId = await room.start();
    expect(await workOffBatch(door, room.work(batchId), 2)).toEqual({ left: 3, done: 2 });
    expect(await room.find(batchId)).toMatchObject({ status: 'sending', sentCount: 2, leftCount: 3 });
    expect(await room.mails('invitation')).toHaveLength(2);
    expect(await room.sendAll(batchId)).toEqual({ left: 0, done: 3 });
    expect(await room.sendAll(batchId)).toMatchObject({ done: 0, code: 'BATCH_FINISHED' });
    expect(await room.mails('invitation')).toHaveLength(5);
  });

  it('sends each mail once when several processes work at the same time', async () => {
    const room = await openRoom('samen-werken', 60);
    const batchId = await room.start();
    const another = openDatabase({ url: server.url, poolSize: 4 });
    const doors = [door, createCommandDoor(another), door, createCommandDoor(another)];
    const results = await Promise.all(doors.map((each) => workOffBatch(each, room.work(batchId), 60)));
    await another.$disconnect();
    expect(results.reduce((sum, { done }) => sum + done, 0)).toBe(60);
    expect(await room.mails('invitation')).toHaveLength(60);
    expect(await database.invitation.count({ where: { schoolId: room.schoolId } })).toBe(60);
    expect(await room.find(batchId)).toMatchObject({ status: 'finished', sentCount: 60 });
  });

  it('sends a thousand', async () => {
    const room = await openRoom('duizend', 1_000);
    const batchId = await room.start();
    expect(await room.sendAll(batchId)).toEqual({ left: 0, done: 1_000 });
    expect(await room.mails('invitation')).toHaveLength(1_000);
    expect(await room.find(batchId)).toMatchObject({ status: 'finished', rowCount: 1_000, sentCount: 1_000 });
  }, 120_000);

  it('goes on where a process was cut off, also in the middle of a transaction', async () => {
    const room = await openRoom('afgebroken', 30);
    const batchId = await room.start();
    let applied = 0;
    const dying: Pick<CommandDoor, 'apply'> = {
      async apply(handler, command, context) {
        applied += 1;
        if (applied === 1) return door.apply(handler, command, context);
        return door.apply(cutOff(handler), command, context);
      },
    };
    await expect(workOffBatch(dying, room.work(batchId), 30)).rejects.toThrow('cut off');
    expect(await room.mails('invitation')).toHaveLength(20);
    expect(await room.sendAll(batchId)).toEqual({ left: 0, done: 10 });
    expect(await room.mails('invitation')).toHaveLength(30);
  });

  it('lets one bad row fail alone, and says why', async () => {
    const room = await openRoom('een-fout', 4);
    const batchId = await room.start();
    const [first = '', second = '', , fourth = ''] = room.assessmentIds;
    await cancel(room, second);
    await database.contact.update({ where: { id: room.contactIds[2] ?? '' }, data: { archivedAt: now } });
    const { invitationIds } = await inviteAlone(room, fourth, room.contactIds[3] ?? '');
    expect(invitationIds).toHaveLength(1);
    await room.sendAll(batchId);
    const batch = await room.find(batchId);
    expect(batch).toMatchObject({ status: 'finished', sentCount: 1, failedCount: 3 });
    expect(batch?.rows.map(({ number, status, error }) => [number, status, error])).toEqual([
      [2, 'failed', 'ASSESSMENT_CANCELLED'],
      [3, 'failed', 'EXAMINER_ARCHIVED'],
      [4, 'failed', 'EXAMINER_ALREADY_INVITED'],
      [1, 'sent', null],
    ]);
    expect(await database.assessment.findUnique({ where: { id: first } })).toMatchObject({ status: 'invited' });
  });

  it('leaves out what is cancelled meanwhile, and invites for the other students', async () => {
    const room = await openRoom('deels', 2);
    const [examinerId = ''] = room.contactIds;
    const another = await room.create(room.school.studentId, examinerId);
    const batchId = await room.start({ assessmentIds: [...room.assessmentIds, another], contactIds: [examinerId] });
    await cancel(room, another);
    await room.sendAll(batchId);
    const batch = await room.find(batchId);
    expect(batch?.rows).toMatchObject([{ status: 'sent', error: 'ASSESSMENT_CANCELLED', leftOutCount: 1 }]);
    const sent = await database.event.findFirstOrThrow({ where: { streamId: batchId, type: 'BatchRowsSent' } });
    expect(JSON.parse(sent.body).rows).toMatchObject([
      { number: 1, leftOut: [{ assessmentId: another, code: 'ASSESSMENT_CANCELLED' }] },
    ]);
  });

  it.each([
    ['EXAMINER_IS_STUDENT', 'Leerling1+examen@student-EIGEN.example'],
    ['EXAMINER_IS_INITIATOR', 'teacher+examen@EIGEN.example'],
  ])('invites nobody to their own mailbox: %s', async (code, address) => {
    const slug = code.toLowerCase().replaceAll('_', '-');
    const room = await openRoom(slug, 2);
    const email = address.replace('EIGEN', slug);
    await database.contact.update({ where: { id: room.contactIds[0] ?? '' }, data: { email } });
    const batchId = await room.start();
    await room.sendAll(batchId);
    expect((await room.find(batchId))?.rows).toMatchObject([
      { number: 1, status: 'failed', error: code },
      { number: 2, status: 'sent' },
    ]);
  });

  it('fails the row that the program falls over, and sends the others', async () => {
    const room = await openRoom('val', 5);
    const batchId = await room.start();
    // What no command does: an examiner of whom there is no row any more.
    await database.$executeRaw`
      UPDATE batch_row SET contact_id = ${randomUUID()}::uuid WHERE batch_id = ${batchId}::uuid AND number = 3`;
    const errors: unknown[] = [];
    const result = await workOffBatch(door, { ...room.work(batchId), onError: (error) => errors.push(error) }, 100);
    expect(result).toEqual({ left: 0, done: 5 });
    const batch = await room.find(batchId);
    expect(batch).toMatchObject({ sentCount: 4, failedCount: 1 });
    expect(batch?.rows[0]).toMatchObject({ number: 3, status: 'failed' });
  });

  it('fails no row because the database has no room, and sends it when there is', async () => {
    const room = await openRoom('vol', 3);
    const batchId = await room.start();
    const full = Object.assign(new Error('no connection in time'), { code: 'P2028' });
    const fullDoor: Pick<CommandDoor, 'apply'> = {
      apply: (handler, command, context) =>
        handler.type === 'sendBatchRows' ? Promise.reject(full) : door.apply(handler, command, context),
    };
    await expect(workOffBatch(fullDoor, room.work(batchId), 10)).rejects.toBe(full);
    expect(await room.find(batchId)).toMatchObject({ sentCount: 0, failedCount: 0 });
    expect(await workOffBatch(door, room.work(batchId), 10)).toEqual({ left: 0, done: 3 });
    expect(await room.find(batchId)).toMatchObject({ sentCount: 3, failedCount: 0 });
  });

  it('derives links with the key that it is given, not with that of the click', async () => {
    const room = await openRoom('sleutel', 1);
    const batchId = await room.start({ sendAt: FRIDAY });
    now = new Date(FRIDAY);
    await workOffBatch(door, { ...room.work(batchId), kid: '2' }, 10);
    expect(await database.link.findFirst({ where: { schoolId: room.schoolId } })).toMatchObject({ kid: '2' });
  });
});

/** Does everything but the commit. */
function cutOff<Command, Value>(handler: CommandHandler<Command, Value>): CommandHandler<Command, Value> {
  return {
    ...handler,
    async run(unit, command) {
      await handler.run(unit, command);
      await unit.flush();
      throw new Error('cut off');
    },
  };
}

async function inviteAlone(room: Room, assessmentId: string, contactId: string) {
  const batchId = await room.start({ assessmentIds: [assessmentId], contactIds: [contactId] });
  await room.sendAll(batchId);
  const rows = await database.batchRow.findMany({ where: { batchId } });
  return { invitationIds: rows.flatMap(({ invitationId }) => invitationId ?? []) };
}

describe('a scheduled batch', () => {
  it('sends nothing before its moment, by the clock of the record', async () => {
    const room = await openRoom('vrijdag', 2);
    const batchId = await room.start({ sendAt: FRIDAY });
    expect(await room.sendAll(batchId)).toMatchObject({ done: 0, code: 'BATCH_NOT_YET' });
    expect(await room.find(batchId)).toMatchObject({ status: 'scheduled', sendAt: new Date(FRIDAY) });
    now = new Date('2026-11-27T14:59:59.999Z');
    expect(await room.sendAll(batchId)).toMatchObject({ code: 'BATCH_NOT_YET' });
    now = new Date(FRIDAY);
    expect(await room.sendAll(batchId)).toEqual({ left: 0, done: 2 });
  });

  it('tells the initiator once when it is done', async () => {
    const room = await openRoom('bericht', 2);
    const batchId = await room.start({ sendAt: FRIDAY });
    now = new Date(FRIDAY);
    await room.sendAll(batchId);
    await room.sendAll(batchId);
    expect(await room.mails('batchReport')).toMatchObject([
      { toAddress: room.school.teacher.email, reference: { batchId } },
    ]);
  });

  it('is moved, sent at once, or stopped', async () => {
    const room = await openRoom('verzet', 3);
    const [one = '', two = '', three = ''] = room.contactIds;
    const moved = await room.start({ contactIds: [one], sendAt: FRIDAY });
    unwrap(await room.apply(rescheduleBatch, { batchId: moved, sendAt: '2026-11-30T08:00:00.000Z' }));
    expect(codeOf(await room.apply(rescheduleBatch, { batchId: moved, sendAt: MORNING }))).toBe('SEND_AT_IN_PAST');
    now = new Date(FRIDAY);
    expect(await room.sendAll(moved)).toMatchObject({ code: 'BATCH_NOT_YET' });

    now = new Date(MORNING);
    const atOnce = await room.start({ contactIds: [two], sendAt: FRIDAY });
    unwrap(await room.apply(rescheduleBatch, { batchId: atOnce, sendAt: null }));
    expect(await room.sendAll(atOnce)).toEqual({ left: 0, done: 1 });
    expect(codeOf(await room.apply(rescheduleBatch, { batchId: atOnce, sendAt: FRIDAY }))).toBe('BATCH_FINISHED');

    const stopped = await room.start({ contactIds: [three], sendAt: FRIDAY });
    unwrap(await room.apply(stopBatch, { batchId: stopped }));
    now = new Date(FRIDAY);
    expect(await room.sendAll(stopped)).toMatchObject({ code: 'BATCH_STOPPED' });
    expect((await room.find(stopped))?.rows).toMatchObject([{ status: 'stopped' }]);
    expect(codeOf(await room.apply(stopBatch, { batchId: stopped }))).toBe('BATCH_STOPPED');
    expect(await room.mails('invitation')).toHaveLength(1);
  });
});

describe('a batch of somebody else', () => {
  it.each([
    ['stopped', stopBatch, {}],
    ['tried again', retryBatch, {}],
    ['moved', rescheduleBatch, { sendAt: null }],
  ] as const)('is not %s', async (what, handler, more) => {
    const room = await openRoom(`ander-${what.replace(' ', '-')}`, 1);
    const batchId = await room.start({ sendAt: FRIDAY });
    const colleague = { kind: 'member', id: room.school.committee.membershipId } as const;
    const context = { schoolId: room.schoolId, actor: colleague, commandId: randomUUID() };
    const outcome = await room.door.apply(handler as CommandHandler<unknown, unknown>, { batchId, ...more }, context);
    expect(codeOf(outcome)).toBe('BATCH_NOT_FOUND');
    expect(await room.find(batchId)).toMatchObject({ status: 'scheduled', sendAt: new Date(FRIDAY) });
  });
});

describe('a batch that was begun', () => {
  it('keeps what was sent when it is stopped', async () => {
    const room = await openRoom('halverwege', 4);
    const batchId = await room.start();
    await workOffBatch(door, room.work(batchId), 2);
    unwrap(await room.apply(stopBatch, { batchId }));
    await room.sendAll(batchId);
    const batch = await room.find(batchId);
    expect(batch?.rows.map(({ status }) => status)).toEqual(['stopped', 'stopped', 'sent', 'sent']);
    expect(await room.mails('invitation')).toHaveLength(2);
  });

  it('tries again what failed, and nothing else', async () => {
    const room = await openRoom('opnieuw', 3);
    const batchId = await room.start();
    const id = room.contactIds[1] ?? '';
    await database.contact.update({ where: { id }, data: { archivedAt: now } });
    await room.sendAll(batchId);
    expect(codeOf(await room.apply(rescheduleBatch, { batchId, sendAt: null }))).toBe('BATCH_FINISHED');
    await database.contact.update({ where: { id }, data: { archivedAt: null } });
    expect(unwrap(await room.apply(retryBatch, { batchId }))).toEqual({ count: 1 });
    expect(await room.find(batchId)).toMatchObject({ status: 'sending', failedCount: 0, leftCount: 1 });
    expect(await room.sendAll(batchId)).toEqual({ left: 0, done: 1 });
    expect(await room.mails('invitation')).toHaveLength(3);
    expect(codeOf(await room.apply(retryBatch, { batchId }))).toBe('BATCH_NOTHING_FAILED');
  });

  it('tells the initiator what failed, unless the initiator is looking', async () => {
    const room = await openRoom('verslag', 1);
    const seen = await room.start();
    await cancel(room, room.assessmentIds[0] ?? '');
    await workOffBatch(door, { ...room.work(seen), isWatched: true }, 10);
    expect(await room.mails('batchReport')).toEqual([]);
    unwrap(await room.apply(retryBatch, { batchId: seen }));
    await room.sendAll(seen);
    expect(await room.mails('batchReport')).toHaveLength(1);
  });
});

describe('pages', () => {
  it('list the batches of the initiator, by series and by assessment', async () => {
    const room = await openRoom('lijst', 2);
    const { initiator } = createRepositories(database).forSchool(room.schoolId);
    const { membershipId } = room.school.teacher;
    const first = await room.start({ contactIds: room.contactIds.slice(0, 1) });
    const second = await room.start({ contactIds: room.contactIds.slice(1) });
    const ids = async (about: { seriesId?: string; assessmentId?: string }) =>
      (await initiator.listBatches(membershipId, about)).map(({ id }) => id).sort();
    expect(await ids({})).toEqual([first, second].sort());
    expect(await ids({ assessmentId: room.assessmentIds[1] ?? '' })).toEqual([second]);
    const alone = await room.create(room.school.studentId, room.contactIds[0] ?? '');
    const third = await room.start({ assessmentIds: [alone], contactIds: room.contactIds.slice(0, 1) });
    const seriesOf = async (id: string) =>
      (await database.assessment.findUniqueOrThrow({ where: { id } })).seriesId ?? '';
    expect(await ids({ seriesId: await seriesOf(room.assessmentIds[0] ?? '') })).toEqual([first, second].sort());
    expect(await ids({ seriesId: await seriesOf(alone) })).toEqual([third]);
    expect(await initiator.listBatches(room.school.committee.membershipId)).toEqual([]);
    expect(await initiator.findBatch(room.school.committee.membershipId, first)).toBeNull();
    const stamp = await initiator.batchStamp(membershipId, first);
    await room.sendAll(first);
    expect(await initiator.batchStamp(membershipId, first)).not.toBe(stamp);
    expect(await initiator.listBatchRows(membershipId, first)).toMatchObject([
      { number: 1, studentNames: ['Leerling Nummer 1'], invitation: { delivery: 'queued' } },
    ]);
  });
});

describe('the record', () => {
  it('folds to what is stored, and holds no text', async () => {
    const report = await verifyAllStreams(database);
    expect(report.findings).toEqual([]);
    const events = await database.event.findMany({ where: { type: { startsWith: 'Batch' } } });
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set([
        'BatchPlanned',
        'BatchRowsSent',
        'BatchRowsFailed',
        'BatchFinished',
        'BatchStopped',
        'BatchRescheduled',
        'BatchRetried',
      ]),
    );
    expect(events.filter(({ body }) => /Succes|examinator|@/i.test(body.replaceAll('examinerId', '')))).toEqual([]);
  });
});
