/** What the rest of the product hears of a mail: through the one door for changes of state. */
import { v5 as uuidv5 } from 'uuid';
import { type DeliveryProblem, reasonOfRefusedMessage, reasonOfStatus } from '../../domain/delivery.ts';
import { DeliveryStatus } from '../../domain/invitation.ts';
import type { Logger } from '../../platform/logger.ts';
import { type CommandOutcome, createCommandDoor } from '../../prisma/apply-command.ts';
import type { Database, DatabaseClock } from '../../prisma/client.ts';
import { invitationOfMail, invitationsOfMail, reportOfficeMailFailed } from '../../prisma/commands/delivery.ts';
import { recordDocumentMailed } from '../../prisma/commands/documents.ts';
import { reportDelivery } from '../../prisma/commands/inviting.ts';
import { SYSTEM_ACTOR } from '../../prisma/unit-of-work.ts';
import { MailProblem, type MailRow } from './types.ts';

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

  async function tellDelivery(
    row: MailRow,
    news: { delivery: DeliveryStatus; smtpCode: string | null; problem?: DeliveryProblem },
  ): Promise<void> {
    for (const [index, invitationId] of invitationsOfMail(row).entries()) {
      const command = { invitationId, mailId: row.id, ...news };
      const by = context(row, index === 0 ? news.delivery : `${news.delivery}|${invitationId}`);
      note(row, await door.apply(reportDelivery, command, by));
    }
  }

  return {
    async tellAccepted(row, smtpCode) {
      if (await hasLink(database, row)) await tellDelivery(row, { delivery: DeliveryStatus.Accepted, smtpCode });
      if (row.template !== 'resultToOffice') return;
      const document = await findDocument(database, row);
      if (!document) return;
      const { assessmentId, version } = document;
      // Sent again by a person, after an earlier mail with it was taken: mailed once more.
      const isAgain = document.mailId !== null && document.mailId !== row.id;
      const command = { assessmentId, version, mailId: row.id, isRepeat: row.isRepeat || isAgain };
      note(row, await door.apply(recordDocumentMailed, command, context(row, 'mailed')));
    },
    async tellFailed(row, code, smtpCode) {
      const problem = problemOfFailure(code, smtpCode);
      await tellDelivery(row, { delivery: DeliveryStatus.Failed, smtpCode, problem });
      if (row.template !== 'resultToOffice') return;
      const command = { mailId: row.id, code, problem };
      note(row, await door.apply(reportOfficeMailFailed, command, context(row, 'failed')));
    },
  };
}

/** Why we gave up, in the words of reports. Only a refusal is final; what we gave up ourselves may work later. */
function problemOfFailure(code: MailProblem, smtpCode: string | null): DeliveryProblem {
  const isRefusedMessage = code === MailProblem.MessageRefused;
  const reason = isRefusedMessage ? reasonOfRefusedMessage(smtpCode) : reasonOfStatus(smtpCode);
  return { reason, isPermanent: isRefusedMessage || code === MailProblem.RecipientRefused, status: smtpCode };
}

/** Whether it brings the link that the invitation has now: that another mail left says nothing of the invitation. */
async function hasLink(database: Database, row: MailRow): Promise<boolean> {
  const id = invitationOfMail(row);
  if (id === null) return false;
  const where = { id, schoolId: row.schoolId, mailId: row.id };
  return (await database.invitation.findFirst({ where, select: { id: true } })) !== null;
}

async function findDocument(database: Database, row: MailRow) {
  const { documentId } = row.reference;
  if (documentId === undefined) return null;
  return database.document.findFirst({
    where: { id: documentId, schoolId: row.schoolId },
    select: { assessmentId: true, version: true, mailId: true },
  });
}
