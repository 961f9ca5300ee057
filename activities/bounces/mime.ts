/**
 * Takes a message apart into its parts (RFC 2045 – 2047), in time linear to its size.
 *
 * Strangers choose these bytes, and they are read in the process that does all other work. A general mail parser was
 * measured to be busy for over a minute with one mebibyte that was made for it (flowed text, folded headers, lists of
 * addresses). A report needs little of MIME, so only that is here; what is unusual counts as text.
 */
import { type Headers, splitHead, toHeaders } from './headers.ts';

export interface MimePart {
  /** `text/plain`, in lower case. */
  readonly type: string;
  readonly isAttachment: boolean;
  /** Decoded. @param characters at most */
  text(characters: number): string;
}

const DEPTH = 6;
const PARTS = 100;
const FIELD_CHARACTERS = 1_000;
/** Encoded, a character takes three or more. */
const ENCODED_FACTOR = 4;

/**
 * @param message of latin1 characters, each a byte
 * @returns the parts that hold something, in order; an original message that is carried along is one part
 */
export function readMimeParts(message: string): MimePart[] {
  const found: MimePart[] = [];
  collect(message, 0, found);
  return found;
}

function collect(entity: string, depth: number, found: MimePart[]): void {
  const { head, body } = splitHead(entity);
  const headers = toHeaders(head);
  const contentType = headers.first('content-type').slice(0, FIELD_CHARACTERS);
  const boundary = parameter(contentType, 'boundary');
  if (/^multipart\//i.test(contentType) && boundary !== '' && depth < DEPTH) {
    for (const part of splitParts(body, boundary, PARTS - found.length)) {
      if (found.length < PARTS) collect(part, depth + 1, found);
    }
  } else {
    found.push(toPart(headers, contentType, body));
  }
}

function toPart(headers: Headers, contentType: string, body: string): MimePart {
  const encoding = headers.first('content-transfer-encoding').toLowerCase();
  return {
    type: /^[\w-]{1,40}\/[\w.+-]{1,80}/.exec(contentType)?.[0].toLowerCase() ?? 'text/plain',
    isAttachment: /^attachment\b/i.test(headers.first('content-disposition')),
    text(characters) {
      const start = body.slice(0, characters * ENCODED_FACTOR);
      return decodeCharset(decodeTransfer(start, encoding), parameter(contentType, 'charset')).slice(0, characters);
    },
  };
}

/** Value of a parameter such as `boundary="x"`; an empty text when there is none. */
function parameter(field: string, name: string): string {
  const pattern = new RegExp(`;\\s{0,20}${name}\\s{0,20}=\\s{0,20}(?:"([^"]{1,200})"|([^\\s;"]{1,200}))`, 'i');
  const [, quoted, bare] = pattern.exec(field) ?? [];
  return quoted ?? bare ?? '';
}

/** RFC 2046 §5.1.1: parts between lines of two dashes and the boundary; what stands before the first is no part. */
function splitParts(body: string, boundary: string, most: number): string[] {
  const parts: string[] = [];
  const mark = `--${boundary}`;
  let start = -1;
  for (let at = body.indexOf(mark); at >= 0 && parts.length < most; at = body.indexOf(mark, at + mark.length)) {
    const isLineStart = at === 0 || body[at - 1] === '\n';
    const after = body.slice(at + mark.length, at + mark.length + 2);
    if (!isLineStart || !/^(?:--|\s|$)/.test(after)) continue;
    if (start >= 0) parts.push(body.slice(start, at));
    if (after === '--') return parts;
    const lineEnd = body.indexOf('\n', at);
    start = lineEnd < 0 ? body.length : lineEnd + 1;
  }
  // Cut off: the last part has no end.
  if (start >= 0 && parts.length < most) parts.push(body.slice(start));
  return parts;
}

function decodeTransfer(text: string, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(text, 'base64');
  return Buffer.from(encoding === 'quoted-printable' ? decodeQuotedPrintable(text) : text, 'latin1');
}

function decodeQuotedPrintable(text: string): string {
  return text.replace(/=[ \t]{0,80}\r?\n/g, '').replace(/=([0-9a-f]{2})/gi, (_all, hex: string) => byte(hex));
}

function byte(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

function decodeCharset(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset || 'utf-8').decode(bytes);
  } catch {
    // A charset that nobody knows; the letters that matter are the same in most.
    return bytes.toString('latin1');
  }
}

/** Decodes words such as `=?utf-8?q?Na=C3=AFef?=` (RFC 2047). */
export function decodeWords(field: string): string {
  return field
    .slice(0, FIELD_CHARACTERS)
    .replace(/(\?=)\s{1,10}(?==\?)/g, '$1')
    .replace(/=\?([\w-]{1,40})\?([bq])\?([^?\s]{0,500})\?=/gi, (_all, charset: string, kind: string, text: string) => {
      const bytes =
        kind.toLowerCase() === 'b'
          ? Buffer.from(text, 'base64')
          : Buffer.from(decodeQuotedPrintable(text.replaceAll('_', ' ')), 'latin1');
      return decodeCharset(bytes, charset);
    });
}
