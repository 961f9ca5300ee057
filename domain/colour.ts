/** Colours of a school as `#rrggbb`, and whether text on them can be read. */

/** WCAG 2.2, success criterion 1.4.3: text of normal size. */
export const MIN_TEXT_CONTRAST = 4.5;

const WHITE = '#ffffff';
const HEX_COLOUR = /^#?([0-9a-f]{6})$/i;
const SHORT_HEX_COLOUR = /^#?([0-9a-f])([0-9a-f])([0-9a-f])$/i;

export type Rgb = readonly [red: number, green: number, blue: number];

/**
 * A colour as people write it: with or without `#`, six digits or three, in whatever capitals.
 * @returns `#rrggbb` in lower case, or null
 */
export function normaliseColour(text: string): string | null {
  const clean = text.trim();
  const short = SHORT_HEX_COLOUR.exec(clean);
  const digits = short
    ? short
        .slice(1)
        .map((digit) => digit + digit)
        .join('')
    : HEX_COLOUR.exec(clean)?.[1];
  return digits === undefined ? null : `#${digits.toLowerCase()}`;
}

/**
 * @param hex `#0a5a56` or `0a5a56`
 * @returns each channel 0–255
 * @throws {RangeError} not six hexadecimal digits
 */
export function parseColour(hex: string): Rgb {
  const digits = HEX_COLOUR.exec(hex)?.[1];
  if (digits === undefined) {
    throw new RangeError('A colour is six hexadecimal digits');
  }
  const value = Number.parseInt(digits, 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** @returns `#rrggbb` */
export function formatColour(color: Rgb): string {
  return `#${color.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;
}

/** Contrast of two colours, 1 (the same) to 21 (black and white). Source: WCAG 2.2, definition of contrast ratio. */
export function contrastOf(first: Rgb, second: Rgb): number {
  const [high, low] = [luminance(first), luminance(second)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/**
 * Contrast of two colours, 1–21.
 * @throws {RangeError} not six hexadecimal digits
 */
export function contrastRatio(first: string, second: string): number {
  return contrastOf(parseColour(first), parseColour(second));
}

/** Contrast of a colour with white, the text colour of buttons. @param hex `#rrggbb` @returns 1 (white itself) to 21 (black) */
export function contrastWithWhite(hex: string): number {
  return contrastRatio(hex, WHITE);
}

/** Relative luminance, 0–1. Source: WCAG 2.2, definition of relative luminance. */
export function luminance([red, green, blue]: Rgb): number {
  const linear = (channel: number): number => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}
