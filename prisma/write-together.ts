/**
 * What a command writes, as one statement: each table is a part of it. A statement of its own for each would be a round trip for
 * each, and those are most of what a command costs.
 *
 * Contract
 * 1. Parts see the database as it was before the statement: no part may change a row that another part of it writes.
 * 2. A part that did not write as many rows as it must is an error, and with that the end of the transaction.
 */
import { Prisma } from '../generated/prisma/client.ts';
import type { Tx } from './client.ts';

export interface WritePart {
  /** In the statement; other parts may read what it returns by this name. */
  readonly name: string;
  /** Writes rows and ends in RETURNING; or reads what other parts share. */
  readonly sql: Prisma.Sql;
  /** How many rows it must write, and what is wrong when it does not; absent: any number. */
  readonly must?: { readonly rows: number; readonly otherwise: string };
}

/** @throws Error in the words of the part that did not write what it must */
export async function writeTogether(tx: Pick<Tx, '$queryRaw'>, parts: readonly WritePart[]): Promise<void> {
  if (parts.length === 0) return;
  const written = Prisma.join(parts.map(({ name, sql }) => Prisma.sql`${Prisma.raw(name)} AS (${sql})`));
  const checked = parts.filter(({ must }) => must !== undefined);
  const counts = checked.map(({ name }) => Prisma.sql`(SELECT count(*)::int FROM ${Prisma.raw(name)})`);
  const [row] = await tx.$queryRaw<{ counts: number[] }[]>`
    WITH ${written} SELECT ARRAY[${counts.length === 0 ? Prisma.empty : Prisma.join(counts)}]::int[] AS counts`;
  for (const [index, { must }] of checked.entries())
    if (must !== undefined && row?.counts[index] !== must.rows) throw new Error(must.otherwise);
}
