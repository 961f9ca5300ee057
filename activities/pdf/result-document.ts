/** The result document as HTML, ready to print. User data passes only escaped Handlebars expressions. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import Handlebars from 'handlebars';
import type { ResultDocumentData } from '../../domain/result-document.ts';
import { printableJson } from './characters.ts';
import { genuineView } from './genuine-view.ts';
import { documentView } from './view.ts';
import { documentWords } from './words.ts';

const here = import.meta.dirname;
/** Static cuts: Chromium draws a variable font as loose outlines, three times the size and hardly a font to a reader. */
const FONT_WEIGHTS = [400, 600, 700];
const FONT_SUBSETS = [
  {
    subset: 'latin',
    range: 'U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+2000-206F, U+20AC, U+2122, U+2212',
  },
  { subset: 'latin-ext', range: 'U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+1E00-1E9F, U+1EF2-1EFF' },
];
const HEX_COLOUR = /^#[0-9a-f]{6}$/i;
const FALLBACK_COLOUR = '#0a5a56';

const handlebars = Handlebars.create();
const template = handlebars.compile(readFileSync(path.join(here, 'result-document.hbs'), 'utf8'), { strict: true });
const strip = handlebars.compile(readFileSync(path.join(here, 'strip.hbs'), 'utf8'), { strict: true });
const stylesheet = readFileSync(path.join(here, 'result-document.css'), 'utf8');
const fontFaces = readFontFaces();

export interface PrintableDocument {
  readonly html: string;
  readonly headerHtml: string;
  readonly footerHtml: string;
  readonly title: string;
}

/** What is known only when it is printed. */
export interface PrintFacts {
  /** Where anybody can ask whether it is genuine; null: nowhere. */
  readonly checkUrl: string | null;
  /** Null: not sealed. */
  readonly seal: { readonly subject: string; readonly isSelfMade: boolean } | null;
}

const UNCHECKED: PrintFacts = { checkUrl: null, seal: null };

/** @param source as it was fixed at the decision */
export function printableDocument(source: ResultDocumentData, facts: PrintFacts = UNCHECKED): PrintableDocument {
  const { value: data, hasMissing } = printableJson(source);
  const view = { ...documentView(data), ...genuineView(data, facts) };
  const words = documentWords[data.lang];
  // Our own stylesheet, with a colour that was checked: the one thing that is not escaped.
  const css = new handlebars.SafeString(fontFaces + stylesheet.replaceAll('PRIMARY', colourOf(data)));
  const margin = { fontFaces: new handlebars.SafeString(fontFaces) };
  return {
    title: view.title,
    html: template({ ...view, css, missingCharacters: hasMissing ? words.missingCharacters : null }),
    headerHtml: strip({ ...margin, left: data.school.name, right: view.title, isPaged: false, words }),
    footerHtml: strip({
      ...margin,
      left: `${words.documentNumber} ${data.document.number}, ${words.version.toLowerCase()} ${data.document.version}`,
      right: '',
      isPaged: true,
      words,
    }),
  };
}

function colourOf(data: ResultDocumentData): string {
  return HEX_COLOUR.test(data.school.primaryColor) ? data.school.primaryColor : FALLBACK_COLOUR;
}

function readFontFaces(): string {
  const manifest = createRequire(import.meta.url).resolve('@fontsource/atkinson-hyperlegible-next/package.json');
  return FONT_SUBSETS.flatMap(({ subset, range }) =>
    FONT_WEIGHTS.map((weight) => {
      const file = path.join(
        path.dirname(manifest),
        'files',
        `atkinson-hyperlegible-next-${subset}-${weight}-normal.woff2`,
      );
      const data = readFileSync(file).toString('base64');
      return `@font-face{font-family:"Atkinson";src:url(data:font/woff2;base64,${data}) format("woff2");font-weight:${weight};unicode-range:${range}}\n`;
    }),
  ).join('');
}
