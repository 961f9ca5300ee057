/** A student's exams: in which stage each is, in plain words. Pure. */

import { StudentStage } from '../../../domain/student.ts';
import type { OwnExamRow } from '../../../prisma/repositories/my-exams.ts';
import { paths } from '../../paths.ts';
import { longDay, moment, type Wording } from '../../wording.ts';

const LOOKS: Readonly<Record<StudentStage, { readonly tone: string; readonly icon: string }>> = {
  notStarted: { tone: 'neutral', icon: 'circle-dashed' },
  started: { tone: 'info', icon: 'play' },
  beingAssessed: { tone: 'info', icon: 'pencil-line' },
  beingDecided: { tone: 'info', icon: 'gavel' },
  decided: { tone: 'info', icon: 'calendar-clock' },
  published: { tone: 'ok', icon: 'badge-check' },
  reconsidered: { tone: 'attention', icon: 'rotate-ccw' },
  cancelled: { tone: 'neutral', icon: 'ban' },
};

export function stagePill({ translator: { t } }: Wording, stage: StudentStage) {
  return { text: t(`mine.stage.${stage}`), ...LOOKS[stage] };
}

/** One sentence: what is going on. */
export function stageText(wording: Wording, { stage, publishAt, published }: OwnExamRow): string {
  const { t } = wording.translator;
  if (stage === StudentStage.Decided && publishAt) return t('mine.short.decidedAt', { at: moment(wording, publishAt) });
  if (stage === StudentStage.Published && published)
    return t('mine.short.published', { day: longDay(wording, published.at) });
  return t(`mine.short.${stage}`);
}

/** `VIG-2026 · crebo 25491 · poging 2`. */
export function examLine(wording: Wording, { code, crebo, unitTitles, attempt, assessmentId }: OwnExamRow): string {
  const { t } = wording.translator;
  return [
    ...unitTitles,
    code,
    t('mine.exams.crebo', { crebo }),
    ...(assessmentId !== null && attempt > 1 ? [t('mine.exams.attempt', { number: attempt })] : []),
  ].join(' · ');
}

export function myExamsModel(wording: Wording, exams: readonly OwnExamRow[]) {
  const { t } = wording.translator;
  return {
    title: t('mine.exams.title'),
    lead: t('mine.exams.lead'),
    addHref: paths.myExamAdd(),
    removeAction: paths.myExamRemove(),
    isEmpty: exams.length === 0,
    exams: exams.map((exam) => ({
      title: exam.title,
      href: exam.assessmentId === null ? null : paths.myExam(exam.assessmentId),
      line: examLine(wording, exam),
      text: stageText(wording, exam),
      pill: stagePill(wording, exam.stage),
      result: exam.published && {
        score: exam.published.result.score,
        gradeTenths: exam.published.result.gradeTenths,
        text: t(exam.published.result.passed ? 'mine.exam.passed' : 'mine.exam.failed'),
      },
      remove:
        exam.assessmentId === null
          ? { examId: exam.examId, label: t('mine.exams.removeNamed', { title: exam.title }) }
          : null,
    })),
  };
}
