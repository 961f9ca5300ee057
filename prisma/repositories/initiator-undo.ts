/** What a person may still take back: the mails that are held, and when they leave. */
import type { SchoolScope } from './index.ts';

export interface Undoable {
  readonly kind: 'withdraw' | 'cancel';
  readonly assessmentId: string;
  /** Whom the mail is for. */
  readonly contactId: string;
  /** When the mail leaves. */
  readonly until: Date;
}

export function createUndoReads({ database, schoolId }: SchoolScope) {
  return {
    /**
     * Held mails about these assessments, in the order of the assessments. Where nobody is to be told there is none: the
     * answer of the command says until when that can be undone.
     */
    async findUndoable(assessmentIds: readonly string[]): Promise<Undoable[]> {
      if (assessmentIds.length === 0) return [];
      const ids = [...assessmentIds];
      // A mail stands with one invitation of the examiner and may tell of assessments in others.
      return database.$queryRaw<Undoable[]>`
        SELECT CASE mail.template WHEN 'withdrawn' THEN 'withdraw' ELSE 'cancel' END AS kind, named.id AS "assessmentId",
          (mail.reference->>'contactId')::uuid AS "contactId", mail.next_try_at AS until
        FROM mail
        CROSS JOIN LATERAL (
          SELECT value::uuid AS id FROM jsonb_array_elements_text(mail.reference->'assessmentIds')) AS named
        WHERE mail.school_id = ${schoolId}::uuid AND mail.state = 'queued' AND mail.tries = 0
          AND mail.template IN ('withdrawn', 'cancelled') AND mail.next_try_at > mail.queued_at
          AND named.id = ANY(${ids}::uuid[])
          AND mail.stream_id IN (
            SELECT invitation.id FROM invitation WHERE invitation.contact_id IN (
              SELECT contact_id FROM assessment_examiner
              WHERE school_id = ${schoolId}::uuid AND assessment_id = ANY(${ids}::uuid[])))
        ORDER BY array_position(${ids}::uuid[], named.id), mail.id`;
    },
  };
}
