/** Assessments that were started together: who is how far with whom. Pure. */
import { AssessmentStatus, FormStatus } from '../../../../domain/assessment.ts';
import { BatchStatus } from '../../../../domain/batch.ts';
import type {
  BatchSummary,
  ListedAssessment,
  ListedExaminer,
  SeriesPage,
} from '../../../../prisma/repositories/initiator.ts';
import { paths } from '../../../paths.ts';
import { longDay, moment, shortDay, timeOfDay, type Wording } from '../../../wording.ts';
import { rowModel } from './assessment-list.model.ts';
import { stageModel } from './examiner-stage.ts';
import { listHref, WHOLE_LIST } from './list-address.ts';
import { manyModel } from './many.model.ts';

const OVER: readonly AssessmentStatus[] = [AssessmentStatus.Final, AssessmentStatus.Cancelled];
/** More than any series has: on this page nobody is left out. */
const MOST_EXAMINERS = 100;
const SHOWN_BATCHES = 5;
/** More columns than these are no table any more on a screen: then each row names its own examiners. */
const MOST_COLUMNS = 5;

export interface SeriesInput {
  readonly page: SeriesPage;
  readonly batches: readonly BatchSummary[];
  readonly mark: string;
  readonly now: Date;
}

export function seriesModel(wording: Wording, { page, batches, mark, now }: SeriesInput) {
  const { t } = wording.translator;
  const { assessments } = page;
  const running = assessments.filter(({ status }) => !OVER.includes(status));
  const examiners = examinersOf(assessments);
  const isMatrix = examiners.length > 0 && examiners.length <= MOST_COLUMNS;
  const title = page.isWholeExam ? page.examTitle : [page.examTitle, ...page.unitTitles].join(' · ');
  return {
    crumbs: [{ href: paths.assessments(), label: t('initiator.list.title') }, { label: t('following.series.crumb') }],
    title,
    lead: t('following.series.lead', { count: assessments.length, day: longDay(wording, page.createdAt) }),
    actions: actionsOf(page.id, running),
    progress: progressOf(wording, assessments),
    facts: factsOf(wording, running),
    batches: batches.slice(0, SHOWN_BATCHES).map((batch) => batchModel(wording, batch)),
    batchesHref: paths.batches(),
    isMatrix,
    columns: [
      { label: t('following.many.label'), isHidden: true },
      { label: t('common.term.student') },
      { label: t('common.term.status') },
      ...(isMatrix ? examiners.map(({ name }) => ({ label: name })) : [{ label: t('following.list.examiners') }]),
      { label: t('initiator.list.due') },
    ],
    rows: assessments.map((row) => ({
      ...rowModel(wording, row, now, MOST_EXAMINERS),
      cells: isMatrix ? examiners.map((examiner) => cellModel(wording, row, examiner)) : [],
    })),
    many: manyModel(wording),
    listHref: listHref({ ...WHOLE_LIST, seriesId: page.id }),
    live: {
      href: paths.seriesLive(page.id),
      mark,
      refreshHref: paths.series(page.id),
      asOf: t('following.live.asOf', { at: timeOfDay(wording, now) }),
    },
  };
}

type Column = Pick<ListedExaminer, 'contactId' | 'name'>;

/** Everybody who scores something in it, by name. */
function examinersOf(assessments: readonly ListedAssessment[]): Column[] {
  const found = new Map<string, Column>();
  for (const { examiners } of assessments)
    for (const { contactId, name } of examiners) found.set(contactId, { contactId, name });
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name, 'nl'));
}

function cellModel(wording: Wording, row: ListedAssessment, { contactId, name }: Column) {
  const examiner = row.examiners.find((each) => each.contactId === contactId);
  if (!examiner) return { name, stage: null };
  return { name, stage: stageModel(wording, examiner, row.status) };
}

function actionsOf(id: string, running: readonly ListedAssessment[]) {
  const isInvitable = ({ formStatus, componentCount }: ListedExaminer) =>
    formStatus === FormStatus.None && componentCount > 0;
  return {
    examinersHref: running.length > 0 ? paths.seriesExaminers(id) : '',
    inviteHref: running.some(({ examiners }) => examiners.some(isInvitable)) ? paths.seriesInvite(id) : '',
    isChoosingFirst: running.some(({ examiners }) => examiners.length === 0),
  };
}

/** Forms of what goes on or went well: a withdrawn one is nobody's work any more. */
function progressOf({ translator: { t } }: Wording, assessments: readonly ListedAssessment[]) {
  const counted = assessments
    .filter(({ status }) => status !== AssessmentStatus.Cancelled)
    .flatMap(({ examiners }) => examiners)
    .filter(({ formStatus, componentCount }) => formStatus !== FormStatus.Withdrawn && componentCount > 0);
  const done = counted.filter(({ formStatus }) => formStatus === FormStatus.Finished).length;
  const isInvited = counted.some(({ formStatus }) => formStatus !== FormStatus.None);
  const total = counted.length;
  return {
    done,
    total,
    label: t('following.series.progress', { done, total }),
    text: isInvited ? (done === total ? t('following.series.allDone') : '') : t('following.series.noForms'),
  };
}

function factsOf(wording: Wording, running: readonly ListedAssessment[]) {
  const { t } = wording.translator;
  const open = [FormStatus.Open, FormStatus.Started, FormStatus.Returned] as readonly string[];
  const examiners = running.flatMap((row) => row.examiners);
  const reminders = examiners
    .filter(({ formStatus }) => open.includes(formStatus))
    .flatMap(({ invitation }) => invitation?.nextReminderAt ?? [])
    .sort((a, b) => a.getTime() - b.getTime());
  const [next] = reminders;
  const waiting = new Set(
    examiners
      .filter(({ formStatus, componentCount }) => formStatus === FormStatus.None && componentCount > 0)
      .map(({ contactId }) => contactId),
  );
  return [
    { label: t('following.series.due'), value: dueText(wording, running) },
    {
      label: t('following.series.nextReminder'),
      value: next ? longDay(wording, next) : t('following.series.noReminder'),
    },
    ...(waiting.size > 0
      ? [
          {
            label: t('following.series.notInvited'),
            value: t('following.series.notInvitedValue', { count: waiting.size }),
          },
        ]
      : []),
  ];
}

function dueText(wording: Wording, running: readonly ListedAssessment[]): string {
  const { t } = wording.translator;
  const due = running.flatMap(({ dueAt }) => dueAt ?? []).sort((a, b) => a.getTime() - b.getTime());
  const first = due[0];
  const last = due.at(-1);
  if (!first || !last) return t('following.series.noDue');
  if (first.getTime() === last.getTime()) return longDay(wording, first);
  return t('following.series.dueDiffers', { first: shortDay(wording, first), last: shortDay(wording, last) });
}

function batchModel(wording: Wording, batch: BatchSummary) {
  const { t } = wording.translator;
  const { status, sentCount: done, rowCount: total, failedCount } = batch;
  const at = moment(wording, status === BatchStatus.Finished ? batch.statusSince : batch.sendAt);
  return {
    href: paths.batch(batch.id),
    text: t(`following.series.batch.${knownStatus(status)}`, { at, done, total }),
    size: t('following.series.batchSize', { count: total }),
    failed: failedCount > 0 ? t('following.series.batchFailed', { count: failedCount }) : '',
  };
}

function knownStatus(status: string): BatchStatus {
  return Object.values(BatchStatus).find((known) => known === status) ?? BatchStatus.Sending;
}
