import type { SchoolScope } from './index.ts';

/** When invitations leave that were left to go by themselves, by {@link plannedKey}. */
export type PlannedInvitations = ReadonlyMap<string, Date>;

export function plannedKey(assessmentId: string, contactId: string): string {
  return `${assessmentId}|${contactId}`;
}

/** Invitations of these assessments that wait in a batch. */
export async function readPlanned(
  { database, schoolId }: SchoolScope,
  membershipId: string,
  ids: readonly string[],
): Promise<PlannedInvitations> {
  const rows = await database.$queryRaw<{ contactId: string; assessmentIds: string[]; sendAt: Date }[]>`
    SELECT r.contact_id AS "contactId", r.assessment_ids AS "assessmentIds", b.send_at AS "sendAt"
    FROM batch b JOIN batch_row r ON r.batch_id = b.id
    WHERE b.school_id = ${schoolId}::uuid AND b.initiator_id = ${membershipId}::uuid
      AND b.status IN ('scheduled', 'sending') AND r.status = 'waiting' AND r.assessment_ids && ${[...ids]}::uuid[]`;
  return new Map(
    rows.flatMap(({ contactId, assessmentIds, sendAt }) =>
      assessmentIds.map((assessmentId) => [plannedKey(assessmentId, contactId), sendAt] as const),
    ),
  );
}
