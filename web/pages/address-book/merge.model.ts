/** Making one of two contacts that are the same person. Pure. */
import type { BookContact } from '../../../prisma/repositories/contacts.ts';
import { paths } from '../../paths.ts';
import type { Wording } from '../../wording.ts';
import { useOf } from './book.model.ts';

/** The page on which the other one is chosen. */
export function chooseModel(wording: Wording, contact: BookContact, others: readonly BookContact[], query: string) {
  const { t } = wording.translator;
  const title = t('addressbook.merge.chooseTitle', { name: contact.name });
  return {
    title,
    crumbs: crumbsOf(wording, contact, t('addressbook.merge.crumb')),
    action: paths.contactMerge(contact.id),
    query,
    backHref: paths.contact(contact.id),
    others: others.map((other) => ({
      ...sideOf(wording, other),
      href: paths.contactMerge(contact.id, { met: other.id }),
    })),
  };
}

/** The page on which two stand side by side. @param error why it was refused */
export function mergeModel(wording: Wording, first: BookContact, second: BookContact, error: string) {
  const { t } = wording.translator;
  const title = t('addressbook.merge.title');
  // Who has an account stays: it comes from there.
  const kept = second.hasAccount && !first.hasAccount ? second : first;
  return {
    title,
    crumbs: crumbsOf(wording, first, t('addressbook.merge.crumb')),
    action: paths.contactMerge(first.id),
    otherId: second.id,
    errors: error === '' ? [] : [{ field: 'behoud', message: error }],
    cancelHref: paths.contact(first.id),
    sides: [first, second].map((contact, index) => ({
      ...sideOf(wording, contact),
      controlId: index === 0 ? 'behoud' : 'behoud-1',
      isKept: contact.id === kept.id,
    })),
  };
}

/** The page with all pairs that are probably one person. */
export function doublesModel(wording: Wording, pairs: readonly (readonly [BookContact, BookContact])[]) {
  const { t } = wording.translator;
  const title = t('addressbook.doubles.title');
  return {
    title,
    crumbs: [{ href: paths.addressBook(), label: t('addressbook.list.title') }, { label: title }],
    bookHref: paths.addressBook(),
    pairs: pairs.map(([first, second]) => ({
      sides: [sideOf(wording, first), sideOf(wording, second)],
      label: t('addressbook.doubles.compareOf', { name: first.name }),
      href: paths.contactMerge(first.id, { met: second.id }),
    })),
  };
}

function sideOf(wording: Wording, contact: BookContact) {
  const { t } = wording.translator;
  const { id, name, kind, email, jobTitle, organisation, hasAccount } = contact;
  return {
    id,
    name,
    kind,
    hasAccount,
    email,
    work: [jobTitle, organisation].filter((text) => text !== '').join(' · '),
    facts: [
      { label: t('addressbook.field.email'), value: email },
      { label: t('addressbook.field.jobTitle'), value: jobTitle || '–' },
      { label: t('addressbook.field.organisation'), value: organisation || '–' },
      { label: t('addressbook.contact.use'), value: useOf(wording, contact) },
    ],
  };
}

function crumbsOf({ translator }: Wording, contact: BookContact, label: string) {
  return [
    { href: paths.addressBook(), label: translator.t('addressbook.list.title') },
    { href: paths.contact(contact.id), label: contact.name },
    { label },
  ];
}
