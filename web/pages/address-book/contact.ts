import type { Request, Response } from 'express';
import { Lang } from '../../../domain/school.ts';
import type { ContactFields } from '../../../platform/import/contacts.ts';
import { deleteContact, restoreContact, type SaveContact, saveContact } from '../../../prisma/commands/contacts.ts';
import type { BookContact } from '../../../prisma/repositories/contacts.ts';
import { commandIdFor, newFormId } from '../../command-id.ts';
import { memberActor, memberOf, type PageHandler, type PageKit, repositoriesOf, wordingOf } from '../../context.ts';
import { paths } from '../../paths.ts';
import { isId, singleOf } from '../../posted.ts';
import { sendNotFound } from '../initiator/requests.ts';
import { contactModel, type FormFacts, NEW_CONTACT, newContactModel } from './contact.model.ts';
import { fieldOf, refusalText } from './words.ts';

const HISTORY_ROWS = 12;

/** The contact that the address names, or null. */
export async function findContact(kit: PageKit, req: Request, res: Response): Promise<BookContact | null> {
  const { id } = req.params;
  return isId(id) ? repositoriesOf(kit, res).contacts.find(id) : null;
}

export function by(res: Response) {
  return { schoolId: memberOf(res).schoolId, actor: memberActor(res) };
}

export function showNew(kit: PageKit): PageHandler {
  return (_req, res) => sendNew(kit, res, { input: NEW_CONTACT, errors: [], taken: null }, newFormId());
}

function sendNew(kit: PageKit, res: Response, form: FormFacts, formId: string): void {
  const hasErrors = form.errors.length > 0;
  const model = { ...newContactModel(wordingOf(res), form), formId };
  kit.sendPage(res, 'contact-new', model, {
    title: model.title,
    hasErrors,
    status: hasErrors ? 422 : 200,
    helpKey: 'addressBook',
  });
}

export function postNew(kit: PageKit): PageHandler {
  return async (req, res) => {
    const input = readInput(req.body, NEW_CONTACT);
    const formId = singleOf(req.body, 'formulier') ?? '';
    const outcome = await kit.command(saveContact, commandOf(null, input), {
      ...by(res),
      commandId: commandIdFor(formId, input),
    });
    if (!outcome.ok) return sendNew(kit, res, refusedForm(res, input, outcome.code, outcome.params), formId);
    kit.setFlash(res, {
      kind: 'ok',
      text: wordingOf(res).translator.t('addressbook.contact.added', { name: input.name.trim() }),
    });
    res.redirect(303, paths.contact(outcome.value.contactId));
  };
}

export function showContact(kit: PageKit): PageHandler {
  return async (req, res) => {
    const contact = await findContact(kit, req, res);
    if (!contact) return sendNotFound(kit, req, res);
    await sendContact(kit, res, contact, { input: contact, errors: [], taken: null });
  };
}

async function sendContact(kit: PageKit, res: Response, contact: BookContact, form: FormFacts): Promise<void> {
  const { contacts } = repositoriesOf(kit, res);
  const [open, history] = await Promise.all([
    contacts.findOpenInvitations(contact.id, memberOf(res).membershipId),
    contacts.readHistory(contact.id, HISTORY_ROWS),
  ]);
  const hasErrors = form.errors.length > 0;
  const model = contactModel(wordingOf(res), { ...form, contact, open, history });
  kit.sendPage(res, 'contact', model, {
    title: model.title,
    hasErrors,
    status: hasErrors ? 422 : 200,
    helpKey: 'addressBook',
  });
}

export function postContact(kit: PageKit): PageHandler {
  return async (req, res) => {
    const contact = await findContact(kit, req, res);
    if (!contact) return sendNotFound(kit, req, res);
    const input = readInput(req.body, contact);
    const outcome = await kit.command(saveContact, commandOf(contact.id, input), by(res));
    if (!outcome.ok) return sendContact(kit, res, contact, refusedForm(res, input, outcome.code, outcome.params));
    kit.setFlash(res, { kind: 'ok', text: wordingOf(res).translator.t('addressbook.contact.saved') });
    res.redirect(303, paths.contact(contact.id));
  };
}

/** What the form does not ask, because it is known from the account, stays as it is. */
function readInput(body: unknown, known: ContactFields): ContactFields {
  const read = (field: string, otherwise: string) => singleOf(body, field) ?? otherwise;
  return {
    name: read('naam', known.name),
    email: read('email', known.email),
    jobTitle: read('functie', known.jobTitle),
    organisation: read('organisatie', known.organisation),
    kind: read('soort', known.kind),
    lang: read('taal', known.lang),
  };
}

function commandOf(id: string | null, { lang, ...input }: ContactFields): SaveContact {
  return { id, ...input, lang: lang === Lang.English ? Lang.English : Lang.Dutch };
}

function refusedForm(
  res: Response,
  input: ContactFields,
  code: string,
  params: Readonly<Record<string, unknown>>,
): FormFacts {
  const message = refusalText(wordingOf(res), code, params);
  const { contactId, name, isArchived } = params;
  const isTaken = code === 'ADDRESS_TAKEN' && isId(contactId) && typeof name === 'string';
  return {
    input,
    errors: [{ field: fieldOf(code) ?? 'naam', message }],
    taken: isTaken ? { id: contactId, name, isArchived: isArchived === true } : null,
  };
}

export function showDelete(kit: PageKit): PageHandler {
  return async (req, res) => {
    const contact = await findContact(kit, req, res);
    if (!contact) return sendNotFound(kit, req, res);
    if (contact.archivedAt !== null || contact.hasAccount) return res.redirect(303, paths.contact(contact.id));
    const { t } = wordingOf(res).translator;
    const title = t('addressbook.delete.title', { name: contact.name });
    const running = t('addressbook.delete.running', { count: contact.runningCount });
    const model = {
      title,
      text: [t('addressbook.delete.text'), contact.runningCount > 0 ? running : ''].filter(Boolean).join(' '),
      action: paths.contactDelete(contact.id),
      cancelHref: paths.contact(contact.id),
      facts: [
        { label: t('addressbook.field.email'), value: contact.email },
        { label: t('addressbook.field.organisation'), value: contact.organisation || '–' },
      ],
    };
    kit.sendPage(res, 'contact-delete', model, { title, helpKey: 'addressBook' });
  };
}

/** Leads to the list, where it can be undone. */
export function postDelete(kit: PageKit): PageHandler {
  return async (req, res) => {
    const contact = await findContact(kit, req, res);
    if (!contact) return sendNotFound(kit, req, res);
    const outcome = await kit.command(deleteContact, { contactId: contact.id }, by(res));
    if (outcome.ok) return res.redirect(303, paths.addressBook({ weg: contact.id }));
    kit.setFlash(res, { kind: 'warning', text: refusalText(wordingOf(res), outcome.code, outcome.params) });
    res.redirect(303, paths.contact(contact.id));
  };
}

export function postRestore(kit: PageKit): PageHandler {
  return async (req, res) => {
    const contact = await findContact(kit, req, res);
    if (!contact) return sendNotFound(kit, req, res);
    const outcome = await kit.command(restoreContact, { contactId: contact.id }, by(res));
    const wording = wordingOf(res);
    kit.setFlash(
      res,
      outcome.ok
        ? { kind: 'ok', text: wording.translator.t('addressbook.contact.restored', { name: contact.name }) }
        : { kind: 'warning', text: refusalText(wording, outcome.code, outcome.params) },
    );
    res.redirect(303, paths.contact(contact.id));
  };
}
