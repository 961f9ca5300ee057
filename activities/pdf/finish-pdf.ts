/**
 * What Chromium's PDF lacks: title, author, language, a stable id, metadata that says what it is. Same input, same bytes.
 */
import { createHash } from 'node:crypto';
import { ParseSpeeds, PDFDocument, PDFHexString, PDFName } from '@cantoo/pdf-lib';
import { type EnclosedFile, encloseData } from './enclose.ts';
import { markPdfA } from './pdf-a.ts';
import { addSealRoom, type ReadySeal, sealPdf } from './seal.ts';

export interface FinishOptions {
  readonly title: string;
  readonly lang: string;
  readonly author: string;
  /** ISO instant; the only date in the file. */
  readonly madeAt: string;
  /** The same content for machines. */
  readonly data?: Omit<EnclosedFile, 'madeAt'>;
  /** Absent: not sealed. */
  readonly seal?: { readonly ready: ReadySeal; readonly reason: string };
}

export interface FinishedPdf {
  readonly bytes: Uint8Array;
  /** By the authority; null when none was asked. */
  readonly timestampedAt: Date | null;
}

const PRODUCER = 'Proeve';

/**
 * The seal comes last. Without one the same input gives the same bytes.
 * In one go: the library's pauses between every fifty objects take longer than the work.
 */
export async function finishPdf(printed: Uint8Array, options: FinishOptions): Promise<FinishedPdf> {
  const { data, seal, ...meta } = options;
  const pdf = await PDFDocument.load(renumberNodes(printed), {
    updateMetadata: false,
    parseSpeed: ParseSpeeds.Fastest,
  });
  const madeAt = new Date(`${options.madeAt.slice(0, 19)}Z`);
  pdf.setTitle(options.title, { showInWindowTitleBar: true });
  pdf.setAuthor(options.author);
  pdf.setLanguage(options.lang);
  pdf.setProducer(PRODUCER);
  pdf.setCreator(PRODUCER);
  pdf.setCreationDate(madeAt);
  pdf.setModificationDate(madeAt);
  // From what it says, not from Chromium's bytes, which hold the time of printing.
  const seed = createHash('sha256')
    .update(JSON.stringify(meta))
    .update(data?.bytes ?? '')
    .digest('hex')
    .slice(0, 32)
    .toUpperCase();
  const id = PDFHexString.of(seed);
  pdf.context.trailerInfo.ID = pdf.context.obj([id, id]);
  pdf.catalog.set(PDFName.of('MarkInfo'), pdf.context.obj({ Marked: true }));
  markPdfA(pdf, { ...meta, producer: PRODUCER, iso: `${options.madeAt.slice(0, 19)}Z` });
  if (data) encloseData(pdf, { ...data, madeAt });
  if (seal) addSealRoom(pdf, seal.ready, seal.reason);
  const bytes = await pdf.save({ useObjectStreams: false, objectsPerTick: Number.POSITIVE_INFINITY });
  return seal ? sealPdf(bytes, seal.ready) : { bytes, timestampedAt: null };
}

const NODE_NAME = /\(node(\d{8})\)/g;

/**
 * Chromium names the parts of a table after its nodes, which it counts on from document to document. Counted from one in the
 * same order (the names stand in a sorted tree too) and in as many digits, so that nothing in the file moves.
 */
function renumberNodes(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const found = [...new Set([...text.matchAll(NODE_NAME)].map(([, digits = '']) => digits))].sort();
  const fresh = new Map(found.map((digits, index) => [digits, String(index + 1).padStart(8, '0')]));
  return Buffer.from(
    text.replace(NODE_NAME, (whole, digits: string) => whole.replace(digits, fresh.get(digits) ?? digits)),
    'latin1',
  );
}
