/**
 * PDFs made anew from their pages. Only for the child process.
 *
 * A new file takes over the pages with what is drawn on them, and nothing of the document around them: no scripts, actions, forms,
 * enclosed files, outlines, descriptions. Of notes on a page those stay that are drawn, as they are drawn.
 */
import { EncryptedPDFError, PDFArray, PDFDict, PDFDocument, PDFName, type PDFObject, PDFStream } from '@cantoo/pdf-lib';
import { CHILD_EXIT, MAX_PAGES, RemakeRefused } from './limits.ts';
import { cleanPictures, refuseTellingDrawings } from './pictures.ts';

const name = (text: string) => PDFName.of(text);
const namesOf = (text: string) => new Set(text.split(' '));

/** Of a page. `Parent` is that of the tree it hangs in, from which it inherits. */
const PAGE_KEYS = namesOf('Type Parent Resources MediaBox CropBox Rotate Contents Annots Group UserUnit');
/** Notes that are drawn. Links, films, sounds, enclosed files and fields are not among them. */
const ANNOTATIONS = namesOf(
  '/Text /FreeText /Line /Square /Circle /Polygon /PolyLine /Highlight /Underline /Squiggly /StrikeOut /Stamp /Caret /Ink',
);
const ANNOTATION_KEYS = namesOf(
  'Type Subtype Rect AP AS F C IC CA BS Border QuadPoints InkList L LE Vertices DA Contents Name',
);
/** Wherever they stand: what acts, what encloses, what describes, where on earth it is. */
const UNWANTED_KEYS = namesOf(
  'AA OpenAction JS JavaScript EF EmbeddedFiles AF Metadata PieceInfo OPI Ref XFA LastModified Measure PtData LGIDict',
);
/** Of a stream whose bytes lie in another file. */
const OUTSIDE_KEYS = ['F', 'FFilter', 'FDecodeParms'].map(name);

/**
 * @throws RemakeRefused when it is encrypted, has too many pages, or pictures that cannot be cleaned (see pictures.ts)
 * @throws Error when it cannot be read
 */
export async function remakePdf(bytes: Uint8Array): Promise<Uint8Array> {
  const source = await load(bytes);
  const pages = source.getPages();
  if (pages.length === 0) throw new Error('a PDF without pages');
  if (pages.length > MAX_PAGES) throw new RemakeRefused(CHILD_EXIT.tooManyPages);
  drawFields(source);
  for (const [, object] of source.context.enumerateIndirectObjects()) clean(object);
  for (const { node } of source.getPages()) prunePage(node);
  const made = await PDFDocument.create({ updateMetadata: false });
  for (const page of await made.copyPages(source, source.getPageIndices())) made.addPage(page);
  cleanPictures(made);
  refuseTellingDrawings(made);
  return made.save({ updateFieldAppearances: false });
}

async function load(bytes: Uint8Array): Promise<PDFDocument> {
  try {
    return await PDFDocument.load(bytes, { updateMetadata: false });
  } catch (error) {
    throw error instanceof EncryptedPDFError ? new RemakeRefused(CHILD_EXIT.encrypted) : error;
  }
}

/** What was filled in becomes part of the page: the fields themselves do not come along. */
function drawFields(source: PDFDocument): void {
  if (!source.catalog.has(name('AcroForm'))) return;
  try {
    source.getForm().flatten({ updateFieldAppearances: false });
  } catch (error) {
    // A form that does not hold together; its pages may.
    if (!(error instanceof Error)) throw error;
  }
}

/** Takes unwanted keys out of an object and all that lies in it directly; what it refers to comes by itself. */
function clean(object: PDFObject): void {
  if (object instanceof PDFArray) for (const each of object.asArray()) clean(each);
  const dict = object instanceof PDFStream ? object.dict : object;
  if (!(dict instanceof PDFDict)) return;
  if (object instanceof PDFStream) for (const key of OUTSIDE_KEYS) dict.delete(key);
  for (const [key, value] of dict.entries()) {
    if (UNWANTED_KEYS.has(key.decodeText())) dict.delete(key);
    else clean(value);
  }
}

function prunePage(page: PDFDict): void {
  keepKeys(page, PAGE_KEYS);
  const annotations = page.lookup(name('Annots'));
  page.delete(name('Annots'));
  if (!(annotations instanceof PDFArray)) return;
  const drawn = annotations.asArray().filter((each) => {
    const annotation = page.context.lookup(each);
    if (!(annotation instanceof PDFDict)) return false;
    keepKeys(annotation, ANNOTATION_KEYS);
    return ANNOTATIONS.has(String(annotation.lookup(name('Subtype'))));
  });
  if (drawn.length > 0) page.set(name('Annots'), page.context.obj(drawn));
}

function keepKeys(dict: PDFDict, kept: ReadonlySet<string>): void {
  for (const key of dict.keys()) if (!kept.has(key.decodeText())) dict.delete(key);
}
