import type { Request, Response } from 'express';
import {
  writeContactsCsv,
  writeContactsTemplate,
  writeContactsWorkbook,
} from '../../../platform/import/contact-files.ts';
import type { ContactFilter, ContactTab } from '../../../prisma/repositories/contacts.ts';
import { type PageHandler, type PageKit, repositoriesOf, wordingOf } from '../../context.ts';
import { isId, singleOf } from '../../posted.ts';
import { bookHref, bookModel, slugOf, tabOf } from './book.model.ts';
import { readQuery, writeQuery } from './search.ts';

const PAGE_SIZE = 50;
/** More than this nobody goes through one by one. */
const MAX_DOUBLES = 50;

export function showBook(kit: PageKit): PageHandler {
  return async (req, res) => {
    const { contacts } = repositoriesOf(kit, res);
    const tab = tabIn(req.query);
    const found = await findFilter(kit, req, res, tab);
    const place = placeIn(req.query);
    const deletedId = singleOf(req.query, 'weg');
    const isFirst =
      tab === 'all' && found.filter.query === '' && place.after === undefined && place.before === undefined;
    const [page, doubles, deleted] = await Promise.all([
      contacts.list(found.filter, place, PAGE_SIZE),
      isFirst ? contacts.findDoubles(MAX_DOUBLES) : [],
      isId(deletedId) ? contacts.find(deletedId) : null,
    ]);
    const wording = wordingOf(res);
    const model = bookModel(wording, {
      tab,
      query: found.filter.query,
      isLoose: found.filter.isLoose,
      page,
      counts: found.counts,
      doubleCount: doubles.length,
      deleted: deleted?.archivedAt ? deleted : null,
    });
    kit.sendPage(res, 'address-book', model, {
      title: wording.translator.t('addressbook.list.title'),
      width: 'wide',
      helpKey: 'addressBook',
    });
  };
}

/** As it was typed, or, when nothing is written so, what is nearly so. */
async function findFilter(kit: PageKit, req: Request, res: Response, tab: ContactTab) {
  const { contacts } = repositoriesOf(kit, res);
  const query = readQuery(kit, req, res);
  const filter: ContactFilter = { tab, query, isLoose: false };
  const counts = await contacts.count(filter);
  if (query === '' || counts.all + counts.archived > 0) return { filter, counts };
  const loose: ContactFilter = { ...filter, isLoose: true };
  const looseCounts = await contacts.count(loose);
  return looseCounts.all + looseCounts.archived > 0 ? { filter: loose, counts: looseCounts } : { filter, counts };
}

function tabIn(source: unknown): ContactTab {
  return tabOf(singleOf(source, 'soort') ?? '');
}

function placeIn(source: unknown): { after?: string; before?: string } {
  const [after, before] = [singleOf(source, 'na'), singleOf(source, 'voor')];
  if (isId(after)) return { after };
  return isId(before) ? { before } : {};
}

/** Takes the words to look for; an empty search clears them. */
export function searchBook(kit: PageKit): PageHandler {
  return (req, res) => {
    const isClearing = singleOf(req.body, 'wis') !== undefined;
    writeQuery(kit, res, isClearing ? '' : (singleOf(req.body, 'zoek') ?? ''));
    res.redirect(303, bookHref(tabIn(req.body)));
  };
}

const TYPES = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

function sendFile(res: Response, kind: 'csv' | 'xlsx', name: string, bytes: Buffer): void {
  res
    .set('Content-Disposition', `attachment; filename="${name}.${kind}"`)
    .set('X-Content-Type-Options', 'nosniff')
    .type(TYPES[kind])
    .send(bytes);
}

/** What is seen, as a file. */
export function exportBook(kit: PageKit, kind: 'csv' | 'xlsx'): PageHandler {
  return async (req, res) => {
    const { filter } = await findFilter(kit, req, res, tabIn(req.query));
    const rows = await repositoriesOf(kit, res).contacts.listAll(filter);
    const bytes = kind === 'csv' ? writeContactsCsv(rows) : await writeContactsWorkbook(rows);
    const slug = slugOf(filter.tab);
    sendFile(res, kind, slug === '' ? 'adresboek' : `adresboek-${slug}`, bytes);
  };
}

export function sendTemplate(kind: 'csv' | 'xlsx'): PageHandler {
  return async (_req, res) => {
    sendFile(res, kind, 'adresboek-sjabloon', await writeContactsTemplate(kind));
  };
}
