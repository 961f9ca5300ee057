/**
 * Takes out of a JPEG what programs wrote beside the picture, without decoding it: for photos inside a PDF.
 *
 * Contract
 * 1. What comes out is the picture alone: from its beginning to the end of the image. What a phone hangs behind that (a film, a second
 *    picture with a place of its own) is left out.
 * 2. Of application data only what is needed to show the picture stays, wherever it stands.
 * 3. What is no picture, or cannot be followed, is refused: then nobody knows what is in it.
 *
 * Source: ITU-T T.81, annex B. A file is a row of segments: FF, a marker, two bytes of length, content. After a "start of scan" come coded
 * pixels, in which FF is followed by 00 or a restart marker; a progressive picture has several scans, with tables between them.
 */
const Marker = { Temporary: 0x01, StartOfImage: 0xd8, EndOfImage: 0xd9, StartOfScan: 0xda, Comment: 0xfe } as const;
const START = Buffer.from([0xff, Marker.StartOfImage]);
const END = Buffer.from([0xff, Marker.EndOfImage]);

/** JFIF (density) and Adobe (how colours were turned), by their marker. EXIF, XMP, IPTC, previews and profiles lie in others. */
const KEPT_APPLICATION: ReadonlyMap<number, string> = new Map([
  [0xe0, 'JFIF\0'],
  [0xee, 'Adobe'],
]);

/** @throws Error when the bytes are no JPEG, or have no picture */
export function stripJpegSegments(bytes: Uint8Array): Uint8Array {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!file.subarray(0, START.length).equals(START)) throw new Error('no JPEG');
  const kept: Uint8Array[] = [START];
  let hasScan = false;
  let at: number = START.length;
  for (;;) {
    // Whatever stands between segments is skipped by every reader, and by us.
    at = file.indexOf(0xff, at);
    const marker = at === -1 ? undefined : file[at + 1];
    if (marker === undefined || marker === Marker.EndOfImage) break;
    if (marker === 0xff) at += 1;
    else if (isAlone(marker)) at += 2;
    else {
      const end = at + 2 + (at + 4 <= file.length ? file.readUInt16BE(at + 2) : Number.POSITIVE_INFINITY);
      // It breaks off here: readers show what they have.
      if (end > file.length) break;
      const segment = file.subarray(at, end);
      at = end;
      if (isOfPicture(marker, segment)) kept.push(segment);
      if (marker !== Marker.StartOfScan) continue;
      hasScan = true;
      at = endOfScan(file, end);
      kept.push(file.subarray(end, at));
    }
  }
  if (!hasScan) throw new Error('a JPEG without a picture');
  return Buffer.concat([...kept, END]);
}

/** Markers without content. */
function isAlone(marker: number): boolean {
  return marker === 0x00 || marker === Marker.Temporary || marker === Marker.StartOfImage || isRestart(marker);
}

function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7;
}

/** @param segment from its FF on */
function isOfPicture(marker: number, segment: Buffer): boolean {
  if (marker === Marker.Comment) return false;
  if (marker < 0xe0 || marker > 0xef) return true;
  const name = KEPT_APPLICATION.get(marker);
  return name !== undefined && segment.subarray(4, 4 + name.length).toString('latin1') === name;
}

/** Where the coded pixels end that begin at `from`: at a marker that does not belong to them. */
function endOfScan(file: Buffer, from: number): number {
  let at = from;
  for (;;) {
    at = file.indexOf(0xff, at);
    if (at === -1) return file.length;
    const next = file[at + 1];
    if (next === undefined) return file.length;
    if (next === 0xff) at += 1;
    else if (next === 0x00 || isRestart(next)) at += 2;
    else return at;
  }
}
