/**
 * Names for statements that come back, so that PostgreSQL parses and plans each of them once for a connection: planning
 * the read behind a form takes longer than carrying it out.
 *
 * Contract
 * 1. The same text has the same name, in every connection.
 * 2. Only a text that comes back gets one, and only so many: a connection keeps the plans of all its names.
 * 3. A search gets none: its best plan depends on the words.
 */

const COMES_BACK_AFTER = 2;
const MOST_NAMES = 200;
/** Texts that are counted; lists of different lengths make more of them than will ever come back. */
const MOST_COUNTED = 2_000;
const CAN_BE_PLANNED = /^\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\b/i;
const IS_SEARCH = /\bI?LIKE\b/i;

/** @returns the name of a statement; the empty text for one without */
export function createStatementNames(): (query: { readonly sql: string }) => string {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    const count = (counts.get(sql) ?? 0) + 1;
    if (count <= COMES_BACK_AFTER || names.size >= MOST_NAMES) {
      if (counts.size >= MOST_COUNTED) counts.clear();
      counts.set(sql, count);
      return '';
    }
    counts.delete(sql);
    const name = CAN_BE_PLANNED.test(sql) && !IS_SEARCH.test(sql) ? `proeve_${names.size + 1}` : '';
    names.set(sql, name);
    return name;
  };
}
