import { decodePDFRawStream, type PDFDict, type PDFDocument, PDFName, PDFRawStream } from '@cantoo/pdf-lib';

const SHOWN_TEXT = /<([0-9a-fA-F\s]*)>/g;
const TEXT_OBJECT = /\bBT\b[\s\S]*?\bET\b/g;

/**
 * How often glyph 0 is drawn: the box of a font for what it does not have (PDF/A-2 6.2.11.8 forbids it). Chromium writes text
 * as two-byte glyph numbers in hexadecimal.
 */
export function countEmptyBoxes(pdf: PDFDocument): number {
  let count = 0;
  for (const [, object] of pdf.context.enumerateIndirectObjects()) {
    if (!(object instanceof PDFRawStream) || isBinary(object.dict)) continue;
    const source = Buffer.from(decodePDFRawStream(object).decode()).toString('latin1');
    for (const [text] of source.matchAll(TEXT_OBJECT)) {
      for (const [, hex = ''] of text.matchAll(SHOWN_TEXT)) {
        count += (hex.replace(/\s/g, '').match(/.{4}/g) ?? []).filter((glyph) => glyph === '0000').length;
      }
    }
  }
  return count;
}

/** Fonts, pictures, profiles and metadata hold no operators. */
function isBinary(dict: PDFDict): boolean {
  const subtype = dict.get(PDFName.of('Subtype'));
  const isForm = subtype === undefined || subtype === PDFName.of('Form');
  return !isForm || dict.has(PDFName.of('Length1')) || dict.has(PDFName.of('N'));
}
