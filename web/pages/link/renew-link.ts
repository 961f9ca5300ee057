import { sendLinks } from '../../../prisma/commands/links.ts';
import { contextOf, type PageHandler, type PageKit } from '../../context.ts';
import { type LimitName, visitorKey } from '../../middleware/limits.ts';
import { sendTooMany } from '../../page-kit.ts';
import { paths } from '../../paths.ts';
import { findLink, sendClosedLink, tokenFrom } from './find-link.ts';

/**
 * "Send me a new link": only to the address on file. The answer is the same whether or not a mail was queued just now, so
 * that pressing again does no harm.
 */
export function renewLink(kit: PageKit): PageHandler {
  return async (req, res) => {
    const seconds = await kit.limits.take('renewAddress', visitorKey(req.ip));
    if (seconds !== null) return sendTooMany(kit, res, seconds);
    const token = tokenFrom(req);
    const link = await findLink(kit, req, res, token);
    if (link === null) return;
    if (link.state === 'withdrawn') return sendClosedLink(kit, res, link, link.state, token);
    // A link that still opens needs no successor; its page has the button.
    if (link.state === 'open') return res.redirect(303, paths.link(token));
    const { invitationId, contactId } = link;
    const isSent = await mailLinks(kit, { schoolId: link.school.id, invitationIds: [invitationId], contactId });
    if (!isSent) return sendClosedLink(kit, res, link, 'withdrawn', token);
    const { translator } = contextOf(res);
    kit.setFlash(res, { kind: 'ok', text: translator.t('signin.link.renewed', { address: link.maskedAddress }) });
    res.redirect(303, paths.link(token));
  };
}

/**
 * Mails the links of invitations of one examiner to the address on file, in one mail; those that went too often of late are left out.
 * @returns false when none of them has a link any more
 */
export async function mailLinks(
  kit: PageKit,
  of: { readonly schoolId: string; readonly invitationIds: readonly string[]; readonly contactId: string },
): Promise<boolean> {
  const invitationIds: string[] = [];
  // Counted per invitation and not per link: each new link would begin a new count.
  for (const id of of.invitationIds) {
    if ((await takeFirst(kit, ['renewLink', 'renewLinkDay'], id)) === null) invitationIds.push(id);
  }
  if (invitationIds.length === 0) return true;
  const outcome = await kit.command(
    sendLinks,
    { invitationIds, kid: kit.keyring.current },
    { schoolId: of.schoolId, actor: { kind: 'examiner', id: of.contactId } },
  );
  return outcome.ok;
}

async function takeFirst(kit: PageKit, names: readonly LimitName[], key: string): Promise<number | null> {
  for (const name of names) {
    const seconds = await kit.limits.take(name, key);
    if (seconds !== null) return seconds;
  }
  return null;
}
