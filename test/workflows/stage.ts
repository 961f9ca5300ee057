/** Real bundle, time-skipping server, record in memory. */
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { bundleWorkflows } from '../../activities/temporal-worker.ts';
import { installTemporalRuntime } from '../../platform/temporal-runtime.ts';
import {
  PROGRESS_SIGNAL,
  type StreamKind,
  TASK_QUEUE,
  WORKFLOW_TYPE_OF,
  workflowIdOf,
} from '../../workflows/messages.ts';
import { silentLogger } from '../activities/fakes.ts';
import { temporalTestServerPath } from '../support/services.ts';
import { createMemoryRecord, type MemoryRecord } from './memory-record.ts';

export const SCHOOL_ID = '0190aaaa-0000-7000-8000-000000000001';

export interface Stage {
  readonly env: TestWorkflowEnvironment;
  readonly record: MemoryRecord;
  /** Tells the workflow of a stream as the relay does. @param seq the newest of the stream when not given */
  tell(kind: StreamKind, id: string, seq?: number): Promise<void>;
  /** Lets time pass: workflows act meanwhile. @param until ISO instant */
  passUntil(until: string): Promise<void>;
  now(): Promise<string>;
  isOpen(kind: StreamKind, id: string): Promise<boolean>;
  /** Waits until the workflow has ended. */
  ended(kind: StreamKind, id: string): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  installTemporalRuntime(silentLogger);
  const workflowBundle = await bundleWorkflows();
  const executable = { type: 'existing-path', path: await temporalTestServerPath() } as const;
  const env = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
  const record = createMemoryRecord(() => env.currentTimeMs());
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue: TASK_QUEUE,
    workflowBundle,
    activities: record.activities,
  });
  const running = worker.run();
  const now = async () => new Date(await env.currentTimeMs()).toISOString();
  return {
    env,
    record,
    now,
    async tell(kind, id, seq) {
      const newest = kind === 'assessment' ? record.assessment(id).seq : record.invitation(id).seq;
      await env.client.workflow.signalWithStart(WORKFLOW_TYPE_OF[kind], {
        workflowId: workflowIdOf(kind, id),
        taskQueue: TASK_QUEUE,
        args: [{ streamId: id, schoolId: SCHOOL_ID }],
        signal: PROGRESS_SIGNAL,
        signalArgs: [{ seq: seq ?? newest }],
      });
    },
    async passUntil(until) {
      await env.sleep(Math.max(0, Date.parse(until) - (await env.currentTimeMs())) + 1_000);
    },
    async isOpen(kind, id) {
      const description = await env.client.workflow.getHandle(workflowIdOf(kind, id)).describe();
      return description.status.name === 'RUNNING';
    },
    async ended(kind, id) {
      await env.client.workflow.getHandle(workflowIdOf(kind, id)).result();
    },
    async close() {
      worker.shutdown();
      await running;
      await env.teardown();
    },
  };
}
