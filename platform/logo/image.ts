/** A logo drawn anew. Loads sharp: only for the child process. */
import sharp from 'sharp';
import { CHILD_EXIT, RemakeRefused } from '../evidence/limits.ts';
import {
  LOGO_SHAPE,
  MAX_LOGO_HEIGHT,
  MAX_LOGO_PIXELS,
  MAX_LOGO_PNG_BYTES,
  MAX_LOGO_WIDTH,
  MIN_LOGO_SIDE,
  SMALL_LOGO,
} from './limits.ts';

const SECONDS = 2;
/** Tried in turn until the file is small enough: only a photo needs more than the first. */
const SCALES = [1, 0.7, 0.5, 0.35, 0.25, 0.15];
/** Units of a drawing that says nothing of resolution, per inch. Source: sharp, `density`. */
const SVG_DENSITY = 72;
/** Darker than the paper by so much of 255: a pale grey. */
const VISIBLE_STEP = 40;
/** Of all pixels: a thin line all around. */
const VISIBLE_SHARE = 0.002;

type Format = 'png' | 'jpeg' | 'svg';

interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

export interface DrawnLogo {
  readonly png: Buffer;
  /** For the top of a page. */
  readonly small: Buffer;
}

/**
 * Decodes a logo and encodes it as PNGs of bare pixels, transparent where it was.
 * @throws RemakeRefused when it is too large, too small, of an impossible shape, or when there is nothing to see
 * @throws Error when it cannot be decoded
 */
export async function remakeLogoImage(bytes: Buffer): Promise<DrawnLogo> {
  sharp.cache(false);
  sharp.concurrency(1);
  const { format, width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
  if (!isFormat(format)) throw new Error('this is no logo');
  if (width * height > MAX_LOGO_PIXELS) throw new RemakeRefused(CHILD_EXIT.tooManyPixels);
  if (width / height > LOGO_SHAPE.max || width / height < LOGO_SHAPE.min) throw new RemakeRefused(CHILD_EXIT.shape);
  if (format !== 'svg' && Math.min(width, height) < MIN_LOGO_SIDE) throw new RemakeRefused(CHILD_EXIT.tooSmall);
  const pixels = await draw(bytes, format, { width, height });
  if (!isVisibleOnPaper(pixels)) throw new RemakeRefused(CHILD_EXIT.nothingToSee);
  const ofPage = Math.min(1, SMALL_LOGO.width / pixels.width, SMALL_LOGO.height / pixels.height);
  return {
    png: await encode(pixels, 1, MAX_LOGO_PNG_BYTES),
    small: await encode(pixels, ofPage, SMALL_LOGO.bytes),
  };
}

function isFormat(format: string): format is Format {
  return format === 'png' || format === 'jpeg' || format === 'svg';
}

/** A drawing is made at the size that is kept, so that its lines stay sharp. */
async function draw(bytes: Buffer, format: Format, size: { width: number; height: number }): Promise<Pixels> {
  const scale = Math.min(MAX_LOGO_WIDTH / size.width, MAX_LOGO_HEIGHT / size.height);
  const density = format === 'svg' ? { density: Math.max(1, SVG_DENSITY * scale) } : {};
  const { data, info } = await sharp(bytes, {
    limitInputPixels: MAX_LOGO_PIXELS,
    failOn: 'error',
    pages: 1,
    ...density,
  })
    .timeout({ seconds: SECONDS })
    .autoOrient()
    .resize({ width: MAX_LOGO_WIDTH, height: MAX_LOGO_HEIGHT, fit: 'inside', withoutEnlargement: format !== 'svg' })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** Whether enough of it stands out on white. */
function isVisibleOnPaper({ data, width, height }: Pixels): boolean {
  let visible = 0;
  for (let at = 0; at < data.length; at += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = [data[at], data[at + 1], data[at + 2], data[at + 3]];
    const grey = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    if (((255 - grey) * alpha) / 255 >= VISIBLE_STEP) visible += 1;
  }
  return visible >= width * height * VISIBLE_SHARE;
}

/** From bare pixels: there is nothing left that an encoder could take along. */
async function encode({ data, width, height }: Pixels, size: number, maxBytes: number): Promise<Buffer> {
  let png = Buffer.alloc(0);
  for (const scale of SCALES) {
    png = await sharp(data, { raw: { width, height, channels: 4 } })
      .resize({ width: Math.max(1, Math.round(width * size * scale)) })
      .toColourspace('srgb')
      .png({ compressionLevel: 9, adaptiveFiltering: true })
      .toBuffer();
    if (png.length <= maxBytes) break;
  }
  return png;
}
