/** The worker process: brings news to Temporal, carries out what workflows ask for, sends mail, and ends gracefully. */
import { randomUUID } from 'node:crypto';
import { createBounceIntake } from './activities/bounces/index.ts';
import { createConductor } from './activities/conductor.ts';
import { createHeartbeat } from './activities/heartbeat.ts';
import { createActivities } from './activities/index.ts';
import { createReturnPath, parseSender } from './activities/mail/addressing.ts';
import { createMailComposer } from './activities/mail/compose.ts';
import { createDeliveryDesk } from './activities/mail/delivery-desk.ts';
import { createMailPump } from './activities/mail/pump.ts';
import { createTransport } from './activities/mail/transport.ts';
import { createMetricsServer } from './activities/metrics-server.ts';
import { createRelay } from './activities/relay.ts';
import { createScheduleKeeper } from './activities/schedules.ts';
import { bundleWorkflows, createTemporalWorker } from './activities/temporal-worker.ts';
import { createUploadKeeper } from './activities/uploads.ts';
import type { DeliveryReport } from './domain/delivery.ts';
import { createMailRenderer } from './emails/index.ts';
import { systemClock } from './platform/clock.ts';
import { ConfigError, loadConfig } from './platform/config.ts';
import { createFileDocumentStore } from './platform/documents.ts';
import { onFirstUse } from './platform/first-use.ts';
import { createLogger, logCrashes } from './platform/logger.ts';
import { createMailTokens } from './platform/mail-oauth.ts';
import { createMetrics, measureDoor } from './platform/metrics.ts';
import { createSeal, sealSentence } from './platform/seal/index.ts';
import { onStopSignal } from './platform/stop-signal.ts';
import { isTemporalUp, openTemporalClient, temporalConnection } from './platform/temporal-connection.ts';
import { createTemporalRunner } from './platform/temporal-runner.ts';
import { installTemporalRuntime } from './platform/temporal-runtime.ts';
import { createVirusScanner } from './platform/virus-scanner.ts';
import { createCommandDoor } from './prisma/apply-command.ts';
import { openDatabase } from './prisma/client.ts';
import { poolSource, queueSource } from './prisma/queue-metrics.ts';

/** Beyond the Temporal worker's own patience. What is not finished by then is safe to cut off: all of it is done again. */
const STOP_MS = 40_000;
/** Nobody waits for it here; a large file on a busy scanner takes its time. Less than the stop, so that none is cut off. */
const SCAN_MS = 30_000;

async function main(): Promise<void> {
  const config = loadConfig();
  const { keys: keyring, publicUrl } = config;
  const logger = createLogger({
    name: 'worker',
    level: config.logLevel,
    format: config.mode === 'production' ? 'json' : 'readable',
  });
  logCrashes(logger);
  installTemporalRuntime(logger);
  const workerId = randomUUID();
  const database = openDatabase(config.database);
  const metrics = createMetrics({ process: 'worker', hasProcessMetrics: true });
  metrics.addSource(queueSource(database));
  metrics.addSource(poolSource(database));
  const metricsServer = createMetricsServer({ metrics, config: config.metrics, host: config.host, logger });
  const documents = createFileDocumentStore(config.documentsDir);
  const seal = createSeal(config.seal);
  const pdf = onFirstUse(async () => {
    const { createResultDocumentRenderer } = await import('./activities/pdf/index.ts');
    const { path: executablePath, noSandbox } = config.chromium;
    return createResultDocumentRenderer({ executablePath, noSandbox, logger, seal, publicUrl });
  });
  const client = openTemporalClient(config.temporal, keyring);
  const conductor = createConductor(client);

  const activities = createActivities({
    database,
    door: measureDoor(createCommandDoor(database), metrics),
    conductor,
    documents,
    anchors: config.anchors,
    renderDocument: async (data, logo) => (await pdf.get()).render(data, logo),
    currentKeyId: keyring.current,
    clock: systemClock,
    logger,
  });
  const relay = createRelay({ database, conductor, listenUrl: config.database.url, logger, clock: systemClock });
  const returnPath = config.bounces.domain === undefined ? undefined : createReturnPath(keyring, config.bounces.domain);
  const tokens =
    config.mail.oauth &&
    createMailTokens({ oauth: config.mail.oauth, logger, servers: [config.mail.smtpUrl, config.bounces.imapUrl] });
  const pump = createMailPump({
    database,
    listenUrl: config.database.url,
    transport: createTransport({ ...config.mail, tokens }),
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
    ...(returnPath ? { returnPath } : {}),
  });
  const desk = createDeliveryDesk({ database, logger });
  const tell = (mailId: string, report: DeliveryReport) => desk.tell(mailId, report);
  const bounces = createBounceIntake({ config: config.bounces, returnPath, tell, tokens, logger });
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
  const scanner = config.clamd && createVirusScanner({ address: config.clamd, timeoutMs: SCAN_MS });
  const uploads = createUploadKeeper({ database, documents, scanner, logger });
  const heartbeat = createHeartbeat({
    database,
    id: `worker-${workerId}`,
    logger,
    isTemporalOk: async () => runner.isRunning() && (await isTemporalUp(client)),
    isSmtpOk: () => pump.isHealthy(),
    areBouncesOk: () => bounces.isHealthy(),
    sealStatus: () => seal.status(),
  });

  const parts = [pump, relay, runner, schedules, heartbeat, bounces, uploads, metricsServer];
  for (const part of parts) void part.start();
  void tokens?.check();
  const sealStatus = await seal.status();
  const sealed = sealSentence(sealStatus, new Date());
  if (sealed !== null) logger[sealStatus.problem ? 'error' : 'info'](sealed);
  logger.info('started');
  onStopSignal(
    logger,
    async () => {
      await Promise.all(parts.map((part) => part.stop()));
      await Promise.all([(await pdf.made())?.close(), client.connection.close(), database.$disconnect()]);
      logger.info('stopped');
    },
    STOP_MS,
  );
}

main().catch((error: unknown) => {
  const isOperators = error instanceof ConfigError;
  process.stderr.write(`${isOperators ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
