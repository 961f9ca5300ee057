import type { Request, Response } from 'express';
import { openInvitation } from '../../../prisma/commands/inviting.ts';
import { type LinkInfo, sessionIdOf } from '../../../prisma/repositories/access.ts';
import { contextOf, type PageHandler, type PageKit } from '../../context.ts';
import { cookieOf, SESSION_COOKIE, setCookie } from '../../middleware/cookies.ts';
import { visitorKey } from '../../middleware/limits.ts';
import { sendTooMany } from '../../page-kit.ts';
import { paths } from '../../paths.ts';
import { singleOf } from '../../posted.ts';
import { findLink, sendClosedLink, switchedLanguage, tokenFrom } from './find-link.ts';
import { placeAfterOpening } from './link.model.ts';

/** The button: opens a session that holds the link's grant, and leads to an address without the token. */
export function openLink(kit: PageKit): PageHandler {
  return async (req, res) => {
    const seconds = await kit.limits.take('open', visitorKey(req.ip));
    if (seconds !== null) return sendTooMany(kit, res, seconds);
    const token = tokenFrom(req);
    const link = await findLink(kit, req, res, token);
    if (link === null) return;
    if (link.state !== 'open') return sendClosedLink(kit, res, link, link.state, token);
    const opened = await markOpened(kit, link);
    if (opened === null) return sendClosedLink(kit, res, link, 'replaced', token);
    const { access } = kit.repositories;
    const { cookie, isNew, isKnownHere } = await access.grantLink(link.id, cookieOf(req, SESSION_COOKIE));
    if (isNew) setCookie(res, SESSION_COOKIE, cookie);
    const lang = switchedLanguage(req);
    if (lang !== null && lang !== link.lang) await access.rememberLanguage(sessionIdOf(cookie), lang);
    const disputed = disputedForm(req);
    if (opened === 'again' && !isKnownHere && disputed === null && !link.isFinished) tellOtherDevice(kit, res);
    const formIds = await access.formsOfInvitation(link.school.id, link.invitationId);
    res.redirect(303, placeAfterOpening(formIds, disputed, paths));
  };
}

/** @returns null when a newer link was made since this one was read */
async function markOpened(kit: PageKit, link: LinkInfo): Promise<'first' | 'again' | null> {
  const outcome = await kit.command(
    openInvitation,
    { invitationId: link.invitationId, linkId: link.id },
    { schoolId: link.school.id, actor: { kind: 'examiner', id: link.contactId } },
  );
  if (outcome.ok) return 'first';
  return outcome.code === 'ALREADY_DONE' ? 'again' : null;
}

/** Opened before, and not in a session that this browser remembers: whoever wrote there looks for their words. */
function tellOtherDevice(kit: PageKit, res: Response): void {
  kit.setFlash(res, { kind: 'info', text: contextOf(res).translator.t('linkcare.otherDevice') });
}

function disputedForm(req: Request): string | null {
  return singleOf(req.body, 'disputed') || null;
}
