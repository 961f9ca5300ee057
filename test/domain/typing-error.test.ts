import { describe, expect, it } from '@jest/globals';
import {
  canBeMistyped,
  intactParts,
  isMistypedFor,
  isWithinOneError,
  mistypedNumbers,
  mistypedPattern,
  rankMistyped,
  wordsIn,
} from '../../domain/typing-error.ts';

describe('isWithinOneError', () => {
  it.each([
    ['the same', 'jansen', 'jansen', true],
    ['another letter in the middle', 'jamsen', 'jansen', true],
    ['another first letter', 'hansen', 'jansen', true],
    ['another last letter', 'jansem', 'jansen', true],
    ['a letter too few', 'janen', 'jansen', true],
    ['a letter too few at the beginning', 'ansen', 'jansen', true],
    ['a letter too few at the end', 'janse', 'jansen', true],
    ['a letter too many', 'janssen', 'jansen', true],
    ['a letter too many at the beginning', 'xjansen', 'jansen', true],
    ['a letter too many at the end', 'jansenn', 'jansen', true],
    ['two neighbours swapped', 'jasnen', 'jansen', true],
    ['the first two swapped', 'ajnsen', 'jansen', true],
    ['the last two swapped', 'jansne', 'jansen', true],
    ['two other letters', 'jamsem', 'jansen', false],
    ['two letters too few', 'jann', 'jansen', false],
    ['letters swapped that are no neighbours', 'jesnan', 'jansen', false],
    ['swapped and one more', 'jasnenn', 'jansen', false],
    ['a swap that is also another letter', 'jasnem', 'jansen', false],
    ['one letter and nothing', 'a', '', true],
    ['nothing at all', '', '', true],
  ])('%s: %s, %s', (_what, a, b, expected) => {
    expect([isWithinOneError(a, b), isWithinOneError(b, a)]).toEqual([expected, expected]);
  });
});

describe('isMistypedFor', () => {
  it.each([
    ['vrise', 'vries', true],
    ['janss', 'jansen', true],
    ['hoeks', 'hoekstra', false],
    ['hoeka', 'hoekstra', true],
    ['heok', 'hoekstra', false],
    ['jan', 'jam', false],
    ['vries', 'vries', false],
  ])('%s for %s: %s', (typed, word, expected) => {
    expect(isMistypedFor(typed, word)).toBe(expected);
  });
});

describe('mistypedPattern', () => {
  const pattern = (word: string) => new RegExp(mistypedPattern(word).replaceAll('\\m', '\\b'), 'u');

  it('finds every word that one error turns into the typed one', () => {
    const letters = 'abz';
    for (const word of ['jansen', 'vries', 'kaya', '100245']) {
      for (let at = 0; at <= word.length; at += 1) {
        const [before, after] = [word.slice(0, at), word.slice(at)];
        const typings = [before + after.slice(1), before + (after[1] ?? '') + (after[0] ?? '') + after.slice(2)];
        for (const letter of letters) typings.push(before + letter + after, before + letter + after.slice(1));
        for (const typed of typings.filter((each) => canBeMistyped(each) && isMistypedFor(each, word)))
          expect(pattern(typed).test(`noor ${word} x`)).toBe(true);
      }
    }
  });
});

describe('mistypedNumbers', () => {
  it('holds every number that one error turns into this one, and not the number itself', () => {
    const numbers = mistypedNumbers('1024');
    for (const each of ['024', '104', '10245', '71024', '1025', '9024', '0124', '1042'])
      expect(numbers).toContain(each);
    expect(numbers).not.toContain('1024');
    expect(numbers.every((each) => isWithinOneError(each, '1024'))).toBe(true);
  });
});

describe('intactParts', () => {
  it.each(['jasnen', 'jamsen', 'janen', 'janssen', 'ajnsen', 'jansne', 'jnasen', 'xansen', 'jansex'])(
    'leaves a part of %s that stands in jansen',
    (typed) => {
      expect(intactParts(typed).some((part) => 'noor jansen 1'.includes(part))).toBe(true);
    },
  );
});

describe('rankMistyped', () => {
  const text = 'noor de vries 100245 noor.devries@student.example';

  it.each([
    ['a whole word with the same first letter', 'vreis', 0],
    ['a whole word', 'fries', 1],
    ['the beginning of a word', 'devrei', 2],
    ['one word right, the other not', 'noor vreis', 0],
    ['two words wrong', 'nooor vreis', null],
    ['no error', 'noor vries', null],
    ['nothing like it', 'pietersen', null],
  ])('%s: %s', (_what, typed, rank) => {
    expect(rankMistyped(wordsIn(typed), text)).toBe(rank);
  });
});
