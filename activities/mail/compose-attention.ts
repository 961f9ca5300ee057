/** Composer of the mail that tells an administrator what waits for them. Not sent when it was mended meanwhile. */
import { BatchStatus } from '../../domain/batch.ts';
import { fullName } from '../../domain/school.ts';
import type { NeedsAttentionMailData } from '../../emails/data.ts';
import type { MailTemplate } from '../../prisma/mail-ledger.ts';
import type { Composer, ComposeTools } from './compose.ts';
import { staffInput } from './compose-staff.ts';
import { needsAttentionMailData } from './data/staff.ts';
import { present } from './read.ts';
import { MailNotSendable, type MailRow } from './types.ts';

const needsAttention: Composer = async (tools, row) => ({
  template: 'needsAttention',
  data: needsAttentionMailData({
    ...(await staffInput(tools, row)),
    memberName: row.toName,
    batch: await readAbout(tools, row),
    linkUrl: tools.urls.condition(),
  }),
});

/** @returns the batch; null for a record that is not anchored */
async function readAbout(
  { database }: ComposeTools,
  { schoolId, reference: { batchId } }: MailRow,
): Promise<NeedsAttentionMailData['batch']> {
  if (batchId === undefined) {
    const trouble = await database.anchorTrouble.findUnique({ where: { schoolId } });
    if (trouble === null) throw new MailNotSendable('the record is anchored again');
    return null;
  }
  const found = await database.batch.findFirst({
    where: { id: batchId, schoolId },
    include: { initiator: { include: { account: true } } },
  });
  const batch = present(found, 'the batch');
  const isOpen = batch.status === BatchStatus.Scheduled || batch.status === BatchStatus.Sending;
  if (!isOpen || batch.initiator.endedAt === null) throw new MailNotSendable('the batch is not held any more');
  return {
    initiatorName: fullName(batch.initiator.account),
    leftCount: batch.rowCount - batch.doneCount - batch.failedCount,
    sendAt: batch.sendAt.toISOString(),
  };
}

export const attentionComposers: Readonly<Record<Extract<MailTemplate, 'needsAttention'>, Composer>> = {
  needsAttention,
};
