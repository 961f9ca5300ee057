/** What was mailed about an assessment, as the committee sees it: what, to whom, when, and whether it arrived. */
import type { MailReference } from '../mail-ledger.ts';
import type { SchoolScope } from './index.ts';

export interface DossierMailLine {
  readonly id: string;
  readonly template: string;
  readonly toName: string;
  readonly toAddress: string;
  /** See the ledger. */
  readonly state: string;
  readonly queuedAt: Date;
  /** When a server took it; null before that. */
  readonly acceptedAt: Date | null;
  /** What was heard last after a server took it; null for nothing. */
  readonly deliverySignal: string | null;
  readonly deliveryAt: Date | null;
}

/** More than anybody reads; an assessment has some tens. */
const MOST = 300;

/**
 * Newest first. Of an invitation for several assessments: the mails that are about this one, or about all of them.
 * @param invitationIds of the examiners of this assessment
 */
export async function readMailLines(
  { database, schoolId }: SchoolScope,
  assessmentId: string,
  invitationIds: readonly string[],
): Promise<DossierMailLine[]> {
  const rows = await database.mail.findMany({
    where: { schoolId, streamId: { in: [assessmentId, ...invitationIds] } },
    orderBy: [{ queuedAt: 'desc' }, { id: 'desc' }],
    take: MOST,
    select: {
      id: true,
      template: true,
      toName: true,
      toAddress: true,
      state: true,
      queuedAt: true,
      acceptedAt: true,
      deliverySignal: true,
      deliveryAt: true,
      reference: true,
    },
  });
  return rows.flatMap(({ reference, ...line }) => (isAbout(reference as MailReference, assessmentId) ? [line] : []));
}

function isAbout({ assessmentId, assessmentIds }: MailReference, id: string): boolean {
  if (assessmentId !== undefined && assessmentId !== id) return false;
  return assessmentIds === undefined || assessmentIds.includes(id);
}
