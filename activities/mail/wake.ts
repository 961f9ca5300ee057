import pg from 'pg';
import type { Logger } from '../../platform/logger.ts';
import { WAKE_CHANNEL } from '../../prisma/client.ts';

const RECONNECT_MS = 2_000;

export interface WakeListener {
  start(): void;
  stop(): Promise<void>;
}

/**
 * Listens for commits that queued something, on a connection of its own (a pool cannot LISTEN). Losing it costs only the
 * time until the next poll, so it reconnects quietly.
 * @param url the application's database
 * @param onWake called for each notification, and after each reconnection because one may have been missed
 */
export function createWakeListener(url: string, onWake: () => void, logger: Logger): WakeListener {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let connecting: Promise<void> = Promise.resolve();
  let isStopped = false;

  function reconnectLater(lost: pg.Client): void {
    if (isStopped || client !== lost) return;
    client = undefined;
    timer = setTimeout(() => {
      connecting = connect();
    }, RECONNECT_MS);
  }

  async function connect(): Promise<void> {
    const fresh = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000, keepAlive: true });
    client = fresh;
    fresh.on('notification', onWake);
    fresh.on('error', () => reconnectLater(fresh));
    fresh.on('end', () => reconnectLater(fresh));
    try {
      await fresh.connect();
      await fresh.query(`LISTEN ${WAKE_CHANNEL}`);
      onWake();
    } catch (error) {
      logger.debug({ err: error }, 'not listening for commits now; polling goes on');
      reconnectLater(fresh);
    }
  }

  return {
    start() {
      connecting = connect();
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await connecting;
      await client?.end();
    },
  };
}
