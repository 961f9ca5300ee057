/** The list of the initiator's assessments. Pure. */
import { ASSESSMENT_STATUSES, AssessmentStatus } from '../../../../domain/assessment.ts';
import type { ListedAssessment, ListPage, ListPlace } from '../../../../prisma/repositories/initiator.ts';
import { ATTENTION_KINDS } from '../../../../prisma/repositories/initiator-attention.ts';
import { LIST_SORTS } from '../../../../prisma/repositories/initiator-list.ts';
import { paths } from '../../../paths.ts';
import { shortDay, timeOfDay, type Wording } from '../../../wording.ts';
import { stageModel } from './examiner-stage.ts';
import {
  ATTENTION_SLUGS,
  csvHref,
  type DateProblem,
  dateProblem,
  hiddenFields,
  type ListAddress,
  listHref,
  liveHref,
  SORT_SLUGS,
} from './list-address.ts';
import { manyModel } from './many.model.ts';
import { waitingFor } from './waiting.ts';

export interface Choice {
  readonly id: string;
  readonly label: string;
}

export interface ListInput {
  readonly address: ListAddress;
  readonly place: ListPlace;
  readonly query: string;
  readonly page: ListPage;
  readonly counts: ReadonlyMap<AssessmentStatus, number>;
  readonly choices: { readonly exams: readonly Choice[]; readonly groups: readonly Choice[] };
  readonly mark: string;
  readonly now: Date;
}

export function listModel(wording: Wording, input: ListInput) {
  const { t } = wording.translator;
  const { address, place, query, page, counts } = input;
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const { status: _status, sort: _sort, ...others } = address;
  const isNarrowed = Object.values(others).some((value) => value !== null && value !== '');
  const isFiltered = query !== '' || isNarrowed || address.status !== null;
  const [first] = page.rows;
  const last = page.rows.at(-1);
  const shownTotal = address.status === null ? total : (counts.get(address.status) ?? 0);
  return {
    isEmpty: page.rows.length === 0 && !isFiltered,
    isFiltered,
    form: formModel(wording, input),
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
    caption: t('following.list.caption', { sort: t(`following.list.sorts.${address.sort}`) }),
    columns: [
      { label: t('following.many.label'), isHidden: true },
      { label: t('initiator.list.student') },
      { label: t('initiator.list.exam') },
      { label: t('common.term.status') },
      { label: t('following.list.examiners') },
      { label: t('initiator.list.due') },
    ],
    rows: page.rows.map((row) => rowModel(wording, row, input.now)),
    many: manyModel(wording),
    foot: t('initiator.list.resultCount', { count: shownTotal }),
    csvHref: page.rows.length > 0 ? csvHref(address) : '',
    previousHref: page.hasPrevious && first ? listHref(address, { before: first.id }) : '',
    nextHref: page.hasNext && last ? listHref(address, { after: last.id }) : '',
    startHref: paths.exams(),
    live: {
      href: liveHref(address, place),
      mark: input.mark,
      refreshHref: listHref(address, place),
      asOf: t('following.live.asOf', { at: timeOfDay(wording, input.now) }),
    },
  };
}

function formModel(wording: Wording, { address, query, choices }: ListInput) {
  const { t } = wording.translator;
  const problem = dateProblem(address);
  return {
    action: paths.assessmentSearch(),
    query,
    isMoreOpen:
      address.examVersionId !== null || address.groupId !== null || address.dueFrom !== '' || address.dueUntil !== '',
    hidden: hiddenFields(address, ['status', 'reeks']),
    seriesHref: address.seriesId === null ? '' : paths.series(address.seriesId),
    withoutSeriesHref: address.seriesId === null ? '' : listHref({ ...address, seriesId: null }),
    attention: ATTENTION_KINDS.map((kind) => ({
      value: ATTENTION_SLUGS[kind],
      label: t(`following.attention.group.${kind}`),
      isSelected: address.attention === kind,
    })),
    exams: choices.exams.map(({ id, label }) => ({ value: id, label, isSelected: id === address.examVersionId })),
    groups: choices.groups.map(({ id, label }) => ({ value: id, label, isSelected: id === address.groupId })),
    sorts: LIST_SORTS.map((sort) => ({
      value: SORT_SLUGS[sort],
      label: t(`following.list.sorts.${sort}`),
      isSelected: sort === address.sort,
    })),
    dueFrom: address.dueFrom,
    dueUntil: address.dueUntil,
    fromError: problemText(wording, problem, 'vanaf'),
    untilError: problemText(wording, problem, 'tot'),
  };
}

function problemText({ translator: { t } }: Wording, problem: DateProblem | null, field: DateProblem['field']): string {
  if (problem?.field !== field) return '';
  const label = t(field === 'vanaf' ? 'following.list.dueFrom' : 'following.list.dueUntil');
  return t(`following.list.${problem.code}`, { field: label });
}

const CLOSED: readonly AssessmentStatus[] = [AssessmentStatus.Final, AssessmentStatus.Cancelled];
const SHOWN_EXAMINERS = 4;

/** @param mostExaminers beyond this the row says how many more there are */
export function rowModel(wording: Wording, row: ListedAssessment, now: Date, mostExaminers = SHOWN_EXAMINERS) {
  const { t } = wording.translator;
  const waiting = waitingFor(wording, row.state, row.examiners);
  const isFinal = row.status === AssessmentStatus.Final;
  const stages = row.examiners.map((examiner) => ({
    name: examiner.name,
    ...stageModel(wording, examiner, row.status),
  }));
  const isCut = stages.length > mostExaminers + 1;
  return {
    id: row.id,
    href: paths.assessment(row.id),
    name: row.student.name,
    number: row.student.number ?? '',
    exam: row.examTitle,
    detail: t('initiator.list.detail', {
      part: row.isWholeExam ? t('initiator.exam.wholeExam') : row.unitTitles.join(', '),
      attempt: row.attempt,
    }),
    status: row.status,
    score: isFinal ? (row.score ?? '') : '',
    gradeTenths: isFinal ? row.gradeTenths : null,
    waiting: waiting?.what ?? '',
    isYours: waiting?.isYours ?? false,
    since: waiting ? t('common.waits.since', { at: shortDay(wording, waiting.since) }) : '',
    examiners: isCut ? troubleFirst(stages).slice(0, mostExaminers) : stages,
    moreExaminers: isCut ? t('following.list.moreExaminers', { count: stages.length - mostExaminers }) : '',
    noExaminers: stages.length === 0 ? t('initiator.list.noExaminers') : '',
    due: row.dueAt ? shortDay(wording, row.dueAt) : t('initiator.list.noDue'),
    isLate: isLate(row, now),
    canTick: !CLOSED.includes(row.status),
  };
}

/** The record says so at the deadline; what is still at work is late from that moment on, also when the record is behind. */
function isLate({ isLate: isRecorded, status, dueAt }: ListedAssessment, now: Date): boolean {
  if (CLOSED.includes(status)) return false;
  return isRecorded || (status !== AssessmentStatus.Assessed && dueAt !== null && dueAt <= now);
}

/** What somebody must act on is not left out of sight. */
function troubleFirst<Stage extends { readonly tone: string }>(stages: readonly Stage[]): Stage[] {
  const isTrouble = ({ tone }: Stage) => tone === 'error' || tone === 'attention';
  return [...stages.filter(isTrouble), ...stages.filter((stage) => !isTrouble(stage))];
}
