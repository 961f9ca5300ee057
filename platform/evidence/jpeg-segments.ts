/**
 * Takes out of a JPEG what programs wrote beside the picture, without decoding it: for photos inside a PDF.
 *
 * Source: ITU-T T.81, annex B. A file is a row of segments: FF, a marker, two bytes of length, content. From "start of scan" on come
 * the coded pixels.
 */
const START_OF_IMAGE = 0xd8;
const START_OF_SCAN = 0xda;
const COMMENT = 0xfe;
const APPLICATION_FIRST = 0xe0;
const APPLICATION_LAST = 0xef;
/** JFIF (density) and Adobe (how colours were turned): needed to show the picture as it is. EXIF, XMP, IPTC and profiles lie in the others. */
const KEPT_APPLICATION = new Set([0xe0, 0xee]);

/** @returns the bytes as they were when they are no JPEG, or a broken one */
export function stripJpegSegments(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0xff || bytes[1] !== START_OF_IMAGE) return bytes;
  const kept: Uint8Array[] = [bytes.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= bytes.length) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff) return bytes;
    if (marker === 0xff) {
      // Filling before a marker.
      at += 1;
      continue;
    }
    if (marker === START_OF_SCAN) {
      kept.push(bytes.subarray(at));
      return Buffer.concat(kept);
    }
    const end = at + 2 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
    if (!isBesideThePicture(marker)) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return bytes;
}

function isBesideThePicture(marker: number): boolean {
  const isApplication = marker >= APPLICATION_FIRST && marker <= APPLICATION_LAST;
  return marker === COMMENT || (isApplication && !KEPT_APPLICATION.has(marker));
}
