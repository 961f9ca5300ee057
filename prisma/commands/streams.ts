/** Which streams a command must lock, found from what it names. */
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
