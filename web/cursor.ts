import { isId } from './posted.ts';

/** A place in a list that is ordered by an instant and then by id. */
export interface Cursor {
  readonly since: Date;
  readonly id: string;
}

/** For a URL: milliseconds and id, no word about anybody. */
export function formatCursor({ since, id }: Cursor): string {
  return `${since.getTime().toString(36)}.${id}`;
}

/** The place that a URL names, or null when it names none. */
export function parseCursor(text: unknown): Cursor | null {
  const [time = '', id] = (typeof text === 'string' ? text : '').split('.');
  if (!/^[0-9a-z]{1,9}$/.test(time) || !isId(id)) return null;
  const since = new Date(Number.parseInt(time, 36));
  return Number.isNaN(since.getTime()) ? null : { since, id };
}
