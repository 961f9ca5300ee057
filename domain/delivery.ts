/**
 * What is heard of a mail after a server took it: delivered, late, refused, or answered by a machine.
 *
 * Status codes are those of RFC 3463 (`5.1.1`); reports are RFC 3464 or what older programs write instead.
 */

/** What kind of news it is. */
export const DeliverySignal = {
  /** It arrived. */
  Delivered: 'delivered',
  /** Not yet; the sending server goes on trying. */
  Delayed: 'delayed',
  /** It did not arrive and nobody tries any more. */
  Bounced: 'bounced',
  /** A person's mailbox answered by itself (absence): the mail arrived. */
  AutoReply: 'autoReply',
  /** The receiver's filter asks the sender to prove to be a person: the mail waits, and nobody will answer. */
  Challenge: 'challenge',
} as const;
export type DeliverySignal = (typeof DeliverySignal)[keyof typeof DeliverySignal];

/** Why a mail did not arrive (yet), as far as it matters for what a person does next. */
export const BounceReason = {
  /** The part before the @ does not exist: correct the address. */
  AddressUnknown: 'addressUnknown',
  /** The part after the @ does not exist or takes no mail: correct the address. */
  DomainUnknown: 'domainUnknown',
  /** The mailbox is closed or no longer in use: ask for another address. */
  MailboxDisabled: 'mailboxDisabled',
  /** Ask the person to make room, or for another address. */
  MailboxFull: 'mailboxFull',
  /** The message, with its attachments, is larger than the receiver takes. */
  TooLarge: 'tooLarge',
  /** Taken for spam or refused by policy (SPF, DKIM, DMARC, block lists): the school's mail administrator must act. */
  RefusedByPolicy: 'refusedByPolicy',
  /** The receiving server could not be reached for too long. */
  Unreachable: 'unreachable',
  /** The receiver's filter waits for a proof that nobody will give. */
  ChallengeAsked: 'challengeAsked',
  /** Anything else; the status code is all there is. */
  Other: 'other',
} as const;
export type BounceReason = (typeof BounceReason)[keyof typeof BounceReason];

/** News about one mail. Holds codes only: never an address or words of the report. */
export interface DeliveryReport {
  readonly signal: DeliverySignal;
  /** null when it arrived */
  readonly reason: BounceReason | null;
  /** For `bounced`: false when the same address may work later (soft: full mailbox, server unreachable). */
  readonly isPermanent: boolean;
  /** Enhanced status code such as `5.1.1`, or null when the report had none */
  readonly status: string | null;
}
