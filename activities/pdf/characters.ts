/**
 * Which characters the document can show. A character that no font has would be an empty box in the picture, nothing at all
 * in the text, and a breach of PDF/A-2 (6.2.11.8) and PDF/UA-1 (7.21.8). So it is written out as its number instead:
 * `[U+1F600]`. Nothing that was typed is lost, and the document says what the brackets mean.
 */

/**
 * Atkinson Hyperlegible Next (embedded, latin and latin-ext) and Open Sans (comes with our Chromium: Greek, Cyrillic, Hebrew,
 * Vietnamese, signs), in hexadecimal. A test prints all of them and finds no empty box; widen it together with the fonts.
 */
const COVERED_RANGES = [
  '20-7E A0-17F 192 1A0-1A1 1AF-1B0 1EA-1ED 1F0 1FA-1FF 218-21B 237 259 2BC 2C6-2C7 2C9 2D8-2DD 2F3 300-304 306-30C 30F 312 323',
  '326-328 384-38A 38C 38E-3A1 3A3-3CE 3D1-3D2 3D6 400-486 488-513 5B0-5BE 5C1-5C2 5C7 5D0-5EA 1E00-1E01 1E3E-1E3F 1E80-1E85',
  '1E9E 1EA0-1EF9 2000-200B 2013-2015 2017-201E 2020-2022 2026 2030 2032-2033 2039-203A 203C 2044 2070 2074-207A 207C-208A',
  '208C-208E 2095-209C 20A3-20A4 20A7 20AA-20AC 2105 2113 2116 2120 2122 2126 212E 215B-215E 2202 2206 220F 2211-2212',
  '2215 221A 221E 222B 2248 2260 2264-2265 25CA FB00-FB04 FFFD',
]
  .join(' ')
  .split(' ')
  .map((range) => {
    const [from = '', to = from] = range.split('-');
    return { from: Number.parseInt(from, 16), to: Number.parseInt(to, 16) };
  });

/** Same meaning, other code: what word processors put in by themselves. */
const SAME_AS: Readonly<Record<string, string>> = { '\u2010': '-', '\u2011': '-', '\u202F': '\u00A0' };
const REPLACEABLE = /[\u2010\u2011\u202F]/gu;

/** Invisible by definition (joiners, variation selectors, soft hyphen): never drawn, so never missing. */
const INVISIBLE = /^\p{Default_Ignorable_Code_Point}$/u;

/** All characters of the ranges, for the test that prints them. */
export function coveredCharacters(): string[] {
  return COVERED_RANGES.flatMap(({ from, to }) =>
    Array.from({ length: to - from + 1 }, (_, offset) => String.fromCodePoint(from + offset)),
  );
}

function isCovered(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return character === '\n' || character === '\t' || COVERED_RANGES.some(({ from, to }) => code >= from && code <= to);
}

/** `Ḥ` as `H` with a dot below it: the same letter to a reader, when the fonts have its parts. Null when they do not. */
function takenApart(character: string): string | null {
  const parts = character.normalize('NFD');
  return parts !== character && [...parts].every(isCovered) ? parts : null;
}

function numberOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** @returns the text with every run of characters without a picture as their numbers: `Top [U+1F44D U+1F3FD]!` */
export function printableText(text: string): string {
  const parts: string[] = [];
  let missing: string[] = [];
  const flush = () => {
    if (missing.length > 0) parts.push(`[${missing.join(' ')}]`);
    missing = [];
  };
  for (const character of text.replace(REPLACEABLE, (found) => SAME_AS[found] ?? found)) {
    if (INVISIBLE.test(character)) {
      // Within an emoji a joiner only glues; elsewhere it steers where lines may break.
      if (missing.length === 0) parts.push(character);
    } else {
      const drawn = isCovered(character) ? character : takenApart(character);
      if (drawn === null) missing.push(numberOf(character));
      else {
        flush();
        parts.push(drawn);
      }
    }
  }
  flush();
  return parts.join('');
}

/** A value of plain JSON with every text in it made printable; `hasMissing` tells whether one needed it. */
export function printableJson<T>(value: T): { readonly value: T; readonly hasMissing: boolean } {
  let hasMissing = false;
  const visit = (part: unknown): unknown => {
    if (typeof part === 'string') {
      const printable = printableText(part);
      if (printable.includes('[U+') && !part.includes('[U+')) hasMissing = true;
      return printable;
    }
    if (Array.isArray(part)) return part.map(visit);
    if (part !== null && typeof part === 'object') {
      return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, visit(inner)]));
    }
    return part;
  };
  return { value: visit(value) as T, hasMissing };
}
