/** Whether bytes are a drawing in SVG, told from their beginning without parsing XML. */

import { isUtf8 } from 'node:buffer';

/** What the beginning of a file says. */
export const SvgHead = {
  Svg: 'svg',
  /** An SVG that defines entities. */
  Entities: 'entities',
  /** Something else, or in another encoding than UTF-8. */
  Other: 'other',
} as const;
export type SvgHead = (typeof SvgHead)[keyof typeof SvgHead];

/** Programs put remarks in front; more than this nobody writes. */
const HEAD_CHARACTERS = 20_000;
const ENCODING = /\sencoding\s{0,9}=\s{0,9}["']([^"']{0,40})["']/;
const READABLE_ENCODINGS: ReadonlySet<string> = new Set(['utf-8', 'us-ascii']);

/** @param bytes the whole file */
export function headOfSvg(bytes: Uint8Array): SvgHead {
  if (!isUtf8(bytes)) return SvgHead.Other;
  const text = Buffer.from(bytes).toString('utf8');
  if (!isSvg(text.slice(0, HEAD_CHARACTERS))) return SvgHead.Other;
  return text.includes('<!ENTITY') ? SvgHead.Entities : SvgHead.Svg;
}

/** Steps over what may stand before the root: declaration, remarks, type. Each step goes forward, so it ends. */
function isSvg(head: string): boolean {
  // Also takes a byte order mark away.
  let rest = head.trimStart();
  if (rest.startsWith('<?xml')) {
    const declaration = rest.slice(0, rest.indexOf('?>') + 1);
    const encoding = ENCODING.exec(declaration)?.[1]?.toLowerCase();
    if (encoding !== undefined && !READABLE_ENCODINGS.has(encoding)) return false;
  }
  for (;;) {
    const end = endOfPreamble(rest);
    if (end === null) return /^<svg[\s>/]/.test(rest);
    if (end < 0) return false;
    rest = rest.slice(end).trimStart();
  }
}

/** Where a remark or the like at the very beginning ends; null when there is none, negative when it does not end. */
function endOfPreamble(text: string): number | null {
  const closing = (mark: string) => {
    const at = text.indexOf(mark);
    return at < 0 ? -1 : at + mark.length;
  };
  if (text.startsWith('<!--')) return closing('-->');
  if (text.startsWith('<?')) return closing('?>');
  if (!text.startsWith('<!DOCTYPE')) return null;
  const bracket = text.indexOf('[');
  const hasSubset = bracket >= 0 && bracket < text.indexOf('>');
  return hasSubset ? closing(']>') : closing('>');
}
