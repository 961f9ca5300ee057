/**
 * The one place that says what text is: when it is present, how long it is and which characters it may hold.
 * Whatever a person typed goes through {@link cleanText} before it is kept.
 */

/** Longest justification of a component, in code points. */
export const MAX_JUSTIFICATION = 2000;
/** Longest remark above the button of a mail, in code points. */
export const MAX_REMARK = 2000;
/** Longest reason (return, withdrawal, cancellation, decline), in code points. */
export const MAX_REASON = 1000;
/** Longest note of an examiner, in code points. */
export const MAX_NOTE = 2000;
/** Most notes of an examiner at one form: more than anybody writes in an afternoon of observing. */
export const MAX_NOTES = 200;

const LINE_BREAKS = /\r\n|[\r\v\f\u0085\u2028\u2029]/gu;
const BIDI_CONTROLS = /[\u202A-\u202E\u2066-\u2069]/gu;
const FORBIDDEN = /[^\P{Cc}\n\t]/u;
/** Something a reader can see: no space, control, format or otherwise invisible character (U+2800 is an empty Braille cell). */
const VISIBLE = /[^\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** A control character found by {@link findForbiddenCharacter}. */
export interface ForbiddenCharacter {
  /** Unicode notation, e.g. `U+0007`. */
  readonly code: string;
  /** Position in the text, counted in code points from 0. */
  readonly position: number;
}

/**
 * Brings a text in the form in which it is compared, measured and hashed: Unicode NFC, line breaks as LF, no white space
 * at the ends. Idempotent.
 */
export function normalizeText(text: string): string {
  return text.replace(/\r\n?/gu, '\n').normalize('NFC').trim();
}

/**
 * Brings a typed or pasted text in the form in which it is kept: {@link normalizeText}, and
 * - bidirectional overrides, embeddings and isolates (U+202A–E, U+2066–9) are removed: they can make a finished form or a
 *   mail read differently from what it says (CVE-2021-42574 shows how). They are removed and not reported, because they are
 *   invisible and come along with pasted text, so nobody could mend them by hand. The plain direction marks U+200E/F stay;
 * - every other kind of line break (vertical tab of a word processor, form feed, U+0085, U+2028, U+2029) becomes LF;
 * - half surrogates, which no database stores, become U+FFFD.
 *
 * Other control characters stay, so that {@link findForbiddenCharacter} can report them. Idempotent.
 */
export function cleanText(text: string): string {
  return normalizeText(text.toWellFormed().replace(LINE_BREAKS, '\n').replace(BIDI_CONTROLS, ''));
}

/** {@link cleanText} for a name or title: every run of white space, line breaks included, becomes one space. */
export function cleanLine(text: string): string {
  return cleanText(text).replace(/\s+/gu, ' ').trim();
}

/**
 * Words to search with, on one line. Control characters become spaces: PostgreSQL takes no U+0000, and nobody searches for one.
 *
 * @param max length in UTF-16 units that is kept
 */
export function cleanSearch(text: string, max: number): string {
  return cleanLine(text.slice(0, max).replace(/\p{Cc}/gu, ' '));
}

/** Whether there is anything to read: spaces, zero-width, bidi and control characters alone are nothing. */
export function isPresent(text: string | null | undefined): boolean {
  return typeof text === 'string' && VISIBLE.test(text);
}

/** Length in code points after {@link normalizeText}; every length limit is checked with it. */
export function textLength(text: string): number {
  let length = 0;
  for (const _codePoint of normalizeText(text)) length += 1;
  return length;
}

/**
 * The first control character (general category Cc) other than line feed and tab, or null. Looks at the text as given: ask
 * after {@link cleanText}, which has already turned carriage returns into line feeds.
 */
export function findForbiddenCharacter(text: string): ForbiddenCharacter | null {
  const found = FORBIDDEN.exec(text);
  if (!found) return null;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return { code: `U+${code}`, position: [...text.slice(0, found.index)].length };
}

/** Text for searching: lower case, without diacritics, single spaces. */
export function searchable(...parts: readonly (string | null | undefined)[]): string {
  return parts
    .filter((part): part is string => typeof part === 'string' && part !== '')
    .join(' ')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim();
}
