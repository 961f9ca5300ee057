/**
 * Writes down that the mail server took mails: all that came while the last ones were being written, in one transaction.
 *
 * Contract
 * 1. That the server took a mail, and what it means for its invitation, are written together or not at all.
 * 2. One transaction at a time; a mail waits at most for the one before.
 * 3. When it fails nothing is known of any mail in it: the caller writes each on its own. Harmless to repeat.
 */
import { v5 as uuidv5 } from 'uuid';
import { DeliveryStatus } from '../../domain/invitation.ts';
import { type CommandHandler, createCommandDoor } from '../../prisma/apply-command.ts';
import type { Database, DatabaseClock } from '../../prisma/client.ts';
import { invitationsOfMail } from '../../prisma/commands/delivery.ts';
import { CommandRefused, SYSTEM_ACTOR, type UnitOfWork } from '../../prisma/unit-of-work.ts';
import { writeAccepted } from './ledger.ts';
import type { MailRow } from './types.ts';

const COMMAND_NAMESPACE = '0c0f7e4d-6a0b-5d0c-8c35-3f0a1a8e5b96';
/** At most in one transaction, so that it holds its locks briefly. */
const MOST_TOGETHER = 25;

export interface TakenMail {
  readonly row: MailRow;
  readonly smtpCode: string;
}

export interface Acceptance {
  /** @throws when it could not be written, for whatever reason */
  write(mail: TakenMail): Promise<void>;
}

interface Waiting extends TakenMail {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** @param clock as for the command door */
export function createAcceptance(database: Database, clock: DatabaseClock): Acceptance {
  const door = createCommandDoor(database, clock);
  const waiting: Waiting[] = [];
  let isWriting = false;

  async function writeAll(mails: readonly Waiting[]): Promise<void> {
    const [first] = mails;
    if (!first) return;
    const ofSchool = mails.filter(({ row }) => row.schoolId === first.row.schoolId);
    const others = mails.filter((mail) => !ofSchool.includes(mail));
    await writeSchool(ofSchool).then(
      () => {
        for (const { resolve } of ofSchool) resolve();
      },
      (error: unknown) => {
        for (const { reject } of ofSchool) reject(error);
      },
    );
    await writeAll(others);
  }

  async function writeSchool(mails: readonly TakenMail[]): Promise<void> {
    const [first] = mails;
    if (!first) return;
    if (mails.every(({ row }) => invitationsOfMail(row).length === 0)) {
      await writeAccepted(database, mails, await clock.now(database));
      return;
    }
    const name = mails
      .map(({ row }) => `${row.id}|${row.tries}`)
      .sort()
      .join(',');
    const commandId = uuidv5(name, COMMAND_NAMESPACE);
    await door.apply(acceptMails, { mails }, { schoolId: first.row.schoolId, actor: SYSTEM_ACTOR, commandId });
  }

  async function run(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) await writeAll(waiting.splice(0, MOST_TOGETHER));
    isWriting = false;
  }

  return {
    write: ({ row, smtpCode }) =>
      new Promise((resolve, reject) => {
        waiting.push({ row, smtpCode, resolve, reject });
        if (!isWriting) void run();
      }),
  };
}

const acceptMails: CommandHandler<{ readonly mails: readonly TakenMail[] }, null> = {
  type: 'acceptMails',
  streams: (_tx, { mails }) => mails.flatMap(({ row }) => invitationsOfMail(row)),
  async run(unit, { mails }) {
    for (const mail of mails) tellInvitations(unit, mail);
    await writeAccepted(unit.tx, mails, unit.now);
    return null;
  },
};

/** Only of the mail with the link that an invitation has now: that another mail left says nothing of the invitation. */
function tellInvitations(unit: UnitOfWork, mail: TakenMail): void {
  for (const id of invitationsOfMail(mail.row)) {
    if (unit.hasStream(id) && unit.invitation(id).mailId === mail.row.id) tellInvitation(unit, id, mail);
  }
}

function tellInvitation(unit: UnitOfWork, id: string, { row, smtpCode }: TakenMail): void {
  const news = { type: 'reportDelivery', mailId: row.id, delivery: DeliveryStatus.Accepted, smtpCode } as const;
  try {
    unit.onInvitation(id, news);
  } catch (error) {
    // The record knows better already.
    if (!(error instanceof CommandRefused)) throw error;
  }
}
