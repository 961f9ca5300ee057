/** Which streams a command must lock, found from what it names. */
import type { Tx } from '../client.ts';

/** The assessment's stream and those of all invitations that name it. */
export async function streamsOfAssessment(tx: Tx, schoolId: string, assessmentId: string): Promise<string[]> {
  const pairs = await tx.assessmentExaminer.findMany({
    where: { schoolId, assessmentId, invitationId: { not: null } },
    select: { invitationId: true },
  });
  return [assessmentId, ...pairs.flatMap((pair) => pair.invitationId ?? [])];
}

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
