/** The page of a batch: how far it is, what became of each invitation, and what can be done about it. Pure. */
import { BatchRowStatus, BatchStatus } from '../../../../domain/batch.ts';
import { formatBytes } from '../../../../platform/i18n/index.ts';
import type { BatchRowView, BatchSummary, BatchView } from '../../../../prisma/repositories/initiator.ts';
import { paths } from '../../../paths.ts';
import { listNames, moment, type Wording } from '../../../wording.ts';
import type { FieldError } from '../words.ts';
import { MomentField, momentFields, momentText } from './moment.model.ts';
import { batchRefusalText } from './refusals.ts';
import { policyText } from './reminders.model.ts';

/** What was typed for another moment; absent: as it stands. */
export interface TypedMoment {
  readonly day: string;
  readonly time: string;
  readonly isAccepted: boolean;
  readonly warning: string;
}

const ROW_LOOKS: Readonly<Record<string, { readonly tone: string; readonly icon: string }>> = {
  [BatchRowStatus.Waiting]: { tone: 'neutral', icon: 'clock' },
  [BatchRowStatus.Sent]: { tone: 'ok', icon: 'check' },
  [BatchRowStatus.Failed]: { tone: 'error', icon: 'circle-alert' },
  [BatchRowStatus.Stopped]: { tone: 'neutral', icon: 'circle-dashed' },
};

export function batchModel(
  wording: Wording,
  batch: BatchView,
  options: { readonly typed?: TypedMoment; readonly errors?: readonly FieldError[] } = {},
) {
  const { t } = wording.translator;
  const { errors = [], typed } = options;
  const isScheduled = batch.status === BatchStatus.Scheduled;
  const isEnded = batch.status === BatchStatus.Finished || batch.status === BatchStatus.Stopped;
  const stated = { ...momentFields(wording, batch.sendAt.toISOString()), isAccepted: false, warning: '' };
  return {
    title: t('inviting.batch.title'),
    crumbs: [
      { href: paths.batches(), label: t('inviting.batches.title') },
      { label: momentText(wording, batch.sendAt.toISOString()) },
    ],
    line: [
      batch.examTitle,
      t('initiator.batch.students', { count: batch.studentCount }),
      t('inviting.batch.count', { count: batch.rowCount }),
    ]
      .filter(Boolean)
      .join(' · '),
    errors,
    stateText: stateText(wording, batch),
    stateKind: stateKind(batch),
    progress: {
      value: batch.sentCount,
      max: batch.rowCount,
      label: t('inviting.batch.progress', { done: batch.sentCount, total: batch.rowCount }),
    },
    isMoving: batch.status === BatchStatus.Sending,
    failed: batch.rows
      .filter(({ status }) => status === BatchRowStatus.Failed)
      .map((row) => rowModel(wording, batch, row)),
    others: batch.rows
      .filter(({ status }) => status !== BatchRowStatus.Failed)
      .map((row) => rowModel(wording, batch, row)),
    more: Math.max(0, batch.rowCount - batch.rows.length),
    overviewHref: overviewOf(batch),
    refreshHref: paths.batch(batch.id),
    liveHref: paths.batchLive(batch.id),
    stop: isEnded
      ? null
      : {
          href: paths.batchStop(batch.id),
          label: t(isScheduled ? 'inviting.batch.stopScheduled' : 'inviting.batch.stop'),
        },
    retry:
      batch.failedCount > 0 && batch.status !== BatchStatus.Stopped
        ? { action: paths.batchRetry(batch.id), label: t('inviting.batch.retry', { count: batch.failedCount }) }
        : null,
    moment: isScheduled
      ? {
          action: paths.batchMoment(batch.id),
          dayField: MomentField.Day,
          timeField: MomentField.Time,
          acceptedField: MomentField.Accepted,
          isOpen: typed !== undefined,
          ...(typed ?? stated),
        }
      : null,
    details: detailsOf(wording, batch),
  };
}

function stateText(wording: Wording, batch: BatchSummary): string {
  const { t } = wording.translator;
  const { status, failedCount, sendAt } = batch;
  if (status === BatchStatus.Scheduled) return t('inviting.batch.scheduled', { when: moment(wording, sendAt) });
  if (status === BatchStatus.Stopped) return t('inviting.batch.stopped');
  if (status === BatchStatus.Sending) return t('inviting.batch.sending');
  return failedCount > 0 ? t('inviting.batch.finishedFailed', { count: failedCount }) : t('inviting.batch.finished');
}

function stateKind({ status, failedCount }: BatchSummary): 'info' | 'ok' | 'warning' {
  if (failedCount > 0 || status === BatchStatus.Stopped) return 'warning';
  return status === BatchStatus.Finished ? 'ok' : 'info';
}

function rowModel(wording: Wording, batch: BatchView, row: BatchRowView) {
  const { t } = wording.translator;
  const { name, organisation, studentNames, assessmentIds, status, error, leftOutCount, settledAt } = row;
  const hidden = assessmentIds.length - studentNames.length;
  const isFailed = status === BatchRowStatus.Failed;
  const why = isFailed ? batchRefusalText(wording, error ?? 'UNEXPECTED', name) : '';
  const leftOut =
    leftOutCount > 0
      ? [
          t('inviting.batch.leftOut', { count: leftOutCount }),
          error === null ? '' : batchRefusalText(wording, error, name),
        ]
      : [];
  return {
    name,
    meta: organisation,
    students:
      hidden > 0
        ? t('initiator.batch.more', { names: studentNames.join(', '), count: hidden })
        : listNames(wording, studentNames),
    ...(ROW_LOOKS[status] ?? { tone: 'neutral', icon: 'info' }),
    statusText: t(`inviting.batch.status.${isKnown(status) ? status : BatchRowStatus.Waiting}`),
    delivery: row.invitation?.delivery ?? '',
    when: settledAt === null || isFailed ? '' : momentText(wording, settledAt.toISOString()),
    notice: [why, ...leftOut].filter(Boolean).join(' '),
    wayHref: isFailed && mendsByChoosing(error) ? examinersOf(batch, row) : '',
  };
}

function isKnown(status: string): status is BatchRowStatus {
  return Object.values(BatchRowStatus).some((known) => known === status);
}

/** Who is invited must change; another try gives the same answer. */
const BY_CHOOSING: readonly string[] = [
  'CONFLICT_BLOCKED',
  'EXAMINER_ARCHIVED',
  'EXAMINER_IS_STUDENT',
  'EXAMINER_IS_INITIATOR',
  'EXAMINER_UNKNOWN',
  'EXAMINER_WITHOUT_COMPONENTS',
];

function mendsByChoosing(error: string | null): boolean {
  return error !== null && BY_CHOOSING.includes(error);
}

function examinersOf({ seriesId }: BatchView, { assessmentIds }: BatchRowView): string {
  const [first] = assessmentIds;
  if (seriesId !== null) return paths.seriesExaminers(seriesId);
  return first === undefined ? '' : paths.assessmentExaminers(first);
}

/** Where what was sent is followed. */
export function overviewOf({ seriesId, rows }: Pick<BatchView, 'seriesId' | 'rows'>): string {
  if (seriesId !== null) return paths.series(seriesId);
  const assessmentId = rows[0]?.assessmentIds[0];
  return assessmentId === undefined ? paths.assessments() : paths.assessment(assessmentId);
}

function detailsOf(wording: Wording, { remark, attachments, reminderPolicy }: BatchView) {
  const { t, lang } = wording.translator;
  return [
    { label: t('inviting.batch.remark'), value: remark === '' ? t('inviting.batch.noRemark') : remark },
    {
      label: t('inviting.batch.attachments'),
      value:
        attachments.length === 0
          ? t('inviting.batch.noAttachments')
          : attachments.map(({ name, size }) => `${name} (${formatBytes(size, lang)})`).join(', '),
    },
    {
      label: t('inviting.batch.reminders'),
      value: reminderPolicy === null ? t('inviting.batch.remindersOfSchool') : policyText(wording, reminderPolicy),
    },
  ];
}

/** Every batch of an initiator, newest first. */
export function batchListModel(wording: Wording, batches: readonly BatchSummary[]) {
  const { t } = wording.translator;
  return {
    title: t('inviting.batches.title'),
    lead: t('inviting.batches.lead'),
    rows: batches.map((batch) => ({
      href: paths.batch(batch.id),
      when: momentText(wording, batch.sendAt.toISOString()),
      exam: batch.examTitle,
      size: [
        t('inviting.batch.count', { count: batch.rowCount }),
        t('initiator.batch.students', { count: batch.studentCount }),
      ].join(' · '),
      progress: t('inviting.batch.progress', { done: batch.sentCount, total: batch.rowCount }),
      failed: batch.failedCount > 0 ? t('inviting.batches.failed', { count: batch.failedCount }) : '',
      status: t(`inviting.batches.status.${batch.status as BatchStatus}`),
      isWaiting: batch.status === BatchStatus.Scheduled || batch.status === BatchStatus.Sending,
    })),
  };
}
