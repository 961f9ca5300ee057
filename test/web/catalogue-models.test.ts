import { describe, expect, it } from '@jest/globals';
import { createI18n } from '../../platform/i18n/index.ts';
import type { ExamTile } from '../../prisma/repositories/initiator.ts';
import {
  catalogueHref,
  catalogueModel,
  examsFor,
  NO_FILTER,
  PAGE_SIZE,
  readFilter,
} from '../../web/pages/initiator/catalogue/catalogue.model.ts';
import { shownOf } from '../../web/pages/initiator/catalogue/exam-list.model.ts';

const wording = { translator: createI18n().forLanguage('nl'), timeZone: 'Europe/Amsterdam' };

function tile(changed: Partial<ExamTile> = {}): ExamTile {
  return {
    examId: '0198c000-0000-7000-8000-000000000001',
    examVersionId: '0198c000-0000-7000-8000-000000000002',
    code: 'VIG-2026',
    crebo: '25656',
    title: 'Verzorgende IG',
    kind: 'basis',
    level: 3,
    version: '2026.1',
    units: [{ code: 'EX1', title: 'Zorg verlenen' }],
    isFavourite: false,
    runningCount: 0,
    ...changed,
  };
}

const CARE = tile();
const CAFE = tile({ title: 'Café en keuken', code: 'HOR-4', crebo: '25171', kind: 'profiel', level: 4 });
const CHOICE = tile({ title: 'Zorg en technologie', code: 'K0137', crebo: '25656', kind: 'keuzedeel' });
const ALL = [CARE, CAFE, CHOICE];

function model(exams: readonly ExamTile[], filter = {}, page = 1) {
  return catalogueModel(wording, { exams, filter: { ...NO_FILTER, ...filter }, view: 'tiles', page });
}

describe('examsFor', () => {
  it.each([
    ['part of the title', 'verzorg', [CARE]],
    ['capitals and diacritics, either way', 'CAFÉ', [CAFE]],
    ['without the diacritic', 'cafe', [CAFE]],
    ['the code', 'k0137', [CHOICE]],
    ['the crebo', '25656', [CARE, CHOICE]],
    ['a unit', 'ex1 verlenen', ALL],
    ['several words in any order', 'technologie zorg', [CHOICE]],
    ['nothing that there is', 'timmeren', []],
  ])('finds by %s', (_what, query, found) => {
    expect(examsFor(ALL, { ...NO_FILTER, query })).toEqual(found);
  });

  it('takes all filters together', () => {
    const filter = { ...NO_FILTER, kind: 'basis' as const, crebo: '25656', level: 3, query: 'zorg' };
    expect(examsFor(ALL, filter)).toEqual([CARE]);
    expect(examsFor(ALL, { ...filter, level: 4 })).toEqual([]);
  });
});

describe('readFilter', () => {
  it('reads back what an address says', () => {
    const filter = { kind: 'profiel' as const, crebo: '25171', level: 4, isFavourites: true, query: 'café & co' };
    const { searchParams } = new URL(catalogueHref(filter), 'https://school.example');
    expect(readFilter((name) => searchParams.get(name) ?? '')).toEqual(filter);
  });

  it('lets what cannot be read filter nothing', () => {
    const typed = { soort: 'basis\0', crebo: '1 OR 1', niveau: '9', favorieten: 'ja', zoek: '   ' };
    expect(readFilter((name) => Reflect.get(typed, name) ?? '')).toEqual(NO_FILTER);
  });
});

describe('the catalogue', () => {
  it('says at each filter how many it would show, with the other filters as they are', () => {
    const shown = model(ALL, { crebo: '25656' });
    expect(shown.pills.map(({ label, count }) => [label, count])).toEqual([
      ['Alle examens', 2],
      ['Favorieten', 0],
      ['Basis', 1],
      ['Profiel', 0],
      ['Keuzedeel', 1],
    ]);
    expect(shown.crebos.map(({ label, isSelected }) => [label, isSelected])).toEqual([
      ['25171 (1)', false],
      ['25656 (2)', true],
    ]);
    expect(shown.levels.map(({ label }) => label)).toEqual(['niveau 3 (2)']);
  });

  it('keeps a chosen filter in the list although nothing has it any more', () => {
    expect(model(ALL, { crebo: '99999' }).crebos.at(-1)).toEqual({
      value: '99999',
      label: '99999 (0)',
      isSelected: true,
    });
  });

  it('gives favourites a heading of their own, above the others', () => {
    const { sections } = model([tile({ isFavourite: true }), CAFE]);
    expect(sections.map(({ title, exams }) => [title, exams.length])).toEqual([
      ['Favorieten', 1],
      ['Andere examens', 1],
    ]);
    expect(sections[0]?.exams[0]?.star).toMatchObject({ pressed: 'true', next: '0' });
    expect(model(ALL).sections.map(({ title }) => title)).toEqual(['']);
  });

  it('explains favourites to who has none, and offers the way back when nothing is found', () => {
    expect(model(ALL, { isFavourites: true }).nothing.title).toBe('U hebt nog geen favorieten');
    expect(model(ALL, { query: 'timmeren' })).toMatchObject({
      sections: [],
      allHref: '/examens',
      nothing: { title: 'Geen examen gevonden' },
    });
  });

  it('divides a long catalogue over pages; a page beyond the last is the last', () => {
    const many = Array.from({ length: PAGE_SIZE + 1 }, (_, index) => tile({ title: `Examen ${index}` }));
    expect(model(many)).toMatchObject({
      foot: '1–60 van 61 examens',
      previousHref: '',
      nextHref: '/examens?pagina=2',
    });
    expect(model(many, { kind: 'basis' }, 99)).toMatchObject({
      foot: '61–61 van 61 examens',
      previousHref: '/examens?soort=basis',
      nextHref: '',
    });
  });
});

describe('shownOf', () => {
  it('shows all for what is no choice', () => {
    expect(['lopend', 'afgerond', '', 'x'].map(shownOf)).toEqual(['running', 'over', 'all', 'all']);
  });
});
