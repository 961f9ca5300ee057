/** WCAG 2.2, success criterion 1.4.3: text of normal size. */
export const MIN_TEXT_CONTRAST = 4.5;

/**
 * Contrast of a colour with white, the text colour of buttons and headers.
 *
 * @param hex `#rrggbb`.
 * @returns 1 (white itself) to 21 (black). Source: WCAG 2.2, definitions of contrast ratio and relative luminance.
 */
export function contrastWithWhite(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((start) => linear(Number.parseInt(hex.slice(start, start + 2), 16) / 255));
  const luminance = 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
  return 1.05 / (luminance + 0.05);
}

function linear(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}
