/**
 * One typing error: a letter too many, too few, another one, or two neighbours the wrong way round (Damerau 1964: four of
 * five misspellings are one of these). All texts here are as `searchable` makes them.
 */

/** In a shorter word one error makes it almost any other word. */
export const MIN_MISTYPED = 4;
/** Nobody mistypes a longer word and means it; and the pattern of {@link mistypedPattern} grows with its square. */
const MAX_MISTYPED = 24;
/** From this length on a word that is not typed to its end may hold an error as well. */
const MIN_MISTYPED_START = 5;

/** Whether two words are the same but for at most one typing error. */
export function isWithinOneError(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (long.length - short.length > 1) return false;
  let start = 0;
  while (start < short.length && short[start] === long[start]) start += 1;
  if (short.length < long.length) return short.slice(start) === long.slice(start + 1);
  if (short.slice(start + 1) === long.slice(start + 1)) return true;
  const isSwapped = short[start] === long[start + 1] && short[start + 1] === long[start];
  return isSwapped && short.slice(start + 2) === long.slice(start + 2);
}

/** Whether a typed word stands, with one error in it, for a word or for the beginning of one; what occurs in it has no error. */
export function isMistypedFor(typed: string, word: string): boolean {
  if (typed.length < MIN_MISTYPED || word.includes(typed)) return false;
  if (isWithinOneError(typed, word)) return true;
  if (typed.length < MIN_MISTYPED_START) return false;
  return [-1, 0, 1].some((more) => {
    const length = typed.length + more;
    return length < word.length && isWithinOneError(typed, word.slice(0, length));
  });
}

/** The words of a text: runs of letters and digits, so that the parts of an address are words too. */
export function wordsIn(text: string): string[] {
  return text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}

/** Whether a word can have a typing error that is worth looking for. */
export function canBeMistyped(word: string): boolean {
  return word.length >= MIN_MISTYPED && word.length <= MAX_MISTYPED;
}

/**
 * A regular expression of PostgreSQL for every text in which some word begins as `word` with one error. It finds no less than
 * {@link isMistypedFor}, and can be answered from a trigram index.
 * @param word letters and digits alone
 */
export function mistypedPattern(word: string): string {
  const variants = new Set<string>();
  for (let at = 0; at < word.length; at += 1) {
    const [before, after] = [word.slice(0, at), word.slice(at + 1)];
    variants.add(`${before}.${after}`);
    variants.add(`${before}${after}`);
    variants.add(`${before}.${word.slice(at)}`);
    if (after !== '') variants.add(`${before}${after[0]}${word[at]}${after.slice(1)}`);
  }
  variants.delete(word);
  return `\\m(?:${[...variants].join('|')})`;
}

/** Every number that one error turns into this one: few enough to look each of them up. @param number digits alone */
export function mistypedNumbers(number: string): string[] {
  const found = new Set<string>();
  for (let at = 0; at <= number.length; at += 1) {
    const [before, after] = [number.slice(0, at), number.slice(at)];
    for (const digit of '0123456789') {
      found.add(`${before}${digit}${after}`);
      if (after !== '') found.add(`${before}${digit}${after.slice(1)}`);
    }
    if (after !== '') found.add(`${before}${after.slice(1)}`);
    if (after.length > 1) found.add(`${before}${after[1]}${after[0]}${after.slice(2)}`);
  }
  found.delete(number);
  return [...found];
}

/**
 * Parts of which at least one stands in every text that {@link mistypedPattern} finds: an error is in one half of a word or in
 * the other, unless it swaps the letters between them. Looking for a part costs a tenth of trying the pattern, which counts for
 * short words: they have too few trigrams for an index to tell them apart.
 * @param word of at least two characters
 */
export function intactParts(word: string): [string, string, string] {
  const middle = word.length >> 1;
  const [left, right] = [word.slice(0, middle), word.slice(middle)];
  return [left, right, `${left.slice(0, -1)}${right.slice(0, 1)}${left.slice(-1)}${right.slice(1)}`];
}

/**
 * How well a text answers a search of which one word is mistyped.
 * @param typed words of the search
 * @param text what is searched
 * @returns lower is better: a whole word with the same first letter, a whole word, the beginning of one; null when the text does
 *   not answer, or answers without an error
 */
export function rankMistyped(typed: readonly string[], text: string): number | null {
  const missing = typed.filter((word) => !text.includes(word));
  const [only, ...others] = missing;
  if (only === undefined || others.length > 0) return null;
  const ranks = wordsIn(text)
    .filter((word) => isMistypedFor(only, word))
    .map((word) => (isWithinOneError(only, word) ? 0 : 2) + (word[0] === only[0] ? 0 : 1));
  return ranks.length === 0 ? null : Math.min(...ranks);
}
