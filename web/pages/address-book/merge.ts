import type { Response } from 'express';
import { cleanSearch } from '../../../domain/text.ts';
import { keepContactsApart, mergeContacts } from '../../../prisma/commands/contacts.ts';
import type { BookContact } from '../../../prisma/repositories/contacts.ts';
import { type PageHandler, type PageKit, repositoriesOf, wordingOf } from '../../context.ts';
import { paths } from '../../paths.ts';
import { isId, singleOf } from '../../posted.ts';
import { sendNotFound } from '../initiator/requests.ts';
import { by, findContact } from './contact.ts';
import { chooseModel, doublesModel, mergeModel } from './merge.model.ts';
import { refusalText } from './words.ts';

const MAX_OTHERS = 10;
const MAX_DOUBLES = 50;

export function showDoubles(kit: PageKit): PageHandler {
  return async (_req, res) => {
    const pairs = await repositoriesOf(kit, res).contacts.findDoubles(MAX_DOUBLES);
    const model = doublesModel(wordingOf(res), pairs);
    kit.sendPage(res, 'contact-doubles', model, { title: model.title, width: 'wide', helpKey: 'addressBook' });
  };
}

/** Side by side when the other one is named, else a choice of others. */
export function showMerge(kit: PageKit): PageHandler {
  return async (req, res) => {
    const contact = await findContact(kit, req, res);
    if (!contact) return sendNotFound(kit, req, res);
    if (contact.archivedAt !== null) return res.redirect(303, paths.contact(contact.id));
    const otherId = singleOf(req.query, 'met');
    if (otherId === undefined) return sendChoice(kit, res, contact, '');
    const other =
      isId(otherId) && otherId !== contact.id ? await repositoriesOf(kit, res).contacts.find(otherId) : null;
    if (!other || other.archivedAt !== null) return sendNotFound(kit, req, res);
    sendMerge(kit, res, contact, other, '');
  };
}

async function sendChoice(kit: PageKit, res: Response, contact: BookContact, query: string): Promise<void> {
  const others = await repositoriesOf(kit, res).contacts.findOthers(contact, query, MAX_OTHERS);
  const model = chooseModel(wordingOf(res), contact, others, query);
  kit.sendPage(res, 'contact-merge-choose', model, { title: model.title, helpKey: 'addressBook' });
}

function sendMerge(kit: PageKit, res: Response, contact: BookContact, other: BookContact, error: string): void {
  const model = mergeModel(wordingOf(res), contact, other, error);
  const hasErrors = error !== '';
  kit.sendPage(res, 'contact-merge', model, {
    title: model.title,
    hasErrors,
    status: hasErrors ? 422 : 200,
    width: 'wide',
    helpKey: 'addressBook',
  });
}

/** Merges the two; a search for another one to merge with comes here too, because its words are a name. */
export function postMerge(kit: PageKit): PageHandler {
  return async (req, res) => {
    const contact = await findContact(kit, req, res);
    if (!contact) return sendNotFound(kit, req, res);
    const query = singleOf(req.body, 'zoek');
    if (query !== undefined) return sendChoice(kit, res, contact, cleanSearch(query, 100));
    const otherId = singleOf(req.body, 'met');
    const other = isId(otherId) ? await repositoriesOf(kit, res).contacts.find(otherId) : null;
    if (!other) return sendNotFound(kit, req, res);
    const wording = wordingOf(res);
    if (singleOf(req.body, 'apart') !== undefined) return keepApart(kit, res, contact, other);
    const keepId = singleOf(req.body, 'behoud');
    const isChosen = keepId === contact.id || keepId === other.id;
    if (!isChosen) return sendMerge(kit, res, contact, other, refusalText(wording, 'MERGE_CHOOSE', {}));
    const [keep, merged] = keepId === contact.id ? [contact, other] : [other, contact];
    const outcome = await kit.command(mergeContacts, { keepId: keep.id, mergedId: merged.id }, by(res));
    if (!outcome.ok) {
      const params = { name: merged.name, ...outcome.params };
      return sendMerge(kit, res, contact, other, refusalText(wording, outcome.code, params));
    }
    kit.setFlash(res, { kind: 'ok', text: wording.translator.t('addressbook.merge.done', { name: keep.name }) });
    res.redirect(303, paths.contact(keep.id));
  };
}

/** They are two people: they are not pointed at again. */
async function keepApart(kit: PageKit, res: Response, contact: BookContact, other: BookContact): Promise<void> {
  const wording = wordingOf(res);
  const outcome = await kit.command(keepContactsApart, { contactId: contact.id, otherId: other.id }, by(res));
  kit.setFlash(
    res,
    outcome.ok
      ? { kind: 'ok', text: wording.translator.t('addressbook.merge.keptApart') }
      : { kind: 'warning', text: refusalText(wording, outcome.code, outcome.params) },
  );
  res.redirect(303, paths.contactDoubles());
}
