/** What the rest of the product hears of a mail: through the one door for changes of state. */
import { v5 as uuidv5 } from 'uuid';
import { DeliveryStatus } from '../../domain/invitation.ts';
import type { Logger } from '../../platform/logger.ts';
import { type CommandOutcome, createCommandDoor } from '../../prisma/apply-command.ts';
import type { Database, DatabaseClock } from '../../prisma/client.ts';
import { recordDocumentMailed } from '../../prisma/commands/documents.ts';
import { reportDelivery } from '../../prisma/commands/inviting.ts';
import { SYSTEM_ACTOR } from '../../prisma/unit-of-work.ts';
import type { MailProblem, MailRow } from './types.ts';

const COMMAND_NAMESPACE = 'b7a1c1de-52d4-5a0b-9a3e-64e3c0f4d712';

export interface MailNews {
  /** The server took the mail. Harmless to repeat. */
  tellAccepted(row: MailRow, smtpCode: string): Promise<void>;
  /** The mail will not be sent. Harmless to repeat. */
  tellFailed(row: MailRow, problem: MailProblem, smtpCode: string | null): Promise<void>;
}

/** @param clock as for the command door */
export function createMailNews(database: Database, clock: DatabaseClock, logger: Logger): MailNews {
  const door = createCommandDoor(database, clock);
  const context = (row: MailRow, news: string) => ({
    schoolId: row.schoolId,
    actor: SYSTEM_ACTOR,
    commandId: uuidv5(`${row.id}|${news}`, COMMAND_NAMESPACE),
  });
  /** A refusal means that the record knows better already. */
  const note = (row: MailRow, outcome: CommandOutcome<unknown>) => {
    if (!outcome.ok) logger.debug({ mailId: row.id, code: outcome.code }, 'news of a mail was not needed');
  };

  async function tellDelivery(row: MailRow, delivery: DeliveryStatus, smtpCode: string | null): Promise<void> {
    const { invitationId } = row.reference;
    if (invitationId === undefined || !(await isDecisive(database, row, invitationId))) return;
    const command = { invitationId, mailId: row.id, delivery, smtpCode };
    note(row, await door.apply(reportDelivery, command, context(row, delivery)));
  }

  return {
    async tellAccepted(row, smtpCode) {
      await tellDelivery(row, DeliveryStatus.Accepted, smtpCode);
      if (row.template !== 'resultToOffice') return;
      const document = await findDocument(database, row);
      if (!document) return;
      const { assessmentId, version } = document;
      const command = { assessmentId, version, mailId: row.id, isRepeat: row.isRepeat };
      note(row, await door.apply(recordDocumentMailed, command, context(row, 'mailed')));
    },
    async tellFailed(row, problem, smtpCode) {
      await tellDelivery(row, DeliveryStatus.Failed, smtpCode);
      if (row.template !== 'resultToOffice') return;
      const document = await findDocument(database, row);
      if (!document) return;
      // No event: the decision stands and the document is stored. The page says what it waits for.
      await database.document.updateMany({
        where: { id: document.id, schoolId: row.schoolId, mailedAt: null },
        data: { lastError: problem },
      });
    },
  };
}

/** Whether this is the mail that must arrive: the invitation, or the newest mail that brought its link. */
async function isDecisive(database: Database, row: MailRow, invitationId: string): Promise<boolean> {
  const where = { id: invitationId, schoolId: row.schoolId, mailId: row.id };
  return (await database.invitation.findFirst({ where, select: { id: true } })) !== null;
}

async function findDocument(database: Database, row: MailRow) {
  const { documentId } = row.reference;
  if (documentId === undefined) return null;
  return database.document.findFirst({
    where: { id: documentId, schoolId: row.schoolId },
    select: { id: true, assessmentId: true, version: true },
  });
}
