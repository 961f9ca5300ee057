import { sendLink } from '../../../prisma/commands/inviting.ts';
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
    const isSent = await mailLink(kit, { schoolId: link.school.id, invitationId, contactId });
    if (!isSent) return sendClosedLink(kit, res, link, 'withdrawn', token);
    const { translator } = contextOf(res);
    kit.setFlash(res, { kind: 'ok', text: translator.t('signin.link.renewed', { address: link.maskedAddress }) });
    res.redirect(303, paths.link(token));
  };
}

/**
 * Mails the link of an invitation to the address on file, unless that was done too often of late.
 * @returns false when the invitation has no link any more
 */
export async function mailLink(
  kit: PageKit,
  of: { readonly schoolId: string; readonly invitationId: string; readonly contactId: string },
): Promise<boolean> {
  // Counted per invitation and not per link: each new link would begin a new count.
  if ((await takeFirst(kit, ['renewLink', 'renewLinkDay'], of.invitationId)) !== null) return true;
  const outcome = await kit.command(
    sendLink,
    { invitationId: of.invitationId, kid: kit.keyring.current },
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
