/** The Temporal Schedules that start the sweeps. */
import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy, type ScheduleSpec } from '@temporalio/client';
import { ScheduleId, TASK_QUEUE, WorkflowType } from '../workflows/messages.ts';

const RECONCILE_EVERY = '2 minutes';
const DIGEST_HOUR = 8;

interface Sweep {
  readonly scheduleId: string;
  readonly workflowType: WorkflowType;
  readonly spec: ScheduleSpec;
  /** How late a missed start may still be made up for, after an outage. */
  readonly catchupWindow: '1 minute' | '10 hours';
}

/**
 * Makes the schedules that are not there, and brings the others up to date.
 * @param timeZone IANA name; the digest comes at eight in the morning there
 */
export async function ensureSchedules(client: Client, timeZone: string): Promise<void> {
  for (const sweep of listSweeps(timeZone)) await ensureSchedule(client, sweep);
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
  ];
}

async function ensureSchedule(client: Client, { scheduleId, workflowType, spec, catchupWindow }: Sweep): Promise<void> {
  const action = { type: 'startWorkflow', workflowType, workflowId: scheduleId, taskQueue: TASK_QUEUE } as const;
  const policies = { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow } as const;
  try {
    await client.schedule.create({ scheduleId, spec, action, policies });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule.getHandle(scheduleId).update((before) => ({ ...before, spec, action, policies }));
  }
}
