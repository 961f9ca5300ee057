/** Reads the record as of one moment, over a connection of its own. */
import type pg from 'pg';
import { withClient } from '../../platform/services/postgres-roles.ts';

export interface RecordReader {
  rows<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** The rows of a query, `size` at a time; never more than one page in memory. */
  pages<Row extends object>(sql: string, values: readonly unknown[], size: number): AsyncGenerator<Row[]>;
}

/**
 * Everything that `work` reads is of the moment at which it began, whatever is written meanwhile; nothing can be written by it.
 * @param url connection of the application's role
 * @throws when the database cannot be reached or read
 */
export function readAsOfNow<T>(url: string, work: (reader: RecordReader) => Promise<T>): Promise<T> {
  return withClient(url, async (client) => {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    try {
      return await work(readerOf(client));
    } finally {
      await client.query('ROLLBACK');
    }
  });
}

/** Reads over a connection that is in a transaction. */
export function readerOf(client: pg.Client): RecordReader {
  let cursors = 0;
  return {
    async rows<Row extends object>(sql: string, values: readonly unknown[] = []) {
      return (await client.query(sql, [...values])).rows as Row[];
    },
    async *pages<Row extends object>(sql: string, values: readonly unknown[], size: number) {
      cursors += 1;
      const name = `record_${cursors}`;
      await client.query(`DECLARE ${name} NO SCROLL CURSOR FOR ${sql}`, [...values]);
      try {
        for (;;) {
          const { rows } = await client.query(`FETCH ${size} FROM ${name}`);
          if (rows.length === 0) return;
          yield rows as Row[];
        }
      } finally {
        await client.query(`CLOSE ${name}`);
      }
    },
  };
}
