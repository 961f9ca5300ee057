/** Photos and PDFs as examiners send them, and as nobody should. */
import { crc32, deflateSync } from 'node:zlib';
import { PDFDocument, PDFName, PDFRawStream, PDFString } from '@cantoo/pdf-lib';
import sharp from 'sharp';

/** A place that must not be found back in any file. */
export const SECRET_DEVICE = 'TelefoonVanVermeulen';

export interface PhotoOptions {
  readonly width?: number;
  readonly height?: number;
  /** EXIF orientation, 1 to 8. */
  readonly orientation?: number;
  readonly format?: 'jpeg' | 'png' | 'webp';
}

/** A photo with a place, a device and a time in it. */
export async function photoFile(options: PhotoOptions = {}): Promise<Buffer> {
  const { width = 400, height = 300, orientation = 1, format = 'jpeg' } = options;
  const half = { create: { width, height: Math.ceil(height / 2), channels: 3, background: '#b40000' } } as const;
  return sharp({ create: { width, height, channels: 3, background: '#0000b4' } })
    .composite([{ input: await sharp(half).png().toBuffer(), top: 0, left: 0 }])
    .withExif({
      IFD0: { Make: SECRET_DEVICE, Software: 'Camera 9', DateTime: '2026:11:20 14:02:00' },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '52/1 22/1 3000/100',
        GPSLongitudeRef: 'E',
        GPSLongitude: '4/1 53/1 0/1',
      },
    })
    .withMetadata({ orientation })
    .toFormat(format)
    .toBuffer();
}

/** A page with words, and everything beside it that a PDF can carry. */
export async function busyPdf(): Promise<Buffer> {
  const pdf = await PDFDocument.create();
  pdf.setAuthor(SECRET_DEVICE);
  pdf.setTitle(SECRET_DEVICE);
  const page = pdf.addPage([300, 200]);
  page.drawText('Werkplan');
  page.drawImage(await pdf.embedJpg(await photoFile()), { x: 0, y: 0, width: 40, height: 30 });
  pdf.addJavaScript('main', 'app.alert("hallo")');
  await pdf.attach(Buffer.from('verstopt'), 'bijlage.txt', { mimeType: 'text/plain' });
  const { context, catalog } = pdf;
  const action = context.obj({ S: 'JavaScript', JS: PDFString.of('app.alert("open")') });
  catalog.set(PDFName.of('OpenAction'), action);
  page.node.set(PDFName.of('AA'), context.obj({ O: action }));
  const link = context.register(
    context.obj({
      Type: 'Annot',
      Subtype: 'Link',
      Rect: [0, 0, 10, 10],
      A: { S: 'URI', URI: PDFString.of('https://kwaad.example/') },
    }),
  );
  page.node.set(PDFName.of('Annots'), context.obj([link]));
  const field = pdf.getForm().createTextField('naam');
  field.setText('Ingevuld');
  field.addToPage(page, { x: 100, y: 20, width: 90, height: 20 });
  return Buffer.from(await pdf.save({ useObjectStreams: false }));
}

/** Sixteen by sixteen, red above blue, with a remark that names the device; made by OpenJPEG. */
const SMALL_JP2 = Buffer.from(
  'AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAAAtanAyaAAAABZpaGRyAAAAEAAAABAAAwcHAAAAAAAPY29scgEAAAAAABAAAADXanAyY/9P/1EALwAAAAAAEAAAABAA' +
    'AAAAAAAAAAAAABAAAAAQAAAAAAAAAAAAAwcBAQcBAQcBAf9SAAwAAAABAAAEBAAB/1wABEBA/2QAGAABVGVsZWZvb25WYW5WZXJtZXVsZW7/kAAKAAAAAABsAAH/k9+BOIxF' +
    'A0rVLCEgk/rvuauP9gAAAAwkJfJa8AAAAAAwkJdwygAMJCX/f9+AOBFQVK/0yH/fgTgRUFStVz+QfSuIT5XLF7wAAAAGEhL2hqAAAAAAMJCXcMoADCQl/3//2Q==',
  'base64',
);
/** Where its codestream begins, in its last box. */
const JP2_CODESTREAM_AT = SMALL_JP2.indexOf('jp2c') + 4;

/** A JPEG 2000 with everything beside its picture in which a place can stand. */
export function jpeg2000File(): Buffer {
  const telling = Buffer.from(`Exif\0\0 ${SECRET_DEVICE} 52.3716 N`, 'latin1');
  const before = SMALL_JP2.subarray(0, JP2_CODESTREAM_AT - 8);
  const picture = SMALL_JP2.subarray(JP2_CODESTREAM_AT - 8);
  return Buffer.concat([before, jp2Box('uuid', telling), jp2Box('xml ', telling), picture, jp2Box('asoc', telling)]);
}

/** The same picture without a file around it, with a remark in its tile, and something behind its end. */
export function jpeg2000Codestream(): Buffer {
  const stream = SMALL_JP2.subarray(JP2_CODESTREAM_AT);
  const words = Buffer.from(SECRET_DEVICE, 'latin1');
  const remark = Buffer.from([0xff, 0x64, 0, words.length + 4, 0, 1, ...words]);
  const tile = stream.indexOf(Buffer.from([0xff, 0x90]));
  const first = Buffer.from(stream.subarray(tile, tile + 12));
  first.writeUInt32BE(first.readUInt32BE(6) + remark.length, 6);
  return Buffer.concat([stream.subarray(0, tile), first, remark, stream.subarray(tile + 12), words]);
}

function jp2Box(name: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(head.length + content.length, 0);
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, content]);
}

/** A photo as phones hang a second one, with a place of its own, behind its end. */
export async function twofoldPhoto(): Promise<Buffer> {
  const plain = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#0000b4' } })
    .jpeg()
    .toBuffer();
  return Buffer.concat([plain, await photoFile({ width: 40, height: 30 })]);
}

/** A page that shows one picture, stored as it is given. @param filters of the stream, the outermost first */
export async function pdfWithPicture(bytes: Uint8Array, ...filters: readonly string[]): Promise<Buffer> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  const { context } = pdf;
  const image = context.obj({
    Type: 'XObject',
    Subtype: 'Image',
    Width: 16,
    Height: 16,
    ColorSpace: 'DeviceRGB',
    BitsPerComponent: 8,
    Filter: filters.map((filter) => PDFName.of(filter)),
    Length: bytes.length,
  });
  const page = pdf.addPage([100, 100]);
  page.node.setXObject(PDFName.of('Foto'), context.register(PDFRawStream.of(image, bytes)));
  const drawing = context.stream('q 80 0 0 80 10 10 cm /Foto Do Q');
  page.node.set(PDFName.of('Contents'), context.register(drawing));
  return Buffer.from(await pdf.save({ useObjectStreams: false }));
}

/** A page in whose very drawing a photo is written. */
export async function pdfWithInlinePhoto(): Promise<Buffer> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  const photo = await photoFile({ width: 16, height: 16 });
  const begin = Buffer.from('BI /W 16 /H 16 /CS /RGB /BPC 8 /F /DCT ID ', 'latin1');
  const drawing = Buffer.concat([begin, photo, Buffer.from('\nEI', 'latin1')]);
  pdf.addPage([100, 100]).node.set(PDFName.of('Contents'), pdf.context.register(pdf.context.flateStream(drawing)));
  return Buffer.from(await pdf.save({ useObjectStreams: false }));
}

/** With a password. */
export async function lockedPdf(): Promise<Buffer> {
  const pdf = await PDFDocument.create();
  pdf.addPage([300, 200]);
  pdf.encrypt({ userPassword: 'geheim', ownerPassword: 'geheimer' });
  return Buffer.from(await pdf.save({ useObjectStreams: false }));
}

/** A picture of one colour, packed as well as it can be. */
export function pngBomb(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // One bit a pixel, grey.
  header.set([1, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (1 + Math.ceil(width / 8)));
  const chunks = [pngChunk('IHDR', header), pngChunk('IDAT', deflateSync(rows)), pngChunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...chunks]);
}

function pngChunk(type: string, content: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, sum]);
}
