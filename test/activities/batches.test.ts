import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createBatchActivities } from '../../activities/batches.ts';
import { createViewActivities } from '../../activities/views.ts';
import { fixedClock } from '../../platform/clock.ts';
import { createCommandDoor } from '../../prisma/apply-command.ts';
import { type Database, type DatabaseClock, openDatabase } from '../../prisma/client.ts';
import { stopBatch } from '../../prisma/commands/batches.ts';
import { mendBatch } from '../../prisma/commands/mending.ts';
import { createHealthRepository, FindingKind } from '../../prisma/repositories/health.ts';
import { type BatchRoom, openBatchRoom } from '../support/batch-room.ts';
import { createTestDatabase, type TestDatabase } from '../support/services.ts';
import { silentLogger } from './fakes.ts';

const MONDAY = '2026-11-23T10:00:00.000Z';
const FRIDAY = '2026-11-27T15:00:00.000Z';

describe('sendBatchRows', () => {
  const clock = fixedClock(MONDAY);
  const databaseClock: DatabaseClock = { now: async () => clock.now() };
  let server: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    server = await createTestDatabase();
    database = openDatabase({ url: server.url, poolSize: 5 });
  });
  afterAll(async () => {
    await database.$disconnect();
    await server.drop();
  });

  async function open(slug: string, count: number): Promise<BatchRoom> {
    clock.set(MONDAY);
    await database.mail.updateMany({ data: { state: 'accepted' } });
    return openBatchRoom({ database, clock: databaseClock, slug, count });
  }

  function activitiesWith(rest: () => Promise<unknown>, currentKeyId = '1') {
    const door = createCommandDoor(database, databaseClock);
    return createBatchActivities({ database, door, clock, logger: silentLogger, currentKeyId }, rest);
  }
  const never = async () => {
    throw new Error('it rested');
  };

  it('sends everything that is left, in the name of the initiator', async () => {
    const room = await open('alles', 25);
    const batchId = await room.start();
    const { sendBatchRows } = activitiesWith(never);
    expect(await sendBatchRows({ streamId: batchId, schoolId: room.schoolId })).toEqual({ applied: true });
    expect(await room.find(batchId)).toMatchObject({ status: 'finished', sentCount: 25 });
    const event = await database.event.findFirstOrThrow({ where: { streamId: batchId, type: 'BatchRowsSent' } });
    expect(event).toMatchObject({ actorKind: 'member', actorId: room.school.teacher.membershipId });
  });

  it('does nothing more when it is asked again', async () => {
    const room = await open('nogmaals', 2);
    const batchId = await room.start();
    const { sendBatchRows } = activitiesWith(never);
    const input = { streamId: batchId, schoolId: room.schoolId };
    await sendBatchRows(input);
    expect(await sendBatchRows(input)).toEqual({ applied: false, code: 'BATCH_FINISHED' });
    expect(await room.mails('invitation')).toHaveLength(2);
  });

  it('says that it is not yet time, that it was stopped, or that there is no such batch here', async () => {
    const room = await open('niet-nu', 1);
    const batchId = await room.start({ sendAt: FRIDAY });
    const { sendBatchRows } = activitiesWith(never);
    const input = { streamId: batchId, schoolId: room.schoolId };
    expect(await sendBatchRows(input)).toEqual({ applied: false, code: 'BATCH_NOT_YET' });
    await room.apply(stopBatch, { batchId });
    expect(await sendBatchRows(input)).toEqual({ applied: false, code: 'BATCH_STOPPED' });
    const other = await open('elders', 1);
    expect(await sendBatchRows({ streamId: batchId, schoolId: other.schoolId })).toEqual({
      applied: false,
      code: 'BATCH_NOT_FOUND',
    });
  });

  it('holds what somebody left behind who left the school, until they are back', async () => {
    const room = await open('weg', 2);
    const batchId = await room.start({ sendAt: FRIDAY });
    const input = { streamId: batchId, schoolId: room.schoolId };
    const ends = (endedAt: Date | null) =>
      database.membership.update({ where: { id: room.school.teacher.membershipId }, data: { endedAt } });
    const { loadBatchView } = createViewActivities({ database });
    const { sendBatchRows } = activitiesWith(never);
    expect(await loadBatchView(input)).not.toHaveProperty('isHeld');
    await ends(new Date(MONDAY));
    clock.set(FRIDAY);
    expect(await sendBatchRows(input)).toEqual({ applied: false, code: 'BATCH_INITIATOR_LEFT' });
    expect(await loadBatchView(input)).toMatchObject({ isHeld: true, status: 'scheduled' });
    expect(await room.mails('invitation')).toEqual([]);
    // Told once, however often it is looked at.
    await sendBatchRows(input);
    const [told, ...others] = await room.mails('needsAttention');
    expect(told).toMatchObject({ reference: { batchId, membershipId: room.school.administrator.membershipId } });
    expect(others).toEqual([]);
    expect(await room.find(batchId)).toMatchObject({ leftCount: 2, failedCount: 0 });
    const held = () => createHealthRepository(database, room.schoolId).readPage(FindingKind.BatchHeld, null, 5);
    expect((await held()).rows).toMatchObject([{ id: batchId, batchId, since: new Date(MONDAY) }]);
    await ends(null);
    expect((await held()).rows).toEqual([]);
    expect(await sendBatchRows(input)).toEqual({ applied: true });
    expect(await room.mails('invitation')).toHaveLength(2);
  });

  it('is stopped by an administrator only when its initiator has left', async () => {
    const room = await open('stoppen', 1);
    const batchId = await room.start({ sendAt: FRIDAY });
    const actor = { kind: 'member', id: room.school.administrator.membershipId } as const;
    const stop = (schoolId: string) =>
      room.door.apply(mendBatch, { batchId }, { schoolId, actor, commandId: randomUUID() });
    expect(await stop(room.schoolId)).toMatchObject({ ok: false, code: 'BATCH_INITIATOR_HERE' });
    await database.membership.update({
      where: { id: room.school.teacher.membershipId },
      data: { endedAt: new Date(MONDAY) },
    });
    const other = await open('anders', 1);
    expect(await stop(other.schoolId)).toMatchObject({ ok: false, code: 'BATCH_NOT_FOUND' });
    expect(await stop(room.schoolId)).toMatchObject({ ok: true });
    expect(await room.find(batchId)).toMatchObject({ status: 'stopped' });
    expect(await createHealthRepository(database, room.schoolId).readMendings(1)).toMatchObject([
      { action: 'stopBatch', targetId: batchId },
    ]);
    expect(await stop(room.schoolId)).toMatchObject({ ok: false, code: 'BATCH_STOPPED' });
  });

  it('makes links with the key that is current when it sends', async () => {
    const room = await open('sleutel', 1);
    const batchId = await room.start({ sendAt: FRIDAY });
    clock.set(FRIDAY);
    await activitiesWith(never, '9').sendBatchRows({ streamId: batchId, schoolId: room.schoolId });
    expect(await database.link.findFirst({ where: { schoolId: room.schoolId } })).toMatchObject({ kid: '9' });
  });

  it('goes no faster than the mails do', async () => {
    const room = await open('rustig', 130);
    const batchId = await room.start();
    const waiting: number[] = [];
    const takeMails = async () => {
      waiting.push(await database.mail.count({ where: { schoolId: room.schoolId, state: 'queued' } }));
      await database.mail.updateMany({ where: { state: 'queued' }, data: { state: 'accepted' } });
    };
    await activitiesWith(takeMails).sendBatchRows({ streamId: batchId, schoolId: room.schoolId });
    expect(await room.mails('invitation')).toHaveLength(130);
    expect(waiting.length).toBeGreaterThan(0);
    expect(Math.max(...waiting)).toBeLessThan(100);
  });
});
