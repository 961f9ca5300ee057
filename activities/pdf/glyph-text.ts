/**
 * Which text the drawn shapes stand for, where Chromium leaves it half said. A letter that is drawn with several shapes (an Arabic
 * letter and its dots, a sign put together) gets its text in `ActualText`, and its shapes stand in the font's map to characters as
 * U+0000, which PDF/A-3 (6.2.11.7.2) and PDF/UA-1 (7.21.7) forbid, and which tells nothing to readers that look at the map alone.
 *
 * Contract
 * 1. Each shape has a text other than U+0000: that of the letter for its one wide shape, nothing visible for the others.
 * 2. Shapes without width get an (empty) `ActualText` of their own: readers take the place of a letter from the first and the last
 *    shape of it, and saw a space beside each letter whose dots come first.
 * 3. What is drawn, and where, stays as it was.
 */
import { deflateSync } from 'node:zlib';
import { PDFArray, PDFDict, type PDFDocument, PDFName, PDFNumber, PDFRawStream, PDFRef } from '@cantoo/pdf-lib';
import { contentOf, readStream } from './content.ts';

/** Invisible, and no place to break a word at. */
const NOTHING = '\u2060';
/** Forms that Arabic letters take by their place in a word; a font maps its shapes to these. */
const PLACED_LETTER = /[\uFE70-\uFEFC]/;

/** `/Span` with the text of one letter, or the choice of a font outside of one. */
const STEP = /\/Span<<\/ActualText <FEFF([0-9A-F]*)> >> BDC\n((?:(?!\bB[DM]C\b)[\s\S])*?)\bEMC\b|\/(\S+) [-\d.]+ Tf\b/g;
/** The choice of a font, or shapes that are drawn. */
const SHAPES = /\/(\S+) [-\d.]+ Tf\b|<([0-9A-F]+)> Tj/g;

interface Shape {
  readonly font: Font | undefined;
  readonly code: number;
  /** In the text of the span, behind the operator that draws it. */
  readonly end: number;
}

/** A font of the file, as far as this is about it. */
interface Font {
  readonly widthOf: (code: number) => number;
  /** Texts that spans gave to its shapes. */
  readonly texts: Map<number, string>;
}

export function mendGlyphTexts(pdf: PDFDocument): void {
  const fonts = new Map<string, Font>();
  for (const page of pdf.getPages()) {
    const resources = page.node.Resources();
    const source = contentOf(page, pdf.context).map(readStream).join('\n');
    if (!source.includes('/ActualText')) continue;
    const mended = splitSpans(source, (name) => findFont(resources, name, fonts));
    const stream = pdf.context.stream(deflateSync(Buffer.from(mended, 'latin1')), { Filter: 'FlateDecode' });
    page.node.set(PDFName.of('Contents'), pdf.context.register(stream));
  }
  for (const [ref, object] of pdf.context.enumerateIndirectObjects()) {
    if (object instanceof PDFDict && object.has(PDFName.of('ToUnicode')))
      mendMap(pdf, object, fonts.get(ref.toString())?.texts ?? new Map());
  }
}

function findFont(resources: PDFDict | undefined, name: string, known: Map<string, Font>): Font | undefined {
  const list = resources?.lookupMaybe(PDFName.of('Font'), PDFDict);
  const ref = list?.get(PDFName.of(name));
  if (!(ref instanceof PDFRef)) return undefined;
  const found = known.get(ref.toString());
  if (found) return found;
  const font = { widthOf: widthsOf(list?.lookup(PDFName.of(name), PDFDict)), texts: new Map<number, string>() };
  known.set(ref.toString(), font);
  return font;
}

/** Widths by the number of the shape: `W` is a list of `first [widths…]` and `first last width` (ISO 32000-1, 9.7.4.3). */
function widthsOf(font: PDFDict | undefined): (code: number) => number {
  const inner = font?.lookupMaybe(PDFName.of('DescendantFonts'), PDFArray)?.lookupMaybe(0, PDFDict);
  const usual = inner?.lookupMaybe(PDFName.of('DW'), PDFNumber)?.asNumber() ?? 1000;
  const list = inner?.lookupMaybe(PDFName.of('W'), PDFArray);
  const widths = new Map<number, number>();
  const numberAt = (index: number) => list?.lookupMaybe(index, PDFNumber)?.asNumber() ?? 0;
  for (let index = 0; index < (list?.size() ?? 0); ) {
    const first = numberAt(index);
    const next = list?.lookup(index + 1);
    if (next instanceof PDFArray) {
      next.asArray().forEach((width, place) => {
        if (width instanceof PDFNumber) widths.set(first + place, width.asNumber());
      });
      index += 2;
    } else {
      for (let code = first; code <= numberAt(index + 1); code += 1) widths.set(code, numberAt(index + 2));
      index += 3;
    }
  }
  return (code) => widths.get(code) ?? usual;
}

function splitSpans(source: string, find: (name: string) => Font | undefined): string {
  let font: Font | undefined;
  return source.replace(
    STEP,
    (whole, text: string | undefined, inner: string | undefined, chosen: string | undefined) => {
      if (chosen !== undefined) font = find(chosen);
      if (text === undefined || inner === undefined) return whole;
      const shapes: Shape[] = [];
      for (const match of inner.matchAll(SHAPES)) {
        const [step, name, codes = ''] = match;
        if (name !== undefined) font = find(name);
        for (const code of codes.match(/.{4}/g) ?? [])
          shapes.push({ font, code: Number.parseInt(code, 16), end: match.index + step.length });
      }
      return writeSpan(whole, text, inner, shapes);
    },
  );
}

/** Notes what each shape stands for. @returns the span, or one for each shape */
function writeSpan(whole: string, text: string, inner: string, shapes: readonly Shape[]): string {
  const wide = shapes.filter(({ font, code }) => (font?.widthOf(code) ?? 0) !== 0);
  const main = wide[0] ?? shapes[0];
  for (const shape of shapes) shape.font?.texts.set(shape.code, shape === main ? fromHex(text) : NOTHING);
  const areApart = new Set(shapes.map(({ end }) => end)).size === shapes.length;
  if (wide.length !== 1 || shapes.length === 1 || !areApart) return whole;
  let from = 0;
  const parts = shapes.map((shape) => {
    const part = inner.slice(from, shape.end);
    from = shape.end;
    return `/Span<</ActualText <FEFF${shape === main ? text : ''}> >> BDC\n${part.trim()}\nEMC`;
  });
  return `${parts.join('\n')}\n${inner.slice(from)}`;
}

/** Entries of a map as Chromium writes it. */
const CHARACTERS = /\d+ beginbfchar\n([\s\S]*?)endbfchar\n/g;
const CHARACTER = /<([0-9A-F]{4})> <([0-9A-F]+)>/g;

/** Only single entries are mended: a range holds shapes that follow each other as their characters do, so none without one. */
function mendMap(pdf: PDFDocument, font: PDFDict, texts: ReadonlyMap<number, string>): void {
  const stream = font.lookup(PDFName.of('ToUnicode'));
  if (!(stream instanceof PDFRawStream)) return;
  const source = readStream(stream);
  const mended = source.replace(CHARACTERS, (block) =>
    block.replace(CHARACTER, (entry, code: string, target: string) => {
      const text = fromHex(target);
      if (/^0+$/.test(target)) return `<${code}> <${toHex(texts.get(Number.parseInt(code, 16)) ?? NOTHING)}>`;
      return PLACED_LETTER.test(text) ? `<${code}> <${toHex(text.normalize('NFKC'))}>` : entry;
    }),
  );
  if (mended === source) return;
  const fresh = pdf.context.stream(deflateSync(Buffer.from(mended, 'latin1')), { Filter: 'FlateDecode' });
  font.set(PDFName.of('ToUnicode'), pdf.context.register(fresh));
}

function fromHex(hex: string): string {
  return Buffer.from(hex, 'hex').swap16().toString('utf16le');
}

function toHex(text: string): string {
  return Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase();
}
