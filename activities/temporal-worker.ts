/** How much a worker takes on, and what it runs. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  type ActivityInterceptorsFactory,
  type NativeConnection,
  Worker,
  type WorkflowBundle,
} from '@temporalio/worker';
import { generatedFile } from '../platform/generated-files.ts';
import type { Keyring } from '../platform/keys.ts';
import { createDataConverter } from '../platform/temporal-codec.ts';
import { TASK_QUEUE } from '../workflows/messages.ts';
import type { Activities } from './index.ts';
import { installLeanThreads } from './lean-threads.ts';

/** That types are stripped is announced as experimental: no news. */
const QUIET = ['--disable-warning=ExperimentalWarning'];
const BUNDLER = fileURLToPath(new URL('./workflow-bundler.ts', import.meta.url));
const MOST_BUNDLE_BYTES = 64 * 1024 * 1024;

/** All that goes into the bundle, and what makes it. */
const SOURCES = [
  '../workflows/',
  '../domain/',
  '../platform/temporal-failure-converter.ts',
  '../platform/ascii-source.ts',
  './workflow-bundler.ts',
];
const PACKAGES = ['@temporalio/worker', '@temporalio/workflow', '@temporalio/common'];

/** The workflows as one program: from disk when it fits the sources, otherwise made now, which takes seconds. */
export async function bundleWorkflows(): Promise<WorkflowBundle> {
  const kept = await generatedFile({
    folder: 'workflows',
    extension: '.js',
    sources: SOURCES.map((name) => new URL(name, import.meta.url)),
    packages: PACKAGES,
    make: runBundler,
  });
  return { code: 'file' in kept ? await readFile(kept.file, 'utf8') : kept.text };
}

/** In a process of its own, whose memory goes back to the machine. */
async function runBundler(): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [...QUIET, BUNDLER], {
    // None of our settings: they hold secrets, and it needs none.
    env: {},
    maxBuffer: MOST_BUNDLE_BYTES,
  });
  return stdout;
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
  installLeanThreads();
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
    interceptors: { activity: [beat] },
    // Documents in hand are finished: two at a time, seconds each. What is cut off after that is done again.
    shutdownGraceTime: '25 seconds',
    shutdownForceTime: '35 seconds',
  });
}

const BEAT_MS = 5_000;

/** Says every few seconds that an activity is being worked on, so that one whose worker was killed is soon begun elsewhere. */
const beat: ActivityInterceptorsFactory = (context) => ({
  inbound: {
    async execute(input, next) {
      if (context.info.isLocal) return next(input);
      const beating = setInterval(() => context.heartbeat(), BEAT_MS);
      try {
        return await next(input);
      } finally {
        clearInterval(beating);
      }
    },
  },
});
