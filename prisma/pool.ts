/**
 * Pools of connections that can be looked at, and that never wait for a server for ever.
 *
 * Contract
 * 1. A query that gets no answer in time ends with its connection: a connection that may still answer is not used again.
 * 2. What the driver says without a code (no free connection in time, a connection that broke) gets the code of a socket error,
 *    so that callers need not read messages.
 * 3. A request that was answered already gets no connection any more (see platform/request-scope.ts).
 */
import pg from 'pg';
import { beginWait, currentRequest } from '../platform/request-scope.ts';

export interface PoolOptions {
  readonly url: string;
  /** Connections at most. */
  readonly size: number;
  /** How long to wait for a free connection, or for a new one. */
  readonly connectTimeoutMs: number;
  /** The server ends a statement after this. */
  readonly statementTimeoutMs: number;
  readonly idleTimeoutMs?: number;
  /** For what may be lost in a crash of the server, counters for instance: commits do not wait for the disk. */
  readonly isLossy?: boolean;
}

/** What a pool is doing at this moment. */
export interface PoolState {
  readonly max: number;
  readonly size: number;
  readonly idle: number;
  /** Callers without a connection. */
  readonly waiting: number;
  /** Milliseconds that the first of them has waited; 0 when nobody waits. */
  readonly oldestWaitMs: number;
}

/** A server that is there has answered or refused by the statement's own limit; beyond that it hangs. */
const SILENCE_MS = 2_000;

type Callback = (error: Error | undefined, ...rest: unknown[]) => void;
type Loose = (...args: readonly unknown[]) => unknown;

const waitsOf = new WeakMap<pg.Pool, Set<{ readonly since: number }>>();

/** Opens a pool; nothing connects until the first query. */
export function openPool(options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.size,
    connectionTimeoutMillis: options.connectTimeoutMs,
    idleTimeoutMillis: options.idleTimeoutMs ?? 30_000,
    statement_timeout: options.statementTimeoutMs,
    idle_in_transaction_session_timeout: 15_000,
    keepAlive: true,
    // Statements that do not wait for each other's answers are sent together (see the flush of unit-of-work.ts).
    pipeline: true,
    // Prisma's adapter reads and writes timestamps as if the session's zone were UTC: make it so, whatever the server's setting.
    options: `-c timezone=UTC${options.isLossy ? ' -c synchronous_commit=off' : ''}`,
  });
  watchWaits(pool);
  pool.on('connect', (client) => watchQueries(client, options.statementTimeoutMs + SILENCE_MS));
  return pool;
}

/** @param pool of {@link openPool}; of any other pool the waits are not known */
export function poolState(pool: pg.Pool): PoolState {
  const since = [...(waitsOf.get(pool) ?? [])][0]?.since;
  return {
    max: pool.options.max,
    size: pool.totalCount,
    idle: pool.idleCount,
    waiting: pool.waitingCount,
    oldestWaitMs: since === undefined ? 0 : performance.now() - since,
  };
}

/**
 * Whether a connection can be had within some time. A database that is away is no matter of the pool: then it is true.
 * @param withinMs milliseconds
 */
export async function hasFreeConnection(pool: pg.Pool, withinMs: number): Promise<boolean> {
  const { idle, size, max } = poolState(pool);
  if (idle > 0 || size < max) return true;
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, withinMs, false);
    pool.connect().then(
      (client) => {
        client.release();
        clearTimeout(timer);
        resolve(true);
      },
      // Too late is too late for the timer too; what else goes wrong is told by asking the database.
      () => undefined,
    );
  });
}

function watchWaits(pool: pg.Pool): void {
  const waits = new Set<{ readonly since: number }>();
  waitsOf.set(pool, waits);
  replace(pool, 'connect', (connect) => (callback) => {
    const scope = currentRequest();
    if (scope?.isAbandoned === true) return refuse(callback, abandoned());
    const wait = { since: performance.now() };
    waits.add(wait);
    const endScope = beginWait(scope);
    const end = () => {
      waits.delete(wait);
      endScope();
    };
    return settle(connect, [callback], end);
  });
}

/** Once it is connected: how long each query takes, and an end to the connection when one takes too long. */
function watchQueries(client: pg.PoolClient, limitMs: number): void {
  replace(client, 'query', (query) => (...args) => {
    const scope = currentRequest();
    const timer = setTimeout(() => cutOff(client), limitMs);
    const end = () => {
      clearTimeout(timer);
      if (scope) scope.progressAt = performance.now();
    };
    return settle(query, args, end);
  });
}

/** Ends the socket under a connection; the driver then fails what waits on it, and the pool takes it out. */
function cutOff(client: pg.PoolClient): void {
  const { connection } = client as unknown as { readonly connection?: { readonly stream: { destroy(): void } } };
  connection?.stream.destroy();
}

/** Puts another function in the place of a method, which is given the method itself. */
function replace(target: object, name: 'connect' | 'query', make: (original: Loose) => Loose): void {
  const original = (Reflect.get(target, name) as Loose).bind(target);
  Reflect.set(target, name, make(original));
}

/** Calls a method of the driver in either of its two styles, and has `end` called when it is done. */
function settle(method: Loose, args: readonly unknown[], end: () => void): unknown {
  const last = args.at(-1);
  if (typeof last === 'function') {
    const callback = last as Callback;
    return method(...args.slice(0, -1), (error: Error | undefined, ...rest: unknown[]) => {
      end();
      callback(error ? withCode(error) : error, ...rest);
    });
  }
  const result = method(...args);
  if (!(result instanceof Promise)) {
    end();
    return result;
  }
  return result.then(
    (value) => {
      end();
      return value;
    },
    (error: unknown) => {
      end();
      throw error instanceof Error ? withCode(error) : error;
    },
  );
}

function refuse(callback: unknown, error: Error): unknown {
  if (typeof callback !== 'function') return Promise.reject(error);
  (callback as Callback)(error);
  return undefined;
}

function abandoned(): Error {
  return asSocketError(new Error('the request was answered already'));
}

/** The driver's own errors are plain and have no code: all of them say that a connection cannot be had or is gone. */
function withCode(error: Error): Error {
  return error.name === 'Error' && !('code' in error) ? asSocketError(error) : error;
}

/** The form in which Node reports that nothing came; Prisma knows it as "the database cannot be reached". */
function asSocketError(error: Error): Error {
  return Object.assign(error, { code: 'ETIMEDOUT', syscall: 'connect', errno: -110 });
}
