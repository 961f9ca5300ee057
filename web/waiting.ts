/** What something waits for, in the words of every room; the rule itself is in `domain/waiting.ts`. Pure. */
import type { AssessmentState } from '../domain/assessment.ts';
import type { MailReach } from '../domain/invitation.ts';
import { type WaitingForPeople, WaitsFor, waitingForPeople } from '../domain/waiting.ts';
import { listNames, moment, type Wording } from './wording.ts';

/** Who is meant, as the reader calls them. */
export interface WaitingNames {
  readonly initiator: string;
  readonly examiners: string;
}

/** `de examencommissie`, `Bo en Sam`, `u (examinatoren kiezen)`: what stands behind "Wacht op". */
export function waitsForWords(
  { translator }: Wording,
  waitsFor: WaitsFor,
  { initiator, examiners }: WaitingNames,
): string {
  return translator.t(`common.waits.for.${waitsFor}`, { initiator, examiners });
}

/** Whether a code that was written down is one that has words. */
export function isWaitsFor(code: string | null): code is WaitsFor {
  return Object.values(WaitsFor).some((known) => known === code);
}

/** An examiner as a page knows one. */
export interface NamedExaminer {
  readonly contactId: string;
  readonly name: string;
  /** Null before the invitation. */
  readonly invitation: MailReach | null;
}

export interface WaitingText extends WaitingForPeople {
  /** `Bo en Sam`: for a column or a line of its own. */
  readonly what: string;
  /** `Wacht op Bo en Sam sinds di 24 november 2026, 14:02.` */
  readonly line: string;
}

/**
 * What an assessment waits for; null when nothing will happen any more.
 * @param initiator what the reader calls whoever started it
 */
export function assessmentWaiting(
  wording: Wording,
  state: AssessmentState,
  { initiator, examiners }: { readonly initiator: string; readonly examiners: readonly NamedExaminer[] },
): WaitingText | null {
  const invited = examiners.flatMap(({ contactId, invitation }) =>
    invitation === null ? [] : [{ ...invitation, examinerId: contactId }],
  );
  const waiting = waitingForPeople(state, invited);
  const { waitsFor, since, examinerIds } = waiting;
  if (waitsFor === WaitsFor.Nothing) return null;
  const names = examiners.filter(({ contactId }) => examinerIds.includes(contactId)).map(({ name }) => name);
  const what = waitsForWords(wording, waitsFor, { initiator, examiners: listNames(wording, names) });
  return { ...waiting, what, line: wording.translator.t('common.waits.line', { what, at: moment(wording, since) }) };
}
