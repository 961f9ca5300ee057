/**
 * Takes out of a JPEG 2000 what programs wrote beside the picture, without decoding it: for pictures inside a PDF.
 *
 * Contract
 * 1. Of the file only the boxes stay that it takes to show the picture, of the codestream everything but comments and the table of
 *    lengths, which is not needed and would no longer be right. What stands behind the picture is left out.
 * 2. What cannot be followed to its end is refused: then nobody knows what is in it.
 *
 * Source: ISO/IEC 15444-1, annex A (codestream: FF, a marker, two bytes of length, content; tiles follow in parts that tell their own
 * length) and annex I (file: boxes of four bytes length, four letters, content). EXIF, XMP and GeoJP2 lie in boxes `uuid`, `xml ` and
 * `asoc`; remarks in comment segments.
 */
const SIGNATURE = Buffer.from('0000000c6a5020200d0a870a', 'hex');
/** Boxes that hold what is shown, or how. */
const KEPT_BOXES = new Set([
  'jP  ',
  'ftyp',
  'ihdr',
  'bpcc',
  'colr',
  'pclr',
  'cmap',
  'cdef',
  'opct',
  'creg',
  'resc',
  'resd',
]);
/** Boxes that hold boxes. */
const OUTER_BOXES = new Set(['jp2h', 'jpch', 'jplh', 'cgrp', 'res ']);
const CODESTREAM = 'jp2c';

/** Second byte of a marker. */
const Marker = { Start: 0x4f, TileLengths: 0x55, Comment: 0x64, TilePart: 0x90, Data: 0x93, End: 0xd9 } as const;
const START = Buffer.from([0xff, Marker.Start]);
const END = Buffer.from([0xff, Marker.End]);
/** Of a tile part's first segment, with its marker. */
const TILE_PART_BYTES = 12;
/** Where in that segment the length of the part stands. */
const TILE_PART_LENGTH_AT = 6;

/** @throws Error when the bytes are no JPEG 2000, or are not what the standard says */
export function stripJpeg2000(bytes: Uint8Array): Uint8Array {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.subarray(0, START.length).equals(START)) return stripCodestream(file);
  if (!file.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw new Error('no JPEG 2000');
  const boxes = readBoxes(file).flatMap(strippedBox);
  if (!boxes.some(({ name }) => name === CODESTREAM)) throw new Error('a JPEG 2000 without a picture');
  return Buffer.concat(boxes.map(writeBox));
}

interface Box {
  readonly name: string;
  readonly content: Buffer;
}

function readBoxes(bytes: Buffer): Box[] {
  const boxes: Box[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + 8 > bytes.length) throw new Error('a box that breaks off');
    const given = bytes.readUInt32BE(at);
    const isLong = given === 1;
    if (isLong && at + 16 > bytes.length) throw new Error('a box that breaks off');
    const length = isLong ? Number(bytes.readBigUInt64BE(at + 8)) : given === 0 ? bytes.length - at : given;
    const head = isLong ? 16 : 8;
    if (length < head || at + length > bytes.length) throw new Error('a box that does not fit');
    boxes.push({ name: bytes.toString('latin1', at + 4, at + 8), content: bytes.subarray(at + head, at + length) });
    at += length;
  }
  return boxes;
}

/** Nothing when it is not needed. */
function strippedBox({ name, content }: Box): Box[] {
  if (name === CODESTREAM) return [{ name, content: stripCodestream(content) }];
  if (OUTER_BOXES.has(name)) {
    return [{ name, content: Buffer.concat(readBoxes(content).flatMap(strippedBox).map(writeBox)) }];
  }
  return KEPT_BOXES.has(name) ? [{ name, content }] : [];
}

function writeBox({ name, content }: Box): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(head.length + content.length, 0);
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, content]);
}

function stripCodestream(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, START.length).equals(START)) throw new Error('no codestream');
  const header = readSegments(bytes, START.length, Marker.TilePart);
  const kept: Uint8Array[] = [START, ...header.kept];
  let at = header.end;
  while (bytes[at] === 0xff && bytes[at + 1] === Marker.TilePart) {
    const part = readTilePart(bytes, at);
    kept.push(...part.kept);
    at = part.end;
  }
  if (at === header.end) throw new Error('a codestream without tiles');
  return Buffer.concat([...kept, END]);
}

interface Part {
  readonly kept: readonly Buffer[];
  /** Where what follows begins. */
  readonly end: number;
}

/** Segments up to the one that begins with `last`, which is not taken. */
function readSegments(bytes: Buffer, from: number, last: number): Part {
  const kept: Buffer[] = [];
  let at = from;
  for (;;) {
    if (at + 4 > bytes.length || bytes[at] !== 0xff) throw new Error('a segment that breaks off');
    const marker = bytes[at + 1];
    if (marker === last) return { kept, end: at };
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length) throw new Error('a segment that does not fit');
    if (marker !== Marker.Comment && marker !== Marker.TileLengths) kept.push(bytes.subarray(at, end));
    at = end;
  }
}

/** With the length that it has without its comments. */
function readTilePart(bytes: Buffer, at: number): Part {
  if (at + TILE_PART_BYTES > bytes.length) throw new Error('a tile that breaks off');
  const given = bytes.readUInt32BE(at + TILE_PART_LENGTH_AT);
  const within = given === 0 ? bytes : bytes.subarray(0, at + given);
  const header = readSegments(within, at + TILE_PART_BYTES, Marker.Data);
  const end = given === 0 ? endOfPixels(bytes, header.end) : at + given;
  if (end > bytes.length) throw new Error('a tile that does not fit');
  const first = Buffer.from(bytes.subarray(at, at + TILE_PART_BYTES));
  const kept = [first, ...header.kept, bytes.subarray(header.end, end)];
  const length = kept.reduce((sum, each) => sum + each.length, 0);
  if (given !== 0) first.writeUInt32BE(length, TILE_PART_LENGTH_AT);
  return { kept, end };
}

/** A last tile may leave its length out. Coded pixels hold nothing above FF8F, so the first end that is met is the end. */
function endOfPixels(bytes: Buffer, from: number): number {
  const end = bytes.indexOf(END, from);
  return end === -1 ? bytes.length : end;
}
