/** A finished form to look at, and the page that says it is finished. */
import type { Response } from 'express';
import { AskKind, FormStatus } from '../../../domain/assessment.ts';
import type { ExaminerForm, FormSubmissionInfo, WorkItem } from '../../../prisma/repositories/examiner.ts';
import { contextOf, type PageKit } from '../../context.ts';
import { paths } from '../../paths.ts';
import { moment, type Wording } from '../../wording.ts';
import { pageOf, wordingOf } from './access.ts';
import { agreementNote } from './agreement/agreement.model.ts';
import { answerGroups } from './answers.model.ts';
import { itemsOf } from './evidence/evidence.model.ts';
import { lead } from './form.model.ts';
import { openLabel } from './notes/notes.model.ts';
import { unsentModel } from './offline/offline.model.ts';
import { withForm } from './with-form.ts';
import { shortFingerprint } from './words.ts';
import { workHref } from './work-list.ts';
import { nextWork } from './work-order.ts';

export function createDonePage(kit: PageKit) {
  return withForm(kit, async (_req, res, { form, repository }) => {
    const { submission } = form;
    if (form.status !== FormStatus.Finished || submission === null) return res.redirect(303, paths.form(form.formId));
    const { t } = contextOf(res).translator;
    const others = contextOf(res)
      .grants.filter(({ schoolId, invitationId }) => schoolId === form.school.id && invitationId !== form.invitationId)
      .map(({ invitationId }) => invitationId);
    const elsewhere = others.length === 0 ? [] : await repository.listWork(others);
    const work = [...form.siblings, ...elsewhere.flatMap(({ items }) => items)];
    const model = doneModel(wordingOf(res, form), form, submission, work);
    const page = pageOf(res, form, t('examiner.done.title'), { helpKey: 'formDone', scripts: ['form-unsent.js'] });
    kit.sendPage(res, 'examiner-done', { ...model, ...unsentModel(form, false) }, page);
  });
}

/**
 * What was finished when, and what comes next.
 * @param work of all invitations at the school that this browser opened
 */
export function doneModel(
  wording: Wording,
  form: ExaminerForm,
  submission: FormSubmissionInfo,
  work: readonly WorkItem[] = form.siblings,
) {
  const { t } = wording.translator;
  // What is to be agreed about this one is said above.
  const next = nextWork(work.filter(({ formId }) => formId !== form.formId));
  return {
    // As long as examiners look for one judgement the committee does not have it.
    text: t(isSearching(form) ? 'agreement.done.finished' : 'examiner.done.text', { name: form.studentName }),
    agreement: agreementNote(wording, form),
    isAllDone: next === null && form.agreement !== 'yours',
    facts: factsOf(wording, submission),
    viewHref: paths.form(form.formId),
    ...mistakeModel(wording, form),
    listHref: work.length > 1 ? paths.workList() : '',
    next: next
      ? {
          href: workHref(next),
          label: t(next.agreement === 'yours' ? 'agreement.workList.next' : 'examiner.done.next', {
            name: next.studentName,
          }),
        }
      : null,
    disputeHref: form.isDisputed ? '' : paths.formDispute(form.formId),
  };
}

function isSearching({ agreement }: ExaminerForm): boolean {
  return agreement !== null && agreement !== 'settled';
}

function finishedIds({ evidence }: FormSubmissionInfo): string[] {
  return evidence.map(({ evidenceId }) => evidenceId);
}

function factsOf(wording: Wording, submission: FormSubmissionInfo) {
  const { t } = wording.translator;
  return [
    { label: t('examiner.done.at'), value: moment(wording, submission.finishedAt) },
    {
      label: t('examiner.done.fingerprint'),
      value: shortFingerprint(submission.contentDigest),
      detail: t(submission.correction === null ? 'examiner.done.fingerprintHelp' : 'editing.examiner.fingerprint'),
    },
    ...(submission.evidence.length > 0
      ? [{ label: t('evidence.doneLabel'), value: t('evidence.count', { count: submission.evidence.length }) }]
      : []),
    ...(submission.formVersion > 1
      ? [{ label: t('examiner.done.version'), value: String(submission.formVersion) }]
      : []),
    ...(submission.correction === null
      ? []
      : [{ label: t('editing.examiner.fact'), value: moment(wording, submission.correction.at) }]),
  ];
}

/** That the committee made the newest version, and why; null when the examiner did. */
function correctionModel(wording: Wording, { correction }: FormSubmissionInfo) {
  if (correction === null) return null;
  const { t } = wording.translator;
  return {
    title: t('editing.examiner.title'),
    text: t('editing.examiner.text', { moment: moment(wording, correction.at) }),
    reason: correction.reason,
  };
}

/** The finished form, read only. */
export function finishedModel(wording: Wording, form: ExaminerForm, submission: FormSubmissionInfo) {
  const { t } = wording.translator;
  return {
    crumb: lead(wording, form),
    title: t('examiner.form.allTitle', { name: form.studentName }),
    lead: t('examiner.view.lead', { moment: moment(wording, submission.finishedAt) }),
    isDisputed: form.isDisputed,
    agreement: agreementNote(wording, form),
    correction: correctionModel(wording, submission),
    facts: factsOf(wording, submission),
    groups: answerGroups(
      submission.definition,
      submission.content,
      () => '',
      ({ ref }) => itemsOf(wording, form, ref, finishedIds(submission)),
    ),
    ...mistakeModel(wording, form),
    notesHref: form.noteCount === 0 ? '' : paths.formNotes(form.formId),
    notesLabel: openLabel(wording, form.noteCount),
    disputeHref: form.isDisputed ? '' : paths.formDispute(form.formId),
    listHref: form.siblings.length > 1 ? paths.workList() : '',
  };
}

/** Something in it is wrong: to ask for it back, or that it was asked; and what was changed before. */
function mistakeModel({ translator: { t } }: Wording, { formId, ask, submission }: ExaminerForm) {
  const isAsked = ask?.kind === AskKind.Return;
  return {
    askedBack: isAsked ? t('returning.wait.note') : '',
    mistakeHref: paths.formMistake(formId),
    versionsHref: submission !== null && submission.formVersion > 1 ? paths.formVersions(formId) : '',
  };
}

export function sendFinished(kit: PageKit, res: Response, form: ExaminerForm): void {
  if (form.submission === null) throw new Error('a finished form has no submission');
  const model = finishedModel(wordingOf(res, form), form, form.submission);
  const page = pageOf(res, form, model.title, { helpKey: 'formDone', scripts: ['form-unsent.js'] });
  kit.sendPage(res, 'examiner-view', { ...model, ...unsentModel(form, false) }, page);
}
