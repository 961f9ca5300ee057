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

/** `5.1.1`, `550`, or both as servers write them: `550 5.1.1`. */
const CODE = /^(?:([245]\d\d)\s?)?(?:([245])\.(\d{1,3})\.(\d{1,3}))?$/;

/** RFC 3463 and the IANA registry of its codes: subject and detail. The class only says whether it is final. */
const REASON_BY_DETAIL: Readonly<Record<string, BounceReason>> = {
  '1.0': BounceReason.AddressUnknown,
  '1.1': BounceReason.AddressUnknown,
  '1.2': BounceReason.DomainUnknown,
  '1.3': BounceReason.AddressUnknown,
  '1.4': BounceReason.AddressUnknown,
  '1.6': BounceReason.MailboxDisabled,
  // Of the sender's address: it is not trusted.
  '1.7': BounceReason.RefusedByPolicy,
  '1.8': BounceReason.RefusedByPolicy,
  // Registered for "null MX" (RFC 7505), but Exchange says it of an unknown recipient. Either way the address is wrong.
  '1.10': BounceReason.AddressUnknown,
  '2.0': BounceReason.MailboxDisabled,
  '2.1': BounceReason.MailboxDisabled,
  '2.2': BounceReason.MailboxFull,
  '2.3': BounceReason.TooLarge,
  '3.1': BounceReason.MailboxFull,
  '3.2': BounceReason.Unreachable,
  '3.4': BounceReason.TooLarge,
  '4.0': BounceReason.Unreachable,
  '4.1': BounceReason.Unreachable,
  '4.2': BounceReason.Unreachable,
  '4.3': BounceReason.Unreachable,
  // "Unable to route": what servers say of a domain that is not in DNS.
  '4.4': BounceReason.DomainUnknown,
  '4.5': BounceReason.Unreachable,
  '4.7': BounceReason.Unreachable,
};

/** RFC 5321 §4.2.3 and RFC 7504, for servers that give no enhanced code. */
const REASON_BY_REPLY: Readonly<Record<string, BounceReason>> = {
  '450': BounceReason.Unreachable,
  '452': BounceReason.MailboxFull,
  '521': BounceReason.DomainUnknown,
  '523': BounceReason.TooLarge,
  '550': BounceReason.AddressUnknown,
  '551': BounceReason.AddressUnknown,
  '552': BounceReason.MailboxFull,
  '553': BounceReason.AddressUnknown,
  '556': BounceReason.DomainUnknown,
};

/**
 * Why a mail did not arrive, by code. The only such table: for reports and for answers during SMTP.
 * @param code an enhanced status code such as `5.1.1`, a reply code such as `550`, or both: then the enhanced one counts;
 *   anything else gives `other`
 */
export function reasonOfStatus(code: string | null): BounceReason {
  const [, reply = '', statusClass, subject, detail] = CODE.exec(code?.trim() ?? '') ?? [];
  if (subject === undefined || detail === undefined) return REASON_BY_REPLY[reply] ?? BounceReason.Other;
  const key = `${Number(subject)}.${Number(detail)}`;
  // Not found in DNS, but that may pass: a name server that does not answer.
  if (key === '4.4' && statusClass === '4') return BounceReason.Unreachable;
  return REASON_BY_DETAIL[key] ?? (Number(subject) === 7 ? BounceReason.RefusedByPolicy : BounceReason.Other);
}

/**
 * The same for a message that was refused after the recipient was taken (DATA): a bare reply code is then about the
 * message, not about the address.
 */
export function reasonOfRefusedMessage(code: string | null): BounceReason {
  const [, reply, statusClass] = CODE.exec(code?.trim() ?? '') ?? [];
  if (statusClass !== undefined) return reasonOfStatus(code);
  // RFC 1870 §6.1: larger than the server takes.
  return reply === '552' ? BounceReason.TooLarge : BounceReason.RefusedByPolicy;
}

/** Why a mail did not arrive, as the record keeps it. */
export interface DeliveryProblem {
  readonly reason: BounceReason;
  /** False when the same address may work later. */
  readonly isPermanent: boolean;
  /** Enhanced status code or reply code; null when there was none. */
  readonly status: string | null;
}

/** What a report says went wrong; null when the mail arrived. */
export function problemOf(report: DeliveryReport): DeliveryProblem | null {
  const { signal, isPermanent, status } = report;
  if (signal === DeliverySignal.Delivered || signal === DeliverySignal.AutoReply) return null;
  if (signal === DeliverySignal.Challenge) return { reason: BounceReason.ChallengeAsked, isPermanent: false, status };
  return {
    reason: report.reason ?? reasonOfStatus(status),
    isPermanent: isPermanent && signal !== DeliverySignal.Delayed,
    status,
  };
}
