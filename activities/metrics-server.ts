/** `/metrics` of the worker, which has no web server otherwise. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MetricsConfig } from '../platform/config.ts';
import type { Logger } from '../platform/logger.ts';
import { checkMetricsToken, METRICS_CHALLENGE, type Metrics } from '../platform/metrics.ts';

export interface MetricsServerOptions {
  readonly metrics: Pick<Metrics, 'read'>;
  /** Without a port or a token there is no server: `start` and `stop` do nothing. */
  readonly config: MetricsConfig;
  /** Interface to listen on. */
  readonly host: string;
  readonly logger: Logger;
}

export interface MetricsServer {
  /** Resolves when it listens. A port that is taken is logged; the worker does its work without. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Where it listens, for tests; null while it does not. */
  port(): number | null;
}

const REQUEST_TIMEOUT_MS = 5_000;
const MOST_CONNECTIONS = 10;

export function createMetricsServer(options: MetricsServerOptions): MetricsServer {
  const { metrics, config, host, logger } = options;
  let server: Server | undefined;

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (req.method !== 'GET' || req.url?.split('?')[0] !== '/metrics') return send(res, 404, 'Not found\n');
    const access = checkMetricsToken(config.token, req.headers.authorization);
    if (access === 'hidden') return send(res, 404, 'Not found\n');
    if (access === 'refused') {
      res.setHeader('WWW-Authenticate', METRICS_CHALLENGE);
      return send(res, 401, 'Unauthorized\n');
    }
    const { contentType, body } = await metrics.read();
    send(res, 200, body, contentType);
  }

  return {
    async start() {
      if (server || config.workerPort === undefined || config.token === undefined) return;
      const made = createServer(
        { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
        (req, res) => {
          answer(req, res).catch((error: unknown) => {
            logger.error({ err: error }, 'the metrics could not be read');
            send(res, 500, 'Error\n');
          });
        },
      );
      made.maxConnections = MOST_CONNECTIONS;
      server = made;
      const { workerPort } = config;
      await new Promise<void>((resolve) => {
        made.on('error', (error) => {
          logger.error({ err: error }, 'the metrics cannot be served');
          resolve();
        });
        made.listen(workerPort, host, resolve);
      });
    },
    async stop() {
      const running = server;
      server = undefined;
      if (!running?.listening) return;
      await new Promise((resolve) => {
        running.close(resolve);
        running.closeAllConnections();
      });
    },
    port: () => (server?.address() as AddressInfo | null | undefined)?.port ?? null,
  };
}

function send(res: ServerResponse, status: number, body: string, contentType = 'text/plain; charset=utf-8'): void {
  if (res.headersSent) return;
  res.writeHead(status, { 'Content-Type': contentType, 'Cache-Control': 'no-store' });
  res.end(body);
}
