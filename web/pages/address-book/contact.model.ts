/** One contact: to add, to change, to look at when it was deleted. Pure. */
import { CONTACT_LIMITS, type ContactFields } from '../../../platform/import/contacts.ts';
import type { BookContact, ContactHistoryEntry } from '../../../prisma/repositories/contacts.ts';
import { paths } from '../../paths.ts';
import type { Wording } from '../../wording.ts';
import { archivedText } from './book.model.ts';

export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

export const NEW_CONTACT: ContactFields = {
  name: '',
  email: '',
  jobTitle: '',
  organisation: '',
  kind: '',
  lang: 'nl',
};

export interface FormFacts {
  readonly input: ContactFields;
  readonly errors: readonly FieldProblem[];
  /** The contact that has the typed address already. */
  readonly taken: { readonly id: string; readonly name: string; readonly isArchived: boolean } | null;
}

export interface ContactFacts extends FormFacts {
  readonly contact: BookContact;
  readonly open: { readonly count: number; readonly ownAssessmentId: string | null };
  readonly history: readonly ContactHistoryEntry[];
}

/** Of the page on which a contact is added. */
export function newContactModel(wording: Wording, form: FormFacts) {
  const { t } = wording.translator;
  const title = t('addressbook.contact.newTitle');
  return {
    title,
    crumbs: crumbsOf(wording, title),
    action: paths.contactNew(),
    submitLabel: t('addressbook.contact.add'),
    cancelHref: paths.addressBook(),
    ...formModel(wording, form),
  };
}

/** Of the page of a contact. */
export function contactModel(wording: Wording, facts: ContactFacts) {
  const { contact, open, history } = facts;
  const { t } = wording.translator;
  const isArchived = contact.archivedAt !== null;
  return {
    title: contact.name,
    crumbs: crumbsOf(wording, contact.name),
    badgeKind: contact.kind,
    hasAccount: contact.hasAccount,
    isArchived,
    archived: archivedText(wording, contact),
    mergedHref: contact.mergedIntoId === null ? '' : paths.contact(contact.mergedIntoId),
    mergedName: contact.mergedIntoName ?? '',
    restoreHref: paths.contactRestore(contact.id),
    action: paths.contact(contact.id),
    submitLabel: t('common.actions.save'),
    cancelHref: paths.addressBook(),
    facts: factsOf(wording, contact),
    use: contact.runningCount > 0 ? t('addressbook.contact.running', { count: contact.runningCount }) : '',
    isAddressLocked: open.count > 0,
    locked: t('addressbook.contact.locked', { count: open.count }),
    lockedHref: open.ownAssessmentId === null ? '' : paths.assessment(open.ownAssessmentId),
    canDelete: !isArchived && !contact.hasAccount,
    deleteHref: paths.contactDelete(contact.id),
    canMerge: !isArchived,
    mergeHref: paths.contactMerge(contact.id),
    history: history.map((entry) => historyModel(wording, entry)),
    ...formModel(wording, facts),
  };
}

function crumbsOf({ translator }: Wording, label: string) {
  return [{ href: paths.addressBook(), label: translator.t('addressbook.list.title') }, { label }];
}

/** What stands in the form is not said twice. */
function factsOf(wording: Wording, { name, email, jobTitle, organisation, hasAccount, archivedAt }: BookContact) {
  const { t } = wording.translator;
  const ofAccount = [
    { label: t('addressbook.field.name'), value: name },
    { label: t('addressbook.field.email'), value: email },
  ];
  if (archivedAt === null) return hasAccount ? ofAccount : [];
  return [
    ...ofAccount,
    { label: t('addressbook.field.jobTitle'), value: jobTitle || '–' },
    { label: t('addressbook.field.organisation'), value: organisation || '–' },
  ];
}

function formModel({ translator }: Wording, { input, errors, taken }: FormFacts) {
  const { t } = translator;
  return {
    ...input,
    errors,
    limits: CONTACT_LIMITS,
    takenHref: taken === null ? '' : paths.contact(taken.id),
    takenText:
      taken === null
        ? ''
        : t(taken.isArchived ? 'addressbook.contact.openArchived' : 'addressbook.contact.openTaken', {
            name: taken.name,
          }),
    kinds: [
      { value: 'practice', label: t('common.contactKind.practice'), hint: t('addressbook.kindHint.practice') },
      { value: 'school', label: t('common.contactKind.school'), hint: t('addressbook.kindHint.school') },
    ],
    langs: [
      { value: 'nl', label: t('addressbook.lang.nl') },
      { value: 'en', label: t('addressbook.lang.en') },
    ],
  };
}

const HISTORY_ICONS: Readonly<Record<ContactHistoryEntry['action'], string>> = {
  added: 'user-plus',
  changed: 'pencil',
  archived: 'archive',
  restored: 'archive-restore',
  merged: 'merge',
  keptApart: 'users',
};

function historyModel(wording: Wording, { action, fields, at, actorName, isFromFile }: ContactHistoryEntry) {
  const { t, lang } = wording.translator;
  const names = fields.map((field) => t(`addressbook.fieldName.${field as HistoryField}`));
  const list = new Intl.ListFormat(lang, { type: 'conjunction' }).format(names);
  return {
    at: at.toISOString(),
    icon: HISTORY_ICONS[action],
    text: t(`addressbook.history.${action}`),
    detail: [action === 'changed' ? list : '', isFromFile ? t('addressbook.history.file') : '']
      .filter(Boolean)
      .join(' · '),
    who: actorName ?? t('addressbook.history.system'),
  };
}

type HistoryField = 'name' | 'email' | 'jobTitle' | 'organisation' | 'kind' | 'lang';
