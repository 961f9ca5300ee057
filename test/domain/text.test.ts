import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  cleanLine,
  cleanSearch,
  cleanText,
  findForbiddenCharacter,
  isPresent,
  normalizeText,
  textLength,
} from '../../domain/text.ts';

const anyText = fc.string({ unit: 'binary' });

describe('normalizeText', () => {
  it.each([
    ['trims', '  goed \n', 'goed'],
    ['keeps inner line breaks and tabs', 'a\n\n\tb', 'a\n\n\tb'],
    ['turns CRLF and a lone CR into LF', 'a\r\nb\rc', 'a\nb\nc'],
    ['composes to NFC', 'cafe\u0301', 'caf\u00e9'],
    ['leaves compatibility characters as they are', '\ufb01 ²', '\ufb01 ²'],
  ])('%s', (_name, text, expected) => {
    expect(normalizeText(text)).toBe(expected);
  });

  it('is idempotent for any text', () => {
    fc.assert(fc.property(anyText, (text) => normalizeText(normalizeText(text)) === normalizeText(text)));
  });
});

describe('cleanText', () => {
  it.each([
    ['removes overrides and embeddings', 'niet \u202Egoed\u202C', 'niet goed'],
    ['removes isolates', '\u2066a\u2067b\u2068c\u2069', 'abc'],
    ['keeps direction marks and joiners', 'a\u200Fb\u200Dc', 'a\u200Fb\u200Dc'],
    ['turns other line breaks into LF', 'a\vb\fc\u0085d\u2028e\u2029f', 'a\nb\nc\nd\ne\nf'],
    ['replaces half surrogates', 'a\ud800b', 'a\ufffdb'],
    ['keeps HTML as text', '<b onclick="x">&amp;</b>', '<b onclick="x">&amp;</b>'],
    ['composes what stood around a removed character', 'e\u202A\u0301', '\u00e9'],
  ])('%s', (_name, text, expected) => {
    expect(cleanText(text)).toBe(expected);
  });

  it('is idempotent, well formed and free of bidi controls for any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const clean = cleanText(text);
        expect(cleanText(clean)).toBe(clean);
        expect(clean.isWellFormed()).toBe(true);
        expect(clean).not.toMatch(/[\u202A-\u202E\u2066-\u2069\r]/u);
      }),
    );
  });
});

describe('cleanLine', () => {
  it('makes one line of it', () => {
    expect(cleanLine(' Zorg\r\n  in\tde wijk ')).toBe('Zorg in de wijk');
  });
});

describe('isPresent', () => {
  it.each([
    ['', false],
    ['   \n\t ', false],
    ['\u00a0\u2003\u3000', false],
    ['\u200b\u200c\u200d\u2060\ufeff', false],
    ['\u202e\u2066\u200f\u061c', false],
    ['\u0000\u0007\u001b\u009f', false],
    ['\u3164\u115f\uffa0\u2800\u034f\ufe0f', false],
    [' \u200b. ', true],
    ['0', true],
    ['👍', true],
  ])('says of %j: %s', (text, expected) => {
    expect(isPresent(text)).toBe(expected);
  });

  it('is false for null and undefined', () => {
    expect([isPresent(null), isPresent(undefined)]).toEqual([false, false]);
  });

  it('never calls blank text present', () => {
    fc.assert(fc.property(anyText, (text) => text.trim() !== '' || !isPresent(text)));
  });
});

describe('textLength', () => {
  it.each([
    ['', 0],
    ['  ab ', 2],
    ['a\r\nb', 3],
    ['cafe\u0301', 4],
    ['👍👍', 2],
    ['x'.repeat(2000), 2000],
  ])('of %j is %i', (text, expected) => {
    expect(textLength(text)).toBe(expected);
  });
});

describe('findForbiddenCharacter', () => {
  it.each([
    ['goed\n\tgedaan', null],
    ['', null],
    ['ab\u0000', { code: 'U+0000', position: 2 }],
    ['👍\u0007\u0000', { code: 'U+0007', position: 1 }],
    ['\u007f', { code: 'U+007F', position: 0 }],
    ['a\u0090', { code: 'U+0090', position: 1 }],
    ['\u202e', null],
  ])('in %j finds %j', (text, expected) => {
    expect(findForbiddenCharacter(text)).toEqual(expected);
  });

  it('finds nothing exactly when no control character but LF and tab is there', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const isForbidden = [...text].some((character) => /\p{Cc}/u.test(character) && !'\n\t'.includes(character));
        expect(findForbiddenCharacter(text) !== null).toBe(isForbidden);
      }),
    );
  });
});

describe('cleanSearch', () => {
  it('makes one line without control characters', () => {
    expect(cleanSearch(' Noor\u0000 de\n Vries\u202e ', 200)).toBe('Noor de Vries');
    expect(cleanSearch('abcdef', 3)).toBe('abc');
  });
});
