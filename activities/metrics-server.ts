/** `/metrics` of the worker, which has no web server otherwise. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MetricsConfig } from '../platform/config.ts';
import type { Logger } from '../platform/logger.ts';
import { answerMetrics, type Metrics, type MetricsAnswer, textAnswer } from '../platform/metrics.ts';

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

  async function answer(req: IncomingMessage): Promise<MetricsAnswer> {
    if (req.method !== 'GET' || req.url?.split('?')[0] !== '/metrics') return textAnswer(404, 'Not found\n');
    return answerMetrics(metrics, config.token, req.headers.authorization);
  }

  return {
    async start() {
      if (server || config.workerPort === undefined || config.token === undefined) return;
      const made = createServer(
        { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
        (req, res) => {
          answer(req)
            .catch((error: unknown) => {
              logger.error({ err: error }, 'the metrics could not be read');
              return textAnswer(500, 'Error\n');
            })
            .then(({ status, headers, body }) => res.writeHead(status, headers).end(body));
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
