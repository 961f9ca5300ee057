import type { Wording } from '../../wording.ts';

/** What a refusal of the address book says to a person. */
export function refusalText({ translator }: Wording, code: string, params: Readonly<Record<string, unknown>>): string {
  const key = `addressbook.refused.${code}`;
  const plain = Object.fromEntries(
    Object.entries(params).filter(
      (entry): entry is [string, string | number] => typeof entry[1] === 'string' || typeof entry[1] === 'number',
    ),
  );
  return translator.has(key, plain) ? translator.t(key, plain) : translator.t('addressbook.refused.other');
}

/** Field of the form that a refusal is about; the others are about the whole. */
const FIELDS: Readonly<Record<string, string>> = {
  NAME_REQUIRED: 'naam',
  NAME_TOO_LONG: 'naam',
  JOB_TITLE_TOO_LONG: 'functie',
  ORGANISATION_TOO_LONG: 'organisatie',
  KIND_REQUIRED: 'soort',
  ADDRESS_INVALID: 'email',
  ADDRESS_TAKEN: 'email',
  ADDRESS_IN_USE: 'email',
  ADDRESS_YOURS: 'email',
  ADDRESS_OF_STAFF: 'email',
  ADDRESS_OF_STUDENT: 'email',
};

export function fieldOf(code: string): string | null {
  return FIELDS[code] ?? null;
}
