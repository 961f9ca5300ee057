import type { Request, Response } from 'express';
import { LinkPurpose, verifyLinkToken } from '../../../platform/tokens.ts';
import type { LinkInfo } from '../../../prisma/repositories/access.ts';
import { contextOf, type PageKit } from '../../context.ts';
import { visitorKey } from '../../middleware/limits.ts';
import { sendTooMany } from '../../page-kit.ts';
import { paths } from '../../paths.ts';
import { singleOf } from '../../posted.ts';
import { closedLinkModel, hasCapitals } from './link.model.ts';

/**
 * The link behind a token, or null when the answer has been sent already. The MAC is checked before any query, and a token
 * that is not ours gets the same answer as one whose link is gone.
 */
export async function findLink(kit: PageKit, req: Request, res: Response, token: string): Promise<LinkInfo | null> {
  const verified = verifyLinkToken(kit.keyring, token, [LinkPurpose.Fill]);
  const seconds = await kit.limits.take(verified ? 'landing' : 'badToken', visitorKey(req.ip));
  if (seconds !== null) {
    sendTooMany(kit, res, seconds);
    return null;
  }
  const link = verified ? await kit.repositories.access.findLink(verified.linkId) : null;
  if (link === null) sendUnknownLink(kit, res, token);
  return link;
}

export function sendUnknownLink(kit: PageKit, res: Response, token: string): void {
  const title = contextOf(res).translator.t('signin.link.unknownTitle');
  kit.sendPage(res, 'link-unknown', { hasCapitals: hasCapitals(token) }, { title, status: 404, helpKey: 'link' });
}

const STATUS = { expired: 410, replaced: 410, withdrawn: 410 } as const;

/** The page of a link that no longer opens, each with one way on. */
export function sendClosedLink(
  kit: PageKit,
  res: Response,
  link: LinkInfo,
  state: keyof typeof STATUS,
  token: string,
): void {
  const title = contextOf(res).translator.t(`signin.link.${state}Title`);
  kit.sendPage(res, 'link-closed', closedLinkModel(link, state, { action: paths.linkRenew(), token }), {
    title,
    status: STATUS[state],
    school: link.school,
    helpKey: 'link',
  });
}

export function tokenFrom(req: Request): string {
  return singleOf(req.body, 'token') ?? '';
}
