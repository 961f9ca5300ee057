import { deflateSync } from 'node:zlib';
import { PDFDocument, PDFName, PDFRawStream } from '@cantoo/pdf-lib';
import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { stripJpegSegments } from '../../platform/evidence/jpeg-segments.ts';
import { stripJpeg2000 } from '../../platform/evidence/jpeg2000.ts';
import { MAX_EVIDENCE_BYTES, type RemadeEvidence, remakeEvidence } from '../../platform/evidence/remake.ts';
import {
  busyPdf,
  jpeg2000Codestream,
  jpeg2000File,
  lockedPdf,
  pdfWithInlinePhoto,
  pdfWithPicture,
  photoFile,
  pngBomb,
  SECRET_DEVICE,
  twofoldPhoto,
} from '../support/evidence-files.ts';

const TIMEOUT = 60_000;

type Remade = Extract<RemadeEvidence, { ok: true }>;

async function remade(bytes: Uint8Array): Promise<Remade> {
  const outcome = await remakeEvidence(bytes);
  if (!outcome.ok) throw new Error(outcome.problem);
  return outcome;
}

async function problemOf(bytes: Uint8Array): Promise<string> {
  const outcome = await remakeEvidence(bytes);
  return outcome.ok ? 'ok' : outcome.problem;
}

describe('remakeEvidence of a photo', () => {
  it.each(['jpeg', 'png', 'webp'] as const)(
    'leaves nothing of place, device and time in a %s',
    async (format) => {
      const sent = await photoFile({ format });
      expect((await sharp(sent).metadata()).exif?.includes(SECRET_DEVICE)).toBe(true);
      const { mediaType, bytes, thumbnail } = await remade(sent);
      expect(mediaType).toBe('image/jpeg');
      for (const made of [bytes, thumbnail ?? Buffer.alloc(0)]) {
        const { format: madeFormat, exif, xmp, iptc, icc, comments } = await sharp(made).metadata();
        expect({ madeFormat, exif, xmp, iptc, icc, comments }).toEqual({ madeFormat: 'jpeg' });
        expect(Buffer.from(made).includes(SECRET_DEVICE)).toBe(false);
        expect(Buffer.from(made).includes('Exif')).toBe(false);
      }
    },
    TIMEOUT,
  );

  it(
    'turns it upright by what the camera noted, and makes it smaller',
    async () => {
      // Lying, with the red half at the right: turned a quarter it stands, with red at the right side.
      const { bytes, thumbnail } = await remade(await photoFile({ width: 3000, height: 1500, orientation: 6 }));
      const { width, height } = await sharp(bytes).metadata();
      expect([width, height]).toEqual([1000, 2000]);
      const { data } = await sharp(bytes)
        .extract({ left: 900, top: 1000, width: 1, height: 1 })
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(data[0]).toBeGreaterThan(150);
      expect((await sharp(thumbnail ?? bytes).metadata()).height).toBe(160);
    },
    TIMEOUT,
  );

  it(
    'shows what is drawn on nothing as on paper',
    async () => {
      const sent = await sharp({ create: { width: 20, height: 20, channels: 4, background: '#00000000' } })
        .png()
        .toBuffer();
      const { data } = await sharp((await remade(sent)).bytes)
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(data[0]).toBe(255);
    },
    TIMEOUT,
  );

  it(
    'refuses a bomb: few bytes that unpack to more pixels than a camera gives',
    async () => {
      const bomb = pngBomb(30_000, 30_000);
      expect(bomb.length).toBeLessThan(2_000_000);
      expect(await problemOf(bomb)).toBe('TOO_MANY_PIXELS');
    },
    TIMEOUT,
  );

  it(
    'refuses what breaks off half-way',
    async () => {
      const sent = await photoFile();
      expect(await problemOf(sent.subarray(0, Math.floor(sent.length / 2)))).toBe('BROKEN');
    },
    TIMEOUT,
  );

  it.each<[string, Uint8Array, string]>([
    ['nothing', Buffer.alloc(0), 'EMPTY'],
    ['more than 10 MiB', Buffer.alloc(MAX_EVIDENCE_BYTES + 1), 'TOO_LARGE'],
    ['a program', Buffer.from('4d5a90000300000004000000ffff0000', 'hex'), 'TYPE_NOT_ALLOWED'],
    [
      'a drawing with scripts',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'),
      'TYPE_NOT_ALLOWED',
    ],
    ['a photo of an iPhone', Buffer.from('0000001c66747970686569630000000068656963', 'hex'), 'HEIC'],
    ['a picture that is no picture', Buffer.from('ffd8ffe000104a464946', 'hex'), 'BROKEN'],
  ])('refuses %s', async (_what, bytes, problem) => {
    expect(await problemOf(bytes)).toBe(problem);
  });
});

describe('remakeEvidence of a PDF', () => {
  it(
    'keeps the pages and drops what acts, encloses and describes',
    async () => {
      const sent = await busyPdf();
      expect(sent.includes('JavaScript')).toBe(true);
      expect(sent.includes('EmbeddedFile')).toBe(true);
      const { mediaType, bytes, thumbnail } = await remade(sent);
      expect([mediaType, thumbnail]).toEqual(['application/pdf', null]);
      const pdf = await PDFDocument.load(bytes, { updateMetadata: false });
      expect(pdf.getPageCount()).toBe(1);
      const plain = Buffer.from(await pdf.save({ useObjectStreams: false })).toString('latin1');
      for (const unwanted of [
        '/JavaScript',
        '/JS',
        '/OpenAction',
        '/AA',
        '/EmbeddedFile',
        '/URI',
        '/AcroForm',
        '/Widget',
        '/Metadata',
        '/Author',
        SECRET_DEVICE,
        'Exif',
      ])
        expect([unwanted, plain.includes(unwanted)]).toEqual([unwanted, false]);
      expect(plain).toContain('/DCTDecode');
    },
    TIMEOUT,
  );

  it(
    'refuses one with a password, and one that cannot be read',
    async () => {
      expect(await problemOf(await lockedPdf())).toBe('ENCRYPTED');
      expect(await problemOf(Buffer.from('%PDF-1.7\nhelemaal niets\n%%EOF'))).toBe('BROKEN');
    },
    TIMEOUT,
  );

  it(
    'refuses one of more than a hundred pages',
    async () => {
      const pdf = await PDFDocument.create();
      for (let page = 0; page < 101; page += 1) pdf.addPage([100, 100]);
      expect(await problemOf(await pdf.save())).toBe('TOO_MANY_PAGES');
    },
    TIMEOUT,
  );

  it.each<[string, () => Promise<Buffer>, string]>([
    ['a JPEG 2000', async () => pdfWithPicture(jpeg2000File(), 'JPXDecode'), '/JPXDecode'],
    ['a bare JPEG 2000', async () => pdfWithPicture(jpeg2000Codestream(), 'JPXDecode'), '/JPXDecode'],
    ['a JPEG with another behind it', async () => pdfWithPicture(await twofoldPhoto(), 'DCTDecode'), '/DCTDecode'],
    [
      'a JPEG that is packed once more',
      async () => pdfWithPicture(deflateSync(await photoFile()), 'FlateDecode', 'DCTDecode'),
      '/DCTDecode',
    ],
  ])(
    'takes place and device out of %s',
    async (_what, pdf, filter) => {
      const { bytes } = await remade(await pdf());
      const [picture, ...others] = await picturesIn(bytes);
      expect(others).toEqual([]);
      expect(String(picture?.dict.get(PDFName.of('Filter')))).toBe(filter);
      const stored = Buffer.from(picture?.contents ?? []);
      expect(stored.length).toBeGreaterThan(100);
      for (const telling of [SECRET_DEVICE, 'Exif', '52.3716']) expect(stored.includes(telling)).toBe(false);
    },
    TIMEOUT,
  );

  it.each<[string, () => Promise<Buffer>]>([
    ['a photo written into the drawing', pdfWithInlinePhoto],
    ['a JPEG 2000 that breaks off', () => pdfWithPicture(jpeg2000File().subarray(0, 200), 'JPXDecode')],
    ['a JPEG without a picture', async () => pdfWithPicture((await photoFile()).subarray(0, 60), 'DCTDecode')],
    ['a picture that is something else', () => pdfWithPicture(Buffer.from(SECRET_DEVICE), 'DCTDecode')],
    ['a JPEG that is no JPEG yet', () => pdfWithPicture(Buffer.from('geen'), 'DCTDecode', 'FlateDecode')],
  ])(
    'refuses %s, which nobody can clean',
    async (_what, pdf) => {
      expect(await problemOf(await pdf())).toBe('NOT_CLEANED');
    },
    TIMEOUT,
  );
});

/** The pictures of a PDF, as they are stored. */
async function picturesIn(bytes: Uint8Array): Promise<PDFRawStream[]> {
  const { context } = await PDFDocument.load(bytes, { updateMetadata: false });
  return context
    .enumerateIndirectObjects()
    .flatMap(([, object]) => (object instanceof PDFRawStream ? object : []))
    .filter(({ dict }) => String(dict.get(PDFName.of('Subtype'))) === '/Image');
}

describe('stripJpegSegments', () => {
  it.each(['geen foto', '\xff\xd8\xff\xd9', '\xff\xd8\xff\xe1\x00\xff'])('refuses what has no picture', (text) => {
    expect(() => stripJpegSegments(Buffer.from(text, 'latin1'))).toThrow(/JPEG/);
  });

  it.each([false, true])('keeps the picture itself (in steps: %s) and nothing behind it', async (progressive) => {
    const sent = await sharp(await photoFile())
      .keepExif()
      .jpeg({ progressive })
      .toBuffer();
    const stripped = Buffer.from(stripJpegSegments(Buffer.concat([sent, await photoFile()])));
    expect(sent.includes(SECRET_DEVICE)).toBe(true);
    expect(stripped.includes(SECRET_DEVICE)).toBe(false);
    const pixels = (bytes: Uint8Array) => sharp(bytes).raw().toBuffer();
    expect((await pixels(stripped)).equals(await pixels(sent))).toBe(true);
  });

  it('leaves out remarks that stand between the scans, and what stands between segments', async () => {
    const sent = await sharp(await photoFile())
      .jpeg({ progressive: true })
      .toBuffer();
    const second = sent.lastIndexOf(Buffer.from([0xff, 0xda]));
    const remark = Buffer.from([0xff, 0xfe, 0, 6, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46]);
    const stripped = stripJpegSegments(Buffer.concat([sent.subarray(0, second), remark, sent.subarray(second)]));
    expect(Buffer.from(stripped).includes('ABCD')).toBe(false);
    expect(Buffer.from(stripped).equals(Buffer.from(stripJpegSegments(sent)))).toBe(true);
  });
});

describe('stripJpeg2000', () => {
  it('keeps the picture, byte for byte', () => {
    const stripped = Buffer.from(stripJpeg2000(jpeg2000File()));
    const [file, bare] = [stripped, Buffer.from(stripJpeg2000(jpeg2000Codestream()))];
    expect(file.subarray(file.indexOf('jp2c') + 4).equals(bare)).toBe(true);
    // Once clean, there is nothing left to take out.
    expect(Buffer.from(stripJpeg2000(file)).equals(file)).toBe(true);
    const tile = bare.indexOf(Buffer.from([0xff, 0x90]));
    expect(tile + bare.readUInt32BE(tile + 6)).toBe(bare.length - 2);
  });

  it.each([0, 1, 40, 90, 150, 250])('refuses one that breaks off after %i bytes', (length) => {
    expect(() => stripJpeg2000(jpeg2000File().subarray(0, length))).toThrow();
  });
});
