/** Invites as one click does that is answered when all is sent: for what people are played by (demo, measurements, fault tests). */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { CommandDoor } from '../../prisma/apply-command.ts';
import type { Database } from '../../prisma/client.ts';
import { type StartBatch, startBatch, workOffBatch } from '../../prisma/commands/batches.ts';
import { patiently } from './patiently.ts';

const SETTLED_WITHIN_MS = 30_000;
const LOOK_AGAIN_MS = 250;

export type InviteNow = Pick<StartBatch, 'assessmentIds' | 'contactIds' | 'initiatorId'> &
  Partial<StartBatch> & {
    /** Key id with which the links are derived. */
    readonly kid: string;
  };

export interface InviteNowOptions {
  readonly door: CommandDoor;
  readonly database: Database;
  readonly schoolId: string;
}

/**
 * @returns the invitations, in the order of the examiners
 * @throws Error when it is refused, or when somebody could not be invited
 */
export async function inviteNow(
  { door, database, schoolId }: InviteNowOptions,
  { kid, ...command }: InviteNow,
): Promise<{ invitationIds: string[] }> {
  const actor = { kind: 'member', id: command.initiatorId } as const;
  const batch: StartBatch = {
    seriesId: null,
    remark: '',
    attachmentIds: [],
    sendAt: null,
    reminderPolicy: null,
    overrides: [],
    ...command,
  };
  const commandId = randomUUID();
  const outcome = await patiently(() => door.apply(startBatch, batch, { schoolId, actor, commandId }));
  if (!outcome.ok) throw new Error(`startBatch was refused: ${outcome.code} ${JSON.stringify(outcome.params)}`);
  const { batchId } = outcome.value;
  await patiently(() => workOffBatch(door, { batchId, schoolId, kid, actor }, Number.POSITIVE_INFINITY));
  const rows = await readSettled(database, { schoolId, batchId });
  return {
    invitationIds: rows.map(({ invitationId, error }) => {
      if (invitationId === null) throw new Error(`somebody could not be invited: ${error}`);
      return invitationId;
    }),
  };
}

/** A worker that runs works off the same batch: what it holds is waited for. */
async function readSettled(database: Database, where: { readonly schoolId: string; readonly batchId: string }) {
  const end = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const rows = await patiently(() => database.batchRow.findMany({ where, orderBy: { number: 'asc' } }));
    const left = rows.filter(({ settledAt }) => settledAt === null).length;
    if (left === 0) return rows;
    if (performance.now() > end) throw new Error(`${left} invitations were not sent`);
    await delay(LOOK_AGAIN_MS);
  }
}
