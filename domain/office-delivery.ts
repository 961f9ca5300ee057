/** How a document reaches the exam office: the subject of its mail, and how long the link in it works. */

/** Days that the link to a document works, counted from the mail. */
export const OFFICE_LINK_DAYS = 30;
const DAY_MS = 86_400_000;

/** When the link in a mail ends. */
export function officeLinkExpiry(queuedAt: Date): Date {
  return new Date(queuedAt.getTime() + OFFICE_LINK_DAYS * DAY_MS);
}

/** What a school may name in the subject. No personal data: subjects are shown on lock screens and kept in logs. */
export interface OfficeSubjectFacts {
  readonly nummer: string;
  readonly versie: number;
  readonly examencode: string;
  readonly crebo: string;
  /** `YYYY-MM-DD`, of the decision: sorts in an archive. */
  readonly datum: string;
}

/** Longer ones are cut by mail programs, and by archives. */
const MAX_SUBJECT = 200;
const CONTROL = /[\p{Cc}\p{Cf}\u2028\u2029]+/gu;

/**
 * Fills the school's pattern: one line, without characters that end a header or turn the text around.
 * A name that does not exist stays as it was typed, so that whoever reads the mail sees the slip.
 * @param pattern of the school, such as `Examendossier {nummer} v{versie}`
 * @returns undefined when the school has none
 */
export function officeSubject(pattern: string, facts: OfficeSubjectFacts): string | undefined {
  const filled = pattern.replace(/\{(\w+)\}/g, (mark, name: string) =>
    Object.hasOwn(facts, name) ? String(facts[name as keyof OfficeSubjectFacts]) : mark,
  );
  const line = filled.replace(CONTROL, ' ').replace(/\s+/g, ' ').trim();
  return line === '' ? undefined : [...line].slice(0, MAX_SUBJECT).join('');
}

/** Why a link to a document does not open it; `open`: it does. */
export const OfficeLinkState = {
  Open: 'open',
  Expired: 'expired',
  /** A newer version was stored. */
  Superseded: 'superseded',
  /** It was sent again, to another address. */
  Moved: 'moved',
} as const;
export type OfficeLinkState = (typeof OfficeLinkState)[keyof typeof OfficeLinkState];

/** What a link says of itself, the gravest first. */
export function officeLinkState(
  link: { readonly queuedAt: Date; readonly isSuperseded: boolean; readonly isMoved: boolean },
  now: Date,
): OfficeLinkState {
  if (link.isSuperseded) return OfficeLinkState.Superseded;
  if (link.isMoved) return OfficeLinkState.Moved;
  return now >= officeLinkExpiry(link.queuedAt) ? OfficeLinkState.Expired : OfficeLinkState.Open;
}
