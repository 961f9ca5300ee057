/** Text from people, made safe to stand in a mail. HTML is escaped later, by Handlebars. */

/** Marks that reorder the text around them (Unicode UAX #9), and marks that take no space and hide text. */
const INVISIBLE_MARKS = /[\u061C\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]/g;
const LINE_BREAKS = /\r\n|[\r\n\u0085\u2028\u2029]/g;
const CONTROL_CHARACTERS = /\p{Cc}/gu;
const MULTI_LINE_FIELDS = new Set(['remark', 'reason']);

/** Returns one line: no control characters, no marks that reorder text, single spaces, NFC. */
export function cleanLine(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replace(INVISIBLE_MARKS, '')
    .replace(LINE_BREAKS, ' ')
    .replace(CONTROL_CHARACTERS, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Returns the lines of a longer text, each as `cleanLine`; more than one empty line in a row becomes one. */
export function cleanLines(text: string): string[] {
  const lines = text.replace(LINE_BREAKS, '\n').split('\n').map(cleanLine).join('\n');
  const trimmed = lines.replace(/\n{3,}/g, '\n\n').trim();
  return trimmed === '' ? [] : trimmed.split('\n');
}

/**
 * Copies mail data with every string cleaned. Fields that hold longer text become arrays of lines. A field that is
 * `undefined` is left out, so that a template that needs it fails instead of printing nothing.
 */
export function cleanData(value: unknown, field = ''): unknown {
  if (typeof value === 'string') return MULTI_LINE_FIELDS.has(field) ? cleanLines(value) : cleanLine(value);
  if (Array.isArray(value)) return value.map((entry) => cleanData(entry));
  if (typeof value !== 'object' || value === null) return value;
  const present = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(present.map(([name, entry]) => [name, cleanData(entry, name)]));
}

/** Cuts a text to `length` characters, at a word where possible, with an ellipsis. */
export function shorten(text: string, length: number): string {
  const characters = [...text];
  if (characters.length <= length) return text;
  const cut = characters.slice(0, length - 1).join('');
  const lastSpace = cut.lastIndexOf(' ');
  const kept = lastSpace > cut.length / 2 ? cut.slice(0, lastSpace) : cut;
  return `${kept.replace(/[\s,;:.–-]+$/u, '')}…`;
}
