/** A finished form for the initiator, once the result is final. Pure. */
import type { FinishedFormPage } from '../../../../prisma/repositories/initiator.ts';
import { paths } from '../../../paths.ts';
import { moment, type Wording } from '../../../wording.ts';
import { answerGroups } from '../../examiner/answers.model.ts';
import { examTitle } from '../words.ts';

export function finishedFormModel(wording: Wording, page: FinishedFormPage) {
  const { t } = wording.translator;
  const { student, examiner, formVersion } = page;
  const detail = [examiner.jobTitle, examiner.organisation].filter(Boolean).join(', ');
  return {
    crumbs: [
      { href: paths.assessments(), label: t('initiator.list.title') },
      { href: paths.assessment(page.assessmentId), label: student.name },
      { label: t('following.form.crumb') },
    ],
    title: t('following.form.title', { name: examiner.name }),
    crumb: [student.name, examTitle(page.exam, page.unitCodes)].join(' · '),
    facts: [
      { label: t('common.term.student'), value: student.name, detail: student.number ?? '' },
      { label: t('common.term.exam'), value: examTitle(page.exam, page.unitCodes) },
      { label: t('common.term.attempt'), value: String(page.attempt) },
      { label: t('following.form.examiner'), value: examiner.name, detail },
      { label: t('following.form.finishedAt'), value: moment(wording, page.finishedAt) },
      {
        label: t('following.form.version'),
        value: String(formVersion),
        detail: formVersion > 1 && page.correctedAt === null ? t('following.form.versionHelp') : '',
      },
      ...(page.correctedAt === null
        ? []
        : [{ label: t('editing.examiner.fact'), value: moment(wording, page.correctedAt) }]),
    ],
    groups: answerGroups(page.definition, page.content),
    backHref: paths.assessment(page.assessmentId),
  };
}
