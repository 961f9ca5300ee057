import { hkdfSync, randomBytes } from 'node:crypto';

/** The master keys of one installation. The current one signs; the others only verify what was signed before. */
export interface Keyring {
  /** Id of the key that signs. */
  readonly current: string;
  /** All ids, the current one first. */
  readonly kids: readonly string[];
  /** The master key with this id, or undefined when there is none (any more). */
  get(kid: string): Buffer | undefined;
}

/** A key setting that cannot be used; the message says why and never shows a key. */
export class KeyringError extends Error {
  readonly code = 'KEYRING_INVALID';
}

/** Length of every derived key, in bytes (HMAC-SHA-256 and AES-256 both take 32). */
export const DERIVED_KEY_BYTES = 32;

const MINIMUM_MASTER_KEY_BYTES = 32;
/** One character of Crockford's base32 in lower case, because the id is a character of the link token. */
const KID = /^[0-9abcdefghjkmnpqrstvwxyz]$/;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/**
 * Reads the setting PROEVE_KEYS: `kid:base64,kid:base64`, the first pair signs.
 * @param text for example `2:mZ…=,1:Xk…=`; each key is at least 32 bytes
 * @throws KeyringError with a sentence for the first pair that is wrong
 */
export function parseKeyring(text: string): Keyring {
  const keys = new Map<string, Buffer>();
  for (const [index, pair] of text.split(',').entries()) {
    const { kid, key } = parsePair(pair.trim(), index + 1);
    if (keys.has(kid)) throw new KeyringError(`has two keys with the id "${kid}"`);
    keys.set(kid, key);
  }
  const kids = [...keys.keys()];
  return { current: kids[0] ?? '', kids, get: (kid) => keys.get(kid) };
}

function parsePair(pair: string, position: number): { kid: string; key: Buffer } {
  const colon = pair.indexOf(':');
  const kid = pair.slice(0, Math.max(colon, 0));
  const encoded = pair.slice(colon + 1);
  if (!KID.test(kid)) {
    throw new KeyringError(`key ${position} must begin with an id of one base32 character and a colon, such as "1:"`);
  }
  if (!BASE64.test(encoded)) throw new KeyringError(`key "${kid}" is not base64`);
  const key = Buffer.from(encoded, 'base64');
  if (key.length < MINIMUM_MASTER_KEY_BYTES) {
    throw new KeyringError(`key "${kid}" is shorter than ${MINIMUM_MASTER_KEY_BYTES} bytes`);
  }
  return { kid, key };
}

/**
 * Derives a key for one purpose from a master key, by HKDF-SHA-256 (RFC 5869) without salt: the master key is random already.
 * @param keyring the installation's keys
 * @param kid which master key
 * @param info the purpose with its version, for example `magic-link/v1/1`; another purpose gives an unrelated key
 * @returns 32 bytes
 * @throws KeyringError when there is no key with this id
 */
export function deriveKey(keyring: Keyring, kid: string, info: string): Buffer {
  const master = keyring.get(kid);
  if (!master) throw new KeyringError(`has no key with the id "${kid}"`);
  return Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), info, DERIVED_KEY_BYTES));
}

/**
 * Makes a fresh setting with one random key, for a first start.
 * @param kid id of the key
 * @returns text that parseKeyring reads
 */
export function generateKeyringText(kid = '1'): string {
  return `${kid}:${randomBytes(MINIMUM_MASTER_KEY_BYTES).toString('base64')}`;
}
