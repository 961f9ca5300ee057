import type { Request } from 'express';
import { openInvitation } from '../../../prisma/commands/inviting.ts';
import type { LinkInfo } from '../../../prisma/repositories/access.ts';
import type { PageHandler, PageKit } from '../../context.ts';
import { cookieOf, SESSION_COOKIE, setCookie } from '../../middleware/cookies.ts';
import { visitorKey } from '../../middleware/limits.ts';
import { sendTooMany } from '../../page-kit.ts';
import { paths } from '../../paths.ts';
import { singleOf } from '../../posted.ts';
import { findLink, sendClosedLink, tokenFrom } from './find-link.ts';
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
    if (!(await markOpened(kit, link))) return sendClosedLink(kit, res, link, 'replaced', token);
    const { access } = kit.repositories;
    const { cookie, isNew } = await access.grantLink(link.id, cookieOf(req, SESSION_COOKIE));
    if (isNew) setCookie(res, SESSION_COOKIE, cookie);
    const formIds = await access.formsOfInvitation(link.school.id, link.invitationId);
    res.redirect(303, placeAfterOpening(formIds, disputedForm(req), paths));
  };
}

/** @returns false when a newer link was made since this one was read; opened before is fine */
async function markOpened(kit: PageKit, link: LinkInfo): Promise<boolean> {
  const outcome = await kit.command(
    openInvitation,
    { invitationId: link.invitationId, linkId: link.id },
    { schoolId: link.school.id, actor: { kind: 'examiner', id: link.contactId } },
  );
  return outcome.ok || outcome.code === 'ALREADY_DONE';
}

function disputedForm(req: Request): string | null {
  return singleOf(req.body, 'disputed') || null;
}
