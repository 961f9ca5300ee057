/**
 * Which characters the document can show. A character that no font has would be an empty box in the picture, nothing at all
 * in the text, and a breach of PDF/A-3 (6.2.11.8) and PDF/UA-1 (7.21.8). So it is written out as its number instead:
 * `[U+6F22]`. Nothing that was typed is lost, and the document says what the brackets mean.
 */
import { setApart } from './direction.ts';
import { isInRanges } from './font-coverage.ts';
import { type Font, fontOf, MAIN_FONT } from './fonts.ts';

/** Same meaning, other code: what word processors put in by themselves. */
const SAME_AS: Readonly<Record<string, string>> = { '\u2010': '-', '\u2011': '-', '\u202F': '\u00A0' };
const REPLACEABLE = /[\u2010\u2011\u202F]/gu;

/** Invisible by definition (joiners, variation selectors, soft hyphen): never drawn, so never missing. */
const INVISIBLE = /^\p{Default_Ignorable_Code_Point}$/u;
const MARK = /^\p{M}$/u;
/** Control characters, halves of characters, and codes without a meaning that all agree on, whatever a font has for them. */
const MEANINGLESS = /^[\p{Cc}\p{Cs}\p{Co}\p{Cn}]$/u;
const BREAKS = ['\n', '\t'];

const letters = new Intl.Segmenter('nl', { granularity: 'grapheme' });

/** What is printed for a text, and what it takes. */
interface Printable {
  readonly text: string;
  /** Fonts beyond the main one. */
  readonly fonts: ReadonlySet<Font>;
  readonly hasMissing: boolean;
}

/** How a letter is printed. */
interface Drawn {
  readonly text: string;
  /** Null: it is never drawn. */
  readonly font: Font | null;
}

/** @returns the text with every run of characters without a picture as their numbers: `Top [U+E000 U+E001]!` */
export function printableText(text: string): Printable {
  const replaced = text.replace(REPLACEABLE, (found) => SAME_AS[found] ?? found);
  const fonts = new Set<Font>();
  if ([...replaced].every(isPlain)) return { text: replaced, fonts, hasMissing: false };
  const parts: string[] = [];
  const missing: string[] = [];
  let hasMissing = false;
  const flush = () => {
    if (missing.length > 0) parts.push(`[${missing.splice(0).join(' ')}]`);
  };
  const draw = (drawn: string, font: Font | null) => {
    flush();
    parts.push(drawn);
    if (font !== null && font !== MAIN_FONT) fonts.add(font);
  };
  const spell = (character: string) => {
    missing.push(numberOf(character));
    hasMissing = true;
  };
  const seen = new Map<string, Drawn | null>();
  for (const { segment } of letters.segment(replaced)) {
    const known = seen.get(segment);
    const whole = known === undefined ? drawnAs(segment) : known;
    if (known === undefined) seen.set(segment, whole);
    if (whole) draw(whole.text, whole.font);
    else {
      for (const character of segment) {
        const alone = MARK.test(character) ? null : drawnAs(character);
        // Within what fell apart a joiner joins nothing.
        if (!alone) spell(character);
        else if (!INVISIBLE.test(character)) draw(alone.text, alone.font);
      }
    }
  }
  flush();
  return { text: parts.join(''), fonts, hasMissing };
}

/** In every document, or never drawn. */
function isPlain(character: string): boolean {
  return BREAKS.includes(character) || isInRanges(MAIN_FONT.characters(), character.codePointAt(0) ?? 0);
}

/**
 * One letter with its marks, or one emoji with what is joined to it, in a form that one font has whole: a browser does not put a mark
 * of one font on a letter of another. `Ḥ` may be drawn as `H` with a dot below it: the same letter to a reader.
 */
function drawnAs(segment: string): Drawn | null {
  for (const text of new Set([segment, segment.normalize('NFC'), segment.normalize('NFD')])) {
    const visible = [...text].filter((character) => !INVISIBLE.test(character) && !BREAKS.includes(character));
    if (visible.length === 0) return { text, font: null };
    if (MARK.test(visible[0] ?? '') || visible.some((character) => MEANINGLESS.test(character))) return null;
    const font = fontOf(visible);
    if (font) return { text, font };
  }
  return null;
}

function numberOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * A value of plain JSON with every text in it made printable, and set apart where it runs the other way.
 * `hasMissing` tells whether a character had to be written as its number.
 */
export function printableJson<T>(value: T): { readonly value: T } & Omit<Printable, 'text'> {
  const fonts = new Set<Font>();
  let hasMissing = false;
  const visit = (part: unknown): unknown => {
    if (typeof part === 'string') {
      const printable = printableText(part);
      for (const font of printable.fonts) fonts.add(font);
      hasMissing ||= printable.hasMissing;
      return setApart(printable.text);
    }
    if (Array.isArray(part)) return part.map(visit);
    if (part !== null && typeof part === 'object') {
      return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, visit(inner)]));
    }
    return part;
  };
  return { value: visit(value) as T, fonts, hasMissing };
}
