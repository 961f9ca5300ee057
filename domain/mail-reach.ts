/** Whether the mails of an invitation arrive, as far as is known (contract 5 of invitation.ts). */

/** What is known of the mails of this invitation: whether what must arrive does. */
export const DeliveryStatus = {
  Queued: 'queued',
  /** The first server took it. */
  Accepted: 'accepted',
  /** A server goes on trying. */
  Delayed: 'delayed',
  Delivered: 'delivered',
  /** It came back, or waits for a proof that nobody gives. */
  Bounced: 'bounced',
  /** Refused at the door, or given up by us. */
  Failed: 'failed',
} as const;
export type DeliveryStatus = (typeof DeliveryStatus)[keyof typeof DeliveryStatus];

/** Whether mail does not reach the examiner and nobody tries any more, so that a person must act. */
export function isLost(delivery: string | null): boolean {
  return delivery === DeliveryStatus.Bounced || delivery === DeliveryStatus.Failed;
}

/** How far mail came: by the state of an invitation, or by its row, where instants are dates. */
export interface MailReach<Instant = Date> {
  readonly delivery: string;
  readonly deliveryAt: Instant;
  readonly openedAt: Instant | null;
}

/** Whoever opens the link has got it, whatever was heard of the mail before. */
function isOpenedSince<Instant extends Date | string>({ deliveryAt, openedAt }: MailReach<Instant>): boolean {
  return openedAt !== null && openedAt >= deliveryAt;
}

/** Mail is lost, and nothing since shows otherwise. */
export function isUnreached<Instant extends Date | string>(mail: MailReach<Instant>): boolean {
  return isLost(mail.delivery) && !isOpenedSince(mail);
}

/** What a person may send again. A mail that is late may have a wrong address too; nobody needs to wait until it comes back. */
const MENDABLE: readonly DeliveryStatus[] = [DeliveryStatus.Bounced, DeliveryStatus.Failed, DeliveryStatus.Delayed];

/** Whether mail is lost or late, and did not arrive since: the work of who has it is not taken to another mailbox. */
export function isMendable<Instant extends Date | string>(mail: MailReach<Instant>): boolean {
  return MENDABLE.some((delivery) => delivery === mail.delivery) && !isOpenedSince(mail);
}
