import type { MailReference, MailTemplate } from '../../prisma/mail-ledger.ts';

/** A row of the mail ledger, as far as sending needs it. */
export interface MailRow {
  readonly id: string;
  readonly schoolId: string;
  readonly streamId: string | null;
  readonly template: MailTemplate;
  readonly lang: string;
  readonly toAddress: string;
  readonly toName: string;
  readonly reference: MailReference;
  readonly threadKey: string | null;
  readonly isThreadRoot: boolean;
  /** This try included. Only the worker that holds the newest try may write its outcome. */
  readonly tries: number;
  readonly queuedAt: Date;
  readonly notAfter: Date | null;
  /** An earlier try may have arrived. */
  readonly isRepeat: boolean;
}

export interface MailAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
}

export interface MailAddress {
  readonly name: string;
  readonly address: string;
}

/** A mail as it will be sent, without addressing. Holds a link or a code: never log or store it. */
export interface ComposedMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly attachments: readonly MailAttachment[];
  /** Who answers questions; absent: the sender. */
  readonly replyTo?: MailAddress;
}

export interface MailComposer {
  /**
   * Reads what these mails need in one go, for composing them soon. Nothing depends on it: what was not read ahead, or too
   * long ago, is read by composing.
   */
  readAhead?(rows: readonly MailRow[]): Promise<void>;
  /**
   * Reads what the mail needs and writes it.
   * @throws MailNotSendable when there is nothing to send (any more)
   */
  compose(row: MailRow): Promise<ComposedMail>;
}

/** Why a mail was not sent, or not yet; stored with the row and shown to people by its code. */
export const MailProblem = {
  /** What it is about is gone, finished, revoked or replaced. */
  Obsolete: 'OBSOLETE',
  /** A code that nobody can use any more. */
  TooLate: 'TOO_LATE',
  /** Our own fault: the mail could not be written. */
  ComposeFailed: 'COMPOSE_FAILED',
  /** The receiving side does not know or want the recipient. */
  RecipientRefused: 'RECIPIENT_REFUSED',
  /** The receiving side does not want this message (size, policy). */
  MessageRefused: 'MESSAGE_REFUSED',
  /** "Try again later" for this mail. */
  Deferred: 'DEFERRED',
  /** The mail server cannot be reached, or does not take our login or sender. */
  ServerTrouble: 'SERVER_TROUBLE',
  /** Nobody knows whether it was sent: the worker stopped or the connection broke halfway. */
  OutcomeUnknown: 'OUTCOME_UNKNOWN',
} as const;
export type MailProblem = (typeof MailProblem)[keyof typeof MailProblem];

/** A mail that must not be sent any more; no fault of anybody. */
export class MailNotSendable extends Error {
  readonly code: MailProblem = MailProblem.Obsolete;

  /** @param reason for the log: a few words without personal data */
  constructor(reason: string) {
    super(reason);
    this.name = 'MailNotSendable';
  }
}
