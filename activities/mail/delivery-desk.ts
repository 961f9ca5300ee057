/** Takes in what is heard of mails after a server took them. */
import { validate as isUuid, v5 as uuidv5 } from 'uuid';
import type { DeliveryReport } from '../../domain/delivery.ts';
import type { Logger } from '../../platform/logger.ts';
import { createCommandDoor } from '../../prisma/apply-command.ts';
import { type Database, type DatabaseClock, databaseClock } from '../../prisma/client.ts';
import { tellDelivery } from '../../prisma/commands/delivery.ts';
import { SYSTEM_ACTOR } from '../../prisma/unit-of-work.ts';

const COMMAND_NAMESPACE = '0c8f5b34-7a41-5c0e-8b7d-2f6a91d3e5b8';

export interface DeliveryDesk {
  /**
   * Writes the report down: once it resolves, it is in the record. The same report again changes nothing; one about a mail
   * that we do not know is left aside.
   * @param mailId as read from the return path or the envelope id
   * @throws only when the database cannot be reached
   */
  tell(mailId: string, report: DeliveryReport): Promise<void>;
}

export interface DeliveryDeskOptions {
  readonly database: Database;
  readonly logger: Logger;
  /** As for the command door. */
  readonly clock?: DatabaseClock;
}

export function createDeliveryDesk({ database, logger, clock = databaseClock }: DeliveryDeskOptions): DeliveryDesk {
  const door = createCommandDoor(database, clock);
  return {
    async tell(mailId, report) {
      const select = { schoolId: true, template: true, tries: true };
      const mail = isUuid(mailId) ? await database.mail.findUnique({ where: { id: mailId }, select }) : null;
      const { signal, reason, status } = report;
      if (!mail) {
        logger.debug({ mailId, signal }, 'a report about a mail that is not ours was left aside');
        return;
      }
      const commandId = commandIdOf(mailId, mail.tries, report);
      const context = { schoolId: mail.schoolId, actor: SYSTEM_ACTOR, commandId };
      const outcome = await door.apply(tellDelivery, { mailId, report }, context);
      if (!outcome.ok || outcome.isRepeat) return;
      logger.info({ mailId, template: mail.template, signal, reason, status }, 'a report of delivery was taken in');
    },
  };
}

/**
 * The same for the same report, which is what makes a report that comes twice have one effect. The status code is left out:
 * who got the mail can report of it what they like, and with a new code each time would fill the record, which is never
 * shortened. A mail that is sent again can come back again.
 */
function commandIdOf(mailId: string, tries: number, { signal, reason, isPermanent }: DeliveryReport): string {
  return uuidv5(JSON.stringify([mailId, tries, signal, reason, isPermanent]), COMMAND_NAMESPACE);
}
