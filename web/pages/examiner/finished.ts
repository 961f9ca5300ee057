/** A finished form to look at, and the page that says it is finished. */
import type { Response } from 'express';
import { FormStatus } from '../../../domain/assessment.ts';
import type { ExaminerForm, FormSubmissionInfo } from '../../../prisma/repositories/examiner.ts';
import { contextOf, type PageKit } from '../../context.ts';
import { paths } from '../../paths.ts';
import { moment, type Wording } from '../../wording.ts';
import { pageOf, wordingOf } from './access.ts';
import { answerGroups } from './answers.model.ts';
import { lead } from './form.model.ts';
import { withForm } from './with-form.ts';
import { shortFingerprint } from './words.ts';

export function createDonePage(kit: PageKit) {
  return withForm(kit, (_req, res, { form }) => {
    const { submission } = form;
    if (form.status !== FormStatus.Finished || submission === null) return res.redirect(303, paths.form(form.formId));
    const { t } = contextOf(res).translator;
    const model = doneModel(wordingOf(res, form), form, submission);
    kit.sendPage(res, 'examiner-done', model, pageOf(res, form, t('examiner.done.title'), { helpKey: 'formDone' }));
  });
}

/** What was finished when, and what comes next. */
export function doneModel(wording: Wording, form: ExaminerForm, submission: FormSubmissionInfo) {
  const { t } = wording.translator;
  const next = form.siblings.find((item) => ['open', 'started', 'returned'].includes(item.status));
  return {
    text: t('examiner.done.text', { name: form.studentName }),
    facts: factsOf(wording, submission),
    viewHref: paths.form(form.formId),
    listHref: form.siblings.length > 1 ? paths.workList() : '',
    next: next ? { href: paths.form(next.formId), label: t('examiner.done.next', { name: next.studentName }) } : null,
    disputeHref: form.isDisputed ? '' : paths.formDispute(form.formId),
  };
}

function factsOf(wording: Wording, submission: FormSubmissionInfo) {
  const { t } = wording.translator;
  return [
    { label: t('examiner.done.at'), value: moment(wording, submission.finishedAt) },
    {
      label: t('examiner.done.fingerprint'),
      value: shortFingerprint(submission.contentDigest),
      detail: t('examiner.done.fingerprintHelp'),
    },
    ...(submission.formVersion > 1
      ? [{ label: t('examiner.done.version'), value: String(submission.formVersion) }]
      : []),
  ];
}

/** The finished form, read only. */
export function finishedModel(wording: Wording, form: ExaminerForm, submission: FormSubmissionInfo) {
  const { t } = wording.translator;
  return {
    crumb: lead(wording, form),
    title: t('examiner.form.allTitle', { name: form.studentName }),
    lead: t('examiner.view.lead', { moment: moment(wording, submission.finishedAt) }),
    isDisputed: form.isDisputed,
    facts: factsOf(wording, submission),
    groups: answerGroups(submission.definition, submission.content),
    disputeHref: form.isDisputed ? '' : paths.formDispute(form.formId),
    listHref: form.siblings.length > 1 ? paths.workList() : '',
  };
}

export function sendFinished(kit: PageKit, res: Response, form: ExaminerForm): void {
  if (form.submission === null) throw new Error('a finished form has no submission');
  const model = finishedModel(wordingOf(res, form), form, form.submission);
  kit.sendPage(res, 'examiner-view', model, pageOf(res, form, model.title, { helpKey: 'formDone' }));
}
