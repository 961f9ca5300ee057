/** Which streams a command must lock, found from what it names. */
import type { Tx } from '../client.ts';

/** The assessment's stream and that of the invitation of one of its examiners. */
export async function streamsOfPair(
  tx: Tx,
  schoolId: string,
  pair: { readonly assessmentId: string; readonly contactId: string },
): Promise<string[]> {
  const row = await tx.assessmentExaminer.findFirst({
    where: { schoolId, assessmentId: pair.assessmentId, contactId: pair.contactId },
    select: { invitationId: true },
  });
  return row?.invitationId ? [pair.assessmentId, row.invitationId] : [pair.assessmentId];
}

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
