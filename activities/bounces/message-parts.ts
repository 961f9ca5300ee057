import { type Headers, readHeaders } from './headers.ts';
import { decodeWords, readMimeParts } from './mime.ts';

/** What of a message matters for a report. All texts are bounded. */
export interface MessageParts {
  readonly headers: Headers;
  readonly subject: string;
  /** The part before the @ of the first sender, in lower case. */
  readonly fromLocalPart: string;
  /** Domain of the first sender, in lower case. */
  readonly fromDomain: string;
  /** What the message says to a person, without the original message that many reports carry along. */
  readonly text: string;
  /** RFC 3464 parts. */
  readonly deliveryStatus: readonly string[];
  /** RFC 8098 parts (read receipts). */
  readonly dispositions: readonly string[];
}

/** Reports carry the original message along, which may be long; what they have to say comes first. */
export const READ_BYTES = 1024 * 1024;
const TEXT_CHARACTERS = 16 * 1024;
const STATUS_CHARACTERS = 64 * 1024;
const HTML_CHARACTERS = 64 * 1024;
const SENDER_CHARACTERS = 1_000;
const PARTS_OF_A_KIND = 5;

/**
 * Takes a message apart.
 * @param message at most the first {@link READ_BYTES} are read
 */
export function readParts(message: Uint8Array): MessageParts {
  const raw = Buffer.from(message.buffer, message.byteOffset, Math.min(message.byteLength, READ_BYTES));
  const parts = readMimeParts(raw.toString('latin1'));
  const headers = readHeaders(raw);
  const textsOf = (type: RegExp, characters: number) =>
    parts
      .filter((part) => type.test(part.type) && (!part.isAttachment || !part.type.startsWith('text/')))
      .slice(0, PARTS_OF_A_KIND)
      .map((part) => part.text(characters));
  const words = textsOf(/^text\/plain$/, TEXT_CHARACTERS).join('\n');
  const text = words.trim() === '' ? wordsOfHtml(textsOf(/^text\/html$/, HTML_CHARACTERS)[0] ?? '') : words;
  return {
    headers,
    subject: decodeWords(headers.first('subject')),
    ...readSender(headers.first('from')),
    text: withoutOriginal(text.slice(0, TEXT_CHARACTERS)),
    deliveryStatus: textsOf(/^message\/(global-)?delivery-status$/, STATUS_CHARACTERS),
    dispositions: textsOf(/^message\/(global-)?disposition-notification$/, STATUS_CHARACTERS),
  };
}

/** `Name <local@domain>`, `local@domain (Name)`, or what daemons without a domain write. */
function readSender(field: string): { fromLocalPart: string; fromDomain: string } {
  const start = field.slice(0, SENDER_CHARACTERS);
  const [, local, domain] =
    /<([^<>@\s]{1,200})@([^<>\s]{1,253})>/.exec(start) ??
    /([^\s<>"(),;:@]{1,200})@([^\s<>"(),;:@]{1,253})/.exec(start) ??
    /([\w-]{1,64})/.exec(start) ??
    [];
  return { fromLocalPart: (local ?? '').toLowerCase(), fromDomain: (domain ?? '').toLowerCase() };
}

function wordsOfHtml(html: string): string {
  return html
    .slice(0, HTML_CHARACTERS)
    .replace(/<[^<>]{0,2000}>/g, ' ')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

/** Where the report ends and the original begins, in programs that put both in one text: lines that begin like this. */
const ORIGINAL_FOLLOWS = [
  '------ this is a copy of', // Exim
  '--- below this line is a copy of', // qmail
  '--- the header of the original message', // qmail's relatives
  '----- original message', // Gmail, before 2016
  '----- message header follows',
  'message headers follow', // DragonFly
  'original message follows',
  '------- returned message', // Notes
  '----- unsent message follows', // sendmail 5
  'original message headers:', // Exchange
  'original message header:',
  'oorspronkelijke berichtkoppen:',
  '--- original message',
  '-----original message',
];

function withoutOriginal(text: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => {
    const start = line.trimStart().slice(0, 60).toLowerCase();
    return ORIGINAL_FOLLOWS.some((mark) => start.startsWith(mark));
  });
  return end < 0 ? text : lines.slice(0, end).join('\n');
}
