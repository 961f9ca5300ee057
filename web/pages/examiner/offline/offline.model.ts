/** What the form's script must know to go on without a connection. */
import type { Translator } from '../../../../platform/i18n/index.ts';
import type { ExaminerForm } from '../../../../prisma/repositories/examiner.ts';
import type { Grant } from '../../../context.ts';
import { paths } from '../../../paths.ts';

/** Where the service worker answers: the forms and the work list, whose addresses begin alike. */
export const WORKER_SCOPE = '/beoordeling';

/**
 * @param now our clock, so that the device can tell how far its own is off
 * @returns instants in milliseconds
 */
export function deviceModel(
  { t }: Translator,
  form: Pick<ExaminerForm, 'formId' | 'studentName' | 'examTitle' | 'attempt'>,
  grant: Pick<Grant, 'linkId' | 'expiresAt'>,
  now: Date,
) {
  return {
    form: form.formId,
    link: grant.linkId,
    until: grant.expiresAt.getTime(),
    now: now.getTime(),
    copy: paths.formOffline(form.formId),
    worker: paths.serviceWorker(),
    scope: WORKER_SCOPE,
    /** What a list of forms says of this one. */
    item: {
      title: form.studentName,
      text: [form.examTitle, t('examiner.workList.attempt', { attempt: form.attempt })].join(' · '),
    },
  };
}

/** What form.js says about the device. */
export function deviceTexts({ t }: Translator) {
  return {
    kept: t('offline.sign.kept'),
    copy: t('offline.sign.copy'),
    full: t('offline.sign.full'),
    none: t('offline.sign.none'),
    waiting: t('offline.sign.waiting'),
    back: t('offline.sign.back'),
    leftover: t('offline.sign.leftover'),
    signedOut: t('offline.sign.signedOut'),
    notTaken: t('offline.sign.notTaken'),
    finishNeeds: t('offline.sign.finishNeeds'),
    needs: t('offline.sign.needs'),
    fullOnline: t('offline.sign.fullOnline'),
    noneOnline: t('offline.sign.noneOnline'),
    confirm: t('offline.device.confirm'),
    removed: t('offline.device.removed'),
  };
}

/** For pages of a form that takes nothing any more: the device clears up, and shows what it could not send. */
export function unsentModel(form: Pick<ExaminerForm, 'formId'>, isOver: boolean): { readonly unsent: string } {
  return { unsent: JSON.stringify({ form: form.formId, isOver }) };
}
