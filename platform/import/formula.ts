/**
 * Cells that a spreadsheet would take for a formula. In a text file nothing says that a cell is text, so it gets a quote in
 * front, as OWASP ("CSV Injection") advises; reading the file back takes that one quote off again.
 *
 * Contract: `unguardFormula(guardFormula(text)) === text` for every text.
 */

/** What begins a formula, also after spaces, full-width forms, and quotes that stand there already. */
const GUARDED = /^[\s']*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r]/u;

/** For a cell of a text file. */
export function guardFormula(text: string): string {
  return GUARDED.test(text) ? `'${text}` : text;
}

/** What {@link guardFormula} was given. */
export function unguardFormula(text: string): string {
  return text.startsWith("'") && GUARDED.test(text.slice(1)) ? text.slice(1) : text;
}
