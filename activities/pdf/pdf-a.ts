/**
 * Makes Chromium's tagged PDF conform to PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1): metadata, output intent,
 * standard structure roles, list bodies, link descriptions, texts of shapes, artifacts.
 */
import { PDFArray, PDFDict, type PDFDocument, PDFHexString, PDFName, PDFString } from '@cantoo/pdf-lib';
import { markArtifacts } from './artifacts.ts';
import { mendGlyphTexts } from './glyph-text.ts';
import { srgbProfile } from './icc.ts';

export interface PdfAOptions {
  readonly title: string;
  readonly lang: string;
  readonly author: string;
  readonly producer: string;
  /** `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly iso: string;
}

const PROFILE_NAME = 'sRGB IEC61966-2.1';
const PRINT_FLAG = 4;

/** Structure types of ISO 32000-1, table 333 and following. */
const STANDARD_ROLES = new Set(
  'Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP Figure Formula Form'.split(
    ' ',
  ),
);
/** What Chromium calls otherwise; anything else becomes a span. */
const ROLE_OF: Readonly<Record<string, string>> = {
  Strong: 'Span',
  Em: 'Span',
  Title: 'P',
  Aside: 'Sect',
  DocumentFragment: 'Sect',
  FENote: 'Note',
  Sub: 'Span',
};

export function markPdfA(pdf: PDFDocument, options: PdfAOptions): void {
  addOutputIntent(pdf);
  addMetadata(pdf, options);
  mendStructure(pdf);
  mendGlyphTexts(pdf);
  markArtifacts(pdf);
}

function addOutputIntent(pdf: PDFDocument): void {
  const { context, catalog } = pdf;
  const profile = context.register(context.flateStream(srgbProfile(), { N: 3, Alternate: 'DeviceRGB' }));
  const intent = context.obj({
    Type: 'OutputIntent',
    S: 'GTS_PDFA1',
    OutputConditionIdentifier: PDFString.of(PROFILE_NAME),
    Info: PDFString.of(PROFILE_NAME),
    RegistryName: PDFString.of('http://www.color.org'),
    DestOutputProfile: profile,
  });
  catalog.set(PDFName.of('OutputIntents'), context.obj([context.register(intent)]));
}

function escapeXml(text: string): string {
  return text.replace(/[<>&'"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function addMetadata(pdf: PDFDocument, options: PdfAOptions): void {
  const { context, catalog } = pdf;
  const stream = context.stream(new TextEncoder().encode(xmp(options)), { Type: 'Metadata', Subtype: 'XML' });
  catalog.set(PDFName.of('Metadata'), context.register(stream));
}

function xmp({ title, author, lang, iso, producer }: PdfAOptions): string {
  const description = (namespaces: string, body: string) =>
    `<rdf:Description rdf:about="" ${namespaces}>${body}</rdf:Description>`;
  const core = description(
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"',
    [
      '<dc:format>application/pdf</dc:format>',
      `<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(title)}</rdf:li></rdf:Alt></dc:title>`,
      `<dc:creator><rdf:Seq><rdf:li>${escapeXml(author)}</rdf:li></rdf:Seq></dc:creator>`,
      `<dc:language><rdf:Bag><rdf:li>${escapeXml(lang)}</rdf:li></rdf:Bag></dc:language>`,
      `<xmp:CreateDate>${iso}</xmp:CreateDate><xmp:ModifyDate>${iso}</xmp:ModifyDate><xmp:MetadataDate>${iso}</xmp:MetadataDate>`,
      `<xmp:CreatorTool>${producer}</xmp:CreatorTool><pdf:Producer>${producer}</pdf:Producer>`,
      '<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>',
    ].join(''),
  );
  return `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${core}${pdfUaExtension(description)}</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;
}

/** PDF/A knows no PDF/UA property: its schema has to be described in the file itself. */
function pdfUaExtension(description: (namespaces: string, body: string) => string): string {
  const property =
    '<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>PDF/UA version</pdfaProperty:description></rdf:li>';
  const schema = `<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>${property}</rdf:Seq></pdfaSchema:property></rdf:li>`;
  return description(
    'xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"',
    `<pdfaExtension:schemas><rdf:Bag>${schema}</rdf:Bag></pdfaExtension:schemas>`,
  );
}

function mendStructure(pdf: PDFDocument): void {
  const { context } = pdf;
  const used = new Set<string>();
  for (const [, object] of context.enumerateIndirectObjects()) {
    if (!(object instanceof PDFDict)) continue;
    const role = object.get(PDFName.of('S'));
    if (role instanceof PDFName && object.get(PDFName.of('P'))) used.add(role.decodeText());
    if (object.get(PDFName.of('Subtype')) === PDFName.of('Link')) describeLink(pdf, object);
  }
  addRoleMap(pdf, used);
  wrapListItems(pdf);
}

/** PDF/UA-1 7.18.5: a link says where it goes. PDF/A-3 6.3.2: annotations print. */
function describeLink(pdf: PDFDocument, link: PDFDict): void {
  link.set(PDFName.of('F'), pdf.context.obj(PRINT_FLAG));
  if (link.get(PDFName.of('Contents'))) return;
  const target = link.lookupMaybe(PDFName.of('A'), PDFDict)?.lookup(PDFName.of('URI'));
  const text = target instanceof PDFString || target instanceof PDFHexString ? target.decodeText() : 'Link';
  link.set(PDFName.of('Contents'), PDFHexString.fromText(text));
}

function addRoleMap(pdf: PDFDocument, used: ReadonlySet<string>): void {
  const root = pdf.catalog.lookupMaybe(PDFName.of('StructTreeRoot'), PDFDict);
  if (!root) return;
  const roles = root.lookupMaybe(PDFName.of('RoleMap'), PDFDict) ?? pdf.context.obj({});
  for (const role of used)
    if (!STANDARD_ROLES.has(role)) roles.set(PDFName.of(role), PDFName.of(ROLE_OF[role] ?? 'Span'));
  root.set(PDFName.of('RoleMap'), roles);
}

/** PDF/UA-1 7.2, test 20: what is in a list item stands in its body. */
function wrapListItems(pdf: PDFDocument): void {
  const { context } = pdf;
  const isPart = (kid: unknown) => {
    const role = kid instanceof PDFDict ? kid.get(PDFName.of('S')) : undefined;
    return role instanceof PDFName && ['Lbl', 'LBody'].includes(role.decodeText());
  };
  for (const [ref, item] of context.enumerateIndirectObjects()) {
    if (!(item instanceof PDFDict) || item.get(PDFName.of('S')) !== PDFName.of('LI')) continue;
    const kids = item.lookup(PDFName.of('K'));
    const all =
      kids instanceof PDFArray ? kids.asArray() : [item.get(PDFName.of('K'))].filter((kid) => kid !== undefined);
    const stray = all.filter((kid) => !isPart(context.lookup(kid)));
    if (stray.length === 0) continue;
    const body = context.obj({ Type: 'StructElem', S: 'LBody', P: ref, K: stray });
    const page = item.get(PDFName.of('Pg'));
    if (page) body.set(PDFName.of('Pg'), page);
    const bodyRef = context.register(body);
    for (const kid of stray) {
      const child = context.lookup(kid);
      if (child instanceof PDFDict && child.get(PDFName.of('P'))) child.set(PDFName.of('P'), bodyRef);
    }
    item.set(PDFName.of('K'), context.obj([...all.filter((kid) => !stray.includes(kid)), bodyRef]));
  }
}
