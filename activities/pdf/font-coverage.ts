/**
 * Which characters a font file has: its `cmap` table (OpenType 1.9, formats 4 and 12) out of a WOFF2 file (W3C WOFF 2.0, 4 and 5).
 * What a font can show is asked of the font itself, so that no list has to be kept beside it.
 */
import { brotliDecompressSync } from 'node:zlib';

/** First and last character of a stretch, both in it. */
export type CharacterRange = readonly [from: number, to: number];

const WOFF2_SIGNATURE = 0x774f4632;
const WOFF2_HEADER_BYTES = 48;
/** Place of `cmap`, `glyf` and `loca` among the tables that WOFF2 knows by a number. */
const CMAP = 0;
const GLYF = 10;
const LOCA = 11;
const UNKNOWN_TAG = 63;
/** For `glyf` and `loca` this version says that they were left as they were; for all others 0 does. */
const LEFT_ALONE = 3;
const CMAP_TAG = 0x636d6170;
const UNICODE_PLATFORM = 0;
const WINDOWS_PLATFORM = 3;

/**
 * @param file a WOFF2 file
 * @returns in order, apart from each other
 * @throws Error when it is no WOFF2 file, or has no table of characters that we read
 */
export function charactersOf(file: Buffer): CharacterRange[] {
  if (file.readUInt32BE(0) !== WOFF2_SIGNATURE) throw new Error('not a WOFF2 file');
  return merge(readCmap(findCmap(file)));
}

function findCmap(file: Buffer): Buffer {
  const reader = new Reader(file, WOFF2_HEADER_BYTES);
  const tables = file.readUInt16BE(12);
  let offset = 0;
  let found: readonly [number, number] | undefined;
  for (let index = 0; index < tables; index += 1) {
    const flags = reader.byte();
    const known = flags & 0x3f;
    const isCmap = known === UNKNOWN_TAG ? reader.long() === CMAP_TAG : known === CMAP;
    const length = reader.base128();
    const isChanged = flags >> 6 !== (known === GLYF || known === LOCA ? LEFT_ALONE : 0);
    const stored = isChanged ? reader.base128() : length;
    if (isCmap) found = [offset, offset + length];
    offset += stored;
  }
  if (!found) throw new Error('a font without cmap');
  const data = file.subarray(reader.position, reader.position + file.readUInt32BE(20));
  return brotliDecompressSync(data).subarray(...found);
}

class Reader {
  private readonly buffer: Buffer;
  position: number;
  constructor(buffer: Buffer, position: number) {
    this.buffer = buffer;
    this.position = position;
  }
  byte(): number {
    this.position += 1;
    return this.buffer.readUInt8(this.position - 1);
  }
  long(): number {
    this.position += 4;
    return this.buffer.readUInt32BE(this.position - 4);
  }
  /** UIntBase128: seven bits in each byte, the eighth says that more follow. */
  base128(): number {
    let value = 0;
    for (let count = 0; count < 5; count += 1) {
      const byte = this.byte();
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
    throw new Error('a number in a WOFF2 file does not end');
  }
}

/** The largest table of Unicode that is there: format 12 holds all planes, format 4 the first. */
function readCmap(cmap: Buffer): CharacterRange[] {
  const found: CharacterRange[] = [];
  for (let index = 0; index < cmap.readUInt16BE(2); index += 1) {
    const record = 4 + index * 8;
    if (![UNICODE_PLATFORM, WINDOWS_PLATFORM].includes(cmap.readUInt16BE(record))) continue;
    const table = cmap.subarray(cmap.readUInt32BE(record + 4));
    const format = table.readUInt16BE(0);
    if (format === 12) found.push(...readGroups(table));
    if (format === 4) found.push(...readSegments(table));
  }
  if (found.length === 0) throw new Error('a font without characters');
  return found;
}

/** Format 12: stretches with the number of their first glyph; glyph 0 is no glyph. */
function* readGroups(table: Buffer): Generator<CharacterRange> {
  const count = table.readUInt32BE(12);
  for (let index = 0; index < count; index += 1) {
    const at = 16 + index * 12;
    const [from, to, glyph] = [table.readUInt32BE(at), table.readUInt32BE(at + 4), table.readUInt32BE(at + 8)];
    if (glyph !== 0) yield [from, to];
    else if (from < to) yield [from + 1, to];
  }
}

/** Format 4: four parallel lists for each segment, and for some segments a list of glyphs behind them. */
function* readSegments(table: Buffer): Generator<CharacterRange> {
  const size = table.readUInt16BE(6);
  const [ends, starts, deltas, offsets] = [14, 16 + size, 16 + 2 * size, 16 + 3 * size];
  for (let at = 0; at < size; at += 2) {
    const [from, to] = [table.readUInt16BE(starts + at), table.readUInt16BE(ends + at)];
    const [delta, offset] = [table.readUInt16BE(deltas + at), table.readUInt16BE(offsets + at)];
    for (let code = from; code <= to && code < 0xffff; code += 1) {
      const listed = offset === 0 ? code : table.readUInt16BE(offsets + at + offset + 2 * (code - from));
      if (listed !== 0 && ((listed + delta) & 0xffff) !== 0) yield [code, code];
    }
  }
}

function merge(ranges: readonly CharacterRange[]): CharacterRange[] {
  const merged: [number, number][] = [];
  for (const [from, to] of [...ranges].sort(([a], [b]) => a - b)) {
    const last = merged.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** Whether a character is in one of some ranges that are in order. */
export function isInRanges(ranges: readonly CharacterRange[], code: number): boolean {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [from, to] = ranges[middle] ?? [0, -1];
    if (code < from) high = middle - 1;
    else if (code > to) low = middle + 1;
    else return true;
  }
  return false;
}
