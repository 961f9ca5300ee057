/** What the sweep does as a whole; which streams count as lost is in `activities.test.ts`. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { StreamNews } from '../../activities/conductor.ts';
import { createReconcileActivities } from '../../activities/reconcile.ts';
import { createRelay } from '../../activities/relay.ts';
import { createViewActivities } from '../../activities/views.ts';
import { systemClock } from '../../platform/clock.ts';
import { createLogger } from '../../platform/logger.ts';
import type { Database } from '../../prisma/client.ts';
import type { StreamKind } from '../../workflows/messages.ts';
import type { SeededSchool } from '../support/factories.ts';
import { type FakeConductor, fakeConductor, silentLogger } from './fakes.ts';
import type { Play } from './play.ts';
import { type ActivityRoom, openActivityRoom } from './room.ts';

const MOST_AT_ONCE = 10;

describe('reconcileStreams', () => {
  let room: ActivityRoom;
  let database: Database;
  let school: SeededSchool;
  let play: Play;
  let conductor: FakeConductor;
  let warnings: string[] = [];

  beforeAll(async () => {
    room = await openActivityRoom();
    ({ database, school, play } = room);
  });
  afterAll(() => room?.close());
  beforeEach(async () => {
    // What former tests left is at its end.
    await database.$executeRaw`UPDATE stream SET relayed_seq = version`;
    await database.$executeRaw`UPDATE workflow_view SET is_closed = true, seen_seq = told_seq`;
    conductor = fakeConductor();
    warnings = [];
  });

  const logger = createLogger({
    name: 'test',
    level: 'warn',
    format: 'json',
    write: (line) => {
      warnings.push(line);
    },
  });
  const sweep = () => createReconcileActivities({ database, conductor, logger }).reconcileStreams();
  const toldIds = () => conductor.told.map(({ streamId }) => streamId);

  /** Told by the relay three minutes ago. */
  async function relayed(): Promise<void> {
    const quiet = { conductor: fakeConductor(), listenUrl: room.url, logger: silentLogger, clock: systemClock };
    const relay = createRelay({ database, ...quiet });
    while ((await relay.relayOnce()).told > 0);
    await database.$executeRaw`UPDATE workflow_view SET told_at = clock_timestamp() - interval '3 minutes'`;
  }

  /** As a workflow writes it that has seen everything and goes on. */
  async function seen(streamId: string): Promise<void> {
    const progress = { seenSeq: await play.version(streamId), waitsFor: 'examiners', isClosed: false } as const;
    const rest = { since: '2026-03-02T09:00:00.000Z', nextAt: null, lastError: null };
    const ids = { streamId, schoolId: school.schoolId };
    await createViewActivities({ database }).saveAssessmentProgress({ ...ids, ...progress, ...rest });
  }

  it('tells nothing and warns of nothing when nothing was lost', async () => {
    const id = await play.create();
    await relayed();
    await seen(id);
    conductor.runningIds.add(`assessment-${id}`);
    expect(await sweep()).toBe(0);
    expect(conductor.told).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('says how many it started', async () => {
    const id = await play.create();
    const invitationId = await play.invite(id);
    await relayed();
    const { id: batchId } = await database.stream.findFirstOrThrow({
      where: { kind: 'batch' },
      orderBy: { changedAt: 'desc' },
    });
    expect(await sweep()).toBe(3);
    expect(toldIds().sort()).toEqual([id, invitationId, batchId].sort());
    expect(warnings.map((line) => (JSON.parse(line) as { count: number }).count)).toEqual([3]);
  });

  it('tells of the newest event, to the workflow of the right kind', async () => {
    const id = await play.create();
    const invitationId = await play.invite(id);
    await relayed();
    await sweep();
    const news = (kind: StreamKind, streamId: string, seq: number): StreamNews => ({
      kind,
      streamId,
      schoolId: school.schoolId,
      seq,
    });
    expect(conductor.told).toEqual(
      expect.arrayContaining([
        news('assessment', id, await play.version(id)),
        news('invitation', invitationId, await play.version(invitationId)),
      ]),
    );
  });

  it('tells once of a stream that is lost in both ways', async () => {
    const id = await play.create();
    await relayed();
    await seen(id);
    await play.invite(id);
    await relayed();
    await sweep();
    expect(toldIds().filter((each) => each === id)).toHaveLength(1);
  });

  it('fails when Temporal is away, so that it is tried again, and then tells of everything', async () => {
    const id = await play.create();
    await relayed();
    conductor.isDown = true;
    await expect(sweep()).rejects.toThrow('Temporal is down');
    conductor.isDown = false;
    expect(await sweep()).toBe(1);
    expect(toldIds()).toEqual([id]);
  });

  it('starts nothing when Temporal cannot say what runs', async () => {
    const id = await play.create();
    await relayed();
    await seen(id);
    conductor.running = () => {
      throw new Error('Temporal is down');
    };
    await expect(sweep()).rejects.toThrow('Temporal is down');
    expect(conductor.told).toEqual([]);
  });

  it('looks at all open streams, a thousand at a time, and tells Temporal of a few at once', async () => {
    const number = 1_234;
    await database.$executeRaw`
      WITH made AS (
        INSERT INTO stream (id, school_id, kind, version, head_hash, relayed_seq, state)
        SELECT gen_random_uuid(), ${school.schoolId}::uuid, 'invitation', 3, '', 3, '{}'
        FROM generate_series(1, ${number}::int)
        RETURNING id, school_id)
      INSERT INTO workflow_view (stream_id, school_id, seen_seq, waits_for, since, updated_at, told_seq, told_at)
      SELECT id, school_id, 3, 'examiner', clock_timestamp(), clock_timestamp(), 3, clock_timestamp() FROM made`;
    let atOnce = 0;
    let most = 0;
    const { tell } = conductor;
    conductor.tell = async (news) => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await tell(news);
      atOnce -= 1;
    };
    expect(await sweep()).toBe(number);
    expect(new Set(toldIds()).size).toBe(number);
    expect(most).toBeLessThanOrEqual(MOST_AT_ONCE);
  });
});
