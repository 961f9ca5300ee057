/**
 * Puts a signature in a PDF, last: room is left for it, the whole file but that room is signed, and the room is filled. The file
 * has one revision; whatever is added or changed later breaks the seal.
 */
import { createHash } from 'node:crypto';
import { PDFArray, type PDFDocument, PDFHexString, PDFName, PDFString } from '@cantoo/pdf-lib';
import { type Seal, SealError, type SealKey } from '../../platform/seal/index.ts';

/** A seal with the key that was found ready, so that the document can say whose it is before it is put. */
export interface ReadySeal {
  readonly seal: Seal;
  readonly key: SealKey;
  /** The moment that the seal claims. */
  readonly at: Date;
}

export interface SealedPdf {
  readonly bytes: Uint8Array;
  readonly timestampedAt: Date | null;
}

/** Ten characters, as many as the largest offset takes. */
const OFFSET = '**********';
const HIDDEN_PRINTED_LOCKED = 132;
/** Signatures exist, and only appending keeps them whole. */
const SIGNATURE_FLAGS = 3;

/** @param name whose seal it is @param reason in the language of the document */
export function addSealRoom(pdf: PDFDocument, { seal, key, at }: ReadySeal, reason: string): void {
  const { context, catalog } = pdf;
  const range = PDFArray.withContext(context);
  range.push(context.obj(0));
  for (let index = 0; index < 3; index += 1) range.push(PDFName.of(OFFSET));
  const signature = context.register(
    context.obj({
      Type: 'Sig',
      Filter: 'Adobe.PPKLite',
      SubFilter: 'ETSI.CAdES.detached',
      ByteRange: range,
      Contents: PDFHexString.of('0'.repeat(2 * seal.roomFor(key))),
      Reason: PDFHexString.fromText(reason),
      M: PDFString.fromDate(at),
      Name: PDFHexString.fromText(key.subject),
    }),
  );
  const [page] = pdf.getPages();
  if (!page) throw new Error('a document has pages');
  const widget = context.register(
    context.obj({
      Type: 'Annot',
      Subtype: 'Widget',
      FT: 'Sig',
      Rect: [0, 0, 0, 0],
      V: signature,
      T: PDFString.of('Seal'),
      TU: PDFHexString.fromText(reason),
      F: HIDDEN_PRINTED_LOCKED,
      P: page.ref,
    }),
  );
  page.node.addAnnot(widget);
  catalog.set(PDFName.of('AcroForm'), context.obj({ SigFlags: SIGNATURE_FLAGS, Fields: [widget] }));
}

/** @param bytes with the room that {@link addSealRoom} left @throws SealError */
export async function sealPdf(bytes: Uint8Array, { seal, key }: ReadySeal): Promise<SealedPdf> {
  const file = Buffer.from(bytes);
  const room = seal.roomFor(key);
  const start = file.indexOf(`<${'0'.repeat(2 * room)}>`);
  const end = start + 2 * room + 2;
  const mark = file.indexOf(`0 /${OFFSET} /${OFFSET} /${OFFSET}`);
  if (start < 0 || mark < 0) throw new Error('there is no room for a seal');
  const range = `0 ${start} ${end} ${file.length - end}`;
  file.write(range.padEnd(2 + 3 * (OFFSET.length + 2) - 1), mark, 'latin1');
  const digest = createHash('sha256').update(file.subarray(0, start)).update(file.subarray(end)).digest();
  const { signature, timestampedAt } = await seal.sign(key, digest);
  if (signature.length > room) throw new SealError('SEAL_TOO_LARGE');
  file.write(Buffer.from(signature).toString('hex').toUpperCase(), start + 1, 'latin1');
  return { bytes: file, timestampedAt };
}
