/**
 * Why a mail did not arrive, from what a server said.
 *
 * Contract
 * 1. The meaning of codes stands in domain/delivery.ts; here only which of several codes counts, and what words add.
 * 2. A code that says it exactly (5.1.1, 5.2.2 …) is believed over words.
 * 3. A code that says little (5.0.0, 5.7.1 for everything, Exchange's 5.4.1 for an unknown recipient) gives way to the
 *    words around it, and those to the reply code.
 * 4. Words are looked up as parts of a text of bounded length: the time is linear whatever the text is.
 */
import { BounceReason, reasonOfRefusedMessage, reasonOfStatus } from '../../domain/delivery.ts';

const WORDS_CHARACTERS = 4 * 1024;

/** What a server said of one recipient. */
export interface Refusal {
  /** The field Status of a report. */
  readonly status: string;
  /** The field Diagnostic-Code, or the answer of the other server as a text tells it. */
  readonly diagnostic: string;
  /** What the report says to a person. */
  readonly text: string;
}

/** The reason, and the code to keep: the one that says most. */
export function readRefusal({ status, diagnostic, text }: Refusal): { reason: BounceReason; status: string | null } {
  // What the refusing server said comes before what the reporting server made of it.
  const said = [diagnostic, status, diagnostic === '' ? text : ''].map(enhancedCode);
  const given = said.filter((code) => code !== null);
  const code = given.find((each) => !isVague(each)) ?? given[0] ?? null;
  return { reason: reasonOf(code, diagnostic, text), status: code };
}

function reasonOf(code: string | null, diagnostic: string, text: string): BounceReason {
  if (code !== null && isExact(code)) return reasonOfStatus(code);
  const said = reasonInWords(diagnostic);
  if (said) return said;
  const coded = reasonOfStatus(code);
  if (code !== null && !isVague(code) && coded !== BounceReason.Other) return coded;
  const told = reasonInWords(text);
  if (told) return told;
  if (coded !== BounceReason.Other) return coded;
  const reply = replyCode(diagnostic || text);
  return isAboutRecipient(diagnostic || text) ? reasonOfStatus(reply) : reasonOfRefusedMessage(reply);
}

/** Subjects and details (RFC 3463) that servers use for nothing else. */
const EXACT = new Set(['1.1', '1.2', '1.3', '1.6', '1.7', '1.8', '2.2', '2.3', '3.4']);

function isExact(code: string): boolean {
  return EXACT.has(code.slice(2));
}

/** "Other or undefined", and everything about the protocol, which is what servers say when they do not say. */
function isVague(code: string): boolean {
  const [, subject, detail] = code.split('.');
  return detail === '0' || subject === '0' || subject === '5';
}

/** Not a piece of an IP address or of a version number. */
const ENHANCED = /(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d]|\.\d)/;
/** The same behind a reply code (`550 5.1.1`, `550-5.1.1`, `550 #5.1.1`) or in qmail's brackets (`(#5.1.1)`). */
const ENHANCED_IN_REPLY = /(?:(?<!\d)[245]\d\d[ -]{1,2}#?|\(#)([245])\.(\d{1,3})\.(\d{1,3})(?![\d]|\.\d)/;
const REPLY = /(?<![\d.])([45]\d\d)(?=[ -])/;

/** The enhanced status code in a text, without needless zeros; null when there is none. */
export function enhancedCode(text: string): string | null {
  const start = text.slice(0, WORDS_CHARACTERS);
  const [, kind, subject, detail] = ENHANCED_IN_REPLY.exec(start) ?? ENHANCED.exec(start) ?? [];
  return kind === undefined ? null : `${kind}.${Number(subject)}.${Number(detail)}`;
}

/** The reply code (RFC 5321) in a text; null when there is none. */
export function replyCode(text: string): string | null {
  return REPLY.exec(text.slice(0, WORDS_CHARACTERS))?.[1] ?? null;
}

/** Not refused before the recipient was named, nor once the server had seen the message; as Postfix and Exim tell it. */
function isAboutRecipient(text: string): boolean {
  return !/(?:in reply to|after) (?:end of data|data|mail from|ehlo|helo|initial)\b/i.test(text);
}

/**
 * What servers write, by reason; the first that fits counts. Gathered from the texts of Exchange, Gmail, Postfix, Exim,
 * sendmail, qmail and the filters in front of them, with the Dutch, German and French of their translations.
 */
const WORDS: readonly (readonly [BounceReason, readonly string[]])[] = [
  [
    BounceReason.MailboxFull,
    [
      'mailbox full',
      'mailbox is full',
      'full mailbox',
      'over quota',
      'overquota',
      'over its quota',
      'over the quota',
      'over disk quota',
      'quota exceeded',
      'quotaexceeded',
      'exceeded quota',
      'exceeds quota',
      'exceeds its quota',
      'exceeded their quota',
      'exceeded storage',
      'storage full',
      'storage quota',
      'disk quota',
      'out of storage',
      'mailbox exceeds allowed size',
      'not enough storage',
      'not enough space',
      'mailbox size limit',
      'maximum allowed storage',
      'postvak is vol',
      'postvak zit vol',
      'mailbox is vol',
      'mailbox zit vol',
      'postfach ist voll',
      'postfach voll',
      'boîte pleine',
      'boîte aux lettres est pleine',
    ],
  ],
  [
    BounceReason.TooLarge,
    [
      'message too large',
      'message is too large',
      'message too big',
      'message is too big',
      'message file too big',
      'message size exceeds',
      'message exceeds',
      'message length exceeds',
      'maximum message size',
      'size limit',
      'sizelimit',
      'larger than the current system limit',
      'too large for this recipient',
      'bericht is te groot',
      'nachricht ist zu groß',
    ],
  ],
  [
    // About our address, not about the recipient's.
    BounceReason.RefusedByPolicy,
    ['sender address', 'sender domain', 'sender verify', 'sender rejected', 'sender denied', 'domain of sender'],
  ],
  [
    BounceReason.Unreachable,
    [
      'host not found, try again',
      'temporary lookup failure',
      'lookup did not complete',
      'temporary dns',
      'receiving mail at a rate',
    ],
  ],
  [
    BounceReason.DomainUnknown,
    [
      'nxdomain',
      'dns domain', // Exchange Online: "DNS domain … does not exist"
      'domain not found',
      'domain name not found',
      'domain does not exist',
      "domain doesn't exist",
      'domain name does not exist',
      'no such domain',
      'unknown domain',
      'host not found',
      'host unknown',
      'unknown host',
      'name or service not known',
      'null mx',
      'nullmx',
      'does not accept mail',
      "couldn't find any host named",
      'point to non-existent hosts',
      'relay access denied',
      'relaying denied',
      'unable to relay',
      'relay not permitted',
      'not permitted to relay',
      'list of allowed rcpthosts',
      'domein bestaat niet',
      'domein is niet gevonden',
    ],
  ],
  [
    BounceReason.MailboxDisabled,
    [
      'account disabled',
      'account is disabled',
      'account has been disabled',
      'mailbox disabled',
      'mailbox is disabled',
      'you tried to reach is disabled',
      'account closed',
      'account is closed',
      'account has been closed',
      'deactivated',
      'inactive',
      'suspended',
      'no longer accept',
      'no longer active',
      'no longer available',
      'no longer in use',
      'no longer on server',
      'no longer valid',
      'discontinued',
      'niet meer in gebruik',
      'niet meer actief',
    ],
  ],
  [
    BounceReason.AddressUnknown,
    [
      'user unknown',
      'unknown user',
      'user not found',
      'no such user',
      'no such mailbox',
      'no such recipient',
      'no such address',
      'no such account',
      'no such person',
      'not a valid mailbox',
      'not a valid recipient',
      'not a known user',
      'invalid recipient',
      'invalid mailbox',
      'invalid user',
      'recipient unknown',
      'unknown recipient',
      'recipient not found',
      'recipnotfound',
      'recipientnotfound',
      'recipient address rejected: access denied', // Exchange Online, with code 5.4.1
      'address unknown',
      'unknown address',
      'unknown or illegal alias',
      'mailbox not found',
      'mailbox unavailable',
      'mailbox is unavailable',
      'no mailbox here',
      'no mailbox by that name',
      'unrouteable address',
      'unroutable address',
      "couldn't be found",
      'could not be found',
      "wasn't found",
      'was not found',
      "isn't found",
      'does not exist',
      "doesn't exist",
      "doesn't have a",
      'not listed in',
      'onbekende gebruiker',
      'gebruiker onbekend',
      'onbekende ontvanger',
      'ontvanger onbekend',
      'bestaat niet',
      'niet gevonden',
      'existiert nicht',
      'empfänger unbekannt',
      "n'existe pas",
      'utilisateur inconnu',
    ],
  ],
  [
    BounceReason.RefusedByPolicy,
    [
      'spam',
      'unsolicited',
      'blacklist',
      'blocklist',
      'block list',
      'blocked',
      'dnsbl',
      'policy',
      'policies',
      'dmarc',
      'dkim',
      'spf',
      'reputation',
      'virus',
      'malware',
      'prohibit',
      'suspicious',
      'reverse dns',
      'ptr record',
      'greylist',
      'rate limit',
      'too many recipients',
      'do not have permission',
      "don't have permission",
      'client host rejected',
      'helo command rejected',
      'content rejected',
      'message rejected',
      'not authorized',
      'not authenticated',
      'not allowed to send',
      'access denied',
      'only accepts messages from',
      'in reply to mail from',
      'after mail from',
    ],
  ],
  [
    BounceReason.Unreachable,
    [
      'connection refused',
      'connection timed out',
      'connection dropped',
      'lost connection',
      'timed out',
      'no route to host',
      'unreachable',
      'not reachable',
      'could not be reached',
      'did not respond',
      'not responding',
      'did not accept our requests to connect',
      'establish an smtp connection',
      'could not connect',
      'retry timeout exceeded',
      'retry time not reached',
      'expired',
      'in the queue too long',
      'too many hops',
      'hop count',
      'mail loop',
      'loops back',
      'loop detected',
      'try again',
      'temporary failure',
      'temporarily unavailable',
      'temporarily deferred',
      'service unavailable',
      'service not available',
      'lookup failure',
    ],
  ],
];

function reasonInWords(text: string): BounceReason | undefined {
  const words = plainWords(text);
  return WORDS.find(([, phrases]) => phrases.some((phrase) => words.includes(phrase)))?.[0];
}

/** Lower case, one space between words, straight apostrophes. */
export function plainWords(text: string): string {
  return text
    .slice(0, WORDS_CHARACTERS)
    .toLowerCase()
    .replaceAll('’', "'")
    .split(/\s/)
    .filter((word) => word !== '')
    .join(' ');
}

/** Reasons for which the same address may work later. */
const SOFT: ReadonlySet<BounceReason> = new Set([BounceReason.MailboxFull, BounceReason.Unreachable]);
/** Reasons that waiting does not mend, even when the code says "temporary" (Gmail's for a domain that does not exist). */
const HARD: ReadonlySet<BounceReason> = new Set([
  BounceReason.AddressUnknown,
  BounceReason.DomainUnknown,
  BounceReason.MailboxDisabled,
  BounceReason.TooLarge,
]);

/** Whether a bounce is final for the address; a code of class 4 means that the server only gave up waiting. */
export function isFinal(reason: BounceReason, status: string | null): boolean {
  if (SOFT.has(reason)) return false;
  return HARD.has(reason) || !(status ?? '').startsWith('4');
}
