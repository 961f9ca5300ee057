import type { Response } from 'express';
import type { CommandDoor } from '../../../../prisma/apply-command.ts';
import { workOffBatch } from '../../../../prisma/commands/batches.ts';
import { memberActor, memberOf, type PageKit } from '../../../context.ts';
import { initiatorOf } from '../requests.ts';

/** As many as somebody waits for; the conductor does the rest. */
const ROWS_WHILE_WAITING = 20;

/**
 * Works off the first rows of a batch, so that a small one is done when the answer comes.
 * @returns whether every row was sent; false too when something failed, or is left to the conductor
 */
export async function workOffWhileWaiting(kit: PageKit, res: Response, batchId: string): Promise<boolean> {
  const { schoolId, membershipId } = memberOf(res);
  const door: Pick<CommandDoor, 'apply'> = { apply: (handler, command, by) => kit.command(handler, command, by) };
  const work = { batchId, schoolId, kid: kit.keyring.current, actor: memberActor(res), isWatched: true };
  try {
    await workOffBatch(door, work, ROWS_WHILE_WAITING);
  } catch (error) {
    // It is planned, so it is done: the page of the batch shows how far it is.
    kit.logger.warn({ err: error }, 'a batch could not be worked off while somebody waited');
    return false;
  }
  const batch = await initiatorOf(kit, res).findBatch(membershipId, batchId);
  return batch !== null && batch.status === 'finished' && batch.failedCount === 0;
}
