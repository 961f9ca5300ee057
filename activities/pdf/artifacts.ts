/**
 * Wraps painting that Chromium left outside marked content in `/Artifact BMC … EMC` (PDF/UA-1 clause 7.1, test 3: content is
 * either tagged or an artifact). Works on the operators of the page's content stream; nothing else is changed.
 */
import { deflateSync } from 'node:zlib';
import { PDFDict, type PDFDocument, PDFName, PDFRawStream, type PDFStream } from '@cantoo/pdf-lib';
import { contentOf, readStream } from './content.ts';

/** Strings, dictionaries, hex strings, arrays, names, and everything else up to a delimiter. */
const TOKEN =
  /\((?:\\[\s\S]|[^\\()]|\((?:\\[\s\S]|[^\\()])*\))*\)|<<|>>|<[0-9A-Fa-f\s]*>|\[|\]|\/[^\s()<>[\]{}/%]*|[^\s()<>[\]{}/%]+/g;
const OPERATOR = /^[A-Za-z'"][A-Za-z0-9*'"]*$/;
const KEYWORDS = new Set(['true', 'false', 'null']);
/** Says what a text reads as, or that it runs backwards; marks nothing as content or as artifact. */
const READING_AID = /^\/(?:ReversedChars\s*$|Span\s*<<(?![^>]*\/MCID))/;
const PATH_BUILDING = new Set(['m', 'l', 'c', 'v', 'y', 'h', 're']);
const PATH_PAINTING = new Set(['S', 's', 'f', 'F', 'f*', 'B', 'B*', 'b', 'b*', 'n']);

type IsTaggedForm = (name: string) => boolean;

/** Rewrites one content stream (latin-1 text). */
function wrapUntagged(source: string, isTaggedForm: IsTaggedForm): string {
  /** For each that is open: whether what is in it is content or artifact. */
  const marked: boolean[] = [];
  let depth = 0;
  let pathStart = -1;
  let textStart = -1;
  let isTextTagged = false;
  let operandStart = -1;
  let lastOperand = '';
  let out = '';
  let position = 0;
  const wrap = (from: number, to: number) => {
    out += `${source.slice(position, from)}/Artifact BMC\n${source.slice(from, to)}\nEMC`;
    position = to;
  };
  for (const match of source.matchAll(TOKEN)) {
    const token = match[0];
    const start = match.index;
    const end = start + token.length;
    if (!OPERATOR.test(token) || KEYWORDS.has(token)) {
      if (operandStart < 0) operandStart = start;
      lastOperand = token;
      continue;
    }
    const from = operandStart < 0 ? start : operandStart;
    operandStart = -1;
    if (token === 'BDC' || token === 'BMC') {
      const isMark = !READING_AID.test(source.slice(from, start));
      marked.push(isMark);
      if (isMark) depth += 1;
      if (isMark && textStart >= 0) isTextTagged = true;
    } else if (token === 'EMC') {
      if (marked.pop()) depth -= 1;
    } else if (depth > 0) continue;
    else if (token === 'BT') {
      textStart = start;
      isTextTagged = false;
    } else if (token === 'ET') {
      if (textStart >= 0 && !isTextTagged) wrap(textStart, end);
      textStart = -1;
    } else if (PATH_BUILDING.has(token)) {
      if (pathStart < 0) pathStart = from;
    } else if (PATH_PAINTING.has(token)) {
      if (pathStart >= 0 && token !== 'n') wrap(pathStart, end);
      pathStart = -1;
    } else if (token === 'sh' || (token === 'Do' && !isTaggedForm(lastOperand.slice(1)))) wrap(from, end);
  }
  return out + source.slice(position);
}

/** Marks what is untagged on every page, and inside the forms that hold tagged content. */
export function markArtifacts(pdf: PDFDocument): void {
  const { context } = pdf;
  const rewritten = new Set<PDFRawStream>();
  const deflate = (source: string) =>
    context.stream(deflateSync(Buffer.from(source, 'latin1')), { Filter: 'FlateDecode' });

  /** A form is tagged when it, or a form it draws, has marked content; such a form is rewritten itself. */
  function taggedIn(resources: PDFDict | undefined): IsTaggedForm {
    return (name) => {
      const ref = resources?.lookupMaybe(PDFName.of('XObject'), PDFDict)?.get(PDFName.of(name));
      const form = ref ? context.lookup(ref) : undefined;
      if (!ref || !(form instanceof PDFRawStream) || form.dict.get(PDFName.of('Subtype')) !== PDFName.of('Form'))
        return false;
      const inner = form.dict.lookupMaybe(PDFName.of('Resources'), PDFDict);
      const source = readStream(form);
      const isTagged =
        /\bBDC\b/.test(source) ||
        [...source.matchAll(/\/(\S+)\s+Do\b/g)].some((match) => taggedIn(inner)(match[1] ?? ''));
      if (isTagged && !rewritten.has(form)) {
        const fresh = withDictionaryOf(form, deflate(wrapUntagged(source, taggedIn(inner))));
        rewritten.add(fresh);
        context.assign(ref as never, fresh);
      }
      return isTagged;
    };
  }

  for (const page of pdf.getPages()) {
    const source = contentOf(page, context).map(readStream).join('\n');
    page.node.set(
      PDFName.of('Contents'),
      context.register(deflate(wrapUntagged(source, taggedIn(page.node.Resources())))),
    );
  }
}

/** The new stream with everything the old one said of itself but its length and filter. */
function withDictionaryOf(old: PDFRawStream, stream: PDFStream): PDFRawStream {
  for (const [key, value] of old.dict.entries()) {
    if (key !== PDFName.of('Length') && key !== PDFName.of('Filter')) stream.dict.set(key, value);
  }
  return PDFRawStream.of(stream.dict, stream.getContents());
}
