/** Adding somebody to the address book without leaving the page. */

import type { Response } from 'express';
import { saveContact } from '../../../../prisma/commands/contacts.ts';
import { commandIdFor } from '../../../command-id.ts';
import { memberActor, memberOf, type PageKit, wordingOf } from '../../../context.ts';
import type { Wording } from '../../../wording.ts';
import type { Selection } from '../requests.ts';
import type { FieldError } from '../words.ts';
import { addForAll, addForOne, withCommonColumns, withNotice } from './desk.ts';
import { NOBODY_NEW } from './examiners.model.ts';
import { quickScopes } from './matrix.model.ts';
import type { Reading } from './read-input.ts';

/** The field that each refusal is about; anything else is said at the name. */
const FIELDS: Readonly<Record<string, string>> = {
  NAME_REQUIRED: 'nieuw-naam',
  NAME_TOO_LONG: 'nieuw-naam',
  JOB_TITLE_TOO_LONG: 'nieuw-functie',
  ORGANISATION_TOO_LONG: 'nieuw-organisatie',
  KIND_REQUIRED: 'nieuw-soort',
  ADDRESS_INVALID: 'nieuw-email',
  ADDRESS_TAKEN: 'nieuw-email',
  ADDRESS_ARCHIVED: 'nieuw-email',
  ADDRESS_YOURS: 'nieuw-email',
  ADDRESS_OF_STAFF: 'nieuw-email',
  ADDRESS_OF_STUDENT: 'nieuw-email',
};

/** Adds the person to the address book and to the open student, or else to all. Who was refused stays in the fields. */
export async function addPerson(kit: PageKit, res: Response, selection: Selection, reading: Reading): Promise<Reading> {
  const { input } = reading;
  const { person } = input;
  const wording = wordingOf(res);
  const outcome = await kit.command(
    saveContact,
    { id: null, ...person },
    { schoolId: memberOf(res).schoolId, actor: memberActor(res), commandId: commandIdFor(input.formId, person) },
  );
  if (!outcome.ok) return { ...reading, errors: [...reading.errors, personError(wording, outcome)] };
  const { contactId } = outcome.value;
  const { assessments } = selection;
  const opened = assessments.find(({ id }) => id === input.desk.open);
  const desk = opened
    ? addForOne(input.desk, opened.id, contactId, quickScopes(opened, input.quickScope))
    : addForAll(input.desk, [contactId], assessments);
  return {
    ...reading,
    input: {
      ...input,
      desk: withNotice(withCommonColumns(desk, assessments), { kind: 'added', name: person.name.trim() }),
      person: NOBODY_NEW,
    },
  };
}

function personError(
  { translator }: Wording,
  { code, params }: { readonly code: string; readonly params: Readonly<Record<string, unknown>> },
): FieldError {
  const known = code === 'ADDRESS_TAKEN' && params.isArchived === true ? 'ADDRESS_ARCHIVED' : code;
  const values = { name: String(params.name ?? ''), max: Number(params.max ?? 0) };
  const key = `choosing.person.error.${known}`;
  return {
    field: FIELDS[known] ?? 'nieuw-naam',
    message: translator.has(key, values) ? translator.t(key, values) : translator.t('choosing.person.error.unknown'),
  };
}
