/**
 * The words somebody searches with are personal data: a name, a number. They stay out of URLs, and so out of histories and
 * logs; the browser keeps them for half an hour in a cookie that only this session can read.
 *
 * Cookie: `<kid>.<base64url(iv, tag, ciphertext)>`, AES-256-GCM, with the session id as additional data.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import { cleanSearch } from '../../../domain/text.ts';
import { deriveKey, type Keyring } from '../../../platform/keys.ts';
import { contextOf } from '../../context.ts';
import { cookieOf, setCookie } from '../../middleware/cookies.ts';

export const SEARCH_COOKIE = '__Host-proeve-zoek';
const MAX_AGE_SECONDS = 30 * 60;
const MAX_LENGTH = 200;
const PURPOSE = 'committee-search/v1';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** The words of this session's search; empty when there are none. */
export function readSearchWords(keyring: Keyring, req: Request, res: Response): string {
  const cookie = cookieOf(req, SEARCH_COOKIE);
  return cookie === null ? '' : openWords(keyring, cookie, contextOf(res).sessionId ?? '');
}

/** Keeps the words, or removes them when there are none. */
export function writeSearchWords(keyring: Keyring, res: Response, words: string): void {
  const text = cleanSearch(words, MAX_LENGTH);
  if (text === '') setCookie(res, SEARCH_COOKIE, '', 0);
  else setCookie(res, SEARCH_COOKIE, sealWords(keyring, text, contextOf(res).sessionId ?? ''), MAX_AGE_SECONDS);
}

export function sealWords(keyring: Keyring, words: string, sessionId: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', deriveKey(keyring, keyring.current, PURPOSE), iv);
  cipher.setAAD(Buffer.from(sessionId));
  const sealed = Buffer.concat([cipher.update(words, 'utf8'), cipher.final()]);
  return `${keyring.current}.${Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')}`;
}

/** @returns empty for a cookie of another session, of a key we no longer have, or that was changed */
export function openWords(keyring: Keyring, cookie: string, sessionId: string): string {
  const [kid = '', encoded = ''] = cookie.split('.');
  const bytes = Buffer.from(encoded, 'base64url');
  if (!keyring.kids.includes(kid) || bytes.length <= IV_BYTES + TAG_BYTES) return '';
  const decipher = createDecipheriv('aes-256-gcm', deriveKey(keyring, kid, PURPOSE), bytes.subarray(0, IV_BYTES));
  decipher.setAAD(Buffer.from(sessionId));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    const opened = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    return cleanSearch(opened.toString('utf8'), MAX_LENGTH);
  } catch {
    // Not ours to read; whoever sent it starts without a search.
    return '';
  }
}
