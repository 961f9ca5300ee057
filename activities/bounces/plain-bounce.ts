/** Bounces without the parts of RFC 3464: Exim, qmail, old Gmail, Exchange's shortened ones, and their relatives. */
import { BounceReason, type DeliveryReport, DeliverySignal } from '../../domain/delivery.ts';
import { enhancedCode, isFinal, plainWords, readRefusal, replyCode } from './failure-reason.ts';
import type { MessageParts } from './message-parts.ts';

const DAEMONS = new Set([
  'mailer-daemon',
  'mailerdaemon',
  'mail-daemon',
  'mdaemon',
  'postmaster',
  'mail-administrator',
]);

const FAILURE_SUBJECTS = [
  'mail delivery failed',
  'mail delivery failure',
  'delivery failure',
  'delivery status notification (failure',
  'delivery status notification: error',
  'undeliverable',
  'undelivered mail',
  'undelivered message',
  'returned mail',
  'failure notice',
  'mail system error',
  'delivery has failed',
  'message not delivered',
  'onbestelbaar',
  'niet bezorgd',
  'unzustellbar',
  'non remis',
];

const FAILURE_WORDS = [
  'could not be delivered',
  "couldn't be delivered",
  "wasn't able to deliver",
  'was not delivered',
  'was not able to be delivered',
  'did not reach',
  'error delivering your mail',
  'trouble delivering your message',
  'failed permanently',
  'permanent error',
  'permanent fatal error',
  'permanent failure',
  'undeliverable',
  'delivery has failed',
  'delivery to the following recipient',
  'returned to sender',
  "i've given up",
  'niet worden bezorgd',
  'niet bezorgd',
  'konnte nicht zugestellt werden',
  "n'a pas pu être remis",
];

const DELAY_WORDS = [
  'delivery attempts will continue',
  'will continue to be made',
  'will keep trying',
  'still trying',
  'will be retried',
  'has been delayed',
  'delivery is delayed',
  'delayed mail',
  'delivery incomplete',
  'could not send message for past',
  'not yet been delivered',
  'this is a warning message only',
  'bezorging is vertraagd',
];

const LATE_SUBJECT = /^warning: message \S{1,40} delayed /;

/** Whether a mail server wrote this, as far as its sender's name goes. */
export function isFromDaemon(parts: MessageParts): boolean {
  return DAEMONS.has(parts.fromLocalPart);
}

/** Reads a bounce that is only text. @returns null when it is none, or says nothing */
export function readPlainBounce(parts: MessageParts): DeliveryReport | null {
  const { headers, text } = parts;
  const isMarked = headers.has('x-failed-recipients') || headers.has('x-ms-exchange-message-is-ndr');
  const subject = plainWords(parts.subject);
  const isNamedOne = FAILURE_SUBJECTS.some((phrase) => subject.includes(phrase));
  if (!isMarked && !isNamedOne && !isFromDaemon(parts)) return null;
  const words = plainWords(text);
  const code = enhancedCode(text);
  const reply = replyCode(text);
  if (LATE_SUBJECT.test(subject) || DELAY_WORDS.some((phrase) => words.includes(phrase) || subject.includes(phrase))) {
    return late(text);
  }
  const isDeclared = isMarked || (isNamedOne && isFromDaemon(parts));
  const hasFailed = isDeclared || FAILURE_WORDS.some((phrase) => words.includes(phrase));
  // In a language that we do not read, the code still says it.
  const isRefused = code?.startsWith('5') || reply?.startsWith('5');
  return hasFailed || isRefused ? bounced(text) : null;
}

function bounced(text: string): DeliveryReport {
  const { reason, status } = readRefusal({ status: '', diagnostic: afterPreface(text), text: '' });
  return { signal: DeliverySignal.Bounced, reason, isPermanent: isFinal(reason, status), status };
}

function late(text: string): DeliveryReport {
  const { reason, status } = readRefusal({ status: '', diagnostic: afterPreface(text), text: '' });
  const why = reason === BounceReason.Other ? BounceReason.Unreachable : reason;
  return { signal: DeliverySignal.Delayed, reason: why, isPermanent: false, status };
}

/** The opening is the same for every bounce; the line that names the recipient begins what was said of it. */
function afterPreface(text: string): string {
  const at = text.indexOf('@');
  return at < 0 ? text : text.slice(text.lastIndexOf('\n', at) + 1);
}
