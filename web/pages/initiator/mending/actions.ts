/** Changes on a running assessment: remind, withdraw, cancel. */

import type { Request, Response } from 'express';
import { v5 as uuidv5 } from 'uuid';
import { FormStatus } from '../../../../domain/assessment.ts';
import { cancelAssessment } from '../../../../prisma/commands/assessments.ts';
import { remindExaminer, withdrawExaminer } from '../../../../prisma/commands/inviting.ts';
import type { AssessmentStatusPage, ExaminerProgress } from '../../../../prisma/repositories/initiator.ts';
import { memberActor, memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { timeOfDay } from '../../../wording.ts';
import { coveredOnlyBy, stillBusy } from '../following/assessment.model.ts';
import { findPage } from '../following/assessment.ts';
import { initiatorOf, sendNotFound, textOf } from '../requests.ts';
import { componentLabel, examTitle, readReason, refusalText } from '../words.ts';

const REMIND_NAMESPACE = 'b6f7f9be-5c0f-5c0e-9f6a-0b0d2a2f9a31';
/** One reminder by hand per examiner per hour: more is no help, and mail servers take it for spam. */
const REMIND_PAUSE_MS = 3_600_000;

function examinerOf(page: AssessmentStatusPage | null, req: Request): ExaminerProgress | undefined {
  return page?.examiners.find(({ contactId, invitation }) => contactId === req.params.contactId && invitation !== null);
}

function by(res: Response, commandId?: string) {
  return {
    schoolId: memberOf(res).schoolId,
    actor: memberActor(res),
    ...(commandId === undefined ? {} : { commandId }),
  };
}

/** Sends a reminder now. Two clicks at once are one, because the id holds the number of reminders so far. */
export function postRemind(kit: PageKit): PageHandler {
  return async (req, res) => {
    const page = await findPage(kit, req, res);
    const examiner = examinerOf(page, req);
    if (!page || !examiner?.invitation) return sendNotFound(kit, req, res);
    const wording = wordingOf(res);
    const { t } = wording.translator;
    const { name, invitation } = examiner;
    const now = await initiatorOf(kit, res).now();
    const last = invitation.lastReminderAt;
    if (last && now.getTime() - last.getTime() < REMIND_PAUSE_MS) {
      kit.setFlash(res, {
        kind: 'warning',
        text: t('initiator.refusal.REMINDED_RECENTLY', { name, time: timeOfDay(wording, last) }),
      });
      return res.redirect(303, paths.assessment(page.id));
    }
    const commandId = uuidv5(`${invitation.id}|${invitation.remindersSent}`, REMIND_NAMESPACE);
    const outcome = await kit.command(
      remindExaminer,
      { invitationId: invitation.id, isManual: true },
      by(res, commandId),
    );
    if (outcome.ok) kit.setFlash(res, { kind: 'ok', text: t('initiator.status.reminded', { name }) });
    else kit.setFlash(res, { kind: 'error', text: refusalText(wording, outcome.code, name) });
    res.redirect(303, paths.assessment(page.id));
  };
}

const WITHDRAWABLE: readonly string[] = [FormStatus.Open, FormStatus.Started, FormStatus.Returned];

/** Asks before an invitation is withdrawn. */
export function showWithdraw(kit: PageKit): PageHandler {
  return async (req, res) => {
    const page = await findPage(kit, req, res);
    const examiner = examinerOf(page, req);
    if (!page || !examiner) return sendNotFound(kit, req, res);
    if (!WITHDRAWABLE.includes(examiner.formStatus)) return res.redirect(303, paths.assessment(page.id));
    sendWithdraw(kit, res, page, examiner, '', '');
  };
}

export function postWithdraw(kit: PageKit): PageHandler {
  return async (req, res) => {
    const page = await findPage(kit, req, res);
    const examiner = examinerOf(page, req);
    if (!page || !examiner) return sendNotFound(kit, req, res);
    const wording = wordingOf(res);
    const typed = textOf(req.body, 'reason');
    const read = readReason(wording, typed);
    if (!read.ok) return sendWithdraw(kit, res, page, examiner, typed, read.message);
    const { name, contactId } = examiner;
    const outcome = await kit.command(
      withdrawExaminer,
      { assessmentId: page.id, contactId, reason: read.reason },
      by(res),
    );
    if (outcome.ok)
      kit.setFlash(res, { kind: 'ok', text: wording.translator.t('initiator.status.withdrawn', { name }) });
    else kit.setFlash(res, { kind: 'error', text: refusalText(wording, outcome.code, name) });
    res.redirect(303, paths.assessment(page.id));
  };
}

function sendWithdraw(
  kit: PageKit,
  res: Response,
  page: AssessmentStatusPage,
  examiner: ExaminerProgress,
  reason: string,
  error: string,
): void {
  const wording = wordingOf(res);
  const { t } = wording.translator;
  const { name, contactId } = examiner;
  const lost = coveredOnlyBy(page, contactId).map((ref) => componentLabel(wording, ref));
  sendConfirm(kit, res, {
    crumb: `${page.student.name} · ${page.exam.title}`,
    title: t('initiator.withdraw.title', { name }),
    text: t('initiator.withdraw.text', { name }),
    action: paths.assessmentWithdraw(page.id, contactId),
    confirmLabel: t('initiator.withdraw.confirm'),
    cancelLabel: t('initiator.withdraw.keep'),
    cancelHref: paths.assessment(page.id),
    facts: [
      { label: t('initiator.withdraw.student'), value: page.student.name },
      { label: t('initiator.withdraw.mailTo'), value: name, detail: examiner.email },
      ...(lost.length > 0 ? [{ label: t('initiator.withdraw.uncovered'), value: lost.join(', ') }] : []),
    ],
    reasonLabel: t('initiator.withdraw.reason'),
    reasonHint: t('initiator.withdraw.reasonHint', { name }),
    reason,
    error,
  });
}

/** Asks before an assessment is cancelled. */
export function showCancel(kit: PageKit): PageHandler {
  return async (req, res) => {
    const page = await findPage(kit, req, res);
    if (!page) return sendNotFound(kit, req, res);
    if (page.state.status === 'cancelled' || page.state.status === 'final')
      return res.redirect(303, paths.assessment(page.id));
    sendCancel(kit, res, page, '', '');
  };
}

export function postCancel(kit: PageKit): PageHandler {
  return async (req, res) => {
    const page = await findPage(kit, req, res);
    if (!page) return sendNotFound(kit, req, res);
    const wording = wordingOf(res);
    const typed = textOf(req.body, 'reason');
    const read = readReason(wording, typed);
    if (!read.ok) return sendCancel(kit, res, page, typed, read.message);
    const outcome = await kit.command(cancelAssessment, { assessmentId: page.id, reason: read.reason }, by(res));
    if (outcome.ok) kit.setFlash(res, { kind: 'ok', text: wording.translator.t('initiator.status.cancelled') });
    else kit.setFlash(res, { kind: 'warning', text: refusalText(wording, outcome.code) });
    res.redirect(303, paths.assessment(page.id));
  };
}

function sendCancel(kit: PageKit, res: Response, page: AssessmentStatusPage, reason: string, error: string): void {
  const wording = wordingOf(res);
  const { t } = wording.translator;
  const busy = stillBusy(page).map(({ name, email }) => `${name} (${email})`);
  sendConfirm(kit, res, {
    crumb: page.student.name,
    title: t('initiator.cancel.title'),
    text: t('initiator.cancel.text'),
    action: paths.assessmentCancel(page.id),
    confirmLabel: t('initiator.cancel.confirm'),
    cancelLabel: t('initiator.cancel.keep'),
    cancelHref: paths.assessment(page.id),
    facts: [
      { label: t('initiator.cancel.student'), value: page.student.name, detail: page.student.number ?? '' },
      { label: t('initiator.cancel.exam'), value: examTitle(page.exam, page.unitCodes) },
      {
        label: t('initiator.cancel.mailTo'),
        value: busy.length > 0 ? busy.join(', ') : t('initiator.cancel.mailToNobody'),
      },
    ],
    reasonLabel: t('initiator.cancel.reason'),
    reasonHint: t('initiator.cancel.reasonHint'),
    reason,
    error,
  });
}

interface ConfirmModel {
  readonly crumb: string;
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly confirmLabel: string;
  readonly cancelLabel: string;
  readonly cancelHref: string;
  readonly facts: readonly { label: string; value: string; detail?: string }[];
  readonly reasonLabel: string;
  readonly reasonHint: string;
  readonly reason: string;
  /** Empty when nothing is wrong. */
  readonly error: string;
}

function sendConfirm(kit: PageKit, res: Response, model: ConfirmModel): void {
  const hasErrors = model.error !== '';
  const errors = hasErrors ? [{ field: 'reason', message: model.error }] : [];
  kit.sendPage(
    res,
    'confirm-with-reason',
    { ...model, errors },
    { title: model.title, hasErrors, status: hasErrors ? 422 : 200 },
  );
}
