/**
 * SQL of our own goes straight to the driver. Prisma would write it into a request of its own, and read the answer out of another
 * one, which takes several times as long as the driver.
 *
 * Contract
 * 1. `$queryRaw` and `$executeRaw`, of the database and of a transaction, answer as Prisma's do: the same JavaScript types, and the
 *    same error (P2010, with what the driver said below `meta`). They begin when they are called, not when they are awaited.
 * 2. Those of a transaction use its connection, in the order of the calls; none of them is sent once its end was asked for.
 * 3. All else is Prisma's.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { PrismaPg } from '@prisma/adapter-pg';
import {
  type ArgType,
  type ColumnType,
  ColumnTypeEnum,
  isDriverAdapterError,
  type SqlDriverAdapter,
  type SqlDriverAdapterFactory,
  type SqlQuery,
  type SqlQueryable,
  type SqlResultSet,
  type Transaction,
} from '@prisma/driver-adapter-utils';
import { Prisma, type PrismaClient } from '../generated/prisma/client.ts';

type Statement = (strings: TemplateStringsArray | Prisma.Sql, ...values: unknown[]) => Promise<unknown>;

/** A transaction of the driver, and whether it still takes statements. */
interface Begun {
  transaction?: Transaction;
  isOver: boolean;
}

const beginning = new AsyncLocalStorage<Begun>();

/** Prisma's factory of connections, of which {@link withDirectSql} learns what each transaction runs on. */
export function followTransactions(factory: PrismaPg): SqlDriverAdapterFactory {
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    async connect() {
      const adapter: SqlDriverAdapter = await factory.connect();
      const start = adapter.startTransaction.bind(adapter);
      adapter.startTransaction = async (level) => follow(await start(level), beginning.getStore());
      return adapter;
    },
  };
}

/** Notes in `begun` what began, and when it ends. */
function follow(transaction: Transaction, begun: Begun | undefined): Transaction {
  // Only the first: what Prisma begins of its own accord while that one goes on is another one.
  if (begun === undefined || begun.transaction !== undefined) return transaction;
  const execute = transaction.executeRaw.bind(transaction);
  // From the moment it is asked for: what came after it on this connection would be no part of the transaction any more.
  transaction.executeRaw = (query) => {
    if (ENDINGS.has(query.sql)) begun.isOver = true;
    return execute(query);
  };
  begun.transaction = transaction;
  return transaction;
}

const ENDINGS: ReadonlySet<string> = new Set(['COMMIT', 'ROLLBACK']);

/**
 * @param prisma a client on the connections of {@link followTransactions}
 * @param queryable takes the statements outside of transactions
 */
export function withDirectSql(prisma: PrismaClient, queryable: Promise<SqlQueryable>): PrismaClient {
  const begin = prisma.$transaction.bind(prisma) as (work: unknown, options?: unknown) => Promise<unknown>;
  return overlay(prisma, {
    ...statements(() => queryable),
    $transaction(work: unknown, options?: unknown) {
      if (typeof work !== 'function') return begin(work, options);
      const begun: Begun = { isOver: false };
      const workOn = (tx: object) =>
        work(
          overlay(
            tx,
            statements(() => running(begun)),
          ),
        );
      return beginning.run(begun, () => begin(workOn, options));
    },
  });
}

/** @throws PrismaClientKnownRequestError P2028 when it is over */
function running({ transaction, isOver }: Begun): SqlQueryable {
  if (transaction !== undefined && !isOver) return transaction;
  throw new Prisma.PrismaClientKnownRequestError('The transaction is over', { code: 'P2028', clientVersion: VERSION });
}

const VERSION = Prisma.prismaVersion.client;

/** An object with some of its members replaced. */
function overlay<T extends object>(under: T, own: Readonly<Record<string, unknown>>): T {
  return new Proxy(under, {
    get(target, key) {
      if (typeof key === 'string' && Object.hasOwn(own, key)) return own[key];
      const member: unknown = Reflect.get(target, key);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

function statements(
  find: () => Promise<SqlQueryable> | SqlQueryable,
): Readonly<Record<'$queryRaw' | '$executeRaw', Statement>> {
  // Nothing is waited for inside of a transaction, so that the statements go out in the order of the calls.
  const on = <T>(use: (queryable: SqlQueryable) => Promise<T>): Promise<T> => {
    const found = find();
    return found instanceof Promise ? found.then(use) : use(found);
  };
  return {
    async $queryRaw(strings, ...values) {
      const query = toQuery(strings, values);
      return toObjects(await on((queryable) => queryable.queryRaw(query)).catch(rethrow));
    },
    async $executeRaw(strings, ...values) {
      const query = toQuery(strings, values);
      return on((queryable) => queryable.executeRaw(query)).catch(rethrow);
    },
  };
}

function toQuery(strings: TemplateStringsArray | Prisma.Sql, values: readonly unknown[]): SqlQuery {
  const { text, values: all } = 'raw' in strings ? Prisma.sql(strings, ...values) : strings;
  return { sql: text, args: all.map(toArgument), argTypes: all.map(typeOf) };
}

function toArgument(value: unknown): unknown {
  if (value === undefined) throw new TypeError('a value of a statement is missing');
  const isObject = typeof value === 'object' && value !== null;
  const isKnown = Array.isArray(value) || value instanceof Date || ArrayBuffer.isView(value);
  return isObject && !isKnown ? JSON.stringify(value) : value;
}

/** What a value is the statement says itself, by a cast or by the column. */
function typeOf(value: unknown): ArgType {
  return Array.isArray(value) ? LIST : SCALAR;
}

const SCALAR: ArgType = { scalarType: 'unknown', arity: 'scalar' };
const LIST: ArgType = { scalarType: 'unknown', arity: 'list' };

/** The driver's error as Prisma tells it. */
function rethrow(error: unknown): never {
  if (!isDriverAdapterError(error)) throw error;
  const { originalCode = 'N/A', originalMessage = error.message } = error.cause;
  const message = `Raw query failed. Code: \`${originalCode}\`. Message: \`${originalMessage}\``;
  const meta = { driverAdapterError: error };
  throw new Prisma.PrismaClientKnownRequestError(message, { code: 'P2010', clientVersion: VERSION, meta });
}

function toObjects({ columnNames, columnTypes, rows }: SqlResultSet): Record<string, unknown>[] {
  const readers = columnTypes.map(readerOf);
  return rows.map((row) => {
    const object: Record<string, unknown> = {};
    for (const [index, name] of columnNames.entries()) {
      const value = row[index];
      const read = readers[index];
      object[name] = value === null || read === undefined ? value : read(value);
    }
    return object;
  });
}

type Reader = (value: unknown) => unknown;

/** How Prisma gives a value of this type; undefined: as the driver does. */
function readerOf(type: ColumnType): Reader | undefined {
  const single = READERS.get(type);
  const ofEach = READERS_OF_LISTS.get(type);
  if (ofEach === undefined) return single;
  return (list) => (list as readonly unknown[]).map((each) => (each === null ? each : ofEach(each)));
}

const toDate: Reader = (text) => new Date(text as string);
const toBigInt: Reader = (text) => BigInt(text as string);
const toDecimal: Reader = (text) => new Prisma.Decimal(text as string);
const toBytes: Reader = (bytes) => new Uint8Array(bytes as Uint8Array);
const fromJson: Reader = (text) => JSON.parse(text as string);

const READERS: ReadonlyMap<ColumnType, Reader> = new Map([
  [ColumnTypeEnum.Json, fromJson],
  [ColumnTypeEnum.DateTime, toDate],
  [ColumnTypeEnum.Date, toDate],
  [ColumnTypeEnum.Time, (text) => new Date(`1970-01-01T${text}Z`)],
  [ColumnTypeEnum.Int64, toBigInt],
  [ColumnTypeEnum.Numeric, toDecimal],
  [ColumnTypeEnum.Bytes, toBytes],
] satisfies [ColumnType, Reader][]);

const READERS_OF_LISTS: ReadonlyMap<ColumnType, Reader> = new Map([
  [ColumnTypeEnum.JsonArray, fromJson],
  [ColumnTypeEnum.DateTimeArray, toDate],
  [ColumnTypeEnum.DateArray, toDate],
  [ColumnTypeEnum.Int64Array, toBigInt],
  [ColumnTypeEnum.NumericArray, toDecimal],
  [ColumnTypeEnum.BytesArray, toBytes],
] satisfies [ColumnType, Reader][]);
