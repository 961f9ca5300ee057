/** A backslash with what it escapes, or a character beyond ASCII. */
const TOKEN = /\\[\s\S]|[\u0080-\uffff]/g;
const LAST_ASCII = '\u007f';

/**
 * The same program in ASCII alone. V8 keeps a text with one character beyond Latin-1 in two bytes for each of its characters, so a
 * single dash in a comment doubles what a large generated program takes.
 * @param source JavaScript in which nothing reads the raw text of a template literal
 */
export function asciiOnly(source: string): string {
  return source.replace(TOKEN, (found) => {
    const last = found.at(-1) ?? '';
    return last > LAST_ASCII ? `\\u${last.charCodeAt(0).toString(16).padStart(4, '0')}` : found;
  });
}
