/** Which streams a command must lock, found from what it names. */
import { Prisma } from '../../generated/prisma/client.ts';
import type { Tx } from '../client.ts';

/**
 * The streams of assessments and of the invitations of some of their examiners.
 * @param contactIds null: of all of them
 */
export async function streamsOfPairs(
  tx: Tx,
  schoolId: string,
  assessmentIds: readonly string[],
  contactIds: readonly string[] | null,
): Promise<string[]> {
  const pairs = await tx.assessmentExaminer.findMany({
    where: {
      schoolId,
      assessmentId: { in: [...assessmentIds] },
      invitationId: { not: null },
      ...(contactIds === null ? {} : { contactId: { in: [...contactIds] } }),
    },
    distinct: ['invitationId'],
    select: { invitationId: true },
  });
  return [...assessmentIds, ...pairs.flatMap((pair) => pair.invitationId ?? [])];
}

/** The streams of the invitations of those of these assessments in which examiners look for one judgement. */
export async function streamsOfAgreements(
  tx: Tx,
  schoolId: string,
  assessmentIds: readonly string[],
): Promise<string[]> {
  const pairs = await tx.assessmentExaminer.findMany({
    where: {
      schoolId,
      assessmentId: { in: [...assessmentIds] },
      invitationId: { not: null },
      assessment: { agreementSince: { not: null } },
    },
    distinct: ['invitationId'],
    select: { invitationId: true },
  });
  return pairs.flatMap((pair) => pair.invitationId ?? []);
}

/**
 * The streams of the invitations of an assessment in which examiners may have to look for one judgement; none where the
 * committee decides, so that there nobody waits for an invitation of another. A statement for `NamedStreams.more`.
 */
export function streamsOfSearch(schoolId: string, assessmentId: string): Prisma.Sql {
  return Prisma.sql`
    SELECT pair.invitation_id FROM assessment_examiner pair JOIN stream search ON search.id = pair.assessment_id
    WHERE pair.assessment_id = ${assessmentId}::uuid AND pair.school_id = ${schoolId}::uuid
      AND pair.invitation_id IS NOT NULL AND search.state->>'agreementPolicy' IS NOT NULL`;
}
