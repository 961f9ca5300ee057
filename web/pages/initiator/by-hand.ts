/** Reminding by hand, of one examiner or of many: how often, and as which command. */
import type { Response } from 'express';
import { v5 as uuidv5 } from 'uuid';
import { remindExaminer } from '../../../prisma/commands/inviting.ts';
import { memberActor, memberOf, type PageKit } from '../../context.ts';

const REMIND_NAMESPACE = 'b6f7f9be-5c0f-5c0e-9f6a-0b0d2a2f9a31';
/** One reminder by hand per examiner per hour: more is no help, and mail servers take it for spam. */
export const REMIND_PAUSE_MS = 3_600_000;

/** Whether the last reminder is too short ago for another one by hand. */
export function isRemindedRecently(lastReminderAt: Date | null, now: Date): boolean {
  return lastReminderAt !== null && now.getTime() - lastReminderAt.getTime() < REMIND_PAUSE_MS;
}

/** Sends a reminder now. Twice is once, because the id of the command holds the number of reminders so far. */
export function remindByHand(
  kit: PageKit,
  res: Response,
  { id, remindersSent }: { readonly id: string; readonly remindersSent: number },
) {
  return kit.command(
    remindExaminer,
    { invitationId: id, isManual: true },
    {
      schoolId: memberOf(res).schoolId,
      actor: memberActor(res),
      commandId: uuidv5(`${id}|${remindersSent}`, REMIND_NAMESPACE),
    },
  );
}
