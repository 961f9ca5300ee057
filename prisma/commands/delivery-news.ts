/** What news of a mail means for an invitation: decided by the domain, and told to the initiator when it is lost. */
import type { DeliveryProblem } from '../../domain/delivery.ts';
import { type DeliveryStatus, type InvitationState, InvitationStatus, isLost } from '../../domain/invitation.ts';
import { fullName, type Lang } from '../../domain/school.ts';
import { emailAddressKey } from '../../platform/email-address.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

export interface DeliveryNews {
  readonly mailId: string;
  readonly delivery: DeliveryStatus;
  readonly smtpCode: string | null;
  readonly problem?: DeliveryProblem;
  readonly isAutoReply?: boolean;
}

/**
 * Takes news of one of the invitation's mails into the record. The first news that mail does not arrive queues a mail to
 * the initiator, as long as there is work left to do.
 * @throws CommandRefused `ALREADY_DONE` when it says nothing new
 */
export async function takeDeliveryNews(unit: UnitOfWork, invitationId: string, news: DeliveryNews): Promise<void> {
  const before = unit.invitation(invitationId);
  const toAddress = await addressOf(unit, news.mailId);
  const place = await placeOf(unit, before, news.mailId, toAddress);
  const { after } = unit.onInvitation(invitationId, { type: 'reportDelivery', ...news, ...place });
  const isNewlyLost = isLost(after.delivery) && !isLost(before.delivery);
  const isWorkLeft = after.status === InvitationStatus.Active || after.status === InvitationStatus.Expired;
  if (isNewlyLost && isWorkLeft) await tellInitiator(unit, invitationId, after, { id: news.mailId, toAddress });
}

async function addressOf(unit: UnitOfWork, mailId: string): Promise<string> {
  const where = { id: mailId, schoolId: unit.schoolId };
  return (await unit.tx.mail.findFirst({ where, select: { toAddress: true } }))?.toAddress ?? '';
}

/** How the mail stands to the examiner's address and to the mail with the present link. */
async function placeOf(unit: UnitOfWork, state: InvitationState, mailId: string, toAddress: string) {
  if (mailId === state.mailId) return {};
  const { schoolId, tx } = unit;
  const contact = await tx.contact.findFirst({ where: { schoolId, id: state.examinerId }, select: { email: true } });
  const queued = await tx.mail.findMany({
    where: { schoolId, id: { in: [mailId, state.mailId] } },
    select: { id: true, queuedAt: true },
  });
  const at = (id: string) => queued.find((mail) => mail.id === id)?.queuedAt.getTime() ?? 0;
  return {
    isToPresentAddress: contact !== null && emailAddressKey(contact.email) === emailAddressKey(toAddress),
    isOlder: at(mailId) < at(state.mailId),
  };
}

/** Invitations of one examiner that come back together are one mail: mending the address sends all of them again. */
const TOGETHER_MS = 10 * 60_000;

async function tellInitiator(
  unit: UnitOfWork,
  invitationId: string,
  state: InvitationState,
  lost: { readonly id: string; readonly toAddress: string },
): Promise<void> {
  const { tx, schoolId, now } = unit;
  const { initiator } = await tx.invitation.findFirstOrThrow({
    where: { id: invitationId, schoolId },
    select: { initiator: { include: { account: true } } },
  });
  const [assessmentId] = Object.entries(state.pairs).flatMap(([id, status]) => (status === 'open' ? [id] : []));
  unit.queueMail({
    // Of no stream: the mail is about the examiner's address, not about this invitation alone.
    streamId: null,
    template: 'bounced',
    lang: initiator.account.lang as Lang,
    toAddress: initiator.account.email,
    toName: fullName(initiator.account),
    reference: {
      invitationId,
      contactId: state.examinerId,
      membershipId: initiator.id,
      mailId: lost.id,
      ...(assessmentId === undefined ? {} : { assessmentId }),
    },
    cause: [state.examinerId, emailAddressKey(lost.toAddress), Math.floor(now.getTime() / TOGETHER_MS)].join('|'),
    recipientId: initiator.id,
  });
}
