/** Photos and PDFs that an examiner puts with a component of a form. */

/** Whether evidence can, or must, be put with a component; chosen per school, fixed in a form when its examiner is invited. */
export const EvidencePolicy = { Off: 'off', On: 'on', Required: 'required' } as const;
export type EvidencePolicy = (typeof EvidencePolicy)[keyof typeof EvidencePolicy];

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

/** The same with the words that the examiner wrote under it: a text, so it is kept with the form and is in no event. */
export interface CaptionedEvidence extends SubmittedEvidence {
  /** Empty: none. Absent in forms that were finished before the words were part of it. */
  readonly caption?: string;
}

/** What became of the evidence of one component between two versions of a form: numbers of pieces. */
export interface EvidenceChange {
  /** Component ref. */
  readonly component: string;
  readonly added: number;
  readonly removed: number;
  /** Pieces that stayed, with other words under them. */
  readonly reworded: number;
}

type SeenEvidence = Pick<CaptionedEvidence, 'evidenceId' | 'component' | 'caption'>;

/** Only components in which something differs. The same file put with another component is another piece. */
export function evidenceChanges(before: readonly SeenEvidence[], after: readonly SeenEvidence[]): EvidenceChange[] {
  const formerOf = new Map(before.map((piece) => [piece.evidenceId, piece]));
  const kept = new Set(after.map(({ evidenceId }) => evidenceId));
  const refs = [...new Set([...before, ...after].map(({ component }) => component))];
  return refs
    .map((component) => {
      const now = after.filter((piece) => piece.component === component);
      const isOther = ({ evidenceId, caption = '' }: SeenEvidence) => {
        const former = formerOf.get(evidenceId);
        // What the words were is not known of a form from before they were kept with it.
        return former?.caption !== undefined && former.caption !== caption;
      };
      return {
        component,
        added: now.filter(({ evidenceId }) => !formerOf.has(evidenceId)).length,
        removed: before.filter((piece) => piece.component === component && !kept.has(piece.evidenceId)).length,
        reworded: now.filter(isOther).length,
      };
    })
    .filter(({ added, removed, reworded }) => added + removed + reworded > 0);
}

/** What an event may say of evidence. */
export function withoutCaptions(evidence: readonly CaptionedEvidence[]): SubmittedEvidence[] {
  return evidence.map(({ caption: _caption, ...piece }) => piece);
}
