/** Photos and PDFs that an examiner puts with a component of a form. */

/** Whether evidence can, or must, be put with a component; chosen per school, fixed in a form when its examiner is invited. */
export const EvidencePolicy = { Off: 'off', On: 'on', Required: 'required' } as const;
export type EvidencePolicy = (typeof EvidencePolicy)[keyof typeof EvidencePolicy];

export function isEvidencePolicy(value: unknown): value is EvidencePolicy {
  return Object.values<unknown>(EvidencePolicy).includes(value);
}

/** One piece as a finished form names it: enough to check the file later, nothing that says what is on it. */
export interface SubmittedEvidence {
  readonly evidenceId: string;
  /** Component ref. */
  readonly component: string;
  /** Of the file as kept, hex. */
  readonly sha256: string;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
}
