/**
 * Where histories are recorded: PostgreSQL with all commands, the real activities and bundle, and a Temporal server of which
 * the payloads are encrypted with the published test key. Only mail and PDF are left out.
 */
import { createHash } from 'node:crypto';
import { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkflowBundle } from '@temporalio/worker';
import { createConductor } from '../../../activities/conductor.ts';
import { type Activities, createActivities } from '../../../activities/index.ts';
import type { RenderedDocument } from '../../../activities/pdf/index.ts';
import { createTemporalWorker } from '../../../activities/temporal-worker.ts';
import { fixedClock } from '../../../platform/clock.ts';
import { createDataConverter } from '../../../platform/temporal-codec.ts';
import { createCommandDoor } from '../../../prisma/apply-command.ts';
import type { Database, DatabaseClock } from '../../../prisma/client.ts';
import type { StreamInput } from '../../../workflows/messages.ts';
import type { CommandResult } from '../../../workflows/views.ts';
import { fakeConductor, silentLogger } from '../../activities/fakes.ts';
import { temporalCliPath, temporalTestServerPath } from '../../support/services.ts';
import { historyKeyring } from '../history-files.ts';

const POOL_SIZE = 8;

/** What goes wrong next, and how often. */
export interface Faults {
  /** Codes with which documents fail, in order; an empty one has no code. */
  readonly renders: string[];
  /** Looks at the record that fail. */
  reads: number;
  /** Codes with which archiving is refused, in order. */
  readonly archiving: string[];
  /** Tries of sending rows of a batch that fail. */
  sends: number;
  /** Tries of a sweep that fail. */
  sweeps: number;
  /** How far the clock of the record lags behind that of Temporal, in milliseconds. */
  lagMs: number;
  /** Held before a workflow writes down that it is at its end. */
  beforeClosing: (input: StreamInput) => Promise<void>;
}

export interface Ground {
  readonly env: TestWorkflowEnvironment;
  readonly client: Client;
  readonly database: Database;
  readonly clock: DatabaseClock;
  readonly faults: Faults;
  close(): Promise<void>;
}

/** The server on which weeks pass in no time. */
export async function openSkippingServer(): Promise<TestWorkflowEnvironment> {
  const executable = { type: 'existing-path', path: await temporalTestServerPath() } as const;
  return TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
}

/** The development server, asking for a new run after so many events: the skipping one never asks. */
export async function openServerOfShortRuns(events: number): Promise<TestWorkflowEnvironment> {
  const executable = { type: 'existing-path', path: await temporalCliPath() } as const;
  const limit = `limit.historyCount.suggestContinueAsNew=${events}`;
  const extraArgs = ['--dynamic-config-value', limit, '--output', 'none'];
  return TestWorkflowEnvironment.createLocal({
    server: { executable, extraArgs, log: { format: 'json', level: 'error' } },
  });
}

/** Puts a worker on a server. @param env closed together with the worker */
export async function openGround(
  env: TestWorkflowEnvironment,
  database: Database,
  workflowBundle: WorkflowBundle,
): Promise<Ground> {
  const faults = noFaults();
  const clock: DatabaseClock = { now: async () => new Date((await env.currentTimeMs()) - faults.lagMs) };
  const client = new Client({ connection: env.connection, dataConverter: createDataConverter(historyKeyring) });
  // The skipping server cannot list: what runs is left empty, so that everything open is told of.
  const conductor = { ...fakeConductor(), tell: createConductor(client).tell };
  const activities = createActivities({
    database,
    door: createCommandDoor(database, clock),
    conductor,
    clock: fixedClock(await clock.now(database)),
    logger: silentLogger,
    documents: {
      put: async (bytes) => ({ sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length }),
      get: async () => undefined,
    },
    currentKeyId: '1',
    anchors: { address: undefined, dir: '' },
    renderDocument: async () => renderOrFail(faults),
  });
  const worker = await createTemporalWorker({
    connection: env.nativeConnection,
    namespace: env.namespace ?? 'default',
    keyring: historyKeyring,
    workflowBundle,
    activities: withFaults(activities, faults),
    poolSize: POOL_SIZE,
  });
  const working = worker.run();
  return {
    env,
    client,
    database,
    clock,
    faults,
    async close() {
      worker.shutdown();
      await working;
      await env.teardown();
    },
  };
}

function noFaults(): Faults {
  return { renders: [], reads: 0, archiving: [], sends: 0, sweeps: 0, lagMs: 0, beforeClosing: async () => undefined };
}

function renderOrFail({ renders }: Faults): RenderedDocument {
  const code = renders.shift();
  if (code !== undefined) throw Object.assign(new Error('no document'), code === '' ? {} : { code });
  return { bytes: new TextEncoder().encode('%PDF-1.7'), seal: null };
}

function withFaults(activities: Activities, faults: Faults): Activities {
  return {
    ...activities,
    loadAssessmentView: (input) => readOrFail(faults, () => activities.loadAssessmentView(input)),
    loadInvitationView: (input) => readOrFail(faults, () => activities.loadInvitationView(input)),
    loadBatchView: (input) => readOrFail(faults, () => activities.loadBatchView(input)),
    async sendBatchRows(input) {
      if (faults.sends > 0) {
        faults.sends -= 1;
        throw ApplicationFailure.retryable('the record is away');
      }
      return activities.sendBatchRows(input);
    },
    async saveBatchProgress(progress) {
      if (progress.isClosed) await faults.beforeClosing(progress);
      await activities.saveBatchProgress(progress);
    },
    archiveAssessment: async (input) => refusal(faults.archiving.shift()) ?? activities.archiveAssessment(input),
    async saveAssessmentProgress(progress) {
      if (progress.isClosed) await faults.beforeClosing(progress);
      await activities.saveAssessmentProgress(progress);
    },
    async saveInvitationProgress(progress) {
      if (progress.isClosed) await faults.beforeClosing(progress);
      await activities.saveInvitationProgress(progress);
    },
    async reconcileStreams() {
      if (faults.sweeps > 0) {
        faults.sweeps -= 1;
        throw ApplicationFailure.retryable('the record is away');
      }
      return activities.reconcileStreams();
    },
  };
}

async function readOrFail<View>(faults: Faults, load: () => Promise<View>): Promise<View> {
  if (faults.reads > 0) {
    faults.reads -= 1;
    throw ApplicationFailure.retryable('the record is away');
  }
  return load();
}

function refusal(code: string | undefined): CommandResult | null {
  return code === undefined ? null : { applied: false, code };
}
