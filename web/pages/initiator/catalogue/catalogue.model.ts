/** The catalogue: all exams of the school as tiles or as a list, with search and filters. Pure. */
import type { ExamKind } from '../../../../domain/exam.ts';
import { searchable } from '../../../../domain/school.ts';
import type { ExamTile, ExamView } from '../../../../prisma/repositories/initiator.ts';
import { paths } from '../../../paths.ts';
import type { Wording } from '../../../wording.ts';

const KINDS: readonly ExamKind[] = ['basis', 'profiel', 'keuzedeel'];
/** More tiles than this on one page help nobody. */
export const PAGE_SIZE = 60;
const MAX_QUERY = 100;

/** What the address of the catalogue says. Null and empty: all of them. */
export interface CatalogueFilter {
  readonly kind: ExamKind | null;
  readonly crebo: string;
  readonly level: number | null;
  readonly isFavourites: boolean;
  readonly query: string;
}

export const NO_FILTER: CatalogueFilter = { kind: null, crebo: '', level: null, isFavourites: false, query: '' };

/** Reads a filter from an address or a posted form; what cannot be read filters nothing. */
export function readFilter(fieldOf: (name: string) => string): CatalogueFilter {
  const crebo = fieldOf('crebo');
  const level = fieldOf('niveau');
  return {
    kind: KINDS.find((kind) => kind === fieldOf('soort')) ?? null,
    crebo: /^\d{5}$/.test(crebo) ? crebo : '',
    level: /^[1-4]$/.test(level) ? Number(level) : null,
    isFavourites: fieldOf('favorieten') === '1',
    query: fieldOf('zoek').trim().slice(0, MAX_QUERY),
  };
}

/** The filter as fields of a form and as parameters of an address. */
function filterFields({ kind, crebo, level, isFavourites, query }: CatalogueFilter) {
  const fields = {
    soort: kind ?? '',
    crebo,
    niveau: level === null ? '' : String(level),
    favorieten: isFavourites ? '1' : '',
    zoek: query,
  };
  return Object.entries(fields)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ name, value }));
}

export function catalogueHref(filter: CatalogueFilter, page = 1): string {
  const fields = filterFields(filter).map(({ name, value }) => [name, value]);
  return paths.exams({ ...Object.fromEntries(fields), pagina: page > 1 ? String(page) : undefined });
}

export interface CatalogueInput {
  readonly exams: readonly ExamTile[];
  readonly filter: CatalogueFilter;
  readonly view: ExamView;
  /** From 1; a page that is not there is the last one. */
  readonly page: number;
}

export function catalogueModel(wording: Wording, { exams, filter, view, page: wanted }: CatalogueInput) {
  const { t } = wording.translator;
  const found = examsFor(exams, filter);
  const pages = Math.max(1, Math.ceil(found.length / PAGE_SIZE));
  const page = Math.min(wanted, pages);
  const shown = found.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
  const isFiltered = filterFields(filter).length > 0;
  const hasNoFavourites = filter.isFavourites && !exams.some((exam) => exam.isFavourite);
  return {
    hasExams: exams.length > 0,
    searchPath: paths.exams(),
    query: filter.query,
    clearHref: isFiltered ? paths.exams() : '',
    // What the pills choose goes along with a search.
    kept: filterFields({ ...NO_FILTER, kind: filter.kind, isFavourites: filter.isFavourites }),
    // Goes along with the star and the switch, so that they lead back to this list.
    fields: filterFields(filter),
    pills: pillsOf(wording, exams, filter),
    crebos: crebosOf(wording, exams, filter),
    levels: levelsOf(wording, exams, filter),
    viewPath: paths.examsView(),
    isList: view === 'list',
    columns: COLUMNS.map((column) => ({
      label: t(`catalogue.column.${column}`),
      isHidden: column === 'favourite',
      isNumber: column === 'running',
    })),
    sections: sectionsOf(wording, shown),
    foot:
      pages === 1
        ? t('catalogue.found', { count: found.length })
        : t('catalogue.foundPage', {
            from: (page - 1) * PAGE_SIZE + 1,
            to: (page - 1) * PAGE_SIZE + shown.length,
            count: found.length,
          }),
    previousHref: page > 1 ? catalogueHref(filter, page - 1) : '',
    nextHref: page < pages ? catalogueHref(filter, page + 1) : '',
    nothing: {
      title: t(hasNoFavourites ? 'catalogue.noFavouritesTitle' : 'catalogue.nothingTitle'),
      text: t(hasNoFavourites ? 'catalogue.noFavouritesText' : 'catalogue.nothingText'),
      icon: hasNoFavourites ? 'star' : 'search-x',
    },
    allHref: paths.exams(),
  };
}

const COLUMNS = ['favourite', 'exam', 'kind', 'level', 'crebo', 'units', 'running'] as const;

/** Every word must occur in title, code, crebo or a unit, without regard to case and diacritics. */
export function examsFor(exams: readonly ExamTile[], filter: CatalogueFilter): ExamTile[] {
  const words = searchable(filter.query).split(' ').filter(Boolean);
  return exams.filter(
    (exam) =>
      (filter.kind === null || exam.kind === filter.kind) &&
      (filter.crebo === '' || exam.crebo === filter.crebo) &&
      (filter.level === null || exam.level === filter.level) &&
      (!filter.isFavourites || exam.isFavourite) &&
      words.every((word) => wordsOf(exam).includes(word)),
  );
}

function wordsOf(exam: ExamTile): string {
  return searchable(exam.title, exam.code, exam.crebo, ...exam.units.flatMap(({ code, title }) => [code, title]));
}

/** Each pill says how many it would show, with the other filters as they are. */
function pillsOf(
  { translator: { t } }: Wording,
  exams: readonly ExamTile[],
  filter: CatalogueFilter,
): { href: string; label: string; count: number; isCurrent: boolean; icon?: string }[] {
  const pill = (changed: Partial<CatalogueFilter>, label: string, isCurrent: boolean) => {
    const wanted = { ...filter, kind: null, isFavourites: false, ...changed };
    return { href: catalogueHref(wanted), label, count: examsFor(exams, wanted).length, isCurrent };
  };
  const { kind: current, isFavourites } = filter;
  return [
    pill({}, t('catalogue.all'), current === null && !isFavourites),
    { ...pill({ isFavourites: true }, t('catalogue.favourites'), isFavourites), icon: 'star' },
    ...KINDS.map((kind) => pill({ kind }, t(`common.examKind.${kind}`), current === kind)),
  ];
}

function crebosOf({ translator: { t } }: Wording, exams: readonly ExamTile[], filter: CatalogueFilter) {
  const counted = countBy(examsFor(exams, { ...filter, crebo: '' }), ({ crebo }) => crebo);
  if (filter.crebo !== '' && !counted.has(filter.crebo)) counted.set(filter.crebo, 0);
  return [...counted]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([value, count]) => ({
      value,
      label: t('catalogue.option', { value, count }),
      isSelected: value === filter.crebo,
    }));
}

function levelsOf({ translator: { t } }: Wording, exams: readonly ExamTile[], filter: CatalogueFilter) {
  const counted = countBy(examsFor(exams, { ...filter, level: null }), ({ level }) => String(level));
  if (filter.level !== null && !counted.has(String(filter.level))) counted.set(String(filter.level), 0);
  return [...counted]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([value, count]) => ({
      value,
      label: t('catalogue.levelOption', { value, count }),
      isSelected: value === String(filter.level ?? ''),
    }));
}

function countBy(exams: readonly ExamTile[], keyOf: (exam: ExamTile) => string): Map<string, number> {
  const counted = new Map<string, number>();
  for (const exam of exams) counted.set(keyOf(exam), (counted.get(keyOf(exam)) ?? 0) + 1);
  return counted;
}

/** What somebody put at the top has a heading of its own; without that there is one section without a heading. */
function sectionsOf(wording: Wording, shown: readonly ExamTile[]) {
  const { t } = wording.translator;
  const favourites = shown.filter((exam) => exam.isFavourite);
  const others = shown.filter((exam) => !exam.isFavourite);
  const section = (title: string, caption: string, exams: readonly ExamTile[]) => ({
    title,
    caption,
    exams: exams.map((exam) => tileModel(wording, exam)),
  });
  if (favourites.length === 0) return others.length === 0 ? [] : [section('', t('catalogue.caption'), others)];
  return [
    section(t('catalogue.favourites'), t('catalogue.captionFavourites'), favourites),
    ...(others.length === 0 ? [] : [section(t('catalogue.others'), t('catalogue.caption'), others)]),
  ];
}

function tileModel(wording: Wording, exam: ExamTile) {
  const { t } = wording.translator;
  const { examVersionId, title, level, crebo, code, isFavourite, runningCount } = exam;
  const kind = t(`common.examKind.${exam.kind}`);
  const units = t('catalogue.units', { count: exam.units.length });
  return {
    href: paths.exam(examVersionId),
    assessmentsHref: paths.examAssessments(examVersionId, { toon: 'lopend' }),
    title,
    code,
    kind,
    level,
    crebo,
    unitCount: exam.units.length,
    facts: t('catalogue.facts', { kind, level, crebo }),
    meta: [units, code, t('catalogue.version', { version: exam.version })].join(' · '),
    units: exam.units.map((unit) => `${unit.code} ${unit.title}`),
    running: runningCount > 0 ? t('catalogue.running', { count: runningCount }) : '',
    runningCount,
    star: starModel(wording, exam, isFavourite),
  };
}

/** The button that puts an exam at the top, or takes it from there. */
export function starModel(
  { translator }: Wording,
  { examVersionId, title }: { readonly examVersionId: string; readonly title: string },
  isFavourite: boolean,
) {
  return {
    id: `ster-${examVersionId}`,
    action: paths.examFavourite(examVersionId),
    label: translator.t('catalogue.favourite', { title }),
    pressed: isFavourite ? 'true' : 'false',
    next: isFavourite ? '0' : '1',
  };
}
