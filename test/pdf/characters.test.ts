import { PDFDict, PDFDocument, PDFName } from '@cantoo/pdf-lib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { coveredCharacters, printableJson, printableText } from '../../activities/pdf/characters.ts';
import { createResultDocumentRenderer, type ResultDocumentRenderer } from '../../activities/pdf/index.ts';
import { printableDocument } from '../../activities/pdf/result-document.ts';
import { pdfText } from '../../scripts/lib/pdf-text.ts';
import { countEmptyBoxes } from './empty-boxes.ts';
import { sampleDocument } from './sample-document.ts';
import { rendererOptions } from './support.ts';

describe('printableText', () => {
  it.each([
    [
      'leaves what a font has',
      'Zoë zei: “Ça va?” – 100 % · Иван Ωμέγα שלום Đức',
      'Zoë zei: “Ça va?” – 100 % · Иван Ωμέγα שלום Đức',
    ],
    ['leaves line breaks and tabs', 'een\n\ttwee', 'een\n\ttwee'],
    ['writes an emoji with its skin tone as one', 'Top 👍🏽!', 'Top [U+1F44D U+1F3FD]!'],
    ['drops the joiners inside an emoji', '👩🏽‍⚕️', '[U+1F469 U+1F3FD U+2695]'],
    ['keeps joiners and soft hyphens elsewhere', 'ver\u00ADzorging\u200B', 'ver\u00ADzorging\u200B'],
    ['writes two emoji apart when there is a space', '😀 😀', '[U+1F600] [U+1F600]'],
    ['writes script without a font', '漢字', '[U+6F22 U+5B57]'],
    ['writes control characters and half surrogates', 'a\u0007b\uD800c', 'a[U+0007]b[U+D800]c'],
    [
      'turns the hyphens and spaces of word processors into common ones',
      'e\u2011mail\u2010adres 5\u202Fkg',
      'e-mail-adres 5\u00A0kg',
    ],
  ])('%s', (_name, text, printed) => {
    expect(printableText(text)).toBe(printed);
  });

  it('changes nothing the second time', () => {
    const once = printableText('Top 👍🏽! 漢字');
    expect(printableText(once)).toBe(once);
  });
});

describe('printableJson', () => {
  it('reaches every text and leaves the rest', () => {
    const data = { a: ['👍', 1, null], b: { c: true, d: 'd' } };
    expect(printableJson(data)).toEqual({
      value: { a: ['[U+1F44D]', 1, null], b: { c: true, d: 'd' } },
      hasMissing: true,
    });
    expect(printableJson({ a: 'gewoon', b: 'getypt [U+0041]' }).hasMissing).toBe(false);
  });
});

describe('characters in the result document', () => {
  let renderer: ResultDocumentRenderer;
  beforeAll(async () => {
    renderer = createResultDocumentRenderer(await rendererOptions());
  });
  afterAll(() => renderer.close());

  it('are never an empty box, whichever we say we can print, in text and in bold', async () => {
    const all = coveredCharacters().join(' ');
    const { bytes } = await renderer.render(sampleDocument({ text: all, studentName: all }));
    const letters = (text: string) => [...text.normalize('NFD').replace(/[\s\p{M}\p{Cf}]/gu, '')];
    expect(countEmptyBoxes(await PDFDocument.load(bytes, { updateMetadata: false }))).toBe(0);
    const printed = new Set(letters((await pdfText(bytes)).join('').normalize('NFKD')));
    expect(letters(all.normalize('NFKD')).filter((letter) => !printed.has(letter))).toEqual([]);
  });

  it.each([
    '👩🏽‍⚕️ ☃ → ✓ 漢字 𝔘',
    'مرحبا',
    'a\u0007b\uFFFE\uD800',
    'z\u0338\u0322 \uE000',
    '\u202Ex\u202C \u2066y\u2069 \u200D\uFE0F',
  ])('are never an empty box in %j', async (text) => {
    const { bytes } = await renderer.render(sampleDocument({ text, studentName: text }));
    expect(countEmptyBoxes(await PDFDocument.load(bytes, { updateMetadata: false }))).toBe(0);
  });

  it('are explained when one is written as its number, and only then', () => {
    expect(printableDocument(sampleDocument({ text: 'Top 👍' })).html).toContain('Unicode-nummer');
    expect(printableDocument(sampleDocument()).html).not.toContain('Unicode-nummer');
  });

  it('come from fonts that are real fonts, not drawings', async () => {
    const pdf = await PDFDocument.load((await renderer.render(sampleDocument())).bytes, { updateMetadata: false });
    const kinds = pdf.context
      .enumerateIndirectObjects()
      .flatMap(([, each]) =>
        each instanceof PDFDict && each.get(PDFName.of('Type')) === PDFName.of('Font') ? [each] : [],
      )
      .map((font) => String(font.get(PDFName.of('Subtype'))));
    expect(new Set(kinds)).toEqual(new Set(['/Type0', '/CIDFontType2']));
  });
});
