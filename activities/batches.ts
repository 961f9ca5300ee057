/** Sends what is left of a batch, for the conductor. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { BATCH_INITIATOR_LEFT, tellBatchHeld } from '../prisma/commands/batch-held.ts';
import { type WorkedOff, workOffBatch } from '../prisma/commands/batches.ts';
import { type Actor, SYSTEM_ACTOR } from '../prisma/unit-of-work.ts';
import type { StreamInput } from '../workflows/messages.ts';
import type { CommandResult } from '../workflows/views.ts';
import type { ActivityDeps } from './deps.ts';
import { areMailsEnough } from './mail-pressure.ts';

/** A worker that is asked to stop waits longer than this. */
const MOST_MS = 15_000;
const ROWS_AT_ONCE = 20;
/** How long it rests while many mails are due: the mail server must have something to do when it goes on. */
const REST_MS = 100;

type Deps = Pick<ActivityDeps, 'database' | 'door' | 'clock' | 'logger' | 'currentKeyId'>;

/** @param rest replaced in tests, where nobody takes the mails meanwhile */
export function createBatchActivities(deps: Deps, rest: (milliseconds: number) => Promise<unknown> = delay) {
  const { database, door, clock, logger } = deps;
  return {
    /**
     * Works off rows for some seconds, no faster than their mails go, in the name of whoever started the batch. Links are derived
     * with the key that is current now.
     * @returns `applied` when it did some; otherwise why not
     */
    async sendBatchRows({ streamId: batchId, schoolId }: StreamInput): Promise<CommandResult> {
      const batch = await database.batch.findFirst({
        where: { id: batchId, schoolId },
        select: { initiatorId: true },
      });
      if (!batch) return { applied: false, code: 'BATCH_NOT_FOUND' };
      const actor: Actor = { kind: 'member', id: batch.initiatorId };
      const onError = (err: unknown) =>
        logger.warn({ err, batchId }, 'Rows of a batch fell over; each is tried alone.');
      const work = { batchId, schoolId, kid: deps.currentKeyId, actor, onError };
      const end = performance.now() + MOST_MS;
      let done = 0;
      for (;;) {
        if (done > 0 && (await areMailsEnough(database, clock.now()))) await rest(REST_MS);
        else {
          const round = await workOffBatch(door, work, ROWS_AT_ONCE);
          done += round.done;
          if (round.code === BATCH_INITIATOR_LEFT) await tellAdministrators(batchId, schoolId);
          if (isOver(round)) return done > 0 ? { applied: true } : { applied: false, ...codeOf(round) };
        }
        if (performance.now() > end) return { applied: done > 0 };
      }
    },
  };

  /** In the name of nobody: the one whose batch it is has left. */
  async function tellAdministrators(batchId: string, schoolId: string): Promise<void> {
    await door.apply(tellBatchHeld, { batchId }, { schoolId, actor: SYSTEM_ACTOR, commandId: randomUUID() });
  }
}

function isOver({ left, done, code }: WorkedOff): boolean {
  return code !== undefined || left === 0 || done === 0;
}

function codeOf({ code }: WorkedOff) {
  return code === undefined ? {} : { code };
}
