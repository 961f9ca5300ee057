/** Photos made anew. Loads sharp: only for the child process. */
import sharp from 'sharp';
import { CHILD_EXIT, JPEG_QUALITY, MAX_PIXELS, MAX_SIDE, RemakeRefused, THUMBNAIL_SIDE } from './limits.ts';

export interface RemadeImage {
  readonly image: Buffer;
  readonly thumbnail: Buffer;
}

const WHITE = '#ffffff';
const SECONDS = 12;

/**
 * Decodes a photo and encodes it as a JPEG: upright, made smaller, in sRGB, and with the pixels alone.
 * @throws RemakeRefused when it has too many pixels
 * @throws Error when it cannot be decoded
 */
export async function remakeImage(bytes: Buffer): Promise<RemadeImage> {
  sharp.cache(false);
  sharp.concurrency(1);
  const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
  if (width * height > MAX_PIXELS) throw new RemakeRefused(CHILD_EXIT.tooManyPixels);
  // Of what moves, the first picture. What is drawn on nothing is drawn on paper.
  const { data, info } = await sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error', pages: 1 })
    .timeout({ seconds: SECONDS })
    .autoOrient()
    .resize({ width: MAX_SIDE, height: MAX_SIDE, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: WHITE })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  // From bare pixels: there is nothing left that an encoder could take along.
  const pixels = () =>
    sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } }).toColourspace('srgb');
  const image = await pixels().jpeg({ quality: JPEG_QUALITY, mozjpeg: true }).toBuffer();
  const thumbnail = await pixels()
    .resize({ width: THUMBNAIL_SIDE, height: THUMBNAIL_SIDE, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 70 })
    .toBuffer();
  return { image, thumbnail };
}
