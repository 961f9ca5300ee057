/** Mails that tell the administrators of a school what waits for them. */
import { fullName, type Lang, Role } from '../domain/school.ts';
import type { Tx } from './client.ts';
import { MailTemplate, type QueuedMail } from './mail-ledger.ts';

/** What it is about: a batch that is held, or without one the record, which is not anchored. */
export interface Attention extends Pick<QueuedMail, 'cause' | 'notBefore'> {
  readonly batchId?: string;
}

/** @returns one mail for each; none where a school has no administrator */
export async function administratorMails(
  tx: Pick<Tx, 'membership'>,
  schoolId: string,
  { batchId, ...when }: Attention,
): Promise<QueuedMail[]> {
  const members = await tx.membership.findMany({
    where: { schoolId, endedAt: null, roles: { has: Role.Administrator } },
    include: { account: true },
    orderBy: { id: 'asc' },
  });
  return members.map(({ id, account }) => ({
    schoolId,
    streamId: batchId ?? null,
    template: MailTemplate.NeedsAttention,
    lang: account.lang as Lang,
    toAddress: account.email,
    toName: fullName(account),
    reference: { membershipId: id, ...(batchId === undefined ? {} : { batchId }) },
    recipientId: id,
    ...when,
  }));
}
