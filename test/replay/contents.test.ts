/** What the recorded histories reach, and that they hold nothing about anybody, nor about the machine they were made on. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { AssessmentStatus } from '../../domain/assessment.ts';
import { BatchStatus } from '../../domain/batch.ts';
import { BounceReason } from '../../domain/delivery.ts';
import { DeliveryStatus, InvitationStatus } from '../../domain/invitation.ts';
import { DEFAULT_SCHOOL_SETTINGS } from '../../domain/school.ts';
import { WaitsFor } from '../../domain/waiting.ts';
import { planAssessment } from '../../workflows/assessment-plan.ts';
import { planBatch } from '../../workflows/batch-plan.ts';
import { planInvitation } from '../../workflows/invitation-plan.ts';
import { PROGRESS_SIGNAL, TASK_QUEUE, WorkflowType } from '../../workflows/messages.ts';
import type { AssessmentView, BatchView, InvitationView } from '../../workflows/views.ts';
import { type RecordedHistory, readHistories, workflowTypesOf } from './history-files.ts';
import { decodePayloads, LOCAL_ACTIVITY, localActivityOf, openTexts } from './payloads.ts';

interface View<Kind> {
  readonly at: string;
  readonly view: Kind;
}

describe('the recorded histories', () => {
  let histories: RecordedHistory[] = [];
  const activities = new Set<string>();
  const assessmentViews: View<AssessmentView>[] = [];
  const invitationViews: View<InvitationView>[] = [];
  const batchViews: View<BatchView>[] = [];
  const refusals = new Set<string>();
  let retriesByTimer = 0;

  beforeAll(async () => {
    histories = readHistories();
    for (const { history } of histories) {
      for (const event of history.events) {
        const scheduled = event.activityTaskScheduledEventAttributes as { activityType: { name: string } } | undefined;
        if (scheduled) activities.add(scheduled.activityType.name);
        for (const result of await decodePayloads(event.activityTaskCompletedEventAttributes)) takeRefusal(result);
        const local = await localActivityOf(event);
        if (!local) continue;
        activities.add(local.activityType);
        if (local.isRetried) retriesByTimer += 1;
        takeResult(local.activityType, local.result, String(event.eventTime));
      }
    }
  });

  function takeResult(activityType: string, result: unknown, at: string): void {
    if (typeof result !== 'object' || result === null) return;
    if (activityType === 'loadAssessmentView') assessmentViews.push({ at, view: result as AssessmentView });
    if (activityType === 'loadInvitationView') invitationViews.push({ at, view: result as InvitationView });
    if (activityType === 'loadBatchView') batchViews.push({ at, view: result as BatchView });
    takeRefusal(result);
  }

  function takeRefusal(result: unknown): void {
    if (typeof result === 'object' && result !== null && 'code' in result) refusals.add(String(result.code));
  }

  it('are each of the workflow that their name says', () => {
    const wrong = histories.filter((each) => {
      const started = each.history.events[0]?.workflowExecutionStartedEventAttributes as {
        readonly workflowType: { readonly name: string };
      };
      return started.workflowType.name !== workflowTypesOf(each);
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it('are each played to their end', () => {
    const ends = ['WORKFLOW_EXECUTION_COMPLETED', 'WORKFLOW_EXECUTION_CONTINUED_AS_NEW'].map(
      (type) => `EVENT_TYPE_${type}`,
    );
    const open = histories.filter(({ history }) => !ends.includes(history.events.at(-1)?.eventType ?? ''));
    expect(open.map(({ name }) => name)).toEqual([]);
  });

  it('reach every step of an assessment, and everything it waits for', () => {
    const plans = assessmentViews.map(({ view, at }) => planAssessment(view, at));
    expect(new Set(plans.map(({ step }) => step.kind))).toEqual(
      new Set(['wait', 'passDeadline', 'makeDocument', 'archive', 'publish', 'end']),
    );
    const { Examiner, Mail, Address, Moment, Work, ...ofAssessment } = WaitsFor;
    expect(
      [Examiner, Mail, Address, Moment, Work].every((code) => plans.every(({ waitsFor }) => waitsFor !== code)),
    ).toBe(true);
    expect(new Set(plans.map(({ waitsFor }) => waitsFor))).toEqual(new Set(Object.values(ofAssessment)));
  });

  it('reach every step of an invitation, and everything it waits for', () => {
    const plans = invitationViews.map(({ view, at }) => planInvitation(view, at));
    expect(new Set(plans.map(({ step }) => step.kind))).toEqual(new Set(['remind', 'expire', 'end']));
    const { Examiner, Mail, Answer, Address, Nothing } = WaitsFor;
    expect(new Set(plans.map(({ waitsFor }) => waitsFor))).toEqual(new Set([Examiner, Mail, Answer, Address, Nothing]));
    expect(new Set(invitationViews.map(({ view }) => view.status))).toEqual(new Set(Object.values(InvitationStatus)));
  });

  it('reach every step of a batch, and everything it waits for', () => {
    const plans = batchViews.map(({ view }) => planBatch(view));
    expect(new Set(plans.map(({ step }) => step.kind))).toEqual(new Set(['send', 'hold', 'end']));
    const { Moment, Work, Nothing } = WaitsFor;
    expect(new Set(plans.map(({ waitsFor }) => waitsFor))).toEqual(new Set([Moment, Work, Nothing]));
    expect(new Set(batchViews.map(({ view }) => view.status))).toEqual(new Set(Object.values(BatchStatus)));
  });

  it('reach every activity', () => {
    expect([...activities].sort()).toEqual([
      'archiveAssessment',
      'expireInvitation',
      'loadAssessmentView',
      'loadBatchView',
      'loadInvitationView',
      'makeDocument',
      'passDeadline',
      'publishResult',
      'queueCommitteeDigests',
      'reconcileStreams',
      'recordRenderFailure',
      'remindExaminer',
      'saveAssessmentProgress',
      'saveBatchProgress',
      'saveInvitationProgress',
      'sendBatchRows',
    ]);
  });

  it('reach refusals, retries by timer, failed documents, news at the end and a new run', () => {
    expect([...refusals]).toEqual(
      expect.arrayContaining([
        'DEADLINE_NOT_YET',
        'INVITATION_NOT_YET_EXPIRED',
        'BATCH_NOT_YET',
        'BATCH_INITIATOR_LEFT',
        'PUBLISH_NOT_YET',
      ]),
    );
    expect(retriesByTimer).toBeGreaterThan(0);
    const types = new Set(histories.flatMap(({ history }) => history.events.map(({ eventType }) => eventType)));
    for (const type of ['ACTIVITY_TASK_FAILED', 'WORKFLOW_TASK_FAILED', 'WORKFLOW_EXECUTION_CONTINUED_AS_NEW']) {
      expect(types).toContain(`EVENT_TYPE_${type}`);
    }
  });

  it('hold ids, numbers, instants and codes, and nothing else', async () => {
    const strange: string[] = [];
    for (const { name, history } of histories) {
      for (const value of (await decodePayloads(history)).flatMap(leavesOf)) {
        if (!isHarmless(value)) strange.push(`${name}: ${JSON.stringify(value)}`);
      }
    }
    expect(strange).toEqual([]);
  });

  it('name no machine, process or person in what lies open', () => {
    const strange = histories.flatMap(({ name, history }) =>
      openTexts(history)
        .filter((text) => !isHarmless(text) && !isOfTemporal(text))
        .map((text) => `${name}: ${text}`),
    );
    expect(strange).toEqual([]);
  });

  it.each([
    'Noor',
    'noor@school.example',
    '100001',
    'Past niet.',
    '2006-04-01',
    '/srv/proeve',
    'a document could not be made: Noor',
    '12345@vm',
  ])('would not pass for harmless: %s', (text) => {
    expect(isHarmless(text) || isOfTemporal(text)).toBe(false);
  });
});

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const WORKFLOW_ID = /^(?:assessment|invitation|batch)-[0-9a-f-]{36}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;
const CODE = /^[A-Z][A-Z]*(?:_[A-Z]+)+$/;
/** Ids of timers and activities, numbers of events; a student number is longer. */
const COUNT = /^\d{1,4}$/;
const DURATION = /^\d+(?:\.\d+)?s$/;

/** Words that may stand in a payload. */
const WORDS = new Set<string>([
  ...Object.values(AssessmentStatus),
  ...Object.values(InvitationStatus),
  ...Object.values(DeliveryStatus),
  ...Object.values(BatchStatus),
  ...Object.values(BounceReason),
  DEFAULT_SCHOOL_SETTINGS.timeZone,
  DEFAULT_SCHOOL_SETTINGS.reminders.sendAt,
  'archiveAssessment',
  'expireInvitation',
  'loadAssessmentView',
  'loadBatchView',
  'loadInvitationView',
  'passDeadline',
  'publishResult',
  'recordRenderFailure',
  'remindExaminer',
  'saveAssessmentProgress',
  'saveBatchProgress',
  'saveInvitationProgress',
  // Of failures, where stack traces were taken out.
  '',
  'a document could not be made',
  'the record is away',
]);

/** Words of Temporal and our own names, which lie open. */
const NAMES = new Set<string>([
  ...Object.values(WorkflowType),
  PROGRESS_SIGNAL,
  TASK_QUEUE,
  LOCAL_ACTIVITY,
  'makeDocument',
  'queueCommitteeDigests',
  'reconcileStreams',
  'sendBatchRows',
  'sticky',
  'TypeScriptSDK',
  'Encoded failure',
  'Error',
]);

function isHarmless(value: unknown): boolean {
  if (typeof value !== 'string') return value === null || ['number', 'boolean', 'undefined'].includes(typeof value);
  return UUID.test(value) || INSTANT.test(value) || COUNT.test(value) || CODE.test(value) || WORDS.has(value);
}

function isOfTemporal(text: string): boolean {
  return NAMES.has(text) || DURATION.test(text) || WORKFLOW_ID.test(text);
}

function leavesOf(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [value];
}
