/**
 * An sRGB output profile built from published numbers: ICC v2.1 matrix/TRC, D50-adapted primaries (IEC 61966-2-1 with the
 * Bradford transform), a curve of 1,024 points. Built rather than shipped, because profiles carry licences.
 */

const CURVE_POINTS = 1024;
const HEADER_BYTES = 128;
const TAG_ENTRY_BYTES = 12;
const D50: readonly [number, number, number] = [0.9642, 1, 0.8249];

function s15Fixed16(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(Math.round(value * 65_536));
  return bytes;
}

function signature(text: string): Buffer {
  return Buffer.from(`${text}\0\0\0\0`, 'latin1');
}

function xyz(...values: readonly number[]): Buffer {
  return Buffer.concat([signature('XYZ '), ...values.map(s15Fixed16)]);
}

function text(value: string): Buffer {
  return Buffer.concat([signature('text'), Buffer.from(`${value}\0`, 'latin1')]);
}

function description(value: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length + 1);
  const unusedUnicodeAndScript = Buffer.alloc(78);
  return Buffer.concat([signature('desc'), length, Buffer.from(`${value}\0`, 'latin1'), unusedUnicodeAndScript]);
}

/** The transfer function of sRGB, encoded value to light. */
function srgbCurve(): Buffer {
  const bytes = Buffer.alloc(12 + 2 * CURVE_POINTS);
  bytes.write('curv', 0, 'latin1');
  bytes.writeUInt32BE(CURVE_POINTS, 8);
  for (let index = 0; index < CURVE_POINTS; index++) {
    const encoded = index / (CURVE_POINTS - 1);
    const light = encoded <= 0.04045 ? encoded / 12.92 : ((encoded + 0.055) / 1.055) ** 2.4;
    bytes.writeUInt16BE(Math.round(light * 65_535), 12 + 2 * index);
  }
  return bytes;
}

/** @returns the bytes of the profile, the same every time */
export function srgbProfile(): Uint8Array {
  const curve = srgbCurve();
  const tags: readonly (readonly [string, Buffer])[] = [
    ['desc', description('sRGB IEC61966-2.1')],
    ['cprt', text('No copyright, use freely')],
    ['wtpt', xyz(...D50)],
    ['rXYZ', xyz(0.4360747, 0.2225045, 0.0139322)],
    ['gXYZ', xyz(0.3850649, 0.7168786, 0.0971045)],
    ['bXYZ', xyz(0.1430804, 0.0606169, 0.7141733)],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ];
  const table = Buffer.alloc(4 + TAG_ENTRY_BYTES * tags.length);
  table.writeUInt32BE(tags.length);
  const offsets = new Map<Buffer, number>();
  const body: Buffer[] = [];
  let end = HEADER_BYTES + table.length;
  tags.forEach(([name, data], index) => {
    const known = offsets.get(data);
    const offset = known ?? end;
    if (known === undefined) {
      const padding = Buffer.alloc(-data.length & 3);
      offsets.set(data, offset);
      body.push(data, padding);
      end += data.length + padding.length;
    }
    const entry = 4 + TAG_ENTRY_BYTES * index;
    table.write(name, entry, 'latin1');
    table.writeUInt32BE(offset, entry + 4);
    table.writeUInt32BE(data.length, entry + 8);
  });
  return Buffer.concat([header(end), table, ...body]);
}

function header(size: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.writeUInt32BE(size, 0);
  bytes.writeUInt32BE(0x02100000, 8);
  bytes.write('mntrRGB XYZ ', 12, 'latin1');
  [2026, 1, 1, 0, 0, 0].forEach((part, index) => {
    bytes.writeUInt16BE(part, 24 + 2 * index);
  });
  bytes.write('acsp', 36, 'latin1');
  D50.forEach((value, index) => {
    s15Fixed16(value).copy(bytes, 68 + 4 * index);
  });
  return bytes;
}
