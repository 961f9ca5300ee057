/** Photos and PDFs as examiners send them, and as nobody should. */
import { crc32, deflateSync } from 'node:zlib';
import { PDFDocument, PDFName, PDFString } from '@cantoo/pdf-lib';
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
