/** Choosing where the document goes: an address of the school's list, or a typed one. */

import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { normaliseEmailAddress } from '../../../platform/email-address.ts';
import { useOfficeAddress } from '../../../prisma/commands/offices.ts';
import { commandIdFor } from '../../command-id.ts';
import { memberActor, memberOf, type PageKit, repositoriesOf, wordingOf } from '../../context.ts';
import { isId } from '../../posted.ts';
import type { Wording } from '../../wording.ts';
import type { FieldError } from './send-back.ts';
import { fieldOf } from './support.ts';
import { listNames } from './words.ts';

export const OFFICE = 'examenbureau';
export const OFFICE_EMAIL = 'ander-adres';
const OTHER = 'anders';
/** Hidden field that makes pressing the button twice one decision. */
export const NONCE = 'besluit';

export interface OfficeInput {
  readonly choice: string;
  readonly email: string;
}

export interface OfficeOptions {
  readonly offices: readonly { readonly id: string; readonly label: string; readonly email: string }[];
  readonly domains: readonly string[];
}

/** The field as posted: an address with a line break must be refused, so nothing is trimmed here. */
export function readOfficeInput(req: Request): OfficeInput {
  return { choice: fieldOf(req, OFFICE), email: fieldOf(req, OFFICE_EMAIL) };
}

/** A single address on the list is chosen beforehand; more are a choice to make. */
export function firstOfficeInput({ offices }: OfficeOptions): OfficeInput {
  return { choice: offices.length === 1 ? (offices[0]?.id ?? '') : offices.length === 0 ? OTHER : '', email: '' };
}

/** The address that a document went to, to begin with: of the list, or typed. */
export function officeInputOf(
  { offices }: OfficeOptions,
  office: { readonly id: string; readonly email: string },
): OfficeInput {
  return offices.some(({ id }) => id === office.id)
    ? { choice: office.id, email: '' }
    : { choice: OTHER, email: office.email };
}

export function officeModel({ translator, ...wording }: Wording, options: OfficeOptions, input: OfficeInput) {
  const { t } = translator;
  const domains = domainWords({ translator, ...wording }, options.domains);
  return {
    options: [
      ...options.offices.map(({ id, label, email }) => ({ value: id, label, hint: email })),
      { value: OTHER, label: t('committee.finalise.other'), hint: '' },
    ],
    selected: input.choice,
    // One line only goes back into a field of one line.
    email: input.email.replace(/[\r\n]+/g, ' '),
    emailHint:
      domains === '' ? t('committee.finalise.otherEmailHint') : t('committee.finalise.otherEmailDomains', { domains }),
  };
}

/** `@school.example of @bureau.example`; empty when any domain will do. */
function domainWords(wording: Wording, domains: readonly string[]): string {
  return listNames(
    wording,
    domains.map((domain) => `@${domain}`),
    'disjunction',
  );
}

/** What is wrong with the choice; the command checks the domains. */
export function checkOffice({ translator }: Wording, options: OfficeOptions, input: OfficeInput): FieldError[] {
  const { t } = translator;
  if (input.choice !== OTHER) {
    const isKnown = options.offices.some(({ id }) => id === input.choice);
    return isKnown ? [] : [{ field: OFFICE, message: t('committee.finalise.officeRequired') }];
  }
  if (input.email.trim() === '') return [{ field: OFFICE_EMAIL, message: t('committee.finalise.emailRequired') }];
  const isPlain = normaliseEmailAddress(input.email) !== undefined;
  return isPlain ? [] : [{ field: OFFICE_EMAIL, message: t('committee.finalise.emailInvalid') }];
}

export type OfficeOutcome =
  | { readonly ok: true; readonly officeAddressId: string }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/** Checks the choice and makes a typed address known. */
export async function settleOffice(
  kit: PageKit,
  req: Request,
  res: Response,
  input: OfficeInput,
): Promise<OfficeOutcome> {
  const wording = wordingOf(res);
  const options = await repositoriesOf(kit, res).committee.readOffices();
  const errors = checkOffice(wording, options, input);
  if (errors.length > 0) return { ok: false, errors };
  if (input.choice !== OTHER) return { ok: true, officeAddressId: input.choice };
  const outcome = await kit.command(
    useOfficeAddress,
    { email: input.email },
    {
      schoolId: memberOf(res).schoolId,
      actor: memberActor(res),
      commandId: commandIdFor(readNonce(req), `office|${input.email}`),
    },
  );
  if (outcome.ok) return { ok: true, officeAddressId: outcome.value.officeAddressId };
  const { t } = wording.translator;
  const message =
    outcome.code === 'OFFICE_DOMAIN'
      ? t('committee.finalise.emailDomain', { domains: domainWords(wording, options.domains) })
      : t('committee.finalise.emailInvalid');
  return { ok: false, errors: [{ field: OFFICE_EMAIL, message }] };
}

/** The posted nonce, or a new one when the field was tampered with. */
export function readNonce(req: Request): string {
  const nonce = fieldOf(req, NONCE);
  return isId(nonce) ? nonce : randomUUID();
}
