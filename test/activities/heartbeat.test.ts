import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createHeartbeat, type Heartbeat, type HeartbeatOptions } from '../../activities/heartbeat.ts';
import { anyFreePort } from '../../platform/services/ports.ts';
import { type Database, openDatabase } from '../../prisma/client.ts';
import { createTestDatabase, type TestDatabase } from '../support/services.ts';
import { silentLogger } from './fakes.ts';

const EVERY_MS = 5_000;

const SEAL = {
  problem: null,
  subject: 'ROC Voorbeeld',
  isSelfMade: false,
  notBefore: '2026-01-01T00:00:00.000Z',
  notAfter: '2028-01-01T00:00:00.000Z',
  hasTimestamp: false,
};

describe('heartbeat', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let started: Heartbeat[] = [];

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = openDatabase({ url: testDatabase.url, poolSize: 3 });
  });
  afterAll(async () => {
    await database?.$disconnect();
    await testDatabase?.drop();
  });
  afterEach(async () => {
    jest.useRealTimers();
    await Promise.all(started.map((heartbeat) => heartbeat.stop()));
    started = [];
    await database.heartbeat.deleteMany();
  });

  function newHeartbeat(options: Partial<HeartbeatOptions> = {}): Heartbeat {
    const heartbeat = createHeartbeat({
      database,
      id: 'worker-1',
      logger: silentLogger,
      isTemporalOk: async () => true,
      isSmtpOk: () => true,
      sealStatus: async () => SEAL,
      ...options,
    });
    started.push(heartbeat);
    return heartbeat;
  }

  const row = (id = 'worker-1') => database.heartbeat.findUnique({ where: { id } });

  async function until(condition: () => Promise<boolean>): Promise<void> {
    while (!(await condition())) await database.$queryRaw`SELECT pg_sleep(0.01)::text`;
  }

  it('is written at the start, by the clock of the database', async () => {
    newHeartbeat().start();
    await until(async () => (await row()) !== null);
    expect(await row()).toMatchObject({ kind: 'worker', temporalOk: true, smtpOk: true, detail: { seal: SEAL } });
    const ages = await database.$queryRaw<{ isFresh: boolean }[]>`
      SELECT clock_timestamp() - seen_at < interval '1 minute' AS "isFresh" FROM heartbeat`;
    expect(ages).toEqual([{ isFresh: true }]);
  });

  it('is one row for each worker, however often it is written', async () => {
    const first = newHeartbeat();
    await first.beat();
    await first.beat();
    await newHeartbeat({ id: 'worker-2' }).beat();
    expect(await database.heartbeat.count()).toBe(2);
  });

  it('says what the worker can reach now', async () => {
    let isUp = true;
    const heartbeat = newHeartbeat({ isTemporalOk: async () => isUp, isSmtpOk: () => !isUp });
    await heartbeat.beat();
    expect(await row()).toMatchObject({ temporalOk: true, smtpOk: false });
    isUp = false;
    await heartbeat.beat();
    expect(await row()).toMatchObject({ temporalOk: false, smtpOk: true });
  });

  it('takes a check that fails as not reachable', async () => {
    const fail = async () => {
      throw new Error('no answer');
    };
    await newHeartbeat({ isTemporalOk: fail, isSmtpOk: fail }).beat();
    expect(await row()).toMatchObject({ temporalOk: false, smtpOk: false });
  });

  it('is written again every five seconds', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
    const isTemporalOk = jest.fn(async () => true);
    newHeartbeat({ isTemporalOk }).start();
    await until(async () => jest.getTimerCount() > 0 && (await row()) !== null);
    expect(isTemporalOk).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(EVERY_MS);
    expect(isTemporalOk).toHaveBeenCalledTimes(2);
  });

  it('is taken away when the worker stops, and nothing is written after that', async () => {
    const heartbeat = newHeartbeat();
    heartbeat.start();
    await until(async () => (await row()) !== null);
    await heartbeat.stop();
    expect(await row()).toBeNull();
  });

  it('forgets workers that were killed more than a day ago, and no others', async () => {
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
    const killed = { kind: 'worker', temporalOk: true, smtpOk: true, detail: {} };
    await database.heartbeat.createMany({
      data: [
        { ...killed, id: 'worker-old', seenAt: hoursAgo(25) },
        { ...killed, id: 'worker-recent', seenAt: hoursAgo(1) },
      ],
    });
    newHeartbeat().start();
    await until(async () => (await row('worker-old')) === null && (await row()) !== null);
    expect(await row('worker-recent')).not.toBeNull();
  });

  it('does no harm while the database is away', async () => {
    const url = `postgresql://nobody@127.0.0.1:${await anyFreePort()}/nothing`;
    const gone = openDatabase({ url, poolSize: 1, connectTimeoutMs: 500 });
    const heartbeat = createHeartbeat({
      database: gone,
      id: 'worker-1',
      logger: silentLogger,
      isTemporalOk: async () => true,
      isSmtpOk: () => true,
      sealStatus: async () => SEAL,
    });
    await expect(heartbeat.beat()).rejects.toThrow();
    heartbeat.start();
    await expect(heartbeat.stop()).resolves.toBeUndefined();
    await gone.$disconnect();
  });
});
