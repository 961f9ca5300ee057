/** A reminder by hand. */
import { v5 as uuidv5 } from 'uuid';
import { remindExaminer } from '../../../../prisma/commands/inviting.ts';
import { type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { timeOfDay } from '../../../wording.ts';
import { initiatorOf, sendNotFound } from '../requests.ts';
import { refusalText } from '../words.ts';
import { by, findSubject } from './subject.ts';

const REMIND_NAMESPACE = 'b6f7f9be-5c0f-5c0e-9f6a-0b0d2a2f9a31';
/** One reminder by hand per examiner per hour: more is no help, and mail servers take it for spam. */
const REMIND_PAUSE_MS = 3_600_000;

/** Sends a reminder now. Two clicks at once are one, because the id holds the number of reminders so far. */
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
    if (last && now.getTime() - last.getTime() < REMIND_PAUSE_MS) {
      const time = timeOfDay(wording, last);
      kit.setFlash(res, { kind: 'warning', text: t('initiator.refusal.REMINDED_RECENTLY', { name, time }) });
      return res.redirect(303, paths.assessment(page.id));
    }
    const commandId = uuidv5(`${invitation.id}|${invitation.remindersSent}`, REMIND_NAMESPACE);
    const command = { invitationId: invitation.id, isManual: true };
    const outcome = await kit.command(remindExaminer, command, by(res, commandId));
    if (outcome.ok) kit.setFlash(res, { kind: 'ok', text: t('initiator.status.reminded', { name }) });
    else kit.setFlash(res, { kind: 'error', text: refusalText(wording, outcome.code, name) });
    res.redirect(303, paths.assessment(page.id));
  };
}
