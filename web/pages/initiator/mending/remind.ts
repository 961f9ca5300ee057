/** A reminder by hand. */
import { type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { timeOfDay } from '../../../wording.ts';
import { isRemindedRecently, remindByHand } from '../by-hand.ts';
import { initiatorOf, sendNotFound } from '../requests.ts';
import { refusalText } from '../words.ts';
import { findSubject } from './subject.ts';

/** Sends a reminder now. Two clicks at once are one. */
export function postRemind(kit: PageKit): PageHandler {
  return async (req, res) => {
    const subject = await findSubject(kit, req, res);
    if (!subject) return sendNotFound(kit, req, res);
    const wording = wordingOf(res);
    const { t } = wording.translator;
    const { page, examiner } = subject;
    const { name, invitation } = examiner;
    const now = await initiatorOf(kit, res).now();
    const last = invitation.lastReminderAt;
    if (last !== null && isRemindedRecently(last, now)) {
      const time = timeOfDay(wording, last);
      kit.setFlash(res, { kind: 'warning', text: t('initiator.refusal.REMINDED_RECENTLY', { name, time }) });
      return res.redirect(303, paths.assessment(page.id));
    }
    const outcome = await remindByHand(kit, res, invitation);
    if (outcome.ok) kit.setFlash(res, { kind: 'ok', text: t('initiator.status.reminded', { name }) });
    else kit.setFlash(res, { kind: 'error', text: refusalText(wording, outcome.code, name) });
    res.redirect(303, paths.assessment(page.id));
  };
}
