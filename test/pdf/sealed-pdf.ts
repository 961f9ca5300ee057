/** Reads the seal and the enclosed data of a PDF, without the code that put them there. */
import { inflateSync } from 'node:zlib';
import { PDFArray, PDFDict, PDFDocument, PDFHexString, PDFName, PDFRawStream, PDFString } from '@cantoo/pdf-lib';
import { ContentInfo, SignedData } from 'pkijs';
import { bufferOf } from '../../platform/seal/seal-key.ts';

export interface FoundSeal {
  /** Whose it says it is. */
  readonly name: string;
  readonly subFilter: string;
  readonly claimedAt: string;
  /** The signature covers everything but itself. */
  readonly isWhole: boolean;
  /** The signature is right for these bytes. */
  readonly isValid: boolean;
}

/** @returns null when there is no seal */
export async function findSeal(bytes: Uint8Array): Promise<FoundSeal | null> {
  const pdf = await PDFDocument.load(bytes, { updateMetadata: false });
  const form = pdf.catalog.lookupMaybe(PDFName.of('AcroForm'), PDFDict);
  if (!form) return null;
  const field = form.lookup(PDFName.of('Fields'), PDFArray).lookup(0, PDFDict);
  const seal = field.lookup(PDFName.of('V'), PDFDict);
  const range = seal.lookup(PDFName.of('ByteRange'), PDFArray).asArray().map(Number);
  const [start = 0, first = 0, second = 0, rest = 0] = range;
  const file = Buffer.from(bytes);
  const signed = Buffer.concat([file.subarray(start, start + first), file.subarray(second, second + rest)]);
  const hole = file.subarray(first, second).toString('latin1');
  const content = Buffer.from(hole.slice(1, -1), 'hex');
  return {
    name: seal.lookup(PDFName.of('Name'), PDFHexString).decodeText(),
    subFilter: String(seal.get(PDFName.of('SubFilter'))),
    claimedAt: seal.lookup(PDFName.of('M'), PDFString).decodeDate().toISOString(),
    isWhole: start === 0 && second + rest === file.length && /^<[0-9A-F]+>$/.test(hole),
    isValid: await verify(content, signed),
  };
}

async function verify(content: Buffer, signed: Buffer): Promise<boolean> {
  const info = ContentInfo.fromBER(bufferOf(content.subarray(0, derLength(content))));
  const data = new SignedData({ schema: info.content });
  return data.verify({ signer: 0, data: bufferOf(signed) }).catch(() => false);
}

/** What follows the signature in its room is zeros. */
function derLength(content: Buffer): number {
  const count = (content[1] ?? 0) & 0x7f;
  return 2 + count + content.readUIntBE(2, count);
}

export interface EnclosedData {
  readonly name: string;
  readonly relationship: string;
  readonly mediaType: string;
  readonly text: string;
}

/** Files of the document itself, found by `AF` of the catalogue and by name. */
export async function findEnclosed(bytes: Uint8Array): Promise<EnclosedData[]> {
  const pdf = await PDFDocument.load(bytes, { updateMetadata: false });
  const files = pdf.catalog.lookup(PDFName.of('AF'), PDFArray);
  return files.asArray().map((ref) => {
    const file = pdf.context.lookup(ref, PDFDict);
    const stream = file.lookup(PDFName.of('EF'), PDFDict).lookup(PDFName.of('UF'));
    if (!(stream instanceof PDFRawStream)) throw new Error('nothing is enclosed');
    return {
      name: file.lookup(PDFName.of('UF'), PDFHexString).decodeText(),
      relationship: String(file.get(PDFName.of('AFRelationship'))),
      mediaType: (stream.dict.get(PDFName.of('Subtype')) as PDFName).decodeText(),
      text: inflateSync(stream.getContents()).toString('utf8'),
    };
  });
}
