/** The Temporal Schedules that start the sweeps. */
import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy, type ScheduleSpec } from '@temporalio/client';
import type { Logger } from '../platform/logger.ts';
import { ScheduleId, TASK_QUEUE, WorkflowType } from '../workflows/messages.ts';

const RECONCILE_EVERY = '2 minutes';
const DIGEST_HOUR = 8;
/** At night, when nobody waits for the database. */
const RETENTION_HOUR = 3;
const ANCHOR_HOUR = 4;
const DOCUMENT_CARE_EVERY = '1 hour';

interface Sweep {
  readonly scheduleId: string;
  readonly workflowType: WorkflowType;
  readonly spec: ScheduleSpec;
  /** How late a missed start may still be made up for, after an outage. */
  readonly catchupWindow: '1 minute' | '10 hours';
}

export interface ScheduleKeeperOptions {
  readonly client: Client;
  /** IANA name; the digest comes at eight in the morning there. */
  readonly timeZone: string;
  readonly logger: Logger;
}

export interface ScheduleKeeper {
  start(): void;
  stop(): Promise<void>;
  /** Makes the schedules that are not there; the first time it brings the others up to date. */
  ensure(): Promise<void>;
}

/** The first schedule to be lost with Temporal's store is the one that mends the loss, so it is looked after from here. */
const LOOK_EVERY_MS = 20_000;
const RETRY_MS = 5_000;

export function createScheduleKeeper({ client, timeZone, logger }: ScheduleKeeperOptions): ScheduleKeeper {
  let isUpToDate = false;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<void> = Promise.resolve();

  async function ensure(): Promise<void> {
    for (const sweep of listSweeps(timeZone)) {
      const isNew = await create(client, sweep);
      if (isNew) logger.info({ scheduleId: sweep.scheduleId }, 'A schedule was made.');
      else if (!isUpToDate) await update(client, sweep);
    }
    isUpToDate = true;
  }

  function next(): void {
    current = client
      .withDeadline(Date.now() + RETRY_MS, ensure)
      .then(
        () => LOOK_EVERY_MS,
        (error: unknown) => {
          logger.debug({ err: error }, 'The schedules could not be looked at.');
          return RETRY_MS;
        },
      )
      .then((wait) => {
        if (!isStopped) timer = setTimeout(next, wait);
      });
  }

  return {
    ensure,
    start: next,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await current;
    },
  };
}

function listSweeps(timeZone: string): Sweep[] {
  return [
    {
      scheduleId: ScheduleId.CommitteeDigest,
      workflowType: WorkflowType.CommitteeDigest,
      // Holidays are left to the activity, which knows the school's days.
      spec: {
        calendars: [{ hour: DIGEST_HOUR, minute: 0, dayOfWeek: { start: 'MONDAY', end: 'FRIDAY' } }],
        timezone: timeZone,
      },
      catchupWindow: '10 hours',
    },
    {
      scheduleId: ScheduleId.Reconcile,
      workflowType: WorkflowType.Reconcile,
      spec: { intervals: [{ every: RECONCILE_EVERY }] },
      catchupWindow: '1 minute',
    },
    {
      scheduleId: ScheduleId.Retention,
      workflowType: WorkflowType.Retention,
      spec: { calendars: [{ hour: RETENTION_HOUR, minute: 0 }], timezone: timeZone },
      catchupWindow: '10 hours',
    },
    {
      scheduleId: ScheduleId.Anchor,
      workflowType: WorkflowType.Anchor,
      spec: { calendars: [{ hour: ANCHOR_HOUR, minute: 0 }], timezone: timeZone },
      catchupWindow: '10 hours',
    },
    {
      scheduleId: ScheduleId.DocumentCare,
      workflowType: WorkflowType.DocumentCare,
      spec: { intervals: [{ every: DOCUMENT_CARE_EVERY }] },
      catchupWindow: '1 minute',
    },
  ];
}

/** @returns false when it is there already */
async function create(client: Client, sweep: Sweep): Promise<boolean> {
  const { scheduleId, spec } = sweep;
  const { action, policies } = rest(sweep);
  const state = { triggerImmediately: scheduleId === ScheduleId.Reconcile };
  try {
    await client.schedule.create({ scheduleId, spec, action, policies, state });
    return true;
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) return false;
    throw error;
  }
}

async function update(client: Client, sweep: Sweep): Promise<void> {
  const { action, policies } = rest(sweep);
  await client.schedule
    .getHandle(sweep.scheduleId)
    .update((before) => ({ ...before, spec: sweep.spec, action, policies }));
}

function rest({ scheduleId, workflowType, catchupWindow }: Sweep) {
  const action = { type: 'startWorkflow', workflowType, workflowId: scheduleId, taskQueue: TASK_QUEUE } as const;
  return { action, policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow } } as const;
}
