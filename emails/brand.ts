/** Colours of a school in a mail, always readable: contrast by WCAG 2.2, success criterion 1.4.3. */

export const DEFAULT_COLOUR = '#0a5a56';
const WHITE = '#ffffff';
const INK = '#1d1b26';
/** The ground that texts stand on in dark mode; the same value stands in templates/layout.mjml. */
const DARK_PAPER = '#211f28';
const READABLE = 4.5;
const STEPS = 20;

export interface MailBrand {
  /** Ground of the button and of the logo. */
  main: string;
  /** Text on `main`. */
  ink: string;
  /** Links on white. */
  link: string;
  /** Links and the ground of the button in dark mode. */
  dark: string;
  /** Text on `dark`. */
  darkInk: string;
}

type Rgb = [number, number, number];

function toRgb(colour: string): Rgb {
  const channel = (start: number) => Number.parseInt(colour.slice(start, start + 2), 16);
  return [channel(1), channel(3), channel(5)];
}

function toHex(rgb: Rgb): string {
  return `#${rgb.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;
}

function luminance(colour: string): number {
  const [red, green, blue] = toRgb(colour).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast ratio of two `#rrggbb` colours, from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function mix(colour: string, towards: string, share: number): string {
  const target = toRgb(towards);
  return toHex(toRgb(colour).map((channel, i) => channel + ((target[i] ?? 0) - channel) * share) as Rgb);
}

/** Moves `colour` towards another, in small steps, until it can be read on `ground`. */
function readableOn(ground: string, colour: string, towards: string): string {
  for (let step = 0; step < STEPS; step++) {
    const candidate = mix(colour, towards, step / STEPS);
    if (contrast(candidate, ground) >= READABLE) return candidate;
  }
  return towards;
}

/** Hue (degrees), saturation and lightness (shares of 1). */
function toHsl(colour: string): [number, number, number] {
  const [red, green, blue] = toRgb(colour).map((channel) => channel / 255) as Rgb;
  const max = Math.max(red, green, blue);
  const min = Math.min(red, green, blue);
  const spread = max - min;
  const lightness = (max + min) / 2;
  if (spread === 0) return [0, 0, lightness];
  const saturation = spread / (1 - Math.abs(2 * lightness - 1));
  if (max === red) return [60 * (((green - blue) / spread + 6) % 6), saturation, lightness];
  if (max === green) return [60 * ((blue - red) / spread + 2), saturation, lightness];
  return [60 * ((red - green) / spread + 4), saturation, lightness];
}

function fromHsl([hue, saturation, lightness]: [number, number, number]): string {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number) => {
    const position = (offset + hue / 30) % 12;
    return 255 * (lightness - reach * Math.max(-1, Math.min(position - 3, 9 - position, 1)));
  };
  return toHex([channel(0), channel(8), channel(4)]);
}

/** The same hue, soft and light: mixing with white alone would make a dark colour grey. */
function forDarkMode(colour: string): string {
  const [hue, saturation, lightness] = toHsl(colour);
  const soft = fromHsl([hue, Math.min(saturation, 0.45), Math.max(lightness, 0.58)]);
  return readableOn(DARK_PAPER, soft, WHITE);
}

function inkOn(ground: string): string {
  return contrast(WHITE, ground) >= READABLE || contrast(WHITE, ground) > contrast(INK, ground) ? WHITE : INK;
}

/** Derives all colours from the one a school has set. Anything but `#rrggbb` gives the default colour. */
export function deriveBrand(schoolColour: string | undefined): MailBrand {
  const main = schoolColour && /^#[0-9a-f]{6}$/i.test(schoolColour) ? schoolColour.toLowerCase() : DEFAULT_COLOUR;
  const dark = forDarkMode(main);
  return { main, ink: inkOn(main), link: readableOn(WHITE, main, INK), dark, darkInk: inkOn(dark) };
}
