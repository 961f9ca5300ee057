/** Everything real but mail and PDF: PostgreSQL, relay, Temporal's development server, encrypted payloads. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Worker, WorkflowBundle } from '@temporalio/worker';
import { type Conductor, createConductor } from '../../activities/conductor.ts';
import { type Activities, createActivities } from '../../activities/index.ts';
import { createRelay, type Relay } from '../../activities/relay.ts';
import { createScheduleKeeper } from '../../activities/schedules.ts';
import { bundleWorkflows, createTemporalWorker } from '../../activities/temporal-worker.ts';
import { systemClock } from '../../platform/clock.ts';
import { parseKeyring } from '../../platform/keys.ts';
import { anyFreePort } from '../../platform/services/ports.ts';
import { type RunningTemporal, startTemporal } from '../../platform/services/temporal.ts';
import { createDataConverter } from '../../platform/temporal-codec.ts';
import { installTemporalRuntime } from '../../platform/temporal-runtime.ts';
import { createCommandDoor } from '../../prisma/apply-command.ts';
import { type Database, databaseClock, openDatabase } from '../../prisma/client.ts';
import { workOffBatch } from '../../prisma/commands/batches.ts';
import { silentLogger } from '../activities/fakes.ts';
import { type Play, playOn } from '../activities/play.ts';
import { bundleChanged } from '../replay/changed-workflows.ts';
import { openBatchRoom } from '../support/batch-room.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type SeededSchool, seedSchool } from '../support/factories.ts';
import { temporalCliPath } from '../support/services.ts';

const keyring = parseKeyring(`1:${Buffer.alloc(32, 7).toString('base64')}`);
const PATIENCE_MS = 20_000;

const ASSESSMENT = 'workflows/assessment.workflow.ts';
const READ = 'const view = await news.read(() => read.loadAssessmentView(input));';
const IMPORT = "import { read, render, write } from './activity-groups.ts';";
const AN_UNGUARDED_TIMER = [
  { file: ASSESSMENT, from: READ, to: `await sleep('10 milliseconds');\n${READ}` },
  { file: ASSESSMENT, from: IMPORT, to: `import { sleep } from '@temporalio/workflow';\n${IMPORT}` },
];

/** One Temporal server with one worker and relay on it. */
interface Running {
  readonly client: Client;
  readonly activities: Activities;
  /** @returns the server when it is to run on */
  stop(keepServer?: 'keepServer'): Promise<RunningTemporal>;
}

describe('the conductor on a real server', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let school: SeededSchool;
  let play: Play;
  let running: Running;
  let stores = 0;
  const folder = mkdtempSync(join(tmpdir(), 'proeve-conductor-'));
  const bundling = bundleWorkflows();

  beforeAll(async () => {
    installTemporalRuntime(silentLogger);
    testDatabase = await createTestDatabase();
    database = openDatabase({ url: testDatabase.url, poolSize: 8 });
    school = await seedSchool(database);
    play = playOn(database, school);
    running = await startConducting(await startServer());
  }, 60_000);
  afterAll(async () => {
    await running?.stop();
    await database?.$disconnect();
    await testDatabase?.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function startConducting(server: RunningTemporal, code: Promise<WorkflowBundle> = bundling): Promise<Running> {
    const env = await TestWorkflowEnvironment.createFromExistingServer({ address: server.address });
    const client = new Client({ connection: env.connection, dataConverter: createDataConverter(keyring) });
    const conductor: Conductor = createConductor(client);
    const activities = createActivities({
      database,
      door: createCommandDoor(database),
      conductor,
      clock: systemClock,
      logger: silentLogger,
      documents: {
        put: async (bytes) => ({ sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length }),
        get: async () => undefined,
      },
      currentKeyId: '1',
      anchors: { address: undefined, dir: '' },
      renderDocument: async (data) => ({ bytes: new TextEncoder().encode(`%PDF ${data.document.number}`), seal: null }),
    });
    const worker: Worker = await createTemporalWorker({
      connection: env.nativeConnection,
      namespace: 'default',
      keyring,
      workflowBundle: await code,
      activities,
      poolSize: 8,
    });
    const relay: Relay = createRelay({
      database,
      conductor,
      listenUrl: testDatabase.url,
      logger: silentLogger,
      clock: systemClock,
    });
    const working = worker.run();
    relay.start();
    return {
      client,
      activities,
      async stop(keepServer) {
        await relay.stop();
        worker.shutdown();
        await working;
        await env.teardown();
        if (keepServer === undefined) await server.stop();
        return server;
      },
    };
  }

  /** The development server with a store of its own. */
  async function startServer(): Promise<RunningTemporal> {
    stores += 1;
    return startTemporal({
      program: await temporalCliPath(),
      dataDir: join(folder, `store-${stores}`),
      port: await anyFreePort(),
      httpPort: await anyFreePort(),
      metricsPort: await anyFreePort(),
      runDir: folder,
      logFile: join(folder, 'temporal.log'),
    });
  }

  async function until(condition: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (!(await condition())) {
      if (performance.now() > end) throw new Error('it did not happen in time');
      await database.$queryRaw`SELECT pg_sleep(0.02)::text`;
    }
  }

  const viewOf = (streamId: string) => database.workflowView.findUnique({ where: { streamId } });
  const waitsFor = (streamId: string, code: string) => until(async () => (await viewOf(streamId))?.waitsFor === code);

  it('leads an assessment from creation to archive', async () => {
    const id = await play.create();
    await waitsFor(id, 'invitation');
    const invitationId = await play.invite(id);
    await waitsFor(id, 'examiners');
    await waitsFor(invitationId, 'mail');
    await play.delivered(invitationId);
    await waitsFor(invitationId, 'examiner');
    const planned = await database.invitation.findUniqueOrThrow({ where: { id: invitationId } });
    expect(planned.nextReminderAt?.getTime()).toBeGreaterThan(Date.now());
    await play.finish(id, invitationId);
    await waitsFor(id, 'committee');
    await waitsFor(invitationId, 'nothing');
    await play.finalise(id);
    await waitsFor(id, 'officeMail');
    const document = await database.document.findFirstOrThrow({ where: { assessmentId: id } });
    expect(document.storedAt).not.toBeNull();
    expect(await database.mail.count({ where: { streamId: id, template: 'resultToOffice' } })).toBe(1);
    await play.mailed(id);
    await waitsFor(id, 'nothing');
    expect(await viewOf(id)).toMatchObject({ isClosed: true, lastError: null });
    const last = await database.event.findFirst({ where: { streamId: id }, orderBy: { seq: 'desc' } });
    expect(last?.type).toBe('AssessmentArchived');
  }, 60_000);

  const openRoom = (slug: string, count: number) => openBatchRoom({ database, clock: databaseClock, slug, count });
  const isFinished = async (batchId: string) =>
    (await database.batch.findUniqueOrThrow({ where: { id: batchId } })).status === 'finished';
  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();

  it('sends what a click left, each mail once, also while the pages work at it', async () => {
    const room = await openRoom('klik', 50);
    const batchId = await room.start();
    await workOffBatch(room.door, { ...room.work(batchId), isWatched: true }, 10);
    await Promise.all([until(() => isFinished(batchId)), workOffBatch(room.door, room.work(batchId), 15)]);
    expect(await room.mails('invitation')).toHaveLength(50);
    await waitsFor(batchId, 'nothing');
    expect(await viewOf(batchId)).toMatchObject({ isClosed: true, lastError: null });
    expect(await room.find(batchId)).toMatchObject({ sentCount: 50, failedCount: 0, conducting: 'agrees' });
  }, 60_000);

  it('sends a batch at its moment, and tells the initiator', async () => {
    const room = await openRoom('moment', 2);
    const batchId = await room.start({ sendAt: inSeconds(3) });
    await waitsFor(batchId, 'moment');
    expect(await room.mails('invitation')).toEqual([]);
    await until(() => isFinished(batchId));
    expect(await room.mails('invitation')).toHaveLength(2);
    expect(await room.mails('batchReport')).toHaveLength(1);
  }, 60_000);

  it('leaves nothing readable in a history', async () => {
    const id = await play.create();
    await waitsFor(id, 'invitation');
    const history = await running.client.workflow.getHandle(`assessment-${id}`).fetchHistory();
    const text = historyToJSON(history);
    const open = [...text.matchAll(/"data":\s*"([^"]+)"/g)].map(([, data]) =>
      Buffer.from(data ?? '', 'base64').toString(),
    );
    expect(text).toContain(Buffer.from('binary/encrypted').toString('base64'));
    for (const secret of [school.schoolId, 'waitsFor', 'Vries']) {
      expect(open.some((data) => data.includes(secret))).toBe(false);
    }
    await play.cancel(id);
    await waitsFor(id, 'nothing');
  }, 60_000);

  it('makes its schedules once, and again when they are gone', async () => {
    const { client } = running;
    const keeper = createScheduleKeeper({ client, timeZone: 'Europe/Amsterdam', logger: silentLogger });
    await keeper.ensure();
    await keeper.ensure();
    const digest = await client.schedule.getHandle('committee-digest').describe();
    expect(digest.spec.timezone).toBe('Europe/Amsterdam');
    await client.schedule.getHandle('reconcile').delete();
    await keeper.ensure();
    expect((await client.schedule.getHandle('reconcile').describe()).action.type).toBe('startWorkflow');
  }, 60_000);

  it('starts every open stream again when Temporal has lost its store', async () => {
    const id = await play.create();
    const invitationId = await play.invite(id);
    await play.delivered(invitationId);
    await waitsFor(invitationId, 'examiner');
    await waitsFor(id, 'examiners');
    const room = await openRoom('verloren', 1);
    const batchId = await room.start({ sendAt: inSeconds(2) });
    await waitsFor(batchId, 'moment');
    await running.stop();
    running = await startConducting(await startServer());
    expect(await running.activities.reconcileStreams()).toBeGreaterThanOrEqual(3);
    await until(() => isFinished(batchId));
    await play.finish(id, invitationId);
    await waitsFor(id, 'committee');
    const { status } = await running.client.workflow.getHandle(`assessment-${id}`).describe();
    expect(status.name).toBe('RUNNING');
  }, 60_000);

  it('starts a workflow anew whose history no longer fits the code', async () => {
    const id = await play.create();
    await waitsFor(id, 'invitation');
    const server = await running.stop('keepServer');
    running = await startConducting(server, bundleChanged(AN_UNGUARDED_TIMER));
    await play.invite(id);
    const handle = running.client.workflow.getHandle(`assessment-${id}`);
    await until(async () => (await handle.describe()).status.name === 'FAILED');
    await until(async () => (await running.activities.reconcileStreams()) > 0);
    await waitsFor(id, 'examiners');
    expect((await handle.describe()).status.name).toBe('RUNNING');
  }, 90_000);
});
