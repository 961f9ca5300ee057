/** Sending an invitation once more, with the same link. */

import type { Response } from 'express';
import { resendInvitation } from '../../../../prisma/commands/inviting.ts';
import { commandIdFor, newFormId } from '../../../command-id.ts';
import { type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { moment } from '../../../wording.ts';
import { sendNotFound, textOf } from '../requests.ts';
import { sendConfirm } from './confirm.ts';
import { by, findSubject, isBusy, type Subject, sayRefused } from './subject.ts';

export function showResend(kit: PageKit): PageHandler {
  return async (req, res) => {
    const subject = await findSubject(kit, req, res);
    if (!subject) return sendNotFound(kit, req, res);
    if (!isBusy(subject.examiner)) return res.redirect(303, paths.assessment(subject.page.id));
    sendResend(kit, res, subject, newFormId());
  };
}

export function postResend(kit: PageKit): PageHandler {
  return async (req, res) => {
    const subject = await findSubject(kit, req, res);
    if (!subject) return sendNotFound(kit, req, res);
    const wording = wordingOf(res);
    const { page, examiner } = subject;
    const { name } = examiner;
    const command = { invitationId: examiner.invitation.id };
    const commandId = commandIdFor(textOf(req.body, 'formulier'), command);
    const outcome = await kit.command(resendInvitation, command, by(res, commandId));
    if (outcome.ok) kit.setFlash(res, { kind: 'ok', text: wording.translator.t('mending.resend.done', { name }) });
    else kit.setFlash(res, { kind: 'warning', text: sayRefused(wording, outcome, name) });
    res.redirect(303, paths.assessment(page.id));
  };
}

function sendResend(kit: PageKit, res: Response, { page, examiner }: Subject, formId: string): void {
  const wording = wordingOf(res);
  const { t } = wording.translator;
  const { name, email, contactId, invitation } = examiner;
  const others = invitation.pairCount - 1;
  sendConfirm(kit, res, {
    crumb: page.student.name,
    title: t('mending.resend.title', { name }),
    text: t('mending.resend.lead'),
    action: paths.assessmentResend(page.id, contactId),
    confirmLabel: t('mending.resend.confirm'),
    cancelLabel: t('mending.resend.keep'),
    cancelHref: paths.assessment(page.id),
    isDangerous: false,
    hidden: [{ name: 'formulier', value: formId }],
    facts: [
      { label: t('mending.student'), value: page.student.name },
      { label: t('mending.resend.sentOn'), value: moment(wording, invitation.invitedAt), detail: email },
      { label: t('mending.resend.remindersSent'), value: String(invitation.remindersSent) },
    ],
    happens: [
      t('mending.resend.mail', { name, email }),
      t('mending.resend.link'),
      t('mending.resend.reminders'),
      ...(others > 0 ? [t('mending.resend.also', { count: others })] : []),
    ],
    lists: [],
    aside: {
      text: t('mending.resend.wrongAddress'),
      href: paths.assessmentAddress(page.id, contactId),
      label: t('mending.resend.address'),
    },
    reason: null,
    error: '',
  });
}
