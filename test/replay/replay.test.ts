import { beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowBundle } from '@temporalio/worker';
import { bundleWorkflows } from '../../activities/temporal-worker.ts';
import { installTemporalRuntime } from '../../platform/temporal-runtime.ts';
import { silentLogger } from '../activities/fakes.ts';
import { type HistoryEvent, type RecordedHistory, readHistories, readHistory, requiredNames } from './history-files.ts';
import { failuresOf, replay } from './replaying.ts';

describe('replay of the recorded histories', () => {
  let bundle: WorkflowBundle;

  beforeAll(async () => {
    installTemporalRuntime(silentLogger);
    bundle = await bundleWorkflows();
  }, 60_000);

  it('has a history of every path', () => {
    const names = readHistories().map(({ name }) => name);
    expect(requiredNames().filter((name) => !names.includes(name))).toEqual([]);
  });

  it('knows the path and part of every file', () => {
    const required = requiredNames();
    const unknown = readHistories().filter(({ path, part }) => !required.includes(`${path}.${part}`));
    expect(unknown.map(({ name }) => name)).toEqual([]);
  });

  it('finds that the workflows still do what was recorded', async () => {
    const histories = readHistories();
    const results = await replay(bundle, histories);
    expect(failuresOf(results)).toEqual({});
    expect(results.size).toBe(histories.length);
  }, 60_000);

  it.each<[string, string, (events: HistoryEvent[]) => HistoryEvent[]]>([
    ['an activity of another name', 'plain.assessment', (events) => renameActivity(events)],
    ['a local activity of another name', 'reminders.invitation', (events) => renameLocalActivity(events)],
    ['an activity where a timer was', 'late.assessment', (events) => swapTimer(events)],
    ['an end that came too early', 'expiry.invitation', (events) => endEarly(events)],
  ])('fails for a doctored history: %s', async (_, name, doctor) => {
    const good = readHistory(name);
    const doctored: RecordedHistory = {
      ...good,
      history: { events: doctor(structuredClone([...good.history.events])) },
    };
    expect(JSON.stringify(doctored.history)).not.toBe(JSON.stringify(good.history));
    expect(failuresOf(await replay(bundle, [doctored]))).toEqual({ [name]: 'DeterminismViolationError' });
  });
});

function renameActivity(events: HistoryEvent[]): HistoryEvent[] {
  return replaceText(events, '"name":"makeDocument"', '"name":"makeAnotherDocument"');
}

function renameLocalActivity(events: HistoryEvent[]): HistoryEvent[] {
  // What a local activity is called lies open, in a payload of its own.
  return events.map((event) => {
    const text = JSON.stringify(event);
    const data = /"data":"(eyJ[^"]+)"/.exec(text)?.[1];
    if (data === undefined) return event;
    const renamed = Buffer.from(data, 'base64').toString().replace('remindExaminer', 'expireInvitation');
    return JSON.parse(text.replace(data, Buffer.from(renamed).toString('base64'))) as HistoryEvent;
  });
}

/** The first timer becomes the cancellation of one that was never started. */
function swapTimer(events: HistoryEvent[]): HistoryEvent[] {
  const timer = events.find(({ eventType }) => eventType === 'EVENT_TYPE_TIMER_STARTED');
  const activity = {
    activityId: '1',
    activityType: { name: 'makeDocument' },
    taskQueue: { name: 'proeve' },
    workflowTaskCompletedEventId: '4',
  };
  return events.map((event) =>
    event === timer
      ? {
          eventId: event.eventId,
          eventTime: event.eventTime,
          eventType: 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED',
          activityTaskScheduledEventAttributes: activity,
        }
      : event,
  );
}

/** The first timer becomes the end of the workflow. */
function endEarly(events: HistoryEvent[]): HistoryEvent[] {
  const at = events.findIndex(({ eventType }) => eventType === 'EVENT_TYPE_TIMER_STARTED');
  const last = events.at(-1);
  const timer = events[at];
  if (!last || !timer) return events;
  return [...events.slice(0, at), { ...last, eventId: timer.eventId }];
}

function replaceText(events: HistoryEvent[], from: string, to: string): HistoryEvent[] {
  return JSON.parse(JSON.stringify(events).replaceAll(from, to)) as HistoryEvent[];
}
