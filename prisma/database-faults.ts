/** Which errors come from a database that is away or has no room, and say nothing about what was asked of it. */

/** Whether the same request may well succeed a little later. Never by the text of a message. */
export function isDatabaseFault(error: unknown): boolean {
  const name = read(error, 'name');
  if (name === 'PrismaClientInitializationError' || name === 'DriverAdapterError') return true;
  return codesOf(error).some((code) => DATABASE_AWAY.has(code));
}

/**
 * Prisma: cannot reach, timed out, connection closed, pool full, transaction not started. Node: refused or reset. PostgreSQL: ended
 * by an operator, starting, too many connections, statement or lock took too long. Prisma's words for these in a raw query.
 */
const DATABASE_AWAY = new Set([
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
  'P2028',
  'P2037',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '57014',
  '55P03',
  'DatabaseNotReachable',
  'SocketTimeout',
  'ConnectionClosed',
  'TooManyConnections',
]);

/** The code of an error and those of what caused it; Prisma keeps what the driver said below `meta`. */
function codesOf(error: unknown): string[] {
  return [
    read(error, 'code'),
    read(error, 'meta', 'driverAdapterError', 'cause', 'kind'),
    read(error, 'meta', 'driverAdapterError', 'cause', 'originalCode'),
    read(error, 'cause', 'kind'),
    read(error, 'cause', 'originalCode'),
  ].filter((each) => typeof each === 'string');
}

function read(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>(
    (inner, name) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, name) : undefined),
    value,
  );
}
