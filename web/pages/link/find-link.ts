import type { Request, Response } from 'express';
import { isLanguage, type Language } from '../../../platform/i18n/index.ts';
import { LinkPurpose } from '../../../platform/tokens.ts';
import type { LinkInfo } from '../../../prisma/repositories/access.ts';
import { contextOf, type PageKit } from '../../context.ts';
import { findByToken } from '../../mailed-token.ts';
import { paths } from '../../paths.ts';
import { singleOf } from '../../posted.ts';
import { sendForeign } from '../examiner/linkcare/foreign.ts';
import { closedLinkModel, hasCapitals } from './link.model.ts';

/**
 * The link behind a token, or null when the answer has been sent already. From here on the answer is in the examiner's
 * language.
 */
export async function findLink(kit: PageKit, req: Request, res: Response, token: string): Promise<LinkInfo | null> {
  const { account } = contextOf(res);
  const link = await findByToken(kit, req, res, token, {
    purpose: LinkPurpose.Fill,
    find: (id) => kit.repositories.access.findLink(id, account?.id ?? null),
    sendUnknown: () => sendUnknownLink(kit, res, token),
  });
  if (link === null) return null;
  speak(kit, res, switchedLanguage(req) ?? link.lang);
  if (!link.isForeign) return link;
  sendForeign(kit, res, { schoolId: link.school.id, linkId: link.id, school: link.school });
  return null;
}

/** What the visitor chose with the button for the language on the very page of the link; null for nothing. */
export function switchedLanguage(req: Request): Language | null {
  const chosen = req.method === 'POST' ? singleOf(req.body, 'taal') : req.query.taal;
  return isLanguage(chosen) ? chosen : null;
}

function speak(kit: PageKit, res: Response, lang: Language): void {
  res.locals.context = { ...contextOf(res), lang, translator: kit.i18n.forLanguage(lang) };
}

function sendUnknownLink(kit: PageKit, res: Response, token: string): void {
  const title = contextOf(res).translator.t('signin.link.unknownTitle');
  const model = { hasCapitals: hasCapitals(token), lostHref: paths.linkLost() };
  kit.sendPage(res, 'link-unknown', model, { title, status: 404, helpKey: 'link' });
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
  const form = { action: paths.linkRenew(), token, lostHref: paths.linkLost() };
  kit.sendPage(res, 'link-closed', closedLinkModel(link, state, form), {
    title,
    status: STATUS[state],
    school: link.school,
    helpKey: 'link',
  });
}

export function tokenFrom(req: Request): string {
  return singleOf(req.body, 'token') ?? '';
}
