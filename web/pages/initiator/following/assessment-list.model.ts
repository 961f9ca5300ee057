/** The list of the initiator's assessments. Pure. */

import { ASSESSMENT_STATUSES, AssessmentStatus, FormStatus } from '../../../../domain/assessment.ts';
import type { ListCursor, ListedAssessment, ListPage } from '../../../../prisma/repositories/initiator.ts';
import { formatCursor } from '../../../cursor.ts';
import { paths } from '../../../paths.ts';
import { shortDay, type Wording } from '../../../wording.ts';
import { waitingFor } from './waiting.ts';

/** What the address of the list says; search words are not in it, because they are names of people. */
export interface ListAddress {
  readonly status: AssessmentStatus | null;
  readonly examVersionId: string | null;
}

/** Names of the statuses in URLs. */
const SLUGS: Readonly<Record<AssessmentStatus, string>> = {
  draft: 'concept',
  invited: 'uitgenodigd',
  inProgress: 'voorlopig',
  assessed: 'beoordeeld',
  returned: 'terug',
  final: 'definitief',
  cancelled: 'geannuleerd',
};

export function statusOf(slug: string): AssessmentStatus | null {
  return ASSESSMENT_STATUSES.find((status) => SLUGS[status] === slug) ?? null;
}

export function listHref(address: ListAddress, place: { after?: ListCursor; before?: ListCursor } = {}): string {
  return paths.assessments({
    status: address.status === null ? undefined : SLUGS[address.status],
    examen: address.examVersionId ?? undefined,
    na: place.after && formatCursor(place.after),
    voor: place.before && formatCursor(place.before),
  });
}

export interface ListInput {
  readonly address: ListAddress;
  readonly query: string;
  readonly page: ListPage;
  readonly counts: ReadonlyMap<string, number>;
}

export function listModel(wording: Wording, { address, query, page, counts }: ListInput) {
  const { t } = wording.translator;
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const isFiltered = query !== '' || address.status !== null || address.examVersionId !== null;
  const [first] = page.rows;
  const last = page.rows.at(-1);
  const shownTotal = address.status === null ? total : (counts.get(address.status) ?? 0);
  return {
    query,
    searchPath: paths.assessmentSearch(),
    status: address.status === null ? '' : SLUGS[address.status],
    exam: address.examVersionId ?? '',
    isFiltered,
    pills: [
      {
        href: listHref({ ...address, status: null }),
        label: t('initiator.list.all'),
        count: total,
        isCurrent: address.status === null,
      },
      ...ASSESSMENT_STATUSES.map((status) => ({
        href: listHref({ ...address, status }),
        label: t(`common.status.${status}`),
        count: counts.get(status) ?? 0,
        isCurrent: address.status === status,
      })),
    ],
    columns: [
      { label: t('initiator.list.student') },
      { label: t('initiator.list.exam') },
      { label: t('common.term.status') },
      { label: t('initiator.list.waitsFor') },
      { label: t('initiator.list.due') },
    ],
    rows: page.rows.map((row) => rowModel(wording, row)),
    isEmpty: page.rows.length === 0 && !isFiltered,
    foot: t('initiator.list.resultCount', { count: shownTotal }),
    previousHref:
      page.hasPrevious && first ? listHref(address, { before: { since: first.createdAt, id: first.id } }) : '',
    nextHref: page.hasNext && last ? listHref(address, { after: { since: last.createdAt, id: last.id } }) : '',
    startHref: paths.exams(),
  };
}

const CLOSED: readonly AssessmentStatus[] = [AssessmentStatus.Final, AssessmentStatus.Cancelled];

function rowModel(wording: Wording, row: ListedAssessment) {
  const { t } = wording.translator;
  const active = row.examiners.filter(({ formStatus }) => formStatus !== FormStatus.Withdrawn);
  const done = active.filter(({ formStatus }) => formStatus === FormStatus.Finished).length;
  const waiting = waitingFor(wording, row.state, row.examiners);
  const isFinal = row.status === AssessmentStatus.Final;
  return {
    href: paths.assessment(row.id),
    name: row.student.name,
    number: row.student.number ?? '',
    exam: row.examTitle,
    detail: t('initiator.list.detail', {
      part: row.isWholeExam ? t('initiator.exam.wholeExam') : row.unitTitles.join(', '),
      attempt: row.attempt,
    }),
    status: row.status,
    examiners:
      active.length === 0
        ? t('initiator.list.noExaminers')
        : t('initiator.list.examinersDone', { done, total: active.length }),
    score: isFinal ? (row.score ?? '') : '',
    gradeTenths: isFinal ? row.gradeTenths : null,
    waiting: waiting?.what ?? '–',
    isYours: waiting?.isYours ?? false,
    since: waiting ? t('common.waits.since', { at: shortDay(wording, waiting.since) }) : '',
    due: row.dueAt ? shortDay(wording, row.dueAt) : t('initiator.list.noDue'),
    isLate: row.isLate && !CLOSED.includes(row.status),
  };
}
