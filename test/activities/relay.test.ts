import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createRelay } from '../../activities/relay.ts';
import { createViewActivities } from '../../activities/views.ts';
import { type Clock, fixedClock, systemClock } from '../../platform/clock.ts';
import type { Database } from '../../prisma/client.ts';
import type { SeededSchool } from '../support/factories.ts';
import { type FakeConductor, fakeConductor, silentLogger } from './fakes.ts';
import type { Play } from './play.ts';
import { type ActivityRoom, openActivityRoom } from './room.ts';

describe('relay', () => {
  let room: ActivityRoom;
  let database: Database;
  let school: SeededSchool;
  let play: Play;
  let conductor: FakeConductor;
  const clock = fixedClock('2026-03-02T09:00:00Z');

  beforeAll(async () => {
    room = await openActivityRoom(5);
    ({ database, school, play } = room);
  });
  afterAll(() => room?.close());
  beforeEach(async () => {
    conductor = fakeConductor();
    await database.$executeRaw`UPDATE stream SET relayed_seq = version`;
    await database.$executeRaw`UPDATE workflow_view SET nudged_at = NULL`;
    clock.advance(60_000);
  });

  const newRelay = (now: Clock = clock) =>
    createRelay({ database, conductor, listenUrl: room.url, logger: silentLogger, clock: now });
  const relayedSeq = async (id: string) =>
    (await database.stream.findUniqueOrThrow({ where: { id }, select: { relayedSeq: true } })).relayedSeq;

  it('tells of a new stream once, with the newest of its events', async () => {
    const id = await play.create();
    const relay = newRelay();
    expect(await relay.relayOnce()).toEqual({ told: 1, failed: 0 });
    expect(conductor.told).toEqual([{ kind: 'assessment', streamId: id, schoolId: school.schoolId, seq: 2 }]);
    expect(await relay.relayOnce()).toEqual({ told: 0, failed: 0 });
    expect(await relayedSeq(id)).toBe(2);
  });

  it('tells of each stream that one command touched', async () => {
    const id = await play.create();
    await newRelay().relayOnce();
    const invitationId = await play.invite(id);
    await newRelay().relayOnce();
    const told = conductor.told.slice(1).map(({ kind, streamId, seq }) => [kind, streamId, seq]);
    const { id: batchId } = await database.stream.findFirstOrThrow({
      where: { kind: 'batch' },
      orderBy: { changedAt: 'desc' },
    });
    expect(new Set(told.map(String))).toEqual(
      new Set([String(['assessment', id, 3]), String(['invitation', invitationId, 1]), String(['batch', batchId, 3])]),
    );
  });

  it('keeps the news while Temporal is down, and tells it when it is back', async () => {
    const id = await play.create();
    conductor.isDown = true;
    const relay = newRelay();
    expect(await relay.relayOnce()).toEqual({ told: 0, failed: 1 });
    expect(await relayedSeq(id)).toBe(0);
    conductor.isDown = false;
    expect(await newRelay().relayOnce()).toEqual({ told: 1, failed: 0 });
  });

  it('lets the other streams go on when Temporal refuses one', async () => {
    const refused = await play.create();
    const relay = newRelay();
    conductor.isDown = true;
    await relay.relayOnce();
    conductor.isDown = false;
    const other = await play.create();
    await relay.relayOnce();
    expect(conductor.told.map(({ streamId }) => streamId)).toEqual([other]);
    clock.advance(60_000);
    await relay.relayOnce();
    expect(conductor.told.map(({ streamId }) => streamId)).toEqual([other, refused]);
  });

  it('tells again what was told but not marked, because the process was killed in between', async () => {
    const id = await play.create();
    await newRelay().relayOnce();
    await database.stream.update({ where: { id }, data: { relayedSeq: 0 } });
    await newRelay().relayOnce();
    expect(conductor.told).toHaveLength(2);
    expect(await relayedSeq(id)).toBe(2);
  });

  it('does not let two relays tell of the same stream at once', async () => {
    await play.create();
    let release: () => void = () => undefined;
    conductor.hold = new Promise((resolve) => {
      release = resolve;
    });
    const slow = newRelay().relayOnce();
    // The first holds its claim while it waits for Temporal.
    while ((await countAdvisoryLocks()) === 0) await database.$queryRaw`SELECT 1`;
    expect(await newRelay().relayOnce()).toEqual({ told: 0, failed: 0 });
    release();
    expect(await slow).toEqual({ told: 1, failed: 0 });
    expect(conductor.told).toHaveLength(1);
  });

  it('does not hold up a command while Temporal is slow', async () => {
    const id = await play.create();
    let release: () => void = () => undefined;
    conductor.hold = new Promise((resolve) => {
      release = resolve;
    });
    const slow = newRelay().relayOnce();
    while ((await countAdvisoryLocks()) === 0) await database.$queryRaw`SELECT 1`;
    await play.invite(id);
    release();
    await slow;
    expect(await relayedSeq(id)).toBe(2);
    await newRelay().relayOnce();
    expect(await relayedSeq(id)).toBe(3);
  });

  it('does not tell a workflow what it has written down to have seen', async () => {
    const id = await play.create();
    const progress = { streamId: id, schoolId: school.schoolId, seenSeq: 2, waitsFor: 'invitation' } as const;
    const rest = { since: '2026-03-02T09:00:00.000Z', nextAt: null, isClosed: false, lastError: null };
    await createViewActivities({ database }).saveAssessmentProgress({ ...progress, ...rest });
    expect(await newRelay().relayOnce()).toEqual({ told: 1, failed: 0 });
    expect(conductor.told).toEqual([]);
    expect(await relayedSeq(id)).toBe(2);
  });

  it('is woken by a commit', async () => {
    const relay = createRelay({
      database,
      conductor,
      listenUrl: room.url,
      logger: silentLogger,
      clock: systemClock,
    });
    relay.start();
    const id = await play.create();
    while ((await relayedSeq(id)) === 0) await database.$queryRaw`SELECT pg_sleep(0.01)::text`;
    await relay.stop();
    expect(conductor.told.map(({ streamId }) => streamId)).toEqual([id]);
  });

  /** Streams with news, of a kind, as they stand in the record. */
  async function addStreams(kind: string, count: number): Promise<void> {
    await database.$executeRaw`
      INSERT INTO stream (id, school_id, kind, version, head_hash, state)
      SELECT gen_random_uuid(), ${school.schoolId}::uuid, ${kind}, 1, '', '{}' FROM generate_series(1, ${count}::int)`;
  }

  it('tells of batches before everything else', async () => {
    await addStreams('assessment', 60);
    await addStreams('batch', 2);
    await newRelay().relayOnce();
    expect(conductor.told).toHaveLength(20);
    expect(conductor.told.filter(({ kind }) => kind === 'batch')).toHaveLength(2);
  });

  it('tells no more than the workflows look at, except of batches', async () => {
    await database.$executeRaw`UPDATE workflow_view SET seen_seq = GREATEST(seen_seq, told_seq)`;
    await addStreams('assessment', 200);
    const relay = newRelay(systemClock);
    relay.start();
    while (conductor.told.length < 80) await database.$queryRaw`SELECT pg_sleep(0.01)::text`;
    await addStreams('batch', 3);
    const batches = () => conductor.told.filter(({ kind }) => kind === 'batch').length;
    while (batches() < 3) await database.$queryRaw`SELECT pg_sleep(0.01)::text`;
    expect(conductor.told).toHaveLength(83);
    await database.$executeRaw`UPDATE workflow_view SET seen_seq = told_seq`;
    while (conductor.told.length < 140) await database.$queryRaw`SELECT pg_sleep(0.01)::text`;
    await relay.stop();
  });

  describe('of what a person asked to tell again', () => {
    /** A stream that its workflow has seen, so that there is no news of it, and the request. */
    async function nudged(): Promise<string> {
      const id = await play.create();
      await newRelay().relayOnce();
      conductor.told.length = 0;
      await play.nudge(id);
      return id;
    }
    const requestedAt = async (streamId: string) =>
      (await database.workflowView.findUniqueOrThrow({ where: { streamId } })).nudgedAt;

    it('tells once, by a number that no event has', async () => {
      const id = await nudged();
      const relay = newRelay();
      expect(await relay.relayOnce()).toEqual({ told: 1, failed: 0 });
      expect(await relay.relayOnce()).toEqual({ told: 0, failed: 0 });
      expect(conductor.told).toEqual([{ kind: 'assessment', streamId: id, schoolId: school.schoolId, seq: 0 }]);
    });

    it('keeps the request while Temporal is down, and does not ask of it too often', async () => {
      const id = await nudged();
      const relay = newRelay();
      conductor.isDown = true;
      await relay.relayOnce();
      expect(await requestedAt(id)).toBeInstanceOf(Date);
      conductor.isDown = false;
      expect(await relay.relayOnce()).toEqual({ told: 0, failed: 0 });
      clock.advance(60_000);
      expect(await relay.relayOnce()).toEqual({ told: 1, failed: 0 });
      expect(await requestedAt(id)).toBeNull();
    });

    it('keeps a request that came while it was told', async () => {
      const id = await nudged();
      const later = new Date('2026-03-02T10:00:00Z');
      const { tell } = conductor;
      conductor.tell = async (news) => {
        await tell(news);
        await database.workflowView.update({ where: { streamId: id }, data: { nudgedAt: later } });
      };
      await newRelay().relayOnce();
      expect(await requestedAt(id)).toEqual(later);
    });

    it('does so as soon as it is asked', async () => {
      const relay = newRelay(systemClock);
      relay.start();
      const id = await play.create();
      while ((await relayedSeq(id)) === 0) await database.$queryRaw`SELECT pg_sleep(0.01)::text`;
      await play.nudge(id);
      while ((await requestedAt(id)) !== null) await database.$queryRaw`SELECT pg_sleep(0.01)::text`;
      await relay.stop();
      expect(conductor.told.map(({ seq }) => seq)).toEqual([2, 0]);
    });
  });

  async function countAdvisoryLocks(): Promise<number> {
    const rows = await database.$queryRaw<{ count: bigint }[]>`
      SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
      WHERE locktype = 'advisory' AND datname = current_database()`;
    return Number(rows[0]?.count ?? 0);
  }
});
