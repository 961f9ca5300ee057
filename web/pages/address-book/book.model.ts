/** The list of the address book. Pure. */
import type { BookContact, BookPage, ContactTab } from '../../../prisma/repositories/contacts.ts';
import { paths } from '../../paths.ts';
import { shortDay, type Wording } from '../../wording.ts';

/** Names of the tabs in URLs. */
const SLUGS: Readonly<Record<ContactTab, string>> = {
  all: '',
  school: 'school',
  practice: 'praktijk',
  archived: 'verwijderd',
};
const TABS: readonly ContactTab[] = ['all', 'school', 'practice', 'archived'];
const ICONS: Readonly<Record<ContactTab, string>> = {
  all: 'book-user',
  school: 'school',
  practice: 'building-2',
  archived: 'archive',
};

export function tabOf(slug: string): ContactTab {
  return TABS.find((tab) => SLUGS[tab] === slug) ?? 'all';
}

export function slugOf(tab: ContactTab): string {
  return SLUGS[tab];
}

export function bookHref(tab: ContactTab, place: { after?: string; before?: string } = {}): string {
  return paths.addressBook({ soort: SLUGS[tab], na: place.after, voor: place.before });
}

export interface BookInput {
  readonly tab: ContactTab;
  readonly query: string;
  /** Nothing was written as it was looked for; these are nearly so. */
  readonly isLoose: boolean;
  readonly page: BookPage;
  readonly counts: Readonly<Record<ContactTab, number>>;
  readonly doubleCount: number;
  /** Just deleted, and can be put back. */
  readonly deleted: BookContact | null;
}

export function bookModel(wording: Wording, input: BookInput) {
  const { tab, query, isLoose, page, counts, doubleCount, deleted } = input;
  const { t } = wording.translator;
  const [first] = page.rows;
  const last = page.rows.at(-1);
  const isArchive = tab === 'archived';
  const shownTabs = TABS.filter((each) => each !== 'archived' || counts.archived > 0 || isArchive);
  return {
    addHref: paths.contactNew(),
    importHref: paths.contactsImport(),
    searchPath: paths.addressBookSearch(),
    query,
    slug: SLUGS[tab],
    isFiltered: query !== '',
    loose: isLoose ? t('addressbook.list.loose', { query }) : '',
    deleted: deleted && {
      text: t('addressbook.list.deleted', { name: deleted.name }),
      href: paths.contactRestore(deleted.id),
    },
    doubles:
      doubleCount > 0
        ? { text: t('addressbook.list.doubles', { count: doubleCount }), href: paths.contactDoubles() }
        : null,
    tabs: shownTabs.map((each) => ({
      href: bookHref(each),
      label: t(`addressbook.tab.${each}`),
      count: counts[each],
      icon: ICONS[each],
      isCurrent: each === tab,
    })),
    columns: [
      { label: t('addressbook.column.person') },
      { label: t('addressbook.column.work') },
      { label: t('addressbook.column.kind') },
      { label: t(isArchive ? 'addressbook.column.archived' : 'addressbook.column.use') },
    ],
    rows: page.rows.map((row) => rowModel(wording, row)),
    isEmpty: page.rows.length === 0 && query === '' && counts.all === 0 && !isArchive,
    isEmptyTab: page.rows.length === 0 && query === '',
    foot: t('addressbook.list.count', { count: counts[tab] }),
    previousHref: page.hasPrevious && first ? bookHref(tab, { before: first.id }) : '',
    nextHref: page.hasNext && last ? bookHref(tab, { after: last.id }) : '',
    exportXlsxHref: paths.contactsExport('xlsx', { soort: SLUGS[tab] }),
    exportCsvHref: paths.contactsExport('csv', { soort: SLUGS[tab] }),
  };
}

function rowModel(wording: Wording, row: BookContact) {
  const { t } = wording.translator;
  return {
    href: paths.contact(row.id),
    name: row.name,
    email: row.email,
    jobTitle: row.jobTitle,
    organisation: row.organisation,
    hasWork: row.jobTitle !== '' || row.organisation !== '',
    kind: row.kind,
    hasAccount: row.hasAccount,
    stateLabel: t(row.archivedAt === null ? 'addressbook.column.use' : 'addressbook.column.archived'),
    state: row.archivedAt === null ? useOf(wording, row) : archivedText(wording, row),
    hasState: row.archivedAt !== null || row.runningCount > 0,
    lang: row.lang === 'en' ? t('addressbook.list.english') : '',
  };
}

/** `gebruikt bij 3 lopende afnames`; a dash for nothing. */
export function useOf({ translator }: Wording, { runningCount }: BookContact): string {
  return runningCount === 0 ? '–' : translator.t('addressbook.list.running', { count: runningCount });
}

export function archivedText(wording: Wording, { archivedAt, mergedIntoName }: BookContact): string {
  const { t } = wording.translator;
  if (archivedAt === null) return '';
  const day = shortDay(wording, archivedAt);
  return mergedIntoName === null
    ? t('addressbook.contact.archivedOn', { day })
    : t('addressbook.contact.mergedOn', { day, name: mergedIntoName });
}
