/** The one place where Temporal is told of a stream. */
import type { Client } from '@temporalio/client';
import {
  PROGRESS_SIGNAL,
  type Progressed,
  type StreamInput,
  type StreamKind,
  TASK_QUEUE,
  WORKFLOW_TYPE_OF,
  workflowIdOf,
} from '../workflows/messages.ts';

export interface StreamNews extends StreamInput {
  readonly kind: StreamKind;
  /** The newest event. */
  readonly seq: number;
}

export interface Conductor {
  /**
   * Starts the stream's workflow, or wakes it. Telling twice does no harm.
   * @throws when Temporal does not answer in time
   */
  tell(news: StreamNews): Promise<void>;
  /** Ids of the workflows that run, as far as Temporal's index has them: it lags by seconds. */
  running(): AsyncIterable<string>;
}

/** Far above the usual 13 ms, far below the patience of a transaction that waits for it. */
const TELL_DEADLINE_MS = 5_000;
const RUNNING_QUERY = `ExecutionStatus = "Running" AND WorkflowType IN (${Object.values(WORKFLOW_TYPE_OF)
  .map((type) => `"${type}"`)
  .join(', ')})`;

/** @param client lazily connected, so that it can be made while Temporal is down */
export function createConductor(client: Client): Conductor {
  return {
    async tell({ kind, streamId, schoolId, seq }) {
      const input: StreamInput = { streamId, schoolId };
      const news: Progressed = { seq };
      await client.withDeadline(Date.now() + TELL_DEADLINE_MS, () =>
        client.workflow.signalWithStart(WORKFLOW_TYPE_OF[kind], {
          workflowId: workflowIdOf(kind, streamId),
          taskQueue: TASK_QUEUE,
          args: [input],
          signal: PROGRESS_SIGNAL,
          signalArgs: [news],
        }),
      );
    },
    async *running() {
      for await (const { workflowId } of client.workflow.list({ query: RUNNING_QUERY })) yield workflowId;
    },
  };
}
