/** Choosing who does it instead: from the address book, or somebody new. Shared by replacing and answering. */
import type { Request } from 'express';
import { cleanSearch } from '../../../../domain/text.ts';
import type { NewContact } from '../../../../prisma/commands/asks.ts';
import type { ContactRow } from '../../../../prisma/repositories/initiator.ts';
import type { Found } from '../../../../prisma/repositories/initiator-catalogue.ts';
import { isId } from '../../../posted.ts';
import type { Wording } from '../../../wording.ts';
import { textOf } from '../requests.ts';
import type { FieldError } from '../words.ts';

/** Most people shown at once; a search makes the list shorter. */
export const MAX_PEOPLE = 8;
const MAX_QUERY = 100;
export const SOMEONE_NEW = 'nieuw';
const KINDS = ['school', 'practice'] as const;

export interface PersonInput {
  readonly query: string;
  /** Id of a contact, `nieuw`, or empty. */
  readonly chosen: string;
  readonly name: string;
  readonly email: string;
  readonly jobTitle: string;
  readonly organisation: string;
  readonly kind: string;
}

export const NOBODY: PersonInput = {
  query: '',
  chosen: '',
  name: '',
  email: '',
  jobTitle: '',
  organisation: '',
  kind: 'practice',
};

export function readPerson(req: Request): PersonInput {
  const chosen = textOf(req.body, 'wie');
  return {
    query: cleanSearch(textOf(req.body, 'zoek'), MAX_QUERY),
    chosen: isId(chosen) || chosen === SOMEONE_NEW ? chosen : '',
    name: oneLine(textOf(req.body, 'naam')),
    email: oneLine(textOf(req.body, 'email')),
    jobTitle: oneLine(textOf(req.body, 'functie')),
    organisation: oneLine(textOf(req.body, 'organisatie')),
    kind: KINDS.find((kind) => kind === textOf(req.body, 'soort')) ?? '',
  };
}

/** One line only goes back into a field of one line. */
function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').trim();
}

/** What a command takes of it. */
export interface ChosenPerson {
  readonly contactId: string | null;
  readonly newContact: NewContact | null;
}

/** Only whether somebody is chosen; the address book says whether they can be added. */
export function checkPerson({ translator: { t } }: Wording, input: PersonInput): FieldError[] {
  if (input.chosen === '') return [{ field: 'wie', message: t('mending.replace.errorNobody') }];
  if (input.chosen !== SOMEONE_NEW) return [];
  return [
    ...(input.name === '' ? [{ field: 'naam', message: t('mending.replace.errorName') }] : []),
    ...(input.email === '' ? [{ field: 'email', message: t('initiator.refusal.ADDRESS_INVALID') }] : []),
    ...(input.kind === '' ? [{ field: 'soort', message: t('mending.replace.errorKind') }] : []),
  ];
}

export function personOf({ chosen, name, email, jobTitle, organisation, kind }: PersonInput): ChosenPerson {
  return chosen === SOMEONE_NEW
    ? { contactId: null, newContact: { name, email, jobTitle, organisation, kind } }
    : { contactId: chosen, newContact: null };
}

/** The field that a refusal is about. */
export function personField(code: string, { chosen }: PersonInput): string {
  if (chosen !== SOMEONE_NEW) return 'wie';
  if (code.startsWith('ADDRESS_')) return 'email';
  if (code.startsWith('NAME_')) return 'naam';
  if (code.startsWith('JOB_TITLE_')) return 'functie';
  if (code.startsWith('ORGANISATION_')) return 'organisatie';
  return code === 'KIND_REQUIRED' ? 'soort' : 'wie';
}

/** @param former who is replaced, and who is not offered */
export function personModel(wording: Wording, input: PersonInput, found: Found<ContactRow>, former: string) {
  const { t } = wording.translator;
  const rows = found.rows.filter(({ id }) => id !== former).slice(0, MAX_PEOPLE);
  const count = found.total - (found.rows.length - found.rows.filter(({ id }) => id !== former).length);
  return {
    ...input,
    isNew: input.chosen === SOMEONE_NEW,
    count:
      count > rows.length
        ? t('mending.replace.foundCut', { shown: rows.length, count })
        : t('mending.replace.found', { count }),
    nobody: count === 0 && input.query !== '' ? t('mending.replace.nobody', { query: input.query }) : '',
    people: rows.map((row, index) => ({
      id: row.id,
      control: index === 0 ? 'wie' : `wie-${index}`,
      name: row.name,
      kind: row.kind,
      meta: [row.jobTitle, row.organisation, row.email].filter(Boolean).join(' · '),
      isChosen: row.id === input.chosen,
    })),
    newControl: rows.length === 0 ? 'wie' : 'wie-nieuw',
    kinds: KINDS.map((kind) => ({ value: kind, label: t(`common.contactKind.${kind}`) })),
  };
}

export type PersonModel = ReturnType<typeof personModel>;
