/** The worker process: brings news to Temporal, carries out what workflows ask for, sends mail, and ends gracefully. */
import { randomUUID } from 'node:crypto';
import { createConductor } from './activities/conductor.ts';
import { createHeartbeat } from './activities/heartbeat.ts';
import { createActivities } from './activities/index.ts';
import { parseSender } from './activities/mail/addressing.ts';
import { createMailComposer } from './activities/mail/compose.ts';
import { createMailPump } from './activities/mail/pump.ts';
import { createTransport } from './activities/mail/transport.ts';
import { createResultDocumentRenderer } from './activities/pdf/index.ts';
import { createRelay } from './activities/relay.ts';
import { createScheduleKeeper } from './activities/schedules.ts';
import { bundleWorkflows, createTemporalWorker } from './activities/temporal-worker.ts';
import { createMailRenderer } from './emails/index.ts';
import { systemClock } from './platform/clock.ts';
import { ConfigError, loadConfig } from './platform/config.ts';
import { createFileDocumentStore } from './platform/documents.ts';
import { createLogger, type Logger } from './platform/logger.ts';
import { isTemporalUp, openTemporalClient, temporalConnection } from './platform/temporal-connection.ts';
import { createTemporalRunner } from './platform/temporal-runner.ts';
import { installTemporalRuntime } from './platform/temporal-runtime.ts';
import { createCommandDoor } from './prisma/apply-command.ts';
import { openDatabase } from './prisma/client.ts';

async function main(): Promise<void> {
  const config = loadConfig();
  const { keys: keyring, publicUrl } = config;
  const logger = createLogger({
    name: 'worker',
    level: config.logLevel,
    format: config.mode === 'production' ? 'json' : 'readable',
  });
  installTemporalRuntime(logger);
  const workerId = randomUUID();
  const database = openDatabase(config.database);
  const documents = createFileDocumentStore(config.documentsDir);
  const pdf = createResultDocumentRenderer({
    executablePath: config.chromium.path,
    noSandbox: config.chromium.noSandbox,
    logger,
  });
  const client = openTemporalClient(config.temporal, keyring);
  const conductor = createConductor(client);

  const activities = createActivities({
    database,
    door: createCommandDoor(database),
    conductor,
    documents,
    renderDocument: (data) => pdf.render(data),
    clock: systemClock,
    logger,
  });
  const relay = createRelay({ database, conductor, listenUrl: config.database.url, logger, clock: systemClock });
  const pump = createMailPump({
    database,
    listenUrl: config.database.url,
    transport: createTransport(config.mail),
    composer: createMailComposer({
      database,
      renderer: await createMailRenderer({ publicUrl }),
      store: documents,
      keyring,
      publicUrl,
      senderAddress: parseSender(config.mail.from).address,
    }),
    logger,
    from: config.mail.from,
    workerId,
    concurrency: config.mail.poolSize,
  });
  const { connectionOptions, namespace } = temporalConnection(config.temporal);
  // Mails need not wait for the seconds that this takes.
  const bundling = bundleWorkflows();
  const runner = createTemporalRunner({
    connectionOptions: connectionOptions ?? {},
    async createWorker(connection) {
      const { poolSize } = config.database;
      const workflowBundle = await bundling;
      return createTemporalWorker({ connection, namespace, keyring, workflowBundle, activities, poolSize });
    },
    logger,
  });
  const schedules = createScheduleKeeper({ client, timeZone: config.timeZone, logger });
  const heartbeat = createHeartbeat({
    database,
    id: `worker-${workerId}`,
    logger,
    isTemporalOk: async () => runner.isRunning() && (await isTemporalUp(client)),
    isSmtpOk: () => pump.isHealthy(),
  });

  const parts = [pump, relay, runner, schedules, heartbeat];
  for (const part of parts) part.start();
  logger.info('started');
  onStopSignal(logger, async () => {
    await Promise.all(parts.map((part) => part.stop()));
    await Promise.all([pdf.close(), client.connection.close(), database.$disconnect()]);
    logger.info('stopped');
  });
}

/** Beyond the Temporal worker's own patience. What is not finished by then is safe to cut off: all of it is done again. */
const STOP_MS = 40_000;

/** The first signal ends things in order, a second one at once. A supervisor that is gone counts as a signal. */
function onStopSignal(logger: Logger, stop: () => Promise<void>): void {
  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(1);
      isStopping = true;
      logger.info({ signal }, 'stopping');
      setTimeout(() => process.exit(1), STOP_MS).unref();
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ err: error }, 'could not stop in order');
          process.exit(1);
        },
      );
    });
  }
}

main().catch((error: unknown) => {
  const isOperators = error instanceof ConfigError;
  process.stderr.write(`${isOperators ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
