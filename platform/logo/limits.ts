/** Sizes of a logo. Holds no import, so that it costs nothing anywhere. */

/** As it is kept, pixels: 85 mm on paper at 300 dots per inch. */
export const MAX_LOGO_WIDTH = 1_000;
export const MAX_LOGO_HEIGHT = 400;
/** Shortest side of a picture that is sent, pixels: less is a smear on a good screen. */
export const MIN_LOGO_SIDE = 40;
/** A picture that is sent. A drawing (SVG) has no pixels, but says how large it wants to be. */
export const MAX_LOGO_PIXELS = 40_000_000;
/** Width ÷ height. */
export const LOGO_SHAPE = { min: 1 / 3, max: 12 } as const;
/** As it is kept, bytes. */
export const MAX_LOGO_PNG_BYTES = 150 * 1024;
/** At the top of a page, where it stands 40 high: sharp on a phone, and no burden to one with bad reception. */
export const SMALL_LOGO = { width: 400, height: 96, bytes: 20 * 1024 } as const;
