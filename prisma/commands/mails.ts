import { fullName, type Lang } from '../../domain/school.ts';
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
  const membership = await unit.tx.membership.findFirst({
    where: { schoolId: unit.schoolId, id: membershipId },
    include: { account: true },
  });
  if (!membership) throw new CommandRefused('MEMBER_UNKNOWN');
  const { account } = membership;
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
