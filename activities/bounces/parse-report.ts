/**
 * Reads what mail servers send to the return path of a mail.
 *
 * Contract
 * 1. Never throws, and is done soon, whatever the bytes are: all work is linear. What says nothing gives nothing.
 * 2. At most {@link READ_BYTES} are read; attachments are not looked at.
 * 3. Which mail it is about is none of this file's business: only the signed address that it came to says that, never
 *    anything in the message.
 * 4. `relayed` and `expanded` (RFC 3464 §2.3.3) are no news: the mail went on to where nobody reports, which is no
 *    delivery to a mailbox.
 */
import { BounceReason, type DeliveryReport, DeliverySignal } from '../../domain/delivery.ts';
import { readAutoReply, readChallenge } from './automatic-answer.ts';
import { enhancedCode, isFinal, readRefusal } from './failure-reason.ts';
import { type Headers, toHeaders } from './headers.ts';
import { type MessageParts, readParts } from './message-parts.ts';
import { isFromDaemon, readPlainBounce } from './plain-bounce.ts';

const RECIPIENTS = 100;

export interface ReadReport {
  readonly report: DeliveryReport;
  /** It has the parts that RFC 3464 or RFC 8098 prescribe. */
  readonly isStandard: boolean;
}

/**
 * @param message bytes of a message, or of anything
 * @returns what it says, each different thing once; several when servers spread the mail over the members of a group
 */
export function readDeliveryReports(message: Uint8Array): readonly ReadReport[] {
  const parts = readParts(message);
  const standard = [
    ...parts.deliveryStatus.flatMap((status) => readStatus(status, parts.text)),
    ...readReceipts(parts),
  ];
  // Even without news (relayed) it is not to be read as something else.
  if (standard.length > 0) {
    const news = standard.filter((report) => report !== null);
    return distinct(news).map((report) => ({ report, isStandard: true }));
  }
  const report = readPlainBounce(parts) ?? readAnswer(parts);
  return report === null ? [] : [{ report, isStandard: false }];
}

function readAnswer(parts: MessageParts): DeliveryReport | null {
  // What a mail server says in words that we do not understand is no proof that the mail arrived.
  return isFromDaemon(parts) ? null : (readChallenge(parts) ?? readAutoReply(parts));
}

/**
 * RFC 3464 §2: a group of fields about the message, then one for each recipient, with empty lines between.
 * @returns for each recipient what is said of it; null when that is no news
 */
function readStatus(status: string, text: string): (DeliveryReport | null)[] {
  return status
    .split(/\r?\n[ \t]*\r?\n/)
    .slice(0, RECIPIENTS)
    .map((group) => toHeaders(group.trim()))
    .filter((fields) => fields.has('action') || fields.has('final-recipient'))
    .map((fields) => readRecipient(fields, text));
}

function readRecipient(fields: Headers, text: string): DeliveryReport | null {
  const status = enhancedCode(fields.first('status'));
  switch (actionOf(fields, status)) {
    case 'delivered':
      return { signal: DeliverySignal.Delivered, reason: null, isPermanent: false, status };
    case 'failed':
    case 'expired': // SendGrid
      return withReason(DeliverySignal.Bounced, fields, text);
    case 'delayed':
      return withReason(DeliverySignal.Delayed, fields, text);
    default:
      return null;
  }
}

/** Some programs leave the action out; then the class of the status says whether it is over. */
function actionOf(fields: Headers, status: string | null): string | undefined {
  const action = /^[a-z]+/.exec(fields.first('action').toLowerCase())?.[0];
  if (action !== undefined) return action;
  return status?.startsWith('5') ? 'failed' : status?.startsWith('4') ? 'delayed' : undefined;
}

function withReason(signal: 'bounced' | 'delayed', fields: Headers, text: string): DeliveryReport {
  const { reason, status } = readRefusal({
    status: fields.first('status'),
    diagnostic: withoutType(fields.first('diagnostic-code')),
    text,
  });
  if (signal === DeliverySignal.Bounced) return { signal, reason, isPermanent: isFinal(reason, status), status };
  // Late is late because a server does not answer, unless it says otherwise.
  return {
    signal,
    reason: reason === BounceReason.Other ? BounceReason.Unreachable : reason,
    isPermanent: false,
    status,
  };
}

/** `smtp; 550 5.1.1 …` */
function withoutType(diagnostic: string): string {
  return diagnostic.replace(/^[a-z0-9-]{1,40}\s{0,5};/i, '').trim();
}

/** RFC 8098: whatever the reader's program did with the mail, it had it. */
function readReceipts({ dispositions }: MessageParts): DeliveryReport[] {
  return dispositions
    .filter((fields) => toHeaders(fields.trim()).has('disposition'))
    .map(() => ({ signal: DeliverySignal.Delivered, reason: null, isPermanent: false, status: null }));
}

function distinct(reports: readonly DeliveryReport[]): DeliveryReport[] {
  const seen = new Map(reports.map((report) => [JSON.stringify(report), report]));
  return [...seen.values()];
}
