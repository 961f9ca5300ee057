import { PDFDict, PDFDocument, PDFName, PDFRawStream } from '@cantoo/pdf-lib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contentOf, readStream } from '../../activities/pdf/content.ts';
import { asParagraph, marksToElements, setApart, withoutMarks } from '../../activities/pdf/direction.ts';
import { createResultDocumentRenderer, type ResultDocumentRenderer } from '../../activities/pdf/index.ts';
import { printableDocument } from '../../activities/pdf/result-document.ts';
import type { ResultDocumentData } from '../../domain/result-document.ts';
import { pdfText } from '../../scripts/lib/pdf-text.ts';
import { sampleDocument } from './sample-document.ts';
import { rendererOptions } from './support.ts';

const NAME = 'فاطمة الزهراء';
const WORDS = 'الطالبة عملت بعناية';

/** A student, an examiner and a school whose names run from right to left. */
function turnedDocument(text: string): ResultDocumentData {
  const data = sampleDocument({ text, studentName: NAME });
  return {
    ...data,
    school: { ...data.school, name: NAME },
    examiners: data.examiners.map((examiner) => ({ ...examiner, name: NAME, handedFrom: NAME })),
    audit: data.audit.map((line) => ({ ...line, name: NAME })),
  };
}

describe('setApart', () => {
  it('leaves what runs our way', () => {
    expect(setApart('Zoë (5 %) 👍')).toBe('Zoë (5 %) 👍');
  });

  it('marks each line that runs the other way, or that turns by hand, and no other', () => {
    const text = setApart('één\nשלום\n\u202Etwee\u202C');
    expect(marksToElements(text)).toBe('één\n<bdi>שלום</bdi>\n<bdi>\u202Etwee\u202C</bdi>');
    expect(text.split('\n').map(asParagraph)).toEqual(['één', 'שלום', '\u202Etwee\u202C']);
    expect(withoutMarks(text)).toBe('één\nשלום\n\u202Etwee\u202C');
  });

  it('keeps the marks of a text that is part of a line', () => {
    const line = `Reden: ${setApart('שלום')}`;
    expect(asParagraph(line)).toBe(line);
  });
});

describe('texts from right to left in the result document', () => {
  let renderer: ResultDocumentRenderer;
  beforeAll(async () => {
    renderer = createResultDocumentRenderer(await rendererOptions());
  });
  afterAll(() => renderer.close());

  it('are set apart in our sentences, and are paragraphs of their own direction where they stand alone', () => {
    const { html, headerHtml } = printableDocument(turnedDocument(WORDS));
    expect(html).toContain(`: <bdi>${NAME}</bdi></td>`);
    expect(html).toContain(`<bdi>${NAME}</bdi>, overgenomen van <bdi>${NAME}</bdi>`);
    expect(html).toContain(`<p dir="auto">${WORDS}</p>`);
    expect(headerHtml).toContain(`<bdi>${NAME}</bdi>`);
  });

  it('cannot be made to look set apart by what somebody types', () => {
    expect(printableDocument(sampleDocument({ text: 'a\uFDD0b\uFDD1c' })).html).toContain('a[U+FDD0]b[U+FDD1]c');
  });

  it('read letter by letter as they were typed, dots and all', async () => {
    const text = (await pdfText((await renderer.render(turnedDocument(WORDS))).bytes)).join('');
    // As painted: from the left.
    const painted = (words: string) => [...words.replaceAll(' ', '')].reverse().join('');
    expect(text).toContain(painted(WORDS));
    expect(text.split(painted(NAME)).length).toBeGreaterThan(8);
    expect(text).toContain(`Beoordelingaangemaakt:${painted(NAME)}`);
  });

  it('have the dots of a letter apart from its text, so that no reader sees a space beside it', async () => {
    const pdf = await PDFDocument.load((await renderer.render(turnedDocument(WORDS))).bytes, { updateMetadata: false });
    const source = pdf
      .getPages()
      .flatMap((page) => contentOf(page, pdf.context).map(readStream))
      .join('\n');
    const spans = source.match(/\/ActualText <FEFF[0-9A-F]*> >> BDC[\s\S]*?EMC/g) ?? [];
    expect(spans.some((span) => span.includes('<FEFF> '))).toBe(true);
    expect(spans.filter((span) => (span.match(/Tj/g) ?? []).length > 1)).toEqual([]);
  });

  it('leave no shape without a text, in any font', async () => {
    const { bytes } = await renderer.render(turnedDocument(`${WORDS} ﷺ क्षत्रिय 👩🏽‍⚕️ 🇳🇱 שָׁלוֹם`));
    const pdf = await PDFDocument.load(bytes, { updateMetadata: false });
    const maps = pdf.context.enumerateIndirectObjects().flatMap(([, each]) => {
      const map = each instanceof PDFDict ? each.lookup(PDFName.of('ToUnicode')) : undefined;
      return map instanceof PDFRawStream ? [readStream(map)] : [];
    });
    expect(maps.length).toBeGreaterThan(5);
    expect(maps.filter((map) => /<0000>$/m.test(map.replace('<0000> <FFFF>', '')))).toEqual([]);
  });
});
