/** One exam of a student: where it stands, what happens next, the result as it was published. Pure. */
import type { RemedyPolicy } from '../../../domain/deciding.ts';
import { lastRemedyDay } from '../../../domain/remedies.ts';
import { StudentStage } from '../../../domain/student.ts';
import type { OwnDocument, OwnExamDetails, OwnExamRow } from '../../../prisma/repositories/my-exams.ts';
import { paths } from '../../paths.ts';
import { longDay, moment, type Wording } from '../../wording.ts';
import { mailHref } from './details.model.ts';
import { examLine, stagePill, stageText } from './my-exams.model.ts';

export interface ExamAround {
  readonly school: string;
  readonly remedies: RemedyPolicy;
  readonly contactEmail: string | null;
  /** Of the database. */
  readonly today: string;
}

export function myExamModel(wording: Wording, { exam, parts, formerDocuments }: OwnExamDetails, around: ExamAround) {
  const { t } = wording.translator;
  return {
    title: exam.title,
    line: examLine(wording, exam),
    crumbs: [{ href: paths.myExams(), label: t('mine.exams.title') }, { label: exam.title }],
    pill: stagePill(wording, exam.stage),
    text: stageText(wording, exam),
    steps: stepsOf(wording, exam.stage),
    next: nextText(wording, exam),
    reconsidered: exam.stage === StudentStage.Reconsidered ? reconsideredText(wording, exam) : null,
    result: exam.published && resultOf(wording, exam.published),
    parts: parts.map(({ code, title, result }) => ({ code, title, score: result.score })),
    document: exam.published && documentOf(wording, exam.published.document),
    former: formerDocuments
      .filter(({ isStored }) => isStored)
      .map(({ id, version }) => ({ href: paths.document(id), label: t('mine.exam.downloadVersion', { version }) })),
    remedy: exam.published && remedyOf(wording, exam.published.at, around),
  };
}

const STEP_OF: Readonly<Partial<Record<StudentStage, number>>> = {
  started: 0,
  beingAssessed: 0,
  beingDecided: 1,
  decided: 2,
  published: 3,
};

/** Three steps; none where they would say nothing: cancelled, or looked at again. */
function stepsOf({ translator: { t } }: Wording, stage: StudentStage) {
  const current = STEP_OF[stage];
  if (current === undefined) return [];
  return (['assess', 'decide', 'publish'] as const).map((step, index) => ({
    label: t(`mine.exam.steps.${step}`),
    isDone: index < current,
    isCurrent: index === current,
  }));
}

function nextText(wording: Wording, { stage, publishAt, published }: OwnExamRow): string {
  const { t } = wording.translator;
  if (stage === StudentStage.NotStarted) return t('mine.short.notStarted');
  if (stage === StudentStage.Decided && publishAt)
    return t('mine.exam.next.decidedAt', { at: moment(wording, publishAt) });
  if (stage === StudentStage.Published && published?.result.passed === false) return t('mine.exam.next.failed');
  return t(`mine.exam.next.${stage}`);
}

function reconsideredText(wording: Wording, { publishAt }: OwnExamRow): string {
  const { t } = wording.translator;
  return publishAt
    ? t('mine.exam.reconsideredAt', { at: moment(wording, publishAt) })
    : t('mine.exam.reconsideredText');
}

function resultOf(wording: Wording, { result, at }: NonNullable<OwnExamRow['published']>) {
  const { t } = wording.translator;
  return {
    score: result.score,
    gradeTenths: result.gradeTenths,
    isPassed: result.passed,
    text: t(result.passed ? 'mine.exam.passedLong' : 'mine.exam.failedLong'),
    at: moment(wording, at),
  };
}

function documentOf({ translator: { t } }: Wording, { id, isStored }: OwnDocument) {
  return isStored
    ? { href: paths.document(id), label: t('mine.exam.download'), waiting: null }
    : { href: null, label: '', waiting: t('mine.exam.documentWaiting') };
}

function remedyOf(wording: Wording, publishedAt: Date, { school, remedies, contactEmail, today }: ExamAround) {
  const { t, lang } = wording.translator;
  const last = lastRemedyDay(publishedAt.toISOString(), remedies.days, wording.timeZone);
  const day = longDay(wording, last);
  const isOver = today > last;
  return {
    text: remedies.text?.[lang] ?? t('mine.exam.remedyGeneral', { school }),
    until: t(isOver ? 'mine.exam.remedyOver' : 'mine.exam.remedyUntil', { day }),
    isOver,
    mail:
      contactEmail === null
        ? null
        : { href: mailHref(contactEmail), text: t('mine.exam.remedyMail', { email: contactEmail }) },
  };
}
