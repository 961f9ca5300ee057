/**
 * For who has no link any more: the address is typed, and the links of all open work go there.
 *
 * Contract
 * 1. The answer, its status and the time it takes are the same for every address.
 * 2. Links go to the address on file only, and no link is ended by asking.
 * 3. Limited per network address, per address that is typed and per invitation.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Response } from 'express';
import { emailAddressKey, normaliseEmailAddress } from '../../../platform/email-address.ts';
import { contextOf, type PageHandler, type PageKit } from '../../context.ts';
import { mailboxKey, visitorKey } from '../../middleware/limits.ts';
import { sendTooMany } from '../../page-kit.ts';
import { paths } from '../../paths.ts';
import { singleOf } from '../../posted.ts';
import { mailLinks } from './renew-link.ts';

/** Longer than finding and queueing takes, so that the time tells nothing. */
const ANSWER_MS = 600;

export function showLostLink(kit: PageKit): PageHandler {
  return (_req, res) => sendLostLink(kit, res, { email: '', isWrong: false });
}

export function askLostLink(kit: PageKit): PageHandler {
  return async (req, res) => {
    const typed = singleOf(req.body, 'email') ?? '';
    const email = normaliseEmailAddress(typed);
    if (email === undefined) return sendLostLink(kit, res, { email: typed, isWrong: true });
    const seconds = await kit.limits.take('lostAddress', visitorKey(req.ip));
    if (seconds !== null) return sendTooMany(kit, res, seconds);
    await Promise.all([mailLost(kit, emailAddressKey(email)), delay(ANSWER_MS)]);
    kit.setFlash(res, { kind: 'ok', text: contextOf(res).translator.t('linkcare.lost.sent') });
    res.redirect(303, paths.linkLost());
  };
}

/** One mail per school. Too often for this address looks like an address that nobody knows. */
async function mailLost(kit: PageKit, email: string): Promise<void> {
  if ((await kit.limits.take('lostMail', mailboxKey(email))) !== null) return;
  const lost = await kit.repositories.access.findLostLinks(email);
  await Promise.all(lost.map((examiner) => mailLinks(kit, examiner)));
}

function sendLostLink(
  kit: PageKit,
  res: Response,
  { email, isWrong }: { readonly email: string; readonly isWrong: boolean },
): void {
  const { t } = contextOf(res).translator;
  const errors = isWrong ? [{ field: 'email', message: t('common.errors.invalidEmail') }] : [];
  kit.sendPage(
    res,
    'link-lost',
    { action: paths.linkLost(), email, errors },
    { title: t('linkcare.lost.title'), hasErrors: isWrong, status: isWrong ? 422 : 200, helpKey: 'linkLost' },
  );
}
