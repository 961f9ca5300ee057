import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type Client, ScheduleAlreadyRunning, type ScheduleOptions } from '@temporalio/client';
import { createScheduleKeeper } from '../../activities/schedules.ts';
import { silentLogger } from './fakes.ts';

const SCHEDULES = ['committee-digest', 'reconcile', 'retention', 'anchor', 'document-care'];
const LOOK_EVERY_MS = 60_000;
const RETRY_MS = 5_000;

/** What of Temporal's client is used here, with the schedules in memory. */
function fakeClient() {
  const schedules = new Map<string, ScheduleOptions>();
  const state = { isDown: false, looks: 0 };
  const updated: string[] = [];
  const client = {
    withDeadline: (_: number, run: () => Promise<void>) => run(),
    schedule: {
      async create(options: ScheduleOptions) {
        state.looks += 1;
        if (state.isDown) throw new Error('Temporal is down');
        const { scheduleId } = options;
        if (schedules.has(scheduleId)) throw new ScheduleAlreadyRunning('is there', scheduleId);
        schedules.set(scheduleId, options);
      },
      getHandle: (scheduleId: string) => ({
        async update(change: (before: unknown) => ScheduleOptions) {
          updated.push(scheduleId);
          schedules.set(scheduleId, change(schedules.get(scheduleId)));
        },
      }),
    },
  };
  return { client: client as unknown as Client, schedules, state, updated };
}

describe('createScheduleKeeper', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  const keeperOf = (client: Client, timeZone = 'Europe/Amsterdam') =>
    createScheduleKeeper({ client, timeZone, logger: silentLogger });

  it('makes the digest of working days at eight, the sweeps of every two minutes and every hour, and those of every night', async () => {
    const { client, schedules, updated } = fakeClient();
    await keeperOf(client).ensure();
    expect([...schedules.keys()]).toEqual(SCHEDULES);
    expect(schedules.get('committee-digest')?.spec).toEqual({
      calendars: [{ hour: 8, minute: 0, dayOfWeek: { start: 'MONDAY', end: 'FRIDAY' } }],
      timezone: 'Europe/Amsterdam',
    });
    expect(schedules.get('reconcile')?.spec).toEqual({ intervals: [{ every: '2 minutes' }] });
    expect(schedules.get('retention')?.spec).toEqual({
      calendars: [{ hour: 3, minute: 0 }],
      timezone: 'Europe/Amsterdam',
    });
    expect(schedules.get('anchor')?.spec).toEqual({
      calendars: [{ hour: 4, minute: 0 }],
      timezone: 'Europe/Amsterdam',
    });
    expect(schedules.get('document-care')?.spec).toEqual({ intervals: [{ every: '1 hour' }] });
    expect(updated).toEqual([]);
  });

  it('sweeps at once when it is new, because Temporal may just have lost everything', async () => {
    const { client, schedules } = fakeClient();
    await keeperOf(client).ensure();
    expect(schedules.get('reconcile')?.state).toEqual({ triggerImmediately: true });
    expect(schedules.get('committee-digest')?.state).toEqual({ triggerImmediately: false });
  });

  it('never starts a sweep beside one that runs', async () => {
    const { client, schedules } = fakeClient();
    await keeperOf(client).ensure();
    expect([...schedules.values()].map(({ policies }) => policies?.overlap)).toEqual(SCHEDULES.map(() => 'SKIP'));
  });

  it('brings schedules of an older version up to date, once', async () => {
    const { client, schedules, updated } = fakeClient();
    await keeperOf(client, 'UTC').ensure();
    const keeper = keeperOf(client);
    await keeper.ensure();
    expect(schedules.get('committee-digest')?.spec).toMatchObject({ timezone: 'Europe/Amsterdam' });
    await keeper.ensure();
    expect(updated).toEqual(SCHEDULES);
  });

  it('makes again what was lost, within a minute', async () => {
    jest.useFakeTimers();
    const { client, schedules } = fakeClient();
    const keeper = keeperOf(client);
    keeper.start();
    await jest.advanceTimersByTimeAsync(0);
    schedules.clear();
    await jest.advanceTimersByTimeAsync(LOOK_EVERY_MS);
    expect([...schedules.keys()]).toEqual(SCHEDULES);
    await keeper.stop();
  });

  it('tries every five seconds while Temporal is away', async () => {
    jest.useFakeTimers();
    const { client, schedules, state } = fakeClient();
    state.isDown = true;
    const keeper = keeperOf(client);
    keeper.start();
    await jest.advanceTimersByTimeAsync(2 * RETRY_MS);
    expect(state.looks).toBe(3);
    state.isDown = false;
    await jest.advanceTimersByTimeAsync(RETRY_MS);
    expect(schedules.size).toBe(SCHEDULES.length);
    await keeper.stop();
  });

  it('looks no more after it was stopped', async () => {
    jest.useFakeTimers();
    const { client, state } = fakeClient();
    const keeper = keeperOf(client);
    keeper.start();
    await jest.advanceTimersByTimeAsync(0);
    await keeper.stop();
    const { looks } = state;
    await jest.advanceTimersByTimeAsync(10 * LOOK_EVERY_MS);
    expect(state.looks).toBe(looks);
  });
});
