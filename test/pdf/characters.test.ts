import { PDFDict, PDFDocument, PDFName } from '@cantoo/pdf-lib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { printableJson, printableText } from '../../activities/pdf/characters.ts';
import { charactersOf } from '../../activities/pdf/font-coverage.ts';
import { FONTS, fontStyle } from '../../activities/pdf/fonts.ts';
import { createResultDocumentRenderer, type ResultDocumentRenderer } from '../../activities/pdf/index.ts';
import { printableDocument } from '../../activities/pdf/result-document.ts';
import { documentWords, eventWords } from '../../activities/pdf/words.ts';
import { pdfText } from '../../scripts/lib/pdf-text.ts';
import { countEmptyBoxes } from './empty-boxes.ts';
import { sampleDocument } from './sample-document.ts';
import { rendererOptions } from './support.ts';

const familiesOf = (text: string) => [...printableText(text).fonts].map(({ family }) => family);

describe('printableText', () => {
  it.each([
    [
      'leaves what a font has',
      'Zoë zei: “Ça va?” – 100 % · Иван Ωμέγα ἀρχή שלום مرحبا नमस्ते Đức 👍🏽 ≤ ‰',
      'Zoë zei: “Ça va?” – 100 % · Иван Ωμέγα ἀρχή שלום مرحبا नमस्ते Đức 👍🏽 ≤ ‰',
    ],
    ['leaves arrows, boxes and ticks', 'eerst → dan ⇒ klaar ✓ ☐ ☑ ■ ♀', 'eerst → dan ⇒ klaar ✓ ☐ ☑ ■ ♀'],
    ['leaves line breaks and tabs', 'een\n\ttwee', 'een\n\ttwee'],
    ['leaves an emoji that is put together', '👩🏽‍⚕️👨‍👩‍👧‍👦🇳🇱1️⃣🏴‍☠️', '👩🏽‍⚕️👨‍👩‍👧‍👦🇳🇱1️⃣🏴‍☠️'],
    ['keeps joiners and soft hyphens elsewhere', 'ver\u00ADzorging\u200B', 'ver\u00ADzorging\u200B'],
    ['writes script without a font', '漢字', '[U+6F22 U+5B57]'],
    ['writes two of them apart when there is a space', '漢 字', '[U+6F22] [U+5B57]'],
    ['writes control characters and half surrogates', 'a\u0007b\uD800c\u0000\r', 'a[U+0007]b[U+D800]c[U+0000 U+000D]'],
    ['writes codes for private use, which no two fonts agree on', '\uE000\uF8FF', '[U+E000 U+F8FF]'],
    ['takes a letter apart, or puts it together, when a font has it so', 'Ḹ H\u0323', 'Ḹ H\u0323'],
    ['writes marks that no font has on that letter', 'z\u0338\u0322', 'z[U+0338 U+0322]'],
    ['writes a mark that stands on nothing', '\u0338x', '[U+0338]x'],
    ['keeps what it can of an emoji that no font has whole', '👩\u200D\u{1F8FF}', '👩[U+1F8FF]'],
    [
      'turns the hyphens and spaces of word processors into common ones',
      'e\u2011mail\u2010adres 5\u202Fkg',
      'e-mail-adres 5\u00A0kg',
    ],
  ])('%s', (_name, text, printed) => {
    expect(printableText(text).text).toBe(printed);
  });

  it('changes nothing the second time', () => {
    const once = printableText('Top 👍🏽! 漢字').text;
    expect(printableText(once).text).toBe(once);
  });

  it.each([
    ['none more than the main one for an ordinary text', 'Zoë zei: “Ça va?” – 5 %', []],
    [
      'those of other letters, in their order',
      'שלום مرحبا Čapek',
      ['Atkinson Extended', 'Noto Sans Hebrew', 'Noto Sans Arabic'],
    ],
    ['the part of the emoji in which all of one is', '👍 👩🏽‍⚕️', ['Noto Emoji 9', 'Noto Emoji 8']],
    ['all emoji in one for what no part has whole', '👍\u200D🌈', ['Noto Emoji emoji']],
  ])('asks for fonts: %s', (_name, text, families) => {
    expect(new Set(familiesOf(text))).toEqual(new Set(families));
  });

  it('finds in the main font whatever our own words need', () => {
    const words = [documentWords, eventWords].flatMap(({ nl, en }) => [...Object.values(nl), ...Object.values(en)]);
    expect(words.filter((word) => familiesOf(word).length > 0)).toEqual([]);
  });
});

describe('fonts of the document', () => {
  it('have the same characters in every weight', () => {
    // They are asked in one weight; a letter that only that one has would be a box in a heading.
    for (const font of FONTS) {
      const files = [...font.faces([400, 600, 700]).matchAll(/base64,([^)]+)\)/g)].map(([, data = '']) => data);
      const found = files.map((data) => charactersOf(Buffer.from(data, 'base64')));
      expect(found).toEqual(found.map(() => font.characters()));
    }
  });

  it('come along only when they are needed, in the order in which they are asked', () => {
    const { faces, families } = fontStyle(printableText('שלום').fonts, [400]);
    expect(families).toBe('"Atkinson", "Noto Sans Hebrew"');
    expect(faces.match(/font-family:"[^"]+"/g)).toEqual(['font-family:"Atkinson"', 'font-family:"Noto Sans Hebrew"']);
  });
});

describe('printableJson', () => {
  it('reaches every text and leaves the rest', () => {
    const data = { a: ['漢', 1, null], b: { c: true, d: 'd' } };
    const { value, hasMissing } = printableJson(data);
    expect({ value, hasMissing }).toEqual({
      value: { a: ['[U+6F22]', 1, null], b: { c: true, d: 'd' } },
      hasMissing: true,
    });
    expect(printableJson({ a: 'gewoon', b: 'getypt [U+0041]' }).hasMissing).toBe(false);
  });
});

/** All that a font claims to have, apart from marks (which stand on a letter) and what is never drawn. */
function claimedCharacters(): string[] {
  const codes = FONTS.flatMap((font) =>
    font.characters().flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, offset) => from + offset)),
  );
  return [...new Set(codes)]
    .map((code) => String.fromCodePoint(code))
    .filter((character) => !/^[\p{M}\p{Default_Ignorable_Code_Point}\s]$/u.test(character))
    .filter((character) => printableText(character).text === character);
}

describe('characters in the result document', () => {
  let renderer: ResultDocumentRenderer;
  beforeAll(async () => {
    renderer = createResultDocumentRenderer(await rendererOptions());
  });
  afterAll(() => renderer.close());

  it.each([
    ['letters', false, 3_000],
    ['pictures', true, 1_000],
  ])(
    'are never an empty box, whichever %s we say we can print, in text and in bold',
    async (_name, isPicture, count) => {
      const all = claimedCharacters().filter((each) => /\p{So}|\p{Emoji_Presentation}/u.test(each) === isPicture);
      expect(all.length).toBeGreaterThan(count);
      const text = all.join(' ');
      const { bytes } = await renderer.render(sampleDocument({ text, studentName: text }));
      const letters = (source: string) => [...source.normalize('NFKD').replace(/[\s\p{M}\p{Cf}]/gu, '')];
      expect(countEmptyBoxes(await PDFDocument.load(bytes, { updateMetadata: false }))).toBe(0);
      const printed = new Set(letters((await pdfText(bytes)).join('')));
      expect(letters(text).filter((letter) => !printed.has(letter))).toEqual([]);
    },
  );

  it.each([
    '👩🏽‍⚕️ ☃ → ✓ 漢字 𝔘',
    'مرحبا السَّلَامُ ﷺ',
    'क्षत्रिय שָׁלוֹם за́мок',
    'a\u0007b\uFFFE\uD800',
    'z\u0338\u0322 \uE000',
    '\u202Ex\u202C \u2066y\u2069 \u200D\uFE0F',
  ])('are never an empty box in %j', async (text) => {
    const { bytes } = await renderer.render(sampleDocument({ text, studentName: text }));
    expect(countEmptyBoxes(await PDFDocument.load(bytes, { updateMetadata: false }))).toBe(0);
  });

  it('are explained when one is written as its number, and only then', () => {
    expect(printableDocument(sampleDocument({ text: 'Top 漢' })).html).toContain('Unicode-nummer');
    expect(printableDocument(sampleDocument({ text: 'Top 👍' })).html).not.toContain('Unicode-nummer');
  });

  it('bring no font along that an ordinary document does not need', () => {
    const { html, headerHtml } = printableDocument(sampleDocument());
    expect([html, headerHtml].map((part) => new Set(part.match(/@font-face\{font-family:"[^"]+"/g)).size)).toEqual([
      1, 1,
    ]);
  });

  it('come from fonts that are real fonts, not drawings', async () => {
    const { bytes } = await renderer.render(sampleDocument({ text: 'Top 👍 مرحبا' }));
    const pdf = await PDFDocument.load(bytes, { updateMetadata: false });
    const kinds = pdf.context
      .enumerateIndirectObjects()
      .flatMap(([, each]) =>
        each instanceof PDFDict && each.get(PDFName.of('Type')) === PDFName.of('Font') ? [each] : [],
      )
      .map((font) => String(font.get(PDFName.of('Subtype'))));
    expect(new Set(kinds)).toEqual(new Set(['/Type0', '/CIDFontType2']));
  });
});
