import { PrismaPg } from '@prisma/adapter-pg';
import { type Prisma, PrismaClient } from '../generated/prisma/client.ts';

export type Database = PrismaClient;
export type Tx = Prisma.TransactionClient;

export interface DatabaseOptions {
  readonly url: string;
  /** Connections at most; requests beyond wait, and fail after `connectTimeoutMs`. */
  readonly poolSize: number;
  readonly connectTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
}

/** Opens the pool of the application's role. Nothing connects until the first query. */
export function openDatabase(options: DatabaseOptions): Database {
  const adapter = new PrismaPg({
    connectionString: options.url,
    max: options.poolSize,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 3_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: options.statementTimeoutMs ?? 10_000,
    idle_in_transaction_session_timeout: 15_000,
    keepAlive: true,
    // The adapter reads and writes timestamps as if the session's zone were UTC: make it so, whatever the server's setting.
    options: '-c timezone=UTC',
  });
  // Minimal: the long form repeats the values of a failed call, names and addresses among them, into the log.
  return new PrismaClient({ adapter, errorFormat: 'minimal', transactionOptions: { maxWait: 3_000, timeout: 10_000 } });
}

/** A clock the database keeps: the one clock for deadlines, codes and links. */
export interface DatabaseClock {
  /** Read after the locks are held, so that the moment is that of the decision. */
  now(tx: Pick<Tx, '$queryRaw'>): Promise<Date>;
}

/** `clock_timestamp()`: the moment of the call, not of the start of the transaction. */
export const databaseClock: DatabaseClock = {
  async now(tx) {
    const rows = await tx.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`;
    const row = rows[0];
    if (!row) throw new Error('the database gave no time');
    return row.now;
  },
};

/** Channel on which a commit tells the worker that events or mails wait. */
export const WAKE_CHANNEL = 'proeve_wake';
