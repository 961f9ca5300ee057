/** The web process: settings, database, application, and a graceful end. */
import { createServer, type Server } from 'node:http';
import { createMailRenderer } from './emails/index.ts';
import { ConfigError, loadConfig } from './platform/config.ts';
import { createFileDocumentStore } from './platform/documents.ts';
import { createLogger, type Logger, logCrashes } from './platform/logger.ts';
import { createMetrics } from './platform/metrics.ts';
import { onStopSignal } from './platform/stop-signal.ts';
import { createVirusScanner } from './platform/virus-scanner.ts';
import { createCommandDoor } from './prisma/apply-command.ts';
import { openDatabase } from './prisma/client.ts';
import { openPool } from './prisma/pool.ts';
import { poolSource, queueSource } from './prisma/queue-metrics.ts';
import { createRepositories } from './prisma/repositories/index.ts';
import { createApp } from './web/app.ts';

/** Requests that run get this long before the process ends. */
const SHUTDOWN_MS = 10_000;
/** A slow phone may take its time for 25 MiB of attachments; headers need none. */
const REQUEST_TIMEOUT_MS = 120_000;
const HEADERS_TIMEOUT_MS = 15_000;
/** Longer than that of proxies in front, so that they and not we close an idle connection. */
const KEEP_ALIVE_MS = 65_000;
const LIMITS_POOL_SIZE = 3;
/** By then the page has been answered without it (see web/middleware/pressure.ts); what goes on would only hold a connection. */
const STATEMENT_MS = 4_000;
/** Within the patience of a page; what takes longer is scanned by the worker, and waits for it. */
const SCAN_MS = 2_000;

async function main(): Promise<void> {
  const config = loadConfig();
  const isProduction = config.mode === 'production';
  const logger = createLogger({ name: 'web', level: config.logLevel, format: isProduction ? 'json' : 'readable' });
  logCrashes(logger);
  const database = openDatabase({ ...config.database, statementTimeoutMs: STATEMENT_MS });
  const pool = openPool({
    url: config.database.url,
    size: LIMITS_POOL_SIZE,
    connectTimeoutMs: 3_000,
    statementTimeoutMs: STATEMENT_MS,
    isLossy: true,
  });
  // A connection lost while idle is replaced at the next use; unheard, the event would end the process.
  pool.on('error', (error) => logger.warn({ err: error }, 'lost an idle database connection'));

  const metrics = createMetrics({ process: 'web', hasProcessMetrics: true });
  metrics.addSource(queueSource(database));
  metrics.addSource(poolSource(database, { limits: pool }));

  const app = createApp({
    repositories: createRepositories(database),
    door: createCommandDoor(database),
    documents: createFileDocumentStore(config.documentsDir),
    scanner: config.clamd && createVirusScanner({ address: config.clamd, timeoutMs: SCAN_MS }),
    mailRenderer: await createMailRenderer({ publicUrl: config.publicUrl }),
    keyring: config.keys,
    providers: config.oidc,
    logger,
    pool,
    publicUrl: config.publicUrl,
    trustProxy: config.trustProxy,
    isProduction,
    metrics: { metrics, token: config.metrics.token },
  });
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: HEADERS_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    app,
  );
  await listen(server, config.port, config.host);
  logger.info({ address: `http://${config.host}:${config.port}`, publicUrl: config.publicUrl }, 'listening');

  onStopSignal(logger, async () => {
    await stopServer(server, logger);
    await Promise.all([database.$disconnect(), pool.end()]);
    logger.info('stopped');
  });
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}

/** Stops accepting, lets running requests finish, and ends what is left after a while (a page that follows live). */
async function stopServer(server: Server, logger: Logger): Promise<void> {
  const closed = new Promise((resolve) => {
    server.close(resolve);
  });
  server.closeIdleConnections();
  const deadline = setTimeout(() => {
    logger.warn('requests still run; ending them');
    server.closeAllConnections();
  }, SHUTDOWN_MS);
  await closed;
  clearTimeout(deadline);
}

main().catch((error: unknown) => {
  const isOperators =
    error instanceof ConfigError || (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE');
  process.stderr.write(
    `${isOperators ? (error as Error).message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exitCode = 1;
});
