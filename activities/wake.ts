/** Listens for commits. A notification is a hint: whoever listens looks by itself as well. */
import pg from 'pg';
import type { Logger } from '../platform/logger.ts';
import { WAKE_CHANNEL } from '../prisma/client.ts';

export interface WakeOptions {
  readonly url: string;
  readonly logger: Logger;
  readonly onWake: () => void;
}

const RECONNECT_FIRST_MS = 500;
const RECONNECT_MAX_MS = 15_000;

/**
 * Holds one connection with LISTEN and makes a new one whenever it is lost; each new one is a reason to look, too.
 * @returns stops listening
 */
export function listenForWake({ url, logger, onWake }: WakeOptions): () => Promise<void> {
  let isStopped = false;
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | undefined;
  let wait = RECONNECT_FIRST_MS;

  function connectAgain(): void {
    if (isStopped) return;
    clearTimeout(timer);
    timer = setTimeout(() => void connect(), wait);
    wait = Math.min(wait * 2, RECONNECT_MAX_MS);
  }

  async function connect(): Promise<void> {
    const fresh = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000, keepAlive: true });
    client = fresh;
    fresh.on('error', (error) => logger.debug({ err: error }, 'The connection that listens was lost.'));
    fresh.on('end', () => {
      if (client === fresh) connectAgain();
    });
    fresh.on('notification', onWake);
    try {
      await fresh.connect();
      await fresh.query(`LISTEN ${WAKE_CHANNEL}`);
      wait = RECONNECT_FIRST_MS;
      onWake();
    } catch (error) {
      logger.debug({ err: error }, 'Could not listen for commits; looking once a second instead.');
      if (client === fresh) client = null;
      await fresh.end().catch(() => undefined);
      connectAgain();
    }
  }

  const connected = connect();
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await connected;
    const last = client;
    client = null;
    await last?.end().catch(() => undefined);
  };
}
