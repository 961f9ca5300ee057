/**
 * The fonts of the document, in the order in which a browser asks them. The first is always there; the others come along only with a
 * text that needs them, so that an ordinary document is small and quick.
 *
 * Each file is a family of its own without `unicode-range`: a browser looks for one font that has a letter *with* all its marks, and
 * would find none when they stood in two parts of the same family. Static cuts: Chromium draws a variable font as loose outlines,
 * three times the size and hardly a font to a reader.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type CharacterRange, charactersOf, isInRanges } from './font-coverage.ts';

export type FontWeight = 400 | 600 | 700;

export interface Font {
  readonly family: string;
  readonly characters: () => readonly CharacterRange[];
  /** Style rules that bring it along, in these weights; empty when the browser has it. */
  readonly faces: (weights: readonly FontWeight[]) => string;
}

/** Letters in three weights; of pictures one is enough. */
type Cuts = 'letters' | 'pictures';

const resolve = createRequire(import.meta.url).resolve;

/** A file of a package `@fontsource/<name>`; read when it is first needed, then kept. */
function packaged(family: string, name: string, part: string, cuts: Cuts = 'letters'): Font {
  const read = (weight: FontWeight) => {
    const manifest = resolve(`@fontsource/${name}/package.json`);
    return readFileSync(path.join(path.dirname(manifest), 'files', `${name}-${part}-${weight}-normal.woff2`));
  };
  const face = (weight: FontWeight, range: string) =>
    `@font-face{font-family:"${family}";src:url(data:font/woff2;base64,${read(weight).toString('base64')}) format("woff2");font-weight:${range}}\n`;
  const faceOf = remember((weight: FontWeight) => face(weight, cuts === 'letters' ? String(weight) : '100 900'));
  return {
    family,
    characters: remember(() => charactersOf(read(400))),
    faces: (weights) => (cuts === 'letters' ? weights : ([400] as const)).map((weight) => faceOf(weight)).join(''),
  };
}

/**
 * Comes with our Chromium, and is asked for signs alone: all that it has (regular and bold), in hexadecimal. With another browser the
 * machine's own font takes its place.
 */
const OPEN_SANS =
  '20-7E A0-17F 192 1A0-1A1 1AF-1B0 1EA-1ED 1F0 1FA-1FF 218-21B 237 259 2BC 2C6-2C7 2C9 2D8-2DD 2F3 300-304 306-30C 30F 312 323 ' +
  '326-328 384-38A 38C 38E-3A1 3A3-3CE 3D1-3D2 3D6 400-486 488-513 5B0-5BE 5C1-5C2 5C7 5D0-5EA 1E00-1E01 1E3E-1E3F 1E80-1E85 ' +
  '1E9E 1EA0-1EF9 2000-200B 2013-2015 2017-201E 2020-2022 2026 2030 2032-2033 2039-203A 203C 2044 2070 2074-207A 207C-208A ' +
  '208C-208E 2095-209C 20A3-20A4 20A7 20AA-20AC 2105 2113 2116 2120 2122 2126 212E 215B-215E 2202 2206 220F 2211-2212 ' +
  '2215 221A 221E 222B 2248 2260 2264-2265 25CA FB00-FB04 FFFD';

const openSans: Font = {
  family: 'Open Sans',
  characters: remember(() =>
    OPEN_SANS.split(' ').map((range): CharacterRange => {
      const [from = '', to = from] = range.split('-');
      return [Number.parseInt(from, 16), Number.parseInt(to, 16)];
    }),
  ),
  faces: () => '',
};

/** What every document is set in. */
export const MAIN_FONT = packaged('Atkinson', 'atkinson-hyperlegible-next', 'latin');

const NOTO_PARTS = ['latin-ext', 'vietnamese', 'greek', 'greek-ext', 'cyrillic', 'cyrillic-ext', 'devanagari'];
/** Parts of the emoji font, smallest first; then all in one, for what is put together from several parts. */
const EMOJI_PARTS = ['10', '1', '0', '2', '4', '5', '6', '8', '9', '3', '7', 'emoji'];
const SYMBOL_PARTS = ['math', 'latin-ext', 'symbols'];

export const FONTS: readonly Font[] = [
  MAIN_FONT,
  packaged('Atkinson Extended', 'atkinson-hyperlegible-next', 'latin-ext'),
  ...NOTO_PARTS.map((part) => packaged(`Noto Sans ${part}`, 'noto-sans', part)),
  packaged('Noto Sans Hebrew', 'noto-sans-hebrew', 'hebrew'),
  packaged('Noto Sans Arabic', 'noto-sans-arabic', 'arabic'),
  openSans,
  ...EMOJI_PARTS.map((part) => packaged(`Noto Emoji ${part}`, 'noto-emoji', part, 'pictures')),
  // Arrows, boxes and ticks, as word processors make them of what is typed.
  ...SYMBOL_PARTS.map((part) => packaged(`Noto Sans Symbols ${part}`, 'noto-sans-symbols-2', part, 'pictures')),
  packaged('Noto Sans Math', 'noto-sans-math', 'latin', 'pictures'),
];

/** The first font that has all of these characters; null when none has. */
export function fontOf(characters: readonly string[]): Font | null {
  const codes = characters.map((character) => character.codePointAt(0) ?? 0);
  return FONTS.find((font) => codes.every((code) => isInRanges(font.characters(), code))) ?? null;
}

export interface FontStyle {
  /** Style rules that bring the fonts along. */
  readonly faces: string;
  /** The list for `font-family`, without a general one at its end. */
  readonly families: string;
}

/** @param needed what some texts need beyond the main font */
export function fontStyle(needed: ReadonlySet<Font>, weights: readonly FontWeight[]): FontStyle {
  const fonts = FONTS.filter((font) => font === MAIN_FONT || needed.has(font));
  return {
    faces: fonts.map((font) => font.faces(weights)).join(''),
    families: fonts.map(({ family }) => `"${family}"`).join(', '),
  };
}

/** Calls `make` once for each argument. */
function remember<Argument extends string | number | undefined = undefined, Value = unknown>(
  make: (argument: Argument) => Value,
): (argument?: Argument) => Value {
  const made = new Map<Argument | undefined, Value>();
  return (argument) => {
    const value = made.get(argument) ?? make(argument as Argument);
    made.set(argument, value);
    return value;
  };
}
