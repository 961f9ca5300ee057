import pg from 'pg';

/**
 * What is in every table, as one text for each: number of rows and a hash of their contents. Two equal results mean that
 * nothing was written in between.
 */
export async function fingerprintDatabase(databaseUrl: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
    );
    const result: Record<string, string> = {};
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ print: string }>(
        `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS print FROM "${name}" t`,
      );
      result[name] = rows[0]?.print ?? '';
    }
    return result;
  } finally {
    await client.end();
  }
}
