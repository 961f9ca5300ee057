/** "Dit was ik niet": stops finalising until somebody at the school has looked. Only the button reports; opening does not. */
import type { Response } from 'express';
import { AssessmentError, FormStatus } from '../../../domain/assessment.ts';
import { disputeFinish } from '../../../prisma/commands/forms.ts';
import type { ExaminerForm } from '../../../prisma/repositories/examiner.ts';
import { contextOf, type PageKit } from '../../context.ts';
import { paths } from '../../paths.ts';
import { moment } from '../../wording.ts';
import { actorOf, pageOf, wordingOf } from './access.ts';
import { lead } from './form.model.ts';
import { bodyOf, textOf } from './posted-form.ts';
import { withForm } from './with-form.ts';

export function createDisputePages(kit: PageKit) {
  return {
    show: withForm(kit, (_req, res, { form }) => {
      if (form.isDisputed) return sendResult(kit, res, form, 'done', 200);
      if (form.status !== FormStatus.Finished) return sendResult(kit, res, form, 'notFinished', 200);
      sendQuestion(kit, res, form, false);
    }),
    report: withForm(kit, async (req, res, granted) => {
      const { assessmentId, contactId, formId, status, isDisputed } = granted.form;
      // A mail scanner presses the button too; only a person ticks the box.
      const isTicked = textOf(bodyOf(req).niet) === 'on';
      if (!isTicked && !isDisputed && status === FormStatus.Finished) return sendQuestion(kit, res, granted.form, true);
      const outcome = await kit.command(disputeFinish, { assessmentId, contactId }, actorOf(granted));
      // Reported before is fine: the page says that it has been passed on.
      if (outcome.ok || outcome.code === AssessmentError.AlreadyDone)
        return res.redirect(303, paths.formDispute(formId));
      sendResult(kit, res, granted.form, outcome.code === AssessmentError.Final ? 'final' : 'notFinished', 409);
    }),
  };
}

function sendQuestion(kit: PageKit, res: Response, form: ExaminerForm, isUnticked: boolean): void {
  const { t } = contextOf(res).translator;
  const wording = wordingOf(res, form);
  const model = {
    errors: isUnticked ? [{ field: 'niet', message: t('linkcare.confirm.disputeError') }] : [],
    action: paths.formDispute(form.formId),
    cancelHref: paths.form(form.formId),
    facts: [
      { label: t('examiner.check.facts.student'), value: form.studentName },
      { label: t('examiner.check.facts.exam'), value: lead(wording, form) },
      ...(form.submission
        ? [{ label: t('examiner.done.at'), value: moment(wording, form.submission.finishedAt) }]
        : []),
    ],
  };
  const options = { helpKey: 'formDone', status: isUnticked ? 422 : 200, hasErrors: isUnticked };
  kit.sendPage(res, 'examiner-dispute', model, pageOf(res, form, t('examiner.dispute.title'), options));
}

function sendResult(
  kit: PageKit,
  res: Response,
  form: ExaminerForm,
  key: 'done' | 'notFinished' | 'final',
  status: number,
): void {
  const { t } = contextOf(res).translator;
  kit.sendMessage(res, {
    status,
    kind: key === 'done' ? 'ok' : 'info',
    title: t(`examiner.dispute.${key}Title`),
    text: t(`examiner.dispute.${key}Text`, { school: form.school.name }),
    school: form.school,
  });
}
