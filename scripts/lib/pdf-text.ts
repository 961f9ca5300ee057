/**
 * Reads the text of a PDF as Chromium writes it: strings of two-byte glyph numbers, each font with a map to characters
 * (ISO 32000-1, 9.10.3), unless `ActualText` says what they stand for (14.9.4). Enough to check our own documents with; no general
 * reader. A text that runs from right to left comes as it is painted, from the left.
 */
import { decodePDFRawStream, PDFArray, PDFDict, PDFDocument, PDFName, PDFRawStream } from '@cantoo/pdf-lib';

type GlyphMap = ReadonlyMap<number, string>;

const BLOCK = /begin(bfchar|bfrange)([\s\S]*?)end\1/g;
const CHAR = /<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>/g;
const RANGE = /<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*(?:<([0-9a-fA-F]+)>|\[([^\]]*)\])/g;
/** What says a text, ends that, changes the font, shows glyphs, or draws a form; positions do not matter here. */
const STEP =
  /\/Span<<\/ActualText <FEFF([0-9A-F]*)> >> BDC|\b(EMC)\b|\/(\S+)\s+[\d.-]+\s+Tf\b|<([0-9a-fA-F\s]*)>|\/(\S+)\s+Do\b/g;

/**
 * The text of each page in the order it was painted, without white space: where words end is a matter of positions.
 * @param bytes a PDF made by Chromium
 * @throws Error when the bytes are no PDF
 */
export async function pdfText(bytes: Uint8Array): Promise<string[]> {
  const pdf = await PDFDocument.load(bytes, { updateMetadata: false });
  return pdf.getPages().map((page) => {
    const contents = page.node.Contents();
    const streams = contents instanceof PDFArray ? contents.asArray() : [contents];
    const source = streams
      .map((each) => (each === undefined ? undefined : pdf.context.lookup(each as never)))
      .map((stream) => (stream instanceof PDFRawStream ? decode(stream) : ''))
      .join('\n');
    return paintedText(source, page.node.Resources()).replace(/\s+/g, '');
  });
}

function paintedText(source: string, resources: PDFDict | undefined): string {
  let glyphs: GlyphMap = new Map();
  let text = '';
  let isSaid = false;
  for (const [, said, end, font, shown, form] of source.matchAll(STEP)) {
    if (said !== undefined) {
      text += utf16(said);
      isSaid = true;
    } else if (end !== undefined) isSaid = false;
    else if (font !== undefined) glyphs = glyphMap(entry(resources, 'Font', font));
    else if (shown !== undefined) text += isSaid ? '' : decodeGlyphs(shown, glyphs);
    else if (form !== undefined) text += formText(entry(resources, 'XObject', form));
  }
  return text;
}

function formText(form: unknown): string {
  if (!(form instanceof PDFRawStream) || form.dict.get(PDFName.of('Subtype')) !== PDFName.of('Form')) return '';
  return paintedText(decode(form), form.dict.lookupMaybe(PDFName.of('Resources'), PDFDict));
}

function entry(resources: PDFDict | undefined, kind: string, name: string): unknown {
  return resources?.lookupMaybe(PDFName.of(kind), PDFDict)?.lookup(PDFName.of(name));
}

function glyphMap(font: unknown): GlyphMap {
  const map = new Map<number, string>();
  const stream = font instanceof PDFDict ? font.lookup(PDFName.of('ToUnicode')) : undefined;
  if (!(stream instanceof PDFRawStream)) return map;
  for (const [, kind, body = ''] of decode(stream).matchAll(BLOCK)) {
    if (kind === 'bfchar') {
      for (const [, code = '', target = ''] of body.matchAll(CHAR)) map.set(Number.parseInt(code, 16), utf16(target));
    } else {
      for (const [, first = '', last = '', start, list] of body.matchAll(RANGE))
        fillRange(map, Number.parseInt(first, 16), Number.parseInt(last, 16), start, list);
    }
  }
  return map;
}

function fillRange(
  map: Map<number, string>,
  first: number,
  last: number,
  start: string | undefined,
  list: string | undefined,
): void {
  const targets = list?.match(/[0-9a-fA-F]+/g);
  for (let code = first; code <= last; code++) {
    const target = targets?.[code - first];
    if (target !== undefined) map.set(code, utf16(target));
    else if (start !== undefined)
      map.set(code, String.fromCodePoint((utf16(start).codePointAt(0) ?? 0) + code - first));
  }
}

function decodeGlyphs(hex: string, glyphs: GlyphMap): string {
  const codes = hex.replace(/\s/g, '').match(/.{4}/g) ?? [];
  return codes.map((code) => glyphs.get(Number.parseInt(code, 16)) ?? '').join('');
}

function utf16(hex: string): string {
  return String.fromCharCode(...(hex.match(/.{4}/g) ?? []).map((unit) => Number.parseInt(unit, 16)));
}

function decode(stream: PDFRawStream): string {
  return Buffer.from(decodePDFRawStream(stream).decode()).toString('latin1');
}
