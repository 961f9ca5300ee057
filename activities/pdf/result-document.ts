/** The result document as HTML, ready to print. User data passes only escaped Handlebars expressions. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Handlebars from 'handlebars';
import type { ResultDocumentData } from '../../domain/result-document.ts';
import { printableJson } from './characters.ts';
import { marksToElements, withoutMarks } from './direction.ts';
import { fontStyle } from './fonts.ts';
import { genuineView } from './genuine-view.ts';
import { documentView } from './view.ts';
import { documentWords } from './words.ts';

const here = import.meta.dirname;
const HEX_COLOUR = /^#[0-9a-f]{6}$/i;
const FALLBACK_COLOUR = '#0a5a56';

const handlebars = Handlebars.create();
const template = handlebars.compile(readFileSync(path.join(here, 'result-document.hbs'), 'utf8'), { strict: true });
const strip = handlebars.compile(readFileSync(path.join(here, 'strip.hbs'), 'utf8'), { strict: true });
const stylesheet = readFileSync(path.join(here, 'result-document.css'), 'utf8');

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
  /** PNG; null: none. */
  readonly logo: Uint8Array | null;
}

const UNCHECKED: PrintFacts = { checkUrl: null, seal: null, logo: null };

/** @param source as it was fixed at the decision */
export function printableDocument(source: ResultDocumentData, facts: PrintFacts = UNCHECKED): PrintableDocument {
  const { logo, ...told } = facts;
  const printable = printableJson({ data: source, told });
  const { data } = printable.value;
  const documentParts = documentView(data);
  const title = withoutMarks(documentParts.title);
  const view = {
    ...documentParts,
    title,
    ...genuineView(data, printable.value.told),
    ...headView(data, logo),
  };
  const words = documentWords[data.lang];
  const { faces, families } = fontStyle(printable.fonts, [400, 600, 700]);
  // Our own stylesheet, with a colour that was checked: the one thing that is not escaped.
  const css = new handlebars.SafeString(
    faces + stylesheet.replaceAll('PRIMARY', colourOf(data)).replaceAll('FAMILIES', families),
  );
  return {
    title,
    html: marksToElements(
      template({ ...view, css, missingCharacters: printable.hasMissing ? words.missingCharacters : null }),
    ),
    ...strips(data, title),
  };
}

/** The running header and footer: pages of their own to the browser, which know nothing of the document's style. */
function strips({ lang, school, document }: ResultDocumentData, title: string) {
  const words = documentWords[lang];
  const { faces, families } = fontStyle(printableJson(school.name).fonts, [400]);
  const style = { faces: new handlebars.SafeString(faces), families: new handlebars.SafeString(families), words };
  return {
    headerHtml: marksToElements(strip({ ...style, left: school.name, right: title, isPaged: false })),
    footerHtml: strip({
      ...style,
      left: `${words.documentNumber} ${document.number}, ${words.version.toLowerCase()} ${document.version}`,
      right: '',
      isPaged: true,
    }),
  };
}

/** In pixels of 1/96 inch, some 70 by 12 mm: a higher one would push the overview off the first page. */
const LOGO_BOX = { width: 265, height: 46 };

/**
 * The logo, no larger than its own pixels so that it stays sharp, and the name of the school: in words, or as the text of a logo in
 * which it stands. A logo beside the name says nothing that the name does not.
 */
function headView({ school }: ResultDocumentData, png: Uint8Array | null) {
  if (!school.logo || png === null) return { logo: null, schoolName: school.name };
  const { width, height, hasName } = school.logo;
  const scale = Math.min(1, LOGO_BOX.width / width, LOGO_BOX.height / height);
  return {
    logo: {
      picture: `data:image/png;base64,${Buffer.from(png).toString('base64')}`,
      width: Math.round(width * scale),
      height: Math.round(height * scale),
      alt: hasName ? withoutMarks(school.name) : '',
    },
    schoolName: hasName ? null : school.name,
  };
}

function colourOf(data: ResultDocumentData): string {
  return HEX_COLOUR.test(data.school.primaryColor) ? data.school.primaryColor : FALLBACK_COLOUR;
}
