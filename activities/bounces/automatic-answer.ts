/** Answers that a person's mailbox gives by itself: absence, and filters that ask the sender to prove to be a person. */
import { BounceReason, type DeliveryReport, DeliverySignal } from '../../domain/delivery.ts';
import { plainWords } from './failure-reason.ts';
import type { MessageParts } from './message-parts.ts';

const CHALLENGERS = ['boxbe.com', 'spamarrest.com', 'sendio.com', 'spamfence.net', 'mailinblack.com'];

/** What a challenge asks … */
const ASKS = [
  'please confirm',
  'please verify',
  'confirm your message',
  'confirm your email',
  'confirm that you',
  'verify your email',
  'verify that you',
  'verification required',
  'one-time verification',
  'authenticate yourself',
  'click the link below',
  'click on the link below',
  'click the following link',
  'reply to this message',
  'bevestig uw bericht',
  'bevestig dat u',
];
/** … and what it promises for it. A person who asks for a confirmation of something else says no such thing. */
const PROMISES = [
  'your message will be delivered',
  'your email will be delivered',
  'your mail will be delivered',
  'deliver your message',
  'deliver your email',
  'release your message',
  'message is being held',
  'message has been held',
  'held until',
  'held for',
  'waiting list',
  'waiting for delivery',
  'approved senders',
  'guest list',
  'wordt afgeleverd',
  'wordt bezorgd',
  'wordt vastgehouden',
];

/** Reads a request to prove that a person sent the mail. */
export function readChallenge(parts: MessageParts): DeliveryReport | null {
  const isKnown = CHALLENGERS.some((name) => parts.fromDomain === name || parts.fromDomain.endsWith(`.${name}`));
  const words = plainWords(`${parts.subject} ${parts.text}`);
  const asks = ASKS.some((phrase) => words.includes(phrase)) && PROMISES.some((phrase) => words.includes(phrase));
  if (!isKnown && !asks) return null;
  return { signal: DeliverySignal.Challenge, reason: BounceReason.ChallengeAsked, isPermanent: false, status: null };
}

/** Headers that only answering machines write, beside the one of RFC 3834. */
const MACHINE_HEADERS = ['x-autoreply', 'x-auto-reply', 'x-autorespond', 'x-autoresponse', 'x-autoreply-from'];

const ABSENT_SUBJECT =
  /^(?:auto:|autoreply|auto-reply|auto response|automatic reply|automatisch antwoord|out of (?:the )?office|afwezig|niet aanwezig|abwesenheit|automatische antwort|réponse automatique)/;

/** Reads an answer of a machine. It proves that the mail arrived at the mailbox that gives it. */
export function readAutoReply({ headers, subject }: MessageParts): DeliveryReport | null {
  // A complaint (RFC 5965) or another report that we do not read is no answer of a mailbox.
  if (/^multipart\/report\b/i.test(headers.first('content-type'))) return null;
  const submitted = headers.first('auto-submitted').toLowerCase();
  const precedence = headers.first('precedence').toLowerCase();
  const isMachine =
    // Nothing but an answer comes to the return path of a mail, so any machine's message is one (RFC 3834 §5).
    (submitted !== '' && !submitted.startsWith('no')) ||
    MACHINE_HEADERS.some((name) => headers.has(name)) ||
    /^auto_?reply/.test(precedence) ||
    headers.first('x-apple-action').toLowerCase().startsWith('vacation') ||
    ABSENT_SUBJECT.test(plainWords(subject));
  if (!isMachine) return null;
  return { signal: DeliverySignal.AutoReply, reason: null, isPermanent: false, status: null };
}
