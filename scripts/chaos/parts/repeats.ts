/** The same work in the hands of two, or told ten times: one effect each. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Conductor, createConductor, type StreamNews } from '../../../activities/conductor.ts';
import { createMailComposer } from '../../../activities/mail/compose.ts';
import { createMailPump } from '../../../activities/mail/pump.ts';
import { createTransport } from '../../../activities/mail/transport.ts';
import { createRelay } from '../../../activities/relay.ts';
import { createMailRenderer } from '../../../emails/index.ts';
import { systemClock } from '../../../platform/clock.ts';
import { loadStartSettings } from '../../../platform/config.ts';
import { createFileDocumentStore } from '../../../platform/documents.ts';
import { generateKeyringText, parseKeyring } from '../../../platform/keys.ts';
import { createLogger } from '../../../platform/logger.ts';
import { openHome } from '../../../platform/services/home.ts';
import { anyFreePort } from '../../../platform/services/ports.ts';
import { startTemporal } from '../../../platform/services/temporal.ts';
import { findTemporalTool } from '../../../platform/services/temporal-tools.ts';
import { openTemporalClient } from '../../../platform/temporal-connection.ts';
import { openDatabase } from '../../../prisma/client.ts';
import { createAccessRepository } from '../../../prisma/repositories/access.ts';
import { workflowIdOf } from '../../../workflows/messages.ts';
import { createTestDatabase } from '../../lib/throwaway-postgres.ts';
import { check, waitUntil } from '../checks.ts';
import type { ChaosContext, FaultReport, Scenario } from '../contract.ts';
import { equal } from './checks.ts';
import { checkMails, countOf, withEvidence } from './evidence.ts';
import { preparePrograms } from './installation.ts';
import { seedChaosSchool } from './school.ts';
import { countDoubles, startSink } from './sink.ts';

const PUBLIC_URL = 'https://proeve.example';
const SENDER = 'examens@proeve.example';
const TELL_MS = 5;
const TIMES = 10;
const WORK_LIMIT_MS = 90_000;
const QUIET_MS = 3_000;

const logger = createLogger({ name: 'worker', level: 'silent', format: 'json', write: () => undefined });

const twoPumps: Scenario = {
  id: 'two-pumps',
  title: 'Two workers send from the same queue',
  isInShort: true,
  async run(context) {
    const count = context.isShort ? 60 : 200;
    const testDatabase = await createTestDatabase();
    const databases = [0, 1].map(() => openDatabase({ url: testDatabase.url, poolSize: 5 }));
    const [database] = databases;
    const sink = await startSink();
    try {
      if (!database) throw new Error('no database');
      const keyring = parseKeyring(generateKeyringText());
      const school = await seedChaosSchool(database, keyring.current);
      const access = createAccessRepository(database);
      for (let index = 0; index < count; index += 1) {
        const account = school.committeeAccounts[index % school.committeeAccounts.length];
        await access.requestSignIn(account?.email ?? '', keyring.current);
      }
      const renderer = await createMailRenderer({ publicUrl: PUBLIC_URL });
      const store = createFileDocumentStore(join(context.dir, 'documents'));
      const pumps = databases.map((own, index) =>
        createMailPump({
          database: own,
          listenUrl: testDatabase.url,
          transport: createTransport({ smtpUrl: sink.url, poolSize: 3 }),
          composer: createMailComposer({
            database: own,
            renderer,
            store,
            keyring,
            publicUrl: PUBLIC_URL,
            senderAddress: SENDER,
          }),
          logger,
          from: SENDER,
          workerId: `worker-${index + 1}`,
          concurrency: 3,
        }),
      );
      const taken = await Promise.all(pumps.map((pump) => pump.pumpOnce()));
      await Promise.all(pumps.map((pump) => pump.stop()));
      return await withEvidence(testDatabase.url, async (ask) => {
        const { lost, checks } = await checkMails(ask, sink);
        return {
          done: `Two pumps sent ${count} mails from one queue; they took ${taken.join(' and ')}.`,
          lost,
          doubled: countDoubles(sink.mails),
          recoveredMs: null,
          checks: [
            equal('messages received', sink.mails.length, count),
            equal('received twice', countDoubles(sink.mails), 0),
            check('both did part of it', Math.min(...taken) > 0, taken.join(' and ')),
            ...checks,
          ],
        };
      });
    } finally {
      await sink.close();
      await Promise.all(databases.map((each) => each.$disconnect()));
      await testDatabase.drop();
    }
  },
};

const twoRelays: Scenario = {
  id: 'two-relays',
  title: 'Two workers bring the same news to Temporal',
  isInShort: true,
  async run(context) {
    const count = context.isShort ? 60 : 200;
    const testDatabase = await createTestDatabase();
    const databases = [0, 1].map(() => openDatabase({ url: testDatabase.url, poolSize: 5 }));
    const [database] = databases;
    try {
      if (!database) throw new Error('no database');
      const school = await seedChaosSchool(database, '1');
      await school.invite(count);
      const told: StreamNews[] = [];
      const conductor: Pick<Conductor, 'tell'> = {
        async tell(news) {
          await delay(TELL_MS);
          told.push(news);
        },
      };
      const relays = databases.map((own) =>
        createRelay({ database: own, conductor, listenUrl: testDatabase.url, logger, clock: systemClock }),
      );
      return await withEvidence(testDatabase.url, async (ask) => {
        const streams = await countOf(ask, 'SELECT count(*) FROM stream');
        const untold = () => countOf(ask, 'SELECT count(*) FROM stream WHERE relayed_seq < version');
        while ((await untold()) > 0) {
          context.signal.throwIfAborted();
          await Promise.all(relays.map((relay) => relay.relayOnce()));
        }
        const newest = new Map(
          (await ask<{ id: string; version: number }>('SELECT id, version FROM stream')).map(({ id, version }) => [
            id,
            version,
          ]),
        );
        const right = new Set(
          told.filter(({ streamId, seq }) => newest.get(streamId) === seq).map((news) => news.streamId),
        );
        const again = told.length - right.size;
        const tells = [...Map.groupBy(told, ({ streamId }) => streamId).values()];
        const most = Math.max(...tells.map((each) => each.length));
        return {
          done: `Two relays told of ${streams} streams at the same time.`,
          lost: streams - right.size,
          doubled: 0,
          recoveredMs: null,
          checks: [
            equal('streams whose newest event was told', right.size, streams),
            // A workflow ignores a number that it has seen: telling twice is no effect.
            check('none was told more often than once by each', most <= relays.length, `${again} of ${streams} twice`),
          ],
        };
      });
    } finally {
      await Promise.all(databases.map((each) => each.$disconnect()));
      await testDatabase.drop();
    }
  },
};

const toldTenTimes: Scenario = {
  id: 'told-ten-times',
  title: 'Temporal is told the same news ten times',
  isInShort: false,
  run: (context) => tellTenTimes(context, context.isShort ? 2 : 10),
};

async function tellTenTimes(context: ChaosContext, count: number): Promise<FaultReport> {
  const testDatabase = await createTestDatabase();
  const sink = await startSink();
  const temporal = await startOwnTemporal(context);
  const programs = await preparePrograms(context, {
    databaseUrl: testDatabase.url,
    smtpUrl: sink.url,
    temporalAddress: temporal.address,
  });
  const database = openDatabase({ url: testDatabase.url, poolSize: 3 });
  const connection = { address: temporal.address, namespace: 'default', environment: {} };
  const client = openTemporalClient(connection, programs.keyring);
  try {
    const school = await seedChaosSchool(database, programs.keyring.current);
    const forms = await school.invite(count);
    for (const form of forms) {
      await school.finish(form);
      await school.finalise(form);
    }
    const conductor = createConductor(client);
    const tellAll = async () => {
      const streams = await database.stream.findMany({
        select: { id: true, schoolId: true, kind: true, version: true },
      });
      const news = streams.map(({ id, schoolId, kind, version }): StreamNews => {
        return { streamId: id, schoolId, kind: kind as StreamNews['kind'], seq: version };
      });
      await Promise.all(
        Array.from({ length: TIMES }, () => news)
          .flat()
          .map((each) => conductor.tell(each)),
      );
      return news;
    };
    // Before anybody works, so that ten signals wait; and once more when all is done.
    const news = await tellAll();
    await programs.startWorker();
    return await withEvidence(testDatabase.url, async (ask) => {
      const mailed = () => countOf(ask, 'SELECT count(*) FROM document WHERE mailed_at IS NOT NULL');
      await waitUntil(async () => (await mailed()) === count, WORK_LIMIT_MS);
      await tellAll();
      await delay(QUIET_MS);
      const runs = await Promise.all(
        news.map(async ({ kind, streamId }) => countRuns(client, workflowIdOf(kind, streamId))),
      );
      const stored = await countOf(ask, "SELECT count(*) FROM event WHERE type = 'DocumentStored'");
      const events = await countOf(ask, "SELECT count(*) FROM event WHERE type = 'DocumentMailed'");
      const { lost, doubled, checks } = await checkMails(ask, sink);
      return {
        done: `Temporal was told ${TIMES} times at once of each of ${news.length} streams, before the worker started and again afterwards.`,
        lost: lost + count - Math.min(count, await mailed()),
        doubled: doubled + Math.max(0, stored - count),
        recoveredMs: null,
        checks: [
          equal('documents stored', stored, count),
          equal('documents mailed', events, count),
          equal('workflows that run more than once at a time', runs.filter((running) => running > 1).length, 0),
          ...checks,
        ],
      };
    });
  } finally {
    await programs.stop();
    await client.connection.close();
    await database.$disconnect();
    await temporal.stop();
    await sink.close();
    await testDatabase.drop();
  }
}

/** Runs of this workflow that are under way. */
async function countRuns(client: ReturnType<typeof openTemporalClient>, workflowId: string): Promise<number> {
  let count = 0;
  const query = `WorkflowId = "${workflowId}" AND ExecutionStatus = "Running"`;
  for await (const _run of client.workflow.list({ query })) count += 1;
  return count;
}

async function startOwnTemporal({ dir }: ChaosContext) {
  const settings = loadStartSettings();
  const home = openHome(join(dir, 'temporal-home'));
  const program = await findTemporalTool('cli', {
    toolsDir: join(settings.home, 'tools'),
    named: settings.temporalCli,
    path: settings.path,
    say: () => undefined,
  });
  return startTemporal({
    program,
    dataDir: home.temporalDir,
    port: await anyFreePort(),
    httpPort: await anyFreePort(),
    metricsPort: await anyFreePort(),
    runDir: home.runDir,
    logFile: join(home.logDir, 'temporal.log'),
  });
}

export const repeatScenarios: readonly Scenario[] = [twoPumps, twoRelays, toldTenTimes];
