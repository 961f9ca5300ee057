/** The tab "Digitaal beoordelen": the initiator's assessments of an exam or a unit, with their results. Pure. */
import { AssessmentStatus } from '../../../../domain/assessment.ts';
import type { ExamUnit } from '../../../../domain/exam.ts';
import type { ExamAssessment, ExamDetails, ExamListPage } from '../../../../prisma/repositories/initiator.ts';
import { formatCursor } from '../../../cursor.ts';
import { paths } from '../../../paths.ts';
import { listNames, shortDay, type Wording } from '../../../wording.ts';
import { assessmentsHref, unitTitle } from './exam.model.ts';

export type Shown = 'all' | 'running' | 'over';

/** Names of the choices in addresses; all of them has none. */
const SLUGS: Readonly<Record<Shown, string | undefined>> = { all: undefined, running: 'lopend', over: 'afgerond' };

export function shownOf(slug: string): Shown {
  if (slug === SLUGS.running) return 'running';
  return slug === SLUGS.over ? 'over' : 'all';
}

export interface ExamListInput {
  readonly details: ExamDetails;
  /** Null: the whole exam. */
  readonly unit: ExamUnit | null;
  readonly shown: Shown;
  readonly page: ExamListPage;
  readonly counts: { readonly running: number; readonly over: number };
}

export function examListModel(wording: Wording, { details, unit, shown, page, counts }: ExamListInput) {
  const { t } = wording.translator;
  const { exam, examVersionId } = details;
  const total = { all: counts.running + counts.over, running: counts.running, over: counts.over };
  const hrefOf = (which: Shown, place: Readonly<Record<string, string | undefined>> = {}) =>
    assessmentsHref(examVersionId, unit, { toon: SLUGS[which], ...place });
  const [first] = page.rows;
  const last = page.rows.at(-1);
  return {
    pills: (['all', 'running', 'over'] as const).map((which) => ({
      href: hrefOf(which),
      label: t(`catalogue.assessments.${which}`),
      count: total[which],
      isCurrent: which === shown,
    })),
    caption: t('catalogue.assessments.caption', { title: unit === null ? exam.title : unitTitle(unit) }),
    columns: (['student', 'status', 'examiners', 'due', 'result'] as const).map((column) => ({
      label: t(`catalogue.assessments.${column}`),
    })),
    rows: page.rows.map((row) => rowModel(wording, row, exam.version)),
    hasAny: total.all > 0,
    nothing: shown === 'running' ? t('catalogue.assessments.nothingRunning') : t('catalogue.assessments.nothingOver'),
    allHref: hrefOf('all'),
    foot: t('catalogue.assessments.found', { count: total[shown] }),
    previousHref:
      page.hasPrevious && first ? hrefOf(shown, { voor: formatCursor({ since: first.createdAt, id: first.id }) }) : '',
    nextHref: page.hasNext && last ? hrefOf(shown, { na: formatCursor({ since: last.createdAt, id: last.id }) }) : '',
    searchHref: paths.assessments({ examen: examVersionId }),
  };
}

function rowModel(wording: Wording, row: ExamAssessment, shownVersion: string) {
  const { t } = wording.translator;
  const part = row.isWholeExam ? t('catalogue.assessments.wholeExam') : row.unitTitles.join(', ');
  const { attempt, version, examiners, result } = row;
  const done = examiners.filter(({ isFinished }) => isFinished).length;
  return {
    href: paths.assessment(row.id),
    name: row.student.name,
    number: row.student.number ?? '',
    detail:
      version === shownVersion
        ? t('catalogue.assessments.attempt', { part, attempt })
        : t('catalogue.assessments.attemptOfVersion', { part, attempt, version }),
    status: row.status,
    examiners:
      examiners.length === 0
        ? t('catalogue.assessments.noExaminers')
        : listNames(
            wording,
            examiners.map(({ name }) => name),
          ),
    done: examiners.length === 0 ? '' : t('catalogue.assessments.done', { done, total: examiners.length }),
    due: row.dueAt ? shortDay(wording, row.dueAt) : t('catalogue.assessments.noDue'),
    isLate: row.isLate,
    hasResult: result !== null,
    score: result?.score ?? '',
    gradeTenths: result?.gradeTenths ?? null,
    noResult: t(
      row.status === AssessmentStatus.Cancelled
        ? 'catalogue.assessments.noResultCancelled'
        : 'catalogue.assessments.noResult',
    ),
    documentHref: row.documentId === null ? '' : paths.document(row.documentId),
    documentOf: t('catalogue.assessments.pdfOf', { name: row.student.name }),
  };
}
