/** The head of a message or of one of its parts: names and values. */

const HEAD_CHARACTERS = 256 * 1024;
const HEADERS = 500;

export interface Headers {
  /** Values in order of appearance, unfolded; none when there is no such header. */
  all(name: string): readonly string[];
  /** The first value; an empty text when there is none. */
  first(name: string): string;
  has(name: string): boolean;
}

/**
 * Reads the headers of a message up to the first empty line.
 * @param raw a message, or any bytes: what is no header is left out
 */
export function readHeaders(raw: Uint8Array): Headers {
  const start = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, HEAD_CHARACTERS));
  return toHeaders(splitHead(start.toString('latin1')).head);
}

/** Parts a message at its first empty line. */
export function splitHead(entity: string): { head: string; body: string } {
  const [leading = ''] = /^\r?\n/.exec(entity) ?? [];
  if (leading !== '') return { head: '', body: entity.slice(leading.length) };
  const gap = /\r?\n\r?\n/.exec(entity);
  if (!gap) return { head: entity.slice(0, HEAD_CHARACTERS), body: '' };
  return { head: entity.slice(0, Math.min(gap.index, HEAD_CHARACTERS)), body: entity.slice(gap.index + gap[0].length) };
}

/** Reads `Name: value` lines with folded values (RFC 5322 §2.2.3). */
export function toHeaders(head: string): Headers {
  const values = new Map<string, string[]>();
  let last: string[] | undefined;
  let count = 0;
  for (const line of head.split(/\r?\n/)) {
    if (/^[ \t]/.test(line)) {
      last?.push(`${last.pop() ?? ''} ${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(':');
    last = undefined;
    if (colon < 1 || count >= HEADERS) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    last = values.get(name) ?? [];
    last.push(line.slice(colon + 1).trim());
    values.set(name, last);
    count += 1;
  }
  return {
    all: (name) => values.get(name.toLowerCase()) ?? [],
    first: (name) => values.get(name.toLowerCase())?.[0] ?? '',
    has: (name) => values.has(name.toLowerCase()),
  };
}
