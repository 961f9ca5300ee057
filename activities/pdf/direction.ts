/**
 * Texts that run from right to left (Hebrew, Arabic …) within ours. A text that is put in a sentence of ours is set apart (UAX #9, 2.7),
 * or the words around it would change places; a paragraph of its own takes the direction of its first letter (`dir="auto"`), which
 * would not be seen inside something set apart.
 *
 * Set apart by an element, not by Unicode's invisible signs: those would be copied along with the text. Until it is HTML two codes stand
 * for it that are no characters (Unicode 23.7), so that nothing typed can be taken for them.
 */
const BEGIN = '\uFDD0';
const END = '\uFDD1';

/** The blocks of Unicode whose letters run from right to left, and the signs that turn a text by hand. */
const TURNS =
  /[\u0590-\u08FF\uFB1D-\uFDCF\uFDF0-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

/** @returns the text with each line that turns between two marks; any other text as it is */
export function setApart(text: string): string {
  if (!TURNS.test(text)) return text;
  return text.replace(/[^\n]+/g, (line) => (TURNS.test(line) ? `${BEGIN}${line}${END}` : line));
}

/** Undoes {@link setApart} for a line that is a paragraph of its own. */
export function asParagraph(line: string): string {
  return line.startsWith(BEGIN) && line.endsWith(END) ? withoutMarks(line) : line;
}

/** Undoes {@link setApart} where there are no elements: in an attribute. */
export function withoutMarks(text: string): string {
  return text.replaceAll(BEGIN, '').replaceAll(END, '');
}

/** @param html escaped, with the marks of {@link setApart} nowhere but between elements */
export function marksToElements(html: string): string {
  return html.replaceAll(BEGIN, '<bdi>').replaceAll(END, '</bdi>');
}
