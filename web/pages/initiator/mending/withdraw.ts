/** Withdrawing the invitation of one examiner for one assessment. The examiner is told after a minute. */

import type { Response } from 'express';
import { withdrawExaminer } from '../../../../prisma/commands/inviting.ts';
import { commandIdFor, newFormId } from '../../../command-id.ts';
import { type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { coveredOnlyBy } from '../following/assessment.model.ts';
import { sendNotFound, textOf } from '../requests.ts';
import { componentLabel, readReason } from '../words.ts';
import { sendConfirm } from './confirm.ts';
import { by, findSubject, hasDraft, isBusy, type Subject, sayRefused } from './subject.ts';

interface Input {
  readonly formId: string;
  readonly reason: string;
  readonly error: string;
}

export function showWithdraw(kit: PageKit): PageHandler {
  return async (req, res) => {
    const subject = await findSubject(kit, req, res);
    if (!subject) return sendNotFound(kit, req, res);
    if (!isBusy(subject.examiner)) return res.redirect(303, paths.assessment(subject.page.id));
    sendWithdraw(kit, res, subject, { formId: newFormId(), reason: '', error: '' });
  };
}

export function postWithdraw(kit: PageKit): PageHandler {
  return async (req, res) => {
    const subject = await findSubject(kit, req, res);
    if (!subject) return sendNotFound(kit, req, res);
    const wording = wordingOf(res);
    const formId = textOf(req.body, 'formulier');
    const reason = textOf(req.body, 'reason');
    const read = readReason(wording, reason);
    if (!read.ok) return sendWithdraw(kit, res, subject, { formId, reason, error: read.message });
    const { page, examiner } = subject;
    const { name, contactId } = examiner;
    const command = { assessmentId: page.id, contactId, reason: read.reason };
    // A second click finds the examiner withdrawn, and is then the same command; a page that is gone back to after an undo is another.
    const version = isBusy(examiner) ? String(page.events.length) : textOf(req.body, 'versie');
    const commandId = commandIdFor(formId, { ...command, version });
    const outcome = await kit.command(withdrawExaminer, command, by(res, commandId));
    if (!outcome.ok) {
      kit.setFlash(res, { kind: 'warning', text: sayRefused(wording, outcome, name) });
      return res.redirect(303, paths.assessment(page.id));
    }
    // The page of the assessment has the button to take it back.
    kit.setFlash(res, { kind: 'ok', text: wording.translator.t('mending.withdraw.done', { name }) });
    res.redirect(303, paths.assessment(page.id));
  };
}

function sendWithdraw(kit: PageKit, res: Response, { page, examiner }: Subject, input: Input): void {
  const wording = wordingOf(res);
  const { t } = wording.translator;
  const { name, contactId, email, invitation } = examiner;
  const lost = coveredOnlyBy(page, contactId).map((ref) => componentLabel(wording, ref));
  const others = invitation.pairCount - 1;
  sendConfirm(kit, res, {
    crumb: page.student.name,
    title: t('mending.withdraw.title', { name }),
    text: t('mending.withdraw.lead'),
    action: paths.assessmentWithdraw(page.id, contactId),
    confirmLabel: t('initiator.withdraw.confirm'),
    cancelLabel: t('initiator.withdraw.keep'),
    cancelHref: paths.assessment(page.id),
    isDangerous: true,
    hidden: [
      { name: 'formulier', value: input.formId },
      { name: 'versie', value: String(page.events.length) },
    ],
    facts: [
      { label: t('mending.student'), value: page.student.name },
      { label: t('initiator.withdraw.mailTo'), value: name, detail: email },
      ...(lost.length > 0 ? [{ label: t('initiator.withdraw.uncovered'), value: lost.join(', ') }] : []),
    ],
    happens: [
      t('mending.withdraw.now', { name }),
      t('mending.withdraw.mail', { name, email }),
      ...(hasDraft(examiner) ? [t('mending.withdraw.kept', { name })] : []),
      ...(others > 0 ? [t('mending.withdraw.others', { count: others })] : []),
    ],
    lists: [],
    aside: {
      text: t('mending.withdraw.replaceHint'),
      href: paths.assessmentReplace(page.id, contactId),
      label: t('mending.withdraw.replace', { name }),
    },
    reason: {
      label: t('initiator.withdraw.reason'),
      hint: t('initiator.withdraw.reasonHint', { name }),
      value: input.reason,
    },
    error: input.error,
  });
}
