import { contrastOf, formatColour, luminance, MIN_TEXT_CONTRAST, parseColour, type Rgb } from '../../domain/colour.ts';

const WHITE: Rgb = [255, 255, 255];
const DARK_PAPER: Rgb = [33, 31, 41];
const DARK_INK: Rgb = [20, 18, 26];

/** The colours that a school's main colour leads to, as `#rrggbb`. */
export interface SchoolPalette {
  readonly primary: string;
  readonly primaryInk: string;
  readonly primaryStrong: string;
  readonly primarySoft: string;
}

/** A palette for light and for dark pages. */
export interface SchoolTheme {
  readonly light: SchoolPalette;
  readonly dark: SchoolPalette;
}

/**
 * Colours for buttons, links and tints from a school's main colour. A colour too pale to read on white is darkened, and
 * one too dark for a dark page is lightened, until text reaches 4.5 : 1 (WCAG 1.4.3), on paper and on its own tint.
 *
 * @param hex `#0a5a56` or `0a5a56`
 * @throws {RangeError} not six hexadecimal digits
 */
export function schoolTheme(hex: string): SchoolTheme {
  const base = parseColour(hex);
  const light = readableOn(base, WHITE, 0.12);
  const dark = readableOn(base, DARK_PAPER, 0.18);
  return { light: palette(light, WHITE, WHITE, 0.12), dark: palette(dark, DARK_PAPER, DARK_INK, 0.18) };
}

/**
 * The stylesheet of a school's colour, served by `schoolThemePath`: the CSP allows no style in the page.
 *
 * @throws {RangeError} not six hexadecimal digits
 */
export function schoolThemeCss(hex: string): string {
  const { light, dark } = schoolTheme(hex);
  return `:root{${declarations(light)}}\n@media (prefers-color-scheme:dark){:root{${declarations(dark)}}}\n`;
}

/**
 * Where the stylesheet of a school's colour is served.
 *
 * @throws {RangeError} not six hexadecimal digits
 */
export function schoolThemePath(hex: string): string {
  return `/assets/school/${formatColour(parseColour(hex)).slice(1)}.css`;
}

/**
 * The stylesheet with which a page shows a school's colour in both themes at once, served by `schoolPreviewPath`.
 *
 * @throws {RangeError} not six hexadecimal digits
 */
export function schoolPreviewCss(hex: string): string {
  const { light, dark } = schoolTheme(hex);
  return `.branding-sample--light{${declarations(light)}}\n.branding-sample--dark{${declarations(dark)}}\n`;
}

/**
 * Where the stylesheet of the samples in a colour is served.
 *
 * @throws {RangeError} not six hexadecimal digits
 */
export function schoolPreviewPath(hex: string): string {
  return schoolThemePath(hex).replace(/\.css$/, '-voorbeeld.css');
}

function palette(primary: Rgb, paper: Rgb, ink: Rgb, tint: number): SchoolPalette {
  return {
    primary: formatColour(primary),
    primaryInk: formatColour(ink),
    primaryStrong: formatColour(mix(primary, paper === WHITE ? [0, 0, 0] : WHITE, 0.18)),
    primarySoft: formatColour(mix(paper, primary, tint)),
  };
}

/** Moves a colour away from the paper in small steps until it can be read on it and on its own tint. */
function readableOn(base: Rgb, paper: Rgb, tint: number): Rgb {
  const isLight = luminance(paper) > 0.5;
  const towards: Rgb = isLight ? [0, 0, 0] : WHITE;
  for (let step = 0; step <= 50; step += 1) {
    const candidate = isLight ? mix(base, towards, step / 50) : lighten(base, step / 50);
    const onTint = contrastOf(candidate, mix(paper, candidate, tint));
    if (Math.min(contrastOf(candidate, paper), onTint) >= MIN_TEXT_CONTRAST) {
      return candidate;
    }
  }
  return towards;
}

/** Lighter at the same hue: mixing with white alone would turn a deep colour grey. */
function lighten(color: Rgb, share: number): Rgb {
  const peak = Math.max(...color, 1);
  // First as bright as the hue can be, and from there towards white.
  const pure: Rgb = [(color[0] * 255) / peak, (color[1] * 255) / peak, (color[2] * 255) / peak];
  const vivid = mix(color, pure, Math.min(1, share * 1.4));
  return mix(vivid, WHITE, share * 0.62);
}

function declarations({ primary, primaryInk, primaryStrong, primarySoft }: SchoolPalette): string {
  return `--proeve-primary:${primary};--proeve-primary-ink:${primaryInk};--proeve-primary-strong:${primaryStrong};--proeve-primary-soft:${primarySoft}`;
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  // Rounded at once, so that contrast is measured on the colour that is written.
  const blend = (a: number, b: number): number => Math.round(a + (b - a) * share);
  return [blend(from[0], to[0]), blend(from[1], to[1]), blend(from[2], to[2])];
}
