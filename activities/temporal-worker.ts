/** How much a worker takes on, and what it runs. */
import { fileURLToPath } from 'node:url';
import {
  bundleWorkflowCode,
  DefaultLogger,
  type NativeConnection,
  Worker,
  type WorkflowBundle,
} from '@temporalio/worker';
import type { Keyring } from '../platform/keys.ts';
import { createDataConverter, FAILURE_CONVERTER_PATH } from '../platform/temporal-codec.ts';
import { TASK_QUEUE } from '../workflows/messages.ts';
import type { Activities } from './index.ts';

const WORKFLOWS_PATH = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));

/** Bundles the workflows: seconds of work, so once for each process. */
export function bundleWorkflows(): Promise<WorkflowBundle> {
  const logger = new DefaultLogger('WARN');
  return bundleWorkflowCode({ workflowsPath: WORKFLOWS_PATH, failureConverterPath: FAILURE_CONVERTER_PATH, logger });
}

export interface TemporalWorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly keyring: Keyring;
  readonly workflowBundle: WorkflowBundle;
  readonly activities: Activities;
  /** Connections of the database's pool. */
  readonly poolSize: number;
}

export function createTemporalWorker(options: TemporalWorkerOptions): Promise<Worker> {
  const { connection, namespace, keyring, workflowBundle, activities, poolSize } = options;
  return Worker.create({
    connection,
    namespace,
    taskQueue: TASK_QUEUE,
    workflowBundle,
    activities,
    dataConverter: createDataConverter(keyring),
    // An uncapped cache was measured to grow to 1.4 GB; a workflow that is not cached is replayed in milliseconds.
    maxCachedWorkflows: 200,
    // Renders and sweeps; the browser takes two documents at a time.
    maxConcurrentActivityTaskExecutions: 6,
    // More would only wait for a connection, and fail when the wait gets long.
    maxConcurrentLocalActivityExecutions: Math.max(2, poolSize - 4),
    // A workflow that no longer fits its history would stand still until somebody notices. It holds no state, so it may as
    // well fail: the reconciler finds that it does not run, and starts it anew from the record.
    workflowFailureErrorTypes: { '*': ['NondeterminismError'] },
    // Documents in hand are finished: two at a time, seconds each. What is cut off after that is done again.
    shutdownGraceTime: '25 seconds',
    shutdownForceTime: '35 seconds',
  });
}
