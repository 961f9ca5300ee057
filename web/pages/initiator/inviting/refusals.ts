/** What a refused command on a batch says to a person; one mapper for the pages of this room. Pure. */
import type { Wording } from '../../../wording.ts';
import { type FieldError, refusalText } from '../words.ts';
import { reasonField } from './conflicts.model.ts';
import { MomentField } from './moment.model.ts';

/** Where a refusal is shown, when not at the list of examiners. */
const FIELDS: Readonly<Record<string, string>> = {
  SEND_AT_IN_PAST: MomentField.Day,
  SEND_AT_TOO_LATE: MomentField.Day,
  SEND_AT_INVALID: MomentField.Day,
  ATTACHMENT_UNKNOWN: 'bijlagen',
  ATTACHMENT_QUARANTINED: 'bijlagen',
  REMINDERS_INVALID: 'wie',
};

interface Refusal {
  readonly code: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The sentence of a code. @param name of the examiner that it is about */
export function batchRefusalText(wording: Wording, code: string, name?: string): string {
  const key = `inviting.refusal.${code}`;
  const { translator } = wording;
  return translator.has(key) ? translator.t(key) : refusalText(wording, code, name);
}

/** A refusal as an error of the form. @param nameOf an examiner, when the refusal is about one */
export function batchRefusal(
  wording: Wording,
  { code, params }: Refusal,
  nameOf: (contactId: string) => string | undefined,
): FieldError {
  const { examinerId, rule } = params;
  const name = typeof examinerId === 'string' ? nameOf(examinerId) : undefined;
  const isReason = code === 'CONFLICT_REASON_REQUIRED' && typeof rule === 'string';
  return {
    field: isReason ? reasonField(rule) : (FIELDS[code] ?? 'wie'),
    message: batchRefusalText(wording, code, name),
  };
}
