/**
 * Pictures inside a PDF, without what a camera or a program wrote beside them.
 *
 * Contract
 * 1. A picture that is stored as a file of its own kind (JPEG, JPEG 2000) loses its metadata; the pixels stay as they are.
 * 2. What cannot be cleaned is refused, never let through.
 */
import {
  decodePDFRawStream,
  PDFArray,
  type PDFContext,
  PDFDict,
  type PDFDocument,
  PDFName,
  type PDFObject,
  PDFRawStream,
} from '@cantoo/pdf-lib';
import { stripJpegSegments } from './jpeg-segments.ts';
import { stripJpeg2000 } from './jpeg2000.ts';
import { CHILD_EXIT, RemakeRefused } from './limits.ts';

const FILTER = PDFName.of('Filter');
const PARAMETERS = PDFName.of('DecodeParms');

/** By the filter that makes pixels of a file. Some programs write it in short. */
const STRIPPERS: ReadonlyMap<string, (bytes: Uint8Array) => Uint8Array> = new Map([
  ['/DCTDecode', stripJpegSegments],
  ['/DCT', stripJpegSegments],
  ['/JPXDecode', stripJpeg2000],
  ['/JPX', stripJpeg2000],
]);

/** @throws RemakeRefused when a picture cannot be cleaned */
export function cleanPictures({ context }: PDFDocument): void {
  for (const [ref, object] of context.enumerateIndirectObjects()) {
    const cleaned = object instanceof PDFRawStream ? cleanPicture(context, object) : null;
    if (cleaned !== null) context.assign(ref, cleaned);
  }
}

/** @returns null for what is no picture with a file in it */
function cleanPicture(context: PDFContext, stream: PDFRawStream): PDFRawStream | null {
  const filters = listOf(stream.dict.lookup(FILTER)).map(String);
  const place = filters.findIndex((filter) => STRIPPERS.has(filter));
  const strip = STRIPPERS.get(filters[place] ?? '');
  if (strip === undefined) return null;
  return orRefuse(() => {
    // Behind the picture there is nothing left to undo.
    if (place !== filters.length - 1) throw new Error('a picture inside a picture');
    const parameters = listOf(stream.dict.lookup(PARAMETERS));
    const file = place === 0 ? stream.contents : unpacked(context, stream, filters.slice(0, place), parameters);
    const dict = stream.dict.clone(context);
    dict.set(FILTER, PDFName.of(filters[place]?.slice(1) ?? ''));
    setOrDelete(dict, PARAMETERS, parameters[place]);
    return PDFRawStream.of(dict, strip(file));
  });
}

/** What the filters before the last one packed. */
function unpacked(
  context: PDFContext,
  { contents }: PDFRawStream,
  filters: readonly string[],
  parameters: readonly PDFObject[],
): Uint8Array {
  const dict = PDFDict.withContext(context);
  dict.set(FILTER, context.obj(filters.map((filter) => PDFName.of(filter.slice(1)))));
  if (parameters.length > 0) dict.set(PARAMETERS, context.obj(parameters.slice(0, filters.length)));
  return decodePDFRawStream(PDFRawStream.of(dict, contents)).decode();
}

function setOrDelete(dict: PDFDict, key: PDFName, value: PDFObject | undefined): void {
  if (value instanceof PDFDict) dict.set(key, value);
  else dict.delete(key);
}

function listOf(object: PDFObject | undefined): PDFObject[] {
  if (object === undefined) return [];
  return object instanceof PDFArray ? object.asArray().map((each, index) => object.lookup(index) ?? each) : [object];
}

/** How files of pictures begin to tell of place, device and person: EXIF, XMP, IPTC. */
const TELLING = ['Exif\0\0', 'http://ns.adobe.com/xap/', '<x:xmpmeta', 'Photoshop 3.0\0'].map((text) =>
  Buffer.from(text, 'latin1'),
);
const SUBTYPE = PDFName.of('Subtype');
/** Streams with one of these hold a font. */
const FONT_KEYS = ['Length1', 'Length2', 'Length3'].map((key) => PDFName.of(key));

/**
 * Looks for pictures that are written into a drawing itself, where they are no objects.
 * @throws RemakeRefused when one of them tells more than its pixels
 */
export function refuseTellingDrawings({ context }: PDFDocument): void {
  for (const [, object] of context.enumerateIndirectObjects()) {
    if (!(object instanceof PDFRawStream) || !mayBeDrawing(object.dict)) continue;
    const drawing = drawingOf(object);
    if (TELLING.some((words) => drawing.includes(words))) throw new RemakeRefused(CHILD_EXIT.notCleaned);
  }
}

function mayBeDrawing(dict: PDFDict): boolean {
  return String(dict.lookup(SUBTYPE)) !== '/Image' && !FONT_KEYS.some((key) => dict.has(key));
}

/** As it was packed where it cannot be unpacked: then no reader draws it either. */
function drawingOf(stream: PDFRawStream): Buffer {
  try {
    return Buffer.from(decodePDFRawStream(stream).decode());
  } catch (error) {
    if (error instanceof Error) return Buffer.from(stream.contents);
    throw error;
  }
}

function orRefuse<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw error instanceof Error ? new RemakeRefused(CHILD_EXIT.notCleaned) : error;
  }
}
