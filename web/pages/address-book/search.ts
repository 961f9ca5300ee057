/** The words that somebody looks for in the address book: names, so they stay out of addresses and logs. */
import type { Request, Response } from 'express';
import { cleanSearch } from '../../../domain/text.ts';
import { contextOf, type PageKit } from '../../context.ts';
import { cookieOf, setCookie } from '../../middleware/cookies.ts';
import { openWords, sealWords } from '../committee/search-words.ts';

const SEARCH_COOKIE = '__Host-proeve-adresboek';
const MAX_AGE_SECONDS = 30 * 60;
const MAX_LENGTH = 100;

export function readQuery(kit: PageKit, req: Request, res: Response): string {
  const cookie = cookieOf(req, SEARCH_COOKIE);
  return cookie === null ? '' : openWords(kit.keyring, cookie, contextOf(res).sessionId ?? '');
}

export function writeQuery(kit: PageKit, res: Response, words: string): void {
  const text = cleanSearch(words, MAX_LENGTH);
  if (text === '') setCookie(res, SEARCH_COOKIE, '', 0);
  else setCookie(res, SEARCH_COOKIE, sealWords(kit.keyring, text, contextOf(res).sessionId ?? ''), MAX_AGE_SECONDS);
}
