/** What differs between two texts, word by word. Pure. */
import { diffWordsWithSpace } from 'diff';

export interface DiffPart {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Texts of this length that have nothing in common take longer than a page may; then one stands whole beside the other. */
const MOST_EDITS = 1500;

/**
 * Parts in reading order; what was removed stands before what came instead. Words that changed one after another are one part.
 * @returns nothing for two empty texts
 */
export function wordDiff(before: string, after: string): DiffPart[] {
  const changes = diffWordsWithSpace(before, after, { maxEditLength: MOST_EDITS });
  const parts = changes?.map(({ added, removed, value }): DiffPart => {
    if (added) return { kind: 'added', text: value };
    return { kind: removed ? 'removed' : 'same', text: value };
  });
  return joined(parts ?? whole(before, after));
}

function whole(before: string, after: string): DiffPart[] {
  const parts: DiffPart[] = [
    { kind: 'removed', text: before },
    { kind: 'added', text: after },
  ];
  return parts.filter(({ text }) => text !== '');
}

/** A space between two changed words belongs to the change: nobody reads "~~a~~ b ~~c~~ d" word by word. */
function joined(parts: readonly DiffPart[]): DiffPart[] {
  const result: DiffPart[] = [];
  let removed = '';
  let added = '';
  const close = () => {
    if (removed !== '') result.push({ kind: 'removed', text: removed });
    if (added !== '') result.push({ kind: 'added', text: added });
    removed = '';
    added = '';
  };
  parts.forEach((part, index) => {
    if (part.kind === 'removed') removed += part.text;
    else if (part.kind === 'added') added += part.text;
    else if (isBridge(parts, index) && (removed !== '' || added !== '')) {
      removed += part.text;
      added += part.text;
    } else {
      close();
      result.push(part);
    }
  });
  close();
  return result;
}

/** Only spaces, with changes of both kinds on both sides: words were replaced there, not just taken away or put in. */
function isBridge(parts: readonly DiffPart[], index: number): boolean {
  const text = parts[index]?.text ?? '';
  const isReplaced = (first: number, second: number) =>
    new Set([parts[first]?.kind, parts[second]?.kind]).size === 2 &&
    [parts[first], parts[second]].every((part) => part !== undefined && part.kind !== 'same');
  return text.trim() === '' && isReplaced(index - 2, index - 1) && isReplaced(index + 1, index + 2);
}
