/** A batch whose initiator has left the school: nothing is sent in the name of somebody who is not there. */
import type { BatchState } from '../../domain/batch.ts';
import { administratorMails } from '../administrator-mails.ts';
import type { CommandHandler } from '../apply-command.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** The rows wait until whoever started the batch is back, or an administrator stops it. */
export const BATCH_INITIATOR_LEFT = 'BATCH_INITIATOR_LEFT';

/** Whether whoever started this batch is no member of the school any more. */
export async function hasInitiatorLeft(
  { tx, schoolId }: { readonly tx: Pick<UnitOfWork['tx'], 'membership'>; readonly schoolId: string },
  { initiatorId: id }: Pick<BatchState, 'initiatorId'>,
): Promise<boolean> {
  const member = await tx.membership.findFirst({ where: { schoolId, id, endedAt: null }, select: { id: true } });
  return member === null;
}

/** Tells the administrators of the school, once for each time that somebody left. */
export const tellBatchHeld: CommandHandler<{ readonly batchId: string }, null> = {
  type: 'tellBatchHeld',
  streams: () => [],
  async run(unit, { batchId }) {
    const { tx, schoolId } = unit;
    const batch = await tx.batch.findFirst({
      where: { id: batchId, schoolId },
      select: { initiator: { select: { endedAt: true } } },
    });
    const leftAt = batch?.initiator.endedAt ?? null;
    if (leftAt === null) return null;
    for (const mail of await administratorMails(tx, schoolId, { batchId, cause: leftAt.toISOString() }))
      unit.queueMail(mail);
    return null;
  },
};
