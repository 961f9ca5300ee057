import pg from 'pg';

/** Role that owns the tables; migrations run as it. */
export const OWNER_ROLE = 'proeve_owner';
/** Role the application connects as; owns nothing. */
export const APP_ROLE = 'proeve_app';

/**
 * Makes or refreshes the two roles of the embedded server. Neither is a superuser, so what works here works on an operator's server.
 * @param superUrl connection of the superuser to the database `postgres`
 * @param passwords of the owner and the application
 */
export async function prepareRoles(superUrl: string, passwords: { owner: string; app: string }): Promise<void> {
  await withClient(superUrl, async (client) => {
    await setRole(client, OWNER_ROLE, passwords.owner, 'CREATEDB');
    await setRole(client, APP_ROLE, passwords.app, 'NOCREATEDB');
  });
}

/**
 * Makes an empty database that belongs to the owner role, unless it exists.
 * @param superUrl connection of the superuser to the database `postgres`
 * @param name of the database
 */
export async function ensureDatabase(superUrl: string, name: string): Promise<void> {
  await withClient(superUrl, async (client) => {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount) return;
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)} OWNER ${OWNER_ROLE}`);
  });
}

/** Runs something with a connection that is closed afterwards. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A connection that breaks while idle is reported by the next query; without a listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function setRole(client: pg.Client, role: string, password: string, right: string): Promise<void> {
  const found = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  const verb = found.rowCount ? 'ALTER' : 'CREATE';
  const name = client.escapeIdentifier(role);
  const options = `LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS ${right}`;
  await client.query(`${verb} ROLE ${name} ${options} PASSWORD ${client.escapeLiteral(password)}`);
}
