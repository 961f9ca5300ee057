import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const iconsDir = path.join(path.dirname(createRequire(import.meta.url).resolve('lucide-static/package.json')), 'icons');
const ICON_NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const cache = new Map<string, string>();

/**
 * An icon of the Lucide set as inline SVG. Always decorative: hidden from assistive technology, so a word must stand
 * next to it. Takes the colour of the text.
 *
 * @param name file name in `lucide-static/icons` without `.svg`
 * @throws {Error} no such icon, or a name that is no plain file name
 */
export function iconSvg(name: string): string {
  const known = cache.get(name);
  if (known !== undefined) {
    return known;
  }
  if (!ICON_NAME.test(name)) {
    throw new Error(`"${name}" is not an icon name`);
  }
  const svg = decorate(readFileSync(path.join(iconsDir, `${name}.svg`), 'utf8'));
  cache.set(name, svg);
  return svg;
}

/** Keeps only the drawing of the file and gives it our own opening tag. */
function decorate(source: string): string {
  const drawing = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(source)?.[1];
  if (drawing === undefined) {
    throw new Error('Icon file holds no svg element');
  }
  const shapes = drawing.replace(/\s+/g, ' ').trim();
  return `<svg class="proeve-icon" aria-hidden="true" focusable="false" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${shapes}</svg>`;
}
