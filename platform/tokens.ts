/**
 * Link tokens and sign-in codes: derived from an id and a master key, so they are stored nowhere.
 *
 * Contract
 * 1. A token is `b1`, the key id (one character) and 64 characters of Crockford's base32 in lower case: 67 letters and
 *    digits, because mail programs cut punctuation off the end of a link.
 * 2. The 64 characters are 40 bytes: the link id (16) and HMAC-SHA-256 over `b1<kid>|<purpose>|<link id>`, cut to 24.
 * 3. A token verifies without any read: length, alphabet, known key, MAC in constant time. What it names may still be
 *    expired or revoked; that is for the row to say.
 * 4. A key that no longer signs verifies until it is taken out of the keyring.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { deriveKey, type Keyring } from './keys.ts';

export const LinkPurpose = {
  Fill: 'fill',
  SignIn: 'signin',
  StudentNumber: 'student',
  Register: 'register',
  Office: 'office',
} as const;
export type LinkPurpose = (typeof LinkPurpose)[keyof typeof LinkPurpose];

/** What a token stands for. */
export interface LinkToken {
  /** UUID, lower case: of the link (`fill`), of the request to sign in (`signin`), of the question to a student (`student`), of the request of a student who registers (`register`), of the mail to the exam office (`office`). */
  readonly linkId: string;
  readonly kid: string;
  readonly purpose: LinkPurpose;
}

/** Characters of the code on a document. */
export const CHECK_CODE_LENGTH = 26;
/** Length of every token, in characters. */
export const LINK_TOKEN_LENGTH = 67;
/** Digits of a sign-in code. */
export const SIGN_IN_CODE_LENGTH = 6;

const VERSION = 'b1';
const ID_BYTES = 16;
const MAC_BYTES = 24;
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const BITS_PER_CHARACTER = 5;
const CHECK_CODE_BYTES = 16;
/** Whole characters take a multiple of five. */
const PADDED_CODE_BYTES = 20;
const CHECK_CODE_SHAPE = new RegExp(`^[${ALPHABET}]{${CHECK_CODE_LENGTH}}$`);
const SHAPE = new RegExp(`^${VERSION}[${ALPHABET}]{${LINK_TOKEN_LENGTH - VERSION.length}}$`);
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const CODE_RANGE = 10n ** BigInt(SIGN_IN_CODE_LENGTH);

/**
 * Derives the token of a link; the same every time.
 * @throws KeyringError when the keyring has no key with this id
 * @throws TypeError when the link id is no UUID in lower case
 */
export function createLinkToken(keyring: Keyring, link: LinkToken): string {
  if (!UUID.test(link.linkId)) throw new TypeError('A link id is a UUID in lower case');
  const id = Buffer.from(link.linkId.replaceAll('-', ''), 'hex');
  return `${VERSION}${link.kid}${encodeBase32(Buffer.concat([id, linkMac(keyring, link)]))}`;
}

/**
 * Checks a token as it came from outside.
 * @param token any text, of any length
 * @param purposes the purposes that count here; a token for another purpose is no token
 * @returns what it stands for, or null when it is not ours
 */
export function verifyLinkToken(keyring: Keyring, token: string, purposes: readonly LinkPurpose[]): LinkToken | null {
  if (token.length !== LINK_TOKEN_LENGTH || !SHAPE.test(token)) return null;
  const kid = token.charAt(VERSION.length);
  if (!keyring.get(kid)) return null;
  const bytes = decodeBase32(token.slice(VERSION.length + 1));
  const linkId = toUuid(bytes.subarray(0, ID_BYTES));
  const given = bytes.subarray(ID_BYTES);
  const purpose = purposes.find((each) => timingSafeEqual(linkMac(keyring, { linkId, kid, purpose: each }), given));
  return purpose === undefined ? null : { linkId, kid, purpose };
}

/**
 * The code that belongs to a request to sign in; the same every time.
 * @returns six digits
 * @throws KeyringError when the keyring has no key with this id
 */
export function signInCode(keyring: Keyring, kid: string, signInId: string): string {
  return deriveCode(keyring, kid, 'sign-in-code', signInId);
}

/**
 * Compares a typed code in constant time. Spaces in it do not count: the mail shows `123 456`.
 * @returns false as well when the key is gone
 */
export function isSignInCode(keyring: Keyring, kid: string, signInId: string, typed: string): boolean {
  return keyring.get(kid) !== undefined && isSameCode(signInCode(keyring, kid, signInId), typed);
}

/**
 * The code that was mailed to an examiner; the same every time, and never that of a request to sign in with the same id.
 * @returns six digits
 * @throws KeyringError when the keyring has no key with this id
 */
export function examinerCode(keyring: Keyring, kid: string, codeId: string): string {
  return deriveCode(keyring, kid, 'examiner-code', codeId);
}

/** As {@link isSignInCode}, for an examiner's code. */
export function isExaminerCode(keyring: Keyring, kid: string, codeId: string, typed: string): boolean {
  return keyring.get(kid) !== undefined && isSameCode(examinerCode(keyring, kid, codeId), typed);
}

/**
 * The code on a document, with which anybody can ask whether it is genuine. Random: it says nothing and cannot be guessed.
 * @returns 26 characters of Crockford's base32 in lower case, of 16 random bytes
 */
export function createCheckCode(): string {
  const padded = Buffer.concat([randomBytes(CHECK_CODE_BYTES), Buffer.alloc(PADDED_CODE_BYTES - CHECK_CODE_BYTES)]);
  return encodeBase32(padded).slice(0, CHECK_CODE_LENGTH);
}

/**
 * Reads a code as somebody typed it from paper: capitals, spaces and hyphens do not matter, nor do letters that look like a digit.
 * @returns the code as it was made, or null when it cannot be one
 */
export function readCheckCode(typed: string): string | null {
  // What nobody would type; the work below stays small whatever is sent.
  if (typed.length > 4 * CHECK_CODE_LENGTH) return null;
  const code = typed.toLowerCase().replace(/[\s-]/g, '').replace(/o/g, '0').replace(/[il]/g, '1');
  return CHECK_CODE_SHAPE.test(code) ? code : null;
}

/** 64 bits modulo a million: no digit is more likely than another by more than one in 10^13. */
function deriveCode(keyring: Keyring, kid: string, use: 'sign-in-code' | 'examiner-code', id: string): string {
  const key = deriveKey(keyring, kid, `${use}/v1/${kid}`);
  const number = createHmac('sha256', key).update(id).digest().readBigUInt64BE() % CODE_RANGE;
  return number.toString().padStart(SIGN_IN_CODE_LENGTH, '0');
}

function isSameCode(code: string, typed: string): boolean {
  const given = Buffer.from(typed.replace(/\s/g, ''));
  const expected = Buffer.from(code);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function linkMac(keyring: Keyring, { linkId, kid, purpose }: LinkToken): Buffer {
  const key = deriveKey(keyring, kid, `magic-link/v1/${kid}`);
  return createHmac('sha256', key).update(`${VERSION}${kid}|${purpose}|${linkId}`).digest().subarray(0, MAC_BYTES);
}

/** @param bytes as many as fill whole characters: a multiple of five */
function encodeBase32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{5}/g) ?? [];
  return groups.map((group) => ALPHABET.charAt(Number.parseInt(group, 2))).join('');
}

/** @param text characters of the alphabet only */
function decodeBase32(text: string): Buffer {
  const bits = [...text].map((each) => ALPHABET.indexOf(each).toString(2).padStart(BITS_PER_CHARACTER, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

function toUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
