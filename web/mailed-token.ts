import type { Request, Response } from 'express';
import { type LinkPurpose, verifyLinkToken } from '../platform/tokens.ts';
import type { PageKit } from './context.ts';
import { visitorKey } from './middleware/limits.ts';
import { sendTooMany } from './page-kit.ts';

/** What a kind of mailed link leads to. */
export interface MailedLink<Found> {
  readonly purpose: LinkPurpose;
  /** Reads what stands behind a link that is ours; null when it is gone. */
  find(linkId: string): Promise<Found | null>;
  /** Answers a token that is not ours, and one whose link is gone: both the same. */
  sendUnknown(): void;
}

/**
 * What stands behind the token of a mailed link, or null when the answer has been sent already.
 *
 * The MAC is checked before any query. Who guesses runs into a limit much sooner than a class that opens its links behind one
 * address; both are counted in memory, because opening a link must write nothing.
 */
export async function findByToken<Found>(
  kit: PageKit,
  req: Request,
  res: Response,
  token: string,
  link: MailedLink<Found>,
): Promise<Found | null> {
  const verified = verifyLinkToken(kit.keyring, token, [link.purpose]);
  const seconds = await kit.limits.take(verified ? 'landing' : 'badToken', visitorKey(req.ip));
  if (seconds !== null) {
    sendTooMany(kit, res, seconds);
    return null;
  }
  const found = verified ? await link.find(verified.linkId) : null;
  if (found === null) link.sendUnknown();
  return found;
}
