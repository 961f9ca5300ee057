import { PDFDict, PDFDocument, PDFName, PDFRawStream } from '@cantoo/pdf-lib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createResultDocumentRenderer, type ResultDocumentRenderer } from '../../activities/pdf/index.ts';
import { type PrintFacts, printableDocument } from '../../activities/pdf/result-document.ts';
import { documentView } from '../../activities/pdf/view.ts';
import { documentWords, eventWords, fill } from '../../activities/pdf/words.ts';
import type { DocumentAgreement, ResultDocumentData } from '../../domain/result-document.ts';
import { pdfText } from '../../scripts/lib/pdf-text.ts';
import { sampleDocument, sampleSecondVersion } from './sample-document.ts';
import { rendererOptions, sha256 } from './support.ts';

const HOSTILE = '<img src=x onerror=alert(1)>"\'&amp;{{name}}</style></td><script>x</script>';

/** Every text of the data replaced by one; keys, ids, codes and instants stay. */
function withEveryText(data: ResultDocumentData, text: string): ResultDocumentData {
  const texts = new Set([
    'name',
    'number',
    'title',
    'text',
    'jobTitle',
    'organisation',
    'initiatorName',
    'byName',
    'proposedByName',
    'examinerName',
    'reason',
    'hash',
    'handedFrom',
    'officeLabel',
    'schemeLabel',
    'crebo',
    'version',
    'primaryColor',
  ]);
  const replace = (key: string, value: unknown): unknown => {
    if (typeof value === 'string') return texts.has(key) ? text : value;
    if (Array.isArray(value)) return value.map((each) => replace(key, each));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, key === 'justifications' ? text : replace(name, each)]),
    );
  };
  return replace('', data) as ResultDocumentData;
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, '');
}

describe('result document as HTML', () => {
  it('writes no markup that was not in the template, whatever the texts say', () => {
    // The address and the picture of it differ, as they should.
    const bare = (html: string) => html.replace(/ (?:href|src|alt)="[^"]*"/g, '');
    const tags = (html: string) => html.match(/<\/?[a-z][^>]*>/gi)?.sort();
    const facts = (text: string): PrintFacts => ({
      checkUrl: `https://${text}`,
      seal: { subject: text, isSelfMade: false },
      logo: null,
    });
    const tame = printableDocument(withEveryText(sampleSecondVersion(), 'tekst'), facts('tekst'));
    const wild = printableDocument(withEveryText(sampleSecondVersion(), HOSTILE), facts(HOSTILE));
    for (const part of ['html', 'headerHtml', 'footerHtml'] as const)
      expect(tags(bare(wild[part]))).toEqual(tags(bare(tame[part])));
    expect(wild.html).toContain('&lt;img src&#x3D;x onerror&#x3D;alert(1)&gt;');
  });

  it('uses the colour of the school only when it is one', () => {
    const withColour = (primaryColor: string) => {
      const data = sampleDocument();
      return printableDocument({ ...data, school: { ...data.school, primaryColor } }).html;
    };
    expect(withColour('#123456')).toContain('color: #123456');
    expect(withColour('red;}body{display:none')).not.toContain('display:none');
  });

  describe('where the school has a logo', () => {
    const withLogo = (hasName: boolean, png: Uint8Array | null = new Uint8Array([1, 2, 3])) => {
      const data = sampleDocument();
      const logo = { sha256: 'ab'.repeat(32), width: 1_000, height: 250, hasName };
      const school = { ...data.school, name: 'ROC "Voorbeeld"', logo };
      return printableDocument({ ...data, school }, { checkUrl: null, seal: null, logo: png }).html;
    };
    const head = (html: string) => html.match(/<p class="school">.*<\/p>/)?.[0];

    it('prints one in which the name stands in place of the name, which is its text', () => {
      expect(head(withLogo(true))).toBe(
        '<p class="school"><img src="data:image/png;base64,AQID" alt="ROC &quot;Voorbeeld&quot;" width="184" height="46"></p>',
      );
    });

    it('prints any other beside the name, where it says nothing more', () => {
      expect(head(withLogo(false))).toBe(
        '<p class="school"><img src="data:image/png;base64,AQID" alt="" width="184" height="46"><span>ROC &quot;Voorbeeld&quot;</span></p>',
      );
    });

    it('prints the name when there is no picture', () => {
      expect(head(withLogo(true, null))).toBe('<p class="school"><span>ROC &quot;Voorbeeld&quot;</span></p>');
      expect(head(printableDocument(sampleDocument()).html)).toBe('<p class="school"><span>ROC Voorbeeld</span></p>');
    });
  });

  it('leaves out what is not known', () => {
    const data = sampleDocument();
    const view = documentView({ ...data, student: { name: 'N', number: null, birthDate: null } });
    const terms = view.facts.map((fact) => fact.term);
    expect(terms).not.toContain('Studentnummer');
    expect(terms).not.toContain('Geboortedatum');
  });

  it('names who scored what, and whose scores stand, when two examiners differ', () => {
    const { details } = documentView(sampleDocument({ isLong: true }));
    const component = details[0]?.components[0];
    expect(component?.columns).toEqual(['Joke van den Kers', 'Marijke Lindeboom']);
    expect(component?.standing).toBe('De examencommissie heeft bepaald dat de scores van Joke van den Kers gelden.');
    expect(component?.justifications.map((each) => each.heading)).toEqual([
      'Onderbouwing van Joke van den Kers',
      'Onderbouwing van Marijke Lindeboom',
    ]);
  });

  describe('where examiners came to one judgement themselves', () => {
    const withAgreement = (agreed: DocumentAgreement): ResultDocumentData => {
      const data = sampleDocument({ isLong: true });
      return {
        ...data,
        coreTasks: data.coreTasks.map((task) => ({
          ...task,
          workProcesses: task.workProcesses.map((process) => ({
            ...process,
            components: process.components.map((component) => ({ ...component, agreed })),
          })),
        })),
      };
    };
    const first = (agreed: DocumentAgreement) => documentView(withAgreement(agreed)).details[0]?.components[0];
    const scores = Object.fromEntries([1, 2, 3, 4].map((number) => [`B1-K1-W1/behaviour/${number}`, 'V' as const]));

    it('shows the judgement beside what each scored, who stands for it, and why', () => {
      const component = first({ how: 'together', by: ['e1', 'e2'], scores, justification: 'Samen\nnagelopen.' });
      expect(component?.columns).toEqual(['Joke van den Kers', 'Marijke Lindeboom', 'Eén oordeel']);
      expect(component?.rows[2]?.scores.map((score) => score.badge?.letter)).toEqual(['V', 'G', 'V']);
      expect(component?.standing).toBe(
        'Joke van den Kers en Marijke Lindeboom hebben onafhankelijk gescoord en zijn daarna samen tot één oordeel gekomen. Dat oordeel geldt.',
      );
      expect(component?.justifications.at(-1)).toEqual({
        heading: 'Onderbouwing van het ene oordeel',
        paragraphs: ['Samen', 'nagelopen.'],
        none: null,
      });
    });

    it('says that the lead examiner decided', () => {
      expect(first({ how: 'lead', by: ['e2'], scores, justification: '' })?.standing).toMatch(
        /^Marijke Lindeboom heeft als hoofdexaminator beslist/,
      );
    });

    it('gives the set of a third examiner no column but its own', () => {
      const component = first({ how: 'third', by: ['e2'], scores, justification: '' });
      expect(component?.columns).toEqual(['Joke van den Kers', 'Marijke Lindeboom']);
      expect(component?.standing).toMatch(/^Marijke Lindeboom heeft als derde examinator onafhankelijk beoordeeld/);
    });
  });

  it('names both when work was handed over', () => {
    const data = sampleDocument();
    const examiners = data.examiners.map((examiner) => ({ ...examiner, handedFrom: 'Marijke Lindeboom' }));
    expect(documentView({ ...data, examiners }).examiners[0]?.name).toBe(
      'Joke van den Kers, overgenomen van Marijke Lindeboom',
    );
  });

  it('says so when nothing was written, and keeps the paragraphs of what was', () => {
    const [none] = documentView(sampleDocument({ text: 'een\n\n  \ntwee' })).details[0]?.components ?? [];
    expect(none?.justifications[0]?.paragraphs).toEqual(['een', 'twee']);
    const data = sampleDocument();
    const bare: ResultDocumentData = {
      ...data,
      coreTasks: data.coreTasks.map((task) => ({
        ...task,
        workProcesses: task.workProcesses.map((process) => ({
          ...process,
          components: process.components.map((component) => ({ ...component, justifications: {} })),
        })),
      })),
    };
    expect(printableDocument(bare).html).toContain('Er is geen onderbouwing gegeven.');
  });
});

describe('moments in the result document', () => {
  const inZone = (timeZone: string, lang: 'nl' | 'en' = 'nl') =>
    documentView({ ...sampleDocument({ lang }), timeZone });

  it('are in the zone of the school, which is named', () => {
    const view = inZone('Europe/Amsterdam');
    expect(view.decision.find((each) => each.term === 'Vastgesteld op')?.value).toBe(
      'zondag 22 november 2026 om 14:02 (Midden-Europese standaardtijd)',
    );
    expect(view.audit[0]?.at).toBe('12 nov 2026, 10:00 CET');
    expect(view.examiners[0]?.finishedAt).toBe('20 nov 2026, 16:30 CET');
    expect(view.auditZone).toBe('Tijden in de tijdzone Europe/Amsterdam. CET is Midden-Europese standaardtijd.');
  });

  it('move with the zone, all of them', () => {
    const view = inZone('America/Paramaribo');
    expect(view.decision.find((each) => each.term === 'Vastgesteld op')?.value).toBe(
      'zondag 22 november 2026 om 10:02 (Surinaamse tijd)',
    );
    expect(view.audit.map((line) => line.at.slice(-12))).toEqual(
      expect.arrayContaining([expect.stringMatching(/06:00 GMT-3$/)]),
    );
    expect(view.examiners[0]?.finishedAt).toMatch(/12:30 GMT-3$/);
  });

  it('tell summer time from winter time in the hour that comes twice', () => {
    const data = sampleDocument();
    const audit = ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'].map((at) => ({
      at,
      type: 'FormStarted' as const,
      name: '',
    }));
    const [first, second] = documentView({ ...data, audit }).audit;
    expect([first?.at, second?.at]).toEqual(['25 okt 2026, 02:30 CEST', '25 okt 2026, 02:30 CET']);
  });

  it('keep the birth date a date, wherever the school is', () => {
    for (const zone of ['America/Paramaribo', 'Europe/Amsterdam', 'Pacific/Auckland']) {
      expect(inZone(zone).facts.find((fact) => fact.term === 'Geboortedatum')?.value).toBe('1 april 2006');
    }
  });
});

describe('words of the result document', () => {
  it('are the same in both languages, with the same gaps', () => {
    const gaps = (text: string) => text.match(/\{\w+\}/g)?.sort() ?? [];
    expect(Object.keys(documentWords.en)).toEqual(Object.keys(documentWords.nl));
    expect(Object.keys(eventWords.en)).toEqual(Object.keys(eventWords.nl));
    for (const [key, text] of Object.entries(documentWords.nl)) {
      expect(gaps(documentWords.en[key as keyof typeof documentWords.en])).toEqual(gaps(text));
    }
  });

  it('leave an unknown gap to be seen, and put in a value as it is', () => {
    expect(fill('{a} en {b}', { a: '$& {b}' })).toBe('$& {b} en {b}');
  });
});

describe('result document as PDF', () => {
  let renderer: ResultDocumentRenderer;
  beforeAll(async () => {
    renderer = createResultDocumentRenderer(await rendererOptions());
  });
  afterAll(() => renderer.close());

  const render = async (data: ResultDocumentData) => (await renderer.render(data)).bytes;
  const load = (bytes: Uint8Array) => PDFDocument.load(bytes, { updateMetadata: false });

  it.each([
    [
      'nl',
      'Vastgestelde beoordeling 2026-1A2B3C4D',
      'Pagina1van3',
      'zondag22november2026om14:02(Midden-Europesestandaardtijd)',
    ],
    ['en', 'Final assessment 2026-1A2B3C4D', 'Page1of3', 'Sunday,22November2026at14:02(CentralEuropeanStandardTime)'],
  ] as const)(
    'has language, title, tags and A4 pages that say their number (%s)',
    async (lang, title, page, moment) => {
      const bytes = await render(sampleDocument({ lang }));
      const pdf = await load(bytes);
      const name = (key: string) => PDFName.of(key);
      expect(pdf.getTitle()).toBe(title);
      expect(pdf.getAuthor()).toBe('ROC Voorbeeld');
      expect(String(pdf.catalog.lookup(name('Lang')))).toContain(lang);
      expect(String(pdf.catalog.lookup(name('MarkInfo'), PDFDict).get(name('Marked')))).toBe('true');
      expect(pdf.catalog.lookup(name('StructTreeRoot'), PDFDict).has(name('K'))).toBe(true);
      expect(pdf.catalog.has(name('OutputIntents'))).toBe(true);
      expect(pdf.getPages().map((each) => [Math.round(each.getWidth()), Math.round(each.getHeight())])).toEqual(
        Array(3).fill([595, 842]),
      );
      const text = await pdfText(bytes);
      expect(text[0]).toContain(page);
      expect(text[0]).toContain(moment);
      expect(text[0]).toContain('2301001');
      expect(text[0]).toContain('HenriëtteEikelboom');
    },
  );

  it('says in its metadata that it is PDF/A-3a and PDF/UA-1', async () => {
    const pdf = await load(await render(sampleDocument()));
    const metadata = pdf.catalog.lookup(PDFName.of('Metadata'));
    const xml = metadata instanceof PDFRawStream ? Buffer.from(metadata.getContents()).toString('utf8') : '';
    expect(xml).toContain('<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>');
    expect(xml).toContain('<pdfuaid:part>1</pdfuaid:part>');
  });

  it('carries every font it uses', async () => {
    const pdf = await load(await render(sampleDocument({ isLong: true })));
    const dictionaries = pdf.context
      .enumerateIndirectObjects()
      .flatMap(([, each]) => (each instanceof PDFDict ? [each] : []));
    const descriptors = dictionaries.filter((each) => each.get(PDFName.of('Type')) === PDFName.of('FontDescriptor'));
    expect(descriptors.length).toBeGreaterThanOrEqual(3);
    for (const each of descriptors) {
      expect(['FontFile', 'FontFile2', 'FontFile3'].some((key) => each.has(PDFName.of(key)))).toBe(true);
      expect(String(each.get(PDFName.of('FontName')))).toContain('Atkinson');
    }
  });

  it('is the same to the byte for the same data', async () => {
    const [first, second] = [await render(sampleDocument()), await render(sampleDocument())];
    expect(sha256(first)).toBe(sha256(second));
  });

  it('holds every criterion, score and justification of a long form', async () => {
    const bytes = await render(sampleDocument({ isLong: true }));
    const pages = await pdfText(bytes);
    const text = pages.join('');
    expect(pages.length).toBeGreaterThan(15);
    expect(text.split('Legtuitwatergaatgebeuren')).toHaveLength(8 * 2 * 4 + 1);
    expect(text.split('OnderbouwingvanMarijkeLindeboom')).toHaveLength(8 * 2 + 1);
    expect(pages.at(-1)).toContain(`Pagina${pages.length}van${pages.length}`);
  });

  it('prints markup in a text as text', async () => {
    const text = (await pdfText(await render(withEveryText(sampleDocument(), HOSTILE)))).join('');
    expect(text).toContain(squeezed(HOSTILE));
  });

  it.each([
    ['a word of 2,000 letters', 'x'.repeat(2000)],
    ['a word without end in a name', 'Ñ'.repeat(200)],
    ['right-to-left overrides', 'voor \u202Etelaaf\u202C na \u2066x\u2069'],
    ['Arabic and Hebrew', 'مرحبا שלום'],
    ['emoji and rare signs', '👩🏽‍⚕️ ☃ 漢字 𝔘'],
    ['many combining marks', `a${'\u0301'.repeat(60)}`],
    ['control characters', 'a\u0007b\u0000c\tq'],
  ])('stays a whole document with %s in every text', async (_name, text) => {
    const pdf = await render(withEveryText(sampleDocument(), text));
    const pages = await pdfText(pdf);
    expect(pages.length).toBeGreaterThanOrEqual(3);
    expect(pages.join('')).toContain('Vastgestelddoordeexamencommissie');
    expect(pages.join('')).toContain('onvoldoende,V=voldoende');
  });

  it('breaks a word without end instead of running off the page', async () => {
    const bytes = await render(sampleDocument({ studentName: 'x'.repeat(300) }));
    const [first = ''] = await pdfText(bytes);
    expect(first).toContain('x'.repeat(300));
    // Chromium shrinks what is too wide for the paper; then it would not take more lines, so that a table moves to the next page.
    expect((await load(bytes)).getPageCount()).toBe(4);
  });
});
