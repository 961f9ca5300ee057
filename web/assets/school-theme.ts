const HEX_COLOR = /^#?([0-9a-f]{6})$/i;
/** WCAG 2.2 success criterion 1.4.3, text of normal size. */
const TEXT_CONTRAST = 4.5;
const WHITE: Rgb = [255, 255, 255];
const DARK_PAPER: Rgb = [33, 31, 41];
const DARK_INK: Rgb = [20, 18, 26];

type Rgb = readonly [red: number, green: number, blue: number];

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
  const base = parseHex(hex);
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
  return `/assets/school/${toHex(parseHex(hex)).slice(1)}.css`;
}

/** Contrast of two colours, 1–21, as WCAG 2.2 defines it. */
export function contrastRatio(first: string, second: string): number {
  return contrast(parseHex(first), parseHex(second));
}

function palette(primary: Rgb, paper: Rgb, ink: Rgb, tint: number): SchoolPalette {
  return {
    primary: toHex(primary),
    primaryInk: toHex(ink),
    primaryStrong: toHex(mix(primary, paper === WHITE ? [0, 0, 0] : WHITE, 0.18)),
    primarySoft: toHex(mix(paper, primary, tint)),
  };
}

/** Moves a colour away from the paper in small steps until it can be read on it and on its own tint. */
function readableOn(base: Rgb, paper: Rgb, tint: number): Rgb {
  const isLight = luminance(paper) > 0.5;
  const towards: Rgb = isLight ? [0, 0, 0] : WHITE;
  for (let step = 0; step <= 50; step += 1) {
    const candidate = isLight ? mix(base, towards, step / 50) : lighten(base, step / 50);
    const onTint = contrast(candidate, mix(paper, candidate, tint));
    if (Math.min(contrast(candidate, paper), onTint) >= TEXT_CONTRAST) {
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

function parseHex(hex: string): Rgb {
  const digits = HEX_COLOR.exec(hex)?.[1];
  if (digits === undefined) {
    throw new RangeError('A colour is six hexadecimal digits');
  }
  const value = Number.parseInt(digits, 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function toHex(color: Rgb): string {
  return `#${color.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  // Rounded at once, so that contrast is measured on the colour that is written.
  const blend = (a: number, b: number): number => Math.round(a + (b - a) * share);
  return [blend(from[0], to[0]), blend(from[1], to[1]), blend(from[2], to[2])];
}

function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance([red, green, blue]: Rgb): number {
  const linear = (channel: number): number => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}
