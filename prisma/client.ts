import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';
import { type Prisma, PrismaClient } from '../generated/prisma/client.ts';
import { followTransactions, withDirectSql } from './direct-sql.ts';
import { openPool } from './pool.ts';
import { createStatementNames } from './statement-names.ts';

export type Database = PrismaClient;
export type Tx = Prisma.TransactionClient;

export interface DatabaseOptions {
  readonly url: string;
  /** Connections at most; requests beyond wait, and fail after `connectTimeoutMs`. */
  readonly poolSize: number;
  readonly connectTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
}

/** What looks after the database asks it with connections of its own, so that it gets an answer when the others are all taken. */
const MONITOR = { size: 2, connectTimeoutMs: 1_000, statementTimeoutMs: 1_000, idleTimeoutMs: 60_000 };

export interface Pools {
  /** Of all commands and pages. */
  readonly main: Pool;
  readonly monitor: Pool;
}

const poolsOf = new WeakMap<Database, Pools>();

/** Opens the pool of the application's role. Nothing connects until the first query. */
export function openDatabase(options: DatabaseOptions): Database {
  const main = openPool({
    url: options.url,
    size: options.poolSize,
    connectTimeoutMs: options.connectTimeoutMs ?? 3_000,
    statementTimeoutMs: options.statementTimeoutMs ?? 10_000,
  });
  const monitor = openPool({ url: options.url, ...MONITOR });
  // A connection lost while idle is replaced at the next use; unheard, the event would end the process.
  monitor.on('error', () => undefined);
  const connections = new PrismaPg(main, {
    disposeExternalPool: true,
    statementNameGenerator: createStatementNames(),
  });
  const prisma = new PrismaClient({
    adapter: followTransactions(connections),
    // Minimal: the long form repeats the values of a failed call, names and addresses among them, into the log.
    errorFormat: 'minimal',
    transactionOptions: { maxWait: 3_000, timeout: 10_000 },
  });
  const database = withDirectSql(prisma, connections.connect());
  poolsOf.set(database, { main, monitor });
  endTogether(main, monitor);
  return database;
}

/** `$disconnect` ends the pool that Prisma knows; the other one goes with it. */
function endTogether(main: Pool, monitor: Pool): void {
  const endMain: () => Promise<void> = main.end.bind(main);
  main.end = async () => {
    await Promise.all([endMain(), monitor.end()]);
  };
}

/** @throws when it was not opened by {@link openDatabase} */
export function poolsOfDatabase(database: Database): Pools {
  const pools = poolsOf.get(database);
  if (!pools) throw new Error('this database was not opened by openDatabase');
  return pools;
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
