import { fullName, type Lang } from '../../domain/school.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import type { MailReference, MailTemplate, QueuedMail } from '../mail-ledger.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';

type Mail = Omit<QueuedMail, 'schoolId'>;

/** A mail to the examiner of an invitation, in the thread of that invitation. */
export async function examinerMail(
  unit: UnitOfWork,
  template: MailTemplate,
  invitationId: string,
  contactId: string,
  reference: MailReference,
  cause: string = unit.commandId,
): Promise<Mail> {
  const contact = await unit.contact(contactId);
  return {
    streamId: invitationId,
    template,
    lang: contact.lang as Lang,
    toAddress: contact.email,
    toName: contact.name,
    reference: { invitationId, contactId, ...reference },
    cause,
    recipientId: contactId,
    threadKey: invitationId,
    isThreadRoot: template === 'invitation',
  };
}

/** A mail to a member of the school about an assessment. */
export async function memberMail(
  unit: UnitOfWork,
  template: MailTemplate,
  assessmentId: string,
  membershipId: string,
  reference: MailReference,
): Promise<Mail> {
  const account = await findAccount(unit, Prisma.sql`${membershipId}::uuid`);
  return mailTo(unit, account, template, assessmentId, reference);
}

/** A mail to whoever started an assessment. */
export async function initiatorMail(unit: UnitOfWork, template: MailTemplate, assessmentId: string): Promise<Mail> {
  const initiator = Prisma.sql`(
    SELECT initiator_id FROM assessment WHERE id = ${assessmentId}::uuid AND school_id = ${unit.schoolId}::uuid)`;
  return mailTo(unit, await findAccount(unit, initiator), template, assessmentId, {});
}

function mailTo(
  unit: UnitOfWork,
  account: AccountOfMail,
  template: MailTemplate,
  assessmentId: string,
  reference: MailReference,
): Mail {
  const { membershipId } = account;
  return {
    streamId: assessmentId,
    template,
    lang: account.lang as Lang,
    toAddress: account.email,
    toName: fullName(account),
    reference: { assessmentId, membershipId, ...reference },
    cause: unit.commandId,
    recipientId: membershipId,
    threadKey: assessmentId,
  };
}

type AccountOfMail = Parameters<typeof fullName>[0] & {
  readonly membershipId: string;
  readonly email: string;
  readonly lang: string;
};

/**
 * @param membership gives the id of the membership
 * @throws CommandRefused MEMBER_UNKNOWN
 */
async function findAccount({ tx, schoolId }: UnitOfWork, membership: Prisma.Sql): Promise<AccountOfMail> {
  const rows = await tx.$queryRaw<AccountOfMail[]>`
    SELECT membership.id AS "membershipId", account.email, account.lang, account.given_name AS "givenName", account.infix, account.family_name AS "familyName"
    FROM membership JOIN account ON account.id = membership.account_id
    WHERE membership.school_id = ${schoolId}::uuid AND membership.id = ${membership}`;
  const row = rows[0];
  if (!row) throw new CommandRefused('MEMBER_UNKNOWN');
  return row;
}
